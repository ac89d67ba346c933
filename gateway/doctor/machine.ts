import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, connect as tcpConnect } from 'node:net'
import { totalmem, userInfo } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import type { ClockFacts, PortFacts, ReachFacts, SerialFacts } from '../../rules/doctor/machine.ts'
import { hostPort } from '../core/address.ts'
import { groupName, listenerOf, otherHolder } from './processes.ts'

const REACH_MS = 3000
const MB = 1024 * 1024

export function memory(): { totalMb: number; availableMb: number } {
  const said = existsSync('/proc/meminfo') ? readFileSync('/proc/meminfo', 'utf8') : ''
  const kib = Number(/^MemAvailable:\s+(\d+) kB/m.exec(said)?.[1])
  const totalMb = Math.round(totalmem() / MB)
  return { totalMb, availableMb: Number.isFinite(kib) ? Math.round(kib / 1024) : totalMb }
}

/** @param records records.db; '' when there is none */
export function clockFacts(records: string, zone: string | null): ClockFacts {
  return { now: Date.now(), synchronised: synchronised(), newest: newestOf(records), zone: zoneFacts(zone) }
}
function synchronised(): boolean | null {
  const said = spawnSync('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
    encoding: 'utf8',
    timeout: 5000,
  })
  const answer = said.status === 0 ? said.stdout.trim() : ''
  return answer === 'yes' ? true : answer === 'no' ? false : null
}
function newestOf(records: string): number | null {
  if (!existsSync(records)) return null
  try {
    const db = new DatabaseSync(records, { readOnly: true, timeout: 2000 })
    try {
      const row = db.prepare('SELECT time FROM trail ORDER BY seq DESC LIMIT 1').get() as { time: number } | undefined
      return row?.time ?? null
    } finally {
      db.close()
    }
  } catch {
    return null
  }
}
function zoneFacts(name: string | null): ClockFacts['zone'] {
  if (name === null) return null
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return { name, known: true }
  } catch {
    return { name, known: false }
  }
}

/**
 * Whether a port is ours, free, or somebody else's: it is taken for a moment.
 * @param ours what the gateway that runs says it listens on
 */
export async function portFacts(setting: string, address: string, ours: readonly string[]): Promise<PortFacts> {
  const facts = (state: PortFacts['state'], by: string | null = null): PortFacts => ({ setting, address, state, by })
  let at: { host: string; port: number }
  try {
    at = hostPort(address)
  } catch {
    return facts('invalid')
  }
  if (ours.some(taken => taken.endsWith(`:${at.port}`))) return facts('ours')
  if (at.port === 0) return facts('free')
  const code = await new Promise<string | null>(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    server.listen({ ...at, exclusive: true }, () => server.close(() => resolve(null)))
  })
  switch (code) {
    case null:
      return facts('free')
    case 'EADDRINUSE':
      return facts('taken', listenerOf(at.port))
    case 'EACCES':
      return facts('denied')
    default:
      return facts('no-address')
  }
}

/** @param own the processes that may have it open */
export function serialFacts(channel: string, path: string, own: readonly number[]): SerialFacts {
  const user = userInfo().username
  const facts = (state: SerialFacts['state'], group: string | null = null): SerialFacts => ({
    ...{ channel, path, state, user, group },
    by: state === 'ok' ? otherHolder(path, own) : null,
  })
  const there = statSync(path, { throwIfNoEntry: false })
  if (!there) return facts('missing')
  if (!there.isCharacterDevice()) return facts('no-device')
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return facts('ok', groupName(there.gid))
  } catch {
    return facts('no-right', groupName(there.gid))
  }
}

/** Whether somebody takes a connection there; nothing is said to him. */
export function reachFacts(name: string, host: string, port: number): Promise<ReachFacts> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return new Promise(resolve => {
    const socket = tcpConnect({ host, port, timeout: REACH_MS })
    const end = (why: string | null) => {
      socket.destroy()
      resolve({ name, address, why })
    }
    socket.once('connect', () => end(null))
    socket.once('timeout', () => end(`${REACH_MS / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}
