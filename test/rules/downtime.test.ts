import { describe, expect, it } from 'vitest'
import type { PointId } from '../../drivers/point.ts'
import { plainMore } from '../../gateway/records/workorderrows.ts'
import { activeTime } from '../../rules/activetime.ts'
import { counted, type Downtime, standsBy, standsNow, union } from '../../rules/downtime.ts'
import type { Order } from '../../rules/order.ts'
import { reliability } from '../../rules/reliability.ts'
import { both } from '../support/sites.ts'

const HOUR = 3_600_000
const stop = (from: number, to: number | null, more: Partial<Downtime> = {}): Downtime => ({
  ...{ id: `${from}`, source: 'stated', from, to, point: null, reason: '', by: 'li', at: 0, withdrawn: null },
  ...more,
})
const order = (more: Partial<Order>): Order => ({
  ...plainMore,
  ...{ id: '1', no: 'WO-1', text: both('x'), class: 'urgent', phase: 'closed', alarm: null, severity: null },
  ...{ equipment: 'pump-1', assignee: null, occurrences: 1, openedAt: 0, arriveBy: 0, restoreBy: 0 },
  ...{ arrivedAt: null, fixedAt: null, fixedBy: null, closedAt: null, key: null, visitBy: null },
  ...more,
})

describe('whether it stands, from the plant itself', () => {
  const table: [name: string, kind: string, values: Record<string, unknown>, stands: string][] = [
    ['it runs', 'pump', { running: true }, 'runs by running'],
    ['it does not run', 'pump', { running: false }, 'stands by running'],
    ['tripped says it, whatever runs', 'pump', { running: true, tripped: true }, 'stands by tripped'],
    [
      'one pump of a station runs',
      'station',
      { 'pump1-running': false, 'pump2-running': true },
      'runs by pump2-running',
    ],
    ['all of them stand', 'station', { 'pump1-running': false, 'pump2-running': false }, 'stands by pump1-running'],
    [
      'one of them has its fault: the station goes on',
      'station',
      { 'pump1-fault': true, 'pump2-running': true },
      'runs by pump2-running',
    ],
    ['what cannot be read says nothing', 'pump', { running: null }, 'nobody knows'],
    ['half of it cannot be read', 'station', { 'pump1-running': false, 'pump2-running': null }, 'nobody knows'],
    ['only a trip contact, not tripped', 'switchgear', { tripped: false }, 'runs by tripped'],
    ['a lift that waits for somebody has no trouble', 'lift', { running: false }, 'nobody knows'],
    ['a lift out of service', 'lift', { running: false, 'out-of-service': true }, 'stands by out-of-service'],
    ['a meter says nothing of the sort', 'meter', { online: true }, 'nobody knows'],
  ]
  it.each(table)('%s', (_, kind, values, wanted) => {
    const points = Object.keys(values).map(key => ({ id: `x/${key}` as PointId, key, kind: 'boolean' }))
    const found = standsNow(standsBy(kind, points), id => values[id.slice(2)])
    const said = found ? `${found.stopped ? 'stands' : 'runs'} by ${found.point.slice(2)}` : 'nobody knows'
    expect(said).toBe(wanted)
  })
})

it('spans that overlap are time down once; one that still stands counts to the closing of its order', () => {
  expect(union([stop(5, 9), stop(1, 3), stop(2, 6)] as never, 2, 8)).toEqual([{ from: 2, to: 8 }])
  const downtimes = [stop(1, null), stop(2, 4, { withdrawn: 'on stand-by' })]
  expect(counted({ downtimes, closedAt: 7 }, 100)).toEqual([{ from: 1, to: 7 }])
  expect(counted({ downtimes, closedAt: null }, 100)).toEqual([{ from: 1, to: 100 }])
})

describe('MTBF and MTTR', () => {
  const of = (orders: readonly Order[], watchedFrom = 0) =>
    reliability({ orders, from: 0, to: 100 * HOUR, watchedFrom })[0]
  const two = [
    order({ id: 'a', openedAt: 10 * HOUR, fixedAt: 14 * HOUR, downtimes: [stop(10 * HOUR, 14 * HOUR)] }),
    order({
      id: 'b',
      openedAt: 50 * HOUR,
      fixedAt: 52 * HOUR,
      // The same stop, said by the plant and by a person: 8 h in all, 6 h of them measured.
      downtimes: [stop(50 * HOUR, 54 * HOUR), stop(48 * HOUR, 54 * HOUR, { source: 'measured' })],
    }),
  ]
  it('up time over failures, in hours and not in whole days; the mean of the repairs', () => {
    expect(of(two)).toMatchObject({
      ...{ equipment: 'pump-1', failures: 2, downMs: 10 * HOUR, measuredShare: 0.6, unknown: 0 },
      ...{ mtbfMs: 45 * HOUR, mttrMs: 3 * HOUR, repaired: 2 },
    })
  })
  it('of one failure nothing is said, and never 0 (Atlas: 0 below two downtimes)', () => {
    expect(of(two.slice(0, 1))).toMatchObject({ failures: 1, mtbfMs: null, mttrMs: 4 * HOUR, repaired: 1 })
    const open = order({ openedAt: 10 * HOUR, phase: 'new' })
    expect(of([open])).toMatchObject({ failures: 1, mtbfMs: null, mttrMs: null, repaired: 0, unknown: 1 })
  })
  it('planned work, cancelled and merged orders are no failures (Atlas: MTTR over all orders of the asset)', () => {
    const more = (['maintenance'] as const).map(origin =>
      order({ id: origin, origin, openedAt: HOUR, fixedAt: 90 * HOUR }),
    )
    const gone = (['cancelled', 'merged'] as const).map(phase => order({ id: phase, phase, openedAt: HOUR }))
    expect(of([...two, ...more, ...gone])).toMatchObject({ failures: 2, mttrMs: 3 * HOUR })
    expect(of(more)).toBe(undefined)
  })
  it('a daily reading that raised thirty alarms is one order, so one failure (Atlas: thirty orders)', () => {
    expect(of([...two, order({ id: 'c', openedAt: 60 * HOUR, occurrences: 30 })])).toMatchObject({ failures: 3 })
  })
  it('what nobody watched is no time without failures', () => {
    expect(of(two, 99 * HOUR)).toBe(undefined)
    const soon = two.map(o => ({ ...o, openedAt: 90 * HOUR }))
    expect(of(soon, 80 * HOUR)).toMatchObject({ failures: 2, watchedMs: 20 * HOUR, mtbfMs: null })
    expect(of(two, 40 * HOUR)).toMatchObject({ failures: 1, watchedMs: 60 * HOUR, mtbfMs: null, downMs: 6 * HOUR })
  })
})

it('an alarm that flaps is one order: how often, from when to when, how long in all', () => {
  const lines = [
    ...[1, 3, 5].map(at => ({ at: at * HOUR, alarm: 'a', action: 'raised' })),
    ...[2, 4].map(at => ({ at: at * HOUR, alarm: 'a', action: 'cleared' })),
    // At the same time as the first: counted once.
    { at: 1.5 * HOUR, alarm: 'b', action: 'raised' },
    { at: 2.5 * HOUR, alarm: 'b', action: 'cleared' },
  ].sort((x, y) => x.at - y.at)
  expect(activeTime(lines, new Set(['a']), 6 * HOUR)).toEqual({
    ...{ times: 4, first: HOUR, last: 5 * HOUR, activeMs: 3.5 * HOUR, active: true },
  })
  expect(activeTime([], new Set(), HOUR)).toEqual({ times: 0, first: null, last: null, activeMs: 0, active: false })
})
