import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lineTroubles } from '../../drivers/modbus/linetrouble.ts'
import { type ErrorCode, errors, fill, GatehouseError, languageOf } from '../../gateway/core/errors.ts'
import { problemTexts } from '../../gateway/site/problems.ts'

const root = join(import.meta.dirname, '..', '..')
const sources = (...folders: string[]) =>
  folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(e => e.isFile() && e.name.endsWith('.ts'))
      .map(e => readFileSync(join(e.parentPath, e.name), 'utf8')),
  )
const found = (texts: readonly string[], patterns: readonly RegExp[]): string[] => [
  ...new Set(texts.flatMap(text => patterns.flatMap(p => [...text.matchAll(p)].map(m => m[1]!)))),
]

const CHINESE = /\p{Script=Han}/u
const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]!).sort()

/** Both languages say the same thing with the same values, and neither is left over in the other. */
function checkTexts(table: Readonly<Record<string, { readonly 'zh-CN': string; readonly en: string }>>): number {
  for (const [code, text] of Object.entries(table)) {
    expect(code).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    // The words of a schema and of a JSON fault come in both languages themselves.
    if (code === 'schema') continue
    expect([code, CHINESE.test(text['zh-CN']), CHINESE.test(text.en)]).toEqual([code, true, false])
    expect([code, text.en.trim().length > 5, text['zh-CN'].trim().length > 3]).toEqual([code, true, true])
    const said = (language: 'zh' | 'en') => params(text[language === 'zh' ? 'zh-CN' : 'en']).filter(p => p !== language)
    expect([code, said('zh')]).toEqual([code, said('en')])
  }
  return Object.keys(table).length
}

describe('errors', () => {
  it('each has both languages with the same values, and a status that exists', () => {
    expect(checkTexts(errors)).toBeGreaterThanOrEqual(20)
    for (const [code, { status }] of Object.entries(errors))
      expect([code, [400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503, 507].includes(status)]).toEqual([
        code,
        true,
      ])
  })
  it('each that is thrown is in the table, each of the table is used', () => {
    const all = sources('gateway')
    const thrown = found(all, [/fail\(\s*'([a-z-]+)'/g, /new GatehouseError\(\s*'([a-z-]+)'/g])
    expect(thrown.length).toBeGreaterThan(12)
    expect(thrown.filter(code => !(code in errors))).toEqual([])
    const rest = all.filter(text => !text.includes('export const errors = {')).join('\n') + sources('rules').join('\n')
    expect(Object.keys(errors).filter(code => !rest.includes(`'${code}'`))).toEqual([])
  })
  it('fills in what it knows and leaves what it does not', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
    expect(new GatehouseError('not-found', { what: 'x' }).message).toBe('Not found: x.')
    const hostile = new GatehouseError('not-found', { what: '{constructor} $& $1' })
    expect(hostile.message).toBe('Not found: {constructor} $& $1.')
  })
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['en-US,en;q=0.9,zh;q=0.8', 'en'],
    ['de-DE,zh;q=0.5', 'zh-CN'],
    ['fr', 'en'],
    ['*', 'en'],
  ])('Accept-Language %s is answered in %s', (header, language) => expect(languageOf(header)).toBe(language))
})

describe('problems of site.json', () => {
  it('each has both languages with the same values', () => {
    expect(checkTexts(problemTexts)).toBeGreaterThanOrEqual(20)
  })
  it('each that site.ts and sitefile.ts find has a text', () => {
    const ours = found(sources('gateway'), [
      /\badd\(\s*(?:\[[^\]]*\]|\w+),\s*'([a-z-]+)'/g,
      /trouble: \{ code: '([a-z-]+)'/g,
      /\? '([a-z-]+)' : 'unknown-channel'/g,
    ])
    expect(ours.length).toBeGreaterThan(15)
    expect(ours.filter(code => !(code in problemTexts))).toEqual([])
  })
  it('each that a driver finds has a text', () => {
    const theirs = found(sources('drivers'), [
      /code: '([a-z-]+)'/g,
      /\badd\(\s*\w+,\s*'([a-z-]+)'/g,
      /\badd\('\w+',\s*'([a-z-]+)'/g,
    ])
    expect(theirs.length).toBeGreaterThan(15)
    // What is wrong with a line is said by the screens.
    const lines: readonly string[] = lineTroubles
    expect(theirs.filter(code => !(code in problemTexts) && !lines.includes(code))).toEqual([])
  })
  it('none is there that nobody finds', () => {
    const all = [
      ...sources('gateway').filter(t => !t.includes('export const problemTexts')),
      ...sources('drivers'),
      ...sources('rules'),
    ].join()
    expect(Object.keys(problemTexts).filter(code => !all.includes(`'${code}'`))).toEqual([])
  })
  it('codes of the two tables do not meet', () => {
    expect(Object.keys(problemTexts).filter(code => code in (errors as Record<ErrorCode, unknown>))).toEqual([])
  })
})
