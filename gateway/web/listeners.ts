import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { hostPort, isNear, showAddress } from '../core/address.ts'
import { strictTls } from '../core/ciphers.ts'
import { http, https } from '../core/plainhttp.ts'
import { refuse } from '../core/refusal.ts'
import type { App } from '../http/deps.ts'
import { CHECK_MS } from '../http/tame.ts'
import type { WebCertificateFiles } from './certificate.ts'

const HANDSHAKE_MS = 10_000

export interface WebAddresses {
  /** `host:port`; port 0 takes any. */
  readonly http: string
  readonly https?: string | undefined
  /** The site insists on plain HTTP beyond this machine. */
  readonly plain: boolean
}
export interface WebDoor {
  readonly kind: 'http' | 'https' | 'redirect'
  /** `host:port` as it was taken. */
  readonly address: string
}

/**
 * What a plain address does: `http` serves, `redirect` sends browsers to HTTPS. Passwords and what people say in plain text are
 * for this machine alone, unless the site insists.
 * @throws Refusal: it is for others, there is no HTTPS, and nobody insists
 */
export function plainDoor({ http, https, plain }: WebAddresses): 'http' | 'redirect' {
  const { host } = hostPort(http)
  if (isNear(host) || plain) return 'http'
  if (https) return 'redirect'
  return refuse(
    `GATEHOUSE_HTTP=${http} 会让别的机器用明文 HTTP 登录，密码可被旁听。请设置 GATEHOUSE_HTTPS（例如 0.0.0.0:8443）；前面有自己的 TLS 代理或确要明文时，设置 GATEHOUSE_PLAIN_HTTP=yes。`,
    `GATEHOUSE_HTTP=${http} would let other machines sign in over plain HTTP, where passwords can be read along. Set GATEHOUSE_HTTPS (such as 0.0.0.0:8443); with a TLS proxy of your own in front, or if you insist on plain HTTP, set GATEHOUSE_PLAIN_HTTP=yes.`,
  )
}

/** Listens: one app behind plain HTTP, HTTPS or both. Throws the system's error when it cannot. */
export async function openWeb(
  app: App,
  where: WebAddresses,
  deps: {
    readonly certificate: WebCertificateFiles
    readonly tame: (server: Server, encrypted: boolean, upgrades?: boolean) => void
  },
) {
  const kind = plainDoor(where)
  const timeouts = { connectionsCheckingInterval: CHECK_MS }
  const others: Server[] = []
  const listen = async (server: Server, at: string) => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(hostPort(at), resolve)
    })
    server.on('error', () => {})
    return showAddress(server.address() as { address: string; port: number })
  }
  const doors: WebDoor[] = []
  await app.ready()
  if (where.https !== undefined) {
    const pair = deps.certificate.pair()!
    const secure = https.createServer(
      { ...timeouts, ...strictTls, cert: pair.certificate, key: pair.key, handshakeTimeout: HANDSHAKE_MS },
      app.routing as RequestListener,
    )
    deps.tame(secure as unknown as Server, true)
    deps.certificate.onChange(next => secure.setSecureContext({ ...strictTls, cert: next.certificate, key: next.key }))
    // WebSockets and broken requests are the app's business.
    secure.on('upgrade', (...upgrade: [IncomingMessage, Duplex, Buffer]) => app.server.emit('upgrade', ...upgrade))
    secure.on('clientError', (error: Error, socket: Duplex) => app.server.emit('clientError', error, socket))
    others.push(secure as unknown as Server)
    doors.push({ kind: 'https', address: await listen(secure as unknown as Server, where.https) })
  }
  if (kind === 'redirect') {
    const port = Number(doors[0]!.address.split(':').at(-1))
    const redirect = http.createServer(timeouts, redirectTo(port))
    deps.tame(redirect, false, false)
    others.push(redirect)
    doors.push({ kind, address: await listen(redirect, where.http) })
  } else {
    await app.listen(hostPort(where.http))
    doors.push({ kind, address: showAddress(app.server.address() as { address: string; port: number }) })
  }
  return {
    doors,
    /** Null: browsers are only sent on there. */
    http: doors.find(d => d.kind !== 'https')!.address,
    https: doors.find(d => d.kind === 'https')?.address ?? null,
    /** The app ends by itself. */
    async close(): Promise<void> {
      await Promise.all(
        others.map(server => {
          const closed = new Promise<void>(resolve => server.close(() => resolve()))
          server.closeAllConnections()
          return closed
        }),
      )
    },
  }
}

/** Sends whoever looks at a page to the same one over HTTPS; what was sent along in plain text is not taken. */
export const redirectTo =
  (port: number): RequestListener =>
  (request, response) => {
    const [, name] = /^([\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.exec(request.headers.host ?? '') ?? []
    const looks = request.method === 'GET' || request.method === 'HEAD'
    if (!looks || name === undefined || !request.url?.startsWith('/')) {
      const text = '请改用 HTTPS。Use HTTPS here.\n'
      response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text)
      return
    }
    const location = `https://${name}${port === 443 ? '' : `:${port}`}${request.url}`
    response.writeHead(308, { location, 'cache-control': 'no-store', connection: 'close' }).end()
  }
