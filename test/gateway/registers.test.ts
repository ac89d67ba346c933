import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { GATEWAY } from '../../gateway/core/events.ts'
import { parseCsv } from '../../gateway/csv.ts'
import { fillRegisters } from '../../gateway/demo/registers.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { crewsCounted } from '../../gateway/handover/held.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { keysOut, openRegisters } from '../../gateway/records/registers.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import { watchRegisters } from '../../gateway/registers/watch.ts'
import type { Crew } from '../../rules/crew.ts'
import type { Role } from '../../rules/flow.ts'
import { registers as every } from '../../rules/registers/all.ts'
import type { Api } from '../support/api.ts'
import { demoLines } from '../support/demolines.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { quietSite } from '../support/sites.ts'

/** A store whose days the test makes. 04:00 UTC is noon in Shanghai. */
const folder = tempFolder()
afterAll(() => folder.remove())
const zone = 'Asia/Shanghai'
let now = 0
const noon = (date: string) => {
  now = Date.parse(`${date}T04:00:00Z`)
}
noon('2026-11-10')
const db = openDb(join(folder.path, 'records.db'), migrations)
const trail = openTrail(
  db,
  () => now,
  () => {},
)
const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
const orders = openWorkorders(db, day)
let work: string[] = []
const stopped: [company: string, no: string, blocked: boolean][] = []
let held: { permits: string[]; passes: string[] } = { permits: [], passes: [] }
const store = openRegisters(
  db,
  day,
  orders,
  () => ({
    zone,
    workFor: () => work,
    heldFor: () => held,
    knows: (_, id) => id === 'b1',
  }),
  (_, __, company, no, blocked) => stopped.push([company, no, blocked]),
)
const watch = watchRegisters({
  ...{ clock: { now: () => now, every: () => () => {} } as never, trail, registers: store },
  failed: error => {
    throw error
  },
})

type Given = Record<string, unknown>
const by = (name: string, role: Role) => ({ name, role })
const [desk, guard, boss, engineer] = [
  by('desk', 'desk'),
  by('gus', 'guard'),
  by('mo', 'manager'),
  by('eva', 'engineer'),
]
const add = (register: string, given: Given, who = desk) =>
  trail.change(who, note => store.add(note, register, given, who, now))
/** What became of it: the phase it is in, or the code of the refusal. */
function does(id: string, move: string, given: Given = {}, who = desk): string {
  try {
    return trail.change(who, note => store.move(note, id, move, given, who, now)).phase
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    return (error.extra as { refusal?: string } | undefined)?.refusal ?? error.code
  }
}
const refusedAdd = (register: string, given: Given, who = desk): string => {
  try {
    add(register, given, who)
    return 'added'
  } catch (error) {
    return (
      ((error as GatehouseError).extra as { refusal?: string } | undefined)?.refusal ?? (error as GatehouseError).code
    )
  }
}
const photo = (id: string, field: string, who = desk) =>
  trail.change(who, note => store.addPhoto(note, id, field, `${'a'.repeat(64)}.jpg`, who))
const texts = () => orders.list('open', 100).map(o => o.text.en)

describe('keys', () => {
  it('a key is out once, back the same day, else it becomes one order', () => {
    const { id, no } = add('keys', { name: 'A-1502', kind: 'unit' })
    expect(no).toBe('K-20261110-001')
    const give = { borrower: '李建国', purpose: '看房' }
    expect(does(id, 'give', {}, guard)).toBe('register-field')
    expect(does(id, 'give', give, guard)).toBe('out')
    expect(does(id, 'give', give, guard)).toBe('register-no-move')
    expect(keysOut(store, now)).toMatchObject({ count: 1, overdue: 0, items: [{ no, borrower: '李建国' }] })
    watch.look()
    expect(texts()).toEqual([])
    noon('2026-11-11')
    expect(keysOut(store, now).overdue).toBe(1)
    watch.look()
    watch.look()
    expect(texts()).toEqual([`Key not brought back the same day: ${no} A-1502`])
    expect(does(id, 'back', {}, guard)).toBe('in')
    expect(keysOut(store, now).count).toBe(0)
    expect(store.lines(id).map(l => [l.action, l.by])).toEqual([
      ['give', 'gus'],
      ['overdue', GATEWAY.name],
      ['back', 'gus'],
    ])
    // Whose name it was stands in the register alone.
    const told = trail.of('register', id)
    expect(told.map(e => e.action)).toEqual(['created', 'give', 'overdue', 'back'])
    expect(JSON.stringify(told)).not.toContain('李建国')
    expect(JSON.stringify(store.lines(id))).toContain('李建国')
    expect(store.one(id).values.borrower).toBeUndefined()
  })
  it('of a plant room: only for an open order or visit there', () => {
    expect(refusedAdd('keys', { name: 'x', kind: 'plant' })).toBe('plant-where')
    const { id } = add('keys', { name: 'Pump room', kind: 'plant', space: 'b1' })
    const give = { borrower: '王', purpose: 'repair' }
    expect(does(id, 'give', give, guard)).toBe('no-work')
    work = ['WO-20261111-007']
    expect(does(id, 'give', { ...give, reference: 'WO-1' }, guard)).toBe('other-work')
    expect(does(id, 'give', { ...give, reference: 'WO-20261111-007' }, guard)).toBe('out')
    expect(does(id, 'back', {}, engineer)).toBe('not-your-role')
    expect(does(id, 'lose', { lostHow: 'dropped into the sump' }, guard)).toBe('lost')
    expect(texts().filter(t => t.startsWith('Key lost')).length).toBe(1)
  })
  it('of a tank lid: the water-supply duty person, or whom the supervisor names that day', () => {
    const { id } = add('keys', { name: 'Tank lid', kind: 'lid' })
    const give = { borrower: 'Liu', purpose: 'cleaning' }
    expect(does(id, 'give', give, guard)).toBe('lid')
    expect(does(id, 'give', { ...give, waterDuty: true, company: 'Tank Cleaners' }, guard)).toBe('lid')
    expect(does(id, 'give', { ...give, waterDuty: true }, guard)).toBe('out')
    expect(does(id, 'back', {}, guard)).toBe('in')
    expect(does(id, 'clear', { clearedFor: 'Liu', clearedWhy: 'yearly cleaning' }, guard)).toBe('not-your-role')
    expect(does(id, 'clear', { clearedFor: 'Liu', clearedWhy: 'yearly cleaning' }, boss)).toBe('cleared')
    expect(does(id, 'give', { ...give, borrower: 'Chen' }, guard)).toBe('cleared-for-other')
    expect(does(id, 'give', give, boss)).toBe('cleared-by-you')
    noon('2026-11-12')
    expect(does(id, 'give', give, guard)).toBe('cleared-before')
    expect(does(id, 'unclear', {}, boss)).toBe('in')
    expect(does(id, 'clear', { clearedFor: 'Liu', clearedWhy: 'yearly cleaning' }, boss)).toBe('cleared')
    expect(does(id, 'give', { ...give, company: 'Tank Cleaners' }, guard)).toBe('out')
  })
})

it('goods: a specimen, photos, a second person; through item by item, once, for one day', () => {
  const firm = { company: 'Hailan', until: '2026-12-31' }
  const signer = add('signers', { ...firm, signer: 'Zhou' })
  expect(does(signer.id, 'approve', {}, boss)).toBe('no-specimen')
  photo(signer.id, 'specimen')
  expect(does(signer.id, 'approve', {}, boss)).toBe('valid')
  const items = [
    { name: 'desk', quantity: 2, unit: 'pcs' },
    { name: 'lamp', quantity: 1, unit: 'pcs' },
  ]
  const slip = { company: 'Hailan', signer: signer.no, day: '2026-11-12', carrier: 'Wu', items }
  expect(refusedAdd('goods', { ...slip, signer: 'SG-1' })).toBe('register-field')
  expect(refusedAdd('goods', { ...slip, day: '2026-11-11' })).toBe('day-over')
  const { id } = add('goods', slip)
  const same = { specimenOk: true }
  expect(does(id, 'pass', { gateSame: true }, guard)).toBe('register-no-move')
  expect(does(id, 'approve', same, desk)).toBe('own')
  expect(does(id, 'approve', same, boss)).toBe('no-picture')
  photo(id, 'pictures')
  expect(does(id, 'approve', {}, boss)).toBe('register-field')
  expect(does(id, 'approve', same, boss)).toBe('valid')
  expect(() => photo(id, 'pictures')).toThrow()
  expect(does(id, 'part', { gateSame: true, counts: [3, 0] }, guard)).toBe('register-field')
  expect(does(id, 'part', { gateSame: true, counts: [1, 1] }, guard)).toBe('partly')
  expect(does(id, 'part', { gateSame: true, counts: [1, 1] }, guard)).toBe('register-field')
  expect(does(id, 'part', { gateSame: true, counts: [1, 0] }, guard)).toBe('gone')
  expect(does(id, 'pass', { gateSame: true }, guard)).toBe('register-no-move')
  const other = add('goods', { ...slip, company: 'Another' })
  photo(other.id, 'pictures')
  expect(does(other.id, 'approve', same, boss)).toBe('signer-of-other')
  const late = add('goods', { ...slip, day: '2026-11-13' })
  photo(late.id, 'pictures')
  expect(does(late.id, 'approve', same, boss)).toBe('valid')
  expect(does(late.id, 'pass', { gateSame: true }, guard)).toBe('other-day')
  noon('2026-11-14')
  expect(does(late.id, 'expire', {}, by('root', 'admin'))).toBe('not-your-role')
  watch.look()
  expect([other, late].map(e => store.one(e.id).phase)).toEqual(['expired', 'expired'])
  expect(does(late.id, 'pass', { gateSame: true }, guard)).toBe('register-no-move')
})

it('tools, lost property, fire gear, vacant units, sites, meetings, machines: each keeps its times', () => {
  noon('2026-11-15')
  const meter = add('tools', { name: 'Insulation tester', quantity: 1, calibrated: '2026-12-20' }, engineer)
  expect(does(meter.id, 'lend', { borrower: 'Wang' }, engineer)).toBe('out')
  expect(does(meter.id, 'back', { condition: 'ok' }, engineer)).toBe('in')
  expect(does(meter.id, 'count', { counted: 0 }, engineer)).toBe('in')
  const found = add(
    'lost',
    { item: 'Wallet', features: 'brown', sort: 'goods', worth: 500, found: '2026-11-15', finder: 'Li' },
    guard,
  )
  const bag = add(
    'lost',
    { item: 'Umbrella', features: 'black', sort: 'goods', found: '2026-11-15', finder: 'Li' },
    guard,
  )
  const claim = { claimant: 'Sun', phone: '139', proof: 'ID', told: true, signed: true }
  expect(does(found.id, 'claim', claim, guard)).toBe('valuable-witness')
  expect(does(bag.id, 'dispose', { how: 'given away' }, boss)).toBe('too-early')
  // A valuable goes to administration the same day; one that did not is an order.
  expect(does(bag.id, 'deliver', { receivedBy: 'Ma' }, guard)).toBe('no-valuable')
  expect(does(found.id, 'notice', { posted: 'gate' }, guard)).toBe('kept')
  expect(does(found.id, 'deliver', { receivedBy: 'Ma' }, guard)).toBe('vault')
  expect(does(found.id, 'claim', claim, guard)).toBe('valuable-witness')
  const card = { item: 'ID card', features: 'blue', sort: 'papers', found: '2026-11-15', finder: 'Li' }
  add('lost', card, guard)
  const gear = add('fire-gear', { name: 'F-12', kind: 'powder', quantity: 2, space: 'b1' }, engineer)
  const look = { counted: 2, pressure: 'ok', free: 'ok' }
  expect(does(gear.id, 'check', { ...look, pressure: 'defect' }, guard)).toBe('bad')
  expect(does(gear.id, 'check', look, guard)).toBe('there')
  const empty = add('vacant', { unit: 'A-0601', kind: 'unlet' })
  const fine = { hygiene: 'ok', safety: 'ok' }
  expect(does(empty.id, 'full', fine, guard)).toBe('register-field')
  expect(does(empty.id, 'look', { ...fine, safety: 'defect' }, guard)).toBe('say-what')
  expect(does(empty.id, 'look', fine, guard)).toBe('vacant')
  const lift = { name: 'Lift A1', kind: 'lift' }
  expect(refusedAdd('equipment', lift, engineer)).toBe('lift-certificate')
  const machine = add('equipment', { ...lift, certificate: 'T-1', inspected: '2026-12-10' }, engineer)
  const fitOut = {
    unit: 'B-0902',
    space: 'b1',
    owner: 'Zhao',
    contractor: 'Jinyu',
    manager: 'Qian',
    licence: 'D3',
    work: 'floors',
    until: '2026-12-31',
  }
  const site = add('decoration', { ...fitOut, deposit: 5000 })
  expect(does(site.id, 'permit', { permitNo: 'P-1', rules: true })).toBe('no-receipt')
  trail.change(desk, note => store.change(note, site.id, { ...fitOut, deposit: 5000, receipt: 'R-1' }, desk, now))
  expect(does(site.id, 'permit', { permitNo: 'P-1', rules: true })).toBe('works')
  const ok = { bearing: 'ok', fireSafety: 'ok', devices: 'ok', passes: 'ok' }
  expect(does(site.id, 'inspect', { ...ok, devices: 'defect', remark: 'gas alarm taken off' }, guard)).toBe('watched')
  held = { permits: ['D-20261115-001'], passes: ['C-1'] }
  expect(does(site.id, 'finish')).toBe('permit-open')
  held = { permits: [], passes: ['C-1'] }
  expect(does(site.id, 'finish')).toBe('accepting')
  const sign = (party: string) => does(site.id, 'sign', { party, signedBy: 'x' })
  expect([sign('owner'), sign('owner'), sign('contractor'), sign('centre')]).toEqual([
    ...['accepting', 'signed-before', 'accepting', 'accepted'],
  ])
  expect(does(site.id, 'refund', { refund: 'V-1' })).toBe('too-early')
  const lesson = add('training', { topic: 'Patrol', kind: 'training', day: '2026-11-15', leader: 'Mo' }, boss)
  expect(does(lesson.id, 'hold', { people: 0, minutes: 'x' }, boss)).toBe('nobody')
  expect(does(lesson.id, 'hold', { people: 9, minutes: 'x' }, boss)).toBe('held')
  const month = every.find(r => r.id === 'training')!.figures!(store.list('training', false), now, zone)
  expect(month.map(f => [f.value, f.least])).toEqual([
    [1, 3],
    [0, 2],
  ])

  // A diary of what comes due, and of nothing else.
  const had = new Set(texts())
  const diary: [string, string[]][] = []
  for (const date of [
    '2026-11-20',
    '2026-11-21',
    '2026-11-23',
    '2026-12-16',
    '2027-02-15',
    '2027-02-16',
    '2027-05-16',
    '2027-11-16',
  ]) {
    noon(date)
    watch.look()
    const fresh = texts().filter(t => !had.has(t))
    for (const text of fresh) had.add(text)
    diary.push([date, fresh.map(t => t.split(':')[0]!).sort()])
  }
  expect(diary).toEqual([
    [
      '2026-11-20',
      [
        ...['Inspection runs out', 'Instrument due for calibration'],
        'Valuable lost property was not handed to administration',
      ],
    ],
    ['2026-11-21', ['Vacant unit was not looked at in time']],
    ['2026-11-23', []],
    ['2026-12-16', ['Fire gear is due']],
    ['2027-02-15', []],
    ['2027-02-16', ['Lost property has been kept for its time']],
    ['2027-05-16', ['The decoration deposit can go back']],
    ['2027-11-16', ['Lost property has been kept for its time']],
  ])
  expect(does(bag.id, 'dispose', { how: 'given away' }, boss)).toBe('disposed')
  expect(does(meter.id, 'lend', { borrower: 'Wang' }, engineer)).toBe('calibration-over')
  expect(does(machine.id, 'stop', { stopped: 'expired' }, engineer)).toBe('stopped')
  expect(does(machine.id, 'start', {}, engineer)).toBe('no-certificate')
  expect(does(machine.id, 'certify', { inspected: '2028-12-10', certificate: 'T-2' }, engineer)).toBe('stopped')
  expect(does(machine.id, 'start', {}, engineer)).toBe('service')
  expect(does(site.id, 'refund', { refund: 'V-1' })).toBe('passes-out')
  held = { permits: [], passes: [] }
  expect(does(site.id, 'refund', { refund: 'V-1' })).toBe('closed')
  expect(trail.verify()).toBeNull()
})

it('outside firms: a certificate is asked for in time, stops the passes on its day, and opens them when the next one holds', () => {
  noon('2028-01-10')
  const paper = (until: string, kind = 'qualification') =>
    add('firms', { company: 'Jinyu', kind, certificate: 'D3', until, contact: 'He', phone: '13900001111' })
  const first = paper('2028-02-29')
  const second = paper('2028-03-02', 'insurance')
  for (const { id } of [first, second]) {
    expect(does(id, 'approve', { seen: true })).toBe('not-your-role')
    expect(does(id, 'approve', {}, boss)).toBe('register-field')
    expect(does(id, 'approve', { seen: true }, boss)).toBe('valid')
  }
  const had = new Set(texts())
  const diary: [string, string[], string[], string[]][] = []
  for (const date of ['2028-01-29', '2028-01-30', '2028-02-02', '2028-02-29', '2028-03-01', '2028-03-03']) {
    noon(date)
    watch.look()
    watch.look()
    const fresh = texts().filter(t => t.startsWith('Certificate of') && !had.has(t))
    for (const text of fresh) had.add(text)
    const phases = [first, second].map(e => store.one(e.id).phase)
    diary.push([date, phases, fresh.map(t => t.split(':')[0]!), stopped.splice(0).map(s => `${s[0]} ${s[2]}`)])
  }
  const [soon, over] = ['Certificate of a firm runs out', 'Certificate of a firm has run out, its passes are stopped']
  expect(diary).toEqual([
    ['2028-01-29', ['valid', 'valid'], [], []],
    ['2028-01-30', ['ending', 'valid'], [soon], []],
    ['2028-02-02', ['ending', 'ending'], [soon], []],
    // Its last day is a day on which it holds, and so is the 29th.
    ['2028-02-29', ['ending', 'ending'], [], []],
    ['2028-03-01', ['over', 'ending'], [over], ['Jinyu true']],
    // The second one changes nothing any more.
    ['2028-03-03', ['over', 'over'], [over], []],
  ])
  const next = { certificate: 'D4', until: '2030-02-28' }
  expect(does(first.id, 'renew', { ...next, until: '2028-03-02' })).toBe('not-ahead')
  expect(does(first.id, 'approve', { seen: true }, boss)).toBe('not-ahead')
  expect(does(first.id, 'renew', next, boss)).toBe('over')
  expect(does(first.id, 'approve', { seen: true }, boss)).toBe('own')
  expect(does(first.id, 'renew', next)).toBe('over')
  expect(does(first.id, 'approve', { seen: true }, boss)).toBe('valid')
  expect(stopped).toEqual([])
  expect(does(second.id, 'end', { ended: 'no longer here' })).toBe('ended')
  expect(stopped).toEqual([['Jinyu', second.no, false]])
})

it('takeover defects: mended by one, looked at by another, signed; past the deadline an order', () => {
  noon('2028-04-01')
  const facts = { defect: 'cover missing', group: 'water', grade: 'a', found: '2028-04-01', developer: 'Dev' }
  expect(refusedAdd('takeover', { ...facts, until: '2028-03-31' })).toBe('order')
  const { id, no } = add('takeover', { ...facts, until: '2028-04-10' })
  expect(does(id, 'waive', { waived: 'x' }, boss)).toBe('safety')
  noon('2028-04-10')
  watch.look()
  expect(texts().filter(t => t.includes(no))).toEqual([])
  noon('2028-04-11')
  watch.look()
  watch.look()
  expect(texts().filter(t => t.includes(no))).toEqual([`Takeover defect is past its deadline: ${no} cover missing`])
  expect(does(id, 'mend', { mended: 'new cover' }, engineer)).toBe('mended')
  const signed = { signed: true, signedBy: 'Xu' }
  expect(does(id, 'pass', signed, engineer)).toBe('own')
  expect(does(id, 'again', { wrong: 'loose', until: '2028-04-20' }, boss)).toBe('open')
  expect(store.one(id).dueAt).toBe(Date.parse('2028-04-20T16:00:00Z'))
  expect(does(id, 'mend', { mended: 'fixed' }, engineer)).toBe('mended')
  expect(does(id, 'pass', signed, boss)).toBe('passed')
})

it('keys and tools are counted at a handover: as many as the register has in the cabinet at that moment', () => {
  noon('2028-05-10')
  const counted = () =>
    crewsCounted(
      {
        crews: [
          {
            counted: [
              { id: 'keys', register: 'keys', count: 0 },
              { id: 'tools', register: 'tools', count: 0 },
              { id: 'gloves', count: 2 },
            ],
          },
        ],
      } as never as { crews: Crew[] },
      { registers: store },
    ).crews[0]!.counted.map(one => one.count)
  const [keys, tools] = counted() as [number, number]
  const two = add('keys', { name: 'B-0902', kind: 'unit', copies: 3 })
  const ladder = add('tools', { name: 'Ladder', quantity: 2 }, engineer)
  expect(counted()).toEqual([keys + 3, tools + 2, 2])
  expect(does(two.id, 'give', { borrower: 'Li', purpose: 'viewing' }, guard)).toBe('out')
  expect(does(ladder.id, 'lend', { borrower: 'Wang' }, engineer)).toBe('out')
  expect(counted()).toEqual([keys, tools, 2])
  expect(does(two.id, 'back', {}, guard)).toBe('in')
  expect(counted()).toEqual([keys + 3, tools, 2])
})

it('the demo has a row in each register, marked as made up, and none of them is due', () => {
  const other = tempFolder()
  const demoDb = openDb(join(other.path, 'records.db'), migrations)
  const demoTrail = openTrail(
    demoDb,
    () => now,
    () => {},
  )
  const { spaces, equipment } = demoSite(demoLines) as unknown as Record<'spaces' | 'equipment', { id: string }[]>
  const places = new Set([...spaces, ...equipment].map(one => one.id))
  const demo = openRegisters(demoDb, day, openWorkorders(demoDb, day), () => ({
    ...{ zone, workFor: () => [], heldFor: () => ({ permits: [], passes: [] }), knows: (_, id) => places.has(id) },
  }))
  const site = { timezone: zone, spaces: new Map(spaces.map(s => [s.id, s])), equipment } as never
  for (let again = 0; again < 2; again++) fillRegisters({ trail: demoTrail, registers: demo }, site, now)
  for (const { id } of every) {
    const rows = demo.list(id, false)
    expect([id, rows.length > 0 && rows.length < 6, rows.every(r => r.demo)]).toEqual([id, true, true])
  }
  expect(demo.due(now + 3_600_000)).toEqual([])
  demoDb.close()
  other.remove()
})

describe('over the API', () => {
  let g: TestGateway
  let people: Record<Role, Api>
  beforeAll(async () => {
    g = await startGateway({ site: quietSite })
    people = await g.people()
  })
  afterAll(() => g.stop())
  const base = '/api/v1/registers'
  const entries = '/api/v1/register-entries'

  it('lists every register, makes an entry once, answers refusals in the language asked for', async () => {
    const { items } = (await people.viewer.get(base)).body
    expect(items).toBeUndefined()
    const all = (await people.guard.get(base)).body.items
    expect(all.map(r => r.id)).toEqual(every.map(r => r.id))
    const values = { name: '=A-1502', kind: 'unit' }
    const twice = { 'idempotency-key': 'same-one' }
    const made = (await people.desk.post(`${base}/keys`, { values }, twice)).body
    expect((await people.desk.post(`${base}/keys`, { values }, twice)).body.id).toBe(made.id)
    expect(made).toMatchObject({
      phase: 'in',
      title: '=A-1502',
      moves: ['give', 'withdraw'],
      overdue: false,
      demo: false,
    })
    expect((await people.guard.post(`${base}/keys`, { values })).body.code).toBe('not-your-role')
    const give = (body: object, lang: string) =>
      people.guard.post(`${entries}/${made.id}/moves/give`, body, { 'accept-language': lang })
    expect((await give({ values: {} }, 'zh-CN')).body).toMatchObject({ status: 422, detail: '“借用人”一栏：必填。' })
    expect((await give({ values: {} }, 'en')).body.detail).toBe('The field "Borrower" is needed.')
    expect((await give({ values: { borrower: 'Li', purpose: 'viewing' } }, 'en')).body.phase).toBe('out')
    const again = await give({ values: { borrower: 'Li', purpose: 'viewing' } }, 'zh-CN')
    expect(again.body).toMatchObject({ status: 409, code: 'register-no-move' })
    expect(again.body.detail).toContain('借出')
    // By its number, as on paper.
    expect((await people.guard.get(`${entries}/${made.no}`)).body.id).toBe(made.id)
    const lines = (await people.guard.get(`${entries}/${made.id}/lines`)).body.items
    expect(lines).toMatchObject([{ action: 'give', by: 'guard', given: { borrower: 'Li' } }])
    for (const [path, status] of [
      [`${base}/nothing`, 404],
      [`${entries}/nothing`, 404],
      [`${base}/keys?limit=0`, 400],
    ] as const)
      expect((await people.desk.get(path)).status).toBe(status)
    expect(
      (await people.desk.put(`${entries}/${made.id}`, { values: { ...values, hook: 'H7' } })).body.values,
    ).toMatchObject({
      ...{ hook: 'H7', borrower: 'Li' },
    })
  })

  it('writes a table that a spreadsheet opens and does not run, in both languages', async () => {
    for (const [lang, number, out] of [
      ['zh-CN', '编号', '借出'],
      ['en', 'number', 'out'],
    ] as const) {
      const answer = await fetch(`${g.url}${base}/keys?format=csv&lang=${lang}`, { headers: people.desk.headers })
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(answer.headers.get('content-type')).toContain('text/csv')
      expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
      const [head, row] = parseCsv(bytes.subarray(3).toString()).rows.map(r => r.cells)
      expect([head![0], row![1]]).toEqual([number, out])
      expect(row!.find(cell => cell.includes('A-1502'))).toBe("'=A-1502")
    }
    const book = await people.desk.get(`${base}/keys?format=csv&what=lines&lang=en`)
    const given = parseCsv(book.text).rows.map(r => r.cells)
    expect(given[0]!.slice(1, 5)).toEqual(['number', 'what', 'move', 'by'])
    expect(given.find(r => r[3] === 'Give out')!.slice(2, 7)).toEqual([
      ...["'=A-1502", 'Give out', 'guard', 'out', 'Borrower: Li; Purpose: viewing'],
    ])
    for (const { id } of every) expect((await people.desk.get(`${base}/${id}?format=csv`)).status).toBe(200)
  })

  it('as the form of the month, in the language asked for; numbers of people only with a reason and for few', async () => {
    const month = new Intl.DateTimeFormat('sv-SE', { timeZone: g.deps.plant()!.site.timezone }).format().slice(0, 7)
    const form = (await people.guard.get(`${base}/keys/form?month=${month}&lang=zh-CN`)).body as never as {
      columns: string[]
      rows: string[][]
    }
    expect(form.columns.slice(0, 6)).toEqual(['序号', '编号', '钥匙名称', '借用人', '单位', '用途'])
    expect(form.rows[0]!.slice(2, 6)).toEqual(['=A-1502', 'Li', '', 'viewing'])
    const csv = await people.guard.get(`${base}/keys/form?month=${month}&format=csv&lang=en`)
    expect(parseCsv(csv.text).rows[1]!.cells[2]).toBe("'=A-1502")
    expect((await people.guard.get(`${base}/equipment/form?month=${month}`)).status).toBe(404)
    expect((await people.guard.get(`${base}/keys/form?month=2026-13`)).status).toBe(400)
    const values = { company: 'Hailan', signer: 'Zhou', phone: '13900001111', until: '2099-12-31' }
    const { id } = (await people.desk.post(`${base}/signers`, { values })).body as never as { id: string }
    for (const path of [`${entries}/${id}`, `${base}/signers`, `${base}/signers?format=csv`, `${entries}/${id}/lines`])
      for (const who of [people.guard, people.admin]) expect((await who.get(path)).text).not.toContain('13900001111')
    // A form sends back what it was shown: the number stays what it is.
    const shown = { ...values, phone: '••••111', until: '2099-12-30' }
    expect((await people.desk.put(`${entries}/${id}`, { values: shown })).status).toBe(200)
    const read = (who: Api, reason: string) => who.post(`${entries}/${id}/numbers`, { reason })
    expect((await read(people.guard, 'curious')).status).toBe(403)
    expect((await read(people.desk, '')).status).toBe(400)
    expect((await read(people.desk, 'to call back')).body).toEqual({ values: { phone: '13900001111' } })
    const asked = { name: 'Zhou', reason: 'asked for it' }
    expect((await people.desk.post('/api/v1/register-people/forget', asked)).status).toBe(403)
    const kept = (await people.manager.post('/api/v1/register-people/forget', asked)).body
    expect(kept).toMatchObject({ entries: 0, photos: 0 })
    expect((await people.manager.get(`${entries}/${id}/related`)).body).toEqual({ items: [], next: null })
  })

  it('a photo goes to its field, is shown by its entry only, and no other file is', async () => {
    const values = { company: 'Hailan', signer: 'Zhou', until: '2099-12-31' }
    const { id } = (await people.desk.post(`${base}/signers`, { values })).body
    const send = (who: Api, field: string, body: Uint8Array = JPEG) =>
      who.send('POST', `${entries}/${id}/fields/${field}/photo`, body, { 'content-type': 'image/jpeg' })
    expect((await send(people.guard, 'specimen')).status).toBe(403)
    expect((await send(people.desk, 'company')).status).toBe(404)
    expect((await send(people.desk, 'specimen', Buffer.from('no picture at all here'))).status).toBe(422)
    const { values: now } = (await send(people.desk, 'specimen')).body as unknown as { values: { specimen: string[] } }
    expect((await people.guard.get(`${entries}/${id}/photos/${now.specimen[0]}`)).headers.get('content-type')).toBe(
      'image/jpeg',
    )
    expect((await people.guard.get(`${entries}/${id}/photos/${'b'.repeat(64)}.jpg`)).status).toBe(404)
    // What is given with a change does not take it away.
    const put = await people.desk.put(`${entries}/${id}`, { values: { ...values, phone: '1' } })
    expect(put.body.values).toMatchObject({ specimen: now.specimen, phone: '••••' })
  })
})
