import { doorNormal } from '../../rules/wall.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { type WallView, wall } from './contract.ts'
import type { App, Deps } from './deps.ts'

/** Several screens ask within the same second: what is counted over all points is counted once. */
const FRESH_MS = 1000

export function wallView(deps: Deps): WallView {
  const plant = deps.plant()
  const site = plant?.site
  const now = deps.clock.now()
  const doors = deps.access.doors()
  const points = { all: 0, stale: 0, bad: 0 }
  for (const { quality, reason } of plant?.latest.all() ?? []) {
    points.all++
    if (reason === 'stale') points.stale++
    else if (quality === 'bad') points.bad++
  }
  const rules = deps.attendance.rules()
  const { on, askedAt, missed } = deps.attendance.state()
  return {
    at: iso(now),
    doors:
      doors.length === 0
        ? null
        : {
            all: doors.length,
            items: doors.flatMap(({ door, mode, watch, open }) => {
              if (doorNormal(watch.phase, mode.mode) && open !== null) return []
              const { id, name } = door
              return [
                {
                  id,
                  name,
                  position: watch.phase,
                  mode: mode.mode,
                  until: isoOrNull(mode.until),
                  unknown: open === null,
                },
              ]
            }),
          },
    duty: rules && { least: rules.least, on: on.map(p => p.name), asked: askedAt !== null, missed },
    permits: deps.permits
      .open()
      .filter(p => p.phase === 'live' || p.phase === 'watch')
      .map(p => ({
        id: p.id,
        kind: p.kind,
        place: site?.spaces.get(p.space)?.name ?? { 'zh-CN': p.space, en: p.space },
        until: isoOrNull(p.endsAt ?? p.validTo),
      })),
    tags: deps.tags.open().length,
    points,
  }
}

export function wallRoutes(app: App, deps: Deps) {
  let made: { readonly at: number; readonly view: WallView } | null = null
  app.get(
    '/api/v1/wall',
    {
      config: { access: 'alarm.watch' },
      schema: {
        tags: ['alarms'],
        summary: 'For the wall of the control room: doors that are not normal, who is on duty, permits, tags, points',
        response: { 200: wall },
      },
    },
    async () => {
      const now = deps.clock.now()
      if (made === null || now < made.at || now - made.at >= FRESH_MS) made = { at: now, view: wallView(deps) }
      return made.view
    },
  )
}
