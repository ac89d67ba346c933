import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatehouseError } from '../../gateway/core/errors.ts'
import { workorders } from '../../gateway/records/workorders.ts'
import type { Role } from '../../rules/flow.ts'
import type { OrderAction, OrderPhase } from '../../rules/workorder.ts'
import { li, records } from '../support/records.ts'

const MIN = 60_000
/** Beijing's calendar day, eight hours before Greenwich's. */
const day = (at: number) => new Date(at + 480 * MIN).toISOString().slice(0, 10).replaceAll('-', '')

let r: ReturnType<typeof records>
let w: ReturnType<typeof workorders>
beforeEach(() => {
  r = records()
  w = workorders(r.db, day)
})
afterEach(() => r.end())

const manager = { name: 'ma', role: 'manager' as const }
const trouble = (alarm = 'tripped:pump-1:tripped') => ({
  alarm,
  text: { 'zh-CN': '跳闸', en: 'Tripped' },
  class: 'urgent' as const,
  severity: 'high' as const,
  equipment: 'pump-1',
})
const open = (alarm?: string) => r.trail.change(li, note => w.openFor(note, trouble(alarm), r.time.now))
const move = (
  id: string,
  action: OrderAction,
  actor: { readonly name: string; readonly role: Role } = li,
  ask: { reason?: string; from?: OrderPhase; alarmActive?: boolean; alarmRetired?: boolean } = {},
) =>
  r.trail.change(actor, note =>
    w.move(note, id, action, actor, { alarmActive: false, alarmRetired: false, ...ask }, r.time.now),
  )
const code = (work: () => unknown): string => {
  try {
    work()
    return 'no error'
  } catch (error) {
    return (error as GatehouseError).code
  }
}
const toFixed = (id: string) => {
  for (const action of ['accept', 'arrive', 'fix'] as const) move(id, action)
}

describe('an order', () => {
  it('has its deadlines from the moment it was opened', () => {
    expect(open()).toMatchObject({
      phase: 'new',
      occurrences: 1,
      openedAt: r.time.now,
      arriveBy: r.time.now + 15 * MIN,
      restoreBy: r.time.now + 360 * MIN,
    })
  })
  it('moves along its flow, and remembers who and when', () => {
    const { id } = open()
    move(id, 'accept')
    r.time.now += 5 * MIN
    move(id, 'arrive')
    r.time.now += 5 * MIN
    move(id, 'fix')
    r.time.now += 5 * MIN
    const start = r.time.now - 15 * MIN
    expect(move(id, 'close', manager)).toMatchObject({
      phase: 'closed',
      assignee: 'li',
      arrivedAt: start + 5 * MIN,
      fixedAt: start + 10 * MIN,
      closedAt: start + 15 * MIN,
    })
    expect(r.trail.of('workorder', id).map(e => `${e.action} ${e.actor}`)).toEqual([
      'opened li',
      'accept li',
      'arrive li',
      'fix li',
      'close ma',
    ])
  })
  it('reopened keeps its first arrival and its deadlines, and is not fixed', () => {
    const { id, restoreBy } = open()
    toFixed(id)
    const { arrivedAt } = w.get(id)!
    r.time.now += MIN
    move(id, 'reopen', manager, { reason: 'still leaks' })
    expect(w.get(id)).toMatchObject({ phase: 'accepted', fixedAt: null, arrivedAt, restoreBy })
    r.time.now += MIN
    move(id, 'arrive')
    expect(w.get(id)!.arrivedAt).toBe(arrivedAt)
  })
  it('says why a move is refused, and changes nothing', () => {
    const { id } = open()
    const refused: [string, () => unknown][] = [
      ['not-found', () => move('nobody', 'accept')],
      ['no-such-move', () => move(id, 'fix')],
      ['not-your-role', () => move(id, 'accept', manager)],
      ['needs-reason', () => move(id, 'cancel', manager)],
      ['somebody-was-faster', () => move(id, 'accept', li, { from: 'accepted' })],
    ]
    for (const [expected, work] of refused) expect(code(work)).toBe(expected)
    expect([w.get(id)!.phase, r.trail.head()]).toEqual(['new', 1])
  })
  it('with its alarm still active closes only with a reason, which is kept', () => {
    const { id } = open()
    toFixed(id)
    expect(code(() => move(id, 'close', manager, { alarmActive: true }))).toBe('needs-reason')
    move(id, 'close', manager, { alarmActive: true, reason: 'sensor is broken' })
    expect(r.trail.of('workorder', id).at(-1)!.data).toMatchObject({ reason: 'sensor is broken', to: 'closed' })
  })
  it('nor without a reason when its alarm was taken out of the site, or by who fixed it', () => {
    const { id } = open()
    toFixed(id)
    const admin = { name: 'li', role: 'admin' as const }
    expect(code(() => move(id, 'close', manager, { alarmRetired: true }))).toBe('needs-reason')
    expect(code(() => move(id, 'close', admin))).toBe('needs-reason')
    expect(move(id, 'close', manager)).toMatchObject({ phase: 'closed', fixedBy: 'li' })
  })
  it('two people at the same moment: the second learns that somebody was faster', () => {
    const { id } = open()
    const wang = { ...li, name: 'wang' }
    move(id, 'accept', li, { from: 'new' })
    expect(code(() => move(id, 'accept', wang, { from: 'new' }))).toBe('somebody-was-faster')
    expect(w.get(id)!.assignee).toBe('li')
  })
})

describe('one trouble, one open order', () => {
  it('the same alarm again is counted', () => {
    const first = open()
    expect(open()).toMatchObject({ id: first.id, occurrences: 2, phase: 'new' })
    expect(open('other').id).not.toBe(first.id)
    expect(w.list('open', 10)).toHaveLength(2)
  })
  it('again after it was fixed: reopened, not fixed', () => {
    const { id } = open()
    toFixed(id)
    expect(open()).toMatchObject({ id, occurrences: 2, phase: 'accepted', fixedAt: null, assignee: 'li' })
    expect(r.trail.of('workorder', id).at(-1)).toMatchObject({ action: 'reopened' })
  })
  it('again after it was closed or cancelled: a new one', () => {
    const first = open()
    toFixed(first.id)
    move(first.id, 'close', manager)
    const second = open()
    move(second.id, 'cancel', manager, { reason: 'test' })
    const third = open()
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
    expect(w.openOf(trouble().alarm)?.id).toBe(third.id)
  })
  it('the file itself refuses a second one', () => {
    const { alarm } = open()
    const other = open('other')
    const copy = r.db.prepare('UPDATE workorder SET alarm = ? WHERE id = ?')
    expect(() => copy.run(alarm, other.id)).toThrow(/UNIQUE/)
  })
})

describe('numbers', () => {
  it("count from 001 each day of the site's calendar", () => {
    r.time.now = Date.parse('2026-11-21T15:59:59Z')
    expect([open('a').no, open('b').no]).toEqual(['WO-20261121-001', 'WO-20261121-002'])
    r.time.now = Date.parse('2026-11-21T16:00:00Z')
    expect(open('c').no).toBe('WO-20261122-001')
  })
  it('go on after a restart, and when the clock was set back', () => {
    open('a')
    r = r.again()
    w = workorders(r.db, day)
    r.time.now += 86_400_000
    open('b')
    r.time.now -= 86_400_000
    expect(open('c').no).toBe('WO-20261121-002')
  })
  it('are not used up by an order that could not be written', () => {
    const room = r.fill()
    expect(() => {
      for (let i = 0; i < 1000; i++) open(`a${i}`)
    }).toThrow(/full/)
    room()
    const n = w.list('all', 10_000).length
    expect(open('last').no).toBe(`WO-20261121-${String(n + 1).padStart(3, '0')}`)
  })
  it('has more than 999 in a day', () => {
    r.db.tx(() => {
      for (let i = 0; i < 1000; i++) open(`a${i}`)
    })
    expect(open('z').no).toBe('WO-20261121-1001')
  })
})

it('lists newest first, in pages', () => {
  for (let i = 0; i < 5; i++) {
    r.time.now += 1000
    open(`a${i}`)
  }
  const first = w.list('open', 2)
  const rest = w.list('open', 10, first.at(-1)!.id)
  expect([...first, ...rest].map(o => o.alarm)).toEqual(['a4', 'a3', 'a2', 'a1', 'a0'])
  move(first[0]!.id, 'cancel', manager, { reason: 'x' })
  expect([w.list('open', 10).length, w.list('all', 10).length]).toEqual([4, 5])
})
