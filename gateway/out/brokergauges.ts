import { Gauge, type Registry } from 'prom-client'
import type { Broker } from './broker.ts'

type Stats = ReturnType<Broker['stats']>
const REFUSED = ['packet-too-large', 'not-reading', 'refused', 'not-stored'] as const satisfies readonly (keyof Stats)[]
/** Word of the broker -> name and what it is. */
const gauges: readonly (readonly [word: keyof Stats, name: string, help: string])[] = [
  ['clients', 'clients', 'Clients of the embedded broker'],
  ['received', 'messages_received', 'Messages of clients since the start'],
  ['delivered', 'messages_sent', 'Messages to clients since the start'],
  ['sessions', 'sessions', 'Sessions that are kept, connected or away'],
  ['messages', 'queued_messages', 'Messages that wait for sessions'],
  ['bytes', 'queued_bytes', 'Size of the messages that wait for sessions'],
  [
    'full',
    'dropped',
    'Since the start: messages of sessions that were dropped, the oldest first, because there was no room',
  ],
  ['expired', 'sessions_expired', 'Since the start: sessions that ended because nobody took them up'],
  ['retained', 'retained_messages', 'Retained messages, those of the gateway included'],
  ['keptBytes', 'retained_bytes', 'Size of the retained messages of clients'],
  [
    'retainedDropped',
    'retained_dropped',
    'Since the start: retained messages of clients that were dropped for want of room',
  ],
  ['commits', 'commits', 'Since the start: transactions in broker.db'],
  ['failing', 'store_failing', '1: broker.db cannot be written'],
]

export function brokerGauges(registry: Registry, stats: () => Stats): void {
  const registers = [registry]
  for (const [word, name, help] of gauges)
    new Gauge({
      ...{ name: `gatehouse_broker_${name}`, help, registers },
      collect() {
        this.set(Number(stats()[word]))
      },
    })
  new Gauge({
    name: 'gatehouse_broker_refused',
    help: 'Since the start: refused sign-ins and topics, clients cut off, messages not stored and so not acknowledged',
    labelNames: ['why'],
    registers,
    collect() {
      const now = stats()
      for (const why of REFUSED) this.set({ why }, now[why])
    },
  })
}
