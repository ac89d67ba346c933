import type { Snapshot } from '../rules/access/policy.ts'
import { dayTypeOf, type LocalTime, minutesOf, type Schedule, within } from '../rules/schedule.ts'
import type { Site } from './site.ts'

type Asks = Snapshot['asks']
interface GroupWords {
  readonly spans: readonly { readonly schedule: Schedule; readonly mode: Asks }[]
  readonly otherwise: Asks
}
/** What a site says of its doors, put together once for as long as the site is the same. */
interface Words {
  readonly groups: ReadonlyMap<string, readonly GroupWords[]>
  /** All of what follows is of this minute. */
  time: LocalTime
  holiday: boolean
  readonly asks: Map<string, Asks>
  readonly on: Map<Schedule, boolean>
}
const order = ['unlocked', 'card', 'card-pin', 'locked'] as const
const ofSite = new WeakMap<Site, Words>()

function groupsOf(site: Site): Words['groups'] {
  const found = new Map<string, GroupWords[]>()
  for (const { id, name, doors, schedules, otherwise } of site.doorGroups) {
    const spans = schedules.map(({ days, from, to, mode }) => ({
      schedule: { id, name, spans: [{ days, from: minutesOf(from), to: minutesOf(to) }] },
      mode,
    }))
    for (const door of doors) found.set(door, [...(found.get(door) ?? []), { spans, otherwise }])
  }
  return found
}
/** @param time of `localClock`, which gives the same object for all of one minute */
function wordsAt(site: Site, time: LocalTime): Words {
  const had = ofSite.get(site)
  if (had?.time === time) return had
  const holiday = dayTypeOf(time.day, site.calendar) === 'holiday'
  const made = { groups: had?.groups ?? groupsOf(site), time, holiday, asks: new Map(), on: new Map() }
  ofSite.set(site, made)
  return made
}

/** What the groups of a door ask of credentials now; of several the strictest. Changes with the minute only. */
export function asksNow(site: Site, door: string, time: LocalTime): Asks {
  const words = wordsAt(site, time)
  const had = words.asks.get(door)
  if (had !== undefined) return had
  let most = -1
  for (const { spans, otherwise } of words.groups.get(door) ?? []) {
    const on = spans.find(({ schedule }) => within(schedule, site.calendar, time))
    most = Math.max(most, order.indexOf(on?.mode ?? otherwise))
  }
  const made = most < 0 ? 'card' : order[most]!
  words.asks.set(door, made)
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
