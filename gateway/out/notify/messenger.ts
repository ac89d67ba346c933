import { kindOf } from './channels.ts'
import type { NotifyChannel } from './config.ts'
import type { DeliverDeps } from './lane.ts'
import type { Told } from './message.ts'
import { tellOne, type Unit } from './send.ts'

const TIMEOUT_MS = 10_000
/** After that it is given up and said so on the trail: what is told a day late is not told. */
const GIVE_UP_MS = { life: 24 * 3_600_000, other: 3_600_000 }
/** One person that cannot be reached, while others can, is tried so often; then the next message is due. */
const MOST_TRIES = 4

/** One message, or one for each of several people. */
export interface Job {
  /** A second try of the same is known by it. */
  readonly key: string
  readonly told: Told
  readonly to: readonly { readonly unit: Unit; readonly told: Told }[]
  /** Who has it already, as of before a restart. */
  readonly had: () => ReadonlySet<string>
  /** `last`: nobody is left. */
  readonly note: (unit: Unit, why: string | null, last: boolean) => void
}

/** Brings messages to people by one channel, one message after the other. */
export function messenger(from: {
  readonly channel: NotifyChannel
  readonly deps: Pick<DeliverDeps, 'clock' | 'linkFor' | 'fetchOne' | 'reach'>
  readonly stopping: AbortSignal
  readonly fail: (why: string) => void
}) {
  const { channel, deps, stopping, fail } = from
  const { clock } = deps
  /** Of the message under way: who has it already or never will. They are not told twice because another one failed. */
  let done = { key: '', keys: new Set<string>(), reached: false, tries: 0 }

  /** @returns false: somebody has to be tried again */
  async function carryOut({ key, told, to, had, note }: Job): Promise<boolean> {
    if (done.key !== key) {
      const before = had()
      const keys = to.filter(({ unit }) => unit.names.every(name => before.has(name))).map(({ unit }) => unit.key)
      done = { key, keys: new Set(keys), reached: before.size > 0, tries: 0 }
    }
    const noteOne = (unit: Unit, why: string | null) => {
      done.keys.add(unit.key)
      if (why === null) done.reached = true
      // With the last one the cursor moves on, in the same transaction.
      note(
        unit,
        why,
        to.every(one => done.keys.has(one.unit.key)),
      )
    }
    done.tries++
    const missed: { readonly unit: Unit; readonly why: string }[] = []
    for (const { unit, told: one } of to) {
      if (done.keys.has(unit.key)) continue
      const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopping])
      const [person] = unit.people
      const link = kindOf(channel.kind).each !== null && person ? deps.linkFor(one, person) : null
      const mail = link === null ? one : { ...one, link }
      const { why, final } = await tellOne(channel, mail, unit, clock.now(), signal, {
        ...(deps.fetchOne && { fetchOne: deps.fetchOne }),
        ...(deps.reach && { reach: deps.reach }),
      })
      if (stopping.aborted) return false
      if (why === null || final) noteOne(unit, why)
      else {
        missed.push({ unit, why })
        // The server itself is away: whoever is next would only wait as long.
        if (!done.reached && missed.length >= 3) break
      }
    }
    if (missed.length === 0) return true
    const old = clock.now() - told.at > GIVE_UP_MS[told.severity === 'life' ? 'life' : 'other']
    if (old || (done.reached && done.tries >= MOST_TRIES)) {
      for (const { unit } of to)
        if (!done.keys.has(unit.key)) noteOne(unit, missed.find(m => m.unit === unit)?.why ?? missed[0]!.why)
      return true
    }
    fail(missed[0]!.why)
    return false
  }

  return {
    carryOut,
    /** Who has the message under way already or never will; null: it is another one. */
    doneOf: (key: string): ReadonlySet<string> | null => (done.key === key ? done.keys : null),
  }
}
