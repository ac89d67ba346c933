import { expect, it } from 'vitest'
import { plainMore } from '../../gateway/records/workorderrows.ts'
import type { Order } from '../../rules/order.ts'
import { policies } from '../../rules/orderclock.ts'
import { orderFigures } from '../../rules/orderfigures.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const order = (more: Partial<Order>): Order => ({
  ...plainMore,
  id: '1',
  no: 'WO-1',
  text: { 'zh-CN': '漏水', en: 'Leak' },
  class: 'urgent',
  phase: 'closed',
  alarm: null,
  severity: null,
  equipment: null,
  assignee: null,
  occurrences: 1,
  openedAt: 0,
  arriveBy: 0,
  restoreBy: 0,
  arrivedAt: 10 * MIN,
  acceptedAt: 4 * MIN,
  fixedAt: HOUR,
  fixedBy: 'li',
  closedAt: 2 * HOUR,
  key: null,
  visitBy: null,
  origin: 'report',
  ...more,
})
const figures = (orders: readonly Order[], followed: readonly string[] = []) =>
  orderFigures({
    orders,
    from: 0,
    now: 100 * HOUR,
    policyOf: o => policies[o.class],
    zone: 'UTC',
    wasFollowed: o => followed.includes(o.id),
    reportedAt: o => (o.origin === 'report' ? o.openedAt : null),
  })
const visit = { outcome: 'answered' as const, note: '', by: 'mei' }

it('of no orders nothing is said: never 0', () => {
  expect(figures([order({ origin: 'maintenance' }), order({ phase: 'cancelled' })])).toMatchObject({
    opened: 0,
    closed: 0,
    acceptMs: { value: null, n: 0 },
    restoreMs: { value: null, n: 0 },
    kept: { restore: { value: null, n: 0 } },
    pausedShare: null,
    score: { value: null, n: 0 },
    oldestMs: null,
  })
})

it('each figure from its orders', () => {
  const scores = { arrival: 5, quality: 4, attitude: 3 }
  const f = figures(
    [
      order({ id: 'a', visits: [{ ...visit, solved: true, scores, at: 40 * HOUR }] }),
      order({
        id: 'b',
        reopened: 1,
        arrivedAt: 16 * MIN,
        acceptedAt: 6 * MIN,
        visits: [{ ...visit, solved: true, scores: null, at: 50 * HOUR }],
      }),
      order({
        id: 'c',
        origin: 'alarm',
        alarm: 'x',
        fixedAt: 9 * HOUR,
        closedAt: 9 * HOUR,
        pauses: [{ reason: 'part', from: HOUR, until: 5 * HOUR, to: 5 * HOUR, stops: ['restore', 'close'] }],
      }),
      order({ id: 'd', visitBy: 49 * HOUR, demo: true }),
      order({
        id: 'e',
        phase: 'new',
        openedAt: 90 * HOUR,
        acceptedAt: null,
        arrivedAt: null,
        fixedAt: null,
        closedAt: null,
      }),
    ],
    ['d'],
  )
  expect(f).toMatchObject({
    opened: 5,
    closed: 4,
    demo: 1,
    // b was sent back, d was followed.
    firstTime: 2,
    reopened: 1,
    acceptMs: { value: 4 * MIN, n: 4 },
    restoreMs: { value: 3 * HOUR, n: 4 },
    restoreWorkedMs: { value: 2 * HOUR, n: 4 },
    kept: { arrive: { met: 3, n: 4 }, restore: { met: 4, n: 4 } },
    pausedShare: 4 / 12,
    // d waits; b was asked more than 48 h after the repair.
    visits: { due: 3, made: 2, inTime: 1, solved: 2 },
    score: { value: 4, n: 3 },
    knownFirst: { n: 1, of: 5 },
    open: 1,
    oldestMs: 10 * HOUR,
  })
})
