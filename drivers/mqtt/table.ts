import { bad, type Point, type Sample } from '../point.ts'
import { type Availability, availabilitiesOf, type MqttAddress, topicOf } from './address.ts'
import { isOnline, type Message, messageOf, sampleOf } from './payload.ts'

/** A topic may say so much per second; of more only the newest counts, once a second. */
const MOST_PER_SECOND = 50

interface Topic {
  readonly name: string
  readonly states: Set<Entry>
  readonly availabilities: Set<Entry>
  message: Message | undefined
  /** Steady ms. */
  came: number
  /** Of the connection in which it came. */
  connection: number
  refused: boolean
  thisSecond: number
  waiting: { readonly payload: Buffer; readonly retained: boolean; readonly seen: number } | undefined
}
/** One point that somebody wants to know of. */
export interface Entry {
  readonly point: Point
  readonly topic: Topic
  readonly availabilities: readonly { readonly topic: Topic; readonly says: Availability }[]
  readonly freshMs: number
  /** Somebody is told that there is life in it as long as this is known. */
  readonly confirms: boolean
  /** The device was away after this message came: it tells of a time before. */
  outlived: Message | undefined
  /** A command was sent after this message came: only a newer one tells what became of it. */
  before: Message | undefined
}
export type Table = ReturnType<typeof createTable>

/**
 * What is known of each point, from the last messages of its topics.
 * @param now UTC ms
 * @param mono ms that never jump: silence must not depend on somebody setting the clock
 */
export function createTable(now: () => number, mono: () => number) {
  const topics = new Map<string, Topic>()
  const entries = new Map<Point, Entry>()
  let connection = 0
  let dropped = 0

  function topicAt(name: string): Topic {
    const known = topics.get(name)
    if (known) return known
    const fresh: Topic = {
      name,
      states: new Set(),
      availabilities: new Set(),
      message: undefined,
      came: 0,
      connection: 0,
      refused: false,
      thisSecond: 0,
      waiting: undefined,
    }
    topics.set(name, fresh)
    return fresh
  }

  function entryOf(point: Point): Entry {
    const known = entries.get(point)
    if (known) return known
    const { topic, expectS } = point.address as MqttAddress
    const entry: Entry = {
      point,
      topic: topicAt(topicOf(point, topic)),
      availabilities: availabilitiesOf(point).map(says => ({ topic: topicAt(says.topic), says })),
      // As for any other point: three scans may be missed.
      freshMs: expectS === undefined ? Math.max(3000, 3 * point.scanMs) : expectS * 1000,
      confirms: expectS !== undefined || (point.address as MqttAddress).availability !== undefined,
      outlived: undefined,
      before: undefined,
    }
    entries.set(point, entry)
    entry.topic.states.add(entry)
    for (const a of entry.availabilities) a.topic.availabilities.add(entry)
    return entry
  }

  /** false as soon as one of its topics says so; undefined while not all have said anything. */
  function available({ availabilities }: Entry): boolean | undefined {
    const said = availabilities.map(({ topic, says }) =>
      topic.message && topic.connection === connection ? isOnline(says, topic.message) : undefined,
    )
    return said.includes(false) ? false : said.includes(undefined) ? undefined : true
  }

  /** undefined: nothing has come yet, and it is not too late for it. */
  function current(entry: Entry, waitedMs = 0): Sample | undefined {
    const { point, topic, freshMs } = entry
    const { message } = topic
    if (topic.refused) return bad(point.id, 'refused', now())
    if (available(entry) === false) return bad(point.id, 'offline', now())
    const silenceMs = (point.address as MqttAddress).expectS === undefined ? Number.POSITIVE_INFINITY : freshMs
    if (!message) return waitedMs > silenceMs ? bad(point.id, 'timeout', now()) : undefined
    const sample = sampleOf(point, message, freshMs)
    // A retained message is no sign of life: it is as old as it says, or as old as our listening.
    const before = message.retained && sample.quality === 'good' ? message.seen - sample.at : 0
    if (mono() - topic.came + before > silenceMs) return bad(point.id, 'timeout', now(), sample.at)
    const old = topic.connection !== connection || entry.outlived === message
    return old && sample.quality === 'good' ? { ...sample, quality: 'uncertain', reason: 'stale' } : sample
  }

  function took(topic: Topic, payload: Buffer, retained: boolean, seen: number): Entry[] {
    const message = messageOf(payload, retained, seen)
    topic.message = message
    topic.came = mono()
    topic.connection = connection
    for (const entry of topic.availabilities) if (available(entry) === false) entry.outlived = entry.topic.message
    for (const entry of topic.states) entry.before = undefined
    return [...topic.states, ...topic.availabilities]
  }

  return {
    entryOf,
    current,
    /** @returns the points that it may have changed */
    message(name: string, payload: Buffer, retained: boolean): readonly Entry[] {
      const topic = topics.get(name)
      if (!topic) return []
      if (++topic.thisSecond <= MOST_PER_SECOND) return took(topic, payload, retained, now())
      if (topic.waiting) dropped++
      topic.waiting = { payload, retained, seen: now() }
      return []
    },
    /** Once a second: what had to wait. */
    second(): readonly Entry[] {
      const changed: Entry[] = []
      for (const topic of topics.values()) {
        topic.thisSecond = 0
        if (!topic.waiting) continue
        const { payload, retained, seen } = topic.waiting
        topic.waiting = undefined
        changed.push(...took(topic, payload, retained, seen))
      }
      return changed
    },
    /** A new connection: what came in the one before is no longer known to hold. */
    connected(): void {
      connection++
      for (const topic of topics.values()) topic.refused = false
    },
    refuse(names: readonly string[]): readonly Entry[] {
      const hit = names.flatMap(name => topics.get(name) ?? [])
      for (const topic of hit) topic.refused = true
      return hit.flatMap(topic => [...topic.states, ...topic.availabilities])
    },
    /** A command went out: what is known was known before. */
    sent(entry: Entry): void {
      entry.before = entry.topic.message
    },
    /** @returns topics that nobody wants any more */
    forget(points: readonly Point[]): readonly string[] {
      for (const point of points) {
        const entry = entries.get(point)
        if (!entry) continue
        entries.delete(point)
        entry.topic.states.delete(entry)
        for (const a of entry.availabilities) a.topic.availabilities.delete(entry)
      }
      const unused = [...topics.values()].filter(t => t.states.size === 0 && t.availabilities.size === 0)
      for (const topic of unused) topics.delete(topic.name)
      return unused.map(topic => topic.name)
    },
    topics: (): string[] => [...topics.keys()],
    has: (name: string): boolean => topics.has(name),
    dropped: (): number => dropped,
  }
}
