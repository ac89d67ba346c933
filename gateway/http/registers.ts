import { z } from 'zod'
import type { Role } from '../../rules/flow.ts'
import { monthSpan } from '../../rules/month.ts'
import { type Entry, type Field, mayEdit, mayKeep, offered, type Register, titleOf } from '../../rules/register.ts'
import { formRows } from '../../rules/registerform.ts'
import { asTheyWere, shownValues } from '../../rules/registerpersonal.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail, languageOf } from '../core/errors.ts'
import {
  PHOTO_BYTES,
  type RegisterEntryView,
  registerAsk,
  registerEntries,
  registerEntry,
  registerForm,
  registerFormAsk,
  registerGiven,
  registerLines,
  registerList,
  registerRelated,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'
import { photoFile, readPhoto, takePhoto, withPhotoBodies } from './photofiles.ts'
import { registerBook, registerFormTable, registerRows } from './registercsv.ts'

const kind = z.object({ register: z.string().max(40) })
const one = z.object({ id: z.string().max(64) })

/** Registers of the property office: keys, exit slips, tools, lost property and the others, all by one pattern. */
export function registerRoutes(app: App, deps: Deps) {
  const { registers, trail } = deps
  const tags = ['registers']
  const config = { access: 'register.read' as const }
  const answers = { 200: registerEntry }
  const now = () => deps.clock.now()
  const zone = () => deps.plant()?.site.timezone ?? 'UTC'

  const fieldView = ({ key, kind: sort, name, required = false, choices = {} }: Field) => ({
    ...{ key, kind: sort, name, required, choices: Object.keys(choices) },
  })
  const view = (entry: Entry, role: Role): RegisterEntryView => {
    const register = registers.register(entry.register)
    const { values, at, since, dueAt, ...rest } = entry
    return {
      ...{
        ...rest,
        values: { ...shownValues(register, values) } as RegisterEntryView['values'],
        at: iso(at),
        since: iso(since),
      },
      ...{ dueAt: isoOrNull(dueAt), overdue: dueAt !== null && dueAt <= now() },
      ...{ phaseName: register.phases[entry.phase]!, title: titleOf(register, values) },
      ...{ moves: offered(register, entry.phase, role) },
      mayEdit: mayKeep(register, role) && mayEdit(register, entry.phase),
    }
  }
  const summary = (register: Register) => {
    const entries = registers.list(register.id, true)
    const { id, name, source } = register
    return {
      ...{ id, name, source, open: entries.length },
      overdue: entries.filter(e => e.dueAt !== null && e.dueAt <= now()).length,
      // Some count what has come to an end too: what was held this month.
      figures: (register.figures?.(registers.list(register.id, false), now(), zone()) ?? []).map(f => ({ ...f })),
      fields: register.fields.map(fieldView),
      moves: Object.entries(register.moves).map(([move, m]) => ({
        ...{ id: move, name: m.name, gives: (m.gives ?? []).map(fieldView) },
      })),
    }
  }

  app.get(
    '/api/v1/registers',
    { config, schema: { tags, summary: 'Registers, their fields and moves', response: { 200: registerList } } },
    async () => ({ items: registers.registers.map(summary), next: null }),
  )
  app.get(
    '/api/v1/registers/:register',
    {
      config,
      schema: {
        tags,
        summary:
          'Entries of a register, newest first; with Accept: text/csv or `format=csv` as a table, with `what=lines` all that happened to them',
        params: kind,
        querystring: registerAsk,
        response: { 200: registerEntries },
      },
    },
    async (request, reply) => {
      const { limit, cursor, open, format, what, lang } = request.query
      const register = registers.register(request.params.register)
      if (format === 'csv' || (format === undefined && /\btext\/csv\b/.test(request.headers.accept ?? ''))) {
        const said = lang ?? languageOf(request.headers['accept-language'])
        const rows =
          what === 'lines'
            ? registerBook(register, registers.book(register.id), said, zone(), id => deps.workorders.get(id)?.no ?? id)
            : registerRows(register, registers.list(register.id, open), said, zone())
        return (
          reply
            .header('vary', 'accept')
            .header('content-type', 'text/csv; charset=utf-8')
            .header('content-disposition', `attachment; filename="gatehouse-${register.id}.csv"`)
            .serializer(String)
            // Excel takes UTF-8 only with a byte order mark.
            .send(`\ufeff${deps.writeCsv(rows)}` as never)
        )
      }
      const list = registers.list(register.id, open, limit + 1, cursor)
      const items = list.slice(0, limit).map(e => view(e, who(request).actor.role))
      return reply.header('vary', 'accept').send({ items, next: list.length > limit ? items.at(-1)!.id : null })
    },
  )
  app.get(
    '/api/v1/registers/:register/form',
    {
      config,
      schema: {
        tags,
        summary: 'A register of a month as its paper form, as a table of words: with `format=csv` for a spreadsheet',
        params: kind,
        querystring: registerFormAsk,
        response: { 200: registerForm },
      },
    },
    async (request, reply) => {
      const { month, format, lang } = request.query
      const register = registers.register(request.params.register)
      const form = register.form ?? fail('not-found', { what: `${register.id} form` })
      const said = lang ?? languageOf(request.headers['accept-language'])
      const [from, to] = monthSpan(month, zone())
      const lines = registers.book(register.id).toReversed()
      const rows = formRows(form, registers.list(register.id, false), lines, [from, to])
      const spaceName = (id: string) => deps.plant()?.site.spaces.get(id)?.name[said] ?? id
      const table = registerFormTable(register, form, rows, said, zone(), spaceName)
      if (format !== 'csv') return { columns: [...table[0]!], rows: table.slice(1).map(row => [...row]) }
      return (
        reply
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="gatehouse-${register.id}-${month}.csv"`)
          .serializer(String)
          // Excel takes UTF-8 only with a byte order mark.
          .send(`\ufeff${deps.writeCsv(table)}` as never)
      )
    },
  )
  app.post(
    '/api/v1/registers/:register',
    {
      config,
      schema: {
        tags,
        summary: 'A new entry; each register says which roles keep it',
        params: kind,
        body: registerGiven,
        response: { 201: registerEntry },
      },
    },
    async (request, reply) => {
      const { actor } = who(request)
      const { id } = registers.register(request.params.register)
      const made = createOnce(deps, request, (note, at) => ({
        id: registers.add(note, id, request.body.values, actor, at).id,
      }))
      return reply.code(201).send(view(registers.one(made.id), actor.role))
    },
  )
  app.get(
    '/api/v1/register-entries/:id',
    { config, schema: { tags, summary: 'One entry, by its id or its number', params: one, response: answers } },
    async request => view(registers.one(request.params.id), who(request).actor.role),
  )
  app.put(
    '/api/v1/register-entries/:id',
    {
      config,
      schema: { tags, summary: 'What stands in it', params: one, body: registerGiven, response: answers },
    },
    async request => {
      const { actor } = who(request)
      const { id, register, values } = registers.one(request.params.id)
      const given = asTheyWere(registers.register(register), request.body.values, values)
      const changed = trail.change(actor, note => registers.change(note, id, given, actor, now()))
      return view(changed, actor.role)
    },
  )
  app.get(
    '/api/v1/register-entries/:id/lines',
    {
      config,
      schema: { tags, summary: 'What happened to it, oldest first', params: one, response: { 200: registerLines } },
    },
    async request => {
      const { id, register: kind } = registers.one(request.params.id)
      const register = registers.register(kind)
      const items = registers.lines(id).map(l => {
        const order = l.workorder === null ? undefined : deps.workorders.get(l.workorder)
        const given = { ...shownValues(register, l.given) } as RegisterEntryView['values']
        return { ...l, given, at: iso(l.at), workorder: order ? { id: order.id, no: order.no } : null }
      })
      return { items, next: null }
    },
  )
  app.get(
    '/api/v1/register-entries/:id/related',
    {
      config,
      schema: {
        tags,
        summary: 'What holds at its place now: open orders, permits, visits, passes of a decoration site',
        params: one,
        response: { 200: registerRelated },
      },
    },
    async request => {
      const { space } = registers.one(request.params.id).values
      return { items: typeof space === 'string' ? [...deps.registerRelated(space, now())] : [], next: null }
    },
  )
  app.post(
    '/api/v1/register-entries/:id/moves/:move',
    {
      config,
      schema: {
        tags,
        summary: 'One move of its flow; the flow says which roles may make it, the move what has to be given',
        params: one.extend({ move: z.string().max(40) }),
        body: registerGiven,
        response: answers,
      },
    },
    async request => {
      const { actor } = who(request)
      const { id } = registers.one(request.params.id)
      createOnce(deps, request, (note, at) => ({
        id: registers.move(note, id, request.params.move, request.body.values, actor, at).id,
      }))
      return view(registers.one(id), actor.role)
    },
  )
  withPhotoBodies(app, scope =>
    scope.post(
      '/api/v1/register-entries/:id/fields/:field/photo',
      {
        config,
        bodyLimit: PHOTO_BYTES,
        schema: {
          tags,
          summary: 'A photo of one of its fields as the body: image/jpeg, image/png or image/webp, at most 1 MB',
          params: one.extend({ field: z.string().max(40) }),
          response: answers,
        },
      },
      async request => {
        const { actor } = who(request)
        const { id } = registers.one(request.params.id)
        const put = (note: Parameters<typeof registers.addPhoto>[0], file: string) =>
          registers.addPhoto(note, id, request.params.field, file, actor)
        return view(takePhoto(deps, actor, request.body, put), actor.role)
      },
    ),
  )
  app.get(
    '/api/v1/register-entries/:id/photos/:file',
    {
      config,
      schema: { tags, summary: 'The picture', params: one.extend({ file: z.string().regex(photoFile) }) },
    },
    async (request, reply) => {
      const { file } = request.params
      const { values } = registers.one(request.params.id)
      const named = Object.values(values).some(v => Array.isArray(v) && (v as readonly unknown[]).includes(file))
      if (!named) fail('not-found', { what: file.slice(0, 12) })
      const { bytes, headers } = readPhoto(deps, file, file)
      return reply.headers(headers).send(bytes)
    },
  )
}
