import { z } from 'zod'
import { type Alarm, type AlarmInput, type AlarmMove, stateOf } from '../../rules/alarm.ts'
import { may } from '../../rules/permission.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import { alarm, alarmReason, shelveAlarm } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { alarmView } from './views.ts'

const one = z.object({ id: z.string().max(200) })
/** One shift. Longer is for those who may also take it out of service. */
const SHIFT_MIN = 8 * 60

/** What a person does to an alarm beside acknowledging it. Each is refused when the alarm is not in such a state. */
export function alarmMoveRoutes(app: App, deps: Deps) {
  const tags = ['alarms']
  const done = (id: string, actor: Actor, input: Extract<AlarmInput, { readonly kind: AlarmMove }>) => {
    const stored = deps.alarms.get(id) ?? fresh(id)
    const alarms = deps.plant()?.alarms
    if (!alarms?.has(id)) return fail('alarm-retired')
    if (input.kind === 'shelve' && stored.severity === 'life') return fail('alarm-life')
    if (!alarms.move(input, id, actor)) return fail('alarm-not-so', { state: stateOf(alarms.get(id)!) })
    return alarmView(deps, deps.alarms.get(id)!)
  }
  /** An alarm that never was can be put aside too, ahead of the work. */
  const fresh = (id: string): Alarm => deps.plant()?.alarms.get(id) ?? fail('not-found', { what: id })

  app.post(
    '/api/v1/alarms/:id/shelve',
    {
      config: { access: 'alarm.shelve' },
      schema: {
        tags,
        summary:
          'Calls nobody for so many minutes, then comes back by itself. Up to 8 h; longer for those who may take it out of service',
        params: one,
        body: shelveAlarm,
        response: { 200: alarm },
      },
    },
    async request => {
      const { actor } = who(request)
      const { minutes, reason } = request.body
      if (minutes > SHIFT_MIN && !may(actor.role, 'alarm.out-of-service'))
        return fail('shelve-too-long', { hours: SHIFT_MIN / 60 })
      const until = deps.clock.now() + minutes * 60_000
      return done(request.params.id, actor, { kind: 'shelve', by: actor.name, reason, until })
    },
  )
  app.post(
    '/api/v1/alarms/:id/unshelve',
    {
      config: { access: 'alarm.shelve' },
      schema: {
        tags,
        summary: 'Off the shelf before its time. What stands counts as seen by whoever does it',
        params: one,
        response: { 200: alarm },
      },
    },
    async request => {
      const { actor } = who(request)
      return done(request.params.id, actor, { kind: 'unshelve', by: actor.name })
    },
  )
  app.post(
    '/api/v1/alarms/:id/reset',
    {
      config: { access: 'alarm.acknowledge' },
      schema: {
        tags,
        summary: 'Of a latched alarm, once its condition is gone and it is acknowledged',
        params: one,
        response: { 200: alarm },
      },
    },
    async request => {
      const { actor } = who(request)
      return done(request.params.id, actor, { kind: 'reset', by: actor.name })
    },
  )
  app.post(
    '/api/v1/alarms/:id/out-of-service',
    {
      config: { access: 'alarm.out-of-service' },
      schema: {
        tags,
        summary: 'Calls nobody until it is put in service again',
        params: one,
        body: alarmReason,
        response: { 200: alarm },
      },
    },
    async request => {
      const { actor } = who(request)
      const { reason } = request.body
      return done(request.params.id, actor, { kind: 'out-of-service', by: actor.name, reason })
    },
  )
  app.post(
    '/api/v1/alarms/:id/in-service',
    {
      config: { access: 'alarm.out-of-service' },
      schema: { tags, summary: 'In service again', params: one, response: { 200: alarm } },
    },
    async request => {
      const { actor } = who(request)
      return done(request.params.id, actor, { kind: 'in-service', by: actor.name })
    },
  )
}
