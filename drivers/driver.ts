import type { ZodRawShape } from 'zod'
import type { Kind, Point, PointId, Sample, Value } from './point.ts'

/** Something wrong with a configuration. A code with its numbers, so that each reader gets it in his language. */
export interface Problem {
  /** Where, as a JSON path below the thing checked: `points[3].address`. Empty: the thing itself. */
  readonly path: string
  readonly code: string
  readonly params?: Readonly<Record<string, string | number>>
}

/** One protocol. Adding one is writing this object and listing it in drivers/index.ts. */
export interface Driver<Options = unknown, Address = unknown> {
  /** The word of `channels[].protocol` in site.json. */
  readonly protocol: string
  /** Fields of a channel beside `id` and `protocol`. */
  readonly channel: ZodRawShape
  /** Fields of a point that say where the driver finds it. */
  readonly address: ZodRawShape
  /** Whether equipment on it carries a `unit` number (several devices behind one connection). */
  readonly units: boolean
  /** What a point at this address is. */
  kindOf(address: Address): Kind
  /** What schemas can't tell: fields that exclude each other, addresses past the end. Never throws, never connects. */
  check(options: Options, points: readonly Point[]): Problem[]
  /** Never connects by itself: the first read or watch does. */
  open(options: Options, deps: DriverDeps): Link
}

export interface DriverDeps {
  /** UTC ms. */
  now(): number
  log(message: string, detail?: object): void
  /** For protocols with certificates: own key and trusted peers. A folder of its own per link: one process may use it at a time. */
  readonly pkiFolder?: string | undefined
  /** For protocols with a sign-in. Secrets are in no site.json. */
  readonly password?: string | undefined
  /** What the driver gave to `learn` in an earlier life, if it is still about the same devices. */
  readonly known?: unknown
  /** Takes what was learned about the devices, whole, each time it has changed: plain data, kept over restarts. */
  readonly learn?: ((facts: readonly LearnedFact[]) => void) | undefined
}

/** Something that a device behind a connection does not stand. */
export interface LearnedFact {
  readonly unit: number
  readonly table: string
  readonly from: number
  readonly to: number
  readonly kind: 'across' | 'alone' | 'length'
}

/** Where the time of a shared line goes, over the last minute. */
export interface Budget {
  /** 0..1 of the time that the line has. */
  readonly utilisation: number
  readonly requestsPerMin: number
  /** 0..1 of the reads were not done before the next one was due. */
  readonly lateShare: number
  readonly overloaded: boolean
  /** The dearest first. `costMs` per read: its share of the request; `share`: of the time of the line. */
  readonly points: readonly { readonly id: PointId; readonly costMs: number; readonly share: number }[]
}

/** What a connection knows of itself. */
export interface LinkReport {
  readonly budget: Budget
  readonly counts: {
    readonly timeouts: number
    readonly late: number
    readonly foreign: number
    readonly garbage: number
  }
  readonly learned: readonly LearnedFact[]
}

/** Why there is no use in asking now, and when there will be. */
export interface Away {
  /** unit: the device is silent. line: there is no connection. */
  readonly what: 'unit' | 'line'
  readonly retryInMs: number
}

/** One physical connection, shared by its devices. It connects on demand and reconnects by itself. */
export interface Link {
  /** Exactly one sample per point asked for, in that order. Device trouble is a bad sample, not an exception. */
  read(points: readonly Point[], signal: AbortSignal): Promise<readonly Sample[]>
  /**
   * For protocols that report by themselves: the sink gets each change, and a bad sample per point when the connection is lost.
   * Returns the unsubscribe function.
   */
  watch?(points: readonly Point[], sink: (samples: readonly Sample[]) => void): () => void
  write?(point: Point, value: Value, signal: AbortSignal): Promise<WriteResult>
  /**
   * For links that find out by themselves who is dead: undefined while it is worth asking for these points of one
   * device. Meanwhile `read` answers at once, without asking, until `retryInMs` have passed.
   */
  away?(points: readonly Point[]): Away | undefined
  report?(): LinkReport
  /** Ends the connection; reads under way answer with bad samples. */
  close(): Promise<void>
}

export type WriteResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'refused' | 'timeout' | 'offline' | 'read-only' }
