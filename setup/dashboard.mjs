// The pages are built once and only again when a source changed. Every test that opens a browser relies on it: a build
// while another test has the pages open would take the files from under it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, hashOf, node, root, run, stop } from './steps.mjs'

export default async function buildDashboard() {
  const stamp = join(root, 'dashboard', 'dist', '.built')
  const sources = ['dashboard', 'rules', 'drivers', 'gateway/http/contract.ts', 'gateway/http/contract'].flatMap(path =>
    filesBelow(join(root, path)),
  )
  const wanted = hashOf([...sources, join(root, 'package-lock.json')])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const code = await run('Building the dashboard', node, [vite, 'build', 'dashboard', '--logLevel', 'warn'])
  if (code !== 0) stop('The dashboard could not be built (see above).')
  mkdirSync(join(root, 'dashboard', 'dist'), { recursive: true })
  writeFileSync(stamp, wanted)
}
