import { createHmac } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Entry } from '../core/events.ts'
import { anywhere, type Reach, requestOut } from '../core/outgoing.ts'

export interface CallbackDeps {
  readonly clock: Clock
  /** Entries of the trail after `seq`, oldest first. */
  readonly after: (seq: number, limit: number) => readonly Entry[]
  /** What this entry has to tell, as it is now; mostly nothing. */
  readonly bodiesOf: (entry: Entry) => readonly object[]
  /** Up to where everything was told; null: nothing was ever told. On the disk when `set` returns. */
  readonly cursor: { get(): number | null; set(seq: number): void }
  readonly head: () => number
  /** Null: there is nobody to tell. Who is named again later is told what happened meanwhile. */
  readonly target: () => { readonly url: string; readonly secret: string } | null
  readonly failed: (detail: object) => void
  /** Left out: wherever the name leads. */
  readonly reach?: Reach
}

const TIMEOUT_MS = 10_000
const BATCH = 200
const KEPT_EACH = 1000
/** After so many failures of the same kind; the last one again and again. */
const WAITS_MS = [1000, 2000, 5000, 15_000, 60_000, 300_000]

/** `t=<unix s>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`, so that an old message can't be sent again by another. */
export const signatureOf = (secret: string, body: string, atMs: number): string => {
  const t = Math.floor(atMs / 1000)
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}

/**
 * Tells another system of each step of its reports, in order, at least once: it reads the trail from its own cursor, so a
 * standstill of either side loses nothing. It waits for the answer of one before it sends the next. A message that the other
 * side says it will never take (4xx but 408 and 429) is left out, and said in the log; for anything else it tries again.
 */
export function sendCallbacks({
  clock,
  after,
  bodiesOf,
  cursor,
  head,
  target,
  failed,
  reach = anywhere,
}: CallbackDeps) {
  let stopped = false
  let busy = false
  let failures = 0
  /** Up to where it was read; ahead of the cursor by entries that tell nothing. */
  let read: number | null = null
  let stopWait = () => {}
  const abort = new AbortController()

  async function post(url: string, secret: string, body: object): Promise<'taken' | 'never' | 'again'> {
    const text = JSON.stringify(body)
    try {
      const { status } = await requestOut(reach, url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'gatehouse-signature': signatureOf(secret, text, clock.now()),
        },
        body: text,
        signal: AbortSignal.any([abort.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      if (status >= 200 && status < 300) return 'taken'
      failed({ status })
      return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'never' : 'again'
    } catch (error) {
      if (!stopped) failed({ error: String(error) })
      return 'again'
    }
  }

  async function run() {
    if (busy || stopped) return
    busy = true
    try {
      for (;;) {
        const to = target()
        if (!to) return
        const kept = cursor.get()
        // Whoever is told for the first time is not told of the past.
        if (kept === null) cursor.set(head())
        read ??= kept ?? head()
        const entries = after(read, BATCH)
        if (entries.length === 0) return
        for (const entry of entries) {
          const bodies = bodiesOf(entry)
          for (const body of bodies) {
            const result = await post(to.url, to.secret, body)
            if (stopped) return
            if (result === 'again') {
              const waitMs = WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)]!
              stopWait()
              stopWait = clock.after(waitMs, () => void run())
              return
            }
            failures = 0
          }
          read = entry.seq
          // Entries with nothing to tell cost no write of their own.
          if (bodies.length > 0 || read % KEPT_EACH === 0) cursor.set(read)
        }
      }
    } catch (error) {
      // A full disk: the cursor stays, and what was told is told again.
      failed({ error: String(error) })
      stopWait()
      stopWait = clock.after(WAITS_MS.at(-1)!, () => void run())
    } finally {
      busy = false
    }
  }
  const wake = () => {
    // While it waits to try again, new entries do not hurry it.
    if (failures === 0) void run()
  }
  void run()
  return {
    wake,
    stop() {
      stopped = true
      stopWait()
      abort.abort()
    },
  }
}
