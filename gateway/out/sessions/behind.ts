/** What is kept on the disk; a row is a list of its columns, null takes it away. */
export type Table = 'session' | 'filter' | 'queue' | 'incoming' | 'retained' | 'will'
export type Row = readonly (string | number | Uint8Array)[]
export type Changes = Readonly<Record<Table, ReadonlyMap<string | number, Row | null>>> & {
  /** Sessions of which everything goes, after all the rest. */
  readonly gone: ReadonlySet<number>
}

export interface Loaded {
  readonly sessions: readonly {
    readonly no: number
    readonly id: string
    readonly account: string
    readonly seen: number
  }[]
  readonly filters: readonly { readonly session: number; readonly filter: string; readonly qos: number }[]
  /** In order. */
  readonly queue: readonly QueueRow[]
  readonly incoming: readonly { readonly session: number; readonly message: number }[]
  /** The oldest first. */
  readonly retained: readonly {
    readonly topic: string
    readonly qos: number
    readonly payload: Uint8Array
    readonly n: number
  }[]
  /** Of clients that were connected. */
  readonly wills: readonly {
    readonly id: string
    readonly topic: string
    readonly qos: number
    readonly retain: number
    readonly payload: Uint8Array
  }[]
}
export interface QueueRow {
  readonly n: number
  readonly session: number
  readonly message: number
  readonly qos: number
  readonly retain: number
  readonly released: number
  readonly topic: string
  readonly payload: Uint8Array
}
/** The file itself. `write` is one transaction, on the disk when it returns, or throws and has changed nothing. */
export interface SessionFile {
  load(): Loaded
  write(changes: Changes): void
  close(): void
}

/** After a commit the loop has twice as long for everything else: a slow disk slows those who wait for it, nobody else. */
const REST = 2
const AGAIN_MS = 1000

export type Behind = ReturnType<typeof writeBehind>

/**
 * Changes gather while the loop turns once and are committed together. What cannot be written stays here, is tried
 * again each second, and is no more than what the file would hold.
 * @param state told when the disk begins to fail (with the error) and when all is written again (null)
 * @param now monotonic, ms
 */
export function writeBehind(
  file: SessionFile | null,
  state: (error: unknown) => void,
  now: () => number = () => performance.now(),
) {
  const changes = {
    session: new Map<string | number, Row | null>(),
    filter: new Map<string | number, Row | null>(),
    queue: new Map<string | number, Row | null>(),
    incoming: new Map<string | number, Row | null>(),
    retained: new Map<string | number, Row | null>(),
    will: new Map<string | number, Row | null>(),
    gone: new Set<number>(),
  }
  let dirty = false
  let failing = false
  let closed = false
  let nextAt = 0
  let due: (() => void) | null = null
  let waiting: { readonly done: () => void; readonly failed: ((error: unknown) => void) | null }[] = []
  const written = new Set<() => void>()
  const counted = { commits: 0 }

  function flush(): void {
    due = null
    if (!dirty) return
    const began = now()
    const asked = waiting
    waiting = []
    try {
      file?.write(changes)
    } catch (error) {
      if (!failing) state(error)
      failing = true
      // Who only waits for the day goes on waiting.
      waiting = asked.filter(one => one.failed === null)
      for (const one of asked) one.failed?.(error)
      nextAt = now() + AGAIN_MS
      soon()
      return
    }
    for (const table of Object.values(changes)) table.clear()
    dirty = false
    counted.commits++
    nextAt = now() + REST * (now() - began)
    if (failing) state(null)
    failing = false
    for (const tell of written) tell()
    for (const one of asked) one.done()
  }
  function soon(): void {
    if (due || closed) return
    const rest = nextAt - now()
    if (rest > 0.5) {
      const timer = setTimeout(flush, rest)
      due = () => clearTimeout(timer)
    } else {
      const turn = setImmediate(flush)
      due = () => clearImmediate(turn)
    }
  }

  return {
    /** @param fresh it was never written: to take it away leaves nothing to do */
    put(table: Table, key: string | number, row: Row | null, fresh = false): void {
      if (row === null && fresh) changes[table].delete(key)
      else changes[table].set(key, row)
      dirty = true
      soon()
    },
    forget(session: number): void {
      changes.gone.add(session)
      dirty = true
      soon()
    },
    dirty: () => dirty,
    failing: () => failing,
    /** Everything put so far is on the disk; throws when it could not be written, though it is tried again. */
    committed: (): Promise<void> =>
      dirty
        ? new Promise((done, failed) => {
            waiting.push({ done, failed })
          })
        : Promise.resolve(),
    /** The same, however long it takes. */
    settled: (): Promise<void> =>
      dirty
        ? new Promise(done => {
            waiting.push({ done, failed: null })
          })
        : Promise.resolve(),
    /** Told after each commit. */
    onWritten: (tell: () => void) => void written.add(tell),
    stats: () => counted,
    close(): void {
      due?.()
      flush()
      closed = true
      due?.()
      for (const one of waiting) one.failed?.(new Error('closed'))
      file?.close()
    },
  }
}
