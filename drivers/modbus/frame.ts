/** The two envelopes of a PDU: MBAP on TCP, address and CRC on a serial line. Pure. */

/** [Modbus over serial line 6.2.2] */
export function crc16(bytes: Buffer): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

export function rtuFrame(unit: number, pdu: Buffer): Buffer {
  const frame = Buffer.alloc(pdu.length + 3)
  frame[0] = unit
  pdu.copy(frame, 1)
  frame.writeUInt16LE(crc16(frame.subarray(0, -2)), pdu.length + 1)
  return frame
}

/** @returns the PDU of a frame of exactly this unit with a right CRC */
export function rtuPdu(unit: number, frame: Buffer): Buffer | undefined {
  if (frame.length < 4 || frame[0] !== unit) return undefined
  return frame.readUInt16LE(frame.length - 2) === crc16(frame.subarray(0, -2)) ? frame.subarray(1, -2) : undefined
}

export function mbapFrame(transaction: number, unit: number, pdu: Buffer): Buffer {
  // Out of the pool: memory of its own costs more than all that is written into it.
  const frame = Buffer.allocUnsafe(7 + pdu.length)
  frame.writeUInt16BE(transaction, 0)
  frame.writeUInt16BE(0, 2)
  frame.writeUInt16BE(pdu.length + 1, 4)
  frame[6] = unit
  pdu.copy(frame, 7)
  return frame
}

export interface MbapFrame {
  readonly transaction: number
  readonly unit: number
  readonly pdu: Buffer
}

/**
 * Takes whole frames off the front of a TCP stream.
 * @returns undefined if this is no Modbus: from here on nothing on the stream can be trusted
 */
export function mbapFrames(stream: Buffer): { frames: MbapFrame[]; rest: Buffer } | undefined {
  const frames: MbapFrame[] = []
  let rest = stream
  while (rest.length >= 6) {
    const length = rest.readUInt16BE(4)
    // [Modbus TCP 3.1.3]: protocol 0; unit + 2 to 253 bytes of PDU
    if (rest.readUInt16BE(2) !== 0 || length < 3 || length > 254) return undefined
    if (rest.length < 6 + length) break
    frames.push({ transaction: rest.readUInt16BE(0), unit: rest[6]!, pdu: rest.subarray(7, 6 + length) })
    rest = rest.subarray(6 + length)
  }
  return { frames, rest }
}
