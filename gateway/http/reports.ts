import { z } from 'zod'
import { departmentOf, stepOf } from '../../rules/report.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Entry } from '../core/events.ts'
import type { Report } from '../records/reports.ts'
import { callbackSecretMade, newReport, page, paging, type ReportView, report } from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { placeIn } from './views.ts'

const one = z.object({ id: z.string().max(64) })

/** The order that a report is with now: of one that was merged, the one that took it in. */
export function orderOf(deps: Deps, report: Report) {
  let order = deps.workorders.get(report.workorder) ?? fail('not-found', { what: report.workorder })
  for (let hops = 0; order.mergedInto !== null && hops < 10; hops++)
    order = deps.workorders.get(order.mergedInto) ?? order
  return order
}

export function reportView(deps: Deps, r: Report): ReportView {
  const order = orderOf(deps, r)
  const site = deps.plant()?.site
  return {
    id: r.id,
    no: r.no,
    channel: r.channel,
    nature: r.nature,
    text: r.text,
    room: r.room,
    space: r.space,
    equipment: r.equipment,
    equipmentName: (r.equipment !== null && site && placeIn(site, r.equipment)?.equipmentName) || null,
    caller: { ...r.caller },
    reference: r.reference,
    by: r.by,
    at: iso(r.at),
    workorder: { id: order.id, no: order.no },
    step: stepOf(order),
    department: departmentOf(order, r.nature),
    class: order.class,
    arriveBy: iso(order.arriveBy),
    restoreBy: iso(order.restoreBy),
    appointmentAt: isoOrNull(order.appointmentAt),
    arrivedAt: isoOrNull(order.arrivedAt),
    fixedAt: isoOrNull(order.fixedAt),
    closedAt: isoOrNull(order.closedAt),
  }
}

/** Refuses what the site does not have: a wrong id would be an order that nobody finds. */
export function knownPlace(deps: Deps, space: string | undefined, equipment: string | undefined) {
  const site = deps.plant()?.site
  if (space !== undefined && !site?.spaces.has(space)) fail('not-found', { what: space })
  if (equipment !== undefined && !site?.equipment.some(e => e.id === equipment)) fail('not-found', { what: equipment })
}

/** What the system of a call centre is told of an entry of the trail: each report of the order that changed, as it is now. */
export function callbackBodies(deps: Deps, entry: Entry): readonly object[] {
  if (entry.kind !== 'workorder') return []
  return [entry.id, ...deps.workorders.absorbed(entry.id)]
    .flatMap(id => deps.reports.ofOrder(id))
    .filter(report => report.channel === 'call-centre')
    .map(report => {
      const { id, no, reference, step, department, workorder, arriveBy, restoreBy, ...view } = reportView(deps, report)
      const { arrivedAt, fixedAt, closedAt } = view
      return {
        seq: entry.seq,
        at: iso(entry.time),
        action: entry.action,
        report: { id, no, reference, step, department, workorder, arriveBy, restoreBy, arrivedAt, fixedAt, closedAt },
      }
    })
}

export function reportRoutes(app: App, deps: Deps) {
  const tags = ['reports']
  const read = { access: 'report.read' as const }
  app.post(
    '/api/v1/reports',
    {
      config: { access: 'report.create' },
      schema: {
        tags,
        summary: 'Somebody reports a trouble: an order, or one more voice for the order that there is already',
        body: newReport,
        response: { 201: report },
      },
    },
    async (request, reply) => {
      const { class: urgency, appointmentAt, space, equipment, ...asked } = request.body
      knownPlace(deps, space, equipment)
      const { actor } = who(request)
      const made = createOnce(deps, request, (note, now) => {
        const { report } = deps.reports.create(
          note,
          {
            ...asked,
            space: space ?? null,
            equipment: equipment ?? null,
            by: actor.name,
            ...(urgency && { class: urgency }),
            appointmentAt: appointmentAt === undefined ? null : Date.parse(appointmentAt),
          },
          now,
        )
        return { id: report.id }
      })
      return reply.code(201).send(reportView(deps, deps.reports.get(made.id)!))
    },
  )
  app.get(
    '/api/v1/reports',
    {
      config: read,
      schema: {
        tags,
        summary: 'Reports, newest first; those of one order with `workorder`',
        querystring: z.object({ ...paging, workorder: z.string().max(64).optional() }),
        response: { 200: page(report) },
      },
    },
    async request => {
      const { limit, cursor, workorder } = request.query
      if (workorder !== undefined)
        return { items: deps.reports.ofOrder(workorder).map(r => reportView(deps, r)), next: null }
      const list = deps.reports.list(limit + 1, cursor)
      const slice = list.slice(0, limit)
      return { items: slice.map(r => reportView(deps, r)), next: list.length > limit ? slice.at(-1)!.id : null }
    },
  )
  app.get(
    '/api/v1/reports/:id',
    {
      config: read,
      schema: { tags, summary: 'One report: how far it is, and with whom', params: one, response: { 200: report } },
    },
    async request =>
      reportView(deps, deps.reports.get(request.params.id) ?? fail('not-found', { what: request.params.id })),
  )
  app.post(
    '/api/v1/report-callback/secret',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'A new secret that callbacks are signed with. It is shown once; the old one signs nothing more.',
        body: z.strictObject({}),
        response: { 201: callbackSecretMade },
      },
    },
    async (request, reply) => {
      const secret = deps.callbackSecret.renew(decide =>
        deps.trail.change(who(request).actor, note => {
          note('report', 'callback', 'secret-set')
          decide()
        }),
      )
      return reply.code(201).send({ secret })
    },
  )
}
