import { z } from 'zod'
import { approvalsLeft, moveVisit, type RoomPolicy, usualRoom, VISITOR_PHOTO_DAYS } from '../../rules/access/visit.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Visit } from '../records/visits.ts'
import { page, type VisitView, visit, visitAction, visitAsk, visitMove } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

/** What a room asks of visitors; one that site.json does not name asks what is usual. */
const policyOf = (deps: Deps, space: string | null): RoomPolicy =>
  space === null
    ? { approvals: [], escort: false, noPhotos: false }
    : (deps.plant()?.site.access.rooms.get(space) ?? usualRoom)

function photoGoes(deps: Deps, v: Visit): number | null {
  if (v.photo === null || v.photoHold !== null || v.phase === 'inside') return null
  const days = deps.plant()?.site.access.visitorPhotoDays ?? VISITOR_PHOTO_DAYS
  return (v.outAt ?? v.validTo) + days * 86_400_000
}

export function visitView(deps: Deps, v: Visit): VisitView {
  const policy = policyOf(deps, v.space)
  const { id, no, phase, name, company, phone, people, person, host, purpose, space, escort } = v
  return {
    ...{ id, no, phase, name, company, phone, people, person, host, purpose, space, escort },
    spaceName: space === null ? null : (deps.plant()?.site.spaces.get(space)?.name ?? null),
    ...{ escortNeeded: policy.escort, noPhotos: policy.noPhotos },
    ...{ validFrom: iso(v.validFrom), validTo: iso(v.validTo) },
    approvals: v.approvals.map(a => ({ ...a, at: iso(a.at) })),
    approvalsLeft: v.phase === 'requested' ? approvalsLeft(policy.approvals, v.approvals).map(list => [...list]) : [],
    ...{ askedBy: v.askedBy, askedAt: iso(v.askedAt), inAt: isoOrNull(v.inAt), inBy: v.inBy },
    ...{ outAt: isoOrNull(v.outAt), outBy: v.outBy, reason: v.reason, photo: v.photo },
    ...{ photoHold: v.photoHold, photoGoes: isoOrNull(photoGoes(deps, v)) },
  }
}

export function visitRoutes(app: App, deps: Deps) {
  const { visits, people } = deps
  const tags = ['visits']
  app.get(
    '/api/v1/visits',
    {
      config: { access: 'visit.read' },
      schema: {
        tags,
        summary: 'Visitors and visits of rooms: what is open, or with `all` the newest',
        querystring: z.object({
          all: z.stringbool().default(false),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
        response: { 200: page(visit) },
      },
    },
    async request => ({
      items: (request.query.all ? visits.newest(request.query.limit) : visits.open()).map(v => visitView(deps, v)),
      next: null,
    }),
  )
  app.post(
    '/api/v1/visits',
    {
      config: { access: 'visit.ask' },
      schema: {
        tags,
        summary: 'A visitor who is expected; for a room, somebody who asks to be let in, until others have agreed',
        body: visitAsk,
        response: { 201: visit },
      },
    },
    async (request, reply) => {
      const b = request.body
      const { actor } = who(request)
      const [validFrom, validTo] = [Date.parse(b.validFrom), Date.parse(b.validTo)]
      if (b.person !== undefined) people.one(b.person)
      if (b.space !== undefined && !deps.plant()?.site.spaces.has(b.space)) fail('not-found', { what: b.space })
      const asked = { ...b, person: b.person ?? null, space: b.space ?? null, validFrom, validTo }
      const free = policyOf(deps, asked.space).approvals.length === 0
      const made = createOnce(deps, request, (note, now) => {
        if (validTo <= Math.max(now, validFrom)) fail('time-not-ahead')
        return { id: visits.add(note, asked, free ? 'expected' : 'requested', actor.name, now).id }
      })
      return reply.code(201).send(visitView(deps, visits.one(made.id)))
    },
  )
  app.post(
    '/api/v1/visits/:id/:action',
    {
      config: { access: 'visit.read' },
      schema: {
        tags,
        summary:
          'Approve, refuse, cancel, enter, leave. A room asks for an approval of each of its lists, and none is of whoever asked.',
        params: z.object({ id: z.string().max(64), action: visitAction }),
        body: visitMove,
        response: { 200: visit },
      },
    },
    async request => {
      const { id, action } = request.params
      const { reason, escort: said } = request.body
      const { actor } = who(request)
      const now = deps.clock.now()
      const had = visits.one(id)
      const policy = policyOf(deps, had.space)
      const escort = said || had.escort
      const moved = moveVisit(
        { ...had, needed: policy.approvals, escortNeeded: policy.escort },
        ...([action, actor, now, escort] as const),
      )
      if ('refused' in moved) return fail(moved.refused)
      if ((action === 'refuse' || action === 'cancel') && reason === '') fail('needs-reason')
      const approvals =
        action === 'approve' ? [...had.approvals, { by: actor.name, role: actor.role, at: now }] : had.approvals
      const next: Visit = {
        ...{ ...had, phase: moved.to, escort, approvals, reason: reason || had.reason },
        ...(action === 'enter' && { inAt: now, inBy: actor.name }),
        ...(action === 'leave' && { outAt: now, outBy: actor.name }),
      }
      return visitView(
        deps,
        deps.trail.change(actor, note => visits.put(note, next)),
      )
    },
  )
}
