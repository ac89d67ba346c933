/** Protocol Buffers on the wire, as far as a payload needs it [protobuf.dev: Encoding]: varints, fixed numbers, bytes. */

export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
export const FIXED32 = 5

/** A message under way; fields are added in the order of the calls. */
export type Message = number[]

function varint(to: Message, value: number): void {
  // Not by shifts: times are larger than 32 bits.
  let rest = value
  while (rest >= 128) {
    to.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  to.push(rest)
}
const tag = (to: Message, field: number, type: number) => varint(to, field * 8 + type)

/** @param value a whole number from 0 to 2^53 */
export function putWhole(to: Message, field: number, value: number): void {
  tag(to, field, VARINT)
  varint(to, value)
}
export const putFlag = (to: Message, field: number, value: boolean): void => putWhole(to, field, value ? 1 : 0)
export function putBytes(to: Message, field: number, bytes: Iterable<number> & { readonly length: number }): void {
  tag(to, field, BYTES)
  varint(to, bytes.length)
  for (const byte of bytes) to.push(byte)
}
export const putText = (to: Message, field: number, text: string): void =>
  putBytes(to, field, Buffer.from(text, 'utf8'))
export function putDouble(to: Message, field: number, value: number): void {
  tag(to, field, FIXED64)
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleLE(value)
  for (const byte of bytes) to.push(byte)
}

/** One field of a message. `whole` of a varint; `bytes` of everything else. */
export interface Field {
  readonly field: number
  readonly type: number
  readonly whole: bigint
  readonly bytes: Buffer
}
const NONE = Buffer.alloc(0)

/** The fields of a message, in their order. Throws RangeError when it is cut off or none. */
export function* fieldsOf(from: Buffer): Generator<Field> {
  let at = 0
  const take = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = from[at++]
      if (byte === undefined) throw new RangeError('cut off in a number')
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw new RangeError('a number without an end')
  }
  while (at < from.length) {
    const head = Number(take())
    const [field, type] = [Math.floor(head / 8), head % 8]
    if (type === VARINT) {
      yield { field, type, whole: take(), bytes: NONE }
      continue
    }
    const length = type === FIXED64 ? 8 : type === FIXED32 ? 4 : type === BYTES ? Number(take()) : Number.NaN
    if (!(at + length <= from.length)) throw new RangeError('cut off in a field')
    yield { field, type, whole: 0n, bytes: from.subarray(at, at + length) }
    at += length
  }
}
