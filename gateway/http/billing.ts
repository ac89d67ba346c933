import { z } from 'zod'
import type { Acknowledged } from '../../rules/billing/batch.ts'
import { columns } from '../../rules/billing/batch.ts'
import type { BatchFormat } from '../../rules/billing/delivery.ts'
import { blockWords } from '../../rules/readings/blockwords.ts'
import type { BillingDesk } from '../billing/billing.ts'
import type { Deliverer } from '../billing/deliver.ts'
import type { BatchCalendar } from '../billing/schedule.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Billing, KeptBatch } from '../records/billing.ts'
import {
  type BatchBrief,
  type BatchView,
  batch,
  batchAcknowledgement,
  batchApproval,
  batchBrief,
  batchCorrection,
  batches,
  batchRejection,
  batchWaiver,
  newBatch,
} from './contract.ts'
import { createOnce } from './create.ts'
import { type App, type Deps, who } from './deps.ts'

/** What the routes of billing need of the gateway. */
export interface BillingParts {
  readonly billing: Billing
  readonly desk: BillingDesk
  readonly publicKey: string
  /** The month before this one. */
  readonly monthBefore: () => string
  readonly groups: readonly string[]
  /** Texts of a list from a spreadsheet, row by row; null: it is none. */
  readonly rowsOf: (bytes: Buffer) => readonly (readonly string[])[] | null
  readonly file: (name: string, format: BatchFormat) => Promise<Buffer>
  /** Where issued batches go. */
  readonly deliverer: Deliverer
  /** When they are prepared. */
  readonly calendar: BatchCalendar
}
const TYPES = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** Batches of readings for billing: prepared, approved by another, frozen, fetched, answered, corrected. [M03] */
export function billingRoutes(app: App, deps: Deps) {
  const tags = ['billing']
  const read = { access: 'billing.read' as const }
  const prepare = { access: 'billing.prepare' as const }
  // The moves of a batch name their roles themselves.
  const moves = { access: 'billing.read' as const }
  const params = z.object({ name: z.string().max(120) })
  const parts = (): BillingParts => deps.billing
  // Its ten thousand lines are made by `whole` and by nobody else: a check would copy all of them.
  const asMade = { serializerCompiler: () => (made: unknown) => JSON.stringify(made) }
  const person = (request: Parameters<typeof who>[0]) => {
    const { actor } = who(request)
    return { name: actor.name, role: actor.role }
  }

  app.get(
    '/api/v1/billing/key',
    {
      config: read,
      schema: {
        tags,
        summary: 'The public key that batches are signed with (Ed25519, raw, base64url)',
        response: { 200: z.object({ key: z.string() }) },
      },
    },
    async () => ({ key: parts().publicKey }),
  )
  app.get(
    '/api/v1/billing/batches',
    { config: read, schema: { tags, summary: 'Batches, newest first', response: { 200: batches } } },
    async () => ({
      ...{ items: parts().billing.list(200).map(brief), next: null },
      ...{ groups: [...parts().groups], period: parts().monthBefore() },
      places: parts()
        .deliverer.places()
        .map(p => ({ ...p, groups: [...p.groups], formats: [...p.formats] })),
      schedules: parts()
        .calendar.next()
        .map(s => ({ ...s, at: iso(s.at) })),
    }),
  )
  app.post(
    '/api/v1/billing/batches',
    {
      config: prepare,
      ...asMade,
      schema: {
        tags,
        summary: 'Prepares the first batch of a month that is over',
        body: newBatch,
        response: { 201: batchBrief },
      },
    },
    async (request, reply) => {
      const { period, group } = request.body
      const { name } = createOnce(deps, request, note => ({
        name: parts().desk.prepare(note, period, group, person(request)).name,
      }))
      return reply.code(201).send(brief(parts().billing.get(name)))
    },
  )
  app.get(
    '/api/v1/billing/batches/:name',
    {
      config: read,
      ...asMade,
      schema: {
        tags,
        summary: 'A draft as it would be issued now, or what was issued',
        params,
        response: { 200: batch },
      },
    },
    async request => whole(request.params.name),
  )
  app.get(
    '/api/v1/billing/batches/:name/file',
    {
      config: read,
      schema: {
        tags,
        summary:
          'The issued batch as CSV, XLSX or JSON: the same bytes each time; `npm run verify-batch` checks any of them',
        params,
        querystring: z.object({ format: z.enum(['csv', 'xlsx', 'json']).default('csv') }),
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const { format } = request.query
      const bytes = await parts().file(name, format)
      return reply
        .header('content-type', TYPES[format])
        .header('content-disposition', `attachment; filename="${name}.${format}"`)
        .send(bytes)
    },
  )

  /** A move of a batch: one change, and what it is then, without its lines: there may be ten thousand. */
  const move = <B extends z.ZodType>(
    action: string,
    summary: string,
    config: typeof moves | typeof prepare,
    body: B,
    make: (
      note: Parameters<BillingDesk['withdraw']>[0],
      name: string,
      by: ReturnType<typeof person>,
      body: z.infer<B>,
    ) => KeptBatch,
  ) =>
    app.post(
      `/api/v1/billing/batches/:name/${action}`,
      { config, ...asMade, schema: { tags, summary, params, body, response: { 200: batchBrief } } },
      async request => {
        const by = person(request)
        const { name } = request.params as z.infer<typeof params>
        const made = createOnce(deps, request, note => ({
          name: make(note, name, by, request.body as z.infer<B>).name,
        }))
        return brief(parts().billing.get(made.name))
      },
    )
  move(
    'waivers',
    'Leaves a point out knowingly, by name and with a reason',
    prepare,
    batchWaiver,
    (note, name, by, b) => parts().desk.waive(note, name, b.line, by, b.reason),
  )
  move('approve', 'Approves what was seen: from now on it never changes', moves, batchApproval, (note, name, by, b) =>
    parts().desk.approve(note, name, b.seen, by),
  )
  move('withdraw', 'Gives up a draft', moves, z.strictObject({}), (note, name, by) =>
    parts().desk.withdraw(note, name, by),
  )
  move(
    'correct',
    'Prepares a version more, with only what is different now',
    moves,
    batchCorrection,
    (note, name, by, b) => parts().desk.correct(note, name, by, b.why, b.reasons),
  )
  move(
    'acknowledge',
    'What billing took over, matched line by line',
    moves,
    batchAcknowledgement,
    (note, name, by, b) =>
      parts().desk.acknowledge(note, name, 'lines' in b ? b.lines : linesFrom(Buffer.from(b.file, 'base64')), by),
  )
  move(
    'deliver',
    'Tries now what has not arrived, also where it goes since',
    prepare,
    z.strictObject({}),
    (note, name) => parts().deliverer.again(note, name),
  )
  move('reject', 'Billing does not take it over', moves, batchRejection, (note, name, by, b) =>
    parts().desk.reject(note, name, by, b.why),
  )

  function linesFrom(bytes: Buffer): Acknowledged[] {
    const rows = parts().rowsOf(bytes) ?? fail('batch-answer-unread')
    const isHead = (cells: readonly string[], name: 'line' | 'consumption') =>
      cells.findIndex(c =>
        [name, columns[name].en, columns[name]['zh-CN'], `${columns[name]['zh-CN']} ${columns[name].en}`].includes(
          c.trim(),
        ),
      )
    for (const [i, cells] of rows.entries()) {
      const [line, used] = [isHead(cells, 'line'), isHead(cells, 'consumption')]
      if (line < 0 || used < 0) continue
      // What follows the lines of our own file are its totals.
      const rest = rows.slice(i + 1)
      const end = rest.findIndex(r => !(r[line] ?? '').includes('/'))
      return (end < 0 ? rest : rest.slice(0, end)).map(r => ({ line: r[line] ?? '', consumption: r[used] ?? '' }))
    }
    return fail('batch-answer-unread')
  }
  const arrived = (name: string): BatchView['deliveries'] =>
    parts()
      .deliverer.of(name)
      .map(d => ({
        ...{ to: d.to, kind: d.kind, where: d.where, formats: [...d.formats], state: d.state, tries: d.tries },
        ...{ queuedAt: iso(d.queuedAt), sentAt: isoOrNull(d.sentAt), done: [...d.done], why: d.why },
        nextAt: d.state === 'waiting' ? iso(d.nextAt) : null,
      }))
  function whole(name: string): BatchView {
    const kept = parts().billing.get(name)
    const deliveries = arrived(name)
    if (kept.issued) {
      const { batch: b } = parts().desk.sealed(name)
      return {
        ...brief(kept),
        head: b.head,
        rows: [...b.rows],
        totals: [...b.totals],
        waived: [...b.waived],
        unbilled: [],
        seen: null,
        deliveries,
      }
    }
    const { batch: b, unbilled, open, seen } = parts().desk.preview(name)
    const stillOpen = new Set(open.map(u => u.id))
    return {
      ...{
        ...brief(kept),
        head: b.head,
        rows: [...b.rows],
        totals: [...b.totals],
        waived: [...b.waived],
        seen,
        deliveries,
      },
      unbilled: unbilled.map(u => ({
        ...{ line: u.id, unit: u.unit, waived: !stillOpen.has(u.id) },
        reasons: u.blocked.map(({ code }) => {
          const words = blockWords(code)
          return { code, text: { 'zh-CN': words['zh-CN'], en: words.en } }
        }),
      })),
    }
  }
}

const brief = ({
  name,
  period,
  group,
  version,
  phase,
  preparedBy,
  preparedAt,
  why,
  issued,
  answer,
}: KeptBatch): BatchBrief => ({
  ...{ name, period, group, version, phase, preparedBy, preparedAt: iso(preparedAt), why },
  issued: issued && {
    ...{ sequence: issued.sequence, by: issued.by, at: iso(issued.at), sha256: issued.sha256 },
    ...{ lines: issued.lines, totals: [...issued.totals] },
  },
  answer: answer && {
    ...{ by: answer.by, at: iso(answer.at), note: answer.note },
    matched: answer.matched && {
      ...{ same: answer.matched.same, different: [...answer.matched.different], missing: [...answer.matched.missing] },
      ...{ unknown: [...answer.matched.unknown], twice: [...answer.matched.twice] },
    },
  },
})
