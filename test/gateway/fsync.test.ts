import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { node24 } from '../support/fresh.ts'
import { tempFolder } from '../support/gateway.ts'

const STRACE = '/usr/bin/strace'
/** Commits, then says so: after each word on the pipe the commit before it has to be on the disk. */
const program = (root: string) => `
  const { openDb, migrations } = await import(${JSON.stringify(join(root, 'gateway/records/db.ts'))})
  const { openStore } = await import(${JSON.stringify(join(root, 'gateway/history/store.ts'))})
  const { openBrokerFile } = await import(${JSON.stringify(join(root, 'gateway/broker/file.ts'))})
  const { writeSync } = await import('node:fs')
  const folder = process.argv[1]
  const say = word => writeSync(1, 'ACK ' + word + '\\n')
  const records = openDb(folder + '/records.db', migrations)
  const history = openStore(folder + '/history.db', { rawDays: 1, hourDays: 1, mostBytes: 1e9 })
  const broker = openBrokerFile(folder, () => {})
  const none = () => new Map()
  writeSync(1, 'BEGIN\\n')
  for (let i = 0; i < 5; i++) {
    records.tx(() => records.prepare('INSERT INTO number VALUES (?, ?, ?)').run('k' + i, 'd', i))
    say('records.db')
    const tick = { now: 1000 * i, points: Int32Array.of(1), times: Float64Array.of(1000 * i), codes: new Uint8Array(1),
      values: Float64Array.of(i), texts: [] }
    history.commit(tick, [{ id: 1, name: 'e/p', kind: 'number', periodMs: 1000 }])
    say('history.db')
    broker.write({ session: none(), filter: none(), queue: none(), incoming: none(), will: none(), gone: new Set(),
      retained: new Map([['t' + i, ['t' + i, 1, new Uint8Array(1), i]]]) })
    say('broker.db')
  }
`

/** System calls of one thread in order: what was written where, what was synced, and what was said. */
function judge(trace: string): { acks: number; early: string[] } {
  const unsynced = new Set<string>()
  let began = false
  let acks = 0
  const early: string[] = []
  for (const line of trace.split('\n')) {
    const call = /\b(p?write(?:v|64|v2)?|fsync|fdatasync)\(\d+<([^>]*)>(.*)/.exec(line)
    if (!call) continue
    const [, name, path, rest] = call as unknown as [string, string, string, string]
    if (name.startsWith('f')) unsynced.delete(path)
    else if (/\.db(-wal|-journal)?$/.test(path)) unsynced.add(path)
    else if (rest.includes('BEGIN')) {
      began = true
      unsynced.clear()
    } else if (began && rest.includes('ACK ')) {
      acks++
      const of = /ACK ([\w.]+)/.exec(rest)![1]!
      for (const path of unsynced) if (path.includes(of)) early.push(`${of} was acknowledged, ${path} not synced`)
    }
  }
  return { acks, early }
}

it('what is acknowledged has been synced to the disk: records, history and sessions of the broker', {
  timeout: 60_000,
}, async () => {
  if (!existsSync(STRACE)) throw new Error(`${STRACE} is missing: run node setup/ensure.mjs --services`)
  const folder = tempFolder()
  const log = join(folder.path, 'trace')
  const root = join(import.meta.dirname, '..', '..')
  const args = ['-f', '-y', '-qq', '-s', '40', '-e', 'trace=write,pwrite64,writev,pwritev,fsync,fdatasync', '-o', log]
  const child = spawn(STRACE, [...args, node24, '--input-type=module', '-e', program(root), folder.path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.resume()
  child.stderr.on('data', text => (said += String(text)))
  const code = await new Promise(resolve => child.once('close', resolve))
  expect([code, said]).toEqual([0, ''])
  const trace = readFileSync(log, 'utf8')
  expect(judge(trace)).toEqual({ acks: 15, early: [] })
  // Without its syncs the same trace is told from a good one.
  const bare = trace.replaceAll(/^.*\bf(data)?sync\(.*$/gm, '')
  expect(judge(bare).early.length).toBeGreaterThanOrEqual(15)
  folder.remove()
})
