import type { ZodRawShape } from 'zod'
import type { Batch } from './batch.ts'
import type { Kind, Point, PointId, Reason, Sample, Value } from './point.ts'

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
  /** For protocols with a sign-in. Secrets are in no site.json. Read at each connect: it may be changed meanwhile. */
  readonly password?: string | undefined
  /** To sign in with instead of a password; both PEM. */
  readonly userCertificate?: { readonly certificate: string; readonly key: string } | undefined
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

/** What came over a connection on which the other side only talks. */
export interface LinesReport {
  /** Whole lines since the connection was first made; how many of them nothing is known of. */
  readonly lines: number
  readonly unknown: number
  /** Of these, in the last ten minutes. */
  readonly unknownLately: number
  /** When the last line came, UTC ms; null: none yet. */
  readonly lastAt: number | null
  /** The last ones that nothing is known of, the newest first. */
  readonly last: readonly { readonly at: number; readonly why: UnknownLine; readonly text: string }[]
}
export type UnknownLine = 'no-match' | 'undecodable' | 'cut' | 'overlong'

/** Why there is no use in asking now, and when there will be. */
export interface Away {
  /** unit: the device is silent. line: there is no connection. */
  readonly what: 'unit' | 'line'
  readonly retryInMs: number
}

/** One physical connection, shared by its devices. It connects on demand and reconnects by itself. */
export interface Link {
  /**
   * Exactly one sample per point asked for, in that order. Device trouble is a bad sample, not an exception.
   * @param urgent somebody waits for it, to decide whether something may be written: before what is only polled
   */
  read(points: readonly Point[], signal: AbortSignal, urgent?: boolean): Promise<readonly Sample[]>
  /**
   * The same for who reads a list again and again: each point asked for is in one of the batches. The lists of points in
   * them are the same each time, as long as what is known of the device stays the same.
   */
  scan?(points: readonly Point[], signal: AbortSignal): Promise<readonly Batch[]>
  /**
   * For protocols that report by themselves: the sink gets each change, and a bad sample per point when the connection is lost.
   * Returns the unsubscribe function.
   */
  watch?(points: readonly Point[], sink: (samples: readonly Sample[]) => void): () => void
  /**
   * What lies at an address, as it came: for finding out how a device means it. Modbus only.
   * @param urgent before what is only polled; a view that looks again and again waits its turn
   */
  peek?(place: Place, signal: AbortSignal, urgent?: boolean): Promise<Peeked>
  write?(point: Point, value: Value, signal: AbortSignal): Promise<WriteResult>
  /**
   * For links that find out by themselves who is dead: undefined while it is worth asking for these points of one
   * device. Meanwhile `read` answers at once, without asking, until `retryInMs` have passed.
   */
  away?(points: readonly Point[]): Away | undefined
  report?(): LinkReport
  /** Whether more is asked of the line than it can carry, as in its report; asked each second. */
  overloaded?(): boolean
  /** For protocols on which the other side only talks. */
  lines?(): LinesReport
  /** Connects again at once, with what was changed since: a password, a decision on a certificate. */
  reconnect?(): void
  /** For protocols with one session for all: how it is. */
  status?(): LinkStatus
  /** For protocols with certificates. */
  readonly certificates?: Certificates
  /** For protocols that know themselves what they offer: the children of a node, or of the root. */
  browse?(node: string | null, from: number, signal: AbortSignal): Promise<Browse>
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

export interface LinkStatus {
  readonly state: 'idle' | 'connecting' | 'up' | 'down'
  /** A code for the screens; null while it is up. */
  readonly trouble: string | null
  /** The other side's or the stack's own words. */
  readonly why: string | null
  /** Values left out because more came than could be taken; the newest of each point always came. */
  readonly dropped: number
}

export interface Certificate {
  /** SHA-256 of the DER, 64 hex digits, lower case: what two people compare on the telephone. */
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  /** UTC ms. */
  readonly validFrom: number
  readonly validTo: number
  readonly pem: string
}
/** Whom a link trusts. The files are the truth: what is moved by hand counts as well. */
export interface Certificates {
  list(): {
    readonly own: Certificate | null
    /** Whoever one of these has signed is trusted, too. */
    readonly authorities: readonly Certificate[]
    readonly trusted: readonly Certificate[]
    readonly rejected: readonly Certificate[]
  }
  /** Takes effect with `reconnect`. @returns false when there is none with this fingerprint */
  decide(fingerprint: string, decision: CertificateDecision): boolean
}
export type CertificateDecision = 'trust' | 'reject' | 'remove'

export interface BrowsedNode {
  readonly node: string
  readonly browseName: string
  readonly displayName: string
  readonly class: 'object' | 'variable'
  /** The protocol's word for the type of the value; null for objects and for what is no single value. */
  readonly type: string | null
  readonly kind: Kind | null
  /** UCUM, when the device's unit is one that we know; `unitText` is its own word for it. */
  readonly unit: string | null
  readonly unitText: string | null
  readonly range: readonly [min: number, max: number] | null
  /** Words of the coded values, as the device writes them. */
  readonly enum: Readonly<Record<string, string>> | null
  readonly writable: boolean
  readonly value: Value | null
}
/** `next`: where to go on; null at the end. Not ok: the protocol's status, `offline` or `timeout`. */
export type Browse =
  | { readonly ok: true; readonly nodes: readonly BrowsedNode[]; readonly next: number | null }
  | { readonly ok: false; readonly status: string }
