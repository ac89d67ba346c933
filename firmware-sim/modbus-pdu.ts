/**
 * What a Modbus device answers to one request, apart from how it is framed on the wire.
 * Written from "MODBUS Application Protocol Specification V1.1b3" (cited as [Modbus n]).
 */

export type Table = 'coil' | 'discrete' | 'input' | 'holding'

/** A device as its four tables. Addresses are 0-based as on the wire; a register is 0..65535 (or -32768..32767), a bit 0 or 1. */
export interface ModbusDevice {
  /** undefined: no such address, answered with exception 02. */
  read(table: Table, address: number): number | undefined
  /** false: no such address or read-only, answered with exception 02. A device without it knows no writing function at all. */
  write?(table: 'coil' | 'holding', address: number, value: number): boolean
  /**
   * Called once before the reads of one request: the moment to hold values still, so that the two registers of one number
   * belong together. false: this span can't be asked for, answered with exception 02.
   */
  begin?(table: Table, address: number, count: number): boolean
}

/** Exception codes [Modbus 7]. */
export const exceptions = { function: 1, address: 2, value: 3, failure: 4, gatewayTarget: 0x0b } as const

export const refusal = (functionCode: number, code: number): Buffer => Buffer.from([(functionCode | 0x80) & 0xff, code])

const bitTables: Record<number, Table> = { 1: 'coil', 2: 'discrete' }
const registerTables: Record<number, Table> = { 3: 'holding', 4: 'input' }

/** The answer to one request PDU (function code and data, no unit, no checksum). Never throws: a device that does is exception 04. */
export function answer(device: ModbusDevice, pdu: Buffer): Buffer {
  const code = pdu[0] ?? 0
  try {
    const result = dispatch(device, code, pdu)
    return typeof result === 'number' ? refusal(code, result) : result
  } catch {
    return refusal(code, exceptions.failure)
  }
}

/** A PDU, or the exception code. The order of the checks is that of the state diagrams of [Modbus 6]. */
function dispatch(device: ModbusDevice, code: number, pdu: Buffer): Buffer | number {
  if (code === 1 || code === 2) return readBits(device, bitTables[code]!, pdu)
  if (code === 3 || code === 4) return readRegisters(device, registerTables[code]!, pdu)
  if (!device.write) return exceptions.function
  if (code === 5) return writeCoil(device, pdu)
  if (code === 6) return writeRegister(device, pdu)
  if (code === 15) return writeCoils(device, pdu)
  if (code === 16) return writeRegisters(device, pdu)
  return exceptions.function
}

/** [Modbus 6.1, 6.2] at most 2000 bits; the first is the lowest bit of the first byte. */
function readBits(device: ModbusDevice, table: Table, pdu: Buffer): Buffer | number {
  const values = readSpan(device, table, pdu, 2000)
  if (typeof values === 'number') return values
  const bytes = Buffer.alloc(Math.ceil(values.length / 8))
  for (const [i, value] of values.entries()) if (value) bytes[i >> 3]! |= 1 << (i & 7)
  return Buffer.concat([Buffer.from([pdu[0]!, bytes.length]), bytes])
}

/** [Modbus 6.3, 6.4] at most 125 registers, so that the answer fits 253 bytes. */
function readRegisters(device: ModbusDevice, table: Table, pdu: Buffer): Buffer | number {
  const values = readSpan(device, table, pdu, 125)
  if (typeof values === 'number') return values
  const bytes = Buffer.alloc(values.length * 2)
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, i * 2)
  return Buffer.concat([Buffer.from([pdu[0]!, bytes.length]), bytes])
}

function readSpan(device: ModbusDevice, table: Table, pdu: Buffer, most: number): number[] | number {
  if (pdu.length !== 5) return exceptions.value
  const address = pdu.readUInt16BE(1)
  const count = pdu.readUInt16BE(3)
  if (count < 1 || count > most) return exceptions.value
  if (address + count > 0x10000) return exceptions.address
  if (device.begin && !device.begin(table, address, count)) return exceptions.address
  const values: number[] = []
  for (let i = 0; i < count; i++) {
    const value = device.read(table, address + i)
    if (value === undefined) return exceptions.address
    values.push(value)
  }
  return values
}

/** [Modbus 6.5] the value is FF00 or 0000, all others are illegal. The answer is the request. */
function writeCoil(device: ModbusDevice, pdu: Buffer): Buffer | number {
  if (pdu.length !== 5) return exceptions.value
  const value = pdu.readUInt16BE(3)
  if (value !== 0xff00 && value !== 0) return exceptions.value
  return device.write!('coil', pdu.readUInt16BE(1), value ? 1 : 0) ? pdu : exceptions.address
}

/** [Modbus 6.6] */
function writeRegister(device: ModbusDevice, pdu: Buffer): Buffer | number {
  if (pdu.length !== 5) return exceptions.value
  return device.write!('holding', pdu.readUInt16BE(1), pdu.readUInt16BE(3)) ? pdu : exceptions.address
}

/** [Modbus 6.11] at most 0x07B0 coils. */
function writeCoils(device: ModbusDevice, pdu: Buffer): Buffer | number {
  const count = pdu.length > 6 ? pdu.readUInt16BE(3) : 0
  const byteCount = Math.ceil(count / 8)
  if (count < 1 || count > 0x7b0 || pdu[5] !== byteCount || pdu.length !== 6 + byteCount) return exceptions.value
  return writeSpan(device, 'coil', pdu, count, i => (pdu[6 + (i >> 3)]! >> (i & 7)) & 1)
}

/** [Modbus 6.12] at most 0x007B registers. */
function writeRegisters(device: ModbusDevice, pdu: Buffer): Buffer | number {
  const count = pdu.length > 6 ? pdu.readUInt16BE(3) : 0
  if (count < 1 || count > 0x7b || pdu[5] !== count * 2 || pdu.length !== 6 + count * 2) return exceptions.value
  return writeSpan(device, 'holding', pdu, count, i => pdu.readUInt16BE(6 + i * 2))
}

/** A refused address ends the request; what came before it stays written, as in most devices (the standard is silent). */
function writeSpan(
  device: ModbusDevice,
  table: 'coil' | 'holding',
  pdu: Buffer,
  count: number,
  value: (i: number) => number,
): Buffer | number {
  const address = pdu.readUInt16BE(1)
  if (address + count > 0x10000) return exceptions.address
  for (let i = 0; i < count; i++) if (!device.write!(table, address + i, value(i))) return exceptions.address
  return pdu.subarray(0, 5)
}
