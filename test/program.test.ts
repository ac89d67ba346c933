import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { root } from './support/fresh.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-program-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Setup {
  program(): string | null
  madeOf(): string
}
interface Plugin {
  readonly name: string
  transform?(code: string, id: string): string | undefined
  generateBundle?(options: null, files: Record<string, { type: string; code: string }>): void
}

it('what was put together is started only while it is made of exactly the sources that are there', async () => {
  const file = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  for (const name of ['setup/steps.mjs', 'setup/program.mjs', 'setup/program.config.mjs'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  file('gateway/main.ts', 'one')
  file('rules/rule.ts', 'rule')
  const { program, madeOf } = (await import(pathToFileURL(join(folder, 'setup/program.mjs')).href)) as Setup
  const main = join(folder, 'gateway', 'dist', 'main.js')
  expect(program()).toBeNull()
  file('gateway/dist/main.js', '')
  expect(program()).toBeNull()
  file('gateway/dist/.built', madeOf())
  expect(program()).toBe(main)

  file('gateway/main.ts', 'two')
  expect(program()).toBeNull()
  file('gateway/main.ts', 'one')
  expect(program()).toBe(main)
  file('rules/another.ts', '')
  expect(program()).toBeNull()
  rmSync(join(folder, 'rules/another.ts'))
  expect(program()).toBe(main)
  file('package-lock.json', '{}')
  expect(program()).toBeNull()
})

it('texts in Chinese are the same when each character of the program takes one byte', async () => {
  const { default: config } = (await import(pathToFileURL(join(root, 'setup/program.config.mjs')).href)) as {
    default: { plugins: readonly Plugin[] }
  }
  const code = [
    '`门房 $'.concat('{1 + 1}`'),
    "'冷冻水 🔥 ℃'",
    String.raw`String.raw${'`'}(\d+)回路\s${'$'}{1}号${'`'}`,
    '/^[一-龥]+$/u.test("门房")',
    '/🔥/u.test("🔥")',
  ].join(',')
  const files = { 'main.js': { type: 'chunk', code: `[${code}]` } }
  config.plugins.find(p => p.name === 'one-byte')!.generateBundle!(null, files)
  const made = files['main.js'].code
  expect(made).toMatch(/^[\0-\x7f]*$/)
  const values = (text: string): unknown => new Function(`return ${text}`)()
  expect(values(made)).toEqual(['门房 2', '冷冻水 🔥 ℃', String.raw`(\d+)回路\s1号`, true, true])
})

it('finds what lies beside a package where the packages are, also when their folder is a link to another place', async () => {
  const { default: config } = (await import(pathToFileURL(join(root, 'setup/program.config.mjs')).href)) as {
    default: { plugins: readonly Plugin[] }
  }
  const page = config.plugins.find(plugin => plugin.name === 'docs-page')!
  const said = ['/elsewhere', '/srv/node_modules/gatehouse', root].map(above =>
    page.transform!('at(__dirname)', `${above}/node_modules/@fastify/swagger-ui/lib/routes.js`),
  )
  expect(new Set(said)).toEqual(new Set(["at((import.meta.dirname + '/../../node_modules/@fastify/swagger-ui/lib'))"]))
})
