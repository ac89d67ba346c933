/** A message that waits for its session, or is under way to it. */
export interface Entry {
  /** Grows over all sessions: the smallest is the oldest. */
  readonly n: number
  /** Its packet identifier, kept until it has arrived [MQTT-4.4.0-1]. */
  readonly message: number
  readonly qos: 1 | 2
  readonly retain: boolean
  readonly topic: string
  readonly payload: Buffer
  readonly bytes: number
  /** It may have been sent before [MQTT-3.3.1-1]. */
  dup: boolean
  /** PUBREC came: from here on only PUBREL is sent. */
  released: boolean
  stored: boolean
}
export type Queue = ReturnType<typeof createQueue>

/** What a message costs beside its topic and payload. */
const OVERHEAD_BYTES = 100
export const sizeOf = (topic: string, payload: Uint8Array): number => topic.length * 2 + payload.length + OVERHEAD_BYTES

/** Messages of one session in order: those under way first, then those that wait. */
export function createQueue() {
  const underWay = new Map<number, Entry>()
  const waiting = new Map<number, Entry>()
  const taken = new Set<number>()
  let bytes = 0
  let bytesUnderWay = 0
  let last = 0
  let fresh: Entry[] = []
  const gone = (entry: Entry): Entry => {
    taken.delete(entry.message)
    bytes -= entry.bytes
    return entry
  }
  return {
    /** The next identifier that nothing of this session has. */
    fresh(): number {
      do last = last >= 65_535 ? 1 : last + 1
      while (taken.has(last))
      return last
    },
    add(entry: Entry): void {
      waiting.set(entry.n, entry)
      taken.add(entry.message)
      last = Math.max(last, entry.message)
      bytes += entry.bytes
      if (!entry.stored) fresh.push(entry)
    },
    /** All of them are on the disk. */
    stored(): void {
      for (const entry of fresh) entry.stored = true
      fresh = []
    },
    oldestWaiting: (): Entry | undefined => waiting.values().next().value,
    start(entry: Entry): void {
      waiting.delete(entry.n)
      underWay.set(entry.message, entry)
      bytesUnderWay += entry.bytes
    },
    find: (message: number): Entry | undefined => underWay.get(message),
    arrived(entry: Entry): Entry {
      underWay.delete(entry.message)
      bytesUnderWay -= entry.bytes
      return gone(entry)
    },
    dropWaiting(entry: Entry): Entry {
      waiting.delete(entry.n)
      return gone(entry)
    },
    /** The connection is another one: what was under way goes first again [MQTT-4.4.0-1]. */
    rewind(): void {
      const rest = [...waiting.values()]
      waiting.clear()
      for (const entry of underWay.values()) waiting.set(entry.n, entry)
      for (const entry of rest) waiting.set(entry.n, entry)
      underWay.clear()
      bytesUnderWay = 0
    },
    count: () => underWay.size + waiting.size,
    bytes: () => bytes,
    underWay: () => ({ count: underWay.size, bytes: bytesUnderWay }),
  }
}
