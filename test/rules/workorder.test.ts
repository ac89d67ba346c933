import { describe, expect, it } from 'vitest'
import { clocks, needsReason, type OrderTimes, orderActions, targets } from '../../rules/workorder.ts'

const MIN = 60_000
const HOUR = 60 * MIN

it('N01 N02: urgent, there in 15 min, works in 6 h; N04 N03: others in 30 min and 1 day', () => {
  expect(targets.urgent).toEqual({ arriveMs: 15 * MIN, restoreMs: 6 * HOUR })
  expect(targets.general).toEqual({ arriveMs: 30 * MIN, restoreMs: 24 * HOUR })
})
it('people trapped: as soon as urgent, free within the hour', () => {
  expect(targets.life).toEqual({ arriveMs: 15 * MIN, restoreMs: HOUR })
})

describe('the two clocks of an urgent order opened at 0', () => {
  const order = (more: Partial<OrderTimes> = {}): OrderTimes => ({
    phase: 'new',
    openedAt: 0,
    arriveBy: 15 * MIN,
    restoreBy: 6 * HOUR,
    arrivedAt: null,
    fixedAt: null,
    ...more,
  })
  /** [what, order, now, arrive clock, restore clock] as `state ms` */
  const table: [string, OrderTimes, number, string, string][] = [
    ['just opened', order(), 0, `running ${15 * MIN}`, `running ${6 * HOUR}`],
    [
      'a quarter left is not soon yet',
      order(),
      11.25 * MIN,
      `running ${3.75 * MIN}`,
      `running ${6 * HOUR - 11.25 * MIN}`,
    ],
    ['a ms less is', order(), 11.25 * MIN + 1, `soon ${3.75 * MIN - 1}`, `running ${6 * HOUR - 11.25 * MIN - 1}`],
    ['exactly the deadline is not over', order(), 15 * MIN, 'soon 0', `running ${6 * HOUR - 15 * MIN}`],
    ['a ms later is', order(), 15 * MIN + 1, 'over -1', `running ${6 * HOUR - 15 * MIN - 1}`],
    [
      'arrived exactly in time',
      order({ phase: 'arrived', arrivedAt: 15 * MIN }),
      HOUR,
      `met ${15 * MIN}`,
      `running ${5 * HOUR}`,
    ],
    [
      'arrived a ms late',
      order({ phase: 'arrived', arrivedAt: 15 * MIN + 1 }),
      HOUR,
      `late ${15 * MIN + 1}`,
      `running ${5 * HOUR}`,
    ],
    ['restore is soon', order({ phase: 'arrived', arrivedAt: 1 }), 5 * HOUR, 'met 1', `soon ${HOUR}`],
    ['restore is over', order({ phase: 'arrived', arrivedAt: 1 }), 7 * HOUR, 'met 1', `over ${-HOUR}`],
    ['fixed in time', order({ phase: 'fixed', arrivedAt: 1, fixedAt: 6 * HOUR }), 9 * HOUR, 'met 1', `met ${6 * HOUR}`],
    [
      'fixed too late',
      order({ phase: 'fixed', arrivedAt: 1, fixedAt: 6 * HOUR + 1 }),
      9 * HOUR,
      'met 1',
      `late ${6 * HOUR + 1}`,
    ],
    [
      'fixed without a note of arrival: was there then',
      order({ phase: 'fixed', fixedAt: 10 * MIN }),
      HOUR,
      `met ${10 * MIN}`,
      `met ${10 * MIN}`,
    ],
    [
      'closed keeps what was reached',
      order({ phase: 'closed', arrivedAt: 1, fixedAt: 2 }),
      99 * HOUR,
      'met 1',
      'met 2',
    ],
    ['cancelled: nothing runs any more', order({ phase: 'cancelled' }), 99 * HOUR, 'ended 0', 'ended 0'],
  ]
  it.each(table)('%s', (_, o, now, arrive, restore) => {
    const [a, r] = clocks(o, now)
    expect([`${a.state} ${a.ms}`, `${r.state} ${r.ms}`]).toEqual([arrive, restore])
    expect([a.kind, r.kind, a.targetMs, r.targetMs]).toEqual(['arrive', 'restore', 15 * MIN, 6 * HOUR])
    for (const c of [a, r]) expect(c.used >= 0 && c.used <= 1).toBe(true)
  })
  it('shows how much is used', () => {
    expect(clocks(order(), 7.5 * MIN)[0].used).toBe(0.5)
    expect(clocks(order(), 99 * HOUR)[0].used).toBe(1)
  })
})

describe('what takes an order off the list needs a reason', () => {
  const table: [string, Partial<Parameters<typeof needsReason>[1]>, string[]][] = [
    ['fixed by somebody else, the plant is well', {}, ['reopen', 'cancel']],
    ['the alarm is still there', { alarmActive: true }, ['close', 'reopen', 'cancel']],
    ['its rule or point is gone', { alarmRetired: true }, ['close', 'reopen', 'cancel']],
    ['fixed by the same person', { fixedBy: 'ma' }, ['close', 'reopen', 'cancel']],
  ]
  it.each(table)('%s', (_, order, need) => {
    const whole = { alarmActive: false, alarmRetired: false, fixedBy: 'li', ...order }
    expect(orderActions.filter(a => needsReason(a, whole, 'ma'))).toEqual(need)
  })
})
