// The program is put together once, from its sources and the small libraries: a gateway that runs its sources keeps 20 to
// 40 MB more in its memory (the sources with their comments, a module each, the compiled code of all of them once more).
// It is used only when it is made of exactly the sources that are there, and has started once.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { filesBelow, hashOf, node, root, run, say } from './steps.mjs'

const folder = join(root, 'gateway', 'dist')
const stamp = join(folder, '.built')
const LONGEST_START_MS = 60_000

/** Of what the program would be made now. */
export function madeOf() {
  const sources = ['gateway', 'drivers', 'rules'].flatMap(path => filesBelow(join(root, path)))
  return hashOf([...sources, join(root, 'setup', 'program.config.mjs'), join(root, 'package-lock.json')])
}

/** The file to start, or null when the sources are to be run. */
export function program() {
  if (!existsSync(stamp)) return null
  return readFileSync(stamp, 'utf8') === madeOf() ? join(folder, 'main.js') : null
}

export default async function buildProgram() {
  if (program()) return
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const config = join(root, 'setup', 'program.config.mjs')
  const code = await run('Putting the program together', node, [
    vite,
    'build',
    '--config',
    config,
    '--logLevel',
    'warn',
  ])
  if (code === 0) writeFileSync(stamp, madeOf())
  if (code === 0 && (await starts())) return
  // It only saves memory and time.
  rmSync(stamp, { force: true })
  say('  it did not work; the sources are run instead, with more memory')
}

/** Whether a gateway with an empty site starts and ends. */
async function starts() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-first-'))
  const child = spawn('sh', ['-c', scripts.gateway], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
      GATEHOUSE_DATA: data,
      GATEHOUSE_HTTP: '127.0.0.1:0',
      GATEHOUSE_MQTT: '127.0.0.1:0',
    },
  })
  const said = []
  child.stderr.on('data', chunk => said.push(chunk))
  // Its last line, by which it has learned to end.
  child.stdout.on('data', chunk => String(chunk).includes('Open') && child.kill('SIGTERM'))
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_START_MS)
  const code = await new Promise(resolve => {
    child.once('error', () => resolve(1))
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
  clearTimeout(late)
  rmSync(data, { recursive: true, force: true })
  if (code === 0) return true
  say(`  it ended with ${code} ${Buffer.concat(said)}`)
  return false
}
