import type { PointId, Sample } from '../../drivers/point.ts'
import { isTest } from '../../rules/alarm.ts'
import type { Impaired } from '../../rules/patrol/watch.ts'
import { isLoose, isUnclosed, permitDue, shiftedWatch, workedAt } from '../../rules/permit/due.ts'
import type { PermitAround } from '../../rules/permit/move.ts'
import { type Permit, startedAt, WATCH_MIN } from '../../rules/permit/permit.ts'
import { permitPoints } from '../../rules/permit/words.ts'
import type { Entry as RegisterEntry } from '../../rules/register.ts'
import { dayTypeOf, localClock } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import type { RunningLinkage } from '../linkage/linkage.ts'
import type { Alarms } from '../records/alarms.ts'
import type { Permits } from '../records/permits.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import {
  codeHangs,
  detectorsOff,
  lateGear,
  neighbours,
  restorable,
  scannedAt,
  shutValve,
  touches,
  windAt,
} from './plant.ts'

const LOOK_EVERY_MS = 1000
const SAY_AGAIN_MS = 30_000
/** Between these minutes of the day it is night. */
const NIGHT = { from: 22 * 60, to: 6 * 60 } as const

export interface PermitDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly permits: Permits
  readonly alarms: Pick<Alarms, 'open'>
  /** Null while no site runs. */
  readonly plant: () => {
    readonly site: Site
    readonly latest: { get(point: PointId): Sample | undefined }
    readonly alarms: { samples(samples: readonly Sample[]): void }
  } | null
  readonly linkage: () => Pick<RunningLinkage, 'linkage' | 'state'> | null
  /** The pieces of the register of fire gear that are not scrapped. */
  readonly gear?: () => readonly RegisterEntry[]
  /** Switches detectors on again whose time has run out, where the panel lets itself be told. */
  readonly restore?: (points: readonly PointId[], permit: Permit) => void
  readonly failed: (error: unknown) => void
}
export type PermitKeeper = ReturnType<typeof keepPermits>

/** Looks after permits: what the plant around a place says of it, and what time does to them. */
export function keepPermits(deps: PermitDeps) {
  const { clock, trail, permits, plant } = deps
  const told = new Map<PointId, { readonly value: boolean; readonly at: number }>()
  const fireKinds = /^(fire|smoke|heat|detector|call-point)/

  /** A zone of the linkage that is not back to normal, or a detector of the place that is in alarm. */
  function burning(site: Site, space: string): boolean {
    const linkage = deps.linkage()
    const zones = linkage?.linkage.zones ?? []
    const state = linkage?.state().zones ?? {}
    if (zones.some(z => state[z.id] && z.space !== null && touches(site, z.space, space))) return true
    return deps.alarms.open().some(a => {
      if (!a.active || a.severity !== 'life' || isTest(a.id)) return false
      const equipment = site.equipment.find(e => a.point.startsWith(`${e.id}/`))
      if (!equipment || !fireKinds.test(equipment.kind)) return false
      const at = equipment.points.find(p => p.id === a.point)?.space ?? equipment.space
      return at !== undefined && at !== null && touches(site, at, space)
    })
  }
  const impaired = (site: Site, space: string): boolean =>
    permits.open().some(p => p.kind === 'isolation' && p.phase === 'live' && touches(site, p.space, space))
  const offHoursAt = (site: Site, at: number): boolean => {
    const { day, minute } = localClock(site.timezone)(at)
    return minute >= NIGHT.from || minute < NIGHT.to || dayTypeOf(day, site.calendar) !== 'workday'
  }
  const dateAt = (site: Site, at: number): string =>
    new Date(localClock(site.timezone)(at).day * 86_400_000).toISOString().slice(0, 10)

  function around(p: Permit): PermitAround {
    const now = clock.now()
    const running = plant()
    const busy = permits
      .open()
      .find(
        o =>
          o.id !== p.id &&
          (o.phase === 'live' || o.phase === 'watch') &&
          o.guardian.toLowerCase() === p.guardian.toLowerCase(),
      )
    // Without a site nobody knows whether it burns: nothing begins.
    if (!running)
      return {
        ...{ day: '9999-12-31', offHours: true, alarm: true, isolated: true, guardianAt: null },
        ...{ watchMin: WATCH_MIN.usual, detectorsOff: null, wind: null, valve: null, gear: null, others: [] },
        scannable: true,
      }
    const {
      site,
      latest: { get },
    } = running
    const off = detectorsOff(site, p.space, get)
    return {
      day: dateAt(site, now),
      offHours: offHoursAt(site, now),
      alarm: burning(site, p.space),
      // With a permit of its own somebody walks there and restores it in time.
      isolated: off === true && !impaired(site, p.space),
      detectorsOff: off,
      wind: windAt(site, get),
      valve: shutValve(site, p.space, get),
      gear: lateGear(site, p.space, deps.gear?.() ?? [], now),
      others: neighbours(site, p, permits.open()),
      scannable: codeHangs(site, p.space),
      guardianAt: busy?.no ?? null,
      watchMin: site.permits.watchMinutes,
    }
  }

  function look(): void {
    const running = plant()
    if (!running) return
    const { site, latest } = running
    const now = clock.now()
    const open = permits.open()
    const wind = open.length > 0 ? windAt(site, latest.get) : null
    const due = open.flatMap(p => {
      // Nobody works there: what burns is no business of it.
      const alarm = (p.phase === 'live' || p.phase === 'suspended') && burning(site, p.space)
      const off = p.kind === 'isolation' ? detectorsOff(site, p.space, latest.get) : null
      return permitDue(p, { alarm, offHours: offHoursAt(site, now), wind, detectorsOff: off }, now) ?? []
    })
    if (due.length > 0)
      trail.change(GATEWAY, note => {
        for (const { permit, event } of due)
          permits.put(note, permit, event, {
            guardian: permit.guardian,
            ...(event === 'suspended' && { reason: permit.suspended?.reason }),
            // Only what had begun has to be stopped, and somebody called.
            ...(event === 'expired' && { page: isLoose(permit) }),
            ...(event === 'reminded' && { page: true }),
          })
      })
    for (const { permit, event } of due) {
      if (event !== 'expired' || permit.kind !== 'isolation' || !isLoose(permit)) continue
      const points = restorable(site, permit.space, latest.get)
      if (points.length > 0) deps.restore?.(points, permit)
    }
    const wanted = new Set(
      (due.length > 0 ? permits.open() : open).filter(p => isLoose(p) || isUnclosed(p, now)).map(p => p.space),
    )
    // All of them once, so that an alarm of before is taken back; then only what is, or was, one.
    const alarmed = [...told].flatMap(([point, { value }]) => (value ? [point] : []))
    const points = told.size === 0 ? permitPoints(site.spaces.keys()) : new Set([...permitPoints(wanted), ...alarmed])
    const news = [...points].flatMap((point): Sample[] => {
      const value = wanted.has(point.slice(point.indexOf('/') + 1))
      const had = told.get(point)
      if (had?.value === value && (!value || Math.abs(now - had.at) < SAY_AGAIN_MS)) return []
      told.set(point, { value, at: now })
      return [{ point, at: now, seen: now, quality: 'good', value }]
    })
    if (news.length > 0) running.alarms.samples(news)
  }
  const guarded = () => {
    try {
      look()
    } catch (error) {
      deps.failed(error)
    }
  }
  const stops = [
    clock.every(LOOK_EVERY_MS, guarded),
    clock.onJump(offsetMs => {
      try {
        const watched = permits.open().filter(p => p.phase === 'watch')
        if (watched.length > 0)
          trail.change(GATEWAY, note => {
            for (const p of watched) permits.put(note, shiftedWatch(p, offsetMs), 'clock-set', { offsetMs })
          })
      } catch (error) {
        deps.failed(error)
      }
    }),
  ]
  return {
    around,
    look: guarded,
    /** The part of it that is shown again and again, without the registers. */
    shown(p: Permit): Pick<PermitAround, 'wind' | 'others' | 'scannable'> {
      const running = plant()
      if (!running) return { wind: null, others: [], scannable: true }
      const { site, latest } = running
      const others = neighbours(site, p, permits.open())
      return { wind: windAt(site, latest.get), others, scannable: codeHangs(site, p.space) }
    },
    /** What of its place a code hangs on; null: another place's, or nobody's. */
    scanned(p: Permit, equipment: string | null, code: string): string | null {
      const running = plant()
      return running && scannedAt(running.site, p.space, equipment, code)
    },
    offHours: (at: number): boolean => {
      const running = plant()
      return running === null || offHoursAt(running.site, at)
    },
    day: (at: number): string => {
      const running = plant()
      return running ? dateAt(running.site, at) : '9999-12-31'
    },
    /** Told anew to a site that begins. */
    forget: () => told.clear(),
    stop() {
      for (const stop of stops) stop()
    },
  }
}

/**
 * Whether work is, or was, permitted at a place: live at that moment in this space, within it, or around it. A guard who finds
 * an open flame asks this; also for a round that was walked without a network and is uploaded later.
 * @returns null: not known, because no site runs or it has no such space
 */
export function permitHere(
  {
    permits,
    plant,
  }: { readonly permits: Pick<Permits, 'around'>; readonly plant: () => { readonly site: Site } | null },
  space: string,
  at: number,
): boolean | null {
  const site = plant()?.site
  if (!site?.spaces.has(space)) return null
  return permits.around(at).some(p => p.kind === 'hot-work' && touches(site, p.space, space) && workedAt(p, at))
}

/** Zones whose detectors are isolated by a permit now: also one that has run out while nobody has said that they are back. */
export const isolations = (permits: Pick<Permits, 'open'>): Impaired[] =>
  permits.open().flatMap(p => {
    const from = startedAt(p)
    const is = p.kind === 'isolation' && (p.phase === 'live' || p.phase === 'suspended' || isLoose(p))
    return is && from !== null ? [{ no: p.no, space: p.space, from }] : []
  })
