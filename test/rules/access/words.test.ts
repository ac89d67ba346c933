import { expect, it } from 'vitest'
import { en } from '../../../dashboard/src/text/en.ts'
import { zhCN as zh } from '../../../dashboard/src/text/zh-CN.ts'
import type { Text } from '../../../drivers/point.ts'
import { readerRefusals, readerSecurities } from '../../../gateway/doorlink/readers.ts'
import { outcomeText } from '../../../gateway/http/outcomewords.ts'
import { problemTexts as problems } from '../../../gateway/site/problems.ts'
import { ruleIds } from '../../../rules/access/decide.ts'
import { doorModes, inward, settableModes } from '../../../rules/access/doormode.ts'
import { outcomeCodes } from '../../../rules/access/outcome.ts'
import { personRoles } from '../../../rules/access/personrole.ts'
import { readerMoves } from '../../../rules/access/readermove.ts'
import { policyName, ruleName, ruleNames } from '../../../rules/access/rulewords.ts'
import { accessRules } from '../../../rules/packs/accessdoors.ts'

/** Every code that can stand on a page of doors: in Chinese without a word of English, in English without one of Chinese. */
const text = (zhWords: string, enWords: string): Text => ({ 'zh-CN': zhWords, en: enWords })
const HAN = /[\u4e00-\u9fff]/
/** What both languages write so: abbreviations, and what stands in site.json as it is. */
const same = /PIN|OSDP|GB \d+|access\.\w+|\b(?:area|from|exit|free|fail-safe|mechanicalExit|holdsExit|true|false)\b/g
function bothWays(code: string, { 'zh-CN': chinese, en: english }: Text): number {
  expect([code, chinese]).toEqual([code, expect.stringMatching(HAN)])
  expect([code, chinese.replace(same, '')]).toEqual([code, expect.not.stringMatching(/[A-Za-z]{2,}|[{}]/)])
  expect([code, english]).toEqual([code, expect.not.stringMatching(/[\u3000-\u9fff\uff00-\uffef{}]/)])
  expect([code, english]).toEqual([code, expect.stringMatching(/[A-Za-z]{2,}/)])
  return 1
}
const named = text('甲门', 'Door A')
const plant = () => ({
  site: { access: { doors: new Map([['door-a', { name: named }]]), gates: new Map() } },
})
const deps = { plant } as unknown as Parameters<typeof outcomeText>[0]
/** All that any outcome is filled with, as the rules give it: ids, not names. */
const facts = (mode: string, certificate: string) => ({
  ...{ mode, certificate, door: 'door-a', doors: 'door-a, door-a', roles: Object.keys(personRoles).join(' + ') },
  ...{ seconds: 30, needs: 4, level: 1, minutes: 10, inside: 5, capacity: 4 },
})

it('the rules that decide', () => {
  let seen = 0
  for (const id of ruleIds) seen += bothWays(id, ruleNames[id])
  expect(seen).toBe(27)
  for (const lang of ['zh-CN', 'en'] as const) expect(new Set(ruleIds.map(id => ruleName(id)[lang])).size).toBe(seen)
  bothWays('table.7', policyName('table.7'))
  // What nobody has a word for stands as it was written down, and not as nothing.
  expect([ruleName('constructor'), policyName('1f2e')]).toEqual([
    text('constructor', 'constructor'),
    text('1f2e', '1f2e'),
  ])
})
it('all that comes of a reading, filled as it is for refusals, explain, and who can open', () => {
  let seen = 0
  for (const outcome of outcomeCodes)
    for (const mode of doorModes.filter(one => inward[one] === 'open'))
      for (const certificate of Object.keys(personRoles))
        seen += bothWays(
          `${outcome} ${mode} ${certificate}`,
          outcomeText(deps, { outcome, facts: facts(mode, certificate) }),
        )
  expect(seen).toBe(outcomeCodes.length * 5 * Object.keys(personRoles).length)
  expect(outcomeCodes.length).toBeGreaterThan(40)
})
it('the static check that nobody is trapped, and what else may be wrong with doors', () => {
  const codes = Object.keys(problems).filter(code => /^access-|area$|door/.test(code))
  const filled = (words: string) => words.replace(/\{\w+\}/g, '1')
  let seen = 0
  for (const code of codes) {
    const { 'zh-CN': chinese, en: english } = problems[code]!
    const fields = /doorGroups|door-group/g
    const both = [
      filled(chinese).replace(fields, ''),
      filled(english).replaceAll('“', '"').replaceAll('”', '"'),
    ] as const
    seen += bothWays(code, text(both[0].replace(/outside/g, ''), both[1]))
  }
  expect(seen).toBe(8)
  expect(codes).toEqual(expect.arrayContaining(['access-trap', 'access-exit-by-reader', 'access-fail-secure']))
})
it('alarms, modes and readers', () => {
  let seen = 0
  for (const rule of accessRules) seen += bothWays(rule.id, rule.text)
  for (const mode of doorModes) seen += bothWays(mode, text(zh.doorMode[mode], en.doorMode[mode]))
  for (const word of readerSecurities) seen += bothWays(word, text(zh.doors.readerIs[word], en.doors.readerIs[word]))
  for (const word of readerRefusals)
    seen += bothWays(word, text(zh.doors.readerRefused[word], en.doors.readerRefused[word]))
  for (const move of readerMoves) {
    seen += bothWays(move, text(zh.doorReaders.moves[move], en.doorReaders.moves[move]))
    seen += bothWays(move, text(zh.doorReaders.what[move], en.doorReaders.what[move]))
  }
  expect(settableModes.every(mode => HAN.test(zh.doorMode[mode]))).toBe(true)
  expect(seen).toBe(accessRules.length + doorModes.length + readerSecurities.length + readerRefusals.length + 6)
})
