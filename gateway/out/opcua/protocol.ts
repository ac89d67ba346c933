import type { EngineeringUnit } from '../../../drivers/opcua/units.ts'
import type { Kind, PointId, Text, Value } from '../../../drivers/point.ts'
import type { Severity } from '../../../rules/rule.ts'

/** What the gateway and the worker of its OPC UA server say to each other. Types only. */

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly hostname?: string | undefined
  readonly security: readonly ('None' | 'Sign' | 'SignAndEncrypt')[]
  readonly anonymous: boolean
  readonly language: keyof Text
  readonly pkiFolder: string
  readonly version: string
}

/** What of the site is shown. Plain data; points are spoken of by their place in `points`. */
export interface Model {
  readonly site: { readonly id: string; readonly name: Text }
  /** Parents before their children. */
  readonly spaces: readonly {
    readonly id: string
    readonly kind: string
    readonly name: Text
    readonly parent: string | null
  }[]
  readonly equipment: readonly {
    readonly id: string
    readonly kind: string
    readonly name: Text
    readonly space: string | null
  }[]
  readonly points: readonly ModelPoint[]
}
export interface ModelPoint {
  readonly id: PointId
  readonly equipment: string
  readonly key: string
  readonly name: Text
  readonly kind: Kind
  readonly unit: EngineeringUnit | null
  readonly range: readonly [min: number, max: number] | null
  readonly enum: Readonly<Record<string, Text>> | null
  /** A command can be asked for by one person alone. */
  readonly writable: boolean
}

/** The newest of some points, as columns; `codes` as in history. */
export interface Values {
  readonly points: Int32Array
  /** Source times, UTC ms. */
  readonly times: Float64Array
  readonly codes: Uint8Array
  /** Booleans are 0 and 1; of a text: its place in `texts`. NaN: none. */
  readonly values: Float64Array
  readonly texts: readonly string[]
}

/** An alarm as its condition shows it. */
export interface AlarmFacts {
  readonly id: string
  readonly equipment: string
  readonly point: PointId
  readonly rule: string
  readonly severity: Severity
  readonly text: Text
  readonly active: boolean
  readonly acked: boolean
  /** Neither active nor waiting for anybody: nothing to show any more. */
  readonly normal: boolean
  /** Put aside by a person, or as the consequence of another one. */
  readonly aside: boolean
  readonly ackedBy: string | null
  /** When it became as it is, UTC ms. */
  readonly at: number
}

export type Question =
  | {
      readonly what: 'sign-in'
      readonly name: string
      readonly password: string
      readonly address: string
    }
  | {
      readonly what: 'write'
      readonly user: string
      readonly client: string
      readonly point: PointId
      readonly value: Value
    }
  | {
      readonly what: 'acknowledge' | 'comment'
      readonly user: string
      readonly client: string
      readonly alarm: string
      readonly comment: string
    }
  | {
      readonly what: 'raw'
      readonly point: PointId
      readonly from: number
      readonly to: number
      readonly limit: number
    }
  | { readonly what: 'steps'; readonly point: PointId; readonly edges: Float64Array }

/** A stretch of time whose values were made up for the demo, not measured. */
export interface MadeUp {
  readonly from: number
  readonly to: number
}
/** In the order of time. The first one may lie before the stretch asked for: it is what held when that began. */
export interface RawHistory extends Omit<Values, 'points'> {
  readonly demo: readonly MadeUp[]
  /** Samples are gone here, only sums of hours are left. */
  readonly coarse: readonly MadeUp[]
  readonly truncated: boolean
}
export interface StepHistory {
  readonly demo: readonly MadeUp[]
  /** What cuts an hour of which only the sums are left shows those of the hour. */
  readonly coarse: readonly MadeUp[]
  readonly goodMs: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
  readonly mean: Float64Array
}
/** sign-in: the name as it is written in the gateway, or null. write, acknowledge, comment: name of a status code. */
export interface Answers {
  readonly 'sign-in': string | null
  readonly write: string
  readonly acknowledge: string
  readonly comment: string
  readonly raw: RawHistory | null
  readonly steps: StepHistory | null
}

export type ToWorker =
  | { readonly t: 'open'; readonly options: ServerOptions; readonly model: Model }
  | { readonly t: 'values'; readonly values: Values }
  | { readonly t: 'alarms'; readonly alarms: readonly AlarmFacts[] }
  /** undefined: the gateway could not find out. */
  | { readonly t: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] | undefined }
  /** All sessions of this person end: disabled, or with another password. */
  | { readonly t: 'sign-out'; readonly user: string }
  /** A person has decided about a certificate. */
  | { readonly t: 'trust-changed' }
  | { readonly t: 'close' }

export type FromWorker =
  | { readonly t: 'beat' }
  | { readonly t: 'loaded' }
  /** It listens. */
  | { readonly t: 'up'; readonly endpoint: string; readonly port: number }
  /** It cannot listen; it goes on trying. */
  | { readonly t: 'down'; readonly why: string }
  /** The last `values` were dealt with; more may come. */
  | { readonly t: 'took' }
  | { readonly t: 'ask'; readonly id: number; readonly question: Question }
  /** How many clients are there, and how many alarms could not be shown as conditions. */
  | { readonly t: 'count'; readonly sessions: number; readonly unshown: number }
