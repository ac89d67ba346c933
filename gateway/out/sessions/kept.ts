import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Behind, Loaded } from './behind.ts'
import { sizeOf } from './queue.ts'

export interface Retained {
  readonly cmd: 'publish'
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: true
}
export interface RetainedLimits {
  readonly count: number
  readonly bytes: number
}
export const retainedLimits: RetainedLimits = { count: 10_000, bytes: 16 * 2 ** 20 }
/** So long a message of the gateway is packed until somebody asks: the equipment of 10,000 points is 1.4 MB, packed a twentieth. */
const LARGE_BYTES = 65_536
/** Quick, and half as long again as at its best. */
const LEVEL = 1

/**
 * Retained messages. Those of clients are on the disk and bounded; the gateway's own are not: it says them again at each
 * start, and one from before would be an alarm that is long over.
 */
export function createRetained(behind: Behind, loaded: Loaded, limits: RetainedLimits) {
  const own = new Map<string, Retained & { readonly packed: boolean }>()
  const foreign = new Map<string, Retained>()
  const counted = { dropped: 0 }
  let bytes = 0
  let nextN = 1
  const keep = (topic: string, payload: Buffer, qos: 0 | 1 | 2) => {
    forget(topic)
    foreign.set(topic, { cmd: 'publish', topic, payload, qos, retain: true })
    bytes += sizeOf(topic, payload)
  }
  const forget = (topic: string): boolean => {
    const had = foreign.get(topic)
    if (!had) return false
    foreign.delete(topic)
    bytes -= sizeOf(topic, had.payload)
    return true
  }
  for (const { topic, payload, qos, n } of loaded.retained) {
    keep(topic, Buffer.from(payload), qos as 0 | 1 | 2)
    nextN = n + 1
  }

  return {
    ofGateway(topic: string, payload: Buffer, qos: 0 | 1 | 2): void {
      if (payload.length === 0) own.delete(topic)
      else {
        const packed = payload.length > LARGE_BYTES
        const kept = packed ? deflateRawSync(payload, { level: LEVEL }) : payload
        own.set(topic, { cmd: 'publish', topic, payload: kept, qos, retain: true, packed })
      }
    },
    ofClient(topic: string, payload: Buffer, qos: 0 | 1 | 2): void {
      if (payload.length === 0) {
        if (forget(topic)) behind.put('retained', topic, null)
        return
      }
      keep(topic, payload, qos)
      behind.put('retained', topic, [topic, qos, payload, nextN++])
      for (const oldest of foreign.keys()) {
        if (foreign.size <= limits.count && bytes <= limits.bytes) break
        forget(oldest)
        behind.put('retained', oldest, null)
        counted.dropped++
      }
    },
    /** Those that a filter asks for; each once, however many ask. */
    *match(filters: readonly string[]): Generator<Retained> {
      const asked = filters.map(filter => filter.split('/'))
      const wanted = ({ topic }: Retained) => {
        const words = topic.split('/')
        return asked.some(filter => matches(filter, words))
      }
      for (const message of own.values())
        if (wanted(message)) yield message.packed ? { ...message, payload: inflateRawSync(message.payload) } : message
      for (const message of foreign.values()) if (wanted(message)) yield message
    },
    stats: () => ({ retained: own.size + foreign.size, kept: foreign.size, keptBytes: bytes, ...counted }),
  }
}
export type RetainedMessages = ReturnType<typeof createRetained>

function matches(filter: readonly string[], topic: readonly string[]): boolean {
  // [MQTT-4.7.2-1]
  if (topic[0]!.startsWith('$') && (filter[0] === '#' || filter[0] === '+')) return false
  for (const [i, word] of filter.entries()) {
    if (word === '#') return true
    if (i >= topic.length || (word !== '+' && word !== topic[i])) return false
  }
  return filter.length === topic.length
}
