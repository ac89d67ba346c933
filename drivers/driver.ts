import type { ZodRawShape } from 'zod'
import type { Kind, Point, Reason, Sample, Value } from './point.ts'

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
  /** What lies at an address, as it came: for finding out how a device means it. Modbus only. */
  peek?(place: Place, signal: AbortSignal): Promise<Peeked>
  write?(point: Point, value: Value, signal: AbortSignal): Promise<WriteResult>
  /** Ends the connection; reads under way answer with bad samples. */
  close(): Promise<void>
}

export interface Place {
  readonly unit: number
  readonly table: 'coil' | 'discrete' | 'input' | 'holding'
  readonly address: number
  /** Registers, or bits. */
  readonly count: number
}
export type Peeked =
  | { readonly ok: true; readonly words: readonly number[] }
  | { readonly ok: false; readonly reason: Reason; readonly exception?: number | undefined }

export type WriteResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'refused' | 'timeout' | 'offline' | 'read-only' }
