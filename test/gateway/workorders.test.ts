import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatehouseError } from '../../gateway/core/errors.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { orderWork } from '../../gateway/records/orderwork.ts'
import { openParts } from '../../gateway/records/parts.ts'
import { workorders } from '../../gateway/records/workorders.ts'
import type { Role } from '../../rules/flow.ts'
import type { OrderAction } from '../../rules/workorder.ts'
import { tempFolder } from '../support/gateway.ts'
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
  ask: Partial<Parameters<typeof w.move>[4]> = {},
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

const toFixed2 = (id: string) => {
  for (const action of ['arrive', 'fix'] as const) move(id, action)
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
  it('again within 30 min of the repair, though it was closed: the same one, opened again', () => {
    const { id } = open()
    toFixed(id)
    move(id, 'close', manager)
    r.time.now += 30 * MIN
    expect(open()).toMatchObject({ id, phase: 'accepted', closedAt: null, reopened: 1, occurrences: 2 })
    expect(w.openOf(trouble().alarm)?.id).toBe(id)
  })
  it('later after it was closed: a new one, which says what it follows; after it was cancelled: a new one', () => {
    const first = open()
    toFixed(first.id)
    move(first.id, 'close', manager)
    r.time.now += 31 * MIN
    const second = open()
    expect([second.follows, w.wasFollowed(first.id)]).toEqual([first.id, true])
    move(second.id, 'cancel', manager, { reason: 'test' })
    const third = open()
    expect(third.follows).toBe(null)
    expect(new Set([first.id, second.id, third.id]).size).toBe(3)
    expect(w.openOf(trouble().alarm)?.id).toBe(third.id)
    // The first can't be opened beside it.
    expect(code(() => move(first.id, 'reopen', manager, { reason: 'again' }))).toBe('order-open-already')
  })
  it('two alarms of one equipment and failure class are one order, as urgent as the more urgent', () => {
    const first = r.trail.change(li, note =>
      w.openFor(note, { ...trouble('low:pump-1:p'), failure: 'water', class: 'general' }, r.time.now),
    )
    r.time.now += MIN
    const second = r.trail.change(li, note =>
      w.openFor(note, { ...trouble('none:pump-1:p'), failure: 'water' }, r.time.now),
    )
    expect(second).toMatchObject({ id: first.id, occurrences: 2, class: 'urgent', alarm: 'low:pump-1:p' })
    expect(second.arriveBy).toBe(first.openedAt + 15 * MIN)
    expect(w.alarmsOf(first.id)).toEqual(['low:pump-1:p', 'none:pump-1:p'])
    expect(w.openOf('none:pump-1:p')?.id).toBe(first.id)
    const lives = r.trail.change(li, note =>
      w.openFor(note, { ...trouble('trapped:pump-1:p'), failure: 'water', class: 'life' }, r.time.now),
    )
    expect(lives.id).not.toBe(first.id)
  })
  /** Atlas: each reading beyond a limit created a new order, 30 in a month. */
  it('Atlas: thirty daily readings beyond the limit are one order', () => {
    const ids = new Set<string>()
    for (let i = 0; i < 30; i++) {
      r.time.now += 24 * 60 * MIN
      ids.add(open().id)
    }
    expect([ids.size, w.list('all', 100).length, w.list('open', 1)[0]!.occurrences]).toEqual([1, 1, 30])
  })
  it('the file itself refuses a second one', () => {
    const { alarm } = open()
    const other = open('other')
    const copy = r.db.prepare('UPDATE workorder SET key = ? WHERE id = ?')
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

describe('merging', () => {
  it('counts in the order that takes it in, with its alarms; a new occurrence goes there too; and it can be taken back', () => {
    const a = open('a')
    const b = open('b')
    const merged = move(b.id, 'merge', manager, { into: a.id, reason: 'one pipe' })
    expect(merged).toMatchObject({ phase: 'merged', mergedInto: a.id })
    expect([w.get(a.id)!.occurrences, w.alarmsOf(a.id), w.list('open', 10).length]).toEqual([2, ['a', 'b'], 1])
    expect(open('b').id).toBe(a.id)
    move(b.id, 'unmerge', manager, { reason: 'two pipes' })
    expect([w.get(a.id)!.occurrences, w.alarmsOf(a.id), w.get(b.id)!.phase]).toEqual([2, ['a'], 'new'])
    expect(open('b').id).toBe(b.id)
  })
  it('what was merged comes again after that one was closed: measured by its repair, not opened as new', () => {
    const a = open('a')
    const b = open('b')
    move(b.id, 'merge', manager, { into: a.id, reason: 'one pipe' })
    toFixed(a.id)
    move(a.id, 'close', manager)
    r.time.now += 10 * MIN
    expect(open('b')).toMatchObject({ id: a.id, phase: 'accepted', reopened: 1 })
    toFixed2(a.id)
    move(a.id, 'close', manager)
    r.time.now += 100 * MIN
    expect(open('b')).toMatchObject({ phase: 'new', follows: a.id })
  })
  it('keeps what was noted: materials and photos stay on the order they were noted on [Atlas #138]', () => {
    const a = open('a')
    const b = open('b')
    const material = { part: null, name: 'pipe', quantity: 1, unit: '', priceCents: 1250, payer: 'owner' as const }
    const work = orderWork(r.db, w, openParts(r.db))
    r.trail.change(li, note => work.addMaterial(note, b.id, material, 'li', r.time.now))
    move(b.id, 'merge', manager, { into: a.id, reason: 'one pipe' })
    expect(w.get(b.id)!.materials).toMatchObject([material])
    expect(w.absorbed(a.id)).toEqual([b.id])
  })
  it('into itself, into one that has ended, into nothing: refused, and nothing is changed', () => {
    const a = open('a')
    const b = open('b')
    move(b.id, 'cancel', manager, { reason: 'x' })
    const head = r.trail.head()
    const ask = (into?: string) => code(() => move(a.id, 'merge', manager, { reason: 'x', ...(into && { into }) }))
    expect([ask(a.id), ask(b.id), ask('nobody'), ask()]).toEqual([
      'order-ended',
      'order-ended',
      'not-found',
      'order-field',
    ])
    expect([r.trail.head(), w.get(a.id)!.phase]).toEqual([head, 'new'])
  })
})

describe('what stays with an order', () => {
  const report = () =>
    r.trail.change(li, note =>
      w.openFor(
        note,
        {
          ...trouble(),
          alarm: null,
          severity: null,
          space: 'b1',
          failure: 'water',
          nature: 'water',
          crew: 'plumbing',
          origin: 'report',
        },
        r.time.now,
      ),
    )
  it('everything, over a restart: pauses, materials, photos, what was told, the return visit', () => {
    const { id } = report()
    move(id, 'accept')
    move(id, 'pause', li, { wait: 'part', until: r.time.now + 60 * MIN })
    r.time.now += 61 * MIN
    const [due] = w.due(r.time.now)
    expect(due!.rungs.map(x => `${x.clock} ${x.pct}`)).toContain('pause 100')
    r.trail.change(li, note => w.told(note, id, due!.rungs, r.time.now))
    expect(w.due(r.time.now)).toEqual([])
    const material = { part: null, name: 'gasket', quantity: 2, unit: 'pcs', priceCents: null, payer: null }
    const work = orderWork(r.db, w, openParts(r.db))
    r.trail.change(li, note => work.addMaterial(note, id, material, 'li', r.time.now))
    const photo = {
      hash: 'a'.repeat(64),
      type: 'image/png',
      bytes: 9,
      when: 'before' as const,
      by: 'li',
      at: r.time.now,
    }
    r.trail.change(li, note => w.addPhoto(note, id, photo, r.time.now))
    r.trail.change(li, note => w.addPhoto(note, id, photo, r.time.now))
    move(id, 'arrive')
    move(id, 'fix')
    move(id, 'close', manager)
    const before = w.get(id)
    const { now } = r.time
    r = r.again()
    w = workorders(r.db, day)
    expect(w.get(id)).toEqual(before)
    expect(before).toMatchObject({ materials: [material], photos: [photo], visitBy: now + 48 * 60 * MIN })
    expect(before!.pauses).toMatchObject([{ reason: 'part', to: now }])
    expect(w.list('visits', 10).map(o => o.id)).toEqual([id])
    expect(r.trail.of('workorder', id).map(e => e.action)).toContain('escalated')
  })
  it('a return visit that says no sends it back, in one change', () => {
    const { id } = report()
    toFixed(id)
    move(id, 'close', manager)
    const visit = { outcome: 'answered' as const, solved: false, scores: null, note: '', by: 'mei', at: r.time.now }
    r.trail.change(li, note => w.visit(note, id, visit, r.time.now))
    expect(w.get(id)).toMatchObject({ phase: 'accepted', visitBy: null, reopened: 1 })
    expect(w.list('visits', 10)).toEqual([])
  })
  it('a requester’s yes does not outweigh an alarm that is still there; the no does count', () => {
    const { id } = report()
    toFixed(id)
    const says = (solved: boolean) =>
      code(() => r.trail.change(li, note => w.requesterSays(note, id, solved, true, r.time.now)))
    expect([says(true), w.get(id)!.phase, says(false), w.get(id)!.phase]).toEqual([
      'alarm-still-there',
      'fixed',
      'no error',
      'accepted',
    ])
  })
  it('the requester says that it works, or that it does not', () => {
    const { id } = report()
    expect(code(() => r.trail.change(li, note => w.requesterSays(note, id, true, false, r.time.now)))).toBe(
      'no-such-move',
    )
    toFixed(id)
    r.trail.change(li, note => w.requesterSays(note, id, false, false, r.time.now))
    expect(w.get(id)).toMatchObject({ phase: 'accepted', reopened: 1 })
    move(id, 'arrive')
    move(id, 'fix')
    r.trail.change(li, note => w.requesterSays(note, id, true, false, r.time.now))
    expect(w.get(id)).toMatchObject({ phase: 'verified', verifiedBy: 'requester' })
  })
})

it('orders of the first version go on: the same trouble counts there, and what they lack is nothing', () => {
  r.end()
  const folder = tempFolder()
  const old = openDb(join(folder.path, 'records.db'), migrations.slice(0, 2))
  old
    .prepare(
      `INSERT INTO workorder VALUES ('01OLD', 'WO-20261120-001', '{"zh-CN":"跳闸","en":"Tripped"}', 'urgent', 'accepted',
       'tripped:pump-1:tripped', 'high', 'pump-1', 'li', 1, 1000, 901000, 21601000, NULL, NULL, NULL, NULL)`,
    )
    .run()
  old.close()
  r = records(folder)
  w = workorders(r.db, day)
  expect(open()).toMatchObject({ id: '01OLD', occurrences: 2, acceptedAt: 1000, pauses: [], origin: 'alarm' })
  expect(w.openOf('tripped:pump-1:tripped')?.id).toBe('01OLD')
})
