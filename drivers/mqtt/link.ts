import type { DriverDeps, Link, LinkStatus, WriteResult } from '../driver.ts'
import { bad, type Point, type Sample } from '../point.ts'
import { type MqttAddress, topicOf } from './address.ts'
import { payloadFor } from './payload.ts'
import { keepSession, type Session, type SessionOptions, type Trouble } from './session.ts'
import { createTable, type Entry } from './table.ts'

type Sink = (samples: readonly Sample[]) => void
interface Watch {
  readonly entries: readonly Entry[]
  readonly sink: Sink
  /** What was told last, and when, in steady ms. */
  readonly told: Map<Entry, { readonly sample: Sample; readonly when: number }>
  /** Since when somebody listens, steady ms. */
  since: number
}

const SECOND_MS = 1000
/** What stands is told again so often at the latest: a sensor may report once an hour, but whether it is there is known now. */
const AGAIN_MS = 20_000
/** How long a first read waits for the connection; whether there is one is known before. */
const FIRST_MS = 15_000
const SILENCE: readonly Sample['reason'][] = ['offline', 'timeout']

/** The gateway's end of one broker: what devices say there becomes samples as it comes. */
export function mqttLink(options: SessionOptions, deps: DriverDeps, mono = () => performance.now()): Link {
  const { now, log } = deps
  const table = createTable(now, mono)
  const watches = new Set<Watch>()
  /** Reads that wait for something to come. */
  const patient = new Set<() => void>()
  let session: Session | undefined
  let state: LinkStatus['state'] = 'idle'
  let down: { readonly trouble: Trouble; readonly why: string } = { trouble: 'lost', why: '' }
  let lostAt = 0
  let closed = false
  let ticking: NodeJS.Timeout | undefined
  const subscribed = new Set<string>()

  const downReason = () =>
    down.trouble === 'sign-in-refused' || down.trouble === 'server-not-trusted' ? 'refused' : 'offline'
  const wake = () => {
    for (const look of [...patient]) look()
  }

  function start(): void {
    if (closed || session) return
    state = 'connecting'
    ticking = setInterval(second, SECOND_MS)
    ticking.unref()
    session = keepSession(options, deps, {
      up() {
        log('mqtt connected', { url: options.url })
        state = 'up'
        table.connected()
        subscribed.clear()
        for (const watch of watches) watch.since = mono()
        // What was known before the break is told again as what it is: old.
        for (const watch of watches) tell(watch, watch.entries)
        listen()
        wake()
      },
      down(trouble, why) {
        if (state !== 'down' || why !== down.why) log('mqtt connection lost', { url: options.url, why })
        state = 'down'
        down = { trouble, why }
        lost()
        wake()
      },
      message: (topic, payload, retained) => changed(table.message(topic, payload, retained)),
    })
  }

  function lost(): void {
    const seen = now()
    lostAt = mono()
    for (const watch of watches) {
      watch.told.clear()
      watch.sink(watch.entries.map(e => bad(e.point.id, downReason(), seen)))
    }
  }

  /** Subscribes to what is wanted and not yet asked for. */
  function listen(): void {
    if (state !== 'up') return
    const news = table.topics().filter(topic => !subscribed.has(topic))
    if (news.length === 0) return
    for (const topic of news) subscribed.add(topic)
    void session!.subscribe(news).then(refused => {
      if (refused.length > 0) log('mqtt topics refused by the broker', { topics: refused.slice(0, 10) })
      changed(table.refuse(refused))
    })
  }

  function changed(entries: readonly Entry[]): void {
    if (closed || entries.length === 0) return
    const set = new Set(entries)
    for (const watch of watches)
      tell(
        watch,
        watch.entries.filter(e => set.has(e)),
      )
    wake()
  }

  function second(): void {
    changed(table.second())
    if (state === 'up') for (const watch of watches) tell(watch, watch.entries)
    else if (state === 'down' && mono() - lostAt >= AGAIN_MS) lost()
  }

  /** Tells what has changed of these, and confirms what still holds before the gateway takes it for stale. */
  function tell(watch: Watch, entries: readonly Entry[]): void {
    if (state !== 'up') return
    const when = mono()
    const batch: Sample[] = []
    const say = (entry: Entry, sample: Sample) => {
      watch.told.set(entry, { sample, when })
      batch.push(sample)
    }
    for (const entry of entries) {
      const sample = table.current(entry, when - watch.since)
      if (!sample) continue
      const last = watch.told.get(entry)
      // A hundred ms less, because this is looked at every second and a bit.
      const dueMs = Math.min(AGAIN_MS, Math.max(SECOND_MS, entry.point.scanMs)) - 100
      const due = last && when - last.when >= dueMs
      const stands = sample.quality === 'bad' || (sample.quality === 'good' && entry.confirms)
      if (!last || !same(last.sample, sample) || (due && stands)) say(entry, sample)
    }
    if (batch.length === 0) return
    // One silent sensor of several is not the whole device: the others are told along.
    if (batch.every(s => SILENCE.includes(s.reason)))
      for (const entry of watch.entries) {
        const sample = table.current(entry, when - watch.since)
        if (sample?.quality === 'good' && !batch.some(s => s.point === sample.point)) say(entry, sample)
      }
    watch.sink(batch)
  }

  /** What can be said now; undefined: there is hope that something comes. */
  function answerNow(entries: readonly Entry[]): readonly Sample[] | undefined {
    if (closed || state === 'down') return entries.map(e => bad(e.point.id, closed ? 'offline' : downReason(), now()))
    if (state !== 'up') return undefined
    const samples = entries.map(e => (e.before && e.before === e.topic.message ? undefined : table.current(e)))
    return samples.some(s => s === undefined) ? undefined : (samples as Sample[])
  }

  async function read(points: readonly Point[], signal: AbortSignal): Promise<readonly Sample[]> {
    if (points.length === 0) return []
    if (closed || signal.aborted) return points.map(p => bad(p.id, closed ? 'offline' : 'timeout', now()))
    const entries = points.map(table.entryOf)
    start()
    listen()
    return new Promise(resolve => {
      const done = (samples: readonly Sample[]) => {
        clearTimeout(timer)
        patient.delete(look)
        signal.removeEventListener('abort', late)
        resolve(samples)
      }
      const look = () => {
        const samples = answerNow(entries)
        if (samples) return done(samples)
        if (state !== 'up' || connected) return
        connected = true
        clearTimeout(timer)
        timer = setTimeout(late, options.timeoutMs)
      }
      const late = () =>
        done(
          entries.map(e => {
            const known = state === 'up' && !signal.aborted && !e.before ? table.current(e) : undefined
            return known ?? bad(e.point.id, 'timeout', now())
          }),
        )
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
      const watch: Watch = { entries: points.map(table.entryOf), sink, told: new Map(), since: mono() }
      watches.add(watch)
      start()
      listen()
      queueMicrotask(() => {
        if (!watches.has(watch)) return
        if (state === 'up') tell(watch, watch.entries)
        else if (state === 'down') sink(points.map(p => bad(p.id, downReason(), now())))
      })
      return () => {
        watches.delete(watch)
        const unused = table.forget(points.filter(p => ![...watches].some(w => w.entries.some(e => e.point === p))))
        for (const topic of unused) subscribed.delete(topic)
        session?.unsubscribe(unused)
      }
    },
    async write(point, value, signal): Promise<WriteResult> {
      const { set } = point.address as MqttAddress
      if (!point.writable || !set) return { ok: false, reason: 'read-only' }
      const payload = payloadFor(point, value)
      if (payload === undefined) return { ok: false, reason: 'refused' }
      const entry = table.entryOf(point)
      if (state !== 'up' || closed) return { ok: false, reason: 'offline' }
      listen()
      table.sent(entry)
      const late = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)])
      const taken = await session!.publish(topicOf(point, set.topic), payload, late)
      return taken ? { ok: true } : { ok: false, reason: 'timeout' }
    },
    reconnect() {
      if (session) session.reconnect()
      else start()
    },
    status: () => ({
      state: closed ? 'idle' : state,
      trouble: state === 'down' && !closed ? down.trouble : null,
      why: state === 'down' && !closed ? down.why : null,
      dropped: table.dropped(),
    }),
    async close() {
      closed = true
      clearInterval(ticking)
      wake()
      const seen = now()
      for (const watch of watches) watch.sink(watch.entries.map(e => bad(e.point.id, 'offline', seen)))
      watches.clear()
      await session?.close()
    },
  }
}

/** Nothing new to tell. What has no value has no time either. */
const same = (a: Sample, b: Sample): boolean =>
  a.quality === b.quality &&
  a.reason === b.reason &&
  (a.quality === 'bad' || (a.value === b.value && a.seen === b.seen))
