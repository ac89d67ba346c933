import { expect, it } from 'vitest'
import { plainMore } from '../../gateway/records/workorderrows.ts'
import type { Order } from '../../rules/order.ts'
import { policies } from '../../rules/orderclock.ts'
import { type FiguresOf, orderFigures } from '../../rules/orderfigures.ts'

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
const figures = (orders: readonly Order[], followed: readonly string[] = [], more: Partial<FiguresOf> = {}) =>
  orderFigures({
    orders,
    from: 0,
    now: 100 * HOUR,
    policyOf: o => policies[o.class],
    zone: 'UTC',
    wasFollowed: o => followed.includes(o.id),
    reports: orders.filter(o => o.origin === 'report').map(order => ({ at: order.openedAt, order })),
    alarmsRaised: 0,
    ...more,
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
    // The three of 4 min took it in time, b in 6 min did not; b was there a minute late, c has worked 5 h.
    kept: { accept: { met: 3, n: 4 }, arrive: { met: 3, n: 4 }, restore: { met: 4, n: 4 } },
    timely: { met: 3, n: 4 },
    pausedShare: 4 / 12,
    // d waits; b was asked more than 48 h after the repair.
    visits: { due: 3, made: 2, inTime: 1, answered: 2, solved: 2 },
    score: { value: 4, n: 3 },
    // Nobody had heard of the four that were reported.
    knownFirst: { n: 0, of: 4 },
    ofAlarm: { n: 1, of: 5 },
    ageMs: { value: 10 * HOUR, n: 1 },
    open: 1,
    oldestMs: 10 * HOUR,
  })
})

it('"we knew first" is of the reports: those that an alarm was before', () => {
  const alarm = order({ id: 'a', origin: 'alarm', alarm: 'x', openedAt: 5 * MIN })
  const told = order({ id: 'b', openedAt: 5 * MIN })
  const reports = [
    { at: 9 * MIN, order: alarm },
    // The same order, before its alarm: it was merged into that.
    { at: 4 * MIN, order: alarm },
    { at: 5 * MIN, order: told },
  ]
  const f = figures([alarm, told], [], { reports, alarmsRaised: 7 })
  expect(f).toMatchObject({ knownFirst: { n: 1, of: 3 }, alarms: { raised: 7, orders: 1 }, ofAlarm: { n: 1, of: 2 } })
})

it('fixed at the first try is in one visit; nobody there is neither satisfied nor not', () => {
  const arrival = { by: 'li', at: 0, proof: null, leftAt: null, leftProof: null }
  const twice = order({ id: 'a', arrivals: [arrival, arrival] })
  const away = (at: number) => ({ ...visit, outcome: 'unreachable' as const, solved: null, scores: null, at })
  const unseen = order({ id: 'b', visits: [away(3 * HOUR), away(4 * HOUR), away(5 * HOUR)] })
  expect(figures([twice, unseen])).toMatchObject({ firstTime: 1, visits: { made: 2, answered: 0, solved: 0 } })
})

it('a return visit that still has its time is not missed', () => {
  const waits = order({ id: 'a', visitBy: 200 * HOUR })
  expect(figures([waits, order({ id: 'b', visitBy: 99 * HOUR })]).visits).toMatchObject({ due: 1, waiting: 1, made: 0 })
})

it('a month: what was closed after it is not of it', () => {
  const late = order({ id: 'a', closedAt: 50 * HOUR })
  expect(figures([late, order({ id: 'b' })], [], { to: 40 * HOUR })).toMatchObject({ opened: 2, closed: 1 })
})
