import type { Browse, WriteResult } from '../driver.ts'
import type { Reason, Value } from '../point.ts'

/** What the gateway and its OPC UA worker say to each other. Types, and the tables of what status codes mean. */

export interface Connection {
  readonly endpoint: string
  readonly securityMode: 'None' | 'Sign' | 'SignAndEncrypt'
  readonly securityPolicy: 'None' | 'Basic256Sha256' | 'Aes128_Sha256_RsaOaep' | 'Aes256_Sha256_RsaPss'
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** A person's or machine's certificate to sign in with, both PEM. */
  readonly userCertificate?: { readonly certificate: string; readonly key: string } | undefined
  readonly timeoutMs: number
  readonly publishMs: number
  readonly pkiFolder: string
}

/** What of a condition a point shows [OPC 10000-9 5.5, 5.8]. */
export type ConditionFacet = 'active' | 'severity' | 'message'
export interface Condition {
  /** The node that the condition is about: SourceNode of its events. */
  readonly source: string
  /** ConditionName; without it any condition of the source. */
  readonly name?: string | undefined
  readonly show?: ConditionFacet | undefined
}
export type Target = { readonly node: string } | { readonly condition: Condition }

export interface Item {
  readonly target: Target
  readonly samplingMs: number
  /** So many values the server keeps for us between two notifications. */
  readonly queue: number
  /** The server tells no smaller change: absolute, or in percent of the node's EURange [OPC 10000-4 7.22.2]. */
  readonly deadband?: number | undefined
  readonly deadbandPercent?: number | undefined
  /** Read at this pace instead of by subscription. */
  readonly poll: boolean
}

export type ToWorker =
  | { readonly t: 'open'; readonly connection: Connection }
  | { readonly t: 'watch'; readonly id: number; readonly items: readonly Item[] }
  | { readonly t: 'unwatch'; readonly id: number }
  /** The last `values` were dealt with; more may come. */
  | { readonly t: 'took' }
  | { readonly t: 'read'; readonly id: number; readonly targets: readonly Target[] }
  | { readonly t: 'write'; readonly id: number; readonly node: string; readonly type: string; readonly value: Value }
  | { readonly t: 'browse'; readonly id: number; readonly node: string; readonly from: number; readonly limit: number }
  | { readonly t: 'close' }

/** How long somebody waits for the children of a node. */
export const BROWSE_MS = 15_000

/** One DataValue [OPC 10000-4 7.11], as far as it matters here. */
export interface Reading {
  readonly index: number
  /** Name of the status code. */
  readonly status: string
  readonly severity: 'good' | 'uncertain' | 'bad'
  /** undefined: of a type that is no number, boolean or text. */
  readonly value: Value | undefined
  /** Source time, UTC ms, if the server sends one. */
  readonly at: number | undefined
}

/** Why there is no connection: a code that the screens translate. */
export const connectionTroubles = [
  'unreachable',
  'timeout',
  'server-not-trusted',
  'certificate-expired',
  'certificate-wrong',
  'gateway-not-trusted',
  'sign-in-refused',
  'security-refused',
  'lost',
  'worker-ended',
  'other',
] as const
export type ConnectionTrouble = (typeof connectionTroubles)[number]

export type FromWorker =
  /** The process lives. Sent every second, connected or not. */
  | { readonly t: 'beat' }
  /** The stack is loaded; until then the process may be silent for longer. */
  | { readonly t: 'loaded' }
  /** resumed: the same session and subscription as before; what was not reported as changed is as it was. */
  | { readonly t: 'up'; readonly resumed: boolean }
  /** There is no connection; the worker goes on trying. */
  | { readonly t: 'down'; readonly trouble: ConnectionTrouble; readonly why: string }
  /** The server has just answered and its subscription is heard of: what was not reported as changed is as it was. */
  | { readonly t: 'alive' }
  | {
      readonly t: 'values'
      readonly parts: readonly { readonly watch: number; readonly readings: readonly Reading[] }[]
      /** Older values of a point that were left out since the worker began, because more came than could be taken. */
      readonly dropped: number
    }
  | { readonly t: 'read'; readonly id: number; readonly readings: readonly Reading[] | undefined }
  | { readonly t: 'written'; readonly id: number; readonly status: string }
  | { readonly t: 'browsed'; readonly id: number; readonly result: Browse }
  | { readonly t: 'said'; readonly message: string; readonly detail: object }

/** [OPC 10000-4 7.39.2]; what is not listed is a device that says itself that it has no value. */
const meanings: Readonly<Record<string, Reason>> = {
  BadNodeIdUnknown: 'wrong-device',
  BadNodeIdInvalid: 'wrong-device',
  BadAttributeIdInvalid: 'wrong-device',
  BadUserAccessDenied: 'refused',
  BadNotReadable: 'refused',
  BadSecurityModeInsufficient: 'refused',
  BadTooManyMonitoredItems: 'refused',
  BadMonitoredItemFilterUnsupported: 'refused',
  BadTimeout: 'timeout',
  BadRequestTimeout: 'timeout',
  BadCommunicationError: 'offline',
  BadNoCommunication: 'offline',
  BadNotConnected: 'offline',
  BadServerNotConnected: 'offline',
  BadServerHalted: 'offline',
  BadShutdown: 'offline',
  BadConnectionClosed: 'offline',
  BadSecureChannelClosed: 'offline',
  BadSessionIdInvalid: 'offline',
  BadSessionClosed: 'offline',
  BadWaitingForInitialData: 'never-read',
  BadOutOfRange: 'out-of-range',
  BadDecodingError: 'undecodable',
  BadTypeMismatch: 'undecodable',
}

/**
 * The server says that it has not written, and that it is certain [OPC 10000-4 5.11.4.4, 7.39.2]. Whatever is not listed,
 * such as BadTimeout or BadUnexpectedError, may have been done: only reading back tells.
 */
const notWritten: readonly string[] = [
  'BadAttributeIdInvalid',
  'BadDataEncodingInvalid',
  'BadDataEncodingUnsupported',
  'BadEncodingLimitsExceeded',
  'BadIdentityTokenRejected',
  'BadIndexRangeInvalid',
  'BadIndexRangeNoData',
  'BadLocked',
  'BadNodeIdInvalid',
  'BadNodeIdUnknown',
  'BadNotImplemented',
  'BadNotSupported',
  'BadNotWritable',
  'BadOutOfRange',
  'BadSecurityModeInsufficient',
  'BadServiceUnsupported',
  'BadTypeMismatch',
  'BadUserAccessDenied',
  'BadWriteNotSupported',
]
/** What a status of a write says. `BadNotWritable` is the node's own nature, the others are about this write. */
export function writeResultOf(status: string): WriteResult {
  // GoodClamped and GoodCompletesAsynchronously as well: what is there in the end is read back.
  if (status.startsWith('Good')) return { ok: true }
  if (status === 'BadNotWritable') return { ok: false, reason: 'read-only' }
  if (notWritten.includes(status)) return { ok: false, reason: 'refused' }
  return { ok: false, reason: reasonOf(status) === 'offline' ? 'offline' : 'timeout' }
}

export const reasonOf = (status: string): Reason => meanings[status] ?? 'no-value'

/** First match counts. The stack's words differ by where in the handshake it failed [OPC 10000-4 6.1.3, 7.39.2]. */
const troubleWords: readonly (readonly [RegExp, ConnectionTrouble])[] = [
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE/, 'unreachable'],
  [
    /BadCertificateTimeInvalid|BadCertificateIssuerTimeInvalid|certificate.*(expired|not yet valid)/i,
    'certificate-expired',
  ],
  [/BadCertificateUntrusted|certificate.*(untrusted|not trusted)/i, 'server-not-trusted'],
  [/BadIdentityToken|BadUserAccessDenied|BadUserSignatureInvalid/i, 'sign-in-refused'],
  [/BadSecurityChecksFailed/i, 'gateway-not-trusted'],
  [/BadCertificate/i, 'certificate-wrong'],
  [/BadSecurity(Mode|Policy)|security (mode|policy)|Cannot find an endpoint/i, 'security-refused'],
  [/timeout|ETIMEDOUT/i, 'timeout'],
]
export const troubleOf = (why: string): ConnectionTrouble =>
  troubleWords.find(([words]) => words.test(why))?.[1] ?? 'other'

/** Someone answered and said no; the others are silence. */
export const isRefusal = (trouble: ConnectionTrouble): boolean =>
  !['unreachable', 'timeout', 'lost', 'worker-ended', 'other'].includes(trouble)
