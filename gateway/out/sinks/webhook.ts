import type { Reach } from '../../core/outgoing.ts'
import { signatureOf } from '../callback.ts'
import type { Row, Sink, Why } from '../reader/row.ts'
import { httpPoster, type Tls, verdictOf, whyOf } from './http.ts'

export interface WebhookOptions {
  readonly url: string
  /** Signs each message. */
  readonly secret: string
  readonly tls: Tls
  /** Left out: wherever the name leads. */
  readonly reach?: Reach | undefined
  readonly now: () => number
}

/**
 * Posts each record by itself, in order, the next one after the answer. `idempotency-key` is the same whenever it is sent again;
 * `gatehouse-signature` as in callbacks: `t=<unix s>,v1=<HMAC-SHA256 of "<t>.<body>">`.
 */
export function webhookSink({ url, secret, tls, now, reach }: WebhookOptions): Sink {
  const to = new URL(url)
  const http = httpPoster(to, tls, reach)
  return {
    most: 10,
    async send(rows: readonly Row[], signal) {
      const refused: number[] = []
      let why: Why | undefined
      for (const [i, row] of rows.entries()) {
        try {
          const headers = {
            'content-type': 'application/json',
            'idempotency-key': row.id,
            'gatehouse-signature': signatureOf(secret, row.text, now()),
          }
          const answer = await http.post(`${to.pathname}${to.search}`, headers, row.text, signal)
          const verdict = verdictOf(answer, status => status >= 200 && status < 300)
          if (verdict.kind === 'away') return { ...verdict, taken: refused[0] ?? i }
          if (verdict.kind === 'refused') {
            refused.push(i)
            why ??= verdict.why
          }
        } catch (error) {
          return { kind: 'away', why: whyOf(error), taken: refused[0] ?? i }
        }
      }
      return why ? { kind: 'refused', why, rows: refused } : { kind: 'taken' }
    },
    async close() {
      http.close()
    },
  }
}
