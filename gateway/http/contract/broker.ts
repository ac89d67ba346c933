import { z } from 'zod'
import { certificate } from './channels.ts'

/** The MQTT broker inside: where it listens, and what is kept for clients. */
export const brokerState = z.object({
  listeners: z.array(
    z.object({
      kind: z.enum(['plain', 'tls', 'websocket']),
      state: z.enum(['up', 'down']),
      address: z.string(),
      /** Why it cannot listen, in the words of the system. */
      why: z.string().nullable(),
    }),
  ),
  clients: z.int(),
  sessions: z.int(),
  /** Messages that wait for sessions, and their bytes. */
  queued: z.int(),
  queuedBytes: z.int(),
  /** Since the start, for want of room: messages of sessions, and retained ones of clients. */
  dropped: z.int(),
  /** broker.db can be written. */
  stored: z.boolean(),
})
/** What TLS clients are shown. */
export const brokerCertificate = certificate.extend({ selfMade: z.boolean() })
/** null: back to the self-made one. */
export const newBrokerCertificate = z.strictObject({
  certificate: z.string().max(100_000).nullable(),
  key: z.string().max(20_000).nullable(),
})
export type BrokerState = z.infer<typeof brokerState>
export type BrokerCertificate = z.infer<typeof brokerCertificate>
