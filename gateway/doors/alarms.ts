import type { PointId, Sample, Value } from '../../drivers/point.ts'
import type { DoorWatch } from '../../rules/access/doorwatch.ts'
import {
  type DoorAlarmKey,
  doorAlarmKeys,
  SPRAY_WINDOW_MS,
  saidByDevice,
  suspicionOf,
} from '../../rules/access/suspect.ts'
import type { AccessDeps, AccessState } from '../access/state.ts'
import type { ReaderWord } from '../doorlink/readers.ts'
import type { Site } from '../site/site.ts'

export type DoorAlarms = ReturnType<typeof watchDoorAlarms>

/** How long an attempt stands before its alarm returns to normal by itself; it stays until somebody has seen it. */
const PULSE_MS = 10_000
const AGAIN_MS = 30_000
const MOST_TOLD = 500

/** The points of a site's doors that are the gateway's own; what a device says by itself is not said once more. */
export const doorAlarmPoints = (site: Pick<Site, 'access' | 'equipment'>): readonly { readonly id: PointId }[] => {
  const has = new Set(site.equipment.flatMap(e => e.points.map(p => p.id)))
  return [...site.access.doors.keys()].flatMap(door =>
    doorAlarmKeys
      .filter(key => !has.has(`${door}/${saidByDevice[key] ?? ''}`))
      .map(key => ({ id: `${door}/${key}` as PointId })),
  )
}

/**
 * Tells the alarm core what doors have to say. Levels are said as they are, again and again; attempts are read from the
 * stored events and marked as told only afterwards, so that a crash loses none.
 */
export function watchDoorAlarms(deps: AccessDeps, state: AccessState) {
  const { clock, records } = deps
  /** What was told last, and when. */
  const told = new Map<PointId, { readonly value: boolean; readonly at: number }>()
  const pulses = new Map<PointId, number>()

  const sample = (point: PointId, value: Value, at: number): Sample => ({ point, at, seen: at, quality: 'good', value })
  function say(list: readonly (readonly [PointId, boolean])[], again = false): void {
    const at = clock.now()
    const news = list.filter(([point, value]) => {
      const had = told.get(point)
      return again || had?.value !== value || Math.abs(at - had.at) >= AGAIN_MS
    })
    for (const [point, value] of news) told.set(point, { value, at })
    if (news.length > 0) deps.tell?.(news.map(([point, value]) => sample(point, value, at)))
  }
  /** Somebody has tried something. A second time within the first is an alarm of its own. */
  function pulse(door: string, key: DoorAlarmKey): void {
    const point = `${door}/${key}` as PointId
    say(pulses.has(point) ? [[point, false]] : [], true)
    say([[point, true]], true)
    pulses.set(point, clock.now())
  }

  /** Looks at what has come of readings since the last time. */
  function tell(): void {
    if (!deps.tell || !deps.site()) return
    // A site that begins with this has nobody in need in its past.
    const from = records.state('alarmed')
    const events = records.after(from ?? records.lastSeq(), MOST_TOLD)
    for (const event of events) {
      const key = suspicionOf(event, records.wrongPinsAt(event.door, event.at - SPRAY_WINDOW_MS))
      if (key) pulse(event.door, key)
    }
    const last = events.at(-1)?.seq ?? (from === null ? records.lastSeq() : null)
    if (last !== null) records.setAlarmed(last)
  }

  return {
    pulse,
    tell,
    /** Once a second, and at each change of a contact. */
    look(site: Site, watches: ReadonlyMap<string, DoorWatch>): void {
      if (!deps.tell) return
      tell()
      const now = clock.now()
      const ended = [...pulses].filter(([, at]) => Math.abs(now - at) >= PULSE_MS).map(([point]) => point)
      for (const point of ended) pulses.delete(point)
      // An attempt that was over before it was heard of, and what still stands.
      const holds = (door: string, key: DoorAlarmKey, word: ReaderWord) =>
        pulses.has(`${door}/${key}` as PointId) || state.says(door, word) === true
      const of = (door: string, key: DoorAlarmKey, value: boolean) => [`${door}/${key}` as PointId, value] as const
      say([
        ...ended.map(point => [point, false] as const),
        ...[...site.access.doors.keys()].flatMap(door => {
          const watch = watches.get(door)
          return [
            of(door, 'access-held', watch?.phase === 'held'),
            of(door, 'access-pre-alarm', watch?.phase === 'warned'),
            of(door, 'access-forced', watch?.phase === 'forced'),
            of(door, 'access-disagrees', watch?.disagrees?.told === true),
            of(door, 'access-tamper', state.says(door, 'tamper') === true),
            of(door, 'access-reader', state.says(door, 'reader') === false),
            of(door, 'access-downgrade', holds(door, 'access-downgrade', 'reader-downgrade')),
            of(door, 'access-capability', holds(door, 'access-capability', 'reader-changed')),
            of(door, 'access-install', holds(door, 'access-install', 'reader-install')),
          ]
        }),
      ])
    },
  }
}
