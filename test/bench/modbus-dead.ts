import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { signIn } from '../support/api.ts'
import { startGatewayProcess } from '../support/fresh.ts'
import { both, head } from '../support/sites.ts'
import { pause } from '../support/wait.ts'
import type { Bench } from './run.ts'

const PASSWORD = 'measured and not guessed'
const UNITS = 10
const DEAD = 4
const REGISTERS = 10
const ANSWER_MS = 40
const SCAN_MS = 1000
const TIMEOUT_MS = 1000
/** After two timeouts and three seconds it is given up; before that its requests are no probes. */
const GIVEN_UP_MS = 5000

type Framing = 'tcp' | 'rtu'
const protocols = { tcp: 'modbus-tcp', rtu: 'modbus-rtu-over-tcp' } as const

interface Asked {
  readonly at: number
  readonly unit: number
}

/** Stands in the line and notes each request that goes by. */
async function listenIn(sim: ModbusServer, framing: Framing, asked: Asked[]): Promise<Server> {
  const server = createServer({ noDelay: true }, socket => {
    const far = connect({ port: sim.port, host: '127.0.0.1', noDelay: true })
    for (const [a, b] of [
      [socket, far],
      [far, socket],
    ] as const) {
      a.on('error', () => {})
      a.on('close', () => b.destroy())
      a.on('data', bytes => b.write(bytes))
    }
    // The gateway waits for each answer before it asks again, so a piece is one request.
    socket.on('data', bytes => asked.push({ at: performance.now(), unit: bytes[framing === 'tcp' ? 6 : 0]! }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Ten units on one line, one dies and comes back: what the others notice, seen from the line. */
export const modbusDead: Bench = async (quick, say) => {
  const seconds = quick ? 30 : 60
  const lines: { framing: Framing; sim: ModbusServer; proxy: Server; asked: Asked[] }[] = []
  for (const framing of ['tcp', 'rtu'] as const) {
    const device = { read: (_: string, address: number) => address }
    const units = new Map(Array.from({ length: UNITS }, (_, i) => [i + 1, device]))
    const sim = await startModbus({ framing, units, turnaroundMs: ANSWER_MS })
    const asked: Asked[] = []
    lines.push({ framing, sim, asked, proxy: await listenIn(sim, framing, asked) })
  }
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const portOf = (server: Server) => (server.address() as { port: number }).port
  const site = {
    ...head,
    channels: lines.map(({ framing, proxy }) => ({
      id: framing,
      protocol: protocols[framing],
      host: '127.0.0.1',
      port: portOf(proxy),
      timeoutMs: TIMEOUT_MS,
    })),
    equipment: lines.flatMap(({ framing }) =>
      Array.from({ length: UNITS }, (_, i) => ({
        id: `${framing}-${i + 1}`,
        kind: 'meter',
        name: both(`${framing} ${i + 1}`),
        channel: framing,
        unit: i + 1,
        points: Array.from({ length: REGISTERS }, (_, r) => ({
          key: `r${r}`,
          table: 'holding',
          address: r,
          scanMs: SCAN_MS,
        })),
      })),
    ),
    rules: [],
  }
  writeFileSync(join(data, 'site.json'), JSON.stringify(site))
  const gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: PASSWORD }, 30_000)
  try {
    const api = await signIn(`http://${gateway.run.http}`, 'admin', PASSWORD)
    await pause(5000)
    say(`${seconds} s with all ten alive`)
    const healthyFrom = performance.now()
    await pause(seconds * 1000)
    say(`${seconds} s with unit ${DEAD} dead`)
    const deadFrom = performance.now()
    for (const { sim } of lines) sim.setFault(DEAD, { kind: 'mute' })
    await pause(seconds * 1000)
    say('until it is back')
    const deadTo = performance.now()
    for (const { sim } of lines) sim.setFault(DEAD, null)
    const revival = new Map<Framing, number>()
    while (revival.size < lines.length && performance.now() - deadTo < 90_000) {
      await pause(50)
      for (const { framing } of lines) {
        if (revival.has(framing)) continue
        const { body } = await api.get(`/api/v1/points/${framing}-${DEAD}/r0`)
        const { quality } = body.sample as { quality: string }
        if (quality === 'good') revival.set(framing, (performance.now() - deadTo) / 1000)
      }
    }
    const figures: Record<string, number> = { scan_ms: SCAN_MS, seconds }
    const ratios: Record<string, number> = {}
    for (const { framing, asked } of lines) {
      const key = (name: string) => (framing === 'tcp' ? name : `${name}_rtu`)
      const healthy = scans(asked, healthyFrom, deadFrom)
      const dead = scans(asked, deadFrom, deadTo)
      ratios[key('scan_mean_vs_healthy')] = round(mean(dead) / mean(healthy))
      figures[key('scan_p99_extra_ms')] = Math.round(percentile(dead, 0.99) - percentile(healthy, 0.99))
      figures[key('scan_mean_healthy_ms')] = round(mean(healthy))
      figures[key('scan_mean_dead_ms')] = round(mean(dead))
      figures[key('probe_line_share')] = round(deadShare(asked, deadFrom + GIVEN_UP_MS, deadTo))
      figures[key('giving_up_line_ms')] = Math.round(deadShare(asked, deadFrom, deadFrom + GIVEN_UP_MS) * GIVEN_UP_MS)
      figures[key('revival_s')] = round(revival.get(framing) ?? Number.POSITIVE_INFINITY)
      figures[key('scans_seen')] = dead.length
    }
    const targets = Object.fromEntries(
      ['', '_rtu'].flatMap(line => [
        [`scan_mean_vs_healthy${line}`, 1.02],
        [`scan_p99_extra_ms${line}`, TIMEOUT_MS],
        [`probe_line_share${line}`, 0.05],
        [`revival_s${line}`, 30],
      ]),
    )
    return { figures, ratios, against: {}, targets }
  } finally {
    await gateway.end('SIGTERM')
    for (const { sim, proxy } of lines) {
      proxy.close()
      await sim.stop()
    }
    rmSync(data, { recursive: true, force: true })
  }
}

/** Times between two requests to the same unit, of all units but the one that dies. */
export function scans(asked: readonly Asked[], from: number, to: number): number[] {
  const last = new Map<number, number>()
  const gaps: number[] = []
  for (const { at, unit } of asked) {
    if (at < from || at > to || unit === DEAD) continue
    const before = last.get(unit)
    if (before !== undefined) gaps.push(at - before)
    last.set(unit, at)
  }
  return gaps
}

/** Share of the time in which the line may have waited for the dead unit: until the next request, or the whole timeout. */
export function deadShare(asked: readonly Asked[], from: number, to: number): number {
  let ms = 0
  for (const [i, { at, unit }] of asked.entries())
    if (at >= from && at < to && unit === DEAD) ms += Math.min(TIMEOUT_MS, (asked[i + 1]?.at ?? to) - at)
  return ms / (to - from)
}

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length
const percentile = (list: readonly number[], share: number): number =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? Number.NaN
const round = (x: number): number => Math.round(x * 10_000) / 10_000
