import { z } from 'zod'
import { time, when } from './common.ts'

const why = z.object({
  /** A code; the screens translate it. */
  code: z.string(),
  /** What the far end said. */
  detail: z.string(),
})
export const output = z.object({
  id: z.string(),
  kind: z.enum(['influx', 'mqtt', 'webhook', 'files']),
  /** Host or folder, never more. */
  target: z.string(),
  /**
   * refused: it is there, and will not have what is sent. no-secret: it cannot sign in before somebody gives the password
   * or token. off: it keeps its place and is sent nothing.
   */
  state: z.enum(['up', 'away', 'refused', 'no-secret', 'off', 'starting']),
  trouble: why.extend({ since: time, nextAt: time, tries: z.number().int() }).nullable(),
  lastTakenAt: when,
  /** Lines, messages or records since the start. */
  sent: z.number().int(),
  /** Null: it gets no samples. Positions are numbers of seconds of the journal. */
  telemetry: z
    .object({
      position: z.number().int(),
      /** Samples that wait, and when the oldest of them was written. */
      waiting: z.number().int(),
      oldestAt: when,
      /** Stretches that it left behind so that what is new goes first. */
      stretches: z.number().int(),
      /** Samples that were dropped for want of room before it had them, and of when they were. */
      lost: z.number().int(),
      lostFrom: when,
      lostTo: when,
    })
    .nullable(),
  /** Null: it gets no records. Positions are numbers of the trail. At most 200 of those that wait are counted. */
  records: z
    .object({
      position: z.number().int(),
      waiting: z.number().int(),
      oldestAt: when,
      lost: z.number().int(),
    })
    .nullable(),
  /** Set aside because the far end would not have them; `dropped`: those for which there was no room any more. */
  aside: z.object({ rows: z.number().int(), samples: z.number().int(), dropped: z.number().int() }),
  /** Null: it sends no files by SFTP. */
  sftp: z
    .object({
      /** To be put into `authorized_keys` over there; null: not made yet. */
      publicKey: z.string().nullable(),
      /** SHA256 fingerprint of the host that is trusted; null: none yet. */
      hostKey: z.string().nullable(),
      /** Of the one that answered and is not trusted; a person compares it. */
      offered: z.string().nullable(),
      /** Files that are finished and wait here. */
      files: z.number().int(),
      bytes: z.number().int(),
      oldestAt: when,
    })
    .nullable(),
  /** Which secrets it can have, and which there are. */
  offers: z.array(z.enum(['password', 'ca', 'clientCertificate'])),
  secrets: z.array(z.enum(['password', 'ca', 'clientCertificate'])),
})
export const asideRow = z.object({
  id: z.number().int(),
  stream: z.string(),
  row: z.string(),
  /** When it was measured or done. */
  at: time,
  topic: z.string(),
  text: z.string(),
  why,
  asideAt: time,
})
const ids = z.array(z.number().int().min(1)).min(1).max(200)
/** Without ids: the oldest ones. */
export const retryAside = z.strictObject({ ids: ids.optional() })
export const retriedAside = z.object({
  taken: z.number().int(),
  refused: z.number().int(),
  /** Not tried, because the far end is away. */
  left: z.number().int(),
  why: why.nullable(),
})
export const discardAside = z.strictObject({ ids })
const keyPair = z.strictObject({ certificate: z.string().max(20_000), key: z.string().max(20_000) })
export const outputSecret = z.strictObject({
  /** Password or token; of a webhook what signs. null takes it away. */
  password: z.string().min(1).max(500).nullable().optional(),
  /** PEM: one certificate or several. */
  ca: z.string().min(1).max(100_000).nullable().optional(),
  clientCertificate: keyPair.nullable().optional(),
})
export const hostKey = z.strictObject({ fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/) })
export type OutputView = z.infer<typeof output>
export type AsideRowView = z.infer<typeof asideRow>
export type RetriedAside = z.infer<typeof retriedAside>
