import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PointId, Sample } from '../../drivers/point.ts'
import { watchMaintenance } from '../../gateway/orders/maintenancewatch.ts'
import type { MaintenancePlan } from '../../gateway/orders/schema.ts'
import { maintenance as openMaintenance } from '../../gateway/records/maintenance.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import type { Site } from '../../gateway/site/site.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'
import { both } from '../support/sites.ts'

const HOUR = 3_600_000
const at = (text: string) => Date.parse(`${text}:00+08:00`)
const plan = (more: Partial<MaintenancePlan>): MaintenancePlan => ({
  id: 'clean',
  name: both('clean'),
  equipment: ['chiller-1'],
  every: 'week',
  covers: [],
  items: [],
  crew: 'hvac',
  signs: [],
  ...more,
})

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

/** A gateway that was started at this moment on the records of the one before. */
function begin(plans: readonly MaintenancePlan[], start: string) {
  r.time.now = at(start)
  const values = new Map<string, boolean | number | null>()
  const workorders = openWorkorders(r.db, () => '20261121')
  const maintenance = openMaintenance(r.db)
  const clock = { ...manualClock(), now: () => r.time.now }
  const failed: unknown[] = []
  const watch = watchMaintenance({
    clock,
    trail: r.trail,
    workorders,
    maintenance,
    running: () => ({
      site: { timezone: 'Asia/Shanghai', maintenance: plans } as unknown as Site,
      since: at(start),
      get: (point: PointId): Sample | undefined => {
        const value = values.get(point)
        const seen = { point, at: r.time.now, seen: r.time.now }
        if (value === undefined) return undefined
        return value === null
          ? { ...seen, quality: 'bad', value, reason: 'offline' }
          : { ...seen, quality: 'good', value }
      },
      unit: () => 'h',
    }),
    failed: error => failed.push(error),
  })
  const go = (moment: string) => {
    r.time.now = at(moment)
    watch.look()
  }
  const orders = () => workorders.list('all', 1000).sort((a, b) => a.no.localeCompare(b.no))
  const told = (id: string) =>
    maintenance
      .list(id, 100)
      .toReversed()
      .map(o => `${new Date(o.from + 8 * HOUR).toISOString().slice(5, 10)} ${o.state}`)
  const done = (id: string) => {
    const li = { name: 'li', role: 'admin' as const }
    for (const action of ['accept', 'arrive', 'fix'] as const)
      r.trail.change(li, note =>
        workorders.move(note, id, action, li, { alarmActive: false, alarmRetired: false, reason: 'x' }, r.time.now),
      )
  }
  return { ...watch, go, orders, told, done, values, failed, workorders }
}

it('makes one order for each equipment and week, due at its end, and none twice, also over a restart', () => {
  const plans = [plan({ equipment: ['chiller-1', 'chiller-2'] })]
  const first = begin(plans, '2026-11-18T08:00')
  for (const moment of ['2026-11-18T08:00', '2026-11-18T08:01', '2026-11-20T23:59']) first.go(moment)
  expect(first.orders().map(o => [o.equipment, o.origin, o.crew, o.dueAt])).toEqual([
    ['chiller-1', 'maintenance', 'hvac', at('2026-11-23T00:00')],
    ['chiller-2', 'maintenance', 'hvac', at('2026-11-23T00:00')],
  ])
  r = r.again()
  const second = begin(plans, '2026-11-21T08:00')
  second.go('2026-11-21T08:00')
  expect(second.orders()).toHaveLength(2)
})

it('done in time: the next week has a new order; not done: the week is missed, and its order stays the only one', () => {
  const g = begin([plan({})], '2026-11-02T08:00')
  g.go('2026-11-02T08:00')
  g.done(g.orders()[0]!.id)
  g.go('2026-11-09T08:00')
  g.go('2026-11-16T08:00')
  g.go('2026-11-23T08:00')
  expect(g.told('clean')).toEqual(['11-02 made', '11-09 missed', '11-16 missed', '11-23 made'])
  expect(g.orders().map(o => o.occurrences)).toEqual([1, 3])
  expect(r.trail.of('workorder', g.orders()[1]!.id).map(e => e.action)).toEqual(['opened', 'missed', 'missed'])
})

it('what came due while the gateway stood still is missed, never skipped', () => {
  const g = begin([plan({})], '2026-11-02T08:00')
  g.go('2026-11-02T08:00')
  g.done(g.orders()[0]!.id)
  g.go('2026-11-25T08:00')
  expect(g.told('clean')).toEqual(['11-02 made', '11-09 missed', '11-16 missed', '11-23 made'])
  expect(g.orders()).toHaveLength(2)
})

it('N26: follows the running state; a plant that says nothing is waited for ten minutes, then taken to run', () => {
  const running = { point: 'running', equals: true, stopped: 'month' as const }
  const g = begin([plan({ running })], '2026-11-18T08:00')
  g.values.set('chiller-1/running', null)
  g.go('2026-11-18T08:09')
  expect(g.orders()).toEqual([])
  g.values.set('chiller-1/running', false)
  g.go('2026-11-18T08:10')
  expect(g.orders().map(o => o.dueAt)).toEqual([at('2026-12-01T00:00')])
  g.values.set('chiller-1/running', true)
  g.go('2026-11-18T09:00')
  expect(g.told('clean')).toEqual(['11-01 made', '11-16 made'])
  expect(g.orders().map(o => [o.dueAt, o.occurrences])).toEqual([[at('2026-11-23T00:00'), 1]])
  const silent = begin([plan({ id: 'other', running })], '2026-11-18T08:00')
  silent.values.set('chiller-1/running', null)
  silent.go('2026-11-18T08:10')
  expect(silent.told('other')).toEqual(['11-16 made'])
})

it('a deeper visit does the shallower one as well', () => {
  const plans = [plan({ id: 'month', every: 'month' }), plan({ id: 'year', every: 'year', covers: ['month'] })]
  const g = begin(plans, '2027-01-01T00:01')
  g.go('2027-01-01T00:01')
  expect([g.told('year'), g.told('month'), g.orders().length]).toEqual([['01-01 made'], ['01-01 covered'], 1])
  g.done(g.orders()[0]!.id)
  g.go('2027-02-01T00:01')
  expect([g.told('month').at(-1), g.orders().length]).toEqual(['02-01 made', 2])
})

it('a clock that begins in 1970 makes no orders, and nothing that was missed since then', () => {
  const g = begin([plan({})], '1970-01-01T08:00')
  g.go('1970-01-01T08:15')
  expect([g.orders(), g.told('clean')]).toEqual([[], []])
  g.go('2026-11-18T08:00')
  expect(g.told('clean')).toEqual(['11-16 made'])
})

it('with a full disk nothing is half made; later it is', () => {
  const g = begin([plan({ equipment: Array.from({ length: 400 }, (_, i) => `e-${i}`) })], '2026-11-18T08:00')
  const room = r.fill()
  g.go('2026-11-18T08:00')
  expect(g.failed.length).toBeGreaterThan(0)
  room()
  g.go('2026-11-18T08:01')
  expect(g.orders()).toHaveLength(400)
  expect(r.trail.verify()).toBe(null)
})

it('a clock that ran years ahead for a moment does not end a plan for years', () => {
  const g = begin([plan({})], '2026-11-18T08:00')
  g.go('2036-05-05T08:00')
  g.go('2026-11-18T08:00')
  g.go('2026-11-18T08:01')
  g.done(g.orders().at(-1)!.id)
  g.go('2026-11-25T08:00')
  expect(g.told('clean').filter(o => o !== '05-05 made')).toEqual(['11-16 made', '11-23 made'])
})

const nested = (more: Partial<MaintenancePlan> = {}) => [
  plan({ id: 'month', every: 'month', items: [{ id: 'oil', text: both('oil') }], ...more }),
  plan({ id: 'quarter', every: 'quarter', covers: ['month'], items: [{ id: 'belt', text: both('belt') }] }),
  plan({
    id: 'year',
    every: 'year',
    covers: ['quarter'],
    signs: ['safety'],
    items: [{ id: 'gear', text: both('gear') }],
  }),
]

it('a year’s visit holds the quarter’s and the month’s: one order with one sheet, due when the month is over', () => {
  const g = begin(nested(), '2027-01-01T00:01')
  g.go('2027-01-01T00:01')
  expect(g.orders().map(o => [o.plan, o.dueAt, o.items.map(i => `${i.plan} ${i.id}`), o.signs])).toEqual([
    ['year', at('2027-02-01T00:00'), ['year gear', 'quarter belt', 'month oil'], ['safety']],
  ])
  expect([g.told('quarter'), g.told('month')]).toEqual([['01-01 covered'], ['01-01 covered']])
  // Nobody did it in January: that month was missed, and February's is still this one order.
  g.go('2027-02-01T00:01')
  expect([g.told('month'), g.orders().length, g.orders()[0]!.occurrences]).toEqual([
    ['01-01 missed', '02-01 covered'],
    1,
    2,
  ])
  g.done(g.orders()[0]!.id)
  g.go('2027-03-01T00:01')
  expect(g.orders().map(o => o.plan)).toEqual(['year', 'month'])
})

it('a deeper visit takes in the order of a shallower one that nobody has begun', () => {
  const plans = nested()
  const g = begin(plans.slice(0, 1), '2027-01-02T08:00')
  g.go('2027-01-02T08:00')
  expect(g.orders().map(o => [o.plan, o.phase])).toEqual([['month', 'new']])
  r = r.again()
  const later = begin(plans, '2027-01-03T08:00')
  later.go('2027-01-03T08:00')
  expect(later.orders().map(o => [o.plan, o.phase])).toEqual([
    ['month', 'merged'],
    ['year', 'new'],
  ])
  expect(later.told('month')).toEqual(['01-01 covered'])
})

it('by running hours: an order each 500 h, counted from when the last was done, whatever restarts between', () => {
  const counter = { point: 'hours', every: 500, withinDays: 7 }
  const { every: _, ...rest } = plan({ counter })
  const plans = [rest]
  let g = begin(plans, '2026-11-02T08:00')
  const day = (moment: string, hours: number) => {
    g.values.set('chiller-1/hours', hours)
    g.go(moment)
    return g.orders().length
  }
  expect(day('2026-11-02T08:00', 10_000)).toBe(0)
  // A nought on the way counts nothing.
  expect(day('2026-11-02T08:01', 0)).toBe(0)
  expect(day('2026-11-12T08:00', 10_240)).toBe(0)
  r = r.again()
  g = begin(plans, '2026-11-22T08:00')
  expect(day('2026-11-22T08:00', 10_480)).toBe(0)
  expect(day('2026-11-23T08:00', 10_500)).toBe(1)
  expect(g.orders()[0]).toMatchObject({ dueAt: at('2026-11-30T08:00'), origin: 'maintenance' })
  // It is not done: no second one, however long it runs on.
  expect(day('2026-12-23T08:00', 11_200)).toBe(1)
  g.done(g.orders()[0]!.id)
  expect(day('2026-12-23T08:01', 11_200)).toBe(1)
  expect(day('2027-01-13T08:00', 11_699)).toBe(1)
  expect(day('2027-01-13T09:00', 11_700)).toBe(2)
  expect(r.trail.verify()).toBe(null)
})

it('a deeper visit by the calendar is one by running hours as well', () => {
  const counter = { point: 'hours', every: 500, withinDays: 7 }
  const { every: _, ...byHours } = plan({ id: 'hours', counter })
  const g = begin([byHours, plan({ id: 'year', every: 'year', covers: ['hours'] })], '2026-12-20T08:00')
  g.values.set('chiller-1/hours', 100)
  g.go('2026-12-20T08:00')
  g.done(g.orders()[0]!.id)
  g.values.set('chiller-1/hours', 380)
  g.go('2027-01-01T00:01')
  g.done(g.orders()[1]!.id)
  // 500 since the first reading, 220 since the visit.
  g.values.set('chiller-1/hours', 600)
  g.go('2027-01-11T08:00')
  expect(g.orders().map(o => o.plan)).toEqual(['year', 'year'])
})

it('with a full disk no hours are lost', () => {
  const counter = { point: 'hours', every: 10, withinDays: 7 }
  const { every: _, ...rest } = plan({ counter, equipment: Array.from({ length: 400 }, (_, i) => `e-${i}`) })
  const g = begin([rest], '2026-11-18T08:00')
  const all = (value: number) => {
    for (const id of rest.equipment) g.values.set(`${id}/hours`, value)
  }
  all(100)
  g.go('2026-11-18T08:00')
  const room = r.fill()
  all(110)
  g.go('2026-11-18T18:00')
  expect(g.failed.length).toBeGreaterThan(0)
  room()
  g.go('2026-11-18T18:01')
  expect(g.orders()).toHaveLength(400)
})
