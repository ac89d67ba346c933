import type { Reason, Value } from '../point.ts'

/** What the gateway and its OPC UA worker say to each other. Types, and the one table of what status codes mean. */

export interface Connection {
  readonly endpoint: string
  readonly securityMode: 'None' | 'Sign' | 'SignAndEncrypt'
  readonly securityPolicy: 'None' | 'Basic256Sha256' | 'Aes128_Sha256_RsaOaep' | 'Aes256_Sha256_RsaPss'
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly timeoutMs: number
  readonly publishMs: number
  readonly pkiFolder: string
}

export type ToWorker =
  | { readonly t: 'open'; readonly connection: Connection }
  | {
      readonly t: 'watch'
      readonly id: number
      readonly items: readonly { readonly node: string; readonly samplingMs: number }[]
    }
  | { readonly t: 'unwatch'; readonly id: number }
  | { readonly t: 'read'; readonly id: number; readonly nodes: readonly string[] }
  | { readonly t: 'write'; readonly id: number; readonly node: string; readonly type: string; readonly value: Value }
  | { readonly t: 'close' }

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

export type FromWorker =
  /** The process lives. Sent every second, connected or not. */
  | { readonly t: 'beat' }
  | { readonly t: 'up' }
  /** There is no connection; the worker goes on trying. */
  | { readonly t: 'down'; readonly reason: 'offline' | 'refused'; readonly why: string }
  /** The server has just answered and its subscription is heard of: what was not reported as changed is as it was. */
  | { readonly t: 'alive' }
  | { readonly t: 'values'; readonly watch: number; readonly readings: readonly Reading[] }
  | { readonly t: 'read'; readonly id: number; readonly readings: readonly Reading[] | undefined }
  | { readonly t: 'written'; readonly id: number; readonly status: string }

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

export const reasonOf = (status: string): Reason => meanings[status] ?? 'no-value'
