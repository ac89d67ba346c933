import { z } from 'zod'
import { noticeOf, reportOf } from '../../rules/incident.ts'
import {
  asksOf,
  fits,
  heldBackBy,
  missing,
  type Runbook,
  type RunbookStep,
  stepsOf,
  timeLeft,
} from '../../rules/runbook.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Run } from '../records/runbooks.ts'
import type { RunbookView, RunStepView, RunView } from './contract.ts'
import * as contract from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { isDisplay, runFor } from './fordisplay.ts'
import { placeIn } from './views.ts'

const MOST_WATCHED = 40
/** The alarm that started a run was written down just before it. */
const SAME_MOMENT_MS = 1000
const one = z.object({ id: z.string().max(64) })
const oneStep = one.extend({ step: z.string().max(64) })

const stepView = (step: RunbookStep): RunbookView['steps'][number] => ({
  id: step.id,
  who: step.who,
  text: step.text,
  hint: step.hint ?? null,
  proof: step.proof,
  asks: asksOf(step).map(({ key, kind, name, optional }) => ({ key, kind, name, optional: optional === true })),
  call: step.call ?? null,
  withinS: step.withinS ?? null,
  self: step.self !== undefined,
  safety: step.first === true || step.safety === true,
  optional: step.optional === true,
  danger: step.danger ?? null,
  see: step.see ?? null,
  source: step.source ?? null,
})
const head = (book: Runbook) => ({
  name: book.name,
  warning: book.warning ?? null,
  dangers: (book.dangers ?? []).map(({ id, text }) => ({ id, text })),
  writer: book.writer,
  copies: [...book.copies],
})
const runbookView = (book: Runbook): RunbookView => ({
  id: book.id,
  ...head(book),
  per: book.per,
  steps: book.steps.map(stepView),
  unwritten: book.unwritten ?? (book.steps.length === 0 ? { 'zh-CN': '没有步骤', en: 'No steps' } : null),
  source: book.source ?? null,
})

function runStepView(run: Run, step: RunbookStep): RunStepView {
  const done = run.steps[step.id]
  const after = heldBackBy(run.book, run, step).map(other => other.id)
  const left = timeLeft(step, run, run.endedAt ?? run.startedAt)
  return {
    ...stepView(step),
    state: done?.state ?? (after.length > 0 ? 'held-back' : 'open'),
    after: done ? [] : after,
    at: isoOrNull(done?.at ?? null),
    by: done?.by ?? null,
    point: done?.point ?? null,
    values: { ...done?.values },
    note: done?.note ?? null,
    photo: done?.photo ?? false,
    late: done !== undefined && left !== null && left < 0,
  }
}

/** A run as notices and reports see it: where it is, as the site is called now. */
export function incidentOf(deps: Deps, run: Run) {
  const plant = deps.plant()
  const place = (plant && run.equipment !== null && placeIn(plant.site, run.equipment)) || run.place
  const nameless = { 'zh-CN': plant?.site.name['zh-CN'] ?? '', en: plant?.site.name.en ?? '' }
  const where = { 'zh-CN': joined(place, 'zh-CN') ?? nameless['zh-CN'], en: joined(place, 'en') ?? nameless.en }
  return { place, incident: { ...run, place: where } }
}

export function runView(deps: Deps, run: Run): RunView {
  const { book } = run
  const { place, incident } = incidentOf(deps, run)
  const zone = deps.plant()?.site.timezone ?? 'UTC'
  const notices = (kind: 'interrupted' | 'restored') => {
    const zh = noticeOf(incident, kind, 'zh-CN', zone)
    const en = noticeOf(incident, kind, 'en', zone)
    return zh && en ? { 'zh-CN': zh, en } : null
  }
  const draft = reportOf(incident)
  return {
    id: run.id,
    no: run.no,
    runbook: book.id,
    ...head(book),
    phase: run.phase,
    alarm: run.alarm,
    alarms: [...run.alarms],
    equipment: run.equipment,
    equipmentName: place?.equipmentName ?? null,
    space: place?.space ?? null,
    set: [...run.dangers],
    steps: stepsOf(book, run).map(step => runStepView(run, step)),
    watch: watched(deps, run),
    startedAt: iso(run.startedAt),
    startedBy: run.startedBy,
    endedAt: isoOrNull(run.endedAt),
    endedBy: run.endedBy,
    reason: run.reason,
    missing: missing(book, run).map(step => step.id),
    notices: {
      interrupted: notices('interrupted'),
      restored: draft.restoredAt === null ? null : notices('restored'),
    },
    draft: {
      ...draft,
      since: iso(draft.since),
      until: isoOrNull(draft.until),
      restoredAt: isoOrNull(draft.restoredAt),
    },
    report: run.report && { ...run.report, restoredAt: iso(run.report.restoredAt), at: iso(run.report.at) },
  }
}

const joined = (place: Run['place'], language: 'zh-CN' | 'en'): string | null =>
  place && [place.space?.[language], place.equipmentName[language]].filter(Boolean).join(' · ')

/** The points by which its steps decide: those of its own equipment first. */
function watched(deps: Deps, run: Run): RunView['watch'] {
  const site = deps.plant()?.site
  if (!site || run.phase !== 'open') return []
  const found = (run.book.watch ?? []).flatMap(({ kinds, keys }) =>
    site.equipment
      .filter(
        e => kinds.includes(e.kind) && (run.book.per === 'site' || run.equipment === null || e.id === run.equipment),
      )
      .flatMap(e => e.points.filter(p => fits({ kinds, keys }, { kind: e.kind, key: p.key })).map(p => p.id)),
  )
  const own = (id: string) => (id.startsWith(`${run.equipment}/`) ? 0 : 1)
  return found.sort((a, b) => own(a) - own(b)).slice(0, MOST_WATCHED)
}

/** A JPEG begins so; nothing else is kept, because it is shown to others. */
function jpegOf(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff)
    fail('invalid-input', { where: 'photo', why: { 'zh-CN': '照片须为 JPEG。', en: 'A photo is a JPEG.' } })
  return bytes
}

export function runbookRoutes(app: App, deps: Deps) {
  const tags = ['runbooks']
  const read = { access: 'runbook.read' as const }
  const act = { access: 'runbook.run' as const }
  const known = (id: string) => deps.runs.get(id) ?? fail('not-found', { what: id })
  const books = () => deps.plant()?.site.runbooks ?? new Map<string, Runbook>()

  app.get(
    '/api/v1/runbooks',
    {
      config: read,
      schema: {
        tags,
        summary: 'All runbooks: built in, and the site’s own in their place',
        response: { 200: contract.page(contract.runbook) },
      },
    },
    async () => ({ items: [...books().values()].map(runbookView), next: null }),
  )
  app.get(
    '/api/v1/runs',
    {
      config: { access: 'alarm.watch' },
      schema: {
        tags,
        summary: 'Runbooks under way, newest first; all that ever were with `all`',
        querystring: z.object({ ...contract.paging, all: z.stringbool().default(false) }),
        response: { 200: contract.page(contract.run) },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const all = request.query.all && !isDisplay(request)
      const list = deps.runs.list(all ? 'all' : 'open', limit + 1, cursor)
      const slice = list.slice(0, limit)
      return {
        items: slice.map(r => runFor(request, runView(deps, r))),
        next: list.length > limit ? slice.at(-1)!.id : null,
      }
    },
  )
  app.post(
    '/api/v1/runs',
    {
      config: act,
      schema: {
        tags,
        summary: 'Starts a runbook by hand; while the same event is open, answers that run',
        body: contract.newRun,
        response: { 201: contract.run },
      },
    },
    async (request, reply) => {
      const { runbook, alarm = null } = request.body
      const site = deps.plant()?.site
      const book = books().get(runbook) ?? fail('not-found', { what: runbook })
      if (book.steps.length === 0)
        fail('runbook-unwritten', { name: book.name, why: book.unwritten ?? { 'zh-CN': '', en: '' } })
      const stored = alarm === null ? undefined : (deps.alarms.get(alarm) ?? fail('not-found', { what: alarm }))
      const equipment = request.body.equipment ?? stored?.point.slice(0, stored.point.indexOf('/')) ?? null
      const place = equipment === null ? null : (placeIn(site!, equipment) ?? stored?.place ?? null)
      if (equipment !== null && !place) fail('not-found', { what: equipment })
      const answer = createOnce(deps, request, (note, now) => {
        const run = deps.runs.start(note, { book, alarm, equipment, place }, who(request).actor, now)
        return { id: run.id }
      })
      return reply.code(201).send(runView(deps, known(answer.id)))
    },
  )
  app.get(
    '/api/v1/runs/:id',
    { config: read, schema: { tags, summary: 'One run', params: one, response: { 200: contract.run } } },
    async request => runView(deps, known(request.params.id)),
  )
  app.get(
    '/api/v1/runs/:id/trail',
    {
      config: read,
      schema: {
        tags,
        summary: 'What happened in it, its alarms and orders included, oldest first',
        params: one,
        response: { 200: contract.page(contract.trailEntry) },
      },
    },
    async request => {
      const run = known(request.params.id)
      const until = run.endedAt ?? Number.POSITIVE_INFINITY
      // What an alarm did in earlier years is not part of this event.
      const ofAlarms = run.alarms.flatMap(id =>
        deps.trail.of('alarm', id).filter(e => e.time >= run.startedAt - SAME_MOMENT_MS && e.time <= until),
      )
      const entries = [...deps.trail.of('runbook', run.id), ...ofAlarms].sort((a, b) => a.seq - b.seq)
      return { items: entries.map(e => ({ ...e, time: iso(e.time), data: { ...e.data } })), next: null }
    },
  )
  app.post(
    '/api/v1/runs/:id/steps/:step',
    {
      config: act,
      schema: {
        tags,
        summary: 'Does a step, leaves it out, or takes it back; the order of what protects people is kept',
        params: oneStep,
        body: contract.doStep,
        response: { 200: contract.run },
      },
    },
    async request => {
      const { id, step } = request.params
      const { how, values, note: said, photo } = request.body
      const { actor } = who(request)
      const bytes = photo === undefined ? undefined : jpegOf(photo)
      const run = deps.trail.change(actor, note => {
        const now = deps.clock.now()
        if (how !== 'undo') return deps.runs.step(note, id, step, how, { values, note: said, photo: bytes }, actor, now)
        return deps.runs.undo(note, id, step, said ?? fail('needs-reason'), now)
      })
      return runView(deps, run)
    },
  )
  app.get(
    '/api/v1/runs/:id/steps/:step/photo',
    { config: read, schema: { tags, summary: 'The photo of a step, a JPEG', params: oneStep } },
    async (request, reply) => {
      const { id, step } = request.params
      const bytes = deps.runs.photo(id, step) ?? fail('not-found', { what: `${id}/${step}` })
      return reply.type('image/jpeg').send(Buffer.from(bytes))
    },
  )
  app.post(
    '/api/v1/runs/:id/dangers/:danger',
    {
      config: act,
      schema: {
        tags,
        summary: 'Says that a danger is there; that it is gone needs a reason',
        params: one.extend({ danger: z.string().max(64) }),
        body: contract.setDanger,
        response: { 200: contract.run },
      },
    },
    async request => {
      const { id, danger } = request.params
      const { there, reason } = request.body
      const { actor } = who(request)
      return runView(
        deps,
        deps.trail.change(actor, note => deps.runs.danger(note, id, danger, there, reason)),
      )
    },
  )
  app.post(
    '/api/v1/runs/:id/end',
    {
      config: { access: 'runbook.end' },
      schema: {
        tags,
        summary: 'Completes it when all is done, or cancels it with a reason',
        params: one,
        body: contract.endRun,
        response: { 200: contract.run },
      },
    },
    async request => {
      const { how, reason } = request.body
      const { actor } = who(request)
      return runView(
        deps,
        deps.trail.change(actor, note => deps.runs.end(note, request.params.id, how, reason, actor, deps.clock.now())),
      )
    },
  )
  app.post(
    '/api/v1/runs/:id/report',
    {
      config: { access: 'runbook.end' },
      schema: {
        tags,
        summary: 'Signs the incident report, once',
        params: one,
        body: contract.signReport,
        response: { 200: contract.run },
      },
    },
    async request => {
      const { actor } = who(request)
      const report = { ...request.body, restoredAt: Date.parse(request.body.restoredAt) }
      return runView(
        deps,
        deps.trail.change(actor, note => deps.runs.sign(note, request.params.id, report, actor, deps.clock.now())),
      )
    },
  )
}
