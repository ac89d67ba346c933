import { z } from 'zod'
import { may } from '../../rules/permission.ts'
import {
  abandonSwitching,
  moveSwitching,
  nextStep,
  type Switching,
  samePerson,
  switchingActions,
} from '../../rules/switching.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { newSwitching, page, type SwitchingView, sentence, switching } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

const view = (deps: Deps, s: Switching): SwitchingView => ({
  ...s,
  equipmentName: deps.plant()?.site.equipment.find(e => e.id === s.equipment)?.name ?? null,
  steps: s.steps.map(one => ({ text: one.text, readAt: isoOrNull(one.readAt), doneAt: isoOrNull(one.doneAt) })),
  next: nextStep(s),
  at: iso(s.at),
  endedAt: isoOrNull(s.endedAt),
})

/** The switching log: a ticket of steps, each read out by the guardian and done by the operator, in its order. */
export function switchingRoutes(app: App, deps: Deps) {
  const { switchings } = deps
  const tags = ['switching']
  const account = (name: string): string => {
    const user = deps.users.get(name)
    return user && !user.disabled && may(user.role, 'switching.write') ? user.name : fail('switching-person', { name })
  }
  app.get(
    '/api/v1/switchings',
    {
      config: { access: 'switching.read' },
      schema: {
        tags,
        summary: 'The switching log, newest first',
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
        response: { 200: page(switching) },
      },
    },
    async request => ({ items: switchings.newest(request.query.limit).map(s => view(deps, s)), next: null }),
  )
  app.post(
    '/api/v1/switchings',
    {
      config: { access: 'switching.write' },
      schema: {
        tags,
        summary: 'A ticket of steps, with who switches and who watches; two persons, both of engineering',
        body: newSwitching,
        response: { 201: switching },
      },
    },
    async (request, reply) => {
      const b = request.body
      const { actor } = who(request)
      const [operator, guardian] = [account(b.operator), account(b.guardian)]
      if (samePerson(operator, guardian)) fail('switching-same-person')
      if (b.equipment !== undefined && !deps.plant()?.site.equipment.some(e => e.id === b.equipment))
        fail('not-found', { what: b.equipment })
      const asked = { ...b, equipment: b.equipment ?? null, operator, guardian }
      const made = createOnce(deps, request, (note, now) => ({ id: switchings.add(note, asked, actor.name, now).id }))
      return reply.code(201).send(view(deps, switchings.one(made.id)))
    },
  )
  app.post(
    '/api/v1/switchings/:id/steps/:n/:action',
    {
      config: { access: 'switching.write' },
      schema: {
        tags,
        summary: 'The guardian has read the next step out, or the operator has done it',
        params: z.object({
          id: z.string().max(64),
          n: z.coerce.number().int().min(0).max(99),
          action: z.enum(switchingActions),
        }),
        response: { 200: switching },
      },
    },
    async request => {
      const { id, n, action } = request.params
      const { actor } = who(request)
      const had = switchings.one(id)
      const next = moveSwitching(had, n, action, actor.name, deps.clock.now())
      if ('refused' in next)
        return fail(next.refused, { name: next.refused === 'switching-guardian' ? had.guardian : had.operator })
      const text = had.steps[n]?.text ?? ''
      const put = deps.trail.change(actor, note => switchings.put(note, next, action, { step: n + 1, text }))
      return view(deps, put)
    },
  )
  app.post(
    '/api/v1/switchings/:id/abandon',
    {
      config: { access: 'switching.write' },
      schema: {
        tags,
        summary: 'One of the two gives it up, with the reason',
        params: z.object({ id: z.string().max(64) }),
        body: z.strictObject({ reason: sentence.max(200) }),
        response: { 200: switching },
      },
    },
    async request => {
      const { actor } = who(request)
      const { reason } = request.body
      const next = abandonSwitching(switchings.one(request.params.id), actor.name, reason, deps.clock.now())
      if ('refused' in next) return fail(next.refused)
      const put = deps.trail.change(actor, note => switchings.put(note, next, 'abandoned', { reason }))
      return view(deps, put)
    },
  )
}
