import { expect, it } from 'vitest'
import { plainMore } from '../../gateway/records/workorderrows.ts'
import { inSample, type MoveAsk, moved, type Order } from '../../rules/order.ts'
import { policies } from '../../rules/orderclock.ts'
import type { Risk, RiskLevel } from '../../rules/orderrisk.ts'
import type { OrderAction } from '../../rules/workorder.ts'
import { both } from '../support/sites.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const fresh = (more: Partial<Order> = {}): Order => ({
  ...plainMore,
  ...{ id: '01HX', no: 'WO-1', text: both('x'), class: 'general', phase: 'new', alarm: 'a', severity: 'high' },
  ...{ equipment: 'pump-1', assignee: null, occurrences: 1, openedAt: 0, arriveBy: 0, restoreBy: 0 },
  ...{ arrivedAt: null, fixedAt: null, fixedBy: null, closedAt: null, key: null, visitBy: null },
  ...more,
})
const li = { name: 'li', role: 'engineer' } as const
const ma = { name: 'ma', role: 'manager' } as const
type Line = readonly [min: number, action: OrderAction, ask?: Partial<MoveAsk>]
function play(start: Order, lines: readonly Line[], samplePct = 0) {
  let order = start
  const seen: string[] = []
  for (const [min, action, ask] of lines) {
    const who = action === 'close' ? ma : li
    const policyOf = () => ({ ...policies.general, samplePct })
    const asked = { alarmActive: false, alarmRetired: false, ...ask }
    const done = moved(order, action, who, asked, policyOf, min * MIN)
    seen.push('refused' in done ? done.refused : done.order.phase)
    if ('order' in done) order = done.order
  }
  return { order, seen }
}

it('whoever goes before it is done says why, and somebody comes again; both visits keep their times', () => {
  const proof = { kind: 'code', of: 'pump-1', said: null, read: null } as const
  const { order, seen } = play(fresh(), [
    [1, 'leave'],
    [5, 'accept'],
    [10, 'arrive'],
    [30, 'leave'],
    [31, 'leave', { reason: 'dark', proof }],
    [60, 'arrive'],
    [90, 'fix'],
    [95, 'leave'],
    [96, 'leave'],
  ])
  expect(seen).toEqual([
    ...['no-such-move', 'accepted', 'arrived', 'needs-reason', 'accepted', 'arrived', 'fixed', 'fixed'],
    'left-already',
  ])
  expect(
    order.arrivals.map(a =>
      [a.at, a.leftAt, a.leftProof?.kind ?? null].map(t => (typeof t === 'number' ? t / MIN : t)),
    ),
  ).toEqual([
    [10, 31, 'code'],
    [60, 95, null],
  ])
  // The first arrival stays the one that its clock is measured by.
  expect(order.arrivedAt).toBe(10 * MIN)
})

it('grave risks of whose measure nobody has spoken hold "fixed" back; light ones do not', () => {
  const risk = (level: RiskLevel, more: Partial<Risk> = {}): Risk => ({
    ...{ id: level, step: both('open'), hazard: both('arc'), level, control: both('gloves'), by: 'li', at: 0 },
    ...{ confirmedBy: null, confirmedAt: null, withdrawn: false, ...more },
  })
  const fixed = (risks: readonly Risk[], ask = {}) =>
    play(fresh({ phase: 'arrived', risks }), [[1, 'fix', ask]]).seen[0]
  const table: [name: string, risks: readonly Risk[], ask: object, seen: string][] = [
    ['none', [], {}, 'fixed'],
    ['light', [risk('low'), risk('medium')], {}, 'fixed'],
    ['grave', [risk('high')], {}, 'needs-reason'],
    ['grave, with a reason', [risk('high')], { reason: 'no time' }, 'fixed'],
    ['grave, its measure in place', [risk('high', { confirmedBy: 'li', confirmedAt: 1 })], {}, 'fixed'],
    ['withdrawn', [risk('high', { withdrawn: true })], {}, 'fixed'],
  ]
  for (const [name, risks, ask, seen] of table) expect([name, fixed(risks, ask)]).toEqual([name, seen])
})

it('return visits: each that was reported; of the others the share that the site says, by their ids alone', () => {
  const done: readonly Line[] = [
    [1, 'accept'],
    [2, 'arrive'],
    [3, 'fix'],
    [4, 'close'],
  ]
  const due = (more: Partial<Order>, pct: number, ask: Partial<MoveAsk> = {}) =>
    play(fresh(more), [...done.slice(0, 3), [4, 'close', ask]], pct).order.visitBy
  expect(due({}, 0)).toBe(null)
  expect(due({}, 100)).toBe(3 * MIN + 48 * HOUR)
  expect(due({ origin: 'report' }, 0)).toBe(3 * MIN + 48 * HOUR)
  expect(due({}, 0, { reported: true })).toBe(3 * MIN + 48 * HOUR)
  const ids = Array.from({ length: 5000 }, (_, i) => `01KAH${String(i).padStart(6, '0')}`)
  const drawn = ids.filter(id => inSample(id, 10))
  expect(drawn.length).toBeGreaterThan(400)
  expect(drawn.length).toBeLessThan(600)
  // A larger share holds the smaller one: turning it up asks nobody twice.
  expect(drawn.filter(id => !inSample(id, 25))).toEqual([])
})
