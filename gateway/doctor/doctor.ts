import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  backupFindings,
  certificateFinding,
  diskFindings,
  fitFinding,
  folderFinding,
  runningFinding,
  siteFinding,
} from '../../rules/doctor/data.ts'
import type { Finding } from '../../rules/doctor/finding.ts'
import {
  clockFindings,
  memoryFinding,
  nodeFinding,
  portFinding,
  reachFinding,
  serialFinding,
} from '../../rules/doctor/machine.ts'
import { fitOf } from '../../rules/update.ts'
import { knownSchemas } from '../backup/manifest.ts'
import { hostPort } from '../core/address.ts'
import { schemasIn } from '../update/update.ts'
import {
  backupFacts,
  certificateFacts,
  diskFacts,
  folderFacts,
  type Raw,
  runFile,
  runningFacts,
  siteFacts,
} from './data.ts'
import { healthOf } from './health.ts'
import { clockFacts, memory, portFacts, reachFacts, serialFacts } from './machine.ts'

export type Env = Readonly<Record<string, string | undefined>>
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  ...{ 'http:': 80, 'https:': 443, 'mqtt:': 1883, 'mqtts:': 8883, 'opc.tcp:': 4840 },
}
const OURS = join(import.meta.dirname, '..', '..', 'package.json')

/**
 * Looks at the machine and the data folder and judges what it sees (rules/doctor). Changes nothing: a small file is written and
 * taken away again, ports that are free are taken for a moment, peers are connected to and nothing is said.
 */
export async function examine(data: string, env: Env): Promise<Finding[]> {
  const { dependencies } = JSON.parse(readFileSync(OURS, 'utf8')) as { dependencies: { node: string } }
  const now = Date.now()
  const folder = folderFacts(data)
  const run = runFile(data)
  const site = siteFacts(data)
  const disk = diskFacts(data)
  const zone = typeof site.raw.site?.timezone === 'string' ? site.raw.site.timezone : null
  const running = runningFacts(data, run !== null && (await healthOf(data)).ok)
  const alive = running.state === 'running' ? run : null
  const taken = alive ? [alive.http, alive.https, alive.mqtt].filter(a => a !== null && a !== undefined) : []
  const ports = [
    ['GATEHOUSE_HTTP', env.GATEHOUSE_HTTP || '127.0.0.1:8080'],
    ['GATEHOUSE_HTTPS', env.GATEHOUSE_HTTPS || ''],
    ['GATEHOUSE_MQTT', env.GATEHOUSE_MQTT || '127.0.0.1:1883'],
  ] as const
  const found = [
    nodeFinding({ version: process.version, wanted: dependencies.node }),
    memoryFinding(memory()),
    ...clockFindings(clockFacts(join(data, 'records.db'), zone)),
    folderFinding(folder),
    ...(disk ? diskFindings(disk) : []),
    runningFinding(running),
    fitFinding(existsSync(data) ? fitOf(schemasIn(data), knownSchemas) : 'new'),
    siteFinding(site),
    ...certificateFacts(data, Boolean(env.GATEHOUSE_HTTPS)).map(c => certificateFinding(c, now)),
    ...backupFindings(await backupFacts(data), now),
  ]
  for (const [setting, address] of ports)
    if (address !== '') found.push(portFinding(await portFacts(setting, address, taken as string[])))
  const own = [process.pid, ...(alive ? [alive.pid] : [])]
  for (const { id, path } of site.raw.channels ?? [])
    if (typeof path === 'string') found.push(serialFinding(serialFacts(String(id), path, own)))
  const peers = peersOf(site.raw)
  found.push(...(await Promise.all(peers.map(p => reachFacts(...p)))).map(reachFinding))
  return found
}

/** Whom channels and outputs speak to over a network: name, host, port. */
export function peersOf({ channels = [], outputs = [] }: Raw): [name: string, host: string, port: number][] {
  const found: [string, string, number][] = []
  const add = (name: string, host: string, port: number) => {
    if (!found.some(([, h, p]) => h === host && p === port)) found.push([name, host, port])
  }
  for (const of of [...channels, ...outputs]) {
    const { id, host, port, url, endpoint, sftp, enabled } = of
    if (enabled === false) continue
    const name = String(id)
    if (typeof host === 'string') add(name, host, typeof port === 'number' ? port : 502)
    for (const text of [url, endpoint]) if (typeof text === 'string') addUrl(name, text, add)
    const remote = sftp as { host?: unknown; port?: unknown } | undefined
    if (typeof remote?.host === 'string') add(name, remote.host, typeof remote.port === 'number' ? remote.port : 22)
  }
  return found
}
function addUrl(name: string, text: string, add: (name: string, host: string, port: number) => void): void {
  try {
    const { protocol, hostname, port } = new URL(text)
    const host = hostname.replace(/^\[|\]$/g, '')
    const { port: at } = hostPort(`[${host}]:${port || DEFAULT_PORTS[protocol] || 0}`)
    if (host !== '' && at > 0) add(name, host, at)
  } catch {
    // The check of the site says that it is no address.
  }
}
