import type { Clock } from '../../core/clock.ts'
import { type Delivered, deliver } from './deliver.ts'
import {
  type Aside,
  type Beyond,
  plainly,
  type Row,
  type Sink,
  type Stream,
  type Trouble,
  type Verdict,
  type Why,
} from './row.ts'

/** An answer that has not come by then never comes. */
const TIMEOUT_MS = 30_000
const FIRST_WAIT_MS = 1000
export const LONGEST_WAIT_MS = 15_000
const BEAT_MS = 10_000
/** Samples at once: as many as the far end takes in this time, so that what is new does not wait behind them for long. */
const BATCH_MS = 200
const [LEAST, MOST, FIRST] = [50, 5000, 1000]
/** So often refused while others were taken: then it is poison even alone. */
const MOST_REFUSALS = 6

export interface ReaderDeps {
  readonly clock: Pick<Clock, 'now' | 'after' | 'every'>
  readonly sink: Sink
  /** In order of their right of way. */
  readonly streams: readonly Stream[]
  /** Samples a second while catching up. */
  readonly catchUpPerS: number
  /** Keeps what the far end will not have; on the disk when it returns. */
  readonly setAside: (stream: string, aside: readonly Aside[]) => void
  /** 0..1; for the time until it is tried again. */
  readonly random?: () => number
  readonly timeoutMs?: number
}
export interface ReaderReport {
  readonly state: 'up' | 'away' | 'refused'
  readonly trouble: Trouble | null
  readonly lastTakenAt: number | null
  /** Since the start. */
  readonly rows: number
  readonly samples: number
  readonly bytes: number
  /** Null: what is taken is there. */
  readonly beyond: Beyond | null
}
export type Reader = ReturnType<typeof runReader>

/** How long to wait after so many failures: doubled each time, and never the same for all who wait for the same server. */
export const waitAfter = (failures: number, random: number): number =>
  Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20)) * (0.5 + random / 2))

const STOPPED: Verdict = { kind: 'away', why: { code: 'other', detail: 'stopped' } }

/** No more than so many, but never in the middle of what has one number: the position knows only whole ones. */
function cut(batch: NonNullable<Awaited<ReturnType<Stream['take']>>>, most = Number.POSITIVE_INFINITY) {
  const { rows } = batch
  let n = Math.min(rows.length, most)
  while (n < rows.length && rows[n]!.seq === rows[n - 1]!.seq) n++
  return n === rows.length ? batch : { rows: rows.slice(0, n), next: rows[n]!.seq }
}

interface Held {
  refusals: number
  until: number
  why: Why | null
  since: number
  /** What had been taken of all streams when it was refused first. */
  takenBefore: number
}

/**
 * Sends the rows of some streams to one far end: in order within each, what is new first, at least once. A position moves on
 * only after its rows were taken. Never throws; ends with `stop`.
 */
export function runReader(deps: ReaderDeps) {
  const { clock, sink, streams, catchUpPerS, setAside, random = Math.random, timeoutMs = TIMEOUT_MS } = deps
  const stopping = new AbortController()
  let wakeUp = () => {}
  let news = false
  let hurry = false
  let failures = 0
  let trouble: ReaderReport['trouble'] = null
  let lastTakenAt: number | null = null
  const counts = { rows: 0, samples: 0, bytes: 0 }
  let size = FIRST
  let catchUpAt = 0
  const held = new Map<Stream, Held>()
  const asked: { readonly rows: readonly Row[]; readonly resolve: (verdict: Verdict) => void }[] = []

  /** Until it is time, or there is news; `deaf`: news do not count. */
  async function sleep(ms: number | null, deaf: boolean): Promise<void> {
    if (stopping.signal.aborted || hurry || (!deaf && news)) return
    await new Promise<void>(resolve => {
      const cancel = ms === null ? () => {} : clock.after(ms, resolve)
      wakeUp = () => {
        if (deaf && !hurry && !stopping.signal.aborted) return
        cancel()
        resolve()
      }
    })
    wakeUp = () => {}
  }
  async function send(rows: readonly Row[]): Promise<Verdict> {
    const late = new AbortController()
    const signal = AbortSignal.any([late.signal, stopping.signal])
    let cancel = () => {}
    const given: Promise<Verdict> = new Promise(resolve => {
      cancel = clock.after(timeoutMs, () => {
        late.abort()
        resolve({ kind: 'away', why: { code: 'timeout', detail: `${timeoutMs / 1000} s` } })
      })
      stopping.signal.addEventListener('abort', () => resolve(STOPPED), {
        once: true,
        signal: late.signal,
      })
    })
    try {
      return await Promise.race([sink.send(rows, signal), given])
    } catch (error) {
      return { kind: 'away', why: { code: 'other', detail: plainly(String(error)) } }
    } finally {
      cancel()
      // Also takes the listener away.
      late.abort()
    }
  }
  /** The time is due, unless the clock was set back over it. */
  const dueIn = (at: number, now: number): number => (at - now > LONGEST_WAIT_MS ? 0 : Math.max(0, at - now))

  async function work(stream: Stream): Promise<boolean> {
    const limited = stream.limited()
    const taken = await stream.take(limited ? size : MOST)
    if (taken === null || stopping.signal.aborted) return false
    const batch = cut(taken, sink.most)
    const hold = held.get(stream)
    const trusted = hold !== undefined && hold.refusals >= MOST_REFUSALS && counts.rows > hold.takenBefore
    const began = clock.now()
    const result: Delivered =
      batch.rows.length === 0
        ? { upTo: 0, aside: [], why: null, refusedAll: false }
        : await deliver(batch.rows, send, trusted)
    if (stopping.signal.aborted) return false
    const now = clock.now()
    if (result.aside.length > 0) setAside(stream.name, result.aside)
    const whole = result.upTo === batch.rows.length
    stream.done(whole ? batch.next : batch.rows[result.upTo]!.seq)
    const done = batch.rows.slice(0, result.upTo)
    if (done.length > result.aside.length) {
      lastTakenAt = now
      counts.rows += done.length - result.aside.length
      counts.samples += done.reduce((sum, row) => sum + row.samples, 0)
      counts.bytes += done.reduce((sum, row) => sum + Buffer.byteLength(row.text), 0)
    }
    if (result.refusedAll) {
      const refusals = (hold?.refusals ?? 0) + 1
      const since = hold?.since ?? now
      const takenBefore = hold?.takenBefore ?? counts.rows
      held.set(stream, { refusals, until: now + waitAfter(refusals, random()), why: result.why, since, takenBefore })
      return true
    }
    if (result.why !== null) {
      fail(result.why)
      return true
    }
    held.delete(stream)
    failures = 0
    trouble = null
    if (limited && batch.rows.length > 0) {
      const samples = batch.rows.reduce((sum, row) => sum + row.samples, 0)
      catchUpAt = began + (samples * 1000) / catchUpPerS
      const took = now - began
      if (took < BATCH_MS / 2) size = Math.min(MOST, size * 2)
      else if (took > BATCH_MS) size = Math.max(LEAST, Math.round(size / 2))
    }
    return true
  }
  function fail(why: Why) {
    if (failures++ === 0) for (const stream of streams) stream.again?.()
    const now = clock.now()
    const waitMs = waitAfter(failures, random())
    trouble = { why, since: trouble?.since ?? now, nextAt: now + waitMs, tries: failures }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      hurry = false
      news = false
      for (let one = asked.shift(); one; one = asked.shift()) one.resolve(await send(one.rows))
      let soonest: number | null = null
      let worked = false
      const before = failures
      for (const stream of streams) {
        const now = clock.now()
        const waitMs = Math.max(dueIn(held.get(stream)?.until ?? 0, now), stream.limited() ? dueIn(catchUpAt, now) : 0)
        if (waitMs > 0) {
          soonest = Math.min(soonest ?? waitMs, waitMs)
          continue
        }
        try {
          worked = await work(stream)
        } catch (error) {
          // Our own disk, or the thread of the history: what was sent could not be written down and is sent once more.
          fail({ code: 'disk', detail: plainly(String((error as Error)?.message ?? error)) })
        }
        if (worked || failures > before) break
      }
      if (failures > before && trouble) await sleep(dueIn(trouble.nextAt, clock.now()), true)
      else if (!worked) await sleep(soonest, false)
    }
  }
  const stopBeat = clock.every(BEAT_MS, () => sink.beat?.(clock.now()))
  const running = run()

  return {
    /** There is something new. */
    wake() {
      news = true
      wakeUp()
    },
    /** A person does not want to wait. */
    tryNow() {
      hurry = true
      held.clear()
      sink.hurry?.()
      wakeUp()
    },
    report(): ReaderReport {
      const stuck = [...held.values()].sort((a, b) => a.since - b.since)[0]
      const refused = stuck && { why: stuck.why!, since: stuck.since, nextAt: stuck.until, tries: stuck.refusals }
      const beyond = sink.beyond?.() ?? null
      return {
        state: (trouble ?? beyond?.trouble) ? 'away' : refused ? 'refused' : 'up',
        trouble: trouble ?? beyond?.trouble ?? refused ?? null,
        lastTakenAt: beyond ? beyond.lastAt : lastTakenAt,
        ...counts,
        beyond,
      }
    },
    /** Sends rows that were set aside, between those of the streams. */
    once(rows: readonly Row[]): Promise<Verdict> {
      if (stopping.signal.aborted) return Promise.resolve(STOPPED)
      hurry = true
      return new Promise(resolve => {
        asked.push({ rows, resolve })
        wakeUp()
      })
    },
    async stop(): Promise<void> {
      stopping.abort()
      stopBeat()
      wakeUp()
      await running
      for (const one of asked.splice(0)) one.resolve(STOPPED)
      await sink.close()
    },
  }
}
