import { afterEach, beforeEach, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { begin as beginAt, doors, guard, point, site, t } from '../support/patrol.ts'
import { records } from '../support/records.ts'

const MIN = 60_000
let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

const begin = (...args: Parameters<typeof beginAt> extends [unknown, ...infer Rest] ? Rest : never) =>
  beginAt(r, ...args)
const round = '2026-11-21.night.1.1'

it('a site where nobody ever walks: rounds are there ahead, and missing is an entry and an alarm of each place', () => {
  const { to, rounds, patrol } = begin('21 12:00')
  expect(rounds('2026-11-21')).toEqual(['2026-11-21.plant.1.1 planned', `${round} planned`])
  expect(rounds('2026-11-22').length).toBe(2)
  // What was before the site had routes nobody has missed.
  expect(rounds('2026-11-20')).toEqual([])
  expect(to('21 21:10')).toEqual([])
  expect(to('21 21:11')).toEqual(['gatehouse.patrol/b1'])
  expect(to('22 00:31')).toEqual(['gatehouse.patrol/b1', 'gatehouse.patrol/vault'])
  const closed = r.trail.of('round', round).map(e => [e.action, e.data])
  expect(closed).toEqual([['closed', { state: 'not_started', missed: ['c1', 'c2', 'c3'] }]])
  // Days after a restart, and after a time in which no gateway ran.
  expect(to('24 12:00').length).toBe(2)
  expect(rounds('2026-11-23')).toEqual(['2026-11-23.plant.1.1 not_started', '2026-11-23.night.1.1 not_started'])
  // Somebody comes: the place is no alarm any more. The others are excused one by one.
  const again = begin('24 12:00')
  again.send('24 12:01', [again.record('24 12:01', '04:03')])
  expect(again.to('24 12:02')).toEqual(['gatehouse.patrol/b1'])
  expect(() => patrol.excuse(round, 'c9', 'why', guard)).toThrow('was not missed')
  for (const one of patrol.records.within(0, r.time.now))
    for (const p of patrol.records.pointsOf(one.id))
      if (p.verdicts.includes('missed')) patrol.excuse(one.id, p.checkpoint, 'lift out of service', guard)
  expect(again.to('24 12:03')).toEqual([])
})

it('a round told in the morning is on time; the floor left out stays missing; the same batch again changes nothing', () => {
  const { to, send, record, rounds } = begin('21 12:00')
  expect(to('22 00:40')).toContain('gatehouse.patrol/vault')
  expect(rounds('2026-11-21')[1]).toBe(`${round} not_started`)
  const batch = [record('21 23:55', '04:01'), record('22 00:05', '0402')]
  expect(send('22 08:00', batch)).toEqual(['taken on_time', 'taken on_time'])
  expect(rounds('2026-11-21')[1]).toBe(`${round} incomplete`)
  const found = r.trail.of('round', round).filter(e => e.action === 'found')
  expect(found.map(e => e.data.checkpoint)).toEqual(['c1', 'c2'])
  const head = r.trail.head()
  expect(send('22 08:01', batch)).toEqual(['before on_time', 'before on_time'])
  expect(send('22 08:01', [{ ...batch[0]!, at: batch[0]!.at + MIN }])).toEqual(['other on_time'])
  expect(r.trail.head()).toBe(head)
  expect(to('22 08:02')).toContain('gatehouse.patrol/vault')
})

it('a stick whose clock is wrong, in whose row a number is missing, and a tag that nobody knows', () => {
  const { to, send, record, patrol } = begin('21 12:00')
  const ahead = 7 * MIN
  const shifted = (when: string, tag: string, more: object = {}) => {
    const made = record(when, tag, { person: 'zhao', ...more })
    return { ...made, at: made.at + ahead }
  }
  const at = (when: string) => t(when) + ahead
  expect(send('21 20:30', [shifted('21 20:29', '99')], 'stick-1', at('21 20:30'))).toEqual([
    'taken unknown_tag unsigned',
  ])
  const late = [shifted('22 00:00', '04:01'), shifted('22 00:18', '04:02', { n: 4 })]
  expect(send('22 14:00', late, 'stick-1', at('22 14:00'))).toEqual([
    'taken on_time late_upload unsigned',
    'taken on_time late_upload gap_before unsigned',
  ])
  expect(patrol.records.scanOf('stick-1', 2)).toMatchObject({ at: t('22 00:00'), deviceAt: at('22 00:00'), round })
  expect(to('22 14:01')).toContain('gatehouse.patrol-records/missing')
  patrol.settle('stick-1', 'was in repair', guard)
  expect(to('22 14:02')).not.toContain('gatehouse.patrol-records/missing')
  // Somebody else has it, and one that nobody has registered.
  expect(send('22 23:55', [shifted('22 23:52', '04:01', { n: 5, person: 'li' })], 'stick-1', at('22 23:55'))).toEqual([
    'taken on_time wrong_person unsigned',
  ])
  expect(send('22 23:55', [record('22 23:53', '04:01', { n: 1 })], 'stick-9')).toEqual([
    'taken on_time wrong_device unsigned',
  ])
})

it('what is not in order is one order per place and item; a broken tag excuses its point; a flame asks for a permit', () => {
  const { send, record, workorders, rounds } = begin('21 23:00')
  const bad = (id: string, more: object = {}) => [{ id, ok: false, note: '', ...more }]
  send('21 23:51', [record('21 23:51', '04:01', { items: [...bad('doors'), ...bad('flame', { permit: 'none' })] })])
  send('21 23:55', [record('21 23:55', '04:02', { items: bad('doors') })])
  send('21 23:59', [record('21 23:59', '', { checkpoint: 'night/c3', method: 'broken' })])
  const open = workorders
    .list('open', 10)
    .map(o => [o.text.en, o.class, o.space, o.occurrences])
    .sort()
  expect(open).toEqual([
    ['Patrol, not in order: doors', 'general', 'b1', 2],
    ['Patrol: open flame without a permit', 'urgent', 'b1', 1],
    ['Tag of a patrol point is broken: c3', 'general', 'vault', 1],
  ])
  expect(rounds('2026-11-21').at(-1)).toBe(`${round} complete_with_exceptions`)
})

it('with a register of permits its word counts, not the paper', () => {
  const flame = { id: 'flame', ok: false, note: '' }
  const yes = begin('21 23:00', { permit: true })
  yes.send('21 23:51', [yes.record('21 23:51', '04:01', { items: [{ ...flame, permit: 'none' }] })])
  expect(yes.workorders.list('open', 10)).toEqual([])
  const no = begin('22 23:00', { permit: false })
  no.send('22 23:51', [no.record('22 23:51', '04:01', { n: 2, items: [{ ...flame, permit: 'shown' }] })])
  expect(no.workorders.list('open', 10).length).toBe(1)
})

it('another name on the phone does not help whose role does not walk the route', () => {
  const { record, patrol } = begin('21 23:00')
  r.time.now = t('21 23:55')
  const lent = {
    device: 'phone-2',
    batch: '',
    clock: r.time.now,
    records: [record('21 23:55', '04:01', { person: 'wang' })],
  }
  const [taken] = patrol.take(lent, { name: 'desk', role: 'desk' })
  expect(taken!.scan.verdicts).toEqual(['on_time', 'wrong_person'])
})

it('a badge at a reader is a visit; a value proves what the plant shows as well', () => {
  const { to, send, record, values, patrol, rounds } = begin('21 12:00')
  r.db
    .prepare(
      "INSERT INTO person (id, no, name, kind, trade, phone, level, roles, status, certificates, created_at) VALUES ('p1', 'P1', 'li', 'staff', '', '', 1, '[]', 'active', '[]', 0)",
    )
    .run()
  const open = r.db.prepare(
    "INSERT INTO access_event (at, door, direction, outcome, rule, person, entered, data) VALUES (?, 'pump-1', 'in', ?, '', 'p1', 1, '{}')",
  )
  open.run(t('21 20:05'), 'denied-level')
  open.run(t('21 20:10'), 'granted')
  to('21 20:11')
  expect(patrol.records.between(0, r.time.now).map(s => [s.person, s.trust, s.verdicts])).toEqual([
    ['li', 'strong', ['on_time']],
  ])
  const read = (when: string, said: string) => record(when, '', { checkpoint: 'plant/gauge', method: 'value', said })
  const pressure = (when: string) =>
    values.set('pump-1/pressure', { point: 'pump-1/pressure', at: t(when), seen: t(when), quality: 'good', value: 4.2 })
  pressure('21 20:20')
  expect(send('21 20:20', [read('21 20:20', '4.2')])).toEqual(['taken on_time'])
  pressure('21 20:40')
  expect(send('21 20:40', [read('21 20:40', '9')])).toEqual(['taken on_time unproven'])
  expect(patrol.records.between(0, r.time.now).map(s => s.trust)).toEqual(['strong', 'fair', 'typed'])
  expect(rounds('2026-11-21')[0]).toBe('2026-11-21.plant.1.1 complete')
  to('21 20:41')
  expect(patrol.records.between(0, r.time.now).length).toBe(3)
})

it('a plan that was changed makes what has not begun anew', () => {
  begin('21 12:00')
  const routes = site.routes.map(x => ({ ...x, rounds: [{ kind: 'window', from: '22:00', to: '23:00' }] }))
  const { rounds, patrol } = begin('21 20:30', { source: { ...site, routes } })
  expect(rounds('2026-11-21').map(x => x.split(' ')[1])).toEqual(['open', 'planned'])
  const night = patrol.records.ofDay('2026-11-21').find(x => x.route === 'night')!
  expect([night.from, night.to]).toEqual([t('21 22:00'), t('21 23:00')])
})

it.each([
  ['routes.0.devices.0', { devices: ['stick-7'] }, 'unknown-patrol-device'],
  ['routes.0.checkpoints.2.tag', { checkpoints: [point(1), point(3, { tag: '0401' })] }, 'tag-two-places'],
  ['routes.0.checkpoints.0.items.1.id', { checkpoints: [point(1, { items: [doors, doors] })] }, 'duplicate-id'],
])('site.json: %s', (_, more, code) => {
  const routes = [{ ...site.routes[0], ...more }, site.routes[1]]
  const { problems } = checkSite(JSON.stringify({ ...site, routes }), drivers, profiles)
  expect(problems.map(p => p.code)).toContain(code)
})
