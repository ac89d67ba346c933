import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Batch, badBatch, batchesOf } from '../batch.ts'
import type { Away, DriverDeps, Link, Peeked, WriteResult } from '../driver.ts'
import { bad, judge, type Point, type PointId, type Reason, type Sample } from '../point.ts'
import { isReadable, registerOf } from './address.ts'
import { readApart } from './apart.ts'
import { ledger } from './budget.ts'
import { type Decode, decoderOf, encode, isBits, sizeOf } from './codec.ts'
import { type Columns, columnsOf } from './columns.ts'
import { lessons } from './learned.ts'
import { isRead, type Request, readRequest, writeRequest } from './pdu.ts'
import { type Block, type Cost, NETWORK_COST, plan, type UnitLimits, type Wanted } from './plan.ts'
import { type Claim, leavers, turns } from './turns.ts'
import { createUnit, type Unit } from './unit.ts'
import type { Counts, Outcome, Wire } from './wire.ts'

export interface ModbusLink extends Link {
  readonly counts: Readonly<Counts>
}

export interface LinkOptions extends Omit<UnitLimits, 'forbidden' | 'cost'> {
  readonly maxRegisters: number
  readonly timeoutMs: number
  /** What single units stand, where it is less. */
  readonly units?: Readonly<Record<string, Omit<UnitLimits, 'cost'>>> | undefined
  /** Assumed before anything was measured. */
  readonly cost?: Cost
  /** The time of a register is known, as from a baud rate. */
  readonly registerIsKnown?: boolean
}

/** [Modbus 7]: an address that the device does not have, or a length that it does not take. */
const TOO_MUCH: readonly (number | undefined)[] = [2, 3]
/** How long a whole line must be away before its devices are. */
const LINE_AWAY_MS = 3000
const HOPELESS_MS = 60_000
const LONGEST_HOPELESS_MS = 3_600_000

/** A point among those asked for together. */
interface Asked {
  readonly point: Point
  /** Its place in the list, and so in the samples. */
  readonly index: number
  readonly decode: Decode
}
/** Where what a read brings is put. */
interface Sink {
  put(asked: Asked, sample: Sample): void
  /** A whole request. */
  answered(block: Planned, bytes: Buffer): void
  failed(block: Planned, reason: Reason): void
}
/** One request of a plan, with what is the same each time it is made. */
interface Planned extends Block<Asked> {
  readonly request: Request
  readonly charge: (ms: number) => void
  readonly columns: Columns
}
interface UnitPlan {
  readonly id: number
  readonly blocks: readonly Planned[]
  readonly scanMs: number
}

interface Plan {
  /** Of all that it rests on; and of what the devices have taught alone. */
  readonly version: number
  readonly learned: number
  readonly settled: boolean
  readonly units: readonly UnitPlan[]
  /** Points that no request can be made of. */
  readonly unasked: readonly PointId[]
}

/** One request for each table and no register in it that nobody asked for: whatever a request costs, none is better. */
const isSettled = (blocks: readonly Planned[]): boolean =>
  new Set(blocks.map(({ table }) => table)).size === blocks.length &&
  blocks.every(({ count, items }) => new Set(items.flatMap(wordsOf)).size === count)
const wordsOf = ({ register }: Wanted<Asked>): number[] =>
  Array.from({ length: sizeOf(register) }, (_, i) => register.address + i)

/** What a device's silence cut short. */
function untold(points: readonly Point[], batches: readonly Batch[]): PointId[] {
  const told = new Set(batches.flatMap(batch => batch.points))
  return points.flatMap(({ id }) => (told.has(id) ? [] : [id]))
}

/** Points in, samples out, over whatever wire. */
export function modbusLink(wire: Wire, options: LinkOptions, deps: DriverDeps): ModbusLink {
  const { now } = deps
  const steady = () => performance.now()
  const queue = turns(wire.maxInFlight)
  const learned = lessons(deps.known, facts => deps.learn?.(facts))
  const budget = ledger(wire.maxInFlight, (overloaded, utilisation) =>
    deps.log(overloaded ? 'bus overloaded' : 'bus no longer overloaded', {
      utilisation: Math.round(utilisation * 100),
    }),
  )
  const leaving = leavers()
  const units = new Map<number, Unit>()
  const closing = new AbortController()
  let closed = false

  function unitOf(unit: number): Unit {
    let found = units.get(unit)
    if (!found) {
      found = createUnit(options.cost ?? NETWORK_COST, options.registerIsKnown ?? false)
      units.set(unit, found)
    }
    return found
  }

  function limitsOf(unit: number): UnitLimits {
    const own = options.units?.[unit]
    const least = (...all: (number | undefined)[]) => Math.min(...all.map(n => n ?? Number.POSITIVE_INFINITY))
    return {
      maxRegisters: least(options.maxRegisters, own?.maxRegisters, learned.most(unit, 'registers')),
      maxBits: least(options.maxBits, own?.maxBits, learned.most(unit, 'bits')),
      even: own?.even ?? options.even,
      gap: own?.gap ?? options.gap,
      forbidden: [...(own?.forbidden ?? []), ...learned.ranges(unit)],
      cost: unitOf(unit).measured.cost,
    }
  }

  /** One request in its turn. The turn lasts until the wire is done with it, also when the caller has gone. */
  async function ask(
    request: Request,
    signal: AbortSignal,
    claim: Claim,
    timeoutMs?: number,
  ): Promise<{ outcome: Outcome; ms: number }> {
    const done = await queue.take(signal, { unit: request.unit, ...claim })
    if (!done) return { outcome: { ok: false, reason: closed ? 'offline' : 'timeout' }, ms: 0 }
    const unit = unitOf(request.unit)
    // It may have fallen silent while this one waited for its turn; then one of them is enough to find that out.
    if (timeoutMs === undefined && !claim.urgent && unit.breaker.gate(steady()) !== 'ask') {
      done()
      return { outcome: { ok: false, reason: 'timeout' }, ms: 0 }
    }
    return new Promise(resolve => {
      const stay = leaving(signal, () => resolve({ outcome: { ok: false, reason: 'timeout' }, ms: 0 }))
      const began = steady()
      const over = (outcome: Outcome) => {
        stay()
        done()
        resolve({ outcome, ms: note(request, unit, outcome, began) })
      }
      wire.exchange(request, timeoutMs).then(over, () => over({ ok: false, reason: 'offline' }))
    })
  }

  /** What an exchange says of its unit, and what it cost the line. @returns how long it took, ms */
  function note(request: Request, unit: Unit, outcome: Outcome, began: number): number {
    const ended = steady()
    // Without a connection nothing was sent: that is no sign of the unit, and takes none of the line's time.
    if (!outcome.ok && outcome.reason === 'offline' && outcome.exception === undefined) return ended - began
    budget.spent(ended - began, ended)
    if (outcome.ok || outcome.reason === 'refused') unit.breaker.answered()
    else if (outcome.reason !== 'undecodable') unit.breaker.silent(began, ended)
    if (outcome.ok && isRead(request))
      unit.measured.answered(request.fn <= 2 ? Math.ceil(request.count / 16) : request.count, ended - began)
    return ended - began
  }

  /** @returns why the unit is not worth asking, after a probe if need be; undefined if it is */
  async function gone(id: number, signal: AbortSignal, claim: Claim): Promise<Reason | undefined> {
    const unit = unitOf(id)
    for (;;) {
      const gate = unit.breaker.gate(steady())
      if (gate === 'ask' || !unit.probe) return undefined
      if (gate === 'probe') {
        unit.probing ??= probe(id, unit, signal, claim).finally(() => {
          unit.probing = undefined
        })
        return unit.probing
      }
      if (closed) return 'offline'
      // Given up: said at once. Only suspected: the next probe is soon, and meanwhile the line is for the others.
      if (unit.breaker.open() || signal.aborted) return 'timeout'
      const wait = Math.max(1, unit.breaker.nextProbe - steady())
      await sleep(wait, undefined, { signal: AbortSignal.any([signal, closing.signal]) }).catch(() => {})
    }
  }

  async function probe(id: number, unit: Unit, signal: AbortSignal, claim: Claim): Promise<Reason | undefined> {
    const { table, start, count } = unit.probe!
    const timeoutMs = unit.breaker.probeMs(options.timeoutMs, unit.measured.slowestMs)
    const { outcome } = await ask(readRequest(id, table, start, count), signal, claim, timeoutMs)
    if (unit.breaker.gate(steady()) === 'ask') return undefined
    return outcome.ok ? undefined : outcome.reason
  }

  /** @returns what stopped it, if the rest of the unit need not be tried: nobody there */
  async function readBlock(block: Planned, signal: AbortSignal, claim: Claim, sink: Sink): Promise<Reason | undefined> {
    const { outcome, ms } = await ask(block.request, signal, claim)
    if (outcome.ok) {
      sink.answered(block, outcome.bytes)
      // What a command asks for beside the scans is not what the point costs.
      if (!claim.urgent) block.charge(ms)
      if (block.items.length === 1) learned.drop(block.unit, block.table, block.start, block.start + block.count)
      return undefined
    }
    if (TOO_MUCH.includes(outcome.exception) && block.items.length > 1) return findOut(block, signal, claim, sink)
    sink.failed(block, outcome.reason)
    return outcome.reason === 'timeout' || outcome.reason === 'offline' ? outcome.reason : undefined
  }

  function take(items: readonly Wanted<Asked>[], start: number, bytes: Buffer, { put }: Pick<Sink, 'put'>): void {
    const seen = now()
    for (const { register, owner } of items)
      put(owner, judge(owner.point, owner.decode(bytes, register.address - start), seen))
  }

  /** A device refused a block: finds the part that it does not stand, and keeps that in mind. */
  async function findOut(block: Planned, signal: AbortSignal, claim: Claim, sink: Sink): Promise<Reason | undefined> {
    const { put } = sink
    const { hopeless } = unitOf(block.unit)
    const key = `${block.table}/${block.start}+${block.count}`
    const before = hopeless.get(key)
    if (before && steady() < before.until) {
      sink.failed(block, 'refused')
      return undefined
    }
    let stopped: Reason | undefined
    const apart = await readApart(block, async items => {
      const start = items[0]!.register.address
      const end = Math.max(...items.map(({ register }) => register.address + sizeOf(register)))
      const { outcome } = await ask(readRequest(block.unit, block.table, start, end - start), signal, claim)
      if (outcome.ok) {
        take(items, start, outcome.bytes, sink)
        return 'read'
      }
      if (TOO_MUCH.includes(outcome.exception)) return 'refused'
      stopped = outcome.reason
      return 'failed'
    })
    for (const { owner } of apart.refused) put(owner, bad(owner.point.id, 'refused', now()))
    for (const { owner } of apart.left) put(owner, bad(owner.point.id, stopped ?? 'refused', now()))
    learned.add(apart.facts)
    for (const fact of apart.facts) deps.log('modbus range learned', fact)
    if (stopped === undefined && apart.facts.length === 0) {
      const pauseMs = Math.min(LONGEST_HOPELESS_MS, before ? before.pauseMs * 2 : HOPELESS_MS)
      hopeless.set(key, { until: steady() + pauseMs, pauseMs })
    } else hopeless.delete(key)
    return stopped === 'timeout' || stopped === 'offline' ? stopped : undefined
  }

  async function readUnit(
    { id, blocks, scanMs }: UnitPlan,
    signal: AbortSignal,
    sink: Sink,
    urgent: boolean,
  ): Promise<void> {
    const began = steady()
    const claim: Claim = urgent ? { urgent } : { deadline: began + scanMs }
    let stopped = unitOf(id).breaker.gate(began) === 'ask' ? undefined : await gone(id, signal, claim)
    for (const block of blocks) {
      if (stopped) sink.failed(block, stopped)
      else stopped = await readBlock(block, signal, claim, sink)
    }
    const ended = steady()
    if (!stopped && !urgent) budget.done(ended - began <= scanMs, ended)
  }

  /** Plans are made once for each list of points, and again when what they rest on has changed. */
  const plans = new WeakMap<readonly Point[], Plan>()
  function planned(points: readonly Point[]): Plan {
    const had = plans.get(points)
    // Each of them only ever counts up, and so does their sum.
    const versionOf = (ids: readonly { readonly id: number }[]) =>
      ids.reduce((sum, { id }) => sum + unitOf(id).measured.version, learned.version)
    if (had && (had.settled ? had.learned === learned.version : had.version === versionOf(had.units))) return had
    const wanted = points.flatMap((point, index) => {
      const register = registerOf(point)
      return isReadable(register) ? [{ register, owner: { point, index, decode: decoderOf(register) } }] : []
    })
    const blocks = plan<Asked>(wanted, limitsOf).map(block => {
      const columns = columnsOf(block)
      const sizes = block.items.map(({ register }) => sizeOf(register))
      const request = readRequest(block.unit, block.table, block.start, block.count)
      return { ...block, request, charge: budget.request(columns.described, sizes), columns }
    })
    for (const block of blocks) unitOf(block.unit).offer(block)
    const made = [...Map.groupBy(blocks, block => block.unit)].map(([id, mine]) => ({
      id,
      blocks: mine,
      scanMs: Math.min(...mine.flatMap(block => block.items.map(({ owner }) => owner.point.scanMs))),
    }))
    const whole: Plan = {
      version: versionOf(made),
      learned: learned.version,
      settled: made.every(({ blocks }) => isSettled(blocks)),
      units: made,
      unasked: points.filter(point => !isReadable(registerOf(point))).map(point => point.id),
    }
    plans.set(points, whole)
    return whole
  }

  async function readAll(units: readonly UnitPlan[], signal: AbortSignal, sink: Sink, urgent: boolean): Promise<void> {
    if (units.length === 1) await readUnit(units[0]!, signal, sink, urgent)
    else await Promise.all(units.map(unit => readUnit(unit, signal, sink, urgent)))
  }

  return {
    counts: wire.counts,

    async read(points, signal, urgent = false) {
      const samples: (Sample | undefined)[] = new Array(points.length).fill(undefined)
      const sink: Sink = {
        put({ index }, sample) {
          samples[index] = sample
        },
        answered: (block, bytes) => take(block.items, block.start, bytes, sink),
        failed(block, reason) {
          const seen = now()
          for (const { owner } of block.items) samples[owner.index] = bad(owner.point.id, reason, seen)
        },
      }
      await readAll(planned(points).units, signal, sink, urgent)
      // Left over: addresses that no request can be made of, and what a device's silence cut short.
      for (let i = 0; i < samples.length; i++)
        samples[i] ??= bad(points[i]!.id, isReadable(registerOf(points[i]!)) ? 'timeout' : 'refused', now())
      return samples as Sample[]
    },

    async scan(points, signal) {
      const batches: Batch[] = []
      /** Of requests that were taken apart: the last that was said of each. */
      const single = new Map<PointId, Sample>()
      const { units, unasked } = planned(points)
      const sink: Sink = {
        put: ({ point }, sample) => void single.set(point.id, sample),
        answered: (block, bytes) => batches.push(block.columns.take(bytes, now())),
        failed: (block, reason) => batches.push(badBatch(block.columns.points, reason, now())),
      }
      await readAll(units, signal, sink, false)
      if (unasked.length > 0) batches.push(badBatch(unasked, 'refused', now()))
      if (single.size > 0) batches.push(...batchesOf(single.values()))
      const told = batches.reduce((n, batch) => n + batch.points.length, 0)
      if (told < points.length) batches.push(badBatch(untold(points, batches), 'timeout', now()))
      return batches
    },

    away(points): Away | undefined {
      const ids = new Set(points.map(p => registerOf(p).unit))
      // As long as one unit of them is worth asking, so is the whole.
      const retries = [...ids].map(id => units.get(id)?.breaker.open()?.retryAt ?? Number.NEGATIVE_INFINITY)
      const unitInMs = Math.min(...retries) - steady()
      const line = wire.away()
      if (line && line.forMs >= LINE_AWAY_MS) return { what: 'line', retryInMs: Math.max(line.retryInMs, unitInMs) }
      return Number.isFinite(unitInMs) ? { what: 'unit', retryInMs: Math.max(0, unitInMs) } : undefined
    },

    overloaded: budget.overloaded,

    report: () => ({ budget: budget.report(steady()), counts: { ...wire.counts }, learned: learned.all() }),

    async peek({ unit, table, address, count }, signal, urgent = true): Promise<Peeked> {
      if (!urgent) {
        // Nobody may poll it: then this place is what it is asked for to find out whether it is back.
        unitOf(unit).look({ table, start: address, count })
        const why = await gone(unit, signal, { urgent })
        if (why) return { ok: false, reason: why }
      }
      const { outcome } = await ask(readRequest(unit, table, address, count), signal, { urgent })
      if (!outcome.ok) return { ok: false, reason: outcome.reason, exception: outcome.exception }
      const { bytes } = outcome
      const word = isBits(table)
        ? (i: number) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1
        : (i: number) => bytes.readUInt16BE(i * 2)
      return { ok: true, words: Array.from({ length: count }, (_, i) => word(i)) }
    },

    async write(point, value, signal): Promise<WriteResult> {
      const register = registerOf(point)
      const writable = register.table === 'coil' || register.table === 'holding'
      if (!point.writable || !writable || !isReadable(register)) return { ok: false, reason: 'read-only' }
      const bytes = encode(value, register)
      if (!bytes) return { ok: false, reason: 'refused' }
      // Not sent, and said so at once: nobody should wait for a device that is known to be dead.
      if (units.get(register.unit)?.breaker.open()) return { ok: false, reason: 'offline' }
      const request = writeRequest(register.unit, register.table, register.address, bytes, register.multiple)
      const { outcome } = await ask(request, signal, { urgent: true })
      if (outcome.ok) return { ok: true }
      return { ok: false, reason: outcome.reason === 'undecodable' ? 'timeout' : outcome.reason }
    },

    async close() {
      closed = true
      closing.abort()
      queue.close()
      await wire.close()
    },
  }
}
