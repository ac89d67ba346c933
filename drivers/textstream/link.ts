import type { DriverDeps, Link, LinkStatus } from '../driver.ts'
import { line as lineOf, type Open } from '../modbus/line.ts'
import { bad, type Point, type Sample } from '../point.ts'
import { createFramer, type Ending } from './frames.ts'
import { type GrammarSpec, grammarOf, timeOf } from './grammar.ts'
import { createTable } from './table.ts'
import { createTally } from './unknown.ts'

export interface StreamOptions {
  readonly timeoutMs: number
  readonly encoding: string
  readonly grammar: GrammarSpec
  readonly maxLineBytes: number
  readonly lineEnds: 'after' | 'before'
  readonly pauseMs: number
  /** Minutes; undefined: the panel's time is not used. */
  readonly offsetMin?: number | undefined
  readonly silentAfterS?: number | undefined
}
type Sink = (samples: readonly Sample[]) => void
interface Watch {
  readonly points: readonly Point[]
  readonly sink: Sink
  readonly told: Map<Point, { readonly sample: Sample; readonly when: number }>
}

const TICK_MS = 100
const LOOK_EVERY_MS = 1000
/** What stands is told again so often at the latest. */
const AGAIN_MS = 20_000
/** How long a first read waits for the connection. */
const FIRST_MS = 15_000
const REPLACEMENT = '\ufffd'

/** The gateway's end of a printer port: it only listens. */
export function streamLink(
  open: Open,
  options: StreamOptions,
  deps: DriverDeps,
  mono = () => performance.now(),
): Link & Required<Pick<Link, 'watch' | 'lines' | 'status'>> {
  const { now, log } = deps
  const table = createTable()
  const tally = createTally()
  const grammar = grammarOf(options.grammar, options.maxLineBytes)
  const strict = new TextDecoder(options.encoding, { fatal: true })
  const lenient = new TextDecoder(options.encoding)
  const watches = new Set<Watch>()
  const patient = new Set<() => void>()
  let state: LinkStatus['state'] = 'idle'
  let why: string | null = null
  let lostAt = 0
  let heardAt = 0
  let lookedAt = 0
  let closed = false
  let ticking: NodeJS.Timeout | undefined

  const framer = createFramer(
    { maxBytes: options.maxLineBytes, ends: options.lineEnds, pauseMs: options.pauseMs },
    take,
  )
  const serial = lineOf(
    open,
    {
      data(bytes) {
        heardAt = mono()
        framer.push(bytes, heardAt)
      },
      end(reason) {
        framer.lost()
        down(reason)
      },
    },
    log,
    undefined,
    'text line',
  )

  const wake = () => {
    for (const look of [...patient]) look()
  }
  const silent = () => options.silentAfterS !== undefined && mono() - heardAt > options.silentAfterS * 1000

  function start(): void {
    if (closed || ticking) return
    state = 'connecting'
    ticking = setInterval(tick, TICK_MS)
    ticking.unref()
    void connect()
  }

  async function connect(): Promise<void> {
    if (closed || state === 'up') return
    const stream = await serial.stream()
    // It may have been lost again meanwhile; the look after this one finds out.
    if (closed || state === ('up' as LinkStatus['state'])) return
    if (!stream || serial.away()) {
      if (serial.away()) down('')
      return
    }
    state = 'up'
    why = null
    heardAt = mono()
    table.connected()
    log('text line connected')
    for (const watch of watches) tell(watch, watch.points)
    wake()
  }

  function down(reason: string): void {
    if (closed) return
    if (reason !== '') why = reason
    if (state !== 'down') {
      state = 'down'
      lost()
    }
    wake()
  }

  function lost(): void {
    lostAt = mono()
    const seen = now()
    for (const watch of watches) {
      watch.told.clear()
      watch.sink(watch.points.map(p => bad(p.id, 'offline', seen)))
    }
  }

  function tick(): void {
    const at = mono()
    framer.tick(at)
    if (at - lookedAt < LOOK_EVERY_MS) return
    lookedAt = at
    if (state !== 'up') {
      void connect()
      if (state === 'down' && at - lostAt >= AGAIN_MS) lost()
      return
    }
    for (const watch of watches) tell(watch, watch.points)
    wake()
  }

  function take(bytes: Buffer, ending: Ending, gaps: readonly number[]): boolean {
    if (ending === 'paused') return said(bytes)
    if (ending === 'ended') {
      if (bytes.every(b => b === 0x20)) return false
      tally.line(now())
      if (said(bytes)) return true
      // The end of an earlier line never came: what stands behind the pause may be whole, what stands before it is not.
      for (const gap of gaps.toReversed())
        if (said(bytes.subarray(gap))) {
          unknown(bytes.subarray(0, gap), 'cut')
          return true
        }
    }
    unknown(bytes, ending === 'ended' ? undefined : ending)
    return false
  }

  function said(bytes: Buffer): boolean {
    const text = decoded(bytes)
    const parsed = text === undefined ? undefined : grammar.parse(text)
    if (!parsed) return false
    if (options.lineEnds === 'before') tally.line(now())
    const changed = table.line(parsed, text!, timeOf(parsed.fields.time, options.offsetMin, now()))
    if (changed.length === 0) return true
    const set = new Set(changed)
    for (const watch of watches)
      tell(
        watch,
        watch.points.filter(p => set.has(p)),
      )
    wake()
    return true
  }

  function decoded(bytes: Buffer): string | undefined {
    try {
      return strict.decode(bytes).trim()
    } catch {
      return undefined
    }
  }

  function unknown(bytes: Buffer, ending: 'cut' | 'overlong' | 'paused' | undefined): void {
    const text = lenient.decode(bytes).trim()
    if (text === '') return
    const reason = ending && ending !== 'paused' ? ending : text.includes(REPLACEMENT) ? 'undecodable' : 'no-match'
    tally.unknown(text, reason, now(), mono())
  }

  const current = (point: Point): Sample => (silent() ? bad(point.id, 'timeout', now()) : table.sampleOf(point, now()))

  function tell(watch: Watch, points: readonly Point[]): void {
    if (state !== 'up') return
    const when = mono()
    const batch: Sample[] = []
    for (const point of points) {
      const sample = current(point)
      const last = watch.told.get(point)
      const dueMs = Math.min(AGAIN_MS, Math.max(LOOK_EVERY_MS, point.scanMs)) - TICK_MS
      if (last && same(last.sample, sample) && when - last.when < dueMs) continue
      watch.told.set(point, { sample, when })
      batch.push(sample)
    }
    if (batch.length > 0) watch.sink(batch)
  }

  async function read(points: readonly Point[], signal: AbortSignal): Promise<readonly Sample[]> {
    const all = (reason: 'offline' | 'timeout') => points.map(p => bad(p.id, reason, now()))
    if (points.length === 0) return []
    if (closed || signal.aborted) return all(closed ? 'offline' : 'timeout')
    table.know(points)
    start()
    return new Promise(resolve => {
      const done = (samples: readonly Sample[]) => {
        clearTimeout(timer)
        patient.delete(look)
        signal.removeEventListener('abort', late)
        resolve(samples)
      }
      const look = () => {
        if (closed || state === 'down') return done(all('offline'))
        if (state !== 'up') return
        const samples = points.map(current)
        if (samples.every(s => s.reason !== 'never-read')) return done(samples)
        if (connected) return
        connected = true
        clearTimeout(timer)
        timer = setTimeout(late, options.timeoutMs)
      }
      const late = () => done(state === 'up' && !signal.aborted ? points.map(current) : all('timeout'))
      let connected = state === 'up'
      let timer = setTimeout(late, connected ? options.timeoutMs : FIRST_MS)
      patient.add(look)
      signal.addEventListener('abort', late, { once: true })
      look()
    })
  }

  return {
    read,
    watch(points, sink) {
      const watch: Watch = { points, sink, told: new Map() }
      table.know(points)
      watches.add(watch)
      start()
      queueMicrotask(() => {
        if (!watches.has(watch)) return
        if (state === 'up') tell(watch, points)
        else if (state === 'down') sink(points.map(p => bad(p.id, 'offline', now())))
      })
      return () => void watches.delete(watch)
    },
    reconnect() {
      start()
      serial.again()
    },
    lines: () => tally.report(mono()),
    status: () => ({
      state: closed ? 'idle' : state,
      trouble: closed ? null : state === 'down' ? 'lost' : state === 'up' && silent() ? 'silent' : null,
      why: state === 'down' && !closed ? why : null,
      dropped: 0,
    }),
    async close() {
      if (!closed) {
        closed = true
        clearInterval(ticking)
        wake()
        const seen = now()
        for (const watch of watches) watch.sink(watch.points.map(p => bad(p.id, 'offline', seen)))
        watches.clear()
      }
      await serial.close()
    },
  }
}

/** Nothing new to tell; what has no value has no time either. */
const same = (a: Sample, b: Sample): boolean =>
  a.quality === b.quality && a.reason === b.reason && (a.quality === 'bad' || (a.value === b.value && a.at === b.at))
