// What the steps of setting up share. Runs on whatever Node the machine has: plain JavaScript, no packages.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
export const node = join(root, 'node_modules', '.bin', 'node')
export const say = line => process.stdout.write(`${line}\n`)
export const stop = line => {
  process.stderr.write(`\n${line}\n`)
  process.exit(1)
}

/** Runs a command, says every ten seconds that it still runs, and shows what it said only when it failed. */
export function run(what, command, args, env = {}) {
  say(`${what} …`)
  const started = Date.now()
  return new Promise(resolve => {
    const output = []
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(chunk))
    const tick = setInterval(() => say(`  … ${Math.round((Date.now() - started) / 1000)} s`), 10_000)
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
    const end = code => {
      clearInterval(tick)
      if (code === 0) say(`  done in ${Math.round((Date.now() - started) / 1000)} s`)
      else process.stderr.write(Buffer.concat(output))
      resolve(code)
    }
    child.once('error', error => {
      process.stderr.write(`${error.message}\n`)
      end(1)
    })
    child.once('exit', code => end(code ?? 1))
  })
}

export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path.slice(root.length)).update(existsSync(path) ? readFileSync(path) : '')
  return hash.digest('hex')
}

export function filesBelow(path) {
  if (!existsSync(path)) return []
  const found = []
  const walk = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'dist' || entry.name === 'node_modules') continue
      if (entry.isDirectory()) walk(join(folder, entry.name))
      else found.push(join(folder, entry.name))
    }
  }
  if (path.endsWith('.ts')) return [path]
  walk(path)
  return found.sort()
}
