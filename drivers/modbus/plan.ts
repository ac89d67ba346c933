import { isBits, type Register, sizeOf, type Table } from './codec.ts'

/** Which requests to send for which values. Pure. */

export interface Wanted<T> {
  readonly register: Register
  readonly owner: T
}

/** One read request and the values that lie in its answer. */
export interface Block<T> {
  readonly unit: number
  readonly table: Table
  readonly start: number
  readonly count: number
  readonly items: readonly Wanted<T>[]
}

/** What a request costs the line, as measured: it decides how many unused registers are worth reading along. */
export interface Cost {
  /** Of a request without its registers: frames, turnaround, latency. */
  readonly requestMs: number
  /** Of each register in the answer; 16 bits cost as much. */
  readonly registerMs: number
}

/**
 * What a request must not run across: none may contain all of [from, to) and something besides. An empty range is a
 * border: no request has registers on both sides of it.
 */
export interface Range {
  readonly table: Table
  readonly from: number
  readonly to: number
}

/** What one device stands. */
export interface UnitLimits {
  /** Registers of one request; 125 is the protocol's own limit [Modbus 6.3], some devices take fewer. */
  readonly maxRegisters?: number | undefined
  /** Bits of one request; 2000 at most [Modbus 6.1]. */
  readonly maxBits?: number | undefined
  /** Requests start at even addresses and have even lengths. */
  readonly even?: boolean | undefined
  readonly forbidden?: readonly Range[] | undefined
  /** So many unused registers are read along, whatever it costs. Without it `cost` decides. */
  readonly gap?: number | undefined
  readonly cost?: Cost | undefined
}
export type Limits = UnitLimits | ((unit: number) => UnitLimits)

/** [Modbus 6.1] */
export const MAX_BITS = 2000
/** [Modbus 6.3] */
export const MAX_REGISTERS = 125
/** A fast network: there the length of an answer hardly matters. */
export const NETWORK_COST: Cost = { requestMs: 5, registerMs: 0.01 }

/** Of one read request. */
export const costOf = (table: Table, count: number, { requestMs, registerMs }: Cost): number =>
  requestMs + (isBits(table) ? Math.ceil(count / 8) / 2 : count) * registerMs

/** Not by a language, whose rules for sorting are two megabytes of memory. */
const byWord = (a: Table, b: Table): number => (a === b ? 0 : a < b ? -1 : 1)

/**
 * The cheapest requests that the limits allow. Each value lies whole in exactly one of them; none starts or ends inside
 * a value, except to be even. A value is always asked for, if need be alone.
 */
export function plan<T>(wanted: readonly Wanted<T>[], limits: Limits = {}): Block<T>[] {
  const sorted = wanted.toSorted(
    ({ register: a }, { register: b }) =>
      a.unit - b.unit || byWord(a.table, b.table) || a.address - b.address || sizeOf(a) - sizeOf(b),
  )
  const groups = Map.groupBy(sorted, ({ register }) => `${register.unit}/${register.table}`)
  return [...groups.values()].flatMap(items => {
    const { unit } = items[0]!.register
    return planTable(items, typeof limits === 'function' ? limits(unit) : limits)
  })
}

/** @param items of one table of one unit, by address */
function planTable<T>(items: readonly Wanted<T>[], limits: UnitLimits): Block<T>[] {
  const { unit, table } = items[0]!.register
  const rules = rulesOf(table, limits)
  const block = (some: readonly Wanted<T>[]): Block<T> => {
    const { start, end } = rules.hull(some)
    return { unit, table, start, count: end - start, items: some }
  }
  // What breaks a limit by itself can share a request with nothing; without it the rest is a plain problem.
  const alone = items.filter(item => !rules.allows(rules.hull([item])))
  const rest = alone.length > 0 ? items.filter(item => !alone.includes(item)) : items
  const parts = limits.gap === undefined ? cheapest(rest, rules) : byGap(rest, rules, limits.gap)
  return [...parts, ...alone.map(item => [item])].map(block).sort((a, b) => a.start - b.start)
}

interface Span {
  readonly start: number
  readonly end: number
}
interface Rules {
  hull(items: readonly Wanted<unknown>[]): Span
  join(a: Span, b: Span): Span
  /** Not longer than the most, and across nothing forbidden. A span inside an allowed one is allowed. */
  allows(span: Span): boolean
  costOf(span: Span): number
  readonly bits: boolean
}

function rulesOf(table: Table, limits: UnitLimits): Rules {
  const bits = isBits(table)
  const most = bits
    ? Math.min(limits.maxBits ?? MAX_BITS, MAX_BITS)
    : Math.min(limits.maxRegisters ?? MAX_REGISTERS, MAX_REGISTERS)
  const forbidden = (limits.forbidden ?? []).filter(range => range.table === table)
  const cost = limits.cost ?? NETWORK_COST
  const even = limits.even && !bits
  const join = (a: Span, b: Span): Span => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) })
  const spanOf = ({ register }: Wanted<unknown>): Span => {
    const end = register.address + sizeOf(register)
    return even ? { start: register.address & ~1, end: end + (end & 1) } : { start: register.address, end }
  }
  return {
    bits,
    join,
    hull: items => items.map(spanOf).reduce(join),
    allows: span => span.end - span.start <= most && !forbidden.some(range => runsAcross(span, range)),
    costOf: span => costOf(table, span.end - span.start, cost),
  }
}

export function runsAcross({ start, end }: Span, { from, to }: Omit<Range, 'table'>): boolean {
  if (from === to) return start < from && from < end
  return start <= from && to <= end && (start < from || to < end)
}

/**
 * Dynamic programming over the values by address: the cheapest way to read the first n is the cheapest way to read the
 * first m, and one request for the rest. Of ways that cost the same, the one with fewer requests.
 */
function cheapest<T>(items: readonly Wanted<T>[], rules: Rules): (readonly Wanted<T>[])[] {
  const spans = items.map(item => rules.hull([item]))
  const best: { cost: number; requests: number; from: number }[] = [{ cost: 0, requests: 0, from: 0 }]
  for (let n = 1; n <= items.length; n++) {
    let span = spans[n - 1]!
    let winner = { cost: Number.POSITIVE_INFINITY, requests: 0, from: n - 1 }
    for (let from = n - 1; from >= 0; from--) {
      span = rules.join(span, spans[from]!)
      if (from < n - 1 && !rules.allows(span)) break
      const before = best[from]!
      const cost = before.cost + rules.costOf(span)
      const requests = before.requests + 1
      const less = cost - winner.cost
      if (less < -1e-9 || (less < 1e-9 && requests < winner.requests)) winner = { cost, requests, from }
    }
    best.push(winner)
  }
  const parts: (readonly Wanted<T>[])[] = []
  for (let n = items.length; n > 0; n = best[n]!.from) parts.push(items.slice(best[n]!.from, n))
  return parts.reverse()
}

/** Greedy, by a fixed number of unused registers: for sites that say so. */
function byGap<T>(items: readonly Wanted<T>[], rules: Rules, gap: number): (readonly Wanted<T>[])[] {
  const parts: Wanted<T>[][] = []
  let span: Span | undefined
  for (const item of items) {
    const mine = rules.hull([item])
    const both: Span | undefined = span && rules.join(span, mine)
    if (span && both && mine.start - span.end <= gap * (rules.bits ? 16 : 1) && rules.allows(both)) {
      parts.at(-1)!.push(item)
      span = both
    } else {
      parts.push([item])
      span = mine
    }
  }
  return parts
}
