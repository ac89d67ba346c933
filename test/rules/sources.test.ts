import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sourceIn } from '../../rules/sources.ts'

const root = join(import.meta.dirname, '../..')
/** Each clause that the code cites, as it stands there. */
const cited = [
  ...new Set(
    globSync('{rules,gateway}/**/*.ts', { cwd: root }).flatMap(file =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bsource: '([^']*\p{Script=Han}[^']*)'/gu)].map(m => m[1]!),
    ),
  ),
]

describe('cited clauses', () => {
  it('are read in English, too, with their numbers', () => {
    console.log(`${cited.length} cited clauses`)
    expect(cited.length).toBeGreaterThan(150)
    expect(cited.filter(one => /[\p{Script=Han}，。；：、（）]/u.test(sourceIn(one, 'en')))).toEqual([])
    for (const one of cited) {
      const numbers = (text: string) => text.replaceAll(',', '').match(/[A-Z]\d\d|P-\d\d|\d{3,}/g) ?? []
      for (const number of numbers(one)) expect(sourceIn(one, 'en').replaceAll(/(\d),(\d)/g, '$1$2')).toContain(number)
      expect(sourceIn(one, 'zh-CN')).toBe(one)
    }
  })

  const said: readonly (readonly [string, string])[] = [
    ['配电室管理制度 S01', 'Distribution room rules S01'],
    ['抄表 S10；限值为网关缺省值', 'Meter reading S10; the limit is a default of the gateway'],
    ['网关缺省值（参照 GB/T 12325：220 V 的 +7 %）', 'Default of the gateway (after GB/T 12325: +7 % of 220 V)'],
    ['GB 50116-2013 4.1.6', 'GB 50116-2013 4.1.6'],
    // Somebody's own words, of which only a part is known.
    ['本项目停电演练方案第 3 条', '本项目停电演练方案第 3 条'],
  ]
  it.each(said)('%s', (source, english) => expect(sourceIn(source, 'en')).toBe(english))
})
