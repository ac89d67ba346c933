import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { errors, fill } from '../../gateway/core/errors.ts'
import { complaintRefusals } from '../../rules/complaint.ts'

const root = join(import.meta.dirname, '..', '..')
const files = readdirSync(join(root, 'gateway'), { recursive: true, withFileTypes: true })
  .filter(e => e.isFile() && e.name.endsWith('.ts') && !e.parentPath.includes('/demo'))
  .map(e => join(e.parentPath, e.name))
  .map(path => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))

const HAN = /\p{Script=Han}/u

/** Calls of `word(`, each to its closing parenthesis. */
function callsOf(text: string, word: string): string[] {
  const calls: string[] = []
  for (const { index } of text.matchAll(new RegExp(`(?<![.\\w])${word}\\(`, 'g'))) {
    let depth = 0
    let at = index + word.length
    do {
      if (text[at] === '(') depth++
      if (text[at] === ')') depth--
      at++
    } while (depth > 0 && at < text.length)
    calls.push(text.slice(index, at))
  }
  return calls
}
/** Words, not a path, a key or a limit: a small letter, a blank, a letter. */
const WORDS = /[a-z] [a-z]/
/** Strings that are filled into an answer as they stand, in whatever language is asked for. */
const oneLanguage = (call: string): string[] =>
  [...call.matchAll(/\b(\w+):\s*(?:'([^']*)'|`([^`]*)`)/g)]
    .filter(([, key]) => key !== 'en' && key !== 'zh')
    .map(([, , plain, template]) => (plain ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, ''))
    .filter(words => WORDS.test(words) || HAN.test(words))

it('nothing that is refused over HTTP says its reason in one language only', () => {
  let seen = 0
  const wrong = files.flatMap(({ path, text }) =>
    callsOf(text, 'fail').flatMap(call => {
      seen++
      // The words of a text of both languages.
      const bare = call.replaceAll(/\{\s*'zh-CN':[^{}]*(?:\$\{[^}]*\}[^{}]*)*\}/g, '')
      return oneLanguage(bare).map(words => `${path}: ${words}`)
    }),
  )
  expect(wrong).toEqual([])
  expect(seen).toBeGreaterThan(300)
  expect(oneLanguage("fail('x', { why: 'it is empty' })")).toEqual(['it is empty'])
})

it('what a program at the console refuses is said in both languages', () => {
  const programs = files.filter(({ path }) =>
    /gateway\/(backup\/|main\.ts|resetpassword\.ts|accesskeys\.ts|core\/(lock|address)\.ts|records\/db\.ts)/.test(path),
  )
  // What stays English is a fault of ours or of the machine, that nobody can cause by what he asks for.
  const faults = ['was not read to its end', 'the process that made the backup has ended']
  const english = programs.flatMap(({ path, text }) =>
    callsOf(text, 'Error')
      .filter(call => WORDS.test(call) && !faults.some(f => call.includes(f)))
      .map(call => `${path}: ${call}`),
  )
  expect(english).toEqual([])
  const said = programs.flatMap(({ text }) => [...callsOf(text, 'refuse'), ...callsOf(text, 'damaged')])
  const real = said.filter(call => /['`]/.test(call) && !call.startsWith('damaged(zh'))
  for (const call of real)
    expect((HAN.test(call) || call.includes("['zh-CN']")) && /[a-z]{2}/.test(call), call).toBe(true)
  expect(real.length).toBeGreaterThan(30)
})

it('every refusal of the table is an answer in both languages, whatever is filled in', () => {
  const both = { 'zh-CN': '原因', en: 'reason' }
  const codes = Object.entries(errors)
  for (const [code, text] of codes) {
    const names = [...text.en.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
    const params = Object.fromEntries(names.map(name => [name, both]))
    const [zh, en] = [fill(text['zh-CN'], params, 'zh-CN'), fill(text.en, params, 'en')]
    expect([code, HAN.test(zh), HAN.test(en), /[{}]/.test(zh + en)]).toEqual([code, true, false, false])
  }
  expect(codes.length).toBeGreaterThan(150)
  // What rules refuse is passed on by its code: each has a text.
  for (const code of complaintRefusals) expect(Object.keys(errors)).toContain(code)
})
