import type { MessagePort as DemoPort } from 'node:worker_threads'
import type { Position } from './position.ts'
import type { RawAnswer, StepAnswer } from './query.ts'
import type { ReaderState, Rows } from './readers.ts'
import type { Limits } from './retention.ts'
import type { Store, StoreOptions } from './store.ts'
import type { Named, Tick } from './tick.ts'

/** What the gateway's thread and that of history.db say to each other. */

export interface WorkerOptions extends StoreOptions {
  readonly path: string
}

export type Ask =
  /** `safe`: the clock can be believed, so that what is old may go. */
  | { readonly kind: 'tick'; readonly tick: Tick; readonly named: readonly Named[]; readonly safe: boolean }
  | {
      readonly kind: 'raw'
      readonly id: number
      readonly points: readonly number[]
      readonly from: number
      readonly to: number
      readonly limit: number
    }
  | {
      readonly kind: 'steps'
      readonly id: number
      readonly points: readonly number[]
      readonly edges: Float64Array
      readonly now: number
    }
  | { readonly kind: 'stats'; readonly id: number }
  | { readonly kind: 'sizes'; readonly id: number }
  | { readonly kind: 'demo'; readonly id: number; readonly port: DemoPort; readonly named: readonly Named[] }
  | { readonly kind: 'forget-demo'; readonly id: number }
  | { readonly kind: 'tidy'; readonly id: number; readonly now: number; readonly safe: boolean }
  /** These have no answer. */
  | { readonly kind: 'limit'; readonly limits: Limits }
  | { readonly kind: 'sweep' }
  | {
      readonly kind: 'use-readers'
      readonly id: number
      readonly readers: readonly string[]
      readonly mostBytes: number
    }
  | {
      readonly kind: 'rows'
      readonly id: number
      readonly reader: string
      readonly lane: string
      readonly from: number
      readonly to: number
      readonly most: number
    }
  | { readonly kind: 'moved'; readonly id: number; readonly reader: string; readonly position: Position }
  | { readonly kind: 'reader-states'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }

export type StoreStats = ReturnType<Store['stats']> & {
  /** Of the demo: not made, made, or taken away. */
  readonly demo: 'none' | 'made' | 'forgotten'
  readonly worstCommitMs: number
  /** Of this thread, since it began. */
  readonly cpuMs: number
}
export interface Answers {
  readonly raw: readonly RawAnswer[]
  readonly steps: readonly StepAnswer[]
  readonly stats: StoreStats
  readonly sizes: ReturnType<Store['sizes']>
  readonly demo: null
  readonly 'forget-demo': number
  readonly tidy: boolean
  readonly 'use-readers': { readonly epoch: number; readonly head: number; readonly states: readonly ReaderState[] }
  readonly rows: Rows
  readonly moved: null
  readonly 'reader-states': { readonly head: number; readonly states: readonly ReaderState[] }
  readonly stop: null
}

/** An error of node:sqlite, as it travels. */
export interface DbError {
  readonly code: string
  readonly errcode: number | undefined
  readonly message: string
}
export type Told =
  /** The file is open. Again, when it could not be opened at first. */
  | {
      readonly kind: 'ready'
      readonly points: readonly Named[]
      readonly demo: StoreStats['demo']
      readonly aside: string | null
    }
  | { readonly kind: 'closed'; readonly error: DbError }
  /** `seq`: the row that it is, for those who read the journal. */
  | { readonly kind: 'committed'; readonly seq: number }
  | { readonly kind: 'failed'; readonly samples: number; readonly error: DbError }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }

/** One point's day of the demo's history, made elsewhere. */
export interface DemoBlock {
  readonly point: number
  readonly day: number
  readonly n: number
  readonly block: Uint8Array
  /** Null for texts. */
  readonly hours: Uint8Array | null
}
