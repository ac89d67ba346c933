import { pinned, type Reach } from '../core/outgoing.ts'
import { http, https } from '../core/plainhttp.ts'

const MOST_ANSWER = 1_000_000

/** `fetch` for the library: to addresses that may be reached, with the issuer's certificate checked, no redirections. */
export function reachingFetch(reach: Reach, ca: string | undefined) {
  return async (
    url: string,
    {
      method,
      headers,
      body,
      signal,
    }: {
      readonly method: string
      readonly headers: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly signal?: AbortSignal | undefined
    },
  ): Promise<Response> => {
    const to = new URL(url)
    const host = to.hostname.replace(/^\[|\]$/g, '')
    const reached = await reach(host)
    const text = body === undefined || body === null ? undefined : String(body)
    return new Promise((resolve, reject) => {
      const request = (to.protocol === 'https:' ? https : http).request(
        {
          ...{ agent: false, host, path: `${to.pathname}${to.search}`, method, lookup: pinned(reached) as never },
          headers: { ...headers, ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }) },
          ...(signal && { signal }),
          ...(to.port !== '' && { port: Number(to.port) }),
          ...(ca !== undefined && { ca }),
        },
        response => {
          const parts: Buffer[] = []
          let size = 0
          response.on('data', (part: Buffer) => {
            size += part.length
            parts.push(part)
            if (size > MOST_ANSWER) request.destroy(new Error('the answer of the identity provider has no end'))
          })
          response.on('error', reject)
          response.on('end', () => {
            const status = response.statusCode ?? 502
            const said = Object.entries(response.headers).flatMap(([key, v]) =>
              v === undefined ? [] : [[key, Array.isArray(v) ? v.join(', ') : v] as [string, string]],
            )
            const empty = status === 204 || status === 304
            resolve(new Response(empty ? null : Buffer.concat(parts), { status, headers: said }))
          })
        },
      )
      request.on('error', reject)
      request.end(text)
    })
  }
}
