import { z } from 'zod'
import { certificateOf } from '../../drivers/certificates.ts'
import type { Link } from '../../drivers/driver.ts'
import { fail } from '../core/errors.ts'
import type { Channel } from '../site/site.ts'
import {
  browseAsk,
  browsedNode,
  certificateDecision,
  certificates,
  channelSecret,
  fingerprint,
  page,
} from './contract.ts'
import { type App, type Deps, who } from './deps.ts'
import { pemFaults } from './pem.ts'
import { certificatesView, decideOn, sendCertificate } from './trust.ts'

/** What the list of channels says of a link beside its devices. */
export function linkView(deps: Deps, { id, options }: Channel, link: Link | undefined) {
  const signIn = options as { user?: string; username?: string; userCertificate?: boolean; tls?: object }
  const status = link?.status?.()
  return {
    connection: status ? { ...status } : null,
    offers: [
      ...(link?.certificates ? (['certificates'] as const) : []),
      ...(link?.browse ? (['browse'] as const) : []),
      ...((signIn.user ?? signIn.username) === undefined ? [] : (['password'] as const)),
      ...(signIn.userCertificate ? (['userCertificate'] as const) : []),
      ...(signIn.tls ? (['ca', 'clientCertificate'] as const) : []),
    ],
    secrets: [...deps.channelSecrets.kinds(id)],
  }
}

/** What the trail tells of a secret: of a certificate whose it is, of a password nothing. */
function shownOf(secret: string | { readonly certificate: string } | null): object {
  const found = secret === null ? null : certificateOf(typeof secret === 'string' ? secret : secret.certificate)
  return found ? { fingerprint: found.fingerprint, subject: found.subject } : {}
}

/** What can be done with one connection: sign-in, trust, looking around. */
export function channelRoutes(app: App, deps: Deps) {
  const tags = ['channels']
  const params = z.object({ id: z.string() })

  const linkOf = (id: string): { link: Link; channel: Channel } => {
    const plant = deps.plant()
    const channel = plant?.site.channels.find(c => c.id === id)
    const link = plant?.link(id)
    return channel && link ? { channel, link } : fail('not-found', { what: id })
  }
  const trustOf = (id: string) => {
    const { link, channel } = linkOf(id)
    const store = link.certificates
    return store
      ? { link, store }
      : fail('channel-cannot', { channel: id, protocol: channel.protocol, what: 'certificates' })
  }
  const listOf = (id: string) => certificatesView(trustOf(id).store, deps.clock.now())

  app.put(
    '/api/v1/channels/:id/secret',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary:
          'What the channel signs in with, or proves itself by. Kept in the folder of secrets; no key is ever told again.',
        params,
        body: channelSecret,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { link, channel } = linkOf(id)
      const { ca, clientCertificate } = request.body
      for (const kind of ['userCertificate', 'clientCertificate'] as const) {
        const pair = request.body[kind]
        if (pair && !deps.channelSecrets.fits(pair)) fail('invalid-input', { where: kind, why: pemFaults.pair })
      }
      if (ca && !deps.channelSecrets.isBundle(ca)) fail('invalid-input', { where: 'ca', why: pemFaults.bundle })
      if ((ca || clientCertificate) && !(channel.options as { tls?: object }).tls)
        fail('channel-cannot', { channel: id, protocol: channel.protocol, what: 'tls' })
      deps.channelSecrets.write(id, request.body, decide =>
        deps.trail.change(who(request).actor, note => {
          for (const [kind, value] of Object.entries(request.body))
            if (value !== undefined)
              note('channel', id, value === null ? 'secret-removed' : 'secret-set', { kind, ...shownOf(value) })
          decide()
        }),
      )
      link.reconnect?.()
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/v1/channels/:id/certificates',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'The own certificate, authorities, and those of servers: trusted, and met but not trusted',
        params,
        response: { 200: certificates },
      },
    },
    async request => listOf(request.params.id),
  )
  app.get(
    '/api/v1/channels/:id/certificates/:file',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'A certificate: <fingerprint>.pem or .der, or own.pem, own.der',
        params: params.extend({ file: z.string() }),
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      return sendCertificate(reply, trustOf(id).store, id, file)
    },
  )
  app.post(
    '/api/v1/channels/:id/certificates/:fingerprint/:decision',
    {
      config: { access: 'site.write' },
      schema: {
        tags,
        summary: 'Trusts, rejects or removes a certificate; the channel connects again at once',
        params: params.extend({ fingerprint, decision: certificateDecision }),
        response: { 200: certificates },
      },
    },
    async request => {
      const { id, fingerprint, decision } = request.params
      const { store, link } = trustOf(id)
      decideOn(deps, store, who(request).actor, ['channel', id], fingerprint, decision)
      link.reconnect?.()
      return listOf(id)
    },
  )
  app.post(
    '/api/v1/channels/:id/browse',
    {
      config: { access: 'site.read' },
      schema: {
        tags,
        summary: 'What the server at the other end has below a node; a hundred children a page',
        params,
        body: browseAsk,
        response: { 200: page(browsedNode) },
      },
    },
    async request => {
      const { id } = request.params
      const { node = null, cursor } = request.body
      const { link, channel } = linkOf(id)
      if (!link.browse) return fail('channel-cannot', { channel: id, protocol: channel.protocol, what: 'browse' })
      const found = await link.browse(node, Number(cursor ?? 0), AbortSignal.timeout(20_000))
      if (!found.ok && (found.status === 'offline' || found.status === 'timeout'))
        return fail('channel-unreachable', { channel: id, why: link.status?.().why ?? found.status })
      if (!found.ok) return fail('node-refused', { node: node ?? '', status: found.status })
      const items = found.nodes.map(n => ({
        ...n,
        range: n.range && ([n.range[0], n.range[1]] as [number, number]),
        enum: n.enum && { ...n.enum },
      }))
      return { items, next: found.next === null ? null : String(found.next) }
    },
  )
}
