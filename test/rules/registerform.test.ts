import { expect, it } from 'vitest'
import { type Entry, type Register, titleOf } from '../../rules/register.ts'
import { type FormLine, formFields, formRows } from '../../rules/registerform.ts'
import { registerOf, registers } from '../../rules/registers/all.ts'

const CHINESE = /\p{Script=Han}/u
const entry = (register: Register, id: string, at: number, values: Entry['values']): Entry => ({
  ...{ id, no: id, register: register.id, phase: register.flow.first, values, at, by: 'desk', since: at },
  ...{ dueAt: null, demo: false },
})
const line = (of: string, action: string, at: number, given: FormLine['given'] = {}, by = 'gus'): FormLine => ({
  ...{ entry: of, action, at, by, given },
})

it('the form of each register names what there is, in both languages', () => {
  let seen = 0
  for (const register of registers) {
    const { form } = register
    if (!form) continue
    expect([register.id, CHINESE.test(form.name['zh-CN']), CHINESE.test(form.name.en)]).toEqual([
      register.id,
      true,
      false,
    ])
    for (const key of form.facts)
      expect([register.id, register.fields.some(f => f.key === key), key]).toEqual([register.id, true, key])
    for (const move of [...(form.of === 'entries' ? [] : form.of), ...(form.back ?? [])])
      expect([register.id, Object.hasOwn(register.moves, move), move]).toEqual([register.id, true, move])
    const { facts, given, back } = formFields(register, form)
    expect(facts.length + given.length + back.length).toBeGreaterThan(2)
    seen++
  }
  expect(seen).toBe(9)
})

it('keys: one row for each time one went out, its return beside it, by the month in which it went', () => {
  const keys = registerOf('keys')!
  const [a, b] = [entry(keys, 'A', 0, { name: 'A-1502' }), entry(keys, 'B', 0, { name: 'B-0601' })]
  const lines = [
    line('A', 'give', 10, { borrower: 'Li', purpose: 'viewing' }),
    line('B', 'give', 11, { borrower: 'Wu', purpose: 'repair' }),
    line('A', 'changed', 12),
    line('A', 'back', 20, {}, 'eva'),
    line('B', 'overdue', 30),
    line('A', 'give', 31, { borrower: 'Sun', purpose: 'viewing' }),
    line('B', 'lose', 40, { lostHow: 'sump' }),
    line('unknown', 'give', 41),
  ]
  const rows = (from: number, to: number) =>
    formRows(keys.form!, [a, b], lines, [from, to]).map(r => [
      ...[titleOf(keys, r.entry.values), r.given.borrower, r.at, r.back?.at ?? null, r.back?.by ?? null],
    ])
  expect(rows(0, 100)).toEqual([
    ['A-1502', 'Li', 10, 20, 'eva'],
    ['B-0601', 'Wu', 11, 40, 'gus'],
    ['A-1502', 'Sun', 31, null, null],
  ])
  // What came back in the next month stands where it went out.
  expect(rows(10, 12).map(r => r[3])).toEqual([20, 40])
  expect(rows(12, 31)).toEqual([])
})

it('slips: a row for each, its last part ends it', () => {
  const goods = registerOf('goods')!
  const slip = entry(goods, 'G', 5, { company: 'Hailan' })
  const lines = [line('G', 'approve', 6), line('G', 'part', 7), line('G', 'part', 9)]
  expect(formRows(goods.form!, [slip], lines, [0, 10]).map(r => [r.at, r.back?.at])).toEqual([[5, 9]])
})
