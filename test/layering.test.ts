import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"](\.[^'"]+)['"]/gm

/** The table of design.md section 2: what a place may import at run time, and what as types only. */
const allowed: Record<string, { readonly code: readonly string[]; readonly types: readonly string[] }> = {
  'firmware-sim': { code: [], types: [] },
  drivers: { code: [], types: [] },
  rules: { code: [], types: ['drivers'] },
  'gateway/core': { code: [], types: ['drivers', 'rules'] },
  'gateway/live': { code: ['gateway/core', 'gateway/history', 'drivers', 'rules'], types: [] },
  // Of records only openDb: one way to open a file of ours.
  'gateway/history': { code: ['gateway/core', 'gateway/records'], types: ['drivers'] },
  // Who is on duty is a rule; rules know nobody.
  'gateway/out': { code: ['gateway/core', 'gateway/history', 'rules'], types: ['drivers', 'gateway/live'] },
  'gateway/records': { code: ['gateway/core', 'rules'], types: ['drivers'] },
  'gateway/http': {
    code: ['gateway/core', 'gateway/history', 'gateway/records', 'rules', 'drivers'],
    types: ['gateway/live', 'gateway'],
  },
  gateway: {
    code: [
      ...['gateway/core', 'gateway/live', 'gateway/history', 'gateway/out', 'gateway/records', 'gateway/http'],
      ...['drivers', 'rules'],
    ],
    types: [],
  },
  dashboard: { code: ['rules'], types: ['gateway/http', 'drivers'] },
}

const folderOf = (file: string): string => {
  const parts = relative(root, file).split(sep)
  const two = parts.slice(0, 2).join('/')
  return two in allowed ? two : parts[0]!
}

function wrongImports(file: string, text: string): { seen: number; wrong: string[] } {
  const wrong: string[] = []
  let seen = 0
  const from = folderOf(file)
  for (const [, type, path] of text.matchAll(IMPORT)) {
    seen++
    const to = folderOf(join(dirname(file), path!))
    const may = allowed[from]!
    if (from !== to && !may.code.includes(to) && !(type && may.types.includes(to)))
      wrong.push(`${relative(root, file)} -> ${path}`)
  }
  return { seen, wrong }
}

const files = Object.keys(allowed)
  .map(folder => folder.split('/')[0]!)
  .filter((folder, i, all) => all.indexOf(folder) === i)
  .flatMap(folder => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter(e => e.isFile() && /\.tsx?$/.test(e.name) && !/[\\/](dist|node_modules)([\\/]|$)/.test(e.parentPath))
  .map(e => join(e.parentPath, e.name))

it('imports only point down', () => {
  const results = files.map(file => wrongImports(file, readFileSync(file, 'utf8')))
  expect(results.flatMap(r => r.wrong)).toEqual([])
  const seen = results.reduce((sum, r) => sum + r.seen, 0)
  console.log(`layering: ${seen} imports in ${files.length} files`)
  expect(files.length).toBeGreaterThan(60)
  expect(seen).toBeGreaterThan(150)
})

it('finds a planted violation of each kind', () => {
  const planted: [string, string][] = [
    ['rules/alarm.ts', `import { step } from '../gateway/live/alarms.ts'`],
    ['drivers/point.ts', `import type { Rule } from '../rules/rule.ts'`],
    ['gateway/live/poller.ts', `import { openDb } from '../records/db.ts'`],
    ['gateway/records/trail.ts', `import '../out/broker.ts'`],
    ['firmware-sim/pump.ts', `export { judge } from '../drivers/point.ts'`],
    ['dashboard/src/main.tsx', `import {\n  page,\n} from '../../gateway/http/contract.ts'`],
    ['gateway/http/server.ts', `import { checkSite } from '../site/site.ts'`],
  ]
  for (const [file, text] of planted)
    expect([file, wrongImports(join(root, file), text).wrong.length]).toEqual([file, 1])
  expect(
    wrongImports(join(root, 'dashboard/src/main.tsx'), `import type { Me } from '../../gateway/http/contract.ts'`)
      .wrong,
  ).toEqual([])
})
