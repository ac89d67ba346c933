import { isTimeOf, type Recipient, rises } from '../../rules/ladder.ts'
import type { Severity } from '../../rules/rule.ts'
import { type Calendar, localClock, minutesOf } from '../../rules/schedule.ts'
import { circumstances } from '../alarms/ladder.ts'
import { kindOf } from '../out/notify/channels.ts'
import { isFor, ladderFor, type NotifyConfig, peopleAt, within } from '../out/notify/config.ts'
import { unitsOf } from '../out/notify/send.ts'

const MINUTE_MS = 60_000
const DAY_MIN = 1440

/** What the settings depend on beside themselves. */
export interface Where {
  readonly timezone: string
  readonly calendar: Calendar
}
/** One channel at one moment, of an alarm that nobody acknowledges. */
export interface Telling {
  readonly afterMin: number
  readonly channel: string
  /** Null: the channel tells by itself. */
  readonly ladder: {
    readonly id: string
    readonly level: number
    readonly roster: string
    readonly early: boolean
  } | null
  readonly names: readonly string[]
  /** Who is on duty, but has no address of this kind. */
  readonly without: readonly string[]
  /** Nobody is on duty: of life safety the whole roster is told. */
  readonly everybody: boolean
  /** Why nobody is told; null: somebody is. */
  readonly why: string | null
}

/**
 * Who would be told of an alarm that is raised at this moment and that nobody acknowledges: by the very functions that tell.
 * @param configAt the settings as they hold at a moment: whoever has taken over by signature is on duty
 * @param at UTC ms
 */
export function previewOf(
  configAt: (at: number) => NotifyConfig,
  severity: Severity,
  at: number,
  { timezone, calendar }: Where,
): readonly Telling[] {
  const config = configAt(at)
  const life = severity === 'life'
  const clock = localClock(timezone)
  const onRoster = (roster: string | undefined, now: number) =>
    peopleAt(configAt(now), roster, life, now, timezone, calendar)
  const tellingOf = (
    channel: NotifyConfig['channels'][number],
    roster: string | undefined,
    now: number,
    ladder: Telling['ladder'],
    quiet: boolean,
  ): Telling => {
    const people: readonly Recipient[] = onRoster(roster, now)
    const units = unitsOf(channel, people)
    const { each } = kindOf(channel.kind)
    const without = each === null ? [] : people.filter(p => p[each] === undefined).map(p => p.name)
    const everybody =
      life && people.length > 0 && peopleAt(configAt(now), roster, false, now, timezone, calendar).length === 0
    const nobody = units.length > 0 ? null : people.length === 0 ? 'nobody on duty' : `nobody has ${each}`
    const why = quiet ? 'quiet hours' : nobody
    const names = why === null ? units.flatMap(u => u.names) : []
    return { afterMin: Math.round((now - at) / MINUTE_MS), channel: channel.id, ladder, names, without, everybody, why }
  }
  const direct = config.channels
    .filter(c => c.events.includes('raised') && (life || c.severities.includes(severity)))
    .map(c => {
      const quiet = !isFor(c, { severity, event: 'raised' }, at, timezone, calendar)
      return tellingOf(c, c.roster, at, null, quiet)
    })
  const climbing: Telling[] = []
  const ladder = ladderFor(config, severity)
  if (ladder) {
    const told: number[] = []
    // Quiet hours end within a day; what they held back is told then.
    const end = ladder.levels.at(-1)!.afterMs / MINUTE_MS + DAY_MIN + 1
    for (let min = 0; min <= end && told[ladder.levels.length - 1] === undefined; min++) {
      const now = at + min * MINUTE_MS
      const about = circumstances(ladder, severity, config, { calendar }, clock(now))
      for (const { level, early } of rises(ladder, { startedAt: at, told: [...told] }, about, now)) {
        told[level] = now
        const { roster, channels } = ladder.levels[level]!
        for (const channel of config.channels.filter(c => channels.includes(c.id))) {
          const quiet = !life && within([...channel.quiet, ...ladder.quiet], now, timezone, calendar)
          climbing.push(tellingOf(channel, roster, now, { id: ladder.id, level: level + 1, roster, early }, quiet))
        }
      }
    }
  }
  return [...direct, ...climbing]
}

/**
 * Who of a roster is on duty from when on, for a day ahead; each time that it changes. `signedUntil`: whoever is on duty first has
 * taken over by signature, and the next shift should follow then; null: the roster's own times hold.
 */
export function dutyOf(
  configAt: (at: number) => NotifyConfig,
  now: number,
  { timezone, calendar }: Where,
  signedUntil: (roster: string) => number | null = () => null,
) {
  const clock = localClock(timezone)
  const { rosters } = configAt(now)
  const until = new Map(rosters.map(({ id }) => [id, signedUntil(id)]))
  // Only at these does anything change; at midnight the day is another.
  const turns = new Set([0])
  for (const { people } of configAt(Number.POSITIVE_INFINITY).rosters)
    for (const { shifts = [] } of people)
      for (const { from, to } of shifts) turns.add(minutesOf(from)).add(minutesOf(to))
  for (const at of until.values()) if (at !== null) turns.add(clock(at).minute)
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS
  const moments = Array.from({ length: DAY_MIN }, (_, i) => start + i * MINUTE_MS).filter(
    (at, i) => i <= 1 || turns.has(clock(at).minute),
  )
  return rosters.map(({ id, people }) => {
    const spans: { from: number; names: readonly string[] }[] = []
    for (const at of moments) {
      const local = clock(at)
      const there = configAt(at === start ? now : at).rosters.find(r => r.id === id)?.people ?? []
      const names = there.filter(p => p.shifts === undefined || isTimeOf(p.shifts, calendar, local)).map(p => p.name)
      if (spans.length === 0 || spans.at(-1)!.names.join('\n') !== names.join('\n')) spans.push({ from: at, names })
    }
    return { id, people: people.length, spans, signedUntil: until.get(id) ?? null }
  })
}

/** The next moment at which the site's clock shows this. @param time `03:00` @param day `2026-11-22`; without: whichever comes first */
export function momentOf(time: string, day: string | undefined, now: number, timezone: string): number {
  const clock = localClock(timezone)
  const wanted = minutesOf(time)
  const dayNo = day === undefined ? null : Date.parse(`${day}T00:00:00Z`) / 86_400_000
  if (dayNo !== null) {
    // As if the wall were UTC, then put right by what the wall shows then; twice, for the day on which a clock is set.
    let at = (dayNo * DAY_MIN + wanted) * MINUTE_MS
    for (let i = 0; i < 2; i++) {
      const shown = clock(at)
      at += ((dayNo - shown.day) * DAY_MIN + wanted - shown.minute) * MINUTE_MS
    }
    return at
  }
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS
  for (let i = 0; i <= 2 * DAY_MIN; i++)
    if (clock(start + i * MINUTE_MS).minute === wanted) return start + i * MINUTE_MS
  return start
}
