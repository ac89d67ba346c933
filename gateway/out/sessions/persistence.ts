import { Readable } from 'node:stream'
import type { Behind } from './behind.ts'
import type { RetainedMessages } from './kept.ts'
import type { Session, Sessions } from './sessions.ts'
import type { Will, Wills } from './wills.ts'

interface Packet {
  readonly cmd?: string
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos: 0 | 1 | 2
  readonly messageId: number
  readonly clientId?: string
}
interface Peer {
  readonly id: string
  readonly clean: boolean
}
interface Subscription {
  readonly topic: string
  readonly qos: 0 | 1 | 2
}

/** Stands for the subscriptions of a session that has none: aedes takes a list of none for no session [MQTT-3.2.2-2]. */
export const NO_FILTER = '$none'

/**
 * A promise kept already, whose `then` does not wait for the next tick. What one PUBLISH leaves (its identifier, the
 * queues, what is retained) is put in one turn of the loop with it, and so is committed together or not at all.
 */
// biome-ignore lint/suspicious/noThenProperty: this is the point of it
const atOnce = <T>(value: T) => ({ then: (done: (value: T) => void) => done(value) })

/**
 * What aedes keeps, kept by us. It sends nothing out of its own queues (`outgoingStream` is empty): a session sends by
 * itself, in order and so much at a time, see sessions.ts.
 * @param mayHear of a SUBSCRIBE with several filters aedes hands over all, also those that were refused
 */
export function aedesPersistence(
  sessions: Sessions,
  retained: RetainedMessages,
  behind: Behind,
  wills: Wills,
  mayHear: (session: string, filter: string) => boolean,
) {
  /** Identifiers of QoS 2 messages of clients without a session. */
  const passing = new Map<string, Set<number>>()
  const of = (peer: { readonly id: string }): Session | undefined => sessions.get(peer.id)
  const bufferOf = (payload: Buffer | string): Buffer => (typeof payload === 'string' ? Buffer.from(payload) : payload)

  return {
    async setup() {},
    async destroy() {},

    storeRetained(packet: Packet) {
      const payload = bufferOf(packet.payload)
      if (packet.clientId === undefined) retained.ofGateway(packet.topic, payload, packet.qos)
      // Kept as it is, it would keep all of what was read at once.
      else retained.ofClient(packet.topic, Buffer.from(payload), packet.qos)
      return atOnce(undefined)
    },
    createRetainedStream: (filter: string) => Readable.from(retained.match([filter])),
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retained.match(filters)),

    async addSubscriptions(peer: Peer, subs: readonly Subscription[]) {
      const session = of(peer)
      if (!session) return
      for (const { topic, qos } of subs) if (mayHear(session.id, topic)) sessions.subscribe(session, topic, qos)
      await behind.committed()
    },
    async removeSubscriptions(peer: Peer, filters: readonly string[]) {
      const session = of(peer)
      if (!session) return
      for (const filter of filters) sessions.unsubscribe(session, filter)
      await behind.committed()
    },
    /** Asked at a CONNECT that wants a session. */
    async subscriptionsByClient({ id }: { readonly id: string }) {
      const session = sessions.get(id)
      if (!session) {
        sessions.open(id, id.slice(0, id.indexOf('/')))
        return []
      }
      const subs = [...session.filters].map(([topic, qos]) => ({ topic, qos }))
      return subs.length > 0 ? subs : [{ topic: NO_FILTER, qos: 0 }]
    },
    /** Asked at a CONNECT that wants none: what there was of one ends [MQTT-3.1.2-6]. */
    async cleanSubscriptions(peer: Peer) {
      const session = of(peer)
      if (!session) return
      sessions.end(session)
      await behind.committed()
    },
    async countOffline() {
      return { subsCount: 0, clientsCount: 0 }
    },
    getClientList: () => Readable.from([]),

    subscriptionsByTopic: (topic: string) => atOnce(topic),
    outgoingEnqueueCombi(_: string, packet: Packet) {
      sessions.offer(packet)
      return atOnce(undefined)
    },
    async outgoingEnqueue() {},
    outgoingStream: () => Readable.from([]),
    async outgoingUpdate(peer: Peer, packet: Packet) {
      const session = of(peer)
      if (session) await sessions.received(session, packet.messageId)
    },
    async outgoingClearMessageId(peer: Peer, packet: Packet) {
      const session = of(peer)
      if (session) sessions.arrived(session, packet.messageId, packet.cmd === 'puback' ? 1 : 2)
    },

    incomingStorePacket(peer: Peer, { messageId }: Packet) {
      const session = of(peer)
      if (session) sessions.incoming(session, messageId, true)
      else passing.set(peer.id, (passing.get(peer.id) ?? new Set()).add(messageId))
      return atOnce(undefined)
    },
    async incomingGetPacket(peer: Peer, { messageId }: Packet) {
      const session = of(peer)
      if (!(session?.incoming ?? passing.get(peer.id))?.has(messageId)) throw new Error('no such packet')
      // It came twice, and PUBREC of the first waits for the disk: that of the second does, too.
      await behind.settled()
      return true
    },
    async incomingDelPacket(peer: Peer, { messageId }: Packet) {
      const session = of(peer)
      if (!session) {
        passing.get(peer.id)?.delete(messageId)
        return
      }
      sessions.incoming(session, messageId, false)
      // With PUBCOMP the client takes the identifier for a new message. Were it still there after a crash, that one would
      // be taken for this one come twice, and nobody would hear it.
      await behind.settled()
    },
    async cleanIncoming({ id }: Peer) {
      passing.delete(id)
    },

    putWill: (peer: Peer & { readonly closed: boolean }, will: Will) => wills.put(peer, will),
    async getWill({ id }: Peer) {
      return wills.get(id)
    },
    /** Called with the client itself at each CONNECT, when a connection of the same id may still have its own. */
    async delWill(peer: { readonly id: string; readonly conn?: unknown }) {
      if (peer.conn === undefined) wills.ended(peer.id)
    },
    streamWill: () => Readable.from([]),
  }
}
