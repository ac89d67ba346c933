import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { en } from '../dashboard/src/text/en.ts'
import { zhCN } from '../dashboard/src/text/zh-CN.ts'
import { credentialPhases } from '../rules/access/credential.ts'
import { visitPhases } from '../rules/access/visit.ts'
import { attendanceEvents } from '../rules/attendance.ts'
import { complaintActions } from '../rules/complaint.ts'
import { tagActions as patrolTagActions } from '../rules/patrol/tag.ts'
import { extensionActions } from '../rules/permit/extend.ts'
import { permitActions } from '../rules/permit/permit.ts'
import { switchingActions } from '../rules/switching.ts'
import { tagActions } from '../rules/tag.ts'
import { orderActions } from '../rules/workorder.ts'

const ROOT = join(import.meta.dirname, '../gateway')

/** The arguments of the call whose bracket opens at `at`, as they are written. */
function argsOf(source: string, at: number): string[] {
  const args = ['']
  let depth = 0
  let quote = ''
  for (let i = at; i < source.length; i++) {
    const c = source[i]!
    if (quote !== '') {
      if (c === quote) quote = ''
    } else if (`'"\``.includes(c)) quote = c
    else if ('([{'.includes(c)) depth++
    else if (')]}'.includes(c) && --depth === 0) break
    else if (c === ',' && depth === 1) {
      args.push('')
      continue
    }
    if (i > at) args[args.length - 1] += c
  }
  return args.map(a => a.trim())
}
const literals = (code: string): string[] => [...code.matchAll(/'([a-z-]+)'/g)].map(([, word]) => word!)
/** Of a choice only what it may become, not what is compared. */
const chosen = (code: string): string[] => literals(code.includes('?') ? code.slice(code.indexOf('?')) : code)

/** What sources write into the trail by name: `note('<kind>', id, '<action>')`, and `put(note, record, '<action>')`. */
function written(): { readonly kinds: Set<string>; readonly actions: Map<string, string> } {
  const kinds = new Set<string>()
  const actions = new Map<string, string>()
  for (const file of readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts'))) {
    const source = readFileSync(join(ROOT, file), 'utf8')
    for (const found of source.matchAll(/\bnote\(|\bput\((?=\s*note,)/g)) {
      const [kind = '', , action = ''] = argsOf(source, found.index + found[0].length - 1)
      if (found[0] === 'note(') for (const one of literals(kind)) kinds.add(one)
      for (const one of chosen(action)) actions.set(one, file)
    }
  }
  return { kinds, actions }
}

it('has a word in both languages for each kind and each action that the gateway writes into the trail', () => {
  const { kinds, actions } = written()
  for (const [file, list] of Object.entries({
    ...{ permitActions, tagActions, patrolTagActions, switchingActions, attendanceEvents, visitPhases },
    ...{ credentialPhases: credentialPhases.filter(p => p !== 'active'), orderActions, complaintActions },
    extensionActions: extensionActions.map(a => `extension-${a}`),
    permitEvents: ['expired', 'suspended', 'reminded', 'restored', 'validated'],
    runLines: ['automatic', 'missed', 'extra', 'corrected', 'entered', 'confirmed', 'excused'],
  }))
    for (const action of list) actions.set(action, file)
  for (const words of [en, zhCN]) {
    const known: ReadonlySet<string> = new Set(
      Object.keys(words.trailAction).flatMap(key => [key, key.split('/').at(-1)!]),
    )
    expect([...kinds].filter(kind => !Object.hasOwn(words.trailKind, kind))).toEqual([])
    expect([...actions].filter(([action]) => !known.has(action))).toEqual([])
  }
  console.log(`${kinds.size} kinds, ${actions.size} actions`)
  expect(kinds.size).toBeGreaterThan(50)
  expect(actions.size).toBeGreaterThan(150)
})

it('gives a word of its own only to a kind that there is', () => {
  const own = Object.keys(en.trailAction).filter(key => key.includes('/'))
  expect(own.length).toBeGreaterThan(30)
  expect(own.filter(key => !Object.hasOwn(en.trailKind, key.split('/')[0]!))).toEqual([])
})
