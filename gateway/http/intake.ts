import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { departmentOf, stepOf } from '../../rules/report.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { intakeAnswer, intakeMade, intakePlace, intakeReport, receipt, reportLink } from './contract.ts'
import type { App, Deps } from './deps.ts'
import { createLimit } from './limit.ts'
import { orderOf } from './reports.ts'
import { placeIn } from './views.ts'

const MINUTE = 60_000
/** Somebody who reports from a telephone, without signing in. */
const PUBLIC = { name: 'public', role: 'public' }

/**
 * The page behind the code on a piece of equipment. Whoever stands there may report a trouble of it and, with the receipt
 * of that report, see how far it is and say whether it works again. Nothing else can be read or done.
 */
export function intakeRoutes(app: App, deps: Deps) {
  const tags = ['intake']
  const config = { access: 'open' as const }
  const { now } = deps.clock
  const looks = createLimit(now, 60, 10 * MINUTE)
  const byAddress = createLimit(now, 5, 10 * MINUTE)
  const byEquipment = createLimit(now, 20, 60 * MINUTE)
  const byAll = createLimit(now, 200, 60 * MINUTE)

  /** Wrong tokens count as well: that is what guessing looks like. */
  const look = (request: FastifyRequest) => {
    looks.check(request.ip)
    looks.count(request.ip)
  }
  function standing(token: string) {
    const id = deps.intake.equipmentOf(token)
    const site = deps.plant()?.site
    const equipment = id === null ? undefined : site?.equipment.find(e => e.id === id)
    if (!site || !equipment) return fail('not-found', { what: '' })
    return { site, equipment, place: placeIn(site, equipment.id)! }
  }
  const token = z.object({ token: z.string().min(3).max(100) })

  app.get(
    '/api/v1/intake/:token',
    {
      config,
      schema: { tags, summary: 'What the code stands on', params: token, response: { 200: intakePlace } },
    },
    async request => {
      look(request)
      const { site, place } = standing(request.params.token)
      return { site: site.name, equipmentName: place.equipmentName, space: place.space }
    },
  )
  app.post(
    '/api/v1/intake/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Reports a trouble of this equipment, without signing in. The receipt is shown once.',
        params: token,
        body: intakeReport,
        response: { 201: intakeMade },
      },
    },
    async (request, reply) => {
      look(request)
      const { equipment } = standing(request.params.token)
      for (const [limit, key] of [
        [byAddress, request.ip],
        [byEquipment, equipment.id],
        [byAll, ''],
      ] as const)
        limit.check(key)
      const { text, nature, name, phone } = request.body
      const made = deps.trail.change(PUBLIC, note =>
        deps.reports.create(
          note,
          {
            channel: 'qr',
            text,
            nature,
            room: '',
            space: equipment.space,
            equipment: equipment.id,
            caller: { name, phone },
            reference: '',
            by: 'public',
          },
          now(),
        ),
      )
      byAddress.count(request.ip)
      byEquipment.count(equipment.id)
      byAll.count('')
      return reply.code(201).send({ no: made.report.no, receipt: made.receipt })
    },
  )

  const slip = z.object({ receipt: z.string().min(3).max(100) })
  const found = (secret: string) => deps.reports.ofReceipt(secret) ?? fail('not-found', { what: '' })
  function view(secret: string) {
    const report = found(secret)
    const order = orderOf(deps, report)
    const site = deps.plant()?.site
    return {
      no: report.no,
      text: report.text,
      equipmentName: (report.equipment !== null && site && placeIn(site, report.equipment)?.equipmentName) || null,
      at: iso(report.at),
      step: stepOf(order),
      department: departmentOf(order, report.nature),
      // Only while somebody waits for the answer.
      mayAnswer: order.phase === 'fixed',
    }
  }
  app.get(
    '/api/v1/receipts/:receipt',
    { config, schema: { tags, summary: 'How far a report is', params: slip, response: { 200: receipt } } },
    async request => {
      look(request)
      return view(request.params.receipt)
    },
  )
  app.post(
    '/api/v1/receipts/:receipt/answer',
    {
      config,
      schema: {
        tags,
        summary: 'The requester says whether it works again; "no" sends the order back',
        params: slip,
        body: intakeAnswer,
        response: { 200: receipt },
      },
    },
    async request => {
      look(request)
      const report = found(request.params.receipt)
      const order = orderOf(deps, report)
      const active = deps.workorders.alarmsOf(order.id).some(id => deps.alarms.get(id)?.active)
      deps.trail.change({ name: 'requester', role: 'public' }, note => {
        const accepted = { who: 'requester', how: 'link', name: '', hash: null, bytes: null, deviceAt: null } as const
        const { solved } = request.body
        if (solved && !active) deps.orderWork.sign(note, order.id, { ...accepted, by: 'requester' }, now())
        deps.workorders.requesterSays(note, order.id, solved, active, now())
      })
      return view(request.params.receipt)
    },
  )

  app.get(
    '/api/v1/equipment/:id/report-link',
    {
      config: { access: 'report.read' },
      schema: {
        tags,
        summary: 'What the code on this equipment says; `address` of `orders` in site.json stands before it',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: reportLink },
      },
    },
    async request => {
      const site = deps.plant()?.site
      const known = site?.equipment.find(e => e.id === request.params.id)
      if (!site || !known) return fail('not-found', { what: request.params.id })
      const path = `/report/${deps.intake.tokenOf(known.id)}`
      return { path, url: site.orders.address === null ? null : site.orders.address + path }
    },
  )
}
