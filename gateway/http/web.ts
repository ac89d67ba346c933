import { fail } from '../core/errors.ts'
import { newBrokerCertificate, webState } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { pemFaults } from './pem.ts'
import { certificateView } from './trust.ts'

/** Where the pages are, and the certificate that they show. */
export function webRoutes(app: App, deps: Deps) {
  const tags = ['web']
  const { web } = deps
  const shown = () => {
    const own = web.certificate()
    return {
      doors: [...web.doors()],
      certificate: own && { ...certificateView(own, deps.clock.now()), selfMade: own.selfMade, pem: own.pem },
      unusable: web.unusable(),
    }
  }
  app.get(
    '/api/v1/web',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'Where the pages and the API listen, and what HTTPS shows',
        response: { 200: webState },
      },
    },
    async () => shown(),
  )
  app.put(
    '/api/v1/web/certificate',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'A certificate of the site for HTTPS with its chain and key, PEM; null for both: the self-made one',
        body: newBrokerCertificate,
        response: { 200: webState },
      },
    },
    async request => {
      const { certificate, key } = request.body
      if (
        (certificate === null) !== (key === null) ||
        (certificate && key && !deps.channelSecrets.fits({ certificate, key }))
      )
        fail('invalid-input', { where: 'certificate', why: pemFaults.pair })
      deps.trail.change(who(request).actor, note => {
        note('web', 'certificate', certificate === null ? 'secret-removed' : 'secret-set', { kind: 'certificate' })
        web.give(certificate === null || key === null ? null : { certificate, key })
      })
      return shown()
    },
  )
}
