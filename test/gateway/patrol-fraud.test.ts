import { generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { readerDevice } from '../../gateway/patrol/readers.ts'
import { patrolFigures } from '../../gateway/patrol/report.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { type SignedBatch, signedText } from '../../rules/patrol/signed.ts'
import { begin as beginAt, guard, point, site, t } from '../support/patrol.ts'
import { records } from '../support/records.ts'
import { both } from '../support/sites.ts'

/** The frauds of people-and-permits 2.5, each seen; and what supervisors do with them. */
const manager = { name: 'chen', role: 'manager' }
let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())
type Rest = Parameters<typeof beginAt> extends [unknown, ...infer More] ? More : never
const begin = (...args: Rest) => beginAt(r, ...args)
const round = '2026-11-21.night.1.1'
const trailOf = (kind: string, id: string) => r.trail.of(kind, id).map(e => `${e.actor} ${e.action}`)

it('tags carried to the booth and a copy at another device put the tag in doubt, once; the supervisor decides', () => {
  const { send, record, patrol, to } = begin('21 23:00')
  const stateOf = (uid: string) => {
    const tag = patrol.reviewing.tags().find(x => x.uid === uid)!
    return [tag.state, tag.doubt]
  }
  expect(stateOf('0401')).toEqual(['active', null])
  expect(send('21 23:52', [record('21 23:52', '04:01')])).toEqual(['taken on_time'])
  // Ten seconds later at a point that is 30 s away: the tag hangs somewhere else.
  expect(send('21 23:52', [{ ...record('21 23:52', '04:02'), at: t('21 23:52') + 10_000 }])[0]).toContain('too_fast')
  expect(stateOf('0402')).toEqual(['suspect', 'moved'])
  expect(to('21 23:53')).toContain('gatehouse.patrol-records/tags')
  // The same tag at two devices within seconds.
  send('21 23:56', [record('21 23:56', '04:03')])
  const copy = { ...record('21 23:56', '04:03', { n: 1, person: 'li' }), at: t('21 23:56') + 5000 }
  r.time.now = t('21 23:57')
  patrol.take({ device: 'phone-2', batch: '', clock: r.time.now, records: [copy] }, { name: 'li', role: 'guard' })
  expect(stateOf('0403')).toEqual(['suspect', 'cloned'])
  // What is read from a tag in doubt still counts, and is worth less.
  send('22 00:10', [record('22 00:10', '04:02')])
  const last = patrol.records.between(t('22 00:09'), t('22 00:11'))[0]!
  expect([last.trust, last.flags.includes('tag_suspect'), last.valid]).toEqual(['low', true, true])
  // A number that somebody types says nothing against the tag.
  send('22 00:11', [{ ...record('22 00:11', '04:01', { method: 'typed' }), at: t('22 00:10') + 5000 }])
  expect(stateOf('0401')).toEqual(['active', null])

  const move = (uid: string, action: 'clear' | 'replace' | 'retire', tag?: string, by = manager) =>
    patrol.reviewing.moveTag(uid, action, 'looked at it', tag, by)
  expect(() => move('0402', 'clear', undefined, guard)).toThrow('may not')
  expect(() => move('0401', 'clear')).toThrow('no such move')
  expect(() => move('0999', 'retire')).toThrow('Not found')
  move('0402', 'clear')
  expect(stateOf('0402')).toEqual(['active', null])
  expect(() => move('0403', 'replace', '04:01')).toThrow('in use already')
  expect(() => move('0403', 'replace', ' ')).toThrow('in use already')
  move('0403', 'replace', '04:AA')
  expect(to('22 00:12')).not.toContain('gatehouse.patrol-records/tags')
  expect(trailOf('patrol-tag', '0403')).toEqual(['li doubted', 'chen replace'])
  // The new one stands for the point, also after it was replaced again; the old ones are unknown, and said to be gone.
  move('04AA', 'replace', '04:BB')
  const said = (tag: string) => send('22 00:14', [record('22 00:14', tag)])[0]
  expect([said('04:03'), said('04:AA'), said('04:BB')]).toEqual([
    'taken unknown_tag tag_gone',
    'taken unknown_tag tag_gone',
    expect.stringContaining('taken on_time'),
  ])
  expect(patrol.tagAt('04:03')).toBe('04BB')
  expect(() => move('0403', 'retire')).toThrow('no such move')
  move('04BB', 'retire')
  expect([said('04:BB'), patrol.tagAt('04:03')]).toEqual(['taken unknown_tag tag_gone', null])
  expect(patrol.reviewing.tags().find(x => x.uid === '04BB')?.places).toEqual([{ route: 'night', checkpoint: 'c3' }])
})

it('a broken tag is in doubt until it is replaced; whoever may not be there puts none in doubt', () => {
  const { record, patrol } = begin('21 23:00')
  const broken = record('21 23:55', '', { checkpoint: 'night/c2', method: 'broken' })
  r.time.now = t('21 23:55')
  patrol.take({ device: 'phone-1', batch: '', clock: r.time.now, records: [broken] }, guard)
  expect(patrol.reviewing.tags().find(x => x.uid === '0402')).toMatchObject({ state: 'suspect', doubt: 'dead' })
  patrol.reviewing.moveTag('0402', 'replace', 'new one', '04:CC', manager)
  expect(patrol.tagAt('04:02')).toBe('04CC')
  const foreign = [
    { ...record('21 23:56', '04:01', { n: 1 }) },
    { ...record('21 23:56', '04:03', { n: 2 }), at: t('21 23:56') + 1000 },
  ]
  patrol.take({ device: 'phone-9', batch: '', clock: t('21 23:57'), records: foreign }, { name: 'desk', role: 'desk' })
  expect(patrol.reviewing.tags().filter(x => x.state === 'suspect')).toEqual([])
})

it('two devices in one pocket are flagged at the third point, whichever is told first', () => {
  const source = {
    ...site,
    routes: [{ ...site.routes[0], ordered: false, checkpoints: [point(1), point(2), point(3)] }],
  }
  const { record, patrol } = begin('21 23:00', { source })
  const times = ['21 23:51', '21 23:56', '22 00:01'] as const
  const walk = (device: string, person: string, lag: number) => {
    r.time.now = t('22 00:05')
    const list = times.map((when, i) => ({ ...record(when, `04:0${i + 1}`, { n: i + 1, person }), at: t(when) + lag }))
    return patrol
      .take({ device, batch: '', clock: r.time.now, records: list }, { name: person, role: 'guard' })
      .map(x => x.scan.flags.includes('together'))
  }
  expect(walk('phone-2', 'li', 30_000)).toEqual([false, false, false])
  expect(walk('phone-1', 'wang', 0)).toEqual([false, false, true])
  expect(walk('phone-3', 'zhao', 200_000)).toEqual([false, false, false])
})

it('a stick that was opened says so: its records are marked and it is an alarm until somebody has looked', () => {
  const { record, to, patrol } = begin('21 23:00')
  const at = (when: string, list: Parameters<typeof patrol.take>[0]['records']) => {
    r.time.now = t(when)
    return patrol
      .take({ device: 'stick-1', batch: '1', clock: r.time.now, records: list, signed: true }, guard)
      .map(x => [x.result, ...x.scan.verdicts, ...x.scan.flags].join(' '))
  }
  const opened = record('21 23:50', '', { method: 'tamper', said: 'opened' })
  const batch = [opened, record('21 23:55', '04:01', { person: 'zhao', method: 'stick' })]
  expect(at('21 23:56', batch)).toEqual(['taken tampered', 'taken on_time'])
  expect(at('21 23:56', batch)).toEqual(['before tampered', 'before on_time'])
  expect(at('21 23:59', [record('21 23:58', '04:02', { person: 'zhao', method: 'stick' })])).toEqual([
    'taken on_time tampered',
  ])
  expect(to('22 00:00')).toContain('gatehouse.patrol-records/tampered')
  expect(patrol.records.devices()[0]!.state.tampers).toEqual([{ at: t('21 23:50'), said: 'opened' }])
  patrol.settle('stick-1', 'fell down the stairs', manager)
  expect(to('22 00:01')).not.toContain('gatehouse.patrol-records/tampered')
  expect(at('22 00:05', [record('22 00:04', '04:03', { person: 'zhao', method: 'stick' })])).toEqual(['taken on_time'])
})

it('a signature is believed of its own device and batch only; unsigned is graded lower', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = Buffer.from((publicKey.export({ format: 'jwk' }) as { x: string }).x, 'base64url').toString('base64')
  const devices = [
    { id: 'stick-1', name: both('stick 1'), key },
    { id: 'stick-2', name: both('stick 2') },
  ]
  const { patrol, record, to } = begin('21 23:00', { source: { ...site, patrol: { devices } } })
  const batch: SignedBatch = {
    ...{ device: 'stick-1', batch: '9', clock: '2026-11-21T15:56:00Z' },
    records: [
      { n: 1, at: '2026-11-21T15:55:00Z', tag: '04:01', method: 'stick', items: [], photos: [], note: '', said: '' },
    ],
  }
  const signed = (b: SignedBatch) => sign(null, Buffer.from(signedText(b)), privateKey).toString('base64')
  const sig = signed(batch)
  const moved = { ...batch, records: [{ ...batch.records[0]!, at: '2026-11-21T15:50:00Z' }] }
  expect([
    ...[
      patrol.isSigned(batch, sig),
      patrol.isSigned(moved, sig),
      patrol.isSigned({ ...batch, device: 'stick-2' }, sig),
    ],
    ...[
      patrol.isSigned({ ...batch, records: [] }, sig),
      patrol.isSigned(batch, 'x'),
      patrol.isSigned(batch, `${sig.startsWith('A') ? 'B' : 'A'}${sig.slice(1)}`),
    ],
  ]).toEqual([true, false, false, false, false, false])
  const trust = (n: number, isSigned: boolean) => {
    r.time.now = t('21 23:59')
    const one = record('21 23:55', `04:0${n}`, { n, method: 'stick' })
    return patrol.take({ device: 'stick-1', batch: '', clock: r.time.now, records: [one], signed: isSigned }, guard)[0]!
      .scan.trust
  }
  expect([trust(1, true), trust(2, false)]).toEqual(['good', 'low'])
  // One whose signature is wrong was refused, and somebody has to look why.
  patrol.forged('stick-1', guard)
  expect(to('22 00:00')).toContain('gatehouse.patrol-records/tampered')
  expect(trailOf('patrol', 'stick-1')).toContain('wang signature-refused')
})

it('reviewed by somebody else with a reason for each exception, then sealed: nothing changes it, and what comes stands beside it', () => {
  const { send, record, to, patrol } = begin('21 23:00')
  const { reviewing } = patrol
  send('21 23:52', [record('21 23:52', '04:01')])
  send('22 00:25', [record('22 00:25', '04:02')])
  const reason = (checkpoint: string) => ({ checkpoint, reason: 'incident' as const, note: '' })
  expect(() => reviewing.review(round, [], manager)).toThrow('not over')
  to('22 00:31')
  expect(reviewing.exceptionsOf(round)).toEqual(['c2', 'c3'])
  expect(() => reviewing.review(round, [reason('c2'), reason('c3')], { name: 'Wang', role: 'manager' })).toThrow(
    'yourself',
  )
  expect(() => reviewing.review(round, [reason('c2')], manager)).toThrow('c3')
  expect(() => reviewing.seal(round, manager)).toThrow('not reviewed')
  reviewing.review(round, [reason('c2'), reason('c3'), reason('c1')], manager)
  expect(patrol.records.one(round).review?.reasons.map(x => x.checkpoint)).toEqual(['c2', 'c3'])
  expect(() => reviewing.review(round, [reason('c2'), reason('c3')], manager)).toThrow('already')
  reviewing.seal(round, manager)
  const { hash } = patrol.records.one(round).seal!
  expect([hash.length, reviewing.hashOf(round)]).toEqual([64, hash])
  expect(trailOf('round', round)).toEqual(['gateway closed', 'chen reviewed', 'chen sealed'])
  // Nothing may change it: no excuse, no second seal, no visit that is told in the morning.
  expect(() => patrol.excuse(round, 'c3', 'why', manager)).toThrow('sealed')
  expect(() => reviewing.seal(round, manager)).toThrow('sealed')
  expect(send('22 08:00', [record('22 00:05', '04:03')])[0]).toContain('after_seal')
  expect(patrol.records.pointsOf(round).find(p => p.checkpoint === 'c3')?.verdicts).toEqual(['missed'])
  expect(reviewing.hashOf(round)).toBe(hash)
  expect(reviewing.remarks(round).map(x => [x.by, x.text.includes('c3')])).toEqual([['gateway', true]])
  reviewing.remark(round, 'the guard forgot to upload', manager)
  expect([reviewing.remarks(round).length, reviewing.hashOf(round)]).toEqual([2, hash])
  expect(reviewing.sealedSince(0).map(s => s.id)).toEqual([round])
  // Whoever changes the database behind the gateway's back is seen.
  r.db.prepare("UPDATE patrol_point SET verdicts = '[\"on_time\"]' WHERE checkpoint = 'c3'").run()
  expect(reviewing.hashOf(round)).not.toBe(hash)
})

it('a learned time is proposed, and judges nobody before the supervisor has confirmed it', () => {
  const plan = [{ kind: 'window', from: '08:00', to: '23:00' }]
  const source = { ...site, routes: [{ ...site.routes[0], ordered: false, rounds: plan }] }
  const { record, send, patrol } = begin('1 07:00', { source })
  for (let day = 1; day <= 20; day++) {
    const when = `${day} 09:00`
    const first = record(when, '04:01')
    send(`${day} 09:05`, [first, { ...record(when, '04:02'), at: t(when) + 120_000 }])
  }
  const { reviewing } = patrol
  const proposed = reviewing.travels()
  expect(proposed).toMatchObject([{ route: 'night', from: 'c1', to: 'c2', walks: 20, sec: 120, confirmed: null }])
  const quick = (day: number) => {
    const first = record(`${day} 10:00`, '04:01')
    return send(`${day} 10:05`, [first, { ...record(`${day} 10:00`, '04:02'), at: t(`${day} 10:00`) + 60_000 }])[1]
  }
  expect(quick(21)).toBe('taken')
  expect(() => reviewing.confirmTravel('night', 'c2', 'c1', 100, manager)).toThrow('Insufficient data')
  expect(() => reviewing.confirmTravel('night', 'c1', 'c2', 999, manager)).toThrow('by now')
  reviewing.confirmTravel('night', 'c1', 'c2', 120, manager)
  expect(trailOf('patrol-travel', 'night/c1/c2')).toEqual(['chen confirmed'])
  expect(quick(22)).toBe('taken too_fast')
  expect(patrol.records.between(t('22 09:00'), t('22 11:00')).at(-1)?.ruleVersion).toBe(2)
  reviewing.forgetTravel('night', 'c1', 'c2', 'stairs are open again', manager)
  // The tag that was read too soon is still in doubt.
  expect(quick(23)).toBe('taken tag_suspect')
  expect(() => reviewing.forgetTravel('night', 'c1', 'c2', 'again', manager)).toThrow('Not found')
})

it('a reader on the wall: lost messages lose nothing, doubled ones double nothing, a number that never comes is missing', () => {
  const reader = (id: string) => ({
    ...{ id, kind: 'checkpoint', name: both(id), space: 'b1', channel: 'meters', unit: 9 },
    points: [{ key: 'log', table: 'input', address: 20, type: 'string', length: 120 }],
  })
  const wall = { kind: 'reader', id: 'wall', space: 'b1', reader: 'cp-1' }
  const routes = [
    {
      ...{ id: 'wall', name: both('wall'), by: ['guard'], checkpoints: [wall] },
      rounds: [{ kind: 'window', from: '20:00', to: '23:00' }],
    },
  ]
  const channels = [{ id: 'meters', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }]
  const source = { ...site, channels, equipment: [reader('cp-1')], routes, packs: [], rules: [] }
  const { patrol, values, to } = begin('21 19:00', { source })
  const hex = (n: number) => n.toString(16).padStart(8, '0')
  const read = (n: number, when: string, uid = '04A21B6A7C5E80') => hex(n) + hex(t(when) / 1000) + uid
  const say = (when: string, ...entries: string[]) => {
    const sample = { point: 'cp-1/log' as const, at: t(when), seen: t(when), quality: 'good' as const }
    r.time.now = t(when)
    values.set('cp-1/log', { ...sample, value: entries.join('') })
    patrol.heard({ samples: [{ ...sample, value: '' }], batches: [] })
    const all = patrol.records.between(0, t('22 00:00'))
    return all.map(s => [s.n, s.person, s.trust, ...s.verdicts, ...s.flags].join(' '))
  }
  // It has hung there for years: numbers of before are no matter of this gateway.
  const first = say('21 20:05', read(500, '21 20:05'))
  expect(first).toEqual(['500 li strong on_time'])
  expect(say('21 20:06', read(500, '21 20:05'))).toEqual(first)
  // Two messages were lost; the next one says all again, with a badge of nobody among them.
  const three = say(
    '21 21:00',
    read(503, '21 21:00'),
    read(502, '21 20:50', '04FFFFFFFFFF99'),
    read(501, '21 20:40'),
    read(500, '21 20:05'),
  )
  expect(three).toEqual([
    ...first,
    '501 li strong on_time',
    '502  strong on_time wrong_person',
    '503 li strong on_time',
  ])
  expect(patrol.records.scanOf(readerDevice('cp-1'), 502)?.note).toBe('…FF99')
  expect(say('21 21:00', read(503, '21 21:00'), read(502, '21 20:50', '04FFFFFFFFFF99'))).toEqual(three)
  expect(to('21 21:01')).not.toContain('gatehouse.patrol-records/missing')
  // More was read than it remembers: what is lost is said to be.
  expect(say('21 22:00', read(510, '21 22:00'))).toHaveLength(5)
  expect(to('21 22:01')).toContain('gatehouse.patrol-records/missing')
  expect(patrol.records.device(readerDevice('cp-1')).gaps).toEqual([[504, 509]])
  // Garbage is no reading.
  expect(say('21 22:05', 'not a log')).toHaveLength(5)
  expect(patrol.records.ofDay('2026-11-21').map(x => patrol.stateOf(x, r.time.now))).toEqual(['complete'])
})

it('a zone whose detectors are isolated is walked each 30 min from then on: missed is an alarm, and it ends with the isolation', () => {
  const { patrol, zones, send, record, to, rounds } = begin('21 12:00')
  zones.push({ no: 'Z-1', space: 'b1', from: t('21 12:00') })
  expect(to('21 12:00')).toEqual([])
  const watch = () => rounds('2026-11-21').filter(x => x.includes('isolation'))
  const id = (n: number) => `2026-11-21.isolation.Z-1.1.${n}`
  expect(watch()).toEqual([`${id(1)} open`, `${id(2)} planned`, `${id(3)} planned`])
  const names = patrol.records.one(id(1)).points
  // All points within the zone, each place once; the vault is a room of it.
  expect(names).toEqual(['night.c1', 'night.c2', 'night.c3', 'plant.door', 'plant.gauge'])
  // A visit counts for it without any round of the site being due.
  expect(send('21 12:10', [record('21 12:10', '04:01')])).toEqual(['taken on_time'])
  expect(send('21 12:12', [record('21 12:12', '04:02')])).toEqual(['taken on_time'])
  expect(to('21 12:36')).toEqual(['gatehouse.patrol/b1', 'gatehouse.patrol/vault'])
  expect(rounds('2026-11-21').filter(x => x.startsWith(`${id(1)} `))).toEqual([`${id(1)} incomplete`])
  expect(watch().length).toBe(4)
  // Once more in time: that place is an alarm no more, the others are.
  send('21 12:40', [record('21 12:40', '04:03')])
  expect(to('21 12:41')).toEqual(['gatehouse.patrol/b1'])
  // The detectors are back: what was begun is no fault of anybody, what was not is gone, what was missed stays so.
  zones.pop()
  to('21 12:42')
  expect(watch()).toEqual([`${id(1)} incomplete`, `${id(2)} complete_with_exceptions`])
  expect(patrol.records.pointsOf(id(2)).filter(p => p.reason === 'isolation-over').length).toBe(4)
  expect(trailOf('round', 'isolation.Z-1')).toEqual(['gateway planned', 'gateway planned', 'gateway isolation-over'])
  // A zone without any point is looked after all the same, by hand.
  zones.push({ no: 'Z-2', space: 'roof', from: t('21 13:00') })
  const bare = begin('21 13:00', {
    source: { ...site, routes: [], permits: { isolation: true }, patrol: { devices: [] } },
  })
  bare.zones.push({ no: 'Z-3', space: 'vault', from: t('21 13:00') })
  bare.to('21 13:01')
  const by = bare.record('21 13:05', '', { checkpoint: 'isolation.Z-3/.vault', method: 'typed' })
  expect(bare.send('21 13:05', [by], 'phone-5')).toEqual(['taken on_time'])
  expect(bare.rounds('2026-11-21').filter(x => x.includes('Z-3'))[0]).toBe('2026-11-21.isolation.Z-3.1.1 complete')
})

it('a day of rounds is sealed at once where nothing needs a thought: not with exceptions, not one’s own, not a running one', () => {
  const plan = [{ kind: 'count', from: '20:00', to: '23:00', least: 1, perMin: 60 }]
  const source = { ...site, routes: [{ ...site.routes[0], ordered: false, checkpoints: [point(1)], rounds: plan }] }
  const { send, record, to, patrol } = begin('21 19:00', { source })
  send('21 20:10', [record('21 20:10', '04:01')])
  to('21 22:10')
  const seal = (by = manager) => patrol.reviewing.sealDay('2026-11-21', 'night', by)
  const phases = () => patrol.records.ofDay('2026-11-21').map(x => patrol.reviewing.phaseOf(x.id))
  expect([seal({ name: 'wang', role: 'manager' }), phases()]).toEqual([0, ['over', 'over', 'running']])
  expect([seal(), phases()]).toEqual([1, ['sealed', 'over', 'running']])
  const second = patrol.records.ofDay('2026-11-21')[1]!.id
  patrol.reviewing.review(second, [{ checkpoint: 'c1', reason: 'incident', note: '' }], manager)
  expect([seal(), seal(), phases()]).toEqual([1, 0, ['sealed', 'sealed', 'running']])
})

it('the report: hours uncovered of all points, those of an isolated zone with them, and each guard', () => {
  const { send, record, to, patrol, zones } = begin('21 12:00')
  zones.push({ no: 'Z-1', space: 'vault', from: t('21 12:00') })
  to('21 12:00')
  send('21 12:20', [record('21 12:20', '04:03')])
  send('21 12:25', [record('21 12:23', '04:01')])
  to('21 14:00')
  const checked = checkSite(JSON.stringify(site), drivers, profiles).site!
  const report = patrolFigures(patrol, checked, t('21 00:00'), t('22 00:00'), r.time.now)
  const zone = report.points.find(p => p.route === 'isolation.Z-1')!
  // Once at 12:20, and nobody until now: of 100 min 70 were too many.
  expect([zone.checkpoint, zone.due, zone.missed, zone.uncoveredMs]).toEqual(['night.c3', 3, 2, 70 * 60_000])
  expect(report.uncoveredMs).toBe(70 * 60_000)
  expect(report.guards).toMatchObject([{ person: 'wang', walks: 1, shortestMs: 180_000, from: 'c3', to: 'c1' }])
  expect(report.onTime).toBeCloseTo(1 / 3)
})
