import { describe, expect, it } from 'vitest'
import { type Role, roles } from '../../rules/flow.ts'
import {
  type Around,
  allFields,
  type Entry,
  type Field,
  factsOf,
  fieldKinds,
  isEnd,
  movedEntry,
  offered,
  type Register,
  takenValues,
} from '../../rules/register.ts'
import { monthsLater, nextOfMonth } from '../../rules/registerdays.ts'
import { registers } from '../../rules/registers/all.ts'

const CHINESE = /\p{Script=Han}/u
const NOON = Date.parse('2026-11-22T04:00:00Z')
const around: Around = {
  ...{ now: NOON, zone: 'Asia/Shanghai', actor: { name: 'anna', role: 'admin' } },
  workFor: () => ['WO-20261122-001'],
  heldFor: () => ({ permits: [], passes: [] }),
  entry: () => undefined,
  knows: (_, id) => id === 'b1',
}
const entry = (register: Register, phase: string, values: Entry['values'] = {}): Entry => ({
  ...{ id: 'x', no: `${register.prefix}-1`, register: register.id, phase, values, at: NOON, by: 'desk', since: NOON },
  ...{ dueAt: null, demo: false },
})

/** Each kind of field with what is taken and what is not. */
const kinds: Record<string, { good: [unknown, unknown][]; bad: unknown[] }> = {
  text: { good: [[' a ', 'a']], bad: [7, 'x'.repeat(101), ['a'], {}] },
  long: { good: [['long', 'long']], bad: [7, 'x'.repeat(1001)] },
  whole: {
    good: [
      [0, 0],
      [12, 12],
    ],
    bad: ['12', 1.5, -1, 1e9, Number.NaN],
  },
  money: {
    good: [
      [500, 500],
      [0.05, 0.05],
    ],
    bad: ['500', -1, 0.001, Number.POSITIVE_INFINITY],
  },
  date: {
    good: [['2028-02-29', '2028-02-29']],
    bad: ['2026-02-29', '22.11.2026', '2026-13-01', 20261122, '2026-11-22T00:00'],
  },
  choice: { good: [['a', 'a']], bad: ['b', 'constructor', 1] },
  tick: {
    good: [
      [true, true],
      [false, false],
      [null, false],
    ],
    bad: ['true', 1],
  },
  space: { good: [['b1', 'b1']], bad: ['nowhere', 1, 'x'.repeat(100)] },
  equipment: { good: [['b1', 'b1']], bad: ['nowhere'] },
  record: { good: [['SG-1', 'SG-1']], bad: ['SG-2', 3] },
  items: {
    good: [[[{ name: 'desk', quantity: 2 }], [{ name: 'desk', quantity: 2, unit: '', passed: 0 }]]],
    bad: [
      'desk',
      [{}],
      [{ name: 'desk', quantity: 0 }],
      [{ name: '', quantity: 1 }],
      ['desk'],
      Array(31).fill({ name: 'x', quantity: 1 }),
    ],
  },
  counts: {
    good: [
      [
        [1, 0],
        [1, 0],
      ],
    ],
    bad: [[3, 0], [1], [0, 0], [-1, 1], [0.5, 0], 'x'],
  },
  photos: { good: [], bad: [['a.jpg']] },
}

describe('fields', () => {
  it('take what is right and refuse the rest in both languages, for every kind', () => {
    let seen = 0
    const had = {
      goods: [
        { name: 'a', quantity: 2, unit: '', passed: 0 },
        { name: 'b', quantity: 1, unit: '', passed: 1 },
      ],
    }
    for (const kind of fieldKinds) {
      const field: Field = {
        ...{
          key: 'f',
          kind,
          name: { 'zh-CN': '栏', en: 'Field' },
          choices: { a: { 'zh-CN': '甲', en: 'A' } },
          of: 'goods',
        },
      }
      const see: Around = { ...around, entry: (_, no) => (no === 'SG-1' ? entry(registers[0]!, 'in') : undefined) }
      const { good, bad } = kinds[kind]!
      for (const [given, kept] of good) {
        expect([kind, takenValues([field], { f: given }, had, see)]).toEqual([kind, { values: { ...had, f: kept } }])
        seen++
      }
      for (const given of bad) {
        const said = takenValues([field], { f: given }, had, see)
        expect([kind, given, said]).toMatchObject([kind, given, { refused: 'register-field' }])
        const { why } = said as { why: { 'zh-CN': string; en: string } }
        if (kind !== 'photos')
          expect([kind, CHINESE.test(why['zh-CN']), CHINESE.test(why.en)]).toEqual([kind, true, false])
        seen++
      }
      if (kind === 'photos') continue
      const must = takenValues([{ ...field, required: true }], {}, had, see)
      expect([kind, must]).toMatchObject([kind, { refused: 'register-field' }])
    }
    expect(takenValues([], { more: 1 }, {}, around)).toMatchObject({ refused: 'register-field' })
    expect(seen).toBeGreaterThan(55)
  })
  it('days: months that are shorter, and the next 20th', () => {
    expect(monthsLater('2026-11-30', 3)).toBe('2027-02-28')
    expect(monthsLater('2024-02-29', 12)).toBe('2025-02-28')
    expect(['2026-11-19', '2026-11-20', '2026-12-31'].map(d => nextOfMonth(d, 20))).toEqual([
      ...['2026-11-20', '2026-12-20', '2027-01-20'],
    ])
  })
})

describe.each(registers.map(r => [r.id, r] as const))('register %s', (_, register) => {
  const { phases, moves, flow } = register
  it('every word has both languages', () => {
    const said = (function* () {
      yield* [register.name, register.one, register.help, ...Object.values(phases), ...Object.values(register.refusals)]
      for (const f of allFields(register))
        yield* [f.name, ...Object.values(f.choices ?? {}), ...(f.unit ? [f.unit] : [])]
      for (const m of Object.values(moves)) yield m.name
    })()
    let seen = 0
    for (const text of said) {
      expect([text, CHINESE.test(text['zh-CN']), CHINESE.test(text.en), text.en.length > 1]).toEqual([
        text,
        true,
        false,
        true,
      ])
      seen++
    }
    expect(seen).toBeGreaterThan(15)
  })
  it('its table fits: phases, moves, title, columns, references', () => {
    expect(Object.keys(flow.moves).sort()).toEqual(Object.keys(phases).sort())
    const used = Object.values(flow.moves).flatMap(m => Object.entries(m))
    expect([...new Set(used.map(([action]) => action))].sort()).toEqual(Object.keys(moves).sort())
    const reached = new Set([flow.first])
    for (const phase of reached)
      for (const [action, m] of Object.entries(flow.moves[phase]!)) {
        reached.add(m!.to)
        for (const other of moves[action]!.or ?? []) reached.add(other)
      }
    expect([...reached].sort()).toEqual(Object.keys(phases).sort())
    expect(Object.values(moves).filter(m => (m.lands === undefined) !== (m.or === undefined))).toEqual([])
    for (const [, m] of used)
      expect([...m!.by].every(role => roles.includes(role)) && m!.by.includes('admin')).toBe(true)
    const title = register.fields.find(f => f.key === register.title)
    expect([title?.required, title?.personal]).toEqual([true, undefined])
    for (const f of allFields(register)) {
      if (f.kind === 'record') expect(registers.map(r => r.id)).toContain(f.of)
      if (f.kind === 'counts') expect(register.fields.find(one => one.key === f.of)?.kind).toBe('items')
      if (f.kind === 'choice') expect(Object.keys(f.choices ?? {}).length).toBeGreaterThan(1)
    }
    if (register.expires) expect(moves[register.expires]).toBeTruthy()
  })
  it('every move from every phase by every role: done or asked for something, else refused', () => {
    let legal = 0
    let illegal = 0
    for (const phase of Object.keys(phases))
      for (const action of [...Object.keys(moves), 'constructor', 'nonsense'])
        for (const role of roles) {
          const here = Object.hasOwn(flow.moves[phase]!, action) ? flow.moves[phase]![action] : undefined
          const done = movedEntry(register, entry(register, phase), action, {}, role, around)
          const code = 'refused' in done ? done.refused : 'done'
          const may = offered(register, phase, role).includes(action)
          const allowed = here
            ? may
              ? ['done', 'register-field', 'register-refused']
              : ['not-your-role']
            : ['register-no-move']
          expect([phase, action, role, allowed.includes(code)]).toEqual([phase, action, role, true])
          may ? legal++ : illegal++
        }
    expect(legal).toBeGreaterThan(4)
    expect(illegal).toBeGreaterThan(10)
  })
  it('who does not keep it adds nothing, and an entry that ended is not changed', () => {
    for (const role of roles as readonly Role[]) {
      const said = factsOf(register, {}, null, role, around)
      expect([role, 'refused' in said ? said.refused : '']).toEqual([
        role,
        register.keep.includes(role) ? 'register-field' : 'not-your-role',
      ])
    }
    for (const phase of Object.keys(phases).filter(p => isEnd(register, p)))
      expect(factsOf(register, {}, entry(register, phase), 'admin', around)).toEqual({ refused: 'register-no-move' })
  })
})
it('walks all of them, each with a prefix of its own', () => {
  expect(registers.length).toBe(12)
  expect(new Set(registers.map(r => r.prefix)).size).toBe(registers.length)
})
