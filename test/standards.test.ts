import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { fileOf as licencesFile, pageOf as licencesPage, shipped } from '../setup/licences.mjs'
// @ts-expect-error a script without types
import { fileOf, names, pageOf, rowsOf } from '../setup/standards.mjs'

interface Row {
  readonly id: string
  readonly level: string
  readonly state: 'test' | 'docs' | 'na' | 'open'
  readonly evidence: string
  /** Part of the title of the test in that file. */
  readonly title: string
}
const root = join(import.meta.dirname, '..')
/** The lines of a file that name a test or a group of them, a table's as well; its own lists of cases are no titles. */
const titlesOf = (path: string): string[] =>
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter(line => /^\s*((it|describe)(\.\w+)*\(|\]\)\(|'.*',$)/.test(line))

describe.each(names as string[])('the table of %s', name => {
  const rows: Row[] = rowsOf(name)
  it('names what is there: each test and each page, and none for what is not done', () => {
    const missing = rows.filter(({ evidence }) => evidence && !existsSync(join(root, evidence)))
    expect(missing).toEqual([])
    const wrong = rows.filter(
      ({ state, evidence }) =>
        (state === 'test' && !evidence.startsWith('test/')) ||
        (state === 'docs' && (evidence === '' || evidence.startsWith('test/'))) ||
        ((state === 'na' || state === 'open') && evidence !== ''),
    )
    expect(wrong).toEqual([])
    expect(new Set(rows.map(row => row.id)).size).toBe(rows.length)
    // A row of a test names one that is there, by its title: when it is renamed or gone, the row says nothing any more.
    const tests = rows.filter(({ state }) => state === 'test')
    const gone = tests.filter(({ evidence, title }) => title === '' || !titlesOf(evidence).some(t => t.includes(title)))
    expect(gone.map(row => `${row.id} ${row.evidence}: ${row.title}`)).toEqual([])
    expect(rows.filter(({ state, title }) => state !== 'test' && title !== '')).toEqual([])
    console.log(`${name}: ${tests.length} rows of ${rows.length} name a test`)
  })
  it('is what its pages say: npm run standards', () => {
    for (const language of ['en', 'zh-CN'])
      expect(readFileSync(fileOf(name, language), 'utf8')).toBe(pageOf(name, language))
  })
})

it('ASVS 5.0.0 has 70 requirements of level 1 and 183 of level 2, and each has its row', () => {
  const levels = (rowsOf('asvs') as Row[]).map(row => row.level)
  expect([levels.filter(l => l === '1').length, levels.filter(l => l === '2').length]).toEqual([70, 183])
})

it('what others wrote and ships is listed with its licence, and none forbids it to ship', () => {
  const all = shipped() as readonly { name: string; licence: string }[]
  const free = /^\(?(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|Python-2\.0)\b/
  expect(all.filter(one => !free.test(one.licence))).toEqual([])
  expect(all.length).toBeGreaterThan(200)
  expect(all.map(one => one.name)).toEqual(expect.arrayContaining(['fastify', 'react', 'node']))
  for (const language of ['en', 'zh-CN'])
    expect(readFileSync(licencesFile(language), 'utf8')).toBe(licencesPage(language))
})
