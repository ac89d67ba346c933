import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { roles } from '../../rules/flow.ts'
import { may, type Permission, permissions } from '../../rules/permission.ts'
import { rightsTable } from '../../rules/rights/table.ts'
import { subjects } from '../../rules/rights/words.ts'
import { pageText, permissionPages } from '../support/permissionpages.ts'

const rights = rightsTable()

it('the table shows what the gateway decides by: each permission with its roles, each in both languages, once', () => {
  const shown = Object.fromEntries(rights.map(r => [r.id, r]))
  expect(Object.keys(shown).length).toBe(rights.length)
  for (const id of Object.keys(permissions) as Permission[])
    for (const role of roles)
      expect([id, role, shown[id]?.grants[role]]).toEqual([id, role, may(role, id) ? 'yes' : 'no'])
  for (const { id, name, subject } of rights) {
    expect([id, /[\u4e00-\u9fff]/.test(name['zh-CN']), /^[A-Z]/.test(name.en)]).toEqual([id, true, true])
    // A move that has no word of its own would be shown by its code.
    const move = id.split('/')[1]
    expect([id, move !== undefined && name['zh-CN'].endsWith(`：${move}`)]).toEqual([id, false])
    expect(Object.keys(subjects)).toContain(subject)
  }
  for (const lang of ['zh-CN', 'en'] as const)
    expect(rights.map(r => r.name[lang]).filter((name, i, all) => all.indexOf(name) !== i)).toEqual([])
  expect(rights.length).toBeGreaterThan(180)
})

it('moves: in each phase, in some, in none', () => {
  const of = (id: string) => rights.find(r => r.id === id)?.grants
  expect(of('workorder/accept')).toMatchObject({ engineer: 'yes', desk: 'no', display: 'no' })
  expect(of('workorder/acknowledge')).toMatchObject({ manager: 'yes', desk: 'some', guard: 'no' })
  expect(of('register-keys/give')).toMatchObject({ guard: 'yes', engineer: 'no' })
  // What happens by itself when its day comes is no right of anybody.
  expect(of('register-signers/expire')).toBeUndefined()
})

it('docs/permissions.md is what the program decides by; when not: node test/support/permissionpages.ts', () => {
  for (const page of permissionPages) expect(readFileSync(page[1], 'utf8') === pageText(page)).toBe(true)
})
