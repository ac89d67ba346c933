import { describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import { type MoveAsk, moved, type Order, type Visit, verifiedByPlant, visited } from '../../rules/order.ts'
import { policies } from '../../rules/orderclock.ts'
import {
  classFor,
  crewFor,
  crews,
  keyOf,
  natures,
  needsReason,
  type OrderAction,
  orderActions,
  REOPEN_MS,
  recurrence,
  type Where,
} from '../../rules/workorder.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const DAY = 24 * HOUR

describe('what takes an order off the list needs a reason', () => {
  const always = ['reopen', 'cancel', 'classify', 'merge', 'unmerge']
  const table: [string, Partial<Parameters<typeof needsReason>[1]>, string[]][] = [
    ['fixed by somebody else, the plant is well', {}, always],
    ['the alarm is still there', { alarmActive: true }, ['verify', 'close', ...always]],
    ['its rule or point is gone', { alarmRetired: true }, ['verify', 'close', ...always]],
    ['fixed by the same person', { fixedBy: 'ma' }, ['verify', 'close', ...always]],
    ['verified by another, then closed by who fixed it', { fixedBy: 'ma', phase: 'verified' }, ['verify', ...always]],
    ['verified, and the alarm came back', { alarmActive: true, phase: 'verified' }, ['verify', 'close', ...always]],
  ]
  it.each(table)('%s', (_, order, need) => {
    const whole = { alarmActive: false, alarmRetired: false, fixedBy: 'li', ...order }
    expect(orderActions.filter(a => needsReason(a, whole, 'ma')).sort()).toEqual(need.toSorted())
  })
})

describe('a report', () => {
  it('N05: of water or power is urgent; a squeaking door is not', () => {
    expect(natures.filter(n => classFor(n) === 'urgent')).toEqual(['water', 'power', 'gas', 'lift', 'fire'])
    expect(natures.map(n => classFor(n))).not.toContain('life')
    expect(natures.filter(n => classFor(n, ['door']) === 'urgent')).toEqual(['door'])
  })
  it('goes to a crew, whatever it is about', () => {
    for (const nature of natures) expect(crews).toContain(crewFor(nature))
    expect(natures.length).toBeGreaterThan(9)
  })
})

describe('one trouble, one order: the key', () => {
  const where = (more: Partial<Where>): Where => ({
    equipment: 'pump-1',
    space: 'b1',
    failure: null,
    class: 'urgent',
    alarm: 'tripped:pump-1:tripped',
    ...more,
  })
  const table: [string, Partial<Where>, string | null][] = [
    ['an alarm without a failure class is a trouble of its own', {}, 'tripped:pump-1:tripped'],
    ['equipment and failure class, not the words of the alarm', { failure: 'water' }, 'e:pump-1:water'],
    ['the same told by a person', { failure: 'water', alarm: null }, 'e:pump-1:water'],
    ['no equipment: the place', { failure: 'water', alarm: null, equipment: null }, 's:b1:water'],
    ['nothing known of where: never the same', { failure: 'water', alarm: null, equipment: null, space: null }, null],
    ['lives: always its own', { failure: 'lift', class: 'life' }, 'tripped:pump-1:tripped'],
    ['lives, told by a person', { failure: 'lift', class: 'life', alarm: null }, null],
  ]
  it.each(table)('%s', (_, more, key) => {
    expect(keyOf(where(more))).toBe(key)
  })
})

describe('the same trouble again', () => {
  const now = 10 * DAY
  const table: [string, Parameters<typeof recurrence>[0], string][] = [
    ['never before', undefined, 'new'],
    ['while it is worked on', { phase: 'arrived', fixedAt: null, closedAt: null }, 'count'],
    ['said to be fixed, not closed: not fixed', { phase: 'fixed', fixedAt: now - DAY, closedAt: null }, 'reopen'],
    ['verified', { phase: 'verified', fixedAt: now - DAY, closedAt: null }, 'reopen'],
    // Closed and opened anew would make a late order look like two good ones.
    ['closed, fixed 30 min ago', { phase: 'closed', fixedAt: now - REOPEN_MS, closedAt: now - MIN }, 'reopen'],
    ['closed, fixed longer ago', { phase: 'closed', fixedAt: now - REOPEN_MS - 1, closedAt: now - MIN }, 'follow'],
    ['closed 72 h ago', { phase: 'closed', fixedAt: now - 4 * DAY, closedAt: now - 3 * DAY }, 'follow'],
    ['closed long ago', { phase: 'closed', fixedAt: now - 4 * DAY, closedAt: now - 3 * DAY - 1 }, 'new'],
    ['cancelled', { phase: 'cancelled', fixedAt: null, closedAt: now - MIN }, 'new'],
  ]
  it.each(table)('%s', (_, former, what) => {
    expect(recurrence(former, now)).toBe(what)
  })
})

const fresh = (more: Partial<Order> = {}): Order => ({
  id: '1',
  no: 'WO-1',
  text: { 'zh-CN': '漏水', en: 'Leak' },
  class: 'general',
  phase: 'new',
  alarm: null,
  severity: null,
  equipment: null,
  space: null,
  assignee: null,
  occurrences: 1,
  openedAt: 0,
  arriveBy: 0,
  restoreBy: 0,
  acceptedAt: null,
  arrivedAt: null,
  fixedAt: null,
  fixedBy: null,
  verifiedAt: null,
  verifiedBy: null,
  closedAt: null,
  key: null,
  origin: 'report',
  nature: 'water',
  crew: 'plumbing',
  reopened: 0,
  reopenedAt: null,
  follows: null,
  mergedInto: null,
  mergedAt: null,
  appointmentAt: null,
  dueAt: null,
  pauses: [],
  rungs: [],
  visitBy: null,
  materials: [],
  labour: [],
  arrivals: [],
  items: [],
  checks: [],
  signs: [],
  signatures: [],
  photos: [],
  visits: [],
  downtimes: [],
  risks: [],
  plan: null,
  demo: false,
  ...more,
})
const people = {
  li: { name: 'li', role: 'engineer' },
  sun: { name: 'sun', role: 'engineer' },
  ma: { name: 'ma', role: 'manager' },
  desk: { name: 'mei', role: 'desk' },
} as const satisfies Record<string, { name: string; role: Role }>
type Line = readonly [min: number, who: keyof typeof people, action: OrderAction, ask?: Partial<MoveAsk>]
/** Plays the lines; what each came to: the phase, or why not. */
function play(start: Order, lines: readonly Line[]): { order: Order; seen: string[] } {
  let order = start
  const seen: string[] = []
  for (const [min, who, action, ask] of lines) {
    const done = moved(
      order,
      action,
      people[who],
      { alarmActive: false, alarmRetired: false, ...ask },
      urgency => policies[urgency],
      min * MIN,
    )
    if ('order' in done) order = done.order
    seen.push('order' in done ? done.order.phase : done.refused)
  }
  return { order, seen }
}

describe('diaries', () => {
  it('a leak: taken, looked at, waited for a part, repaired, verified, closed, asked', () => {
    const { order, seen } = play(fresh(), [
      [2, 'desk', 'assign', { to: 'li', crew: 'plumbing' }],
      [5, 'li', 'accept'],
      [20, 'li', 'arrive'],
      [30, 'li', 'pause', { wait: 'part', until: 300 * MIN }],
      [290, 'li', 'resume'],
      [320, 'li', 'fix'],
      [330, 'li', 'verify'],
      [340, 'desk', 'verify'],
      [350, 'desk', 'close'],
    ])
    expect(seen).toEqual([
      'new',
      'accepted',
      'arrived',
      'arrived',
      'arrived',
      'fixed',
      'not-your-role',
      'verified',
      'closed',
    ])
    expect(order).toMatchObject({ assignee: 'li', crew: 'plumbing', verifiedBy: 'mei', visitBy: 320 * MIN + 48 * HOUR })
    expect(order.pauses).toMatchObject([{ reason: 'part', from: 30 * MIN, to: 290 * MIN }])
  })
  /** GLPI #14148: after pending, an order was new again. */
  it('GLPI: resumed, it is where it was, and its class may have changed meanwhile', () => {
    const { order, seen } = play(fresh({ phase: 'arrived', acceptedAt: 1, arrivedAt: 2, assignee: 'li' }), [
      [60, 'li', 'pause', { wait: 'occupant', until: 120 * MIN }],
      [90, 'ma', 'classify', { class: 'urgent', reason: 'it spreads' }],
      [120, 'li', 'resume'],
    ])
    expect(seen).toEqual(['arrived', 'arrived', 'arrived'])
    expect([order.class, order.pauses.map(p => [p.from / MIN, p.to! / MIN])]).toEqual(['urgent', [[60, 120]]])
  })
  it('a pause is for a listed reason, has an end ahead, and is one at a time', () => {
    const { seen } = play(fresh({ phase: 'accepted', assignee: 'li' }), [
      [1, 'li', 'resume'],
      [1, 'li', 'pause', {}],
      [1, 'li', 'pause', { wait: 'part' }],
      [1, 'li', 'pause', { wait: 'part', until: MIN }],
      [1, 'li', 'pause', { wait: 'part', until: HOUR }],
      [2, 'li', 'pause', { wait: 'permit', until: HOUR }],
    ])
    expect(seen).toEqual([
      'order-not-paused',
      'order-field',
      'order-field',
      'time-not-ahead',
      'accepted',
      'order-paused',
    ])
  })
  it('an order of lives is never paused, and made so it goes on at once; nor is it merged', () => {
    const { order, seen } = play(fresh({ phase: 'accepted' }), [
      [1, 'li', 'pause', { wait: 'part', until: HOUR }],
      [5, 'ma', 'classify', { class: 'life', reason: 'somebody is in there' }],
      [6, 'li', 'pause', { wait: 'part', until: HOUR }],
      [7, 'ma', 'merge', { reason: 'same' }],
    ])
    expect(seen).toEqual(['accepted', 'accepted', 'pause-not-listed', 'order-life'])
    expect(order.pauses).toMatchObject([{ from: MIN, to: 5 * MIN }])
  })
  it('the third pause needs somebody else', () => {
    const twice = ['part', 'part'].map((reason, i) => ({
      reason: reason as 'part',
      from: i * MIN,
      until: HOUR,
      to: (i + 0.5) * MIN,
      stops: ['restore'] as const,
    }))
    const third = (who: keyof typeof people) =>
      play(fresh({ phase: 'arrived', assignee: 'li', pauses: twice }), [
        [9, who, 'pause', { wait: 'part', until: HOUR }],
      ]).seen[0]
    expect([third('li'), third('sun'), third('ma')]).toEqual(['pause-second-person', 'pause-second-person', 'arrived'])
  })
  it('coming or repairing ends the pause: who is there does not wait', () => {
    const { order } = play(fresh({ phase: 'accepted', assignee: 'li' }), [
      [1, 'li', 'pause', { wait: 'occupant', until: HOUR }],
      [10, 'li', 'arrive'],
    ])
    expect(order.pauses).toMatchObject([{ from: MIN, to: 10 * MIN }])
  })
  it('sent back keeps the first arrival and the start; who accepts again changes nothing of it', () => {
    const { order, seen } = play(fresh({ phase: 'fixed', acceptedAt: 5, arrivedAt: 6, fixedAt: 7, fixedBy: 'li' }), [
      [60, 'desk', 'reopen'],
      [60, 'desk', 'reopen', { reason: 'still drips' }],
      [70, 'sun', 'arrive'],
      [80, 'sun', 'fix'],
    ])
    expect(seen).toEqual(['needs-reason', 'accepted', 'arrived', 'fixed'])
    expect(order).toMatchObject({
      openedAt: 0,
      acceptedAt: 5,
      arrivedAt: 6,
      fixedAt: 80 * MIN,
      fixedBy: 'sun',
      reopened: 1,
    })
  })
  it('N03: an appointment is for general repairs; it can be taken back', () => {
    expect(play(fresh({ class: 'urgent' }), [[1, 'desk', 'appoint', { at: DAY }]]).seen).toEqual(['appointment-urgent'])
    const { order, seen } = play(fresh(), [
      [1, 'desk', 'appoint', { at: MIN }],
      [2, 'desk', 'appoint', { at: DAY }],
      [3, 'desk', 'appoint', { at: null }],
    ])
    expect(seen).toEqual(['time-not-ahead', 'new', 'new'])
    expect(order.appointmentAt).toBe(null)
  })
  it('an alarm that is still there: verified only with a reason', () => {
    const start = fresh({ phase: 'fixed', origin: 'alarm', fixedAt: 1, fixedBy: 'li' })
    const { seen } = play(start, [
      [1, 'ma', 'verify', { alarmActive: true }],
      [1, 'ma', 'verify', { alarmActive: true, reason: 'sensor is broken' }],
    ])
    expect(seen).toEqual(['needs-reason', 'verified'])
  })
  it('merged and taken apart again it is in the phase it was in', () => {
    const { order, seen } = play(fresh({ phase: 'arrived' }), [
      [1, 'ma', 'merge', { reason: 'same pipe' }],
      [2, 'ma', 'unmerge', { reason: 'another pipe' }],
    ])
    expect(seen).toEqual(['merged', 'arrived'])
    expect(order.mergedInto).toBe(null)
  })
})

it('N06: an order of an alarm that a person reported as well is visited, too; 48 h after the repair, or as the site says', () => {
  const start = fresh({ phase: 'fixed', origin: 'alarm', fixedAt: 10 * MIN, fixedBy: 'li' })
  const visitBy = (reported: boolean) => play(start, [[600, 'desk', 'close', { reported }]]).order.visitBy
  expect([visitBy(false), visitBy(true)]).toEqual([null, 10 * MIN + 48 * HOUR])
  const quick = moved(
    start,
    'close',
    people.desk,
    { alarmActive: false, alarmRetired: false, reported: true },
    urgency => ({ ...policies[urgency], visitMs: DAY }),
    11 * MIN,
  )
  expect(quick).toMatchObject({ order: { visitBy: 10 * MIN + DAY } })
  // The desk is told when it is late, so it can say that it knows.
  expect(play(fresh({ phase: 'closed' }), [[1, 'desk', 'acknowledge']]).seen).toEqual(['closed'])
})

describe('a return visit', () => {
  const done = fresh({ phase: 'closed', closedAt: DAY, fixedBy: 'li', assignee: 'li', visitBy: 3 * DAY })
  const visit = (more: Partial<Visit> = {}): Visit => ({
    outcome: 'answered',
    solved: true,
    scores: null,
    note: '',
    by: 'mei',
    at: DAY + HOUR,
    ...more,
  })
  const table: [string, Order, Visit, object][] = [
    ['solved', done, visit(), { order: { phase: 'closed', visitBy: null } }],
    ['not solved: back to the crew', done, visit({ solved: false }), { order: { phase: 'accepted', reopened: 1 } }],
    ['nobody there: still due', done, visit({ outcome: 'unreachable', solved: null }), { order: { visitBy: 3 * DAY } }],
    ['by who repaired it', done, visit({ by: 'li' }), { refused: 'visit-own' }],
    ['of an open order', fresh(), visit(), { refused: 'no-such-move' }],
    ['a second time', { ...done, visits: [visit()] }, visit(), { refused: 'visit-made' }],
    [
      'closed again since: due again',
      { ...done, visits: [visit({ at: HOUR })] },
      visit(),
      { order: { visitBy: null } },
    ],
  ]
  it.each(table)('%s', (_, order, made, expected) => {
    expect(visited(order, made)).toMatchObject(expected)
  })
  it('three times nobody there is made', () => {
    let order = done
    const seen: (number | null)[] = []
    for (let i = 1; i <= 3; i++) {
      const next = visited(order, visit({ outcome: 'unreachable', solved: null, at: DAY + i * HOUR }))
      if ('order' in next) order = next.order
      seen.push(order.visitBy)
    }
    expect(seen).toEqual([3 * DAY, 3 * DAY, null])
  })
})

it('the plant verifies when it has been well for five minutes since it was said to be fixed', () => {
  const order = fresh({ phase: 'fixed', origin: 'alarm', fixedAt: 60 * MIN })
  const table: [number | null, number, boolean][] = [
    [null, 99, false],
    [10, 64, false],
    [10, 65, true],
    [62, 66, false],
    [62, 67, true],
  ]
  for (const [since, now, well] of table)
    expect([since, now, verifiedByPlant(order, since === null ? null : since * MIN, now * MIN)?.verifiedBy]).toEqual([
      since,
      now,
      well ? 'plant' : undefined,
    ])
  expect(verifiedByPlant({ ...order, origin: 'report' }, 0, DAY)).toBe(null)
})
