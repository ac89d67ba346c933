/** How Modbus requests and answers look on a wire: MBAP of Modbus TCP, and RTU with its checksum. */

/** One request as cut from the stream. `wrap` puts an answer PDU into the frame that belongs to this request. */
export interface Frame {
  readonly unit: number
  readonly pdu: Buffer
  /** Bytes on the wire. */
  readonly size: number
  wrap(pdu: Buffer): Buffer
}

/** What stands at the beginning of the buffer. `wait`: not enough yet. `lost`: this can't be a request, nor can it become one. */
export type Cut = { kind: 'frame'; frame: Frame } | { kind: 'wait' } | { kind: 'lost' }

/** MBAP header [Modbus Messaging on TCP/IP 3.1.3]: transaction, protocol 0, length of what follows, unit. */
export function cutMbap(buffer: Buffer): Cut {
  if (buffer.length < 8) return { kind: 'wait' }
  const length = buffer.readUInt16BE(4)
  if (buffer.readUInt16BE(2) !== 0 || length < 2 || length > 254) return { kind: 'lost' }
  if (buffer.length < 6 + length) return { kind: 'wait' }
  const transaction = buffer.readUInt16BE(0)
  const unit = buffer[6]!
  const wrap = (pdu: Buffer) => {
    const header = Buffer.alloc(7)
    header.writeUInt16BE(transaction, 0)
    header.writeUInt16BE(pdu.length + 1, 4)
    header[6] = unit
    return Buffer.concat([header, pdu])
  }
  const pdu = Buffer.from(buffer.subarray(7, 6 + length))
  return { kind: 'frame', frame: { unit, pdu, size: 6 + length, wrap } }
}

/**
 * RTU: unit, PDU, checksum. A frame carries no length: it follows from the function code, and where that is unknown only
 * the silence after it tells [Modbus over serial line 2.5.1.1].
 * @param silent the line has been quiet since the last byte, so the buffer is all there is
 */
export function cutRtu(buffer: Buffer, silent: boolean): Cut {
  const code = buffer[1]
  if (code === undefined) return silent ? { kind: 'lost' } : { kind: 'wait' }
  const size = rtuSize(code, buffer) ?? (silent ? buffer.length : undefined)
  if (size === undefined || buffer.length < size) return silent ? { kind: 'lost' } : { kind: 'wait' }
  if (size < 4 || crc16(buffer.subarray(0, size - 2)) !== buffer.readUInt16LE(size - 2)) return { kind: 'lost' }
  const unit = buffer[0]!
  const wrap = (pdu: Buffer) => seal(Buffer.concat([Buffer.from([unit]), pdu]))
  const pdu = Buffer.from(buffer.subarray(1, size - 2))
  return { kind: 'frame', frame: { unit, pdu, size, wrap } }
}

/** Bytes of a whole request frame; undefined while that can't be told. */
function rtuSize(code: number, buffer: Buffer): number | undefined {
  if (code >= 1 && code <= 6) return 8
  if (code !== 15 && code !== 16) return undefined
  return buffer[6] === undefined ? undefined : 7 + buffer[6] + 2
}

/** Appends the checksum, low byte first. */
export function seal(frame: Buffer): Buffer {
  const sum = crc16(frame)
  return Buffer.concat([frame, Buffer.from([sum & 0xff, sum >> 8])])
}

/** CRC-16 with polynomial A001 and start FFFF [Modbus over serial line 6.2.2]. */
export function crc16(bytes: Buffer): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}
