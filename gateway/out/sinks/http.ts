import { anywhere, pinned, type Reach } from '../../core/outgoing.ts'
import { http, https } from '../../core/plainhttp.ts'
import { plainly, type Verdict, type Why } from '../reader/row.ts'

const MOST_ANSWER = 4096

/** What a connection by TLS trusts, and shows of itself; all PEM. */
export interface Tls {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}
export interface Answer {
  readonly status: number
  /** No more than its beginning. */
  readonly text: string
}

/** Posts to one server over connections that are kept. An abort ends a request, whatever the server drips. */
export function httpPoster(url: URL, tls: Tls, reach: Reach = anywhere) {
  const secure = url.protocol === 'https:'
  const agent = secure
    ? new https.Agent({ keepAlive: true, maxSockets: 2, minVersion: 'TLSv1.2', ...given(tls) })
    : new http.Agent({ keepAlive: true, maxSockets: 2 })
  return {
    async post(
      path: string,
      headers: Record<string, string>,
      body: Buffer | string,
      signal: AbortSignal,
    ): Promise<Answer> {
      const { hostname, port } = url
      const host = hostname.replace(/^\[|\]$/g, '')
      const lookup = pinned(await reach(host)) as never
      return new Promise((resolve, reject) => {
        const length = String(Buffer.byteLength(body))
        const request = (secure ? https : http).request(
          {
            ...{ agent, host, path, signal, lookup, method: 'POST', headers: { ...headers, 'content-length': length } },
            ...(port && { port: Number(port) }),
          },
          response => {
            const parts: Buffer[] = []
            let size = 0
            const done = () => {
              const text = Buffer.concat(parts).subarray(0, MOST_ANSWER).toString('utf8')
              resolve({ status: response.statusCode ?? 0, text })
            }
            response.on('data', (part: Buffer) => {
              size += part.length
              if (size <= 2 * MOST_ANSWER) parts.push(part)
              else {
                // Nonsense without an end must not keep us.
                done()
                request.destroy()
              }
            })
            response.on('end', done)
            response.on('error', reject)
          },
        )
        request.on('error', reject)
        request.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}
const given = (tls: Tls) => Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined))

const words: readonly (readonly [RegExp, Why['code']])[] = [
  [/EINWARD/, 'inward'],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE|socket hang up/, 'unreachable'],
  [/certificate|self.signed|UNABLE_TO_|CERT_|ERR_TLS|SSL/i, 'server-not-trusted'],
  [/timeout|ETIMEDOUT|abort/i, 'timeout'],
  [/Parse Error|HPE_|Expected HTTP/, 'nonsense'],
]
/** Why a connection failed, as a code and in short. */
export function whyOf(error: unknown): Why {
  const { code, message } = error as { code?: string; message?: string }
  const detail = plainly([code, message].filter(Boolean).join(' '))
  return { code: words.find(([pattern]) => pattern.test(detail))?.[1] ?? 'other', detail }
}

/** What a server's answer means for what was sent. `good`: the answers by which it takes something. */
export function verdictOf({ status, text }: Answer, good: (status: number) => boolean): Verdict {
  if (good(status)) return { kind: 'taken' }
  const detail = plainly(`HTTP ${status} ${text}`)
  const away = (code: Why['code']): Verdict => ({ kind: 'away', why: { code, detail } })
  if (status === 401 || status === 403 || status === 407) return away('sign-in-refused')
  if (status === 404 || status === 405 || status === 410) return away('not-found')
  if (status === 408 || status === 425 || status === 429 || status === 503) return away('overloaded')
  if (status >= 500) return away('server-error')
  if (status === 413 || status === 414) return { kind: 'refused', why: { code: 'too-large', detail } }
  if (status >= 400) return { kind: 'refused', why: { code: 'refused', detail } }
  return away('nonsense')
}
