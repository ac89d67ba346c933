import { z } from 'zod'
import { type Outcome, outcomeCodes } from '../../../rules/access/outcome.ts'
import { text, time, when } from './common.ts'

const outcome = z.enum(outcomeCodes as [Outcome, ...Outcome[]])
const id = z.string().max(64)

/** What events of doors are looked for by. */
export const searching = {
  door: id.optional(),
  person: id.optional(),
  company: id.optional(),
  /** One outcome, or all that begin so. */
  outcome: z.enum(['granted', 'denied', 'pending', ...outcomeCodes] as [string, ...string[]]).optional(),
  from: time.optional(),
  /** Not included. */
  to: time.optional(),
}
const held = z.object({
  credential: z.string(),
  no: z.string(),
  person: z.string(),
  name: z.string(),
  company: z.string().nullable(),
  works: z.string().nullable(),
  phase: z.string(),
  validTo: time,
  deposit: z.string().nullable(),
  receipt: z.string().nullable(),
})
export const accessReports = z.object({
  from: time,
  to: time,
  /** Who opened what, the most frequent first; `entered` of them the door was really opened. */
  opened: z.array(
    z.object({
      ...{ person: z.string(), name: z.string(), company: z.string().nullable(), door: z.string() },
      ...{ times: z.int(), entered: z.int(), last: time },
    }),
  ),
  /** There are more than are listed. */
  openedCut: z.boolean(),
  refused: z.array(z.object({ outcome, text, rule: z.string(), times: z.int(), people: z.int(), doors: z.int() })),
  /** In somebody's hands although its time is over, its site is closed or it was stopped. */
  unreturned: z.array(held),
  deposits: z.array(held),
  /** Yuan. */
  depositsTotal: z.string(),
  kept: z.object({
    days: z.int(),
    since: when,
    /** What the retention has dropped, by month of the events. */
    dropped: z.array(z.object({ month: z.string(), events: z.int(), from: time, to: time })),
  }),
})
export type AccessReports = z.infer<typeof accessReports>
