import { describe, expect, it } from 'vitest'
import { visitsWithEntries } from '../../../rules/access/gate.ts'
import { personRole, roleOfWord, rolesOfLine } from '../../../rules/access/personrole.ts'

describe('what a person is at doors', () => {
  it.each([
    ['值班电工、监护人', ['electrician', 'guardian']],
    ['Duty electrician, guardian', ['electrician', 'guardian']],
    ['electrician guardian', ['electrician', 'guardian']],
    ['值班电工，电工班长', ['electrician', '电工班长']],
    ['night porter', ['night porter']],
    ['guardian, 监护人', ['guardian']],
    [' ', []],
  ])('%s', (line, roles) => expect(rolesOfLine(line)).toEqual(roles))
  it('has a name in both languages; what the site has made up is its own name', () => {
    expect(personRole('guardian')).toEqual({ 'zh-CN': '监护人', en: 'guardian' })
    expect(personRole('constructor')).toEqual({ 'zh-CN': 'constructor', en: 'constructor' })
    expect(roleOfWord('toString')).toBe('toString')
  })
})

it('a visitor who was let in without the network is not offered again, and is gone when he has left', () => {
  const visits = [
    { id: 'a', phase: 'expected' },
    { id: 'b', phase: 'expected' },
    { id: 'c', phase: 'inside' },
  ]
  const entries = [
    { visit: 'a', direction: 'in' as const },
    { visit: null, direction: 'in' as const },
    { visit: 'c', direction: 'out' as const },
  ]
  expect(visitsWithEntries(visits, entries).map(v => `${v.id} ${v.phase}`)).toEqual(['a inside', 'b expected'])
  expect(visitsWithEntries(visits, [...entries, { visit: 'a', direction: 'out' }]).map(v => v.id)).toEqual(['b'])
})
