import { z } from 'zod'
import { fail } from '../core/errors.ts'
import { brokerCertificate, brokerState, newBrokerCertificate } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { pemFaults } from './pem.ts'
import { certificateView } from './trust.ts'

/** The broker inside, as a machine finds it. Its accounts are in brokeraccounts.ts. */
export function brokerRoutes(app: App, deps: Deps) {
  const tags = ['broker']
  const { broker } = deps
  const shown = () => {
    const own = broker.certificate()
    return { ...certificateView(own, deps.clock.now()), selfMade: own.selfMade }
  }
  app.get(
    '/api/v1/broker',
    {
      config: { access: 'broker-account.manage' },
      schema: {
        tags,
        summary: 'Where the MQTT broker listens, and what waits for its clients',
        response: { 200: brokerState },
      },
    },
    async () => {
      const { clients, sessions, messages, bytes, full, retainedDropped, failing } = broker.stats()
      return {
        ...{ listeners: [...broker.view()], clients, sessions, queued: messages, queuedBytes: bytes },
        ...{ dropped: full + retainedDropped, stored: !failing },
      }
    },
  )
  app.get(
    '/api/v1/broker/certificate',
    {
      config: { access: 'broker-account.manage' },
      schema: {
        tags,
        summary: 'What the broker shows over TLS, also as PEM',
        response: { 200: brokerCertificate.extend({ pem: z.string() }) },
      },
    },
    async () => ({ ...shown(), pem: broker.certificate().pem }),
  )
  app.put(
    '/api/v1/broker/certificate',
    {
      config: { access: 'broker-account.manage' },
      schema: {
        tags,
        summary: 'A certificate of the site with its chain and key, PEM; null for both: the self-made one',
        body: newBrokerCertificate,
        response: { 200: brokerCertificate },
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
        note('broker', 'certificate', certificate === null ? 'secret-removed' : 'secret-set', { kind: 'certificate' })
        broker.setCertificate(certificate === null || key === null ? null : { certificate, key })
      })
      return shown()
    },
  )
}
