import type { HeldCredential, Snapshot } from '../../rules/access/policy.ts'
import { dayTypeOf, type LocalTime, minutesOf, type Schedule, within } from '../../rules/schedule.ts'
import type { Site } from '../site/site.ts'

type Asks = Snapshot['asks']
interface GroupWords {
  readonly spans: readonly { readonly schedule: Schedule; readonly mode: Asks }[]
  readonly otherwise: Asks
}
/** What the calendar says of one minute. */
interface Minute {
  readonly time: LocalTime
  readonly holiday: boolean
  readonly asks: Map<string, Asks>
  readonly on: Map<Schedule, boolean>
}
const order = ['unlocked', 'card', 'card-pin', 'locked'] as const
const groupsBySite = new WeakMap<Site, ReadonlyMap<string, readonly GroupWords[]>>()
const minuteBySite = new WeakMap<Site, Minute>()

/** Put together once for as long as the site is the same. */
function groupsOf(site: Site): ReadonlyMap<string, readonly GroupWords[]> {
  const had = groupsBySite.get(site)
  if (had) return had
  const found = new Map<string, GroupWords[]>()
  for (const { id, name, doors, schedules, otherwise } of site.doorGroups) {
    const spans = schedules.map(({ days, from, to, mode }) => ({
      schedule: { id, name, spans: [{ days, from: minutesOf(from), to: minutesOf(to) }] },
      mode,
    }))
    for (const door of doors) found.set(door, [...(found.get(door) ?? []), { spans, otherwise }])
  }
  groupsBySite.set(site, found)
  return found
}
/** @param time of `localClock`, which gives the same object for all of one minute */
function wordsAt(site: Site, time: LocalTime): Minute {
  const had = minuteBySite.get(site)
  if (had?.time === time) return had
  const holiday = dayTypeOf(time.day, site.calendar) === 'holiday'
  const made = { time, holiday, asks: new Map(), on: new Map() }
  minuteBySite.set(site, made)
  return made
}

/** What the groups of a door ask of credentials at a time; of several the strictest. */
export function asksAt(site: Site, door: string, time: LocalTime): Asks {
  let most = -1
  for (const { spans, otherwise } of groupsOf(site).get(door) ?? []) {
    const on = spans.find(({ schedule }) => within(schedule, site.calendar, time))
    most = Math.max(most, order.indexOf(on?.mode ?? otherwise))
  }
  return most < 0 ? 'card' : order[most]!
}
/** The same of this minute, for each card that is shown in it. */
export function asksNow(site: Site, door: string, time: LocalTime): Asks {
  const { asks } = wordsAt(site, time)
  const had = asks.get(door)
  if (had !== undefined) return had
  const made = asksAt(site, door, time)
  asks.set(door, made)
  return made
}
export function withinNow(site: Site, schedule: Schedule, time: LocalTime): boolean {
  const { on } = wordsAt(site, time)
  const had = on.get(schedule)
  if (had !== undefined) return had
  const made = within(schedule, site.calendar, time)
  on.set(schedule, made)
  return made
}
export const holidayNow = (site: Site, time: LocalTime): boolean => wordsAt(site, time).holiday

type Grants = HeldCredential['grants']
const grantsByLevels = new WeakMap<readonly string[], { readonly site: Site; readonly grants: Grants }>()
/** What access levels open and when. @param levels the very list of a row that is kept at hand, which never changes */
export function grantsOf(site: Site, levels: readonly string[]): Grants {
  const had = grantsByLevels.get(levels)
  if (had?.site === site) return had.grants
  const grants = levels.flatMap(id => {
    const level = site.access.levels.get(id)
    return (level?.groups ?? []).map(group => ({ group, schedule: level!.schedule, always: level!.always }))
  })
  grantsByLevels.set(levels, { site, grants })
  return grants
}
