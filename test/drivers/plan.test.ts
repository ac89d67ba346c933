import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizeOf } from '../../drivers/modbus/codec.ts'
import { measureCost } from '../../drivers/modbus/cost.ts'
import {
  type Block,
  type Cost,
  costOf,
  plan,
  type Range,
  runsAcross,
  type UnitLimits,
  type Wanted,
} from '../../drivers/modbus/plan.ts'

interface Maps {
  readonly model: { requestOverheadMs: number; perRegisterMs: number; maxRegisters: number }
  readonly maps: Record<string, { points: [number, number][]; optimumMs: number; perTagMs: number }>
}
/** Real register maps with the optimum of each, for a line of 9600 8N1 and a device that takes 20 ms. */
const { model, maps } = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/plan-maps.json'), 'utf8')) as Maps
const cost: Cost = { requestMs: model.requestOverheadMs, registerMs: model.perRegisterMs }

type Item = Wanted<string>
const item = (address: number, length: number, table = 'holding'): Item => ({
  register: { unit: 1, table, address, ...(table === 'holding' && { type: 'string', length }) } as never,
  owner: `${table}/${address}+${length}`,
})
const total = (blocks: readonly Block<string>[], c: Cost = cost): number =>
  blocks.reduce((sum, b) => sum + costOf(b.table, b.count, c), 0)

describe('the read plan of real devices', () => {
  it.each(Object.entries(maps))('%s: the optimum', (_, { points, optimumMs }) => {
    const blocks = plan(
      points.map(([a, n]) => item(a, n)),
      { cost, maxRegisters: model.maxRegisters },
    )
    expect(total(blocks)).toBeCloseTo(optimumMs, 0)
  })
  it('are five, and one request per value is dearer on each', () => {
    expect(Object.keys(maps)).toHaveLength(5)
    for (const { points, optimumMs, perTagMs } of Object.values(maps)) {
      const each = points.map(([a, n]) => item(a, n))
      expect(total(each.flatMap(one => plan([one], { cost })))).toBeCloseTo(perTagMs, -0.5)
      expect(perTagMs / optimumMs).toBeGreaterThan(1.3)
    }
  })
  it('a fast network reads along what a slow line leaves out', () => {
    const points = maps['SDM630 billing set']!.points.map(([a, n]) => item(a, n))
    expect(plan(points, { cost })).toHaveLength(2)
    expect(plan(points)).toHaveLength(1)
  })
})

const arbItems = (most: number, span: number) =>
  fc.array(fc.tuple(fc.nat(span), fc.constantFrom(1, 2, 4, 9), fc.constantFrom('holding', 'holding', 'coil')), {
    minLength: 1,
    maxLength: most,
  })
const arbRanges = (span: number) =>
  fc
    .array(fc.tuple(fc.nat(span), fc.nat(6)), { maxLength: 4 })
    .map(list => list.map(([from, n]): Range => ({ table: 'holding', from, to: from + n })))
const arbCost = fc
  .tuple(fc.double({ min: 0.1, max: 60, noNaN: true }), fc.double({ min: 0.001, max: 3, noNaN: true }))
  .map(([requestMs, registerMs]): Cost => ({ requestMs, registerMs }))
const arbLimits = (span: number): fc.Arbitrary<UnitLimits> =>
  fc.record({
    cost: arbCost,
    maxRegisters: fc.integer({ min: 9, max: 60 }),
    maxBits: fc.integer({ min: 1, max: 60 }),
    even: fc.boolean(),
    forbidden: arbRanges(span),
  })

const spanOf = (items: readonly Item[], even: boolean | undefined) => {
  const start = Math.min(...items.map(i => i.register.address))
  const end = Math.max(...items.map(i => i.register.address + sizeOf(i.register)))
  const round = even && items[0]!.register.table === 'holding'
  return round ? { start: start & ~1, end: end + (end & 1) } : { start, end }
}
const allowed = (items: readonly Item[], limits: UnitLimits): boolean => {
  const { table } = items[0]!.register
  if (items.some(i => i.register.table !== table)) return false
  if (items.length === 1) return true
  const span = spanOf(items, limits.even)
  if (span.end - span.start > (table === 'coil' ? limits.maxBits! : limits.maxRegisters!)) return false
  return !limits.forbidden!.some(range => range.table === table && runsAcross(span, range))
}

/** Every way of putting the values into requests. */
function bruteForce(items: readonly Item[], limits: UnitLimits): number {
  let best = Number.POSITIVE_INFINITY
  const parts: Item[][] = []
  const place = (n: number): void => {
    if (n === items.length) {
      if (!parts.every(part => allowed(part, limits))) return
      const sum = parts.reduce((all, part) => {
        const { start, end } = spanOf(part, limits.even)
        return all + costOf(part[0]!.register.table, end - start, limits.cost!)
      }, 0)
      best = Math.min(best, sum)
      return
    }
    for (const part of parts) {
      part.push(items[n]!)
      place(n + 1)
      part.pop()
    }
    parts.push([items[n]!])
    place(n + 1)
    parts.pop()
  }
  place(0)
  return best
}

describe('any plan', () => {
  const wantedOf = (list: readonly [number, number, string][]) => list.map(([a, n, table]) => item(a, n, table))

  it('asks for every value whole, in exactly one request, within what the device stands', () => {
    let looked = 0
    fc.assert(
      fc.property(arbItems(60, 400), arbLimits(400), (list, limits) => {
        const wanted = wantedOf(list)
        const blocks = plan(wanted, limits)
        expect(new Set(blocks.flatMap(b => b.items))).toEqual(new Set(wanted))
        expect(blocks.flatMap(b => b.items)).toHaveLength(wanted.length)
        for (const b of blocks) {
          looked++
          expect({ start: b.start, end: b.start + b.count }).toEqual(spanOf(b.items, limits.even))
          expect(allowed(b.items, limits)).toBe(true)
          if (limits.even && b.table === 'holding') expect([b.start % 2, b.count % 2]).toEqual([0, 0])
        }
      }),
      { numRuns: 300 },
    )
    expect(looked).toBeGreaterThan(300)
  })
  it('is never dearer than any fixed gap', () => {
    fc.assert(
      fc.property(arbItems(60, 400), arbLimits(400), fc.constantFrom(0, 8, 10, 50, 125), (list, limits, gap) => {
        const wanted = wantedOf(list)
        const own = total(plan(wanted, limits), limits.cost)
        expect(own).toBeLessThanOrEqual(total(plan(wanted, { ...limits, gap }), limits.cost) + 1e-6)
      }),
      { numRuns: 300 },
    )
  })
  it('costs what the best of all ways to ask costs', () => {
    fc.assert(
      fc.property(arbItems(7, 40), arbLimits(40), (list, limits) => {
        const wanted = wantedOf(list)
        expect(total(plan(wanted, limits), limits.cost)).toBeCloseTo(bruteForce(wanted, limits), 6)
      }),
      { numRuns: 300 },
    )
  })
  it('of a thousand values is made in no time', () => {
    const many = Array.from({ length: 1000 }, (_, i) => item(i * 3, 2))
    const began = performance.now()
    expect(plan(many, { cost }).flatMap(b => b.items)).toHaveLength(1000)
    expect(performance.now() - began).toBeLessThan(500)
  })
})

describe('the cost of a request', () => {
  const noise = (i: number) => ((i * 7919) % 100) / 100
  it('is learned from answers of different lengths: overhead and time per register', () => {
    const m = measureCost({ requestMs: 5, registerMs: 0.01 }, false)
    for (let i = 0; i < 200; i++) {
      const n = [2, 10, 60, 120][i % 4]!
      m.answered(n, 40 + 2.08 * n + noise(i))
    }
    expect(m.cost.requestMs).toBeGreaterThan(30)
    expect(m.cost.requestMs).toBeLessThan(52)
    expect(m.cost.registerMs).toBeGreaterThan(1.6)
    expect(m.cost.registerMs).toBeLessThan(2.6)
  })
  it('noise is not taken for the time of registers', () => {
    const m = measureCost({ requestMs: 5, registerMs: 0.01 }, false)
    for (let i = 0; i < 500; i++) m.answered([2, 120][i % 2]!, 3 + 20 * noise(i >> 1))
    expect(m.cost.registerMs).toBe(0.01)
  })
  it('moves the plan when it moved by 30 %, not for less, and not for one stalled answer', () => {
    const m = measureCost({ requestMs: 40, registerMs: 2 }, true)
    const answer = (requestMs: number, times: number) => {
      for (let i = 0; i < times; i++) m.answered(10, requestMs + 20)
    }
    answer(42, 50)
    answer(44, 50)
    expect(m.version).toBe(0)
    m.answered(10, 5000)
    expect(m.version).toBe(0)
    answer(44, 30)
    answer(80, 50)
    expect(m.version).toBeGreaterThan(0)
    expect(m.cost.requestMs).toBeGreaterThan(60)
    expect(m.cost.registerMs).toBe(2)
  })
})
