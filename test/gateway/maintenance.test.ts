import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PointId, Sample } from '../../drivers/point.ts'
import { watchMaintenance } from '../../gateway/maintenancewatch.ts'
import type { MaintenancePlan } from '../../gateway/orderschema.ts'
import { maintenance as openMaintenance } from '../../gateway/records/maintenance.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import type { Site } from '../../gateway/site.ts'
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
  const values = new Map<string, boolean | null>()
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
        workorders.move(note, id, action, li, { alarmActive: false, alarmRetired: false }, r.time.now),
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
