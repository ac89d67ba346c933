import fc from 'fast-check'
import { nastyText } from './kit.ts'

/** What OPC UA servers say, as bytes [OPC 10000-6, 5.2]: how it is written, and how it is not. */

const u8 = (n: number) => Buffer.from([n & 255])
export const u32 = (n: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(n >>> 0)
  return bytes
}
const text = (said: string) => {
  const bytes = Buffer.from(said)
  return Buffer.concat([u32(bytes.length), bytes])
}
export const all = (...parts: readonly Buffer[]) => Buffer.concat(parts)
const joined = (parts: readonly Buffer[]) => Buffer.concat([u32(parts.length), ...parts])
/** How many are said to follow: as many as do, or not. */
const counted = (parts: readonly Buffer[], lie: number | null) => all(u32(lie ?? parts.length), ...parts)

/** What can't be read as it says ends the connection, and a new one takes a second: so it is the rare case here. */
const RARE = 5000
export const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: RARE, arbitrary: usual }, { weight: 1, arbitrary: odd })
const lies = rarely<number | null>(fc.constant(null), fc.constantFrom(0, 1, 2, 1000, 0x7fffffff, 0xffffffff))
const word: fc.Arbitrary<Buffer> = fc.constantFrom(0, 1, 2, 250, 65_535, 0x7fffffff, 0x80000000, 0xffffffff).map(u32)
const bytesOf = (n: number) => fc.uint8Array({ minLength: n, maxLength: n }).map(bytes => Buffer.from(bytes))
const long = fc.oneof(
  bytesOf(8),
  fc.tuple(word, word).map(pair => all(...pair)),
)
const double = fc.double().map(n => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(n)
  return bytes
})
export const status = fc.oneof(
  { weight: 16, arbitrary: fc.constant(u32(0)) },
  { weight: 2, arbitrary: fc.constant(u32(0x40000000)) },
  { weight: 1, arbitrary: fc.constantFrom(0x80340000, 0x800a0000, 0x80000000, 0x80ab0000, 0xc0000000).map(u32) },
  { weight: 1, arbitrary: word },
)
const words = fc.oneof(
  { weight: 400, arbitrary: nastyText.map(said => text(said.slice(0, 500))) },
  // Longer than a value may be here; what is longer than a chunk can't be said in one.
  { weight: 5, arbitrary: fc.constantFrom(5000, 12_000).map(n => text('长'.repeat(n))) },
  { weight: 20, arbitrary: fc.constant(u32(0xffffffff)) },
)
const nodeId = fc.oneof(
  fc.constantFrom('Lift1', 'Lift1.Fault', 'none').map(name => all(u8(3), Buffer.from([1, 0]), text(name))),
  fc.nat(255).map(n => Buffer.from([0, n])),
  fc.tuple(fc.nat(255), fc.nat(65_535)).map(([ns, n]) => Buffer.from([1, ns, n & 255, n >> 8])),
  words.map(name => all(u8(3), Buffer.from([7, 0]), name)),
)
const localized = fc
  .tuple(fc.nat(3), words, words)
  .map(([mask, locale, said]) => all(u8(mask), ...(mask & 1 ? [locale] : []), ...(mask & 2 ? [said] : [])))
/** The built-in types, by their numbers [OPC 10000-6, 5.1.2]. */
const scalars: readonly (readonly [type: number, body: fc.Arbitrary<Buffer>])[] = [
  [1, fc.nat(255).map(u8)],
  [3, fc.nat(255).map(u8)],
  [4, bytesOf(2)],
  [6, word],
  [7, word],
  [8, long],
  [9, long],
  [10, fc.oneof(word, bytesOf(4))],
  [11, double],
  [12, words],
  [13, long],
  [14, bytesOf(16)],
  [15, words],
  [17, nodeId],
  [19, status],
  [20, words.map(name => all(Buffer.from([1, 0]), name))],
  [21, localized],
  [22, nodeId.map(id => all(id, u8(0)))],
]
/** A value of its type, a list of them, or a list with sizes that multiply to another number. */
const variantOf = ([type, body]: (typeof scalars)[number]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 6, arbitrary: body.map(bytes => all(u8(type), bytes)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(lies, fc.array(body, { maxLength: 4 }))
        .map(([lie, bodies]) => all(u8(type | 0x80), counted(bodies, lie))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(rarely(fc.constant(true), fc.constant(false)), fc.array(body, { maxLength: 4 }), word)
        .map(([right, bodies, size]) =>
          all(u8(type | 0xc0), joined(bodies), joined([right ? u32(bodies.length) : size])),
        ),
    },
  )
const plainVariant = fc.oneof(...scalars.map(variantOf))
const variant = rarely(
  fc.oneof(
    { weight: 12, arbitrary: plainVariant },
    { weight: 1, arbitrary: fc.constant(u8(0)) },
    // Within each other, once or more often than anybody means.
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(1, 3, 50), plainVariant)
        .map(([deep, inner]) => all(...Array.from({ length: deep }, () => Buffer.from([0x98, 1, 0, 0, 0])), inner)),
    },
  ),
  fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 })).map(([type, bytes]) => all(u8(type), Buffer.from(bytes))),
)
/** [OPC 10000-6, 5.2.2.17] */
const dataValue = fc
  .record({
    ...{ mask: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 3, 5, 7, 15) }, fc.nat(63)) },
    ...{ variant, status, at: long, picos: fc.nat(255) },
  })
  .map(({ mask, variant: value, status: said, at, picos }) =>
    all(
      u8(mask),
      ...(mask & 1 ? [value] : []),
      ...(mask & 2 ? [said] : []),
      ...(mask & 4 ? [at] : []),
      ...(mask & 16 ? [Buffer.from([picos, 0])] : []),
      ...(mask & 8 ? [at] : []),
      ...(mask & 32 ? [Buffer.from([picos, 0])] : []),
    ),
  )
const NO_DIAGNOSTICS = u32(0)
const list = <T>(of: fc.Arbitrary<T>, most: number) =>
  fc.oneof(
    { weight: 100, arbitrary: fc.array(of, { maxLength: most }) },
    fc.array(of, { minLength: 200, maxLength: 200 }),
  )
const exactly = (count: number) => fc.array(dataValue, { minLength: count, maxLength: count })
/** Mostly as many as our client asks for in this run: another number is refused as a whole. */
const asMany = fc.oneof(
  { weight: 20, arbitrary: exactly(7) },
  { weight: 10, arbitrary: exactly(6) },
  { weight: 3, arbitrary: list(dataValue, 6) },
)
export const read = fc.tuple(asMany, lies).map(([values, lie]) => all(counted(values, lie), NO_DIAGNOSTICS))
const reference = fc
  .record({
    type: nodeId,
    node: nodeId,
    name: words,
    shown: localized,
    of: fc.constantFrom(1, 2, 2, 4, 255),
    kind: nodeId,
  })
  .map(({ type, node, name, shown: display, of, kind }) =>
    all(type, u8(1), node, Buffer.from([1, 0]), name, display, u32(of), kind),
  )
/** What goes on without end goes on with nothing new. */
export const browsed = fc
  .tuple(status, fc.boolean(), list(reference, 8), lies)
  .map(([said, more, references, lie]) =>
    all(u32(1), said, more ? text('more') : u32(0xffffffff), counted(references, lie), NO_DIAGNOSTICS),
  )
/** Of an item that there is, or not: a client counts them from one. */
const handle = fc.oneof(word, fc.nat(40).map(u32))
const changes = fc.tuple(fc.array(fc.tuple(handle, dataValue), { maxLength: 6 }), lies).map(([items, lie]) => {
  const body = all(
    counted(
      items.map(([handle, value]) => all(handle, value)),
      lie,
    ),
    NO_DIAGNOSTICS,
  )
  // DataChangeNotification, its body in bytes
  return all(Buffer.from([1, 0, 0x2b, 0x03, 1]), u32(body.length), body)
})
const typed = (type: number, body: fc.Arbitrary<Buffer>) => body.map(bytes => all(u8(type), bytes))
const yesOrNo = typed(1, fc.nat(1).map(u8))
const numbered = (...list: readonly number[]) => fc.constantFrom(...list).map(n => Buffer.from([1, 0, n & 255, n >> 8]))
/** What our client asks of an event, in its order (drivers/opcua/conditions.ts), or anything. */
const fields = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(
      // RefreshStart, RefreshEnd, RefreshRequired, EventQueueOverflow, a condition
      typed(17, fc.oneof(numbered(2787, 2788, 2789, 3035, 2782), nodeId)),
      ...[typed(17, nodeId), typed(12, words), typed(13, long), typed(21, localized), typed(5, bytesOf(2)), yesOrNo],
      ...[typed(17, fc.oneof(fc.constant(Buffer.from([0, 0])), nodeId)), yesOrNo, yesOrNo, typed(19, status)],
      typed(17, nodeId),
    ),
  },
  fc.array(variant, { maxLength: 14 }),
)
const events = fc.tuple(fc.array(fc.tuple(handle, fields), { maxLength: 4 }), lies).map(([list, lie]) => {
  const body = counted(
    list.map(([handle, fields]) => all(handle, joined(fields))),
    lie,
  )
  return all(Buffer.from([1, 0, 0x94, 0x03, 1]), u32(body.length), body)
})
export const published = fc
  .record({
    id: word,
    numbers: fc.array(word, { maxLength: 5 }),
    more: fc.nat(1),
    sequence: word,
    at: long,
    parts: fc.array(fc.oneof(changes, events), { maxLength: 3 }),
    lie: lies,
  })
  .map(({ id, numbers, more, sequence, at, parts, lie }) => ({
    rest: all(joined(numbers), u8(more), sequence, at, counted(parts, lie), u32(0), NO_DIAGNOSTICS),
    id,
  }))

/** Numbers of the binary encodings of responses [OPC 10000-6, annex A]. */
export const READ = 634
export const BROWSE = 530
export const BROWSE_NEXT = 536
export const PUBLISH = 829
export const FAULT = 397
