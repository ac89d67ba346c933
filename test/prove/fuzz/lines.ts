import fc from 'fast-check'
import { rtuFrame } from '../../../drivers/modbus/frame.ts'
import type { Ears, Open } from '../../../drivers/modbus/line.ts'
import { pduOf, readRequest } from '../../../drivers/modbus/pdu.ts'
import { rtuWire } from '../../../drivers/modbus/rtu.ts'
import { tcpWire } from '../../../drivers/modbus/tcp.ts'
import type { Outcome, Wire } from '../../../drivers/modbus/wire.ts'
import { pointsOf } from '../../../drivers/profile.ts'
import { textTcp } from '../../../drivers/textstream/driver.ts'
import { streamLink } from '../../../drivers/textstream/link.ts'
import { encodeGbk } from '../../../firmware-sim/gbk.ts'
import { busyMs, type Damage, damaged, damages, drawn, type Fuzzed, shown } from './kit.ts'
import { settledMb } from './memory.ts'

const TIMEOUT_MS = 25
const AT_ONCE = 200
const MOST_MB = 50
/** What is held counts, not what the collector has not come to yet: a process of 400 MB lets a hundred of garbage lie. */
const COLLECT_EVERY = 500
const log = () => {}

/** A stream in memory: what the peer answers to each piece that is written. */
function peer(answer: (asked: Buffer, ears: Ears) => void): Open {
  return async ears => ({ write: bytes => answer(bytes, ears), close: async () => {} })
}

interface Reply {
  readonly table: 'holding' | 'coil'
  readonly count: number
  readonly damages: readonly Damage[]
  /** In so many pieces. */
  readonly pieces: number
  readonly before: Uint8Array
  readonly after: Uint8Array
  readonly twice: boolean
  readonly ends: boolean
}
const noise = fc.oneof(
  { weight: 6, arbitrary: fc.constant(new Uint8Array()) },
  fc.uint8Array({ maxLength: 12 }),
  fc.constantFrom(300, 70_000).map(n => new Uint8Array(n)),
)
const reply: fc.Arbitrary<Reply> = fc.record({
  table: fc.constantFrom('holding', 'coil'),
  count: fc.constantFrom(1, 2, 10, 125),
  damages: damages(4),
  pieces: fc.integer({ min: 1, max: 4 }),
  before: noise,
  after: noise,
  twice: fc.boolean(),
  ends: fc.boolean(),
})

/** What each register or bit holds: no two the same, so that a piece in a wrong place shows. */
const dataOf = (asked: Buffer, fn: number, count: number): Buffer =>
  fn <= 2
    ? Buffer.from(Array.from({ length: Math.ceil(count / 8) }, (_, i) => (i * 37 + 11) & 0xff))
    : Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.from([asked[0]! ^ 0x5a, (i * 7 + 3) & 0xff])))

type Kind = 'tcp' | 'rtu'
function goodAnswer(kind: Kind, asked: Buffer): Buffer {
  const pdu = kind === 'tcp' ? asked.subarray(7) : asked.subarray(1, -2)
  const data = dataOf(asked, pdu[0]!, pdu.readUInt16BE(3))
  const body = Buffer.concat([Buffer.from([pdu[0]!, data.length]), data])
  if (kind === 'rtu') return rtuFrame(asked[0]!, body)
  const head = Buffer.from(asked.subarray(0, 7))
  head.writeUInt16BE(body.length + 1, 4)
  return Buffer.concat([head, body])
}
/** The one thing that may be believed: a whole, right frame that stands in what was sent. */
function isSaid(kind: Kind, asked: Buffer, sent: Buffer, bytes: Buffer): boolean {
  const fn = kind === 'tcp' ? asked[7]! : asked[1]!
  const body = Buffer.concat([Buffer.from([fn, bytes.length]), bytes])
  if (kind === 'rtu') return sent.includes(rtuFrame(asked[0]!, body))
  const head = Buffer.from(asked.subarray(0, 7))
  head.writeUInt16BE(body.length + 1, 4)
  return sent.includes(Buffer.concat([head, body]))
}

/** One exchange with a peer that answers as `reply` says, then one with the same peer turned good. */
async function exchange(kind: Kind, one: Reply): Promise<{ fault: string | null; outcome: Outcome; sent: Buffer }> {
  let asked = Buffer.alloc(0)
  let sent = Buffer.alloc(0)
  const open = peer((request, ears) => {
    asked = Buffer.from(request)
    const whole = damaged(goodAnswer(kind, asked), one.damages)
    sent = Buffer.concat([one.before, whole, one.after, one.twice ? whole : Buffer.alloc(0)])
    const size = Math.ceil(sent.length / one.pieces)
    setImmediate(() => {
      for (let at = 0; at < sent.length; at += size) ears.data(Buffer.from(sent.subarray(at, at + size)))
      if (one.ends) ears.end('closed by the peer')
    })
  })
  const wire: Wire =
    kind === 'tcp'
      ? tcpWire(open, { timeoutMs: TIMEOUT_MS, maxInFlight: 1 }, log)
      : rtuWire(open, { timeoutMs: TIMEOUT_MS, maxRegisters: 125 }, log)
  const request = readRequest(1, one.table, 100, one.count)
  const outcome = await wire.exchange(request)
  await wire.close()
  const length = one.table === 'coil' ? Math.ceil(one.count / 8) : one.count * 2
  const fault = !outcome.ok
    ? null
    : outcome.bytes.length !== length
      ? `${outcome.bytes.length} bytes for ${pduOf(request).toString('hex')}`
      : isSaid(kind, asked, sent, outcome.bytes)
        ? null
        : 'a value that nobody said'
  return { fault, outcome, sent }
}

async function fuzzModbus(kind: Kind, name: string, cases: number, seed: number): Promise<Fuzzed> {
  const wrong: string[] = []
  const ends: Record<string, number> = {}
  settledMb()
  const before = process.memoryUsage.rss()
  let mostMb = 0
  let tried = 0
  const all = drawn(reply, cases, seed)
  const worker = async () => {
    for (let next = all.next(); !next.done; next = all.next()) {
      const { fault, outcome, sent } = await exchange(kind, next.value)
      if (++tried % COLLECT_EVERY === 0) settledMb()
      const end = outcome.ok ? 'good' : outcome.reason
      ends[end] = (ends[end] ?? 0) + 1
      if (fault) wrong.push(`${fault}: ${shown(sent)} ${shown(JSON.stringify({ ...next.value, before: 0, after: 0 }))}`)
      mostMb = Math.max(mostMb, (process.memoryUsage.rss() - before) / 1e6)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  // Two hundred wires at once, each with up to 70,000 bytes of noise on both sides.
  if (mostMb > MOST_MB + (AT_ONCE * 4 * 140_000) / 1e6) wrong.push(`memory grew by ${Math.round(mostMb)} MB`)
  return { name, cases, wrong, figures: { ...ends, mostMb: Math.round(mostMb) } }
}
export const fuzzModbusTcp = (cases: number, seed: number) => fuzzModbus('tcp', 'Modbus TCP answers', cases, seed)
export const fuzzModbusRtu = (cases: number, seed: number) => fuzzModbus('rtu', 'Modbus RTU answers', cases, seed)

const stamp = '2026-11-21 14:03:22'
const grammar = {
  lines: [
    {
      match: String.raw`^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?<loop>\d{3})回路 (?<number>\d{3})号 (?<event>火警|故障|恢复) (?<place>\S+)$`,
    },
    { match: String.raw`^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?<event>复位)$` },
  ],
}
const FIRE = `${stamp} 001回路 049号 火警 A座12层走廊`
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      FIRE,
      `${stamp} 001回路 049号 故障 B座`,
      '\r\n',
      '\r',
      '\n',
      '\f',
      '\u001b@',
      '\u001bd',
      '\u001d!',
      '\u001c.',
      ' '.repeat(300),
      '火',
    ),
    fc.string({ maxLength: 30 }),
    fc.constantFrom('x'.repeat(600), '\u0000'.repeat(400), '回路 '.repeat(80), '0'.repeat(300)),
  ),
  { minLength: 1, maxLength: 8 },
)

/** What a printer port may say: whatever it was, a whole line behind it is understood. */
export async function fuzzTextLines(cases: number, seed: number): Promise<Fuzzed> {
  const wrong: string[] = []
  let ears: Ears | undefined
  const open: Open = async given => {
    ears = given
    return { write: () => {}, close: async () => {} }
  }
  let monoMs = 0
  const options = {
    ...{ timeoutMs: 50, encoding: 'gb18030', grammar, maxLineBytes: 256, lineEnds: 'after' as const, pauseMs: 300 },
  }
  const link = streamLink(open, options, { now: () => 1_790_000_000_000, log }, () => monoMs)
  const specs = [{ key: 'fire', fields: { number: ['049'] }, on: ['火警'], clear: ['复位'] }]
  const points = pointsOf('panel', specs, textTcp as never)
  await link.read(points, AbortSignal.timeout(5000))
  const before = process.memoryUsage.rss()
  let [n, slowestMs, mostMb] = [0, 0, 0]
  const both = fc.record({
    words: pieces,
    damages: fc.oneof(fc.constant([]), damages(3)),
    size: fc.integer({ min: 1, max: 64 }),
  })
  for (const { words, damages: list, size } of drawn(both, cases, seed)) {
    const bytes = damaged(gbk(words.join('')), list)
    const from = process.cpuUsage()
    try {
      for (let at = 0; at < bytes.length; at += size) ears!.data(Buffer.from(bytes.subarray(at, at + size)))
      // The panel comes to itself: the end of what was, and two whole lines.
      monoMs += 6000
      ears!.data(gbk(`\r\n\r\n${stamp} 复位\r\n`))
      monoMs += 6000
      ears!.data(gbk(`\r\n${stamp} 复位\r\n`))
      const [calm] = await link.read(points, AbortSignal.timeout(5000))
      ears!.data(gbk(`${FIRE}\r\n`))
      const [fire] = await link.read(points, AbortSignal.timeout(5000))
      if (calm!.value !== false || fire!.value !== true)
        wrong.push(`${JSON.stringify([calm, fire])} behind ${shown(bytes)}`)
    } catch (error) {
      wrong.push(`thrown: ${(error as Error).stack?.slice(0, 300)}: ${shown(bytes)}`)
    }
    slowestMs = Math.max(slowestMs, busyMs(from))
    if (++n % 50 === 0) {
      if (n % 1000 === 0) settledMb()
      mostMb = Math.max(mostMb, (process.memoryUsage.rss() - before) / 1e6)
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  if (slowestMs > 1000) wrong.push(`one took ${Math.round(slowestMs)} ms`)
  if (mostMb > 150) wrong.push(`memory grew by ${Math.round(mostMb)} MB`)
  await link.close()
  return {
    name: 'text lines of panels',
    cases,
    wrong,
    figures: { slowestMs: Math.round(slowestMs), mostMb: Math.round(mostMb) },
  }
}
function gbk(text: string): Buffer {
  return Buffer.concat(
    [...text].map(sign => {
      try {
        return Buffer.from(encodeGbk(sign))
      } catch {
        return Buffer.from(sign)
      }
    }),
  )
}
