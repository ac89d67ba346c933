import { afterAll, expect, it } from 'vitest'
import { personalSchema } from '../../gateway/personal/schema.ts'
import { watchPersonal } from '../../gateway/personal/watch.ts'
import { complaints as openComplaints } from '../../gateway/records/complaints.ts'
import { openHelpCalls } from '../../gateway/records/helpcalls.ts'
import { orderWork as openOrderWork } from '../../gateway/records/orderwork.ts'
import { people as openPeople } from '../../gateway/records/people.ts'
import { columns } from '../../gateway/records/personal/columns.ts'
import { openPersonal } from '../../gateway/records/personal/personal.ts'
import { registerPeople as openRegisterPeople } from '../../gateway/records/registerpeople.ts'
import { openRegisters } from '../../gateway/records/registers.ts'
import { reports as openReports } from '../../gateway/records/reports.ts'
import { openSpecials } from '../../gateway/records/special.ts'
import type { Note } from '../../gateway/records/trail.ts'
import { visits as openVisits } from '../../gateway/records/visits.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import { personalKindIds, plainName } from '../../rules/personal.ts'
import { records } from '../support/records.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 10, 4)
const NAME = '欧阳诗涵'
const PHONE = '13812345678'
const ID = '310101199001011234'
const PICTURE = 'a'.repeat(64)

/** Records in which one person stands everywhere, beside another who stays; a year and more is over unless said. */
function world() {
  const r = records()
  r.time.now = START
  const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
  const sealing = {
    lookup: (kind: string, value: string) => `lookup ${[...`${kind}${value}`].reverse().join('')}`,
    seal: (text: string) => `sealed ${[...text].reverse().join('')}`,
    unseal: (text: string) => [...text.slice(7)].reverse().join(''),
  }
  const workorders = openWorkorders(r.db, day)
  const around = {
    zone: 'Asia/Shanghai',
    workFor: () => [],
    heldFor: () => ({ permits: [], passes: [] }),
    knows: () => true,
  }
  const registers = openRegisters(r.db, day, workorders, () => around)
  const visits = openVisits(r.db, day)
  const people = openPeople(r.db, sealing, day)
  const reports = openReports(r.db, workorders, day)
  const complaints = openComplaints(r.db, day)
  const help = openHelpCalls(r.db, day)
  const orderWork = openOrderWork(r.db, workorders, null as never)
  const specials = openSpecials(r.db, day)
  const personal = openPersonal(r.db, openRegisterPeople(r.db, registers), sealing.unseal)
  const desk = { name: 'desk', role: 'desk' as const }
  const change = <T>(work: (note: Note) => T): T => r.trail.change(desk, work)
  const now = () => r.time.now

  const visit = (name: string, host: string) =>
    change(note => {
      const v = visits.add(
        note,
        {
          ...{ name, company: '', phone: name === NAME ? PHONE : '', people: 1, person: null, host, purpose: '面谈' },
          ...{ space: null, escort: '', validFrom: now(), validTo: now() + DAY },
        },
        'expected',
        'desk',
        now(),
      )
      return visits.put(note, { ...v, phase: 'left', inAt: now(), outAt: now() + 3_600_000 })
    })
  const his = visit(NAME, '林经理')
  change(note => visits.setPhoto(note, his.id, `${PICTURE}.jpg`))
  const host = visit('访客甲', NAME)
  const person = change(note =>
    people.add(
      note,
      {
        ...{ name: NAME, kind: 'contractor', company: null, trade: '电工', phone: PHONE, level: 1, roles: [] },
        ...{ account: null, certificates: [], idKind: 'id-card', idNumber: ID },
      },
      now(),
    ),
  )
  r.db
    .prepare(
      `INSERT INTO credential (id, no, pass_no, person, class, lookup, shown, sealed, phase, valid_from, valid_to, levels, works,
      duplicate, deposit, receipt, issued_by, issued_at, reason) VALUES ('c1', 'PS-1', 1, ?, 'contractor', 'l1', '••••5678', 's1',
      'active', ?, ?, '[]', NULL, 'none', NULL, NULL, 'desk', ?, '')`,
    )
    .run(person.id, START, START + 30 * DAY, START)
  r.db
    .prepare("INSERT INTO parking_lease VALUES ('c1', 'B2-17', ?, 'A-1', ?, '{}', '')")
    .run('沪A欧阳1', START + 30 * DAY)
  r.db
    .prepare(
      `INSERT INTO access_event (at, door, direction, outcome, rule, credential, person, entered, data)
      VALUES (?, 'gate-1', 'in', 'granted', 'ok', 'c1', ?, 1, '{}')`,
    )
    .run(START + DAY, person.id)
  const facts = {
    channel: 'desk',
    nature: 'water',
    text: '水龙头漏水',
    room: 'A-1502',
    space: null,
    equipment: null,
  } as const
  const reported = change(note =>
    reports.create(note, { ...facts, caller: { name: NAME, phone: PHONE }, reference: '', by: 'desk' }, now()),
  )
  r.db.prepare("UPDATE workorder SET phase = 'fixed'").run()
  change(note =>
    orderWork.sign(
      note,
      reported.order.id,
      { who: 'requester', how: 'drawn', name: NAME, hash: PICTURE, bytes: 9, by: 'desk', deviceAt: null },
      now(),
    ),
  )
  const call = change(note =>
    help.create(
      note,
      { space: null, room: 'A-15', text: '被困', caller: { name: NAME, phone: PHONE }, reference: '', by: 'desk' },
      now(),
    ),
  )
  change(note => help.end(note, call.id, 'desk', '已救出', now() + 60_000))
  const complaint = change(note =>
    complaints.create(
      note,
      {
        ...{ kind: 'complaint', class: 'general', subject: 'noise', channel: 'desk', text: '夜间施工', space: null },
        ...{ reference: '', customer: { name: NAME, phone: PHONE, room: 'A-1502' } },
      } as never,
      'desk',
      now(),
    ),
  )
  const special = change(note =>
    specials.create(
      note,
      { kind: 'move-out', unit: 'A-1502', at: now(), outgoing: NAME, incoming: '赵敏', note: '', lines: [] } as never,
      'desk',
      now(),
    ),
  )
  const parties = [{ name: NAME, side: 'outgoing', picture: PICTURE }] as never
  const signed = { by: 'desk', at: now(), parties, hash: 'h' }
  change(note => specials.put(note, { ...special, phase: 'signed', signed }, 'signed', {}))
  const key = change(note => registers.add(note, 'keys', { name: 'A-1502', kind: 'unit' } as never, desk, now()))
  const lend = { borrower: NAME, purpose: '看房' } as never
  change(note => registers.move(note, key.id, 'give', lend, desk, now()))
  change(note => registers.move(note, key.id, 'back', {} as never, desk, now()))

  /** Where in the whole database one of these words stands: `table.column`. */
  function holds(words: readonly string[]): string[] {
    const tables = r.db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
    const found = new Set<string>()
    for (const { name } of tables)
      for (const row of r.db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[])
        for (const [column, value] of Object.entries(row))
          if (words.some(word => String(value).includes(word))) found.add(`${name}.${column}`)
    return [...found].sort()
  }
  const end = (table: string, set: string) => r.db.prepare(`UPDATE ${table} SET ${set}`).run()
  return {
    r,
    personal,
    change,
    now,
    holds,
    end,
    ids: { his, host, person, reported, call, complaint, special, key },
    specials,
  }
}
const worlds: ReturnType<typeof world>[] = []
const open = () => {
  worlds.push(world())
  return worlds.at(-1)!
}
afterAll(() => {
  for (const { r } of worlds) r.end()
})
const HIS = [NAME, PHONE, ID, '沪A欧阳1']

it('every column of the records says what it is to people; one that does not stands here by name', () => {
  const { r } = open()
  const tables = r.db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all() as { name: string }[]
  const there = tables.flatMap(({ name }) =>
    (r.db.prepare(`PRAGMA table_info("${name}")`).all() as { name: string; type: string }[])
      .filter(c => c.type !== 'INTEGER')
      .map(c => `${name}.${c.name}`),
  )
  const said = Object.entries(columns).flatMap(([table, uses]) =>
    Object.values(uses).flatMap(list => list.split(' ').map(column => `${table}.${column}`)),
  )
  expect(there.filter(column => !said.includes(column))).toEqual([])
  expect(said.filter(column => !there.includes(column))).toEqual([])
  expect(said.length).toBe(new Set(said).size)
  const kinds = new Set(Object.values(columns).flatMap(uses => Object.keys(uses)))
  for (const kind of personalKindIds) expect([kind, kinds.has(kind)]).toEqual([kind, true])
  expect(there.length).toBeGreaterThan(250)
})

it('one person: found in each kind with what stands there, never on the trail; gone when all is over and no law keeps it', () => {
  const w = open()
  const { r, personal, change } = w
  const stands = w.holds(HIS)
  const useOf = (at: string) => {
    const [table, column] = at.split('.') as [string, string]
    return Object.entries(columns[table]!).find(([, list]) => list.split(' ').includes(column))?.[0]
  }
  // Whatever holds him is of a kind that finds him.
  for (const at of stands) expect([at, personalKindIds.some(kind => kind === useOf(at))]).toEqual([at, true])
  expect(stands).not.toContain('trail.data')
  expect(stands.length).toBeGreaterThan(9)

  r.time.now = START + 2 * DAY
  const found = change(note => personal.read(note, NAME, '本人要求', 'found', r.time.now))
  expect(new Set(found.map(f => f.kind))).toEqual(new Set(personalKindIds))
  const of = (kind: string) => found.filter(f => f.kind === kind).map(f => [f.no, f.kept])
  expect(of('pass')).toEqual([[w.ids.person.no, 'runs']])
  expect(of('report')).toEqual([[w.ids.reported.report.no, 'runs']])
  expect(of('complaint')).toEqual([[w.ids.complaint.no, 'runs']])
  expect(of('special')).toEqual([[w.ids.special.no, 'law']])
  expect(of('visit')).toEqual([
    [w.ids.his.no, null],
    [w.ids.host.no, null],
  ])
  const text = JSON.stringify(found)
  for (const word of [...HIS, 'gate-1', 'K-20260110', `${PICTURE}.jpg`]) expect(text).toContain(word)
  // Of others who stand in the same record nothing is handed to him.
  expect(['赵敏', '访客甲', '林经理'].filter(other => text.includes(other))).toEqual([])
  // By his number, with blanks or wide digits; by the number of his record; not by half a name.
  const kindsBy = (name: string) => change(note => personal.read(note, name, 'x', 'found', r.time.now)).map(f => f.kind)
  for (const name of ['138 1234 5678', '１３８１２３４５６７８'])
    expect([name, kindsBy(name).sort()]).toEqual([name, ['complaint', 'help', 'pass', 'report', 'visit']])
  expect(kindsBy(w.ids.person.no)).toEqual(['pass'])
  expect(change(note => personal.read(note, '欧阳', 'x', 'found', r.time.now))).toEqual([])

  // He asks to be forgotten while much still runs.
  const first = change(note => personal.forget(note, NAME, '本人要求', r.time.now))
  const kept = first.flatMap(g => g.kept.map(k => `${g.kind} ${k.why}`))
  expect(kept).toEqual(['pass runs', 'report runs', 'complaint runs', 'signature runs', 'special law'])
  expect(first.flatMap(g => g.files)).toEqual([`${PICTURE}.jpg`])
  expect(w.holds(HIS)).not.toContain('visit.name')
  expect(w.holds(['访客甲'])).toEqual(['visit.name'])

  // All is over; six years later no law keeps anything.
  w.end('workorder', `phase = 'closed', closed_at = ${START + 3 * DAY}`)
  w.end('complaint', `phase = 'closed', facts = json_set(facts, '$.phase', 'closed', '$.closedAt', ${START + 3 * DAY})`)
  r.time.now = START + 40 * DAY
  const second = change(note => personal.forget(note, NAME, '本人要求', r.time.now))
  expect(second.flatMap(g => g.kept.map(k => `${g.kind} ${k.why}`))).toEqual(['signature law', 'special law'])
  expect(w.holds(HIS)).toEqual(['order_signature.name', 'special_reading.facts'])
  r.time.now = START + 6 * 365 * DAY
  const third = change(note => personal.forget(note, NAME, '本人要求', r.time.now))
  expect(third.flatMap(g => g.kept)).toEqual([])
  expect(third.flatMap(g => g.files)).toEqual([`${PICTURE}.png`, `${PICTURE}.png`])
  expect(w.holds(HIS)).toEqual([])
  // Bills still see that somebody else pays from then on; what happened is still there.
  const act = w.specials.one(w.ids.special.id)
  expect([act.incoming, act.outgoing === '', act.outgoing === act.incoming]).toEqual(['赵敏', false, false])
  expect(r.trail.verify()).toBeNull()
  const told = r.trail.after(0, 1000).filter(e => e.kind === 'personal-data')
  expect(told.map(e => e.action)).toEqual(['found', ...Array(4).fill('found'), ...Array(3).fill('forgotten')])
  expect(told.at(-1)!.data).toMatchObject({ records: { signature: 1, special: 1 }, photos: 2, reason: '本人要求' })
})

it('a diary of years: each kind goes by its own days after its end; what runs or is held does not; a wrong clock deletes nothing', () => {
  const w = open()
  const { r, personal, change } = w
  w.end('workorder', `phase = 'closed', closed_at = ${START + DAY}`)
  w.end('complaint', `phase = 'closed', facts = json_set(facts, '$.closedAt', ${START + DAY})`)
  change(note => note('visit', 'x', 'photo-held'))
  r.db.prepare('UPDATE visit SET photo_hold = ? WHERE id = ?').run('公安调查', w.ids.his.id)
  const dropped: string[] = []
  let safe = true
  const watch = watchPersonal({
    ...{ clock: { now: w.now, every: () => () => {} } as never, trail: r.trail, personal, safe: () => safe },
    days: () => personalSchema.parse({}),
    dropPhoto: file => dropped.push(file),
    failed: error => {
      throw error
    },
  })
  const left = () => personal.held().flatMap(h => (h.records > 0 ? [`${h.kind} ${h.records}`] : []))
  const all = ['visit 2', 'pass 1', 'report 1', 'help 1', 'complaint 1', 'signature 1', 'special 1']
  const diary: [number, string[], number][] = []
  for (const days of [1, 365, 367, 730, 732, 761, 1096, 1097, 1825, 1827]) {
    r.time.now = START + days * DAY
    watch.look()
    watch.look()
    diary.push([days, left(), r.trail.after(0, 1000).filter(e => e.kind === 'personal-data').length])
  }
  expect(diary).toEqual([
    [1, all, 0],
    [365, all, 0],
    [367, ['visit 1', ...all.slice(1)], 1],
    [730, ['visit 1', ...all.slice(1)], 1],
    // His pass was good for 30 days: his two years begin then.
    [732, ['visit 1', 'pass 1', 'complaint 1', 'signature 1', 'special 1'], 3],
    [761, ['visit 1', 'complaint 1', 'signature 1', 'special 1'], 4],
    [1096, ['visit 1', 'complaint 1', 'signature 1', 'special 1'], 4],
    [1097, ['visit 1', 'signature 1', 'special 1'], 5],
    [1825, ['visit 1', 'signature 1', 'special 1'], 5],
    [1827, ['visit 1'], 7],
  ])
  expect(w.holds(HIS)).toEqual(['register_move.given', 'visit.name', 'visit.phone'])
  expect(dropped).toEqual([`${PICTURE}.png`, `${PICTURE}.png`])
  r.db.prepare('UPDATE visit SET photo_hold = NULL WHERE id = ?').run(w.ids.his.id)
  safe = false
  r.time.now = START + 30 * 365 * DAY
  watch.look()
  expect(left()).toEqual(['visit 1'])
  expect(r.trail.verify()).toBeNull()
})

it('names and numbers are compared as people write them', () => {
  expect(['１３８ １２３４', '+86 138-1234', ' Li Na ', 'ＬＩ ＮＡ', '周 婷'].map(plainName)).toEqual([
    ...['1381234', '+861381234', 'li na', 'li na', '周 婷'],
  ])
})
