import { fail } from '../core/errors.ts'
import { type App, type Deps, who } from './deps.ts'

/** The bundle for whoever helps from outside, by a button [issue 11, item 6]; the same file as of `gatehouse diagnostics`. */
export function diagnosticsRoutes(app: App, deps: Deps) {
  let making = false

  app.post(
    '/api/v1/diagnostics',
    {
      config: { access: 'diagnostics.make' },
      schema: {
        tags: ['security'],
        summary:
          'A .tar.gz for whoever helps: versions, doctor, settings and log without names and secrets. The trail tells of it.',
      },
    },
    async (request, reply) => {
      // It counts and looks for some seconds: one at a time is enough for anybody.
      if (making) fail('diagnostics-run')
      making = true
      try {
        const bytes = await deps.makeDiagnostics()
        deps.trail.change(who(request).actor, note => note('diagnostics', 'bundle', 'made', { bytes: bytes.length }))
        return reply
          .header('content-type', 'application/gzip')
          .header('content-disposition', 'attachment; filename="gatehouse-diagnostics.tar.gz"')
          .header('cache-control', 'no-store')
          .send(bytes)
      } finally {
        making = false
      }
    },
  )
}
