import { z } from 'zod'
import { lineTroubles } from '../../../drivers/modbus/linetrouble.ts'
import { pointId, text, time, value, when } from './common.ts'

const serialSetting = z.object({
  baudRate: z.int().min(300).max(1_000_000),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
})
const search = {
  /** First and last unit. */
  from: z.int().min(1).max(247).default(1),
  to: z.int().min(1).max(247).default(247),
  /** From a request to its answer. */
  timeoutMs: z.int().min(20).max(2000).default(200),
}
const settings = z.array(serialSetting).min(1).max(30).optional()
export const newDetection = z.union([
  z.strictObject({ channel: z.string().min(1).max(64), settings, ...search }),
  z.strictObject({
    protocol: z.enum(['modbus-tcp', 'modbus-rtu-over-tcp']),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535),
    ...search,
  }),
  z.strictObject({
    protocol: z.literal('modbus-rtu'),
    path: z.string().regex(/^\/dev\/[\w./-]+$/),
    settings,
    ...search,
  }),
])
export const detection = z.object({
  id: z.string(),
  /** failed: there was no connection, so nothing is known of the units not found. */
  state: z.enum(['running', 'finished', 'cancelled', 'failed']),
  protocol: z.string(),
  line: z.string(),
  tried: z.number().int(),
  total: z.number().int(),
  setting: serialSetting.nullable(),
  found: z.array(
    z.object({
      unit: z.number().int(),
      exception: z.number().int().nullable(),
      setting: serialSetting.nullable(),
      /** What it is already known as. */
      equipment: z.string().nullable(),
      /** Two answers to one question: two devices of the line have this number. */
      twice: z.boolean(),
    }),
  ),
  /** Why there was no connection, where that can be said. */
  trouble: z.object({ code: z.enum(lineTroubles), detail: z.string().nullable() }).nullable(),
  /** All units answered: it is one device that does not look at the number. */
  everyUnit: z.boolean(),
  /** Channels that are not polled while it runs. */
  paused: z.array(z.string()),
  by: z.string(),
  startedAt: time,
  endedAt: when,
})
/** Where the time of a shared line goes, over the last minute. */
export const budget = z.object({
  /** 0..1 of the time that the line has. */
  utilisation: z.number(),
  requestsPerMin: z.number(),
  /** 0..1 of the reads that ended after the next one was due. */
  lateShare: z.number(),
  overloaded: z.boolean(),
  /** The dearest first. `costMs`: its part of a request; `share`: 0..1 of the time of the line. */
  points: z.array(z.object({ id: pointId, costMs: z.number(), share: z.number() })),
})
/** Since the connection was opened: no answer; an answer after that; an answer to something else; no Modbus at all. */
export const lineCounts = z.object({
  timeouts: z.number().int(),
  late: z.number().int(),
  foreign: z.number().int(),
  garbage: z.number().int(),
})
/** Registers [from, to) that a device refused. across: no request over it. alone: that value. length: no longer than it. */
export const learnedFact = z.object({
  unit: z.number().int(),
  table: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  kind: z.enum(['across', 'alone', 'length']),
})
/** ca, clientCertificate: of a channel with `tls`, whom it trusts and what it shows of itself. */
export const secretKinds = ['password', 'userCertificate', 'ca', 'clientCertificate'] as const
/** What came from a device that only talks. */
export const lines = z.object({
  lines: z.number().int(),
  /** Of which nothing is known. */
  unknown: z.number().int(),
  /** Of these, in the last ten minutes. */
  unknownLately: z.number().int(),
  lastAt: when,
  /** The last ones of which nothing is known, the newest first. */
  last: z.array(z.object({ at: time, why: z.enum(['no-match', 'undecodable', 'cut', 'overlong']), text: z.string() })),
})
export const channel = z.object({
  id: z.string(),
  protocol: z.string(),
  /** Of protocols with one session for all their devices; null for the others. */
  connection: z
    .object({
      state: z.enum(['idle', 'connecting', 'up', 'down']),
      /** A code; null while it is up. */
      trouble: z.string().nullable(),
      why: z.string().nullable(),
      /** Values left out because more came than could be taken. */
      dropped: z.number().int(),
    })
    .nullable(),
  /** What can be asked of it below /api/v1/channels/<id>. */
  offers: z.array(z.enum(['certificates', 'browse', ...secretKinds])),
  /** Which secrets there are; they themselves are never told. */
  secrets: z.array(z.enum(secretKinds)),
  equipment: z.array(
    z.object({
      id: z.string(),
      online: z.boolean().nullable(),
      scanMs: z.number().nullable(),
      retryAt: when,
      /** How often its points are read, ms. */
      cycles: z.array(z.object({ askedMs: z.number(), achievedMs: z.number().nullable() })),
    }),
  ),
  /** Null for protocols that keep no account of their line. */
  budget: budget.nullable(),
  counts: lineCounts.nullable(),
  learned: z.array(learnedFact),
  /** Null for protocols that ask and are answered. */
  lines: lines.nullable(),
})

const keyPair = z.strictObject({ certificate: z.string().max(20_000), key: z.string().max(20_000) })
export const channelSecret = z.strictObject({
  /** null takes it away. */
  password: z.string().min(1).max(200).nullable().optional(),
  userCertificate: keyPair.nullable().optional(),
  /** PEM: one certificate or several. */
  ca: z.string().min(1).max(100_000).nullable().optional(),
  clientCertificate: keyPair.nullable().optional(),
})
export const certificate = z.object({
  /** SHA-256, 64 hex digits. */
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  validFrom: time,
  validTo: time,
  /** Of now. */
  validity: z.enum(['valid', 'expired', 'not-yet']),
})
export const certificates = z.object({
  own: certificate.nullable(),
  /** Whoever one of these has signed is trusted, too. */
  authorities: z.array(certificate),
  trusted: z.array(certificate),
  rejected: z.array(certificate),
})
export const certificateDecision = z.enum(['trust', 'reject', 'remove'])
export const fingerprint = z.string().regex(/^[0-9a-f]{64}$/)
/** `node`: null or left out for the root; `cursor`: the `next` of the page before. */
export const browseAsk = z.strictObject({
  node: z.string().min(1).max(1000).nullable().optional(),
  cursor: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional(),
})
export const browsedNode = z.object({
  node: z.string(),
  browseName: z.string(),
  displayName: z.string(),
  class: z.enum(['object', 'variable']),
  type: z.string().nullable(),
  kind: z.enum(['number', 'boolean', 'text']).nullable(),
  unit: z.string().nullable(),
  unitText: z.string().nullable(),
  range: z.tuple([z.number(), z.number()]).nullable(),
  enum: z.record(z.string(), z.string()).nullable(),
  writable: z.boolean(),
  value: value.nullable(),
})

export const profile = z.object({
  id: z.string(),
  name: text,
  kind: z.string(),
  protocols: z.array(z.string()),
  /** Its source contradicts itself or stands alone: shown as such wherever it is offered. */
  draft: z.boolean(),
  source: z.string(),
  points: z.number().int(),
  /** Whether a device must prove that it is this one. */
  probe: z.boolean(),
  origin: z.enum(['builtin', 'site']),
  /** In the folder `profiles`; null for what is built in. */
  file: z.string().nullable(),
})
export type DetectionView = z.infer<typeof detection>
export type ChannelView = z.infer<typeof channel>
export type ChannelSecretView = z.infer<typeof channelSecret>
export type SecretKind = (typeof secretKinds)[number]
export type CertificateView = z.infer<typeof certificate>
export type CertificatesView = z.infer<typeof certificates>
export type CertificateDecision = z.infer<typeof certificateDecision>
export type BrowsedNodeView = z.infer<typeof browsedNode>
export type ProfileView = z.infer<typeof profile>
