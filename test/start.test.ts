import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { PointView } from '../gateway/http/contract.ts'
import { cloneInto, root, type Started, startProcess } from './support/fresh.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-fresh-'))
const clone = join(folder, 'clone')
const data = join(folder, 'data')
const password = 'A newcomer 1 types this'
let last: Started | undefined
afterAll(() => {
  if (last) killGroup(last, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** The machine as a newcomer has it: its own Node, none of our settings. */
const env: Record<string, string | undefined> = {
  GATEHOUSE_ADMIN_PASSWORD: password,
  PATH: process.env
    .PATH!.split(delimiter)
    .filter(part => !part.includes('node_modules'))
    .join(delimiter),
  NODE_ENV: undefined,
  VITEST: undefined,
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter(k => /^npm_/i.test(k))
      .map(k => [k, undefined]),
  ),
}

const groupOf = (started: Started): number => started.pid
const members = (group: number): string[] => {
  try {
    return execFileSync('pgrep', ['-r', 'R,S,D,T', '-g', String(group)], { encoding: 'utf8' })
      .trim()
      .split('\n')
  } catch {
    return []
  }
}
function killGroup(started: Started, signal: NodeJS.Signals) {
  try {
    process.kill(-groupOf(started), signal)
  } catch {
    // already gone
  }
}

async function npmStart(limitMs: number): Promise<{ started: Started; cookie: string; tookMs: number }> {
  const at = performance.now()
  const started = await startProcess('npm', ['start'], { cwd: clone, data, env, limitMs })
  last = started
  const response = await fetch(`http://${started.run.http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  })
  expect(response.status).toBe(200)
  return {
    started,
    cookie: response.headers.getSetCookie()[0]!.split(';')[0]!,
    tookMs: Math.round(performance.now() - at),
  }
}

async function goodPoints(started: Started, cookie: string): Promise<number> {
  const response = await fetch(`http://${started.run.http}/api/v1/points?limit=10000`, { headers: { cookie } })
  const { items } = (await response.json()) as { items: PointView[] }
  return items.filter(p => p.sample.quality === 'good').length
}

async function until(fact: () => Promise<boolean> | boolean, limitMs: number): Promise<boolean> {
  for (const end = performance.now() + limitMs; performance.now() < end; ) {
    if (await fact()) return true
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return false
}

/** A supervisor waits 90 s before it kills; who is still there is named. */
async function allGone(group: number): Promise<void> {
  const began = performance.now()
  await until(() => members(group).length === 0, 80_000)
  const left = members(group).map(pid => execFileSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }))
  console.log(`ended in ${Math.round(performance.now() - began)} ms`)
  expect(left).toEqual([])
}

it('a fresh clone: npm start, sign in, good values; kill -9, start, stop', { timeout: 420_000 }, async () => {
  const files = cloneInto(clone)
  expect(files).toBeGreaterThan(100)

  const first = await npmStart(360_000)
  console.log(`first start from ${files} files: ${first.tookMs} ms`)
  expect(await until(async () => (await goodPoints(first.started, first.cookie)) >= 60, 60_000)).toBe(true)
  const base = `http://${first.started.run.http}`
  expect((await fetch(`${base}/api/v1/points`)).status).toBe(401)
  const page = await (await fetch(`${base}/`)).text()
  expect(page).toMatch(/<div id="root"|<script/)
  const asset = /(?:src|href)="(\/assets\/[^"]+)"/.exec(page)![1]!
  expect((await fetch(base + asset)).headers.get('cache-control')).toContain('immutable')
  const openapi = (await (await fetch(`${base}/api/openapi.json`)).json()) as { openapi: string; paths: object }
  expect(openapi.openapi).toMatch(/^3\.1/)
  expect(Object.keys(openapi.paths).length).toBeGreaterThan(15)
  // Nobody else on the machine reads what is kept.
  expect(statSync(data).mode & 0o077).toBe(0)

  killGroup(first.started, 'SIGKILL')
  await first.started.exited

  const second = await npmStart(90_000)
  console.log(`start after kill -9: ${second.tookMs} ms`)
  expect(second.started.output()).not.toContain('Installing')
  expect(second.started.output()).not.toContain('Building')
  expect(await until(async () => (await goodPoints(second.started, second.cookie)) >= 60, 60_000)).toBe(true)
  // A supervisor sends SIGTERM to npm alone; the simulator must not be left behind.
  void second.started.end('SIGTERM')
  await allGone(groupOf(second.started))
})

it('the lock file names no mirror', () => {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  expect(lock.length).toBeGreaterThan(10_000)
  expect(lock).not.toContain('"resolved"')
})
