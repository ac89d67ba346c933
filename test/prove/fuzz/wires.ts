import fc from 'fast-check'
import { rtuFrame } from '../../../drivers/modbus/frame.ts'
import { account, connectPacket, packet, subscribePacket } from '../../support/mqtt.ts'
import { until } from '../../support/wait.ts'
import type { Bed, Manner, PeerName } from './bed.ts'
import { fuzzSocket } from './http.ts'
import { type Damage, damaged, damages, endless, type Fuzzed } from './kit.ts'

const short = (text: string) => Buffer.concat([Buffer.from([text.length >> 8, text.length & 255]), Buffer.from(text)])
interface Packets {
  readonly known: boolean
  readonly list: readonly { readonly which: number; readonly damages: readonly Damage[]; readonly whole: boolean }[]
}
const oneOf = (count: number) =>
  fc.array(fc.record({ which: fc.nat(count - 1), damages: damages(3), whole: fc.boolean() }), {
    minLength: 1,
    maxLength: 5,
  })

/** Packets to the broker, before a sign-in and after it. */
export async function fuzzMqtt(bed: Bed, cases: number, seed: number): Promise<Fuzzed> {
  const password = await account(bed.admin, `fuzz-${seed}`, ['#'], ['#'])
  const publish = (topic: string, qos: number, body: string) =>
    packet(0x30 | (qos << 1), Buffer.concat([short(topic), ...(qos ? [Buffer.from([0, 7])] : []), Buffer.from(body)]))
  const packets = [
    // Another account: who is refused ten times has to wait, and with it each one that signs in as it should.
    connectPacket('c', 'fuzz-other', password),
    subscribePacket('#'),
    subscribePacket('gatehouse/+/request/#'),
    publish('a/b', 0, '{"n":1}'),
    publish('gatehouse/test-site/request/points', 1, '{"transaction":"x"}'),
    publish('gatehouse/test-site/request/nonsense', 2, '{"transaction":{"a":[1e400]}}'),
    publish('a/#', 1, 'x'),
    packet(0x62, Buffer.from([0, 7])),
    packet(0xa2, Buffer.concat([Buffer.from([0, 9]), short('#')])),
    packet(0xc0, Buffer.alloc(0)),
    packet(0xe0, Buffer.alloc(0)),
    packet(0x20, Buffer.from([0, 0])),
    packet(0xf0, Buffer.alloc(3)),
  ]
  const of: fc.Arbitrary<Packets> = fc.record({ known: fc.boolean(), list: oneOf(packets.length) })
  const lead = (id: number) => connectPacket(`c${id}`, `fuzz-${seed}`, password)
  let n = 0
  return fuzzSocket(
    'MQTT packets',
    bed.mqtt,
    cases,
    seed,
    of,
    ({ list }) => list.map(({ which, damages: of, whole }) => (whole ? packets[which]! : damaged(packets[which]!, of))),
    ({ known }) => (known ? [lead(n++)] : []),
    // CONNACK, accepted [MQTT 3.1.1, 3.2]
    answer => answer[0] === 0x20 && answer[3] === 0,
  )
}

/** A frame of a client [RFC 6455, 5.2]. */
const frame = (first: number, body: Buffer, masked: boolean, claim = body.length): Buffer => {
  const size =
    claim < 126
      ? Buffer.from([claim])
      : claim < 65_536
        ? Buffer.from([126, claim >> 8, claim & 255])
        : Buffer.from([127, 0, 0, 0, 0, 255, 255, 255, 255])
  if (masked) size[0]! |= 0x80
  return Buffer.concat([Buffer.from([first]), size, ...(masked ? [Buffer.alloc(4)] : []), body])
}
/** WebSocket frames behind a right beginning. */
export function fuzzWebSocket(bed: Bed, cases: number, seed: number): Promise<Fuzzed> {
  const begin = Buffer.from(
    `GET /api/v1/live HTTP/1.1\r\nHost: ${bed.http}\r\nOrigin: ${bed.url}\r\nAuthorization: Bearer ${bed.token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  )
  const frames = [
    frame(0x81, Buffer.from('{"a":1}'), true),
    frame(0x81, Buffer.from([0xff, 0xfe]), true),
    frame(0x82, Buffer.alloc(5000), true),
    frame(0x01, Buffer.from('half'), true),
    frame(0x80, Buffer.from('end'), true),
    frame(0x89, Buffer.alloc(125), true),
    frame(0x8a, Buffer.alloc(0), true),
    frame(0x88, Buffer.from([0x03, 0xe8]), true),
    frame(0x88, Buffer.from([0x00, 0x01]), true),
    frame(0x81, Buffer.from('bare'), false),
    frame(0xf3, Buffer.from('x'), true),
    frame(0x82, Buffer.alloc(0), true, 2 ** 31),
    frame(0x89, Buffer.alloc(200), true),
  ]
  return fuzzSocket(
    'WebSocket frames',
    bed.http,
    cases,
    seed,
    oneOf(frames.length),
    list => list.map(({ which, damages: of, whole }) => (whole ? frames[which]! : damaged(frames[which]!, of))),
    () => [begin],
    answer => answer.toString('latin1').startsWith('HTTP/1.1 101'),
  )
}

/** [OPC 10000-6, 7.1]: type, 'F', length, body */
const chunk = (type: string, body: Buffer, claim = body.length + 8): Buffer => {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32LE(claim >>> 0, 4)
  return Buffer.concat([head, body])
}
const numbers = (...list: number[]) => {
  const bytes = Buffer.alloc(4 * list.length)
  for (const [i, n] of list.entries()) bytes.writeUInt32LE(n >>> 0, 4 * i)
  return bytes
}
const text = (said: string) => Buffer.concat([numbers(Buffer.byteLength(said)), Buffer.from(said)])
const NONE = text('http://opcfoundation.org/UA/SecurityPolicy#None')
const nothing = numbers(0xffffffff)
/** A request to open a channel without security [OPC 10000-4, 5.5.2]. */
const open = Buffer.concat([
  ...[numbers(0), NONE, nothing, nothing, numbers(1, 1)],
  ...[
    Buffer.from([1, 0, 0xbe, 0x01]),
    Buffer.from([0, 0]),
    Buffer.alloc(8),
    numbers(1, 0),
    nothing,
    numbers(5000),
    Buffer.from([0, 0, 0]),
  ],
  ...[numbers(0, 0, 1), nothing, numbers(3_600_000)],
])
export async function fuzzOpcuaClients(bed: Bed, cases: number, seed: number): Promise<Fuzzed> {
  const address = await bed.opcua()
  const endedBefore = bed.ended().length
  const hello = chunk('HELF', Buffer.concat([numbers(0, 65_536, 65_536, 0, 0), text(`opc.tcp://${address}`)]))
  const chunks = [
    hello,
    chunk('OPNF', open),
    chunk('MSGF', Buffer.concat([numbers(1, 1, 2, 2), Buffer.from([1, 0, 0xcd, 0x01]), Buffer.alloc(60)])),
    chunk('MSGC', Buffer.alloc(4000)),
    chunk('CLOF', numbers(1, 1, 3, 3)),
    chunk('ERRF', Buffer.concat([numbers(0x80000000), text('x')])),
    chunk('HELF', numbers(0, 0, 0, 0, 0), 28),
    chunk('HELF', Buffer.alloc(0), 0),
    chunk('HELF', Buffer.alloc(0), 0xffffffff),
    chunk('MSGC', Buffer.alloc(70_000)),
  ]
  const seen = await fuzzSocket(
    'OPC UA clients',
    address,
    cases,
    seed,
    fc.record({ polite: fc.boolean(), list: oneOf(chunks.length) }),
    ({ list }) => list.map(({ which, damages: of, whole }) => (whole ? chunks[which]! : damaged(chunks[which]!, of))),
    ({ polite }) => (polite ? [hello, chunks[1]!] : []),
    answer => answer.toString('latin1').startsWith('ACKF'),
  )
  const ended = bed.ended().slice(endedBefore)
  return { ...seen, wrong: [...seen.wrong, ...ended], figures: { ...seen.figures, ended: ended.length } }
}

/** What ended the server of OPC UA: greeted twice, which is refused, with a length that cannot be behind it in the same piece. */
export async function opcuaNonsense(address: string): Promise<void> {
  const hello = chunk('HELF', Buffer.concat([numbers(0, 65_536, 65_536, 0, 0), text(`opc.tcp://${address}`)]))
  const bytes = Buffer.concat([hello, hello, chunk('HELF', Buffer.alloc(0), 0xffffffff)])
  await fuzzSocket('', address, 1, 1, fc.constant(bytes), one => [one])
}

/** Peers of the gateway that answer damaged things, over real connections, until so many pieces were sent; then they are good again. */
export async function fuzzPeers(bed: Bed, cases: number, seed: number, limitMs: number): Promise<Fuzzed> {
  const sent: Record<PeerName, number> = { tcp: 0, rtu: 0, text: 0, opcua: 0 }
  const wrong: string[] = []
  const junk = fc.record({
    damages: damages(4),
    noise: fc.oneof(
      fc.constant(new Uint8Array()),
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(4000, 70_000, 400_000).map(n => new Uint8Array(n)),
    ),
    ends: fc.nat(9),
  })
  const junks = endless(junk, seed)
  const bad =
    (name: PeerName, answer: (piece: Buffer) => Buffer): Manner =>
    (socket, piece) => {
      if (piece === null && name !== 'text') return
      const { damages: list, noise, ends } = junks.next().value
      sent[name]++
      socket.write(Buffer.concat([damaged(answer(piece ?? Buffer.alloc(0)), list), noise]))
      if (ends === 0) socket.destroy()
      else if (name === 'text' && !socket.destroyed) setTimeout(() => manners.text(socket, null), 5)
    }
  const register = (value: number) => Buffer.from([3, 2, 0, value])
  const tcp = (asked: Buffer, value: number): Buffer => {
    const count = asked.length >= 12 ? asked.readUInt16BE(10) : 1
    const words = Buffer.concat(Array.from({ length: Math.min(125, count) }, () => Buffer.from([0, value])))
    const body = Buffer.concat([Buffer.from([asked[6] ?? 1, 3, words.length]), words])
    const head = Buffer.alloc(6)
    asked.copy(head, 0, 0, 2)
    head.writeUInt16BE(body.length, 4)
    return Buffer.concat([head, body])
  }
  const rtu = (asked: Buffer, value: number): Buffer => {
    const count = asked.length >= 8 ? asked.readUInt16BE(4) : 1
    const words = Buffer.concat(Array.from({ length: Math.min(125, count) }, () => Buffer.from([0, value])))
    return rtuFrame(1, count === 1 ? register(value) : Buffer.concat([Buffer.from([3, words.length]), words]))
  }
  const acknowledge = (sizes: number) => chunk('ACKF', numbers(0, sizes, sizes, 0, 0))
  const manners: Record<PeerName, Manner> = {
    tcp: bad('tcp', piece => tcp(piece, 99)),
    rtu: bad('rtu', piece => rtu(piece, 99)),
    text: bad('text', () => Buffer.from('FIRE hall 7\r\n')),
    opcua: bad('opcua', () => Buffer.concat([acknowledge(seed % 2 ? 0 : 8192), chunk('MSGC', Buffer.alloc(5000))])),
  }
  for (const [name, manner] of Object.entries(manners)) bed.manners.set(name as PeerName, manner)
  bed.cutPeers()
  const began = Date.now()
  const total = () => sent.tcp + sent.rtu + sent.text + sent.opcua
  const unasked = () => Object.entries(sent).flatMap(([name, n]) => (n === 0 ? [`${name} was never asked`] : []))
  const enough = () => total() >= cases && unasked().length === 0
  await until('so many pieces', () => enough() || Date.now() - began > limitMs, limitMs)
  wrong.push(...unasked())
  // Good again.
  bed.manners.set('tcp', (socket, piece) => void (piece && socket.write(tcp(piece, 42))))
  bed.manners.set('rtu', (socket, piece) => void (piece && socket.write(rtu(piece, 42))))
  bed.manners.set('text', (socket, piece) => {
    if (piece) return
    const say = () => !socket.destroyed && socket.write('RESET panel\r\nFIRE hall\r\n') && setTimeout(say, 200)
    say()
  })
  bed.manners.delete('opcua')
  bed.cutPeers()
  const from = Date.now()
  const expected = { 'tcp-1/a': 42, 'rtu-1/a': 42, 'text-1/fire': true }
  for (const [id, value] of Object.entries(expected))
    await until(`${id} is right again`, async () => (await bed.sample(id)).value === value, 30_000).catch(error =>
      wrong.push(`${id}: ${(error as Error).message}`),
    )
  return { name: 'peers over the wire', cases: total(), wrong, figures: { ...sent, goodAgainMs: Date.now() - from } }
}
