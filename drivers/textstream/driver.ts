import { z } from 'zod'
import type { Driver, DriverDeps, Problem } from '../driver.ts'
import { openSerial, openTcp } from '../modbus/line.ts'
import type { Point } from '../point.ts'
import { address, kindOf, pointProblems, type TextAddress } from './address.ts'
import { grammarOf, grammarProblems, grammarShape } from './grammar.ts'
import { streamLink } from './link.ts'

const common = {
  grammar: grammarShape,
  /** GB 18030 reads GBK and GB 2312 as well. */
  encoding: z.enum(['gb18030', 'big5', 'utf-8']).default('gb18030'),
  /** For the connection, and for the first word about a point that is read. */
  timeoutMs: z.int().min(20).max(60_000).default(2000),
  maxLineBytes: z.int().min(16).max(512).default(256),
  /** before: the panel feeds the paper before a line, not after it; then a pause is the end of the line. */
  lineEnds: z.enum(['after', 'before']).default('after'),
  /** A silence that is no part of a line. */
  pauseMs: z.int().min(20).max(4000).default(300),
  /** Of the panel's clock. Without it the time at which a line came counts. */
  utcOffset: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/)
    .optional(),
  /** After so long without a byte nobody knows how the panel is: a little more than between two of its self-tests. */
  silentAfterS: z.int().min(2).max(2_678_400).optional(),
}
const tcpShape = { host: z.string().min(1), port: z.int().min(1).max(65_535), ...common }
const serialShape = {
  path: z.string().min(1),
  baudRate: z.int().min(300).max(1_000_000).default(9600),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  ...common,
}
export type TextTcpOptions = z.input<z.ZodObject<typeof tcpShape>>
export type TextSerialOptions = z.input<z.ZodObject<typeof serialShape>>
type Common = z.infer<z.ZodObject<typeof common>>

const shared = { address, units: false, kindOf: (a: TextAddress) => kindOf(a) } as const

function problems(options: unknown, points: readonly Point[]): Problem[] {
  const { grammar, maxLineBytes, encoding, dataBits } = (options ?? {}) as Partial<Common> & { dataBits?: unknown }
  const most = typeof maxLineBytes === 'number' ? maxLineBytes : 256
  const found = grammarProblems(grammar, most)
  if (dataBits === 7 && encoding !== undefined) found.push({ path: 'dataBits', code: 'text-needs-8-bits' })
  const parsed = found.length === 0 ? grammarShape.safeParse(grammar) : undefined
  const known = parsed?.success ? grammarOf(parsed.data, most).fields : undefined
  return [...found, ...points.flatMap((point, i) => pointProblems(point, `points[${i}]`, known))]
}

const minutes = (offset: string | undefined): number | undefined =>
  offset === undefined
    ? undefined
    : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)))

/** Devices that only print: fire panels with a printer port, behind a serial server. */
export const textTcp: Driver<TextTcpOptions, TextAddress> = {
  ...shared,
  protocol: 'text-tcp',
  channel: tcpShape,
  check: problems,
  open(given, deps: DriverDeps) {
    const { utcOffset, ...options } = z.object(tcpShape).parse(given)
    const open = openTcp(options.host, options.port, options.timeoutMs)
    return streamLink(open, { ...options, offsetMin: minutes(utcOffset) }, deps)
  },
}
/** The same on a serial port of this machine. */
export const textSerial: Driver<TextSerialOptions, TextAddress> = {
  ...shared,
  protocol: 'text-serial',
  channel: serialShape,
  check: problems,
  open(given, deps: DriverDeps) {
    const { utcOffset, ...options } = z.object(serialShape).parse(given)
    const { path, baudRate, parity, stopBits, dataBits } = options
    // Nothing else: the port would take `encoding` for its own.
    const port = openSerial({ path, baudRate, parity, stopBits, dataBits })
    return streamLink(port, { ...options, offsetMin: minutes(utcOffset) }, deps)
  },
}
