import { z } from 'zod'
import type { Driver, DriverDeps, Link } from '../driver.ts'
import type { Point } from '../point.ts'
import { addressShape, kindOf, problemsOf } from './address.ts'
import { type Register, tables } from './codec.ts'
import { openSerial, openTcp } from './line.ts'
import { type ModbusLink, modbusLink } from './link.ts'
import { type Cost, MAX_BITS, MAX_REGISTERS } from './plan.ts'
import { withQuality } from './quality.ts'
import { rtuWire } from './rtu.ts'
import { tcpWire } from './tcp.ts'
import { tlsOptions, tlsPeer } from './tls.ts'
import type { Wire } from './wire.ts'

const unitShape = {
  maxRegisters: z.int().min(1).max(MAX_REGISTERS).optional(),
  maxBits: z.int().min(1).max(MAX_BITS).optional(),
  gap: z.int().min(0).max(MAX_REGISTERS).optional(),
  even: z.boolean().optional(),
  /** No request runs across these registers [from, to). */
  forbidden: z
    .array(z.strictObject({ table: z.enum(tables), from: z.int().min(0).max(0xffff), to: z.int().min(0).max(0x10000) }))
    .optional(),
}
const common = {
  /** From the request to its whole answer. */
  timeoutMs: z.int().min(20).max(60_000).default(1000),
  /** Registers of one request, for devices that take fewer than the protocol allows. */
  maxRegisters: z.int().min(1).max(MAX_REGISTERS).default(MAX_REGISTERS),
  /** Bits of one request. */
  maxBits: z.int().min(1).max(MAX_BITS).default(MAX_BITS),
  /** Unused registers that are read along to save a request. Without it the measured times decide. */
  gap: z.int().min(0).max(MAX_REGISTERS).optional(),
  /** Requests start at even addresses and have even lengths. */
  even: z.boolean().optional(),
  /** What single units stand, by their number, where it is less than the rest. */
  units: z.record(z.string().regex(/^\d{1,3}$/), z.strictObject(unitShape)).optional(),
}
const lateWindow = {
  /** Silence on the line after a missing answer. */
  lateWindowMs: z.int().min(0).max(60_000).optional(),
}
const peer = {
  host: z.string().min(1),
  /** With TLS 802 by custom [IANA: mbap-s]; the default stays. */
  port: z.int().min(1).max(65_535).default(502),
  /** Encrypted, and the server proves who it is. Certificates and keys are files in the folder of secrets. */
  tls: tlsOptions.optional(),
}

const tcpShape = { ...peer, ...common, maxInFlight: z.int().min(1).max(16).default(1) }
const overTcpShape = { ...peer, ...common, ...lateWindow }
const rtuShape = {
  path: z.string().min(1),
  baudRate: z.int().min(300).max(1_000_000).default(9600),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  ...common,
  ...lateWindow,
}

// What open() is given; fields with a default may be absent when no schema has been over it.
type Options<S extends z.ZodRawShape> = z.input<z.ZodObject<S>>
export type ModbusTcpOptions = Options<typeof tcpShape>
export type ModbusRtuOptions = Options<typeof rtuShape>
export type ModbusRtuOverTcpOptions = Options<typeof overTcpShape>

/** 0 is the broadcast address and answers nothing; above 247 is reserved [Modbus over serial line 2.2]. */
const SERIAL_UNITS = [1, 247] as const
const TCP_UNITS = [0, 255] as const

const shared = { units: true, address: addressShape, kindOf: (address: Register) => kindOf(address) } as const
const most = (options: { maxRegisters?: number | undefined }) => options?.maxRegisters ?? MAX_REGISTERS

/** A request of an RTU line leaves room for the wider one that may have to take its place. */
const roomy = <O extends { maxRegisters: number }>(options: O): O =>
  options.maxRegisters > 32 ? { ...options, maxRegisters: options.maxRegisters - 16 } : options

/** Of 13 characters of both frames, two silences of 3.5 characters, and a usual 20 ms of the device [Modbus over serial line 2.5.1]. */
function serialCost(options: { baudRate: number; parity: string; stopBits: number }): Cost {
  const characterMs = (1000 * (1 + 8 + (options.parity === 'none' ? 0 : 1) + options.stopBits)) / options.baudRate
  return { requestMs: 20 * characterMs + 20, registerMs: 2 * characterMs }
}

interface Peer {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly tls?: z.infer<typeof tlsOptions> | undefined
}
/** The way to the other end, and what can be said of it and done about it when it is encrypted. */
function reach(options: Peer, deps: DriverDeps) {
  const { host, port, timeoutMs, tls } = options
  if (!tls) return { open: openTcp(host, port, timeoutMs), more: (link: ModbusLink, _: Wire): ModbusLink => link }
  const { open, status, trust } = tlsPeer({ host, port, timeoutMs, tls }, deps.pkiFolder)
  const more = (link: ModbusLink, wire: Wire): ModbusLink => ({
    ...link,
    status,
    certificates: trust,
    reconnect: () => wire.again(),
  })
  return { open, more }
}

export const modbusTcp: Driver<ModbusTcpOptions, Register> = {
  ...shared,
  protocol: 'modbus-tcp',
  channel: tcpShape,
  check: (options, points: readonly Point[]) => problemsOf(points, TCP_UNITS, most(options)),
  open(given, deps: DriverDeps): Link {
    const options = z.object(tcpShape).parse(given)
    const { open, more } = reach(options, deps)
    const wire = tcpWire(open, options, deps.log)
    return more(withQuality(modbusLink(wire, options, deps), deps), wire)
  },
}

export const modbusRtu: Driver<ModbusRtuOptions, Register> = {
  ...shared,
  protocol: 'modbus-rtu',
  channel: rtuShape,
  check: (options, points: readonly Point[]) => [
    ...problemsOf(points, SERIAL_UNITS, most(options)),
    // A byte of a frame needs eight bits [Modbus over serial line 2.5.1].
    ...(options?.dataBits === 7 ? [{ path: 'dataBits', code: 'modbus-rtu-needs-8-bits' }] : []),
  ],
  open(given, deps: DriverDeps): Link {
    const options = z.object(rtuShape).parse(given)
    const timed = { cost: serialCost(options), registerIsKnown: true }
    const wire = rtuWire(openSerial(options), options, deps.log)
    return withQuality(modbusLink(wire, { ...roomy(options), ...timed }, deps), deps)
  },
}

export const modbusRtuOverTcp: Driver<ModbusRtuOverTcpOptions, Register> = {
  ...shared,
  protocol: 'modbus-rtu-over-tcp',
  channel: overTcpShape,
  check: (options, points: readonly Point[]) => problemsOf(points, SERIAL_UNITS, most(options)),
  open(given, deps: DriverDeps): Link {
    const options = z.object(overTcpShape).parse(given)
    const { open, more } = reach(options, deps)
    const wire = rtuWire(open, options, deps.log)
    return more(withQuality(modbusLink(wire, roomy(options), deps), deps), wire)
  },
}
