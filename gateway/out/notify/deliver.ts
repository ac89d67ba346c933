import type { Recipient } from '../../../rules/ladder.ts'
import type { Calendar } from '../../../rules/schedule.ts'
import type { Clock } from '../../core/clock.ts'
import type { Entry } from '../../core/events.ts'
import { kindOf } from './channels.ts'
import { type Duty, isFor, type NotifyChannel, type NotifyConfig, peopleAt, within } from './config.ts'
import type { Told } from './message.ts'
import { type Fetch, tellOne, type Unit, unitsOf } from './send.ts'

const TIMEOUT_MS = 10_000
const RETRY_MS = [1000, 5000, 15_000, 60_000, 300_000]
/** What is new does not sit out a long wait that something older has begun. */
const NEWS_WAIT_MS = 15_000
/** After that it is given up and said so on the trail: what is told a day late is not told. */
const GIVE_UP_MS = { life: 24 * 3_600_000, other: 3_600_000 }
/** One person that cannot be reached, while others can, is tried so often; then the next message is due. */
const MOST_TRIES = 4
const BATCH = 200
const KEPT_EACH = 1000

export interface Outcome {
  readonly channel: string
  /** Up to here the trail has been read for this channel. */
  readonly seq: number
  /** Null: nothing had to be told on the way. */
  readonly told: {
    readonly alarm: string
    readonly event: string
    readonly to: readonly string[]
    /** Null: it was taken. */
    readonly failed: string | null
    /** The entry of the trail that it tells of. */
    readonly of: number
    readonly level?: number | undefined
  } | null
}
export interface DeliverDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly timezone: string
  readonly calendar: Calendar
  /** Entries of the trail after `seq`, oldest first. */
  readonly after: (seq: number, limit: number) => readonly Entry[]
  /** Null: this channel has never told anything. */
  readonly cursor: (channel: string) => number | null
  readonly head: () => number
  /** Cursor and trail entry in one transaction. */
  readonly settle: (outcome: Outcome) => void
  /** The names that have an outcome of this entry by this channel already, as of before a restart. */
  readonly settled: (alarm: string, channel: string, of: number) => ReadonlySet<string>
  readonly look: (entry: Entry) => Duty | null
  /** Where this person can acknowledge. */
  readonly linkFor: (told: Told, person: Recipient) => string | null
  readonly failing: (channel: string, why: string) => void
  readonly fetchOne?: Fetch
}

/** How a channel is doing, for people to see. */
export interface ChannelState {
  /** Null: it does not fail. */
  readonly failing: { readonly why: string; readonly since: number; readonly nextAt: number } | null
  /** Messages that wait; at most 100 are counted. */
  readonly waiting: number
}

/** What notices to thousands of customers do not hold up. */
const lanes = ['alarms', 'customers'] as const
type Lane = (typeof lanes)[number]
const laneOf = (told: Told): Lane => (told.event === 'outage' ? 'customers' : 'alarms')

/** One reader of the trail per channel: none waits for another, and none forgets over a restart. Returns wake and stop. */
export function deliver(config: NotifyConfig, deps: DeliverDeps) {
  const hasGroup = (id: string) => config.groups.some(g => g.channels.includes(id))
  const readers = config.channels.flatMap(channel =>
    lanes
      .filter(lane => lane === 'alarms' || hasGroup(channel.id))
      .map(lane => ({ id: channel.id, ...reader(channel, lane, config, deps) })),
  )
  return {
    /** Something new is on the trail. */
    wake() {
      for (const r of readers) r.wake()
    },
    state(channel: string): ChannelState {
      const mine = readers.filter(r => r.id === channel).map(r => r.state())
      return {
        failing: mine.find(s => s.failing !== null)?.failing ?? null,
        waiting: mine.reduce((sum, s) => sum + s.waiting, 0),
      }
    },
    async stop() {
      await Promise.all(readers.map(r => r.stop()))
    },
  }
}

function reader(channel: NotifyChannel, lane: Lane, config: NotifyConfig, deps: DeliverDeps) {
  const { clock, timezone, calendar } = deps
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let attempt = 0
  let waiting = false
  let failedAt = 0
  let failing: ChannelState['failing'] = null
  let cancelRetry = () => {}
  /** Of the entry under way: who has it already or never will. They are not told twice because another one failed. */
  let done = { seq: -1, keys: new Set<string>(), reached: false, tries: 0 }

  const cursor = lane === 'alarms' ? channel.id : `${channel.id}~${lane}`
  const put = (seq: number, told: Outcome['told']) => deps.settle({ channel: cursor, seq, told })
  // A new channel begins with what happens from now on.
  let at = deps.cursor(cursor)
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

  /** What this entry is for this channel: null nothing, else to whom. */
  function mine(entry: Entry): { told: Told; people: readonly Recipient[]; quiet: boolean } | null {
    const duty = deps.look(entry)
    if (!duty || laneOf(duty.told) !== lane) return null
    const { told, to } = duty
    const life = told.severity === 'life'
    const now = clock.now()
    if (to === null) {
      if (!isFor(channel, told, told.at, timezone, calendar)) return null
      return { told, people: peopleAt(config, channel.roster, life, now, timezone, calendar), quiet: false }
    }
    if (!to.channels.includes(channel.id)) return null
    const people = to.people ?? to.rosters.flatMap(r => peopleAt(config, r, life, now, timezone, calendar))
    const quiet = !life && lane === 'alarms' && within([...channel.quiet, ...to.quiet], told.at, timezone, calendar)
    return { told, people, quiet }
  }

  /** @returns false: somebody has to be tried again */
  async function tellAll(entry: Entry): Promise<boolean> {
    const found = mine(entry)
    if (!found) return true
    const { told, people, quiet } = found
    const { alarm, event, level } = told
    const note = (upTo: number, to: readonly string[], failed: string | null) =>
      put(upTo, { alarm, event, to, failed, of: entry.seq, ...(level !== undefined && { level }) })
    const units = quiet ? [] : unitsOf(channel, people)
    const names = people.length > 0 ? people.map(p => p.name).slice(0, 20) : [channel.id]
    if (units.length === 0) {
      const nobody = people.length === 0 ? 'nobody on duty' : `nobody has ${kindOf(channel.kind).each}`
      note(entry.seq, names, quiet ? 'quiet hours' : nobody)
      return true
    }
    // With the last one the cursor moves on, in the same transaction.
    const upTo = () => (units.every(u => done.keys.has(u.key)) ? entry.seq : seq)
    if (done.seq !== entry.seq) {
      const before = deps.settled(alarm, channel.id, entry.seq)
      const keys = units.filter(u => u.names.every(name => before.has(name))).map(u => u.key)
      done = { seq: entry.seq, keys: new Set(keys), reached: before.size > 0, tries: 0 }
    }
    done.tries++
    const missed: { readonly unit: Unit; readonly why: string }[] = []
    for (const unit of units) {
      if (done.keys.has(unit.key)) continue
      const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopping.signal])
      const [person] = unit.people
      const link = kindOf(channel.kind).each !== null && person ? deps.linkFor(told, person) : null
      const mail = link === null ? told : { ...told, link }
      const { why, final } = await tellOne(channel, mail, unit, clock.now(), signal, deps.fetchOne)
      if (stopping.signal.aborted) return false
      if (why === null || final) {
        done.keys.add(unit.key)
        if (why === null) done.reached = true
        note(upTo(), unit.names, why)
      } else {
        missed.push({ unit, why })
        // The server itself is away: whoever is next would only wait as long.
        if (!done.reached && missed.length >= 3) break
      }
    }
    if (missed.length === 0) return true
    const old = clock.now() - told.at > GIVE_UP_MS[told.severity === 'life' ? 'life' : 'other']
    if (old || (done.reached && done.tries >= MOST_TRIES)) {
      for (const unit of units)
        if (!done.keys.has(unit.key)) {
          done.keys.add(unit.key)
          note(upTo(), unit.names, missed.find(m => m.unit === unit)?.why ?? missed[0]!.why)
        }
      return true
    }
    fail(missed[0]!.why)
    return false
  }

  async function drain(): Promise<void> {
    for (;;) {
      const entries = deps.after(seq, BATCH)
      if (entries.length === 0) return
      for (const entry of entries) {
        if (stopping.signal.aborted) return
        if (mine(entry) !== null) {
          if (!(await tellAll(entry))) return
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
      if (running === null && failing === null) return { failing, waiting: 0 }
      const ahead = deps.after(seq, BATCH).filter(entry => mine(entry) !== null)
      return { failing, waiting: Math.min(ahead.length, 100) }
    },
    async stop() {
      stopping.abort()
      cancelRetry()
      await running
    },
  }
}
