import { afterAll, describe, expect, it } from 'vitest'
import { registerPeople } from '../../gateway/records/registerpeople.ts'
import { openRegisters } from '../../gateway/records/registers.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import { watchRegisterPeople } from '../../gateway/registers/forget.ts'
import type { Role } from '../../rules/flow.ts'
import { allFields } from '../../rules/register.ts'
import { asTheyWere, masked, shownValues } from '../../rules/registerpersonal.ts'
import { registers as every, registerOf } from '../../rules/registers/all.ts'
import { records } from '../support/records.ts'

const zone = 'Asia/Shanghai'
const r = records()
afterAll(() => r.end())
const noon = (date: string) => {
  r.time.now = Date.parse(`${date}T04:00:00Z`)
}
noon('2026-11-10')
const now = () => r.time.now
const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
const store = openRegisters(r.db, day, openWorkorders(r.db, day), () => ({
  zone,
  workFor: () => [],
  heldFor: () => ({ permits: [], passes: [] }),
  knows: () => true,
}))
const people = registerPeople(r.db, store)
const dropped: string[] = []
let safe = true
const watch = watchRegisterPeople({
  ...{ clock: { now, every: () => () => {} } as never, trail: r.trail, people, zone: () => zone, safe: () => safe },
  dropPhoto: file => dropped.push(file),
  failed: error => {
    throw error
  },
})
const who = { name: 'mo', role: 'manager' as Role }
const add = (register: string, values: object, by = who) =>
  r.trail.change(by, note => store.add(note, register, values as never, by, now()))
const does = (id: string, move: string, values: object = {}, by = who) =>
  r.trail.change(by, note => store.move(note, id, move, values as never, by, now()))
const all = () =>
  JSON.stringify([...every.flatMap(k => [store.list(k.id, false), store.book(k.id)]), r.trail.after(0, 1000)])

describe('what registers say of people', () => {
  it('every register that names people says how long; every number says whose it is', () => {
    let seen = 0
    for (const register of every)
      for (const field of allFields(register)) {
        if (!field.personal) expect([register.id, field.key, field.masked]).toEqual([register.id, field.key, undefined])
        if (!field.personal) continue
        expect([register.id, (register.keepsMonths ?? 0) >= 12]).toEqual([register.id, true])
        if (field.masked) expect(allFields(register).map(f => f.key)).toContain(field.whose)
        seen++
      }
    expect(seen).toBeGreaterThan(20)
  })
  it('numbers are masked, and what a form sends back as it was shown stays', () => {
    expect(['13900001111', '021-5566', '1234', ''].map(masked)).toEqual(['••••111', '••••566', '••••', '••••'])
    const goods = registerOf('goods')!
    const had = { carrier: '刘洋', phone: '13900001111' }
    expect(shownValues(goods, had)).toEqual({ carrier: '刘洋', phone: '••••111' })
    expect(asTheyWere(goods, { carrier: 'x', phone: '••••111' }, had)).toEqual({ carrier: 'x', phone: '13900001111' })
    expect(asTheyWere(goods, { phone: '13700002222' }, had)).toEqual({ phone: '13700002222' })
    expect(asTheyWere(goods, {}, had)).toEqual({})
  })
})

it('a diary of years: what is over is forgotten when its time is over, what runs is not; the trail has counts alone', () => {
  const key = add('keys', { name: 'A-1502', kind: 'unit' })
  does(key.id, 'give', { borrower: '李建国', purpose: '看房' })
  does(key.id, 'back')
  const kept = add('keys', { name: 'A-1503', kind: 'unit' })
  does(kept.id, 'give', { borrower: '周婷', purpose: '看房' })
  const bag = add('lost', { item: 'bag', features: 'red', sort: 'goods', found: '2026-11-10', finder: '张卫东' })
  does(bag.id, 'claim', {
    ...{ claimant: '钱芳', phone: '13900001111', proof: '310101199001011234', told: true, signed: true },
  })
  const signer = add('signers', { company: 'Hailan', signer: '陈晓', phone: '13700002222', until: '2026-12-31' })
  const specimen = `${'a'.repeat(64)}.jpg`
  r.trail.change(who, note => store.addPhoto(note, signer.id, 'specimen', specimen, who))
  does(signer.id, 'end', { ended: 'left' })
  const names = ['李建国', '周婷', '张卫东', '钱芳', '13900001111', '310101199001011234', '陈晓', '13700002222']
  const left = () => names.filter(name => all().includes(name))
  expect(left()).toEqual(names)
  const diary: [string, string[], number][] = []
  for (const date of ['2028-11-09', '2028-11-10', '2028-11-11', '2029-11-10', '2029-11-11']) {
    noon(date)
    watch.look()
    watch.look()
    const told = r.trail.after(0, 1000).filter(e => e.kind === 'register-people')
    diary.push([date, left(), told.length])
  }
  expect(diary).toEqual([
    ['2028-11-09', names, 0],
    ['2028-11-10', names, 0],
    // Two years: the loan that is over and the signer; who has a key to this day is known to this day.
    ['2028-11-11', ['周婷', '张卫东', '钱芳', '13900001111', '310101199001011234'], 2],
    ['2029-11-10', ['周婷', '张卫东', '钱芳', '13900001111', '310101199001011234'], 2],
    ['2029-11-11', ['周婷'], 3],
  ])
  expect(dropped).toEqual([specimen])
  expect(
    r.trail
      .after(0, 1000)
      .filter(e => e.kind === 'register-people')
      .map(e => [e.id, e.data]),
  ).toEqual([
    ['keys', { entries: 0, lines: 1, photos: 0, months: 24 }],
    ['signers', { entries: 1, lines: 0, photos: 1, months: 24 }],
    ['lost', { entries: 1, lines: 1, photos: 0, months: 36 }],
  ])
  // What happened is still there.
  expect(store.lines(key.id).map(l => [l.action, l.given.borrower ?? null, l.given.purpose ?? null])).toEqual([
    ['give', null, '看房'],
    ['back', null, null],
  ])
  expect(r.trail.verify()).toBeNull()
  // A clock that was set far ahead forgets nobody.
  safe = false
  noon('2090-01-01')
  watch.look()
  expect(left()).toEqual(['周婷'])
})

it('one person: all that is known of him, then nothing but what still runs; others stay', () => {
  noon('2030-01-10')
  const lesson = add('training', { topic: 'fire', kind: 'training', day: '2030-01-10', leader: '李主任' })
  does(lesson.id, 'hold', { people: 3, names: '王强、周婷，赵敏', minutes: 'x' })
  const bag = add('lost', { item: 'cap', features: 'blue', sort: 'goods', found: '2030-01-10', finder: '王强' })
  does(bag.id, 'claim', { claimant: '周婷', phone: '13912345678', proof: 'ID', told: true, signed: true })
  const change = <T>(work: (note: Parameters<typeof people.export>[0]) => T): T => r.trail.change(who, work)
  const known = change(note => people.export(note, '周婷', 'asked for it'))
  expect(known.map(k => [k.register, k.where, k.field])).toEqual([
    ['keys', 'entry', 'borrower'],
    ['keys', 'line', 'borrower'],
    ...['entry', 'line'].flatMap(where => [
      ...(['claimant', 'phone', 'proof'].map(f => ['lost', where, f]) as [string, string, string][]),
    ]),
    ['training', 'entry', 'names'],
    ['training', 'line', 'names'],
  ])
  // By his number he is found, too; by half a name nobody is.
  expect(change(note => people.export(note, '13912345678', 'x')).length).toBe(6)
  expect(change(note => people.export(note, '周', 'x'))).toEqual([])
  const gone = change(note => people.forgetOne(note, '周婷', 'asked for it'))
  expect(gone).toMatchObject({ entries: 2, lines: 2, files: [], kept: ['K-20261110-002'] })
  expect(store.one(lesson.id).values.names).toBe('王强、—，赵敏')
  expect(store.one(bag.id).values).toMatchObject({ finder: '王强', claimant: null, phone: null, proof: null })
  expect(all()).not.toContain('13912345678')
  const told = r.trail.after(0, 1000).filter(e => e.kind === 'register-people' && e.id === 'one')
  expect(told.at(-1)!.data).toEqual({ entries: 2, lines: 2, photos: 0, kept: 1, reason: 'asked for it' })
  expect(JSON.stringify(told)).not.toContain('周婷')
  // The key comes back: then he goes as well.
  const key = store.list('keys', true).find(e => e.no === 'K-20261110-002')!
  does(key.id, 'back')
  expect(change(note => people.forgetOne(note, '周婷', 'again'))).toMatchObject({ lines: 1, kept: [] })
  expect(all()).not.toContain('周婷')
})

it('the numbers of an entry in full: who read them and why is on the trail, the numbers are not', () => {
  const signer = add('signers', { company: 'Hailan', signer: '陈晓', phone: '13700002222', until: '2031-12-31' })
  const numbers = r.trail.change(who, note => people.numbers(note, signer.id, 'to call about a slip'))
  expect(numbers).toEqual({ phone: '13700002222' })
  const told = r.trail.of('register', signer.id).at(-1)!
  expect([told.action, told.actor, told.data]).toEqual([
    ...[
      'numbers-read',
      'mo',
      { no: signer.no, register: 'signers', fields: ['phone'], reason: 'to call about a slip' },
    ],
  ])
})
