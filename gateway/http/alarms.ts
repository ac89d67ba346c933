import { z } from 'zod'
import { byUrgency } from '../../rules/alarm.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { StoredAlarm } from '../records/alarms.ts'
import { alarm, page, paging } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { alarmFor, isDisplay } from './fordisplay.ts'
import { alarmView } from './views.ts'

const one = z.object({ id: z.string().max(200) })
const order = (a: StoredAlarm, b: StoredAlarm): number => byUrgency(a, b) || (a.id < b.id ? -1 : 1)

/** Somebody has seen it. On the disk when this returns. */
export function acknowledge(deps: Deps, stored: StoredAlarm, actor: Actor): void {
  const plant = deps.plant()
  if (plant?.alarms.has(stored.id)) plant.alarms.acknowledge(stored.id, actor)
  else if (!stored.acked)
    // No rule watches it any more, or no site runs: it can still be laid to rest.
    deps.trail.change(actor, note =>
      deps.alarms.put(note, { ...stored, acked: true, ackedAt: deps.clock.now(), ackedBy: actor.name }, 'acknowledged'),
    )
}

export function alarmRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  const read = { access: 'alarm.watch' as const }
  app.get(
    '/api/v1/alarms',
    {
      config: read,
      schema: {
        tags,
        summary: 'Alarms that are not normal, most pressing first; all that ever were with `all`',
        querystring: z.object({ ...paging, all: z.stringbool().default(false) }),
        response: { 200: page(alarm) },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const all = request.query.all && !isDisplay(request)
      // The cursor is a place in the order, not in the list: an alarm may leave the list while somebody turns the page.
      const last = cursor === undefined ? null : (deps.alarms.get(cursor) ?? fail('not-found', { what: cursor }))
      const rest = (all ? deps.alarms.all() : deps.alarms.open().filter(a => a.severity !== 'journal'))
        .filter(a => last === null || (a.id !== last.id && order(a, last) > 0))
        .sort(order)
      const slice = rest.slice(0, limit)
      return {
        items: slice.map(a => alarmFor(request, alarmView(deps, a))),
        next: limit < rest.length ? (slice.at(-1)?.id ?? null) : null,
      }
    },
  )
  app.get(
    '/api/v1/alarms/:id',
    { config: read, schema: { tags, summary: 'One alarm', params: one, response: { 200: alarm } } },
    async request => {
      const { id } = request.params
      return alarmFor(request, alarmView(deps, deps.alarms.get(id) ?? fail('not-found', { what: id })))
    },
  )
  app.post(
    '/api/v1/alarms/:id/acknowledge',
    {
      config: { access: 'alarm.acknowledge' },
      schema: { tags, summary: 'Somebody has seen it. Again does no harm.', params: one, response: { 200: alarm } },
    },
    async request => {
      const { id } = request.params
      acknowledge(deps, deps.alarms.get(id) ?? fail('not-found', { what: id }), who(request).actor)
      return alarmView(deps, deps.alarms.get(id)!)
    },
  )
}
