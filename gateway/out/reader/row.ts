/** What is sent, in the form of its far end: one sample, one message, one record. */
export interface Row {
  /** Of the row of the journal or the entry of the trail that it comes from. */
  readonly seq: number
  /** The same whenever it is sent again, so that the far end can drop doubles. */
  readonly id: string
  /** When it was measured or done, UTC ms. */
  readonly at: number
  /** How many samples it carries; 1 for a record. */
  readonly samples: number
  /** Topic, kind or measurement, by the kind of output. */
  readonly topic: string
  readonly text: string
}

export const whyCodes = [
  'unreachable',
  'timeout',
  'server-not-trusted',
  'sign-in-refused',
  'not-found',
  'overloaded',
  'server-error',
  'nonsense',
  'refused',
  'too-large',
  'no-secret',
  'sign-in-without-secret',
  'host-away',
  'disk',
  'no-sftp',
  'host-key-unknown',
  'host-key-changed',
  'far-permission',
  'far-full',
  'name-taken',
  'other',
] as const
/** Why something was not taken: a code that the screens translate, and what the far end said. */
export interface Why {
  readonly code: (typeof whyCodes)[number]
  readonly detail: string
}

/** What came of sending some rows. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** The far end is not there, or not now. `taken`: so many of the first ones were taken before. */
  | { readonly kind: 'away'; readonly why: Why; readonly taken?: number }
  /** The far end will not have these. Without `rows`: something among them, and nobody knows what; with: all others were taken. */
  | { readonly kind: 'refused'; readonly why: Why; readonly rows?: readonly number[] }

/** Why it does not go on, and until when. */
export interface Trouble {
  readonly why: Why
  readonly since: number
  readonly nextAt: number
  readonly tries: number
}
/** What a sink has taken and is on its way still, as files to somewhere else. */
export interface Beyond {
  readonly trouble: Trouble | null
  /** When the last one arrived. */
  readonly lastAt: number | null
  /** That arrived since the start. */
  readonly sent: number
  /** That wait. */
  readonly files: number
  readonly bytes: number
  readonly oldestAt: number | null
}

export interface Sink {
  /** At most one call at a time; an abort ends it. May throw: then the far end is away. */
  send(rows: readonly Row[], signal: AbortSignal): Promise<Verdict>
  /** No more rows at once, so that they are answered in time. */
  readonly most?: number
  /** What has to be done from time to time though nothing is sent. */
  beat?(now: number): void
  /** Of what `send` has taken. */
  beyond?(): Beyond
  /** A person does not want to wait for it. */
  hurry?(): void
  close(): Promise<void>
}

/** One of the ways into an output. The first ones of its list go before the others. */
export interface Stream {
  readonly name: string
  /** Whether it is to be sent no quicker than the rate for catching up. */
  readonly limited: () => boolean
  /** The next ones, with about so many samples; null: nothing waits. `next`: from here on it has not been looked at. */
  take(most: number): Promise<{ readonly rows: readonly Row[]; readonly next: number } | null>
  /** All before `upTo` was taken or set aside. Throws when that can't be written down. */
  done(upTo: number): void
  /** It was away: what it may have forgotten is to be sent again. */
  again?(): void
}

/** A row that the far end will not have. */
export interface Aside {
  readonly row: Row
  readonly why: Why
}

/** In one line and short, without what would end a line or hide in one. */
export const plainly = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
    .slice(0, 300)
