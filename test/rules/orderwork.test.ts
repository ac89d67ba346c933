import { describe, expect, it } from 'vitest'
import { helpPoint, helpPoints, helpSpace, spaceOfRoom } from '../../rules/help.ts'
import {
  agrees,
  amountOf,
  centsOf,
  costCents,
  costsOf,
  type Labour,
  labourCents,
  type Material,
  missingSigners,
  openItems,
  type Signature,
  type Signer,
  signable,
} from '../../rules/orderwork.ts'
import { type PartMove, reservedOf, type Stock, stocked, toBuy } from '../../rules/parts.ts'

describe('what an order costs', () => {
  it('to the cent, never by floating point; halves go up', () => {
    const table: [number, number, number][] = [
      [3, 10, 30],
      [0.1, 30, 3],
      [0.333, 1000, 333],
      [1.005, 100, 101],
      [0.5, 1, 1],
      [0.4, 1, 0],
      // 0.07 × 100 is 7.000000000000001 in floating point.
      [0.07, 10_000, 700],
      [1_000_000, 999_999_999, 999_999_999_000_000],
    ]
    for (const [quantity, price, cents] of table)
      expect([quantity, costCents(quantity, price)]).toEqual([quantity, cents])
    expect([labourCents(90, 6000), labourCents(10, 100), labourCents(1, 29)]).toEqual([9000, 17, 0])
  })
  it('amounts are read and written with two decimals, or not at all', () => {
    const table: [string, number | null][] = [
      ['12.5', 1250],
      ['12.50', 1250],
      ['0', 0],
      ['7', 700],
      ['1.234', null],
      ['-1', null],
      ['1e3', null],
      ['', null],
      ['１２', null],
    ]
    for (const [text, cents] of table) expect([text, centsOf(text)]).toEqual([text, cents])
    expect([amountOf(0), amountOf(5), amountOf(1250)]).toEqual(['0.00', '0.05', '12.50'])
  })
  const at = 0
  const m = (more: Partial<Material>): Material => ({
    ...{ id: 'm', name: 'tap', quantity: 1, unit: '', part: null, priceCents: 1000, payer: null, returned: 0 },
    ...{ by: 'li', at },
    ...more,
  })
  const l = (more: Partial<Labour>): Labour => ({
    ...{ id: 'l', person: 'li', minutes: 30, rateCents: 6000, payer: null, note: '', withdrawn: false, by: 'li', at },
    ...more,
  })
  it('by who pays; what went back, and hours that were withdrawn, cost nothing', () => {
    const materials = [m({ payer: 'owner', quantity: 3, returned: 1 }), m({ payer: 'tenant' }), m({ returned: 1 })]
    const labour = [l({ payer: 'common' }), l({ withdrawn: true })]
    expect(costsOf(materials, labour)).toEqual({
      materialCents: 3000,
      labourCents: 3000,
      totalCents: 6000,
      byPayer: { owner: 2000, tenant: 1000, common: 3000, nobody: 0 },
      unpriced: 0,
    })
  })
  it('a line without a price is no nought: it is counted as missing', () => {
    const { totalCents, unpriced } = costsOf([m({ priceCents: null }), m({})], [l({ rateCents: null })])
    expect([totalCents, unpriced]).toEqual([1000, 2])
  })
})

describe('the store', () => {
  /** A diary: what happens, how much, for which order, and then: there, held, to buy; or why not. */
  const diary: [PartMove, number, string | null, [number, number, number] | string][] = [
    ['receive', 10, null, [10, 0, 0]],
    ['reserve', 4, 'a', [10, 4, 0]],
    // Seven were asked for; six are free.
    ['reserve', 7, 'b', 'part-short'],
    ['issue', 7, 'b', 'part-short'],
    ['issue', 6, 'b', [4, 4, 5]],
    // What is held for an order is there for it alone.
    ['issue', 1, 'b', 'part-short'],
    ['issue', 3, 'a', [1, 1, 5]],
    ['return', 2, 'b', [3, 1, 3]],
    ['issue', 3, 'a', [0, 0, 5]],
    ['issue', 1, 'a', 'part-short'],
    ['count', 2, null, [2, 0, 3]],
    ['reserve', 2, 'c', [2, 2, 5]],
    // Counted less than was promised: it shows, and nothing is taken that is not there.
    ['count', 1, null, [1, 2, 6]],
    ['issue', 2, 'c', 'part-short'],
    ['release', 5, 'c', [1, 0, 4]],
    ['receive', 1e12, null, 'part-too-many'],
  ]
  it('takes out what is free, holds what is promised, says what to buy', () => {
    let stock: Stock = { onHand: 0, reserved: new Map() }
    for (const [i, [move, quantity, order, then]] of diary.entries()) {
      const done = stocked(stock, move, quantity, order)
      if ('stock' in done) stock = done.stock
      const seen = 'refused' in done ? done.refused : [stock.onHand, reservedOf(stock), toBuy(stock, 5)]
      expect([i, move, seen]).toEqual([i, move, then])
    }
  })
})

describe('proof that somebody is there', () => {
  it('a value that was read there agrees with what the gateway reads, as far as a display rounds', () => {
    const table: [string, number, boolean][] = [
      ['5.2', 5.23, true],
      ['5', 5.4, true],
      ['5.2', 5.9, false],
      ['380', 386, true],
      ['380', 400, false],
      ['0', 0, true],
      ['', 0, false],
      ['abc', 5, false],
      ['1e9', 1e9, true],
    ]
    for (const [typed, read, yes] of table) expect([typed, read, agrees(typed, read)]).toEqual([typed, read, yes])
  })
})

describe('a check sheet', () => {
  it('an item of a deeper visit and one of a shallower by the same id are two', () => {
    const text = { 'zh-CN': '油', en: 'oil' }
    const items = ['year', 'month'].map(plan => ({ id: 'oil', plan, text }))
    const check = { plan: 'year', item: 'oil', result: 'ok' as const, note: '', workorder: null, by: 'li', at: 0 }
    expect(openItems({ items, checks: [check] }).map(i => i.plan)).toEqual(['month'])
  })
})

describe('who may sign', () => {
  const order = (phase: string) => ({ phase, fixedBy: 'li', assignee: 'li' })
  const table: [string, Signer, 'drawn' | 'named', string, ReturnType<typeof signable>][] = [
    ['arrived', 'worker', 'drawn', 'li', null],
    ['arrived', 'requester', 'drawn', 'li', 'no-such-move'],
    ['accepted', 'worker', 'named', 'li', 'no-such-move'],
    ['fixed', 'worker', 'named', 'li', null],
    // On the crew's telephone, but by the requester's own hand.
    ['fixed', 'requester', 'drawn', 'li', null],
    ['fixed', 'requester', 'named', 'li', 'sign-own'],
    ['fixed', 'requester', 'named', 'mei', null],
    ['verified', 'safety', 'named', 'li', 'sign-own'],
    ['closed', 'requester', 'drawn', 'li', 'no-such-move'],
  ]
  it.each(table)('%s: %s, %s, by %s: %s', (phase, who, how, by, refused) => {
    expect(signable(order(phase), { who, how, by })).toBe(refused)
  })
  it('what was signed before it was sent back is for another repair', () => {
    const signature = (who: Signer, at: number): Signature => ({
      ...{ id: who + at, who, how: 'drawn', hash: null, bytes: null, by: 'li', deviceAt: null, at },
    })
    const signs = ['worker', 'safety'] as const
    const missing = (reopenedAt: number | null, ...signatures: Signature[]) =>
      missingSigners({ signs, signatures, reopenedAt })
    expect(missing(null)).toEqual(['worker', 'safety'])
    expect(missing(null, signature('safety', 5))).toEqual(['worker'])
    expect(missing(null, signature('safety', 5), signature('worker', 6))).toEqual([])
    expect(missing(7, signature('safety', 5), signature('worker', 8))).toEqual(['safety'])
  })
})

describe('a call for help', () => {
  const spaces = [
    { id: 'a-1502', name: { 'zh-CN': 'A 座 1502 室', en: 'A-1502' } },
    { id: 'b-1502', name: { 'zh-CN': 'B 座 1502', en: 'B-1502' } },
    { id: 'lobby-a', name: { 'zh-CN': 'A 座大堂', en: 'Lobby A' } },
    { id: 'lobby-2', name: { 'zh-CN': '大堂二', en: 'Lobby A' } },
  ]
  const table: [string, string | null][] = [
    ['A-1502', 'a-1502'],
    ['a1502', 'a-1502'],
    ['A座1502室', 'a-1502'],
    ['Ａ 栋 1502', 'a-1502'],
    ['B1502', 'b-1502'],
    ['lobby-a', 'lobby-a'],
    // One of two, or none: somebody must ask.
    ['Lobby A', null],
    ['1502', null],
    ['A-1503', null],
    ['', null],
  ]
  it.each(table)('from %s is from %s', (room, space) => expect(spaceOfRoom(room, spaces)).toBe(space))
  it('nobody knows from where: each has a point of its own, so that the second is not lost in the first', () => {
    const all = helpPoints(['a-1502'])
    const taken = new Set<(typeof all)[number]>()
    for (let n = 0; n < 8; n++) taken.add(helpPoint(null, taken))
    expect(taken.size).toBe(8)
    for (const point of [...taken, helpPoint(null, taken), helpPoint('a-1502', taken)]) expect(all).toContain(point)
    expect([helpSpace(helpPoint('a-1502', taken)), helpSpace(helpPoint(null, taken)), helpSpace('pump-1/on')]).toEqual([
      'a-1502',
      null,
      null,
    ])
  })
})
