import { z } from 'zod'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { OutputState } from '../outputs/outputs.ts'
import {
  asideRow,
  discardAside,
  hostKey,
  type OutputView,
  output,
  outputSecret,
  page,
  paging,
  retriedAside,
  retryAside,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { pemFaults } from './pem.ts'

const MOST_SHOWN = 2000
const secretKinds = ['password', 'ca', 'clientCertificate'] as const

/** Where each output stands, and what a person can do about it. */
export function outputRoutes(app: App, deps: Deps) {
  const tags = ['outputs']
  const params = z.object({ id: z.string().max(64) })
  const retry = { access: 'output.retry' as const }

  function view(s: OutputState): OutputView {
    const { id, kind } = s.output
    const signs = s.sftp ? (['password'] as const) : []
    const offers = kind === 'files' ? signs : kind === 'webhook' ? (['password', 'ca'] as const) : secretKinds
    const { trouble, telemetry, records } = s
    return {
      ...{ id, kind, target: s.target, state: s.state, sent: s.sent, aside: s.aside },
      trouble: trouble && {
        ...trouble.why,
        since: iso(trouble.since),
        nextAt: iso(trouble.nextAt),
        tries: trouble.tries,
      },
      lastTakenAt: isoOrNull(s.lastTakenAt),
      telemetry: telemetry && {
        position: telemetry.position.gaps[0]?.[0] ?? telemetry.position.live,
        waiting: telemetry.samples,
        oldestAt: isoOrNull(telemetry.oldestAt),
        stretches: telemetry.position.gaps.length,
        lost: telemetry.lost,
        lostFrom: isoOrNull(telemetry.lostFrom),
        lostTo: isoOrNull(telemetry.lostTo),
      },
      records: records && {
        position: records.seq,
        waiting: records.waiting,
        oldestAt: isoOrNull(records.oldestAt),
        lost: records.lost,
      },
      sftp: s.sftp && { ...s.sftp, oldestAt: isoOrNull(s.sftp.oldestAt) },
      offers: [...offers],
      secrets: secretKinds.filter(one => (deps.outputSecrets.kinds(id) as readonly string[]).includes(one)),
    }
  }
  const known = (id: string) => (deps.outputs.has(id) ? id : fail('not-found', { what: id }))

  app.get(
    '/api/v1/outputs',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'Where each output stands: state, position, what waits, what was lost, what was set aside',
        response: { 200: page(output) },
      },
    },
    async () => ({ items: (await deps.outputs.states()).map(view), next: null }),
  )
  app.post(
    '/api/v1/outputs/:id/try',
    {
      config: retry,
      schema: { tags, summary: 'Tries now instead of at its time', params, response: { 204: z.null() } },
    },
    async (request, reply) => {
      deps.outputs.tryNow(request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/v1/outputs/:id/aside',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'What the far end would not have, with its reason, oldest first',
        params,
        querystring: z.object(paging),
        response: { 200: page(asideRow) },
      },
    },
    async ({ params: { id }, query: { limit, cursor } }) => {
      const rows = deps.outputs.asideOf(known(id), Number(cursor ?? 0) || 0, limit + 1)
      const shown = rows.slice(0, limit)
      return {
        items: shown.map(({ id, stream, row, why, asideAt }) => ({
          ...{ id, stream, row: row.id, at: iso(row.at), topic: row.topic, text: row.text.slice(0, MOST_SHOWN) },
          ...{ why: { ...why }, asideAt: iso(asideAt) },
        })),
        next: rows.length > limit ? String(shown.at(-1)!.id) : null,
      }
    },
  )
  app.post(
    '/api/v1/outputs/:id/retry',
    {
      config: retry,
      schema: {
        tags,
        summary: 'Sends again what was set aside; what is taken is gone from the list',
        params,
        body: retryAside,
        response: { 200: retriedAside },
      },
    },
    async request => deps.outputs.retry(known(request.params.id), request.body.ids, who(request).actor),
  )
  app.post(
    '/api/v1/outputs/:id/discard',
    {
      config: retry,
      schema: {
        tags,
        summary: 'What was set aside need not be sent; noted on the trail',
        params,
        body: discardAside,
        response: { 200: z.object({ discarded: z.number().int() }) },
      },
    },
    async request => ({
      discarded: deps.outputs.discard(known(request.params.id), request.body.ids, who(request).actor),
    }),
  )
  app.post(
    '/api/v1/outputs/:id/host-key',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Trusts the host of an SFTP output by the fingerprint that it offered last; noted on the trail',
        params,
        body: hostKey,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      deps.outputs.trustHost(known(request.params.id), request.body.fingerprint, who(request).actor)
      return reply.code(204).send(null)
    },
  )
  app.put(
    '/api/v1/outputs/:id/secret',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'What it signs in with, or proves itself by. Kept in the folder of secrets; never told again.',
        params,
        body: outputSecret,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const id = known(request.params.id)
      const { body } = request
      if (body.clientCertificate && !deps.outputSecrets.fits(body.clientCertificate))
        fail('invalid-input', { where: 'clientCertificate', why: pemFaults.pair })
      if (body.ca && !deps.outputSecrets.isBundle(body.ca))
        fail('invalid-input', { where: 'ca', why: pemFaults.bundle })
      deps.outputSecrets.write(id, body, decide =>
        deps.trail.change(who(request).actor, note => {
          for (const [kind, value] of Object.entries(body))
            if (value !== undefined) note('output', id, value === null ? 'secret-removed' : 'secret-set', { kind })
          decide()
        }),
      )
      await deps.outputs.again()
      return reply.code(204).send(null)
    },
  )
}
