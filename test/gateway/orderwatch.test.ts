import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchOrders } from '../../gateway/orders/watch.ts'
import { alarms as openAlarms, type StoredAlarm } from '../../gateway/records/alarms.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import { quiet } from '../../rules/alarm.ts'
import type { Rule } from '../../rules/rule.ts'
import type { OrderAction } from '../../rules/workorder.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'
import { both } from '../support/sites.ts'

const MIN = 60_000
const rule: Rule = {
  id: 'tripped',
  points: ['pump-1/tripped'],
  when: { equals: true },
  severity: 'high',
  delayOnS: 0,
  delayOffS: 0,
  text: both('tripped'),
}
const admin = { name: 'li', role: 'admin' as const }

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

/** A gateway started on the records as they are; what is told is read off the trail. */
function begin() {
  const workorders = openWorkorders(r.db, () => '20261121')
  const alarms = openAlarms(r.db)
  const failed: unknown[] = []
  const trusted = new Set(['a'])
  const watch = watchOrders({
    clock: { ...manualClock(), now: () => r.time.now },
    trail: r.trail,
    workorders,
    alarms,
    trusted: id => trusted.has(id),
    failed: error => failed.push(error),
  })
  const alarm = (more: Partial<StoredAlarm>) =>
    r.trail.change(admin, note => {
      const stored: StoredAlarm = {
        ...quiet(rule, 'pump-1/tripped'),
        id: 'a',
        text: both('tripped'),
        place: { equipmentName: both('pump'), space: null },
        retired: false,
        active: true,
        acked: true,
        raisedAt: r.time.now,
        clearedAt: null,
        ackedAt: null,
        ackedBy: null,
        count: 1,
        value: true,
        ...more,
      }
      alarms.put(note, stored, stored.active ? 'raised' : 'cleared')
    })
  const open = () =>
    r.trail.change(admin, note =>
      workorders.openFor(
        note,
        { alarm: 'a', text: both('tripped'), class: 'urgent', severity: 'high', equipment: 'pump-1' },
        r.time.now,
      ),
    )
  const move = (id: string, action: OrderAction) =>
    r.trail.change(admin, note =>
      workorders.move(note, id, action, admin, { alarmActive: false, alarmRetired: false }, r.time.now),
    )
  const later = (min: number) => {
    r.time.now += min * MIN
    watch.look()
  }
  return { workorders, alarm, open, move, later, failed, trusted, look: watch.look }
}
const told = (id: string) =>
  r.trail
    .of('workorder', id)
    .filter(e => e.action === 'escalated')
    .map(e => `${String(e.data.clock)} ${String(e.data.pct)}${e.data.lateMs ? ' late' : ''}`)

it('tells who should know, once, until somebody says that he knows; the breach is told anew', () => {
  const g = begin()
  const { id } = g.open()
  g.move(id, 'accept')
  g.later(8)
  g.later(0)
  g.move(id, 'acknowledge')
  g.later(4)
  g.later(3)
  expect(told(id)).toEqual(['arrive 50', 'arrive 100'])
  expect(g.workorders.get(id)!.rungs.map(x => x.ackBy)).toEqual(['li', null])
})

it('after a standstill tells each missed rung once, with how late it is, and no more after the next start', () => {
  const { open } = begin()
  const { id } = open()
  r.time.now += 20 * MIN
  r = r.again()
  r.time.now = Date.UTC(2026, 10, 21, 8) + 20 * MIN
  begin()
  const first = told(id)
  expect(first).toContain('accept 200 late')
  expect(first).toContain('arrive 100 late')
  expect(new Set(first).size).toBe(first.length)
  begin()
  expect(told(id)).toEqual(first)
})

it('the plant verifies what was said to be fixed when it has been well for five minutes, and can be believed', () => {
  const g = begin()
  g.alarm({})
  const { id } = g.open()
  for (const action of ['accept', 'arrive', 'fix'] as const) g.move(id, action)
  const phase = () => g.workorders.get(id)!.phase
  g.later(6)
  expect(phase()).toBe('fixed')
  g.alarm({ active: false, clearedAt: r.time.now })
  g.later(4)
  expect(phase()).toBe('fixed')
  g.trusted.clear()
  g.later(2)
  expect(phase()).toBe('fixed')
  g.trusted.add('a')
  g.later(0)
  expect([phase(), g.workorders.get(id)!.verifiedBy]).toEqual(['verified', 'plant'])
})

it('with a full disk nothing is told; with room again it is told once', () => {
  const g = begin()
  const { id } = g.open()
  g.move(id, 'accept')
  const room = r.fill()
  // Until not even a word more fits: what is left of the last page would do for what is told.
  for (const size of [5000, 300, 1])
    for (let full = false; !full; )
      try {
        r.trail.change(admin, note => note('test', 'x', 'filled', { text: 'x'.repeat(size) }))
      } catch {
        full = true
      }
  g.later(8)
  expect(g.failed.length).toBe(1)
  expect(told(id)).toEqual([])
  room()
  g.look()
  g.look()
  expect(told(id)).toEqual(['arrive 50'])
})
