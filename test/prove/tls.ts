import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

interface Finding {
  readonly id: string
  readonly severity: string
  readonly finding: string
}
const LIMIT_MS = 1_200_000
const SERIOUS = new Set(['MEDIUM', 'HIGH', 'CRITICAL'])
/** What follows from a certificate that was made here and that no authority knows; a site that has one gives its own. */
const SELF_MADE = ['cert_chain_of_trust', 'cert_trust', 'cert_revocation', 'overall_grade']
/** Devices trust that of the broker by itself, and nobody goes round to them when it ends: it is made for ten years. */
const PINNED = [...SELF_MADE, 'cert_validityPeriod']

/** What testssl says of one listener. Throws when it is not there, or came to no end. */
function rated(at: string, folder: string): Promise<readonly Finding[]> {
  const file = join(folder, `${at.split(':').at(-1)}.json`)
  const args = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--jsonfile', file, at]
  return new Promise((resolve, reject) =>
    execFile('testssl', args, { timeout: LIMIT_MS, maxBuffer: 50_000_000 }, (error, said) => {
      if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT')
        return reject(new Error('testssl is not installed: apt-get install testssl.sh'))
      try {
        // Its exit code counts findings.
        const all = JSON.parse(readFileSync(file, 'utf8')) as Finding[]
        const ended = all.some(one => one.id === 'scanTime') && !all.some(one => one.severity === 'FATAL')
        if (!ended || all.length < 50) throw new Error(`testssl came to no end: ${said.slice(-500)}`)
        resolve(all)
      } catch (cause) {
        reject(cause as Error)
      }
    }),
  )
}

/**
 * `npm run prove -- tls`: testssl, whole, against each listener that speaks TLS: pages and API, MQTT, MQTT over WebSocket. Holds
 * when no finding is MEDIUM or worse, but that the certificate is self-made. The OPC UA server has no TLS: its messages are
 * secured by OPC UA itself.
 */
export async function proveTls(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-testssl-'))
  const broker = { tls: { port: 0 }, websocket: { port: 0, tls: true } }
  const g = await startGateway({ site: { ...quietSite, broker }, https: '127.0.0.1:0' })
  let serious = 0
  try {
    const { listeners } = (await (await g.admin()).get('/api/v1/broker')).body as unknown as {
      listeners: { kind: string; address: string }[]
    }
    const portOf = (kind: string) => /:(\d+)/.exec(listeners.find(l => l.kind === kind)!.address.split('//')[1]!)![1]
    const doors = [
      ['HTTPS', g.https!, SELF_MADE],
      ['MQTT over TLS', `127.0.0.1:${portOf('tls')}`, PINNED],
      ['MQTT over WebSocket with TLS', `127.0.0.1:${portOf('websocket')}`, PINNED],
    ] as const
    for (const [name, at, known] of doors) {
      const excused = (one: Finding) => known.includes(one.id.split(' ')[0]!)
      const all = await rated(at, folder)
      const bad = all.filter(one => SERIOUS.has(one.severity) && !excused(one))
      serious += bad.length
      const counts: Record<string, number> = {}
      for (const { severity } of all) counts[severity] = (counts[severity] ?? 0) + 1
      console.log(`${name}: ${all.length} findings, ${bad.length} MEDIUM or worse`, counts)
      for (const one of all.filter(f => !['OK', 'INFO', 'DEBUG'].includes(f.severity)))
        console.log(`  ${one.severity} ${one.id}: ${one.finding}${excused(one) ? ' (self-made)' : ''}`)
    }
  } finally {
    await g.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return serious === 0
}
