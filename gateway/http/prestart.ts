import { z } from 'zod'
import { addDays, dayOf, momentOf } from '../../rules/calendar.ts'
import { trusted } from '../../rules/condition.ts'
import { dayText } from '../../rules/patrol/plan.ts'
import { may } from '../../rules/permission.ts'
import { lackText } from '../../rules/runrecord/prestart.ts'
import { mayWrite, type RunForm } from '../../rules/runrecord/words.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { PreStartEntry } from '../records/prestart.ts'
import {
  type PreStartEntryView,
  preStartAsk,
  preStartCheck,
  preStartEntry,
  preStartOverride,
  preStartReason,
  preStartSheet,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { runCellsView, runColumnView } from './runrecords.ts'

/** Check lists before the start of plants: what they show now, who went through them, and starts without any. */
export function preStartRoutes(app: App, deps: Deps) {
  const { preStart, records } = deps.runRecords
  const tags = ['run records']
  const formAsk = z.object({ form: z.string().max(64) })
  const one = z.object({ id: z.string().max(128) })
  const siteNow = () => deps.plant()?.site ?? fail('not-found', { what: 'site' })
  const formOf = (id: string): RunForm => siteNow().runForms.find(f => f.id === id) ?? fail('not-found', { what: id })
  const view = (e: PreStartEntry): PreStartEntryView => ({
    ...{ id: e.id, equipment: e.equipment, at: iso(e.at), kind: e.kind, by: e.by, remark: e.remark },
    ...{ reason: e.reason, reasonBy: e.reasonBy, unseenFrom: isoOrNull(e.unseenFrom) },
    notOk: records
      .columnsOf(e.spec)
      .filter(c => e.kind === 'check' && e.cells[c.key] && (e.cells[c.key]!.value === null || e.cells[c.key]!.out))
      .map(c => c.name),
  })

  app.get(
    '/api/v1/run-forms/:form/pre-start',
    {
      config: { access: 'run-record.read' },
      schema: {
        tags,
        summary: 'Check lists before the start of the plants of a form: what lacks now, and the entries of a day',
        params: formAsk,
        querystring: preStartAsk,
        response: { 200: preStartSheet },
      },
    },
    async request => {
      const form = formOf(request.params.form)
      const { role } = who(request).actor
      const { timezone } = siteNow()
      const today = request.query.day ?? dayText(dayOf(deps.clock.now(), timezone))
      const day = dayOf(Date.parse(`${today}T12:00:00Z`), 'UTC')
      const [from, to] = [day, addDays(day, 1)].map(d => momentOf(d, '00:00', timezone)) as [number, number]
      return {
        mine: may(role, 'run-record.keep') && mayWrite(form, role),
        plants: form.preStarts.map(plant => {
          const lack = preStart.lackOf(plant)
          const last = preStart.entries.last(plant.equipment)
          const running = trusted(deps.plant()?.latest.get(plant.running))
          return {
            ...{ equipment: plant.equipment, name: plant.equipmentName, validMin: plant.validMin },
            ...{ items: plant.items.map(runColumnView), cells: runCellsView(preStart.cellsNow(plant)) },
            ...{ running: typeof running === 'boolean' ? running : null, lack: lack && lackText(plant, lack) },
            last: last && view(last),
          }
        }),
        entries: preStart.entries.between(form.id, from, to).map(view),
      }
    },
  )
  app.post(
    '/api/v1/run-forms/:form/pre-start',
    {
      config: { access: 'run-record.keep' },
      schema: {
        tags,
        summary:
          'Whoever is signed in went through the list of a plant: what he typed, over what the plant shows at this moment',
        params: formAsk,
        body: preStartCheck,
        response: { 201: preStartEntry },
      },
    },
    async (request, reply) => {
      const form = formOf(request.params.form)
      const { actor } = who(request)
      if (!mayWrite(form, actor.role)) fail('run-not-yours', { form: form.name })
      const { equipment, ...said } = request.body
      const made = createOnce(deps, request, note => ({ id: preStart.check(note, form, equipment, said, actor).id }))
      return reply.code(201).send(view(preStart.entries.one(made.id)))
    },
  )
  app.post(
    '/api/v1/run-forms/:form/pre-start/override',
    {
      config: { access: 'run-record.review' },
      schema: {
        tags,
        summary: 'A supervisor lets a plant be started without its list, with a reason',
        params: formAsk,
        body: preStartOverride,
        response: { 201: preStartEntry },
      },
    },
    async (request, reply) => {
      const form = formOf(request.params.form)
      const { actor } = who(request)
      const { equipment, reason } = request.body
      const made = createOnce(deps, request, note => ({
        id: preStart.override(note, form, equipment, reason, actor).id,
      }))
      return reply.code(201).send(view(preStart.entries.one(made.id)))
    },
  )
  app.post(
    '/api/v1/pre-starts/:id/reason',
    {
      config: { access: 'run-record.keep' },
      schema: {
        tags,
        summary: 'Why a plant was started without its list',
        params: one,
        body: preStartReason,
        response: { 200: preStartEntry },
      },
    },
    async request => {
      const { actor } = who(request)
      const { id } = request.params
      const form = formOf(preStart.entries.one(id).form)
      if (!mayWrite(form, actor.role)) fail('run-not-yours', { form: form.name })
      createOnce(deps, request, note => ({ id: preStart.explain(note, id, request.body.reason, actor).id }))
      return view(preStart.entries.one(id))
    },
  )
}
