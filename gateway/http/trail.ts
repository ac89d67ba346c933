import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { trailCheck, trailCheckpoints, trailQuestion } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

/** Whether the trail is as it was written, and what others need to look for themselves. The entries are in site.ts. */
export function trailRoutes(app: App, deps: Deps) {
  const tags = ['trail']
  const config = { access: 'trail.read' } as const
  const { checkpoints } = deps
  let checking = false
  app.get(
    '/api/v1/trail/checkpoints',
    { config, schema: { tags, summary: 'The newest signed checkpoints', response: { 200: trailCheckpoints } } },
    async () => ({
      ...{ entries: deps.trail.head(), key: checkpoints.publicKey, copyFailing: checkpoints.copyFailing() },
      items: [...checkpoints.list()],
    }),
  )
  app.get(
    '/api/v1/trail/checkpoints/file',
    { config, schema: { tags, summary: 'All signed checkpoints, one in each line, up to this moment' } },
    async (_, reply) => {
      checkpoints.make()
      return reply
        .header('content-type', 'text/plain; charset=utf-8')
        .header('content-disposition', 'attachment; filename="trail-checkpoints.jsonl"')
        .header('cache-control', 'no-store')
        .serializer(String)
        .send(readFileSync(checkpoints.file, 'utf8'))
    },
  )
  app.get(
    '/api/v1/trail/verifier',
    { config, schema: { tags, summary: 'The program that checks a trail, one file of JavaScript for Node 24' } },
    async (_, reply) =>
      reply
        .header('content-type', 'text/javascript; charset=utf-8')
        .header('content-disposition', 'attachment; filename="verify-trail.mjs"')
        .serializer(String)
        .send(deps.verifierText()),
  )
  app.post(
    '/api/v1/trail/verify',
    {
      config,
      schema: {
        tags,
        summary:
          'Whether the trail is as it was written; with checkpoints that were kept elsewhere, whether it is still the same',
        body: trailQuestion,
        response: { 200: trailCheck, 409: z.unknown() },
      },
    },
    async request => {
      if (checking) fail('trail-check-runs')
      checking = true
      try {
        const seen = await deps.checkTrail(request.body.anchors)
        const { entries, faults, held } = seen
        deps.trail.change(who(request).actor, note =>
          note('trail', 'check', 'verified', { entries, faults: faults.map(f => f.code), held }),
        )
        return {
          ...{ entries, head: seen.head, faults: [...faults], held, heldTo: seen.heldTo, seconds: seen.seconds },
          restores: seen.restores.map(r => ({ ...r, time: iso(r.time) })),
        }
      } finally {
        checking = false
      }
    },
  )
}
