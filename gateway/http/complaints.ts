import { z } from 'zod'
import { type Complaint, replyState } from '../../rules/complaint.ts'
import { stepOf } from '../../rules/report.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import {
  type ComplaintView,
  complaint,
  complaintAction,
  complaintMove,
  complaintRepair,
  complaintVisit,
  newComplaint,
  newVoice,
  page,
  paging,
  trailEntry,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { knownPlace, orderOf } from './reports.ts'

const one = z.object({ id: z.string().max(64) })
const MOST_WORDS = 180

export function complaintView(deps: Deps, c: Complaint): ComplaintView {
  const { reports, voices, replies, visits, reportedUp, rungs, seriousSince: _, ...facts } = c
  return {
    ...facts,
    at: iso(c.at),
    voices: voices.map(v => ({ ...v, at: iso(v.at) })),
    replies: replies.map(r => ({ ...r, at: iso(r.at), dueAt: iso(r.dueAt) })),
    replyBy: iso(c.replyBy),
    reply: replyState(c, deps.clock.now()),
    visits: visits.map(v => ({ ...v, at: iso(v.at) })),
    visitBy: isoOrNull(c.visitBy),
    reportedUp: reportedUp && { ...reportedUp, at: iso(reportedUp.at) },
    repairs: reports.flatMap(id => {
      const report = deps.reports.get(id)
      if (!report) return []
      const order = orderOf(deps, report)
      return [{ report: id, no: report.no, workorder: order.id, orderNo: order.no, step: stepOf(order) }]
    }),
    closedAt: isoOrNull(c.closedAt),
    told: rungs.map(r => ({
      ...{ ...r, tell: [...r.tell], dueAt: iso(r.dueAt), at: iso(r.at), ackAt: isoOrNull(r.ackAt) },
    })),
  }
}

/** Complaints and suggestions: from the first word to the return visit. */
export function complaintRoutes(app: App, deps: Deps) {
  const tags = ['complaints']
  const read = { access: 'complaint.read' as const }
  const write = { access: 'complaint.create' as const }
  const known = (id: string) => deps.complaints.get(id) ?? fail('not-found', { what: id })
  const answers = { 200: complaint }
  const now = () => deps.clock.now()

  app.get(
    '/api/v1/complaints',
    {
      config: read,
      schema: {
        tags,
        summary: 'Complaints and suggestions, newest first; with `open` those that are not closed',
        querystring: z.object({ ...paging, open: z.stringbool().default(false) }),
        response: { 200: page(complaint) },
      },
    },
    async request => {
      const { limit, cursor, open } = request.query
      const list = deps.complaints.list(open ? 'open' : 'all', limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(c => complaintView(deps, c)), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.post(
    '/api/v1/complaints',
    {
      config: write,
      schema: {
        tags,
        summary: 'Somebody complains, or suggests something; it is to be answered within the working days of the site',
        body: newComplaint,
        response: { 201: complaint },
      },
    },
    async (request, reply) => {
      const { space, ...asked } = request.body
      knownPlace(deps, space, undefined)
      const { actor } = who(request)
      const { id } = createOnce(deps, request, (note, at) => ({
        id: deps.complaints.create(note, { ...asked, space: space ?? null }, actor.name, at).id,
      }))
      return reply.code(201).send(complaintView(deps, known(id)))
    },
  )
  app.get(
    '/api/v1/complaints/:id',
    { config: read, schema: { tags, summary: 'One case', params: one, response: answers } },
    async request => complaintView(deps, known(request.params.id)),
  )
  app.get(
    '/api/v1/complaints/:id/trail',
    {
      config: read,
      schema: { tags, summary: 'What happened to it, oldest first', params: one, response: { 200: page(trailEntry) } },
    },
    async request => {
      const { id } = known(request.params.id)
      const items = deps.trail.of('complaint', id).map(e => ({ ...e, time: iso(e.time), data: { ...e.data } }))
      return { items, next: null }
    },
  )
  app.post(
    '/api/v1/complaints/:id/:action',
    {
      config: read,
      schema: {
        tags,
        summary: 'One move of its flow; the flow says which roles may make it',
        params: one.extend({ action: complaintAction }),
        body: complaintMove,
        response: answers,
      },
    },
    async request => {
      const { id, action } = request.params
      const { actor } = who(request)
      return complaintView(
        deps,
        deps.trail.change(actor, note => deps.complaints.move(note, id, action, actor, request.body, now())),
      )
    },
  )
  app.post(
    '/api/v1/complaints/:id/visits',
    {
      config: write,
      schema: {
        tags,
        summary: 'A return visit; "not satisfied" opens it again. Not by whoever answered.',
        params: one,
        body: complaintVisit,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const at = now()
      return complaintView(
        deps,
        deps.trail.change(actor, note =>
          deps.complaints.visit(note, request.params.id, { ...request.body, by: actor.name, at }, at),
        ),
      )
    },
  )
  app.post(
    '/api/v1/complaints/:id/voices',
    {
      config: write,
      schema: { tags, summary: 'Somebody else complains of the same', params: one, body: newVoice, response: answers },
    },
    async request => {
      const { id } = known(request.params.id)
      const { actor } = who(request)
      createOnce(deps, request, (note, at) => ({
        id: deps.complaints.addVoice(note, id, { ...request.body, at, by: actor.name }).id,
      }))
      return complaintView(deps, known(id))
    },
  )
  app.post(
    '/api/v1/complaints/:id/repair',
    {
      config: { access: 'report.create' },
      schema: {
        tags,
        summary: 'A repair follows: a report with its order, in the name of whoever complained',
        params: one,
        body: complaintRepair,
        response: answers,
      },
    },
    async request => {
      const had = known(request.params.id)
      const { nature, room, space, equipment, text } = request.body
      knownPlace(deps, space, equipment)
      const { actor } = who(request)
      createOnce(deps, request, (note, at) => {
        const { name = '', phone = '', room: said = '' } = had.voices[0] ?? {}
        const { report } = deps.reports.create(
          note,
          {
            ...{ channel: 'desk', nature, text: text ?? had.text.slice(0, MOST_WORDS), room: room || said },
            ...{ space: space ?? had.space, equipment: equipment ?? null, caller: { name, phone } },
            ...{ reference: had.no, by: actor.name },
          },
          at,
        )
        return { id: deps.complaints.addReport(note, had.id, report).id }
      })
      return complaintView(deps, known(had.id))
    },
  )
}
