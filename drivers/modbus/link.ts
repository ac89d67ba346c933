import type { DriverDeps, Link, Peeked, WriteResult } from '../driver.ts'
import { bad, judge, type Point, type Reason, type Sample } from '../point.ts'
import { isReadable, registerOf } from './address.ts'
import { decode, encode, isBits, sizeOf, type Table } from './codec.ts'
import { type Request, readRequest, writeRequest } from './pdu.ts'
import { type Block, plan } from './plan.ts'
import { turns } from './turns.ts'
import type { Counts, Outcome, Wire } from './wire.ts'

export interface ModbusLink extends Link {
  readonly counts: Readonly<Counts>
}

const ILLEGAL_ADDRESS = 2 // [Modbus 7]

/** Points in, samples out, over whatever wire. */
export function modbusLink(
  wire: Wire,
  { maxRegisters, gap }: { maxRegisters: number; gap: number },
  { now }: DriverDeps,
): ModbusLink {
  const queue = turns(wire.maxInFlight)
  const cuts = new Set<string>()
  const cutAt = (unit: number, table: Table, address: number) => `${unit}/${table}/${address}`
  const limits = { maxRegisters, gap, cut: (...at: Parameters<typeof cutAt>) => cuts.has(cutAt(...at)) }
  let closed = false

  /** One request in its turn. The turn lasts until the wire is done with it, also when the caller has gone. */
  async function ask(request: Request, signal: AbortSignal, urgent = false): Promise<Outcome> {
    const done = await queue.take(signal, urgent)
    if (!done) return { ok: false, reason: closed ? 'offline' : 'timeout' }
    return new Promise(resolve => {
      const leave = () => resolve({ ok: false, reason: 'timeout' })
      signal.addEventListener('abort', leave, { once: true })
      void wire
        .exchange(request)
        .catch((): Outcome => ({ ok: false, reason: 'offline' }))
        .then(outcome => {
          signal.removeEventListener('abort', leave)
          done()
          resolve(outcome)
        })
    })
  }

  type Put = (point: Point, sample: Sample) => void

  /** @returns what stopped it, if the rest of the unit need not be tried: nobody there */
  async function readBlock(block: Block<Point>, signal: AbortSignal, put: Put): Promise<Reason | undefined> {
    const outcome = await ask(readRequest(block.unit, block.table, block.start, block.count), signal)
    if (outcome.ok) {
      const seen = now()
      for (const { register, owner } of block.items)
        put(owner, judge(owner, decode(bytesOf(block, register, outcome.bytes), register), seen))
      return undefined
    }
    if (outcome.exception === ILLEGAL_ADDRESS && block.items.length > 1) return readApart(block, signal, put)
    for (const { owner } of block.items) put(owner, bad(owner.id, outcome.reason, now()))
    return outcome.reason === 'timeout' || outcome.reason === 'offline' ? outcome.reason : undefined
  }

  /**
   * One forbidden address makes a device refuse the whole request. Halving finds it, and where the request was cut is
   * kept, so that next time its neighbours are not asked together with it.
   */
  async function readApart(block: Block<Point>, signal: AbortSignal, put: Put): Promise<Reason | undefined> {
    const found: string[] = []
    // A device that refuses everything is not worth a request per point: log2 of the halvings, and one to be sure.
    let patience = Math.ceil(Math.log2(block.items.length)) + 2
    let answered = false

    async function halves(part: Block<Point>): Promise<Reason | undefined> {
      const middle = Math.ceil(part.items.length / 2)
      for (const half of [part.items.slice(0, middle), part.items.slice(middle)]) {
        const [sub] = plan(half, { maxRegisters, gap: Number.POSITIVE_INFINITY })
        if (!sub) continue
        if (patience <= 0 && !answered) {
          for (const { owner } of half) put(owner, bad(owner.id, 'refused', now()))
          continue
        }
        const outcome = await ask(readRequest(sub.unit, sub.table, sub.start, sub.count), signal)
        found.push(cutAt(sub.unit, sub.table, sub.start))
        if (outcome.ok) {
          answered = true
          const seen = now()
          for (const { register, owner } of half)
            put(owner, judge(owner, decode(bytesOf(sub, register, outcome.bytes), register), seen))
        } else if (outcome.exception === ILLEGAL_ADDRESS && half.length > 1) {
          patience--
          const stop = await halves(sub)
          if (stop) return stop
        } else {
          patience--
          for (const { owner } of half) put(owner, bad(owner.id, outcome.reason, now()))
          if (outcome.exception === undefined) return outcome.reason
        }
      }
      return undefined
    }

    const stop = await halves(block)
    if (answered) for (const cut of found) cuts.add(cut)
    return stop
  }

  async function readUnit(blocks: readonly Block<Point>[], signal: AbortSignal, put: Put): Promise<void> {
    let gone: Reason | undefined
    for (const block of blocks) {
      if (gone) for (const { owner } of block.items) put(owner, bad(owner.id, gone, now()))
      else gone = await readBlock(block, signal, put)
    }
  }

  return {
    counts: wire.counts,

    async read(points, signal) {
      const samples = new Map<Point, Sample>()
      const wanted = points
        .filter(p => isReadable(registerOf(p)))
        .map(owner => ({ register: registerOf(owner), owner }))
      const units = Map.groupBy(plan(wanted, limits), block => block.unit)
      await Promise.all([...units.values()].map(blocks => readUnit(blocks, signal, (p, s) => samples.set(p, s))))
      // Left over: addresses that no request can be made of, and what a device's silence cut short.
      return points.map(p => samples.get(p) ?? bad(p.id, isReadable(registerOf(p)) ? 'timeout' : 'refused', now()))
    },

    async peek({ unit, table, address, count }, signal): Promise<Peeked> {
      const outcome = await ask(readRequest(unit, table, address, count), signal)
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
      const request = writeRequest(register.unit, register.table, register.address, bytes, register.multiple)
      const outcome = await ask(request, signal, true)
      if (outcome.ok) return { ok: true }
      return { ok: false, reason: outcome.reason === 'undecodable' ? 'timeout' : outcome.reason }
    },

    async close() {
      closed = true
      queue.close()
      await wire.close()
    },
  }
}

/** The bytes of one value in the answer to its block; a bit becomes one byte. */
function bytesOf(block: Block<Point>, register: ReturnType<typeof registerOf>, bytes: Buffer): Buffer {
  const from = register.address - block.start
  if (isBits(block.table)) return Buffer.from([((bytes[from >> 3] ?? 0) >> (from & 7)) & 1])
  return bytes.subarray(from * 2, (from + sizeOf(register)) * 2)
}
