/** Bytes with varints: seven bits each, the lowest first, up to 2^53. */

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export interface Bytes {
  at: Uint8Array
  length: number
}
export const bytes = (size = 64): Bytes => ({ at: new Uint8Array(size), length: 0 })
export const written = (from: Bytes): Uint8Array => from.at.slice(0, from.length)

export function room(to: Bytes, count: number): void {
  if (to.length + count <= to.at.length) return
  const larger = new Uint8Array(Math.max(to.at.length * 2, to.length + count))
  larger.set(to.at)
  to.at = larger
}
export function putByte(to: Bytes, byte: number): void {
  room(to, 1)
  to.at[to.length++] = byte
}
export function putVarint(to: Bytes, value: number): void {
  room(to, 8)
  let n = value
  // Shifts work up to 2^31; above it only division does.
  for (; n >= 0x80000000; n = Math.floor(n / 128)) to.at[to.length++] = (n % 128) | 128
  let small = n | 0
  for (; small > 127; small >>>= 7) to.at[to.length++] = (small & 127) | 128
  to.at[to.length++] = small
}
export function putRaw(to: Bytes, raw: Uint8Array): void {
  room(to, raw.length)
  to.at.set(raw, to.length)
  to.length += raw.length
}
export function putText(to: Bytes, text: string): void {
  const raw = encoder.encode(text)
  putVarint(to, raw.length)
  putRaw(to, raw)
}

export interface Reader {
  readonly at: Uint8Array
  next: number
}
export const takeByte = (from: Reader): number => from.at[from.next++]!
export function takeVarint(from: Reader): number {
  let byte = from.at[from.next++]!
  if (byte < 128) return byte
  let value = byte & 127
  for (let scale = 128; byte >= 128; scale *= 128) {
    byte = from.at[from.next++]!
    value += (byte & 127) * scale
  }
  return value
}
export function takeRaw(from: Reader, count: number): Uint8Array {
  from.next += count
  return from.at.subarray(from.next - count, from.next)
}
export const takeText = (from: Reader): string => decoder.decode(takeRaw(from, takeVarint(from)))

const double = new DataView(new ArrayBuffer(8))
export function putDouble(to: Bytes, value: number): void {
  double.setFloat64(0, value)
  putRaw(to, new Uint8Array(double.buffer))
}
export const takeDouble = (from: Reader): number => {
  const raw = takeRaw(from, 8)
  return new DataView(raw.buffer, raw.byteOffset, 8).getFloat64(0)
}
