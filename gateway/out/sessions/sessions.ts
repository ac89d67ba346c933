import type { Behind, Loaded, QueueRow } from './behind.ts'
import { createFilters } from './filters.ts'
import { createQueue, type Entry, type Queue, sizeOf } from './queue.ts'

export interface SessionLimits {
  /** Messages that wait for one session. */
  readonly messages: number
  readonly bytes: number
  /** Bytes that wait for all sessions together. */
  readonly bytesInAll: number
  readonly sessions: number
  readonly sessionsOfAccount: number
  /** Subscriptions of one session. */
  readonly filters: number
  /** A session that nobody has taken up for so long ends. */
  readonly awayMs: number
}
export const sessionLimits: SessionLimits = {
  ...{ messages: 10_000, bytes: 8 * 2 ** 20, bytesInAll: 32 * 2 ** 20 },
  ...{ sessions: 1000, sessionsOfAccount: 100, filters: 1000, awayMs: 7 * 86_400_000 },
}

/** Sent, and not yet acknowledged. */
const WINDOW = 100
const WINDOW_BYTES = 2 ** 20

export interface Session {
  readonly no: number
  readonly id: string
  readonly account: string
  readonly filters: Map<string, 0 | 1 | 2>
  readonly queue: Queue
  /** QoS 2 messages of the client that it has not released yet. */
  readonly incoming: Set<number>
  /** Where it is connected; null: away since `seen`. */
  line: Line | null
  seen: number
}
/** How a connection is written to. */
export interface Line {
  /** Its client: a newer one may have taken its place. */
  readonly of: object
  /** False: the account may hear nothing any more. */
  publish(entry: Entry): boolean
  release(message: number): void
}
export interface Message {
  readonly topic: string
  readonly payload: Uint8Array | string
  readonly qos: number
  readonly retain?: boolean
}

/** Sessions that outlive their connection [MQTT-3.1.2-4]. Whatever is sent from a queue is on the disk before. */
export function createSessions(behind: Behind, loaded: Loaded, limits: SessionLimits, now: () => number) {
  const byId = new Map<string, Session>()
  const byNo = new Map<number, Session>()
  /** Only subscriptions above QoS 0: others are told what comes while they are there. */
  const filters = createFilters<Session>()
  const counted = { full: 0, expired: 0 }
  let nextNo = 1
  let nextN = 1
  let bytes = 0
  let messages = 0
  /** With something that becomes sendable at the next commit. */
  const fresh = new Set<Session>()

  const row = (s: Session) => behind.put('session', s.no, [s.no, s.id, s.account, s.seen])
  function make(no: number, id: string, account: string, seen: number): Session {
    const session: Session = {
      ...{ no, id, account, seen, filters: new Map(), incoming: new Set<number>() },
      ...{ queue: createQueue(), line: null },
    }
    byId.set(id, session)
    byNo.set(no, session)
    nextNo = Math.max(nextNo, no + 1)
    return session
  }
  const rowOf = (s: Session, e: Entry): readonly (string | number | Uint8Array)[] => [
    ...[e.n, s.no, e.message, e.qos, e.retain ? 1 : 0, e.released ? 1 : 0],
    ...[e.topic, e.payload],
  ]
  function add(s: Session, e: Entry) {
    s.queue.add(e)
    bytes += e.bytes
    messages++
    nextN = Math.max(nextN, e.n + 1)
  }
  function leave(e: Entry) {
    bytes -= e.bytes
    messages--
    behind.put('queue', e.n, null, !e.stored)
  }

  for (const s of loaded.sessions) make(s.no, s.id, s.account, s.seen)
  for (const { session, filter, qos } of loaded.filters) {
    const s = byNo.get(session)
    s?.filters.set(filter, qos as 0 | 1 | 2)
    if (s && qos > 0) filters.add(filter, s, qos)
  }
  for (const { session, message } of loaded.incoming) byNo.get(session)?.incoming.add(message)
  for (const q of loaded.queue) {
    const s = byNo.get(q.session)
    // Nobody knows which of the first were sent before the end.
    if (s) add(s, entryOf(q, s.queue.count() < WINDOW))
  }

  function end(s: Session) {
    byId.delete(s.id)
    byNo.delete(s.no)
    fresh.delete(s)
    for (const [filter, qos] of s.filters) if (qos > 0) filters.remove(filter, s)
    s.queue.rewind()
    for (let e = s.queue.oldestWaiting(); e; e = s.queue.oldestWaiting()) leave(s.queue.dropWaiting(e))
    behind.forget(s.no)
  }

  function drop(s: Session, e: Entry) {
    leave(s.queue.dropWaiting(e))
    counted.full++
  }
  /** Room for so many bytes, of the session and of all; false when what is under way leaves none. */
  function makeRoom(s: Session, size: number): boolean {
    if (size > limits.bytes) return false
    while (s.queue.count() >= limits.messages || s.queue.bytes() + size > limits.bytes) {
      const e = s.queue.oldestWaiting()
      if (!e) return false
      drop(s, e)
    }
    while (bytes + size > limits.bytesInAll) {
      let oldest: { s: Session; e: Entry } | null = null
      for (const one of byId.values()) {
        const e = one.queue.oldestWaiting()
        if (e && (!oldest || e.n < oldest.e.n)) oldest = { s: one, e }
      }
      if (!oldest) return false
      drop(oldest.s, oldest.e)
    }
    return true
  }

  function enqueue(s: Session, { topic, payload, retain = false }: Message, qos: 1 | 2): void {
    // One of many parts of what was read at once: kept as it is, it would keep all of that.
    const body = Buffer.from(payload as Uint8Array)
    const size = sizeOf(topic, body)
    if (!makeRoom(s, size)) {
      counted.full++
      return
    }
    const e: Entry = {
      ...{ n: nextN, message: s.queue.fresh(), qos, retain, topic, payload: body, bytes: size },
      ...{ dup: false, released: false, stored: false },
    }
    add(s, e)
    behind.put('queue', e.n, rowOf(s, e))
    fresh.add(s)
  }

  /** Sends what is on the disk and has room to be under way. */
  function pump(s: Session): void {
    const { line, queue } = s
    if (!line) return
    for (;;) {
      const { count, bytes: sent } = queue.underWay()
      const e = queue.oldestWaiting()
      if (!e?.stored || count >= WINDOW || (count > 0 && sent + e.bytes > WINDOW_BYTES)) return
      queue.start(e)
      if (e.released) line.release(e.message)
      else if (!line.publish(e)) return
      e.dup = true
    }
  }
  behind.onWritten(() => {
    const touched = [...fresh]
    fresh.clear()
    for (const s of touched) {
      s.queue.stored()
      pump(s)
    }
  })

  /** Those that nobody takes up any more. */
  function expire() {
    for (const s of [...byId.values()])
      if (!s.line && now() - s.seen > limits.awayMs) {
        counted.expired++
        end(s)
      }
  }
  const longestAway = (account: string | null): Session | null => {
    let found: Session | null = null
    for (const s of byId.values())
      if (!s.line && (account === null || s.account === account) && (!found || s.seen < found.seen)) found = s
    return found
  }

  return {
    get: (id: string): Session | undefined => byId.get(id),
    /** Makes room by ending the one that is away for longest; false when all are connected. */
    mayOpen(id: string, account: string): boolean {
      if (byId.has(id)) return true
      const ofAccount = [...byId.values()].filter(s => s.account === account).length
      const full = ofAccount >= limits.sessionsOfAccount ? account : byId.size >= limits.sessions ? null : undefined
      if (full === undefined) return true
      const away = longestAway(full)
      if (!away) return false
      counted.expired++
      end(away)
      return true
    },
    /** Whether this client may subscribe to one more filter; one without a session may. */
    hasRoom(id: string, filter: string): boolean {
      const s = byId.get(id)
      return !s || s.filters.has(filter) || s.filters.size < limits.filters
    },
    open(id: string, account: string): Session {
      const session = make(nextNo, id, account, now())
      row(session)
      return session
    },
    end,
    /** Everything of an account, as when it was revoked. */
    endAll(account: string) {
      for (const s of [...byId.values()]) if (s.account === account) end(s)
    },
    subscribe(s: Session, filter: string, qos: 0 | 1 | 2) {
      const before = s.filters.get(filter)
      if (before === undefined && s.filters.size >= limits.filters) return
      s.filters.set(filter, qos)
      if (before) filters.remove(filter, s)
      if (qos > 0) filters.add(filter, s, qos)
      behind.put('filter', `${s.no} ${filter}`, [s.no, filter, qos])
    },
    unsubscribe(s: Session, filter: string) {
      const before = s.filters.get(filter)
      if (before === undefined) return
      s.filters.delete(filter)
      if (before > 0) filters.remove(filter, s)
      behind.put('filter', `${s.no} ${filter}`, null)
    },
    /** For whoever has asked for it above QoS 0, there or away. */
    offer(message: Message): void {
      if (byId.size === 0) return
      for (const [s, qos] of filters.match(message.topic))
        enqueue(s, { ...message, retain: false }, Math.min(qos, message.qos) as 1 | 2)
    },
    enqueue(s: Session, message: Message, qos: 1 | 2) {
      enqueue(s, message, qos)
    },
    attach(s: Session, line: Line) {
      s.line = line
      s.queue.rewind()
      pump(s)
    },
    /** Of the session of this id, if this client still has it. */
    detach(id: string, client: object) {
      const s = byId.get(id)
      if (s?.line?.of !== client) return
      s.line = null
      s.seen = now()
      row(s)
    },
    /** PUBACK or PUBCOMP. */
    arrived(s: Session, message: number, qos: 1 | 2) {
      const e = s.queue.find(message)
      if (!e || e.qos !== qos) return
      leave(s.queue.arrived(e))
      pump(s)
    },
    /** PUBREC: on the disk before PUBREL is sent, or it would be published twice after a crash. */
    received(s: Session, message: number): Promise<void> {
      const e = s.queue.find(message)
      if (e?.qos !== 2 || e.released) return behind.committed()
      e.released = true
      behind.put('queue', e.n, rowOf(s, e))
      return behind.committed()
    },
    incoming(s: Session, message: number, there: boolean) {
      if (there) s.incoming.add(message)
      else s.incoming.delete(message)
      behind.put('incoming', `${s.no} ${message}`, there ? [s.no, message] : null)
    },
    expire,
    stats: () => ({ sessions: byId.size, messages, bytes, ...counted }),
  }
}
export type Sessions = ReturnType<typeof createSessions>

const entryOf = (q: QueueRow, dup: boolean): Entry => ({
  ...{ n: q.n, message: q.message, qos: q.qos as 1 | 2, topic: q.topic, payload: Buffer.from(q.payload) },
  ...{ retain: q.retain === 1, released: q.released === 1, stored: true, dup },
  bytes: sizeOf(q.topic, q.payload),
})
