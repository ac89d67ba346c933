import type { Recipient } from '../../../rules/ladder.ts'
import type { Entry } from '../../core/events.ts'
import { kindOf } from './channels.ts'
import { isFor, type NotifyChannel, type NotifyConfig, peopleAt, within } from './config.ts'
import { digestOf, type Gathered } from './digest.ts'
import { type ChannelState, type DeliverDeps, type Lane, laneOf, type Outcome } from './lane.ts'
import { messenger } from './messenger.ts'
import { type Unit, unitsOf } from './send.ts'

const RETRY_MS = [1000, 5000, 15_000, 60_000, 300_000]
/** What is new does not sit out a long wait that something older has begun. */
const NEWS_WAIT_MS = 15_000
const BATCH = 200
const KEPT_EACH = 1000
/** The first digest of a flood does not wait for a whole interval. */
const FIRST_DIGEST_MS = 30_000
/** Of so many at most; what is more comes with the next one. */
const MOST_GATHERED = 2000
const NAMES_SHOWN = 20

/** What an entry is for one channel: to whom, and whether it is held back. */
interface Mine extends Gathered {
  readonly people: readonly Recipient[]
  readonly quiet: boolean
}
/**
 * One reader of the trail: each entry is told by itself, or in a flood of alarms together with others; people in danger have a
 * reader of their own, that gathers nothing and waits for nobody.
 */
export function reader(channel: NotifyChannel, lane: Lane, config: NotifyConfig, deps: DeliverDeps) {
  const { clock, timezone, calendar } = deps
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let attempt = 0
  let waiting = false
  let failedAt = 0
  let failing: ChannelState['failing'] = null
  let cancelRetry = () => {}
  const { carryOut, doneOf } = messenger({ channel, deps, stopping: stopping.signal, fail })
  /** What comes is kept for a digest; null: it is told at once. */
  let gathering: { due: boolean; batch: { readonly upTo: number; readonly list: readonly Mine[] } | null } | null = null
  let cancelDigest = () => {}
  let digestAt = Number.NEGATIVE_INFINITY

  const cursor = lane === 'alarms' ? channel.id : `${channel.id}~${lane}`
  const put = (seq: number, told: Outcome['told']) => deps.settle({ channel: cursor, seq, told })
  // Before there was one for people in danger, it was all one reader: this one goes on where that was. A new channel begins
  // with what happens from now on.
  let at = deps.cursor(cursor) ?? (lane === 'life' ? deps.cursor(channel.id) : null)
  if (at === null) {
    at = deps.head()
    try {
      put(at, null)
    } catch (error) {
      // A full disk keeps nobody from being told: it is written down with the first message.
      deps.failing(channel.id, String(error))
    }
  }
  let seq = at

  function mine(entry: Entry): Mine | null {
    const duty = deps.look(entry)
    if (!duty || laneOf(duty.told) !== lane) return null
    const { told, to } = duty
    const life = told.severity === 'life'
    const now = clock.now()
    const found = { seq: entry.seq, told }
    if (to === null) {
      if (!isFor(channel, told, told.at, timezone, calendar)) return null
      return { ...found, people: peopleAt(config, channel.roster, life, now, timezone, calendar), quiet: false }
    }
    if (!to.channels.includes(channel.id)) return null
    const people = to.people ?? to.rosters.flatMap(r => peopleAt(config, r, life, now, timezone, calendar))
    const quiet = !life && lane !== 'customers' && within([...channel.quiet, ...to.quiet], told.at, timezone, calendar)
    return { ...found, people, quiet }
  }
  const unitsFor = ({ people, quiet }: Mine) => (quiet ? [] : unitsOf(channel, people))
  const whyNobody = ({ people, quiet }: Mine): string =>
    quiet ? 'quiet hours' : people.length === 0 ? 'nobody on duty' : `nobody has ${kindOf(channel.kind).each}`
  const namesOf = (people: readonly Recipient[]) =>
    people.length > 0 ? people.map(p => p.name).slice(0, NAMES_SHOWN) : [channel.id]

  /** Names that have it already, by itself or in a digest. */
  const hadOf = ({ seq: of, told }: Mine): ReadonlySet<string> => {
    const digested = [...deps.digested(channel.id, seq)].filter(([, upTo]) => upTo >= of).map(([name]) => name)
    return new Set([...deps.settled(told.alarm, channel.id, of), ...digested])
  }

  function tellAll(found: Mine): Promise<boolean> {
    const { told, people } = found
    const { alarm, event, level } = told
    const note = (upTo: number, to: readonly string[], failed: string | null) =>
      put(upTo, { alarm, event, to, failed, of: found.seq, ...(level !== undefined && { level }) })
    const units = unitsFor(found)
    if (units.length === 0) {
      note(found.seq, namesOf(people), whyNobody(found))
      return Promise.resolve(true)
    }
    return carryOut({
      key: String(found.seq),
      told,
      to: units.map(unit => ({ unit, told })),
      had: () => hadOf(found),
      note: (unit, why, last) => note(last ? found.seq : seq, unit.names, why),
    })
  }

  /** Everything that has come so far. */
  async function gather() {
    const head = deps.head()
    const list: Mine[] = []
    let upTo = seq
    while (upTo < head && list.length < MOST_GATHERED && !stopping.signal.aborted) {
      const entries = deps.after(upTo, BATCH).filter(e => e.seq <= head)
      if (entries.length === 0) break
      for (const entry of entries) {
        const found = mine(entry)
        if (found) list.push(found)
      }
      upTo = entries.at(-1)!.seq
      // Thousands at once: the plant is looked at in between.
      await new Promise(resolve => setImmediate(resolve))
    }
    return { upTo, list }
  }

  /** One message for each person, of all that is his. @returns false: somebody has to be tried again */
  async function tellDigest(): Promise<boolean> {
    if (gathering === null) return true
    gathering.batch ??= await gather()
    if (stopping.signal.aborted) return false
    const { upTo, list } = gathering.batch
    if (list.length === 1) {
      if (!(await tellAll(list[0]!))) return false
    } else if (list.length > 1) {
      // Somebody may have had some of it before a restart, or by itself before the flood.
      const had = deps.digested(channel.id, seq)
      const first = list[0]!
      const hadFirst = doneOf(String(first.seq))
      const firstNames = hadFirst ? null : hadOf(first)
      const lists = new Map<string, { unit: Unit; mine: Mine[] }>()
      for (const found of list)
        for (const unit of unitsFor(found)) {
          if (unit.names.some(name => (had.get(name) ?? 0) >= found.seq)) continue
          if (found === first && (hadFirst?.has(unit.key) || unit.names.every(name => firstNames?.has(name)))) continue
          const one = lists.get(unit.key)
          if (!one) lists.set(unit.key, { unit, mine: [found] })
          else {
            one.mine.push(found)
            one.unit = together(one.unit, unit)
          }
        }
      const toldOf = (mine: readonly Mine[]) => (mine.length === 1 ? mine[0]!.told : digestOf(mine))
      const to = [...lists.values()].map(({ unit, mine }) => ({ unit, told: toldOf(mine) }))
      const note = (mine: readonly Mine[], at: number, names: readonly string[], failed: string | null) => {
        const about = [...new Set(mine.map(m => m.told.alarm))]
        const digest = { entries: mine.map(m => m.seq), about }
        put(at, { alarm: 'digest', event: 'digest', to: names, failed, of: mine.at(-1)!.seq, digest })
      }
      const key = `digest ${upTo}`
      const told = { ...digestOf(list), at: first.told.at }
      const heard = await carryOut({
        ...{ key, told, to },
        had: () => new Set(),
        note: (unit, why) => note(lists.get(unit.key)!.mine, seq, unit.names, why),
      })
      if (!heard) return false
      const nobody = Map.groupBy(
        list.filter(found => unitsFor(found).length === 0),
        whyNobody,
      )
      for (const [why, mine] of nobody) note(mine, seq, namesOf(mine[0]!.people), why)
    }
    put(upTo, null)
    seq = upTo
    if (list.length > 1) digestAt = clock.now()
    gathering = null
    return true
  }

  const gathers = () =>
    // A machine can follow, and wants each by itself.
    lane === 'alarms' && channel.kind !== 'webhook' && (gathering !== null || deps.flooded())
  function beginGathering() {
    const everyMs = config.flood.everyMin * 60_000
    const now = gathering ?? { due: false, batch: null }
    gathering = now
    const waitMs = Math.min(everyMs, Math.max(FIRST_DIGEST_MS, digestAt + everyMs - clock.now()))
    cancelDigest = clock.after(waitMs, () => {
      now.due = true
      wake(true)
    })
  }

  async function drain(): Promise<void> {
    for (;;) {
      const entries = deps.after(seq, BATCH)
      if (entries.length === 0) return
      for (const entry of entries) {
        if (stopping.signal.aborted) return
        const found = mine(entry)
        if (found !== null && gathers()) {
          if (gathering === null) beginGathering()
          if (gathering?.due !== true || !(await tellDigest())) return
          attempt = 0
          failing = null
          break
        }
        if (found !== null) {
          if (!(await tellAll(found))) return
          attempt = 0
          failing = null
        }
        seq = entry.seq
        // Entries with nothing to tell cost no write of their own, and a restart does not read a year of them.
        if (seq % KEPT_EACH === 0) put(seq, null)
      }
    }
  }

  function fail(why: string) {
    deps.failing(channel.id, why)
    const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!
    attempt++
    failedAt = clock.now()
    failing = { why, since: failing?.since ?? clock.now(), nextAt: clock.now() + waitMs }
    cancelRetry = clock.after(waitMs, () => {
      cancelRetry = () => {}
      wake(true)
    })
    waiting = true
  }

  function wake(due = false) {
    if (stopping.signal.aborted) return
    if (gathering?.due === false && !due) return
    if (waiting && !due && Math.abs(clock.now() - failedAt) < NEWS_WAIT_MS) return
    cancelRetry()
    waiting = false
    if (running !== null) {
      again = true
      return
    }
    running = drain()
      // The disk: what was sent could not be written down. Told once more later rather than never.
      .catch(error => fail(String(error)))
      .finally(() => {
        running = null
        if (again) {
          again = false
          wake()
        }
      })
  }
  wake()
  return {
    wake: () => wake(),
    state(): ChannelState {
      if (running === null && failing === null && gathering === null) return { failing, waiting: 0 }
      const ahead = deps.after(seq, BATCH).filter(entry => mine(entry) !== null)
      return { failing, waiting: Math.min(ahead.length, 100) }
    },
    async stop() {
      stopping.abort()
      cancelRetry()
      cancelDigest()
      await running
    },
  }
}

/** The people of both: a robot has one message for all, and who is on duty may change within it. */
function together(a: Unit, b: Unit): Unit {
  const more = b.people.filter(p => !a.people.some(one => one.name === p.name))
  if (more.length === 0) return a
  const people = [...a.people, ...more]
  return { ...a, people, names: people.map(p => p.name) }
}
