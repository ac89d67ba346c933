import { z } from 'zod'
import { certificateDecision, certificates, fingerprint, opcuaServerState } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { certificatesView, decideOn, sendCertificate } from './trust.ts'

/** The server by which other systems see the site: how it is, and whom it lets in. */
export function opcuaServerRoutes(app: App, deps: Deps) {
  const tags = ['opcua server']
  const read = { access: 'site.read' as const }
  const store = deps.opcuaServer.certificates
  const list = () => certificatesView(store, deps.clock.now())
  app.get(
    '/api/v1/opcua-server',
    {
      config: read,
      schema: { tags, summary: 'How the OPC UA server of the gateway is', response: { 200: opcuaServerState } },
    },
    async () => ({ ...deps.opcuaServer.view() }),
  )
  app.get(
    '/api/v1/opcua-server/certificates',
    {
      config: read,
      schema: {
        tags,
        summary: 'Its own certificate, and those of clients: trusted, and met but not trusted',
        response: { 200: certificates },
      },
    },
    async () => list(),
  )
  app.get(
    '/api/v1/opcua-server/certificates/:file',
    {
      config: read,
      schema: {
        tags,
        summary: 'A certificate: <fingerprint>.pem or .der, or own.pem, own.der',
        params: z.object({ file: z.string() }),
      },
    },
    async (request, reply) => sendCertificate(reply, store, 'opcua-server', request.params.file),
  )
  app.post(
    '/api/v1/opcua-server/certificates/:fingerprint/:decision',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Trusts, rejects or removes the certificate of a client; all clients connect anew',
        params: z.object({ fingerprint, decision: certificateDecision }),
        response: { 200: certificates },
      },
    },
    async request => {
      const { fingerprint, decision } = request.params
      decideOn(deps, store, who(request).actor, ['opcua-server', 'opcua-server'], fingerprint, decision)
      return list()
    },
  )
}
