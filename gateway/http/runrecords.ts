import { z } from 'zod'
import { dayOf } from '../../rules/calendar.ts'
import { trusted } from '../../rules/condition.ts'
import type { Role } from '../../rules/flow.ts'
import { dayText } from '../../rules/patrol/plan.ts'
import { may } from '../../rules/permission.ts'
import { lateMs, phaseOf } from '../../rules/runrecord/plan.ts'
import { type Cells, mayWrite, type RunColumn, type RunForm } from '../../rules/runrecord/words.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import type { RunLine } from '../records/runrecords.ts'
import type { Site } from '../site/site.ts'
import {
  type RunColumnView,
  type RunFormView,
  type RunLineView,
  type RunSheet,
  runConfirm,
  runCorrect,
  runExcuse,
  runForms,
  runLine,
  runReading,
  runSheet,
  runSheetAsk,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { runSheetRows } from './runsheetcsv.ts'

const DAY_MS = 86_400_000
const WAITING_DAYS = 7

/** Values of a line, as they are told. */
export const runCellsView = (cells: Cells): RunLineView['cells'] =>
  Object.fromEntries(Object.entries(cells).map(([key, c]) => [key, { ...c, at: isoOrNull(c.at) }]))
/** A column of a form, as it is told. */
export const runColumnView = (c: RunColumn): RunColumnView => ({
  ...c,
  codes: c.codes && { ...c.codes },
  normal: c.normal && [c.normal[0], c.normal[1]],
  expect: c.expect && [...c.expect],
  choices: c.choices.map(choice => ({ ...choice })),
})

/** Run records of plant rooms: which forms there are, the sheet of a day, and what people do with its lines. */
export function runRecordRoutes(app: App, deps: Deps) {
  const { runRecords } = deps
  const { records } = runRecords
  const tags = ['run records']
  const one = z.object({ id: z.string().max(128) })
  const formAsk = z.object({ form: z.string().max(64) })
  const answers = { 200: runLine }
  const siteNow = (): Site => deps.plant()?.site ?? fail('not-found', { what: 'site' })
  const formOf = (id: string): RunForm => siteNow().runForms.find(f => f.id === id) ?? fail('not-found', { what: id })
  const mine = (form: RunForm, role: Role) => may(role, 'run-record.keep') && mayWrite(form, role)
  /** Whoever is not named by the form only reads it. Throws `run-not-yours`, `not-found`. */
  function written(id: string, role: Role): void {
    const form = formOf(records.one(id).form)
    if (!mayWrite(form, role)) fail('run-not-yours', { form: form.name })
  }
  function view(line: RunLine): RunLineView {
    const { due, from, over, readAt, confirmedAt, unseenFrom, onTimeTo: _, state: __, spec: ___, cells, ...rest } = line
    return {
      ...{ ...rest, due: iso(due), from: iso(from), over: iso(over), phase: phaseOf(line, deps.clock.now()) },
      ...{ lateMs: late(line), cells: runCellsView(cells), readAt: isoOrNull(readAt) },
      ...{ confirmedAt: isoOrNull(confirmedAt), unseenFrom: isoOrNull(unseenFrom) },
    }
  }
  // What the plant wrote is of its own time; what stood on paper was read in time or not, which nobody knows.
  const late = (line: RunLine) =>
    line.state !== 'done' || line.readAt === null || line.afterwards ? 0 : lateMs(line, line.readAt)

  /** Columns as they are, and those that lines of this day were written with before the form was changed. */
  function columnsOf(form: RunForm, lines: readonly RunLine[]): readonly RunColumn[] {
    const columns = new Map(form.columns.map(c => [c.key, c]))
    for (const spec of new Set(lines.map(l => l.spec)))
      for (const c of records.columnsOf(spec)) if (!columns.has(c.key)) columns.set(c.key, c)
    return [...columns.values()]
  }
  function sheet(form: RunForm, asked: string | undefined, role: Role): RunSheet {
    const now = deps.clock.now()
    const day = asked ?? dayText(dayOf(now, siteNow().timezone))
    const lines = records.ofDay(form.id, day)
    const seq = deps.trail.head()
    return {
      ...{ form: form.id, name: form.name, source: form.source, day, mine: mine(form, role) },
      columns: columnsOf(form, lines).map(runColumnView),
      lines: lines.map(view),
      trail: { seq, hash: Buffer.from(deps.trail.hashAt(seq) ?? []).toString('hex'), at: iso(now) },
    }
  }

  app.get(
    '/api/v1/run-forms',
    {
      config: { access: 'run-record.read' },
      schema: { tags, summary: 'Forms of run records and what is to be done with each', response: { 200: runForms } },
    },
    async request => {
      const { role } = who(request).actor
      const plant = deps.plant()
      const now = deps.clock.now()
      const items = (plant?.site.runForms ?? []).map((form): RunFormView => {
        const recent = records.open(form.id, now - WAITING_DAYS * DAY_MS, now + DAY_MS)
        const phases = recent.map(line => ({ line, phase: phaseOf(line, now) }))
        const said = form.follows && trusted(plant!.latest.get(form.follows.point))
        return {
          ...{ id: form.id, name: form.name, source: form.source, by: [...form.by], mine: mine(form, role) },
          equipment: [...new Set(form.columns.flatMap(c => c.equipment ?? []))],
          preStart: form.preStarts.map(p => p.equipment),
          open: phases.filter(p => p.phase === 'open' || p.phase === 'late').length,
          waiting: phases.filter(p => p.phase === 'waiting').length,
          missed: phases.filter(p => p.phase === 'missed' && p.line.due > now - DAY_MS && p.line.reason === '').length,
          next: isoOrNull(phases.find(p => p.phase === 'ahead')?.line.due ?? null),
          running: typeof said === 'boolean' ? said : null,
        }
      })
      return { items, next: null }
    },
  )
  app.get(
    '/api/v1/run-forms/:form/sheet',
    {
      config: { access: 'run-record.read' },
      schema: {
        tags,
        summary:
          'The sheet of a day, by default of today: hours as rows, with the entry of the trail up to which it is; with Accept: text/csv or `format=csv` as a table',
        params: formAsk,
        querystring: runSheetAsk,
        response: { 200: runSheet },
      },
    },
    async (request, reply) => {
      const { day, format, lang } = request.query
      const form = formOf(request.params.form)
      const made = sheet(form, day, who(request).actor.role)
      if (format !== 'csv' && (format !== undefined || !/\btext\/csv\b/.test(request.headers.accept ?? '')))
        return reply.header('vary', 'accept').send(made)
      const language = lang ?? languageOf(request.headers['accept-language'])
      return (
        reply
          .header('vary', 'accept')
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="gatehouse-${form.id}-${made.day}.csv"`)
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(runSheetRows(made, language, siteNow()))}` as never)
      )
    },
  )
  app.post(
    '/api/v1/run-forms/:form/lines',
    {
      config: { access: 'run-record.keep' },
      schema: { tags, summary: 'One more line, due now', params: formAsk, response: { 201: runLine } },
    },
    async (request, reply) => {
      const form = formOf(request.params.form)
      if (!mayWrite(form, who(request).actor.role)) fail('run-not-yours', { form: form.name })
      const zone = siteNow().timezone
      const made = createOnce(deps, request, note => ({ id: runRecords.extra(note, form, zone).id }))
      return reply.code(201).send(view(records.one(made.id)))
    },
  )
  app.post(
    '/api/v1/run-lines/:id/read',
    {
      config: { access: 'run-record.keep' },
      schema: {
        tags,
        summary:
          'The values of a line as the plant shows them now; they hold 10 min for its confirmation, and nothing is stored',
        params: one,
        response: { 200: runReading },
      },
    },
    async request => {
      const { actor } = who(request)
      written(request.params.id, actor.role)
      const { id, line, at, cells } = runRecords.read(request.params.id, actor)
      return { id, line, at: iso(at), cells: runCellsView(cells) }
    },
  )
  app.post(
    '/api/v1/run-lines/:id/confirm',
    {
      config: { access: 'run-record.keep' },
      schema: {
        tags,
        summary:
          'Whoever is signed in stands for a line: one that is due with the values that he took, one that the plant wrote as it is; what he typed is marked',
        params: one,
        body: runConfirm,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const { reading, ...said } = request.body
      written(request.params.id, actor.role)
      createOnce(deps, request, note => ({
        id: runRecords.confirm(note, request.params.id, reading, said, actor).id,
      }))
      return view(records.one(request.params.id))
    },
  )
  app.post(
    '/api/v1/run-lines/:id/correct',
    {
      config: { access: 'run-record.keep' },
      schema: {
        tags,
        summary:
          'A line in the place of one that is wrong, or from paper in the place of a missed one; the old one stays',
        params: one,
        body: runCorrect,
        response: { 201: runLine },
      },
    },
    async (request, reply) => {
      const { actor } = who(request)
      written(request.params.id, actor.role)
      const made = createOnce(deps, request, note => ({
        id: runRecords.correct(note, request.params.id, request.body, actor).id,
      }))
      return reply.code(201).send(view(records.one(made.id)))
    },
  )
  app.post(
    '/api/v1/run-lines/:id/excuse',
    {
      config: { access: 'run-record.review' },
      schema: {
        tags,
        summary: 'Why nobody wrote it; it stays missed',
        params: one,
        body: runExcuse,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      createOnce(deps, request, note => ({
        id: runRecords.excuse(note, request.params.id, request.body.reason, actor).id,
      }))
      return view(records.one(request.params.id))
    },
  )
}
