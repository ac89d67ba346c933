import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { hostPort } from '../core/address.ts'
import { bothOf } from '../core/refusal.ts'
import { runFile } from '../doctor/data.ts'
import { makeBundle } from './bundle.ts'

const MOST = { maxBuffer: 64 * 1024 * 1024 }

/**
 * `npm run diagnostics [-- file.tar.gz] [--data folder] [--log file]`: a file for whoever helps, without personal data. The log is
 * that of the journal if there is one, or of a file; `-` reads it from the standard input, and as the file writes to the output.
 * Metrics are in it when GATEHOUSE_TOKEN is a token of the API.
 */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, log: { type: 'string' } },
  })
  const data = resolve(values.data ?? (process.env.GATEHOUSE_DATA || 'data'))
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const now = Date.now()
  const log = logOf(values.log).split('\n')
  const bundle = await makeBundle({ data, env: process.env, version, now, log, metrics: await metrics(data) })
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const file = positionals[0] ?? `gatehouse-diagnostics-${stamp}.tar.gz`
  if (file === '-') return void process.stdout.write(bundle)
  writeFileSync(file, bundle, { mode: 0o600, flag: 'wx' })
  process.stdout.write(
    `${resolve(file)}\n${bundle.length} bytes. Look through it before you pass it on 转交前请自己看一遍\n`,
  )
}

function logOf(file: string | undefined): string {
  if (file === '-') return readFileSync(0, 'utf8')
  if (file !== undefined) return readFileSync(file, 'utf8')
  const args = ['-u', 'gatehouse', '-n', '5000', '-o', 'short-unix', '--no-pager', '--quiet']
  return spawnSync('journalctl', args, { encoding: 'utf8', ...MOST }).stdout ?? ''
}

/** Null: no gateway, no token, or one that may not. */
async function metrics(data: string): Promise<string | null> {
  const run = runFile(data)
  const token = process.env.GATEHOUSE_TOKEN
  if (!run || !token) return null
  const { host, port } = hostPort(run.http)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`
  const options = { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) }
  return fetch(url, options).then(
    async response => (response.ok ? response.text() : null),
    () => null,
  )
}

main().catch((error: unknown) => {
  process.stderr.write(`${bothOf(error).join('\n')}\n`)
  process.exit(1)
})
