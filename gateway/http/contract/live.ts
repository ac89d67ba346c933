import { z } from 'zod'
import { severities } from '../../../rules/rule.ts'
import { alarm, rate } from './alarms.ts'
import { command } from './commands.ts'
import { pointId, text, time, when } from './common.ts'
import { silence } from './notify.ts'
import { sample } from './plant.ts'
import { run } from './runbooks.ts'
import { workorder } from './workorders.ts'

const coded = { seq: z.number().int() }
/** What /api/v1/live sends. The client remembers the last `seq` and connects again with `?since=<seq>`. */
export const liveMessage = z.discriminatedUnion('kind', [
  /** First message. `epoch` changes when seq starts anew (restored data): then forget what you have and load. */
  z.object({ kind: z.literal('hello'), ...coded, epoch: z.string(), now: time, resync: z.boolean() }),
  /** What changed, coalesced to the newest sample per point. After `hello` all points once. */
  z.object({ kind: z.literal('samples'), items: z.array(sample.extend({ point: pointId })) }),
  z.object({ kind: z.literal('alarm'), ...coded, alarm }),
  z.object({ kind: z.literal('workorder'), ...coded, workorder }),
  z.object({ kind: z.literal('command'), ...coded, command }),
  z.object({ kind: z.literal('runbook'), ...coded, run }),
  /** Something of rounds, visits or tags has changed: whoever shows them reads them again. */
  z.object({ kind: z.literal('patrol'), ...coded }),
  /** Somebody has silenced the control room. */
  z.object({ kind: z.literal('sound'), ...coded, silence: silence.nullable() }),
  /**
   * The disk can't be written since then: nothing can be acknowledged or moved, and these alarms are there but could not
   * be recorded yet. `since` null: it can be written again. Sent when it changes, and after `hello`.
   */
  z.object({
    kind: z.literal('storage'),
    since: when,
    /** Since when samples are not recorded, for the same reasons; all else goes on. */
    history: when,
    waiting: z.array(z.object({ id: z.string(), text, severity: z.enum(severities), equipmentName: text })),
  }),
  /** Whether alarms are a flood: when it begins and ends, as the count changes meanwhile, and after `hello` when it is one. */
  z.object({ kind: z.literal('alarm-rate'), ...rate }),
  /** The site or what is wrong with it has changed: site, equipment and points are to be loaded again. */
  z.object({ kind: z.literal('site') }),
  /** Each second, so that silence means a lost connection. */
  z.object({ kind: z.literal('beat'), now: time }),
])

export type LiveMessage = z.infer<typeof liveMessage>
