import { isBits, type Table } from './codec.ts'

/** Protocol data units of the eight functions used here, without framing [Modbus 6]. Pure. */

export interface Request {
  readonly unit: number
  readonly fn: 1 | 2 | 3 | 4 | 5 | 6 | 15 | 16
  readonly start: number
  readonly count: number
  /** What is written: registers high byte first, or packed bits. */
  readonly data?: Buffer
}

/** What the device said: the bytes of the values, a part of what came, or its exception code [Modbus 7]. */
export type Answer = { readonly bytes: Buffer; readonly exception?: undefined } | { readonly exception: number }

const readFn = { coil: 1, discrete: 2, holding: 3, input: 4 } as const

export const readRequest = (unit: number, table: Table, start: number, count: number): Request => ({
  unit,
  fn: readFn[table],
  start,
  count,
})

/** @param bytes as `encode` gives them: 0/1 for a coil, else the registers */
export function writeRequest(unit: number, table: Table, start: number, bytes: Buffer, multiple = false): Request {
  if (isBits(table)) return { unit, fn: multiple ? 15 : 5, start, count: 1, data: bytes }
  return { unit, fn: bytes.length === 2 && !multiple ? 6 : 16, start, count: bytes.length / 2, data: bytes }
}

export const isRead = (request: Request): boolean => request.fn <= 4

export function pduOf({ fn, start, count, data }: Request): Buffer {
  const head = Buffer.allocUnsafe(5)
  head.writeUInt8(fn, 0)
  head.writeUInt16BE(start, 1)
  if (fn === 5) head.writeUInt16BE(data?.[0] ? 0xff00 : 0, 3)
  else if (fn === 6) data!.copy(head, 3)
  else head.writeUInt16BE(count, 3)
  return fn === 15 || fn === 16 ? Buffer.concat([head, Buffer.from([data!.length]), data!]) : head
}

const dataLength = ({ fn, count }: Request): number => (fn <= 2 ? Math.ceil(count / 8) : count * 2)

/** Length in bytes of the answer that is no exception. */
export const answerLength = (request: Request): number => (isRead(request) ? 2 + dataLength(request) : 5)

/** @returns undefined if these bytes cannot be the answer to this request */
export function answerOf(request: Request, pdu: Buffer): Answer | undefined {
  if (pdu.length === 2 && pdu[0] === (request.fn | 0x80) && pdu[1] !== 0) return { exception: pdu[1]! }
  if (pdu.length !== answerLength(request) || pdu[0] !== request.fn) return undefined
  if (isRead(request)) return pdu[1] === dataLength(request) ? { bytes: pdu.subarray(2) } : undefined
  return pdu.equals(pduOf(request).subarray(0, 5)) ? { bytes: Buffer.alloc(0) } : undefined
}

/** A request that reads some more than asked on one side; `answerOf` of it is cut to size by `narrowed`. */
export function widened(request: Request, by: number, side: 'up' | 'down', most: number): Request | undefined {
  const start = side === 'up' ? request.start : request.start - by
  const count = request.count + by
  return isRead(request) && start >= 0 && start + count <= 0x10000 && count <= most
    ? { ...request, start, count }
    : undefined
}

export function narrowed(asked: Request, wanted: Request, bytes: Buffer): Buffer {
  const before = wanted.start - asked.start
  const from = wanted.fn <= 2 ? before / 8 : before * 2
  return bytes.subarray(from, from + dataLength(wanted))
}
