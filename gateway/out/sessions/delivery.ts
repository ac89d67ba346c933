import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'
import { fits } from '../topics.ts'
import type { Session, Sessions } from './sessions.ts'

/** A client of aedes, as far as we reach into it. */
export interface Peer {
  id: string
  readonly clean: boolean
  readonly closed: boolean
  readonly conn: Duplex
  readonly subscriptions: Readonly<Record<string, { readonly qos: number }>>
  /** By broker, the number of the newest message that it was handed. */
  readonly duplicates: Record<string, number>
  deliver0: Deliver
  deliverQoS: Deliver
  close(): void
}
type Deliver = (packet: Delivered, done: () => void) => void
interface Delivered {
  readonly topic: string
  readonly payload: Buffer
  qos: 0 | 1 | 2
  readonly retain: boolean
  readonly brokerId: string | null
  readonly brokerCounter: number
}

const writing = createRequire(import.meta.resolve('aedes'))('mqtt-packet') as {
  writeToStream: { (packet: object, to: Duplex): boolean; cacheNumbers: boolean }
}
// Of what the broker writes with: a table of all 65,536 numbers as bytes, which takes 10 MB and saves next to nothing.
writing.writeToStream.cacheNumbers = false

/** The highest quality of service of all subscriptions of a client that fit [MQTT-3.3.5-1]. */
const granted = (peer: Peer, topic: string): number => {
  let most = 0
  for (const filter in peer.subscriptions)
    if (peer.subscriptions[filter]!.qos > most && fits(filter, topic)) most = peer.subscriptions[filter]!.qos
  return most
}

/** A PUBLISH of QoS 0 [MQTT 3.1.1, 3.3] in one piece: in its five, each was a write of its own. */
function inOnePiece(topic: string, payload: Buffer | string, retain: boolean): Buffer {
  const topicBytes = Buffer.byteLength(topic)
  const length = 2 + topicBytes + Buffer.byteLength(payload)
  const wire = Buffer.allocUnsafe(length + (length < 128 ? 2 : length < 16_384 ? 3 : length < 2_097_152 ? 4 : 5))
  wire[0] = retain ? 0x31 : 0x30
  let at = 1
  let rest = length
  for (; rest > 127; rest >>>= 7) wire[at++] = (rest & 127) | 128
  wire[at++] = rest
  at = wire.writeUInt16BE(topicBytes, at)
  at += wire.write(topic, at)
  if (typeof payload === 'string') wire.write(payload, at)
  else wire.set(payload, at)
  return wire
}

/** Two subscriptions of a client that fit one message are one delivery of it. */
function isNew({ duplicates }: Peer, { brokerId, brokerCounter }: Delivered): boolean {
  if (brokerId === null) return true
  if ((duplicates[brokerId] ?? 0) >= brokerCounter) return false
  duplicates[brokerId] = brokerCounter
  return true
}

/**
 * Puts right how aedes hands out: it takes the quality of service of whichever subscription comes first, and that of the
 * publisher for what is retained. What goes to a session above QoS 0 is not handed out at all: its queue has it already.
 * @param mayHear counts as well: true is a message that is sent
 */
export function handOut(peer: Peer, sessions: Sessions, mayHear: () => boolean): void {
  const { deliverQoS } = peer
  const deliver0: Deliver = (packet, done) => {
    const goes = isNew(peer, packet) && mayHear()
    // In a turn of its own, whoever waits for it: thousands that are done at once would be as many calls deep.
    setImmediate(() => {
      if (goes && !peer.closed && !peer.conn.destroyed)
        peer.conn.write(inOnePiece(packet.topic, packet.payload, packet.retain))
      done()
    })
  }
  peer.deliver0 = (packet, done) => {
    // Another subscription of this client asks for more, and gets it.
    if (packet.qos > 0 && granted(peer, packet.topic) > 0) done()
    else deliver0(packet, done)
  }
  peer.deliverQoS = (packet, done) => {
    if (packet.qos === 0) return deliver0(packet, done)
    const qos = Math.min(packet.qos, granted(peer, packet.topic)) as 0 | 1 | 2
    if (qos === 0) return deliver0(packet, done)
    if (peer.clean) {
      packet.qos = qos
      return deliverQoS(packet, done)
    }
    // Only what is retained, and told because of a subscription, comes without a number.
    const session = sessions.get(peer.id)
    if (session && packet.brokerId === null) sessions.enqueue(session, { ...packet, retain: true }, qos)
    done()
  }
}

/** Lets a session send over this connection. */
export function connectSession(
  peer: Peer,
  session: Session,
  sessions: Sessions,
  mayHear: () => boolean,
  sent: () => void,
): void {
  const write = (packet: object) => {
    if (!peer.closed) writing.writeToStream(packet, peer.conn)
  }
  sessions.attach(session, {
    of: peer,
    publish({ topic, payload, qos, retain, dup, message }) {
      if (!mayHear()) return false
      sent()
      write({ cmd: 'publish', topic, payload, qos, retain, dup, messageId: message })
      return true
    },
    release: message => write({ cmd: 'pubrel', messageId: message, qos: 1 }),
  })
}
