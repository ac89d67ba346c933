import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Reach } from '../../core/outgoing.ts'
import type { Row, Sink } from '../reader/row.ts'
import { httpPoster, type Tls, verdictOf, whyOf } from './http.ts'

export interface InfluxOptions {
  readonly url: string
  /** 1: `/write` with a database; 2: `/api/v2/write` with a bucket, also of InfluxDB 3 and VictoriaMetrics. */
  readonly api: 1 | 2
  readonly database?: string | undefined
  readonly username?: string | undefined
  readonly org?: string | undefined
  readonly bucket?: string | undefined
  /** Password of the user, or the token. */
  readonly secret?: string | undefined
  readonly tls: Tls
  /** Left out: wherever the name leads. */
  readonly reach?: Reach | undefined
}

const packed = promisify(gzip)
/** Smaller ones are not worth it. */
const LEAST_PACKED = 1400

/**
 * InfluxDB 1, 2, 3 and VictoriaMetrics by line protocol. Only 204 is yes: everything else that looks well is somebody else's
 * page. Of a "partial write" the rest is stored [InfluxDB 1 write API], so halves may be sent again.
 */
export function influxSink(options: InfluxOptions): Sink {
  const { url, api, database, username, org, bucket, secret, tls, reach } = options
  const base = new URL(url)
  const http = httpPoster(base, tls, reach)
  const asked = new URLSearchParams(
    api === 1 ? { db: database ?? '', precision: 'ns' } : { org: org ?? '', bucket: bucket ?? '', precision: 'ns' },
  )
  const path = `${base.pathname.replace(/\/$/, '')}${api === 1 ? '/write' : '/api/v2/write'}?${asked}`
  const sign: Record<string, string> =
    secret === undefined
      ? {}
      : {
          authorization:
            api === 1 ? `Basic ${Buffer.from(`${username ?? ''}:${secret}`).toString('base64')}` : `Token ${secret}`,
        }
  return {
    async send(rows: readonly Row[], signal) {
      const text = rows.map(row => row.text).join('\n')
      const small = text.length < LEAST_PACKED
      const body = small ? text : await packed(text, { level: 1 })
      try {
        const answer = await http.post(
          path,
          { 'content-type': 'text/plain; charset=utf-8', ...(small ? {} : { 'content-encoding': 'gzip' }), ...sign },
          body,
          signal,
        )
        return verdictOf(answer, status => status === 204)
      } catch (error) {
        return { kind: 'away', why: whyOf(error) }
      }
    },
    async close() {
      http.close()
    },
  }
}
