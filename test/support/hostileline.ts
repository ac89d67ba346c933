import { setTimeout as pause } from 'node:timers/promises'
import modbusSerial from 'modbus-serial'
import type { Driver, Link } from '../../drivers/driver.ts'
import { modbusRtu, modbusRtuOverTcp, modbusTcp } from '../../drivers/modbus/driver.ts'
import { openTcp } from '../../drivers/modbus/line.ts'
import { modbusLink } from '../../drivers/modbus/link.ts'
import { tcpWire } from '../../drivers/modbus/tcp.ts'
import type { Point } from '../../drivers/point.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import type { Noise, NoiseCounts } from '../../firmware-sim/noise.ts'
import { openPty } from '../../firmware-sim/pty.ts'
import { deps, device, isTrue, type Kind, truth } from '../drivers/modbus.bench.ts'

/** A line where every 20th answer comes late, every 50th is damaged and every 100th is another unit's. */
const noise: Omit<Noise, 'seed'> = { late: 0.05, corrupt: 0.02, foreign: 0.01, lateMs: [32, 300] }
const LEAST = { late: 11, corrupt: 4, foreign: 2 }
const TIMEOUT_MS = 40
const UNITS = [1, 2]
/** All the same shape, each its own request: the worst case for taking one answer for another. */
const SINGLES = [100, 200, 300, 400]
const BLOCK = { from: 500, count: 8 }

export interface Seen {
  /** Polls that reached the line. */
  readonly polls: number
  readonly good: number
  readonly bad: number
  /** Samples that were called good and were not what the register holds. */
  readonly wrong: readonly string[]
  /** Times that there was no connection for a moment: nothing was sent, so it is no poll. */
  readonly offline: number
  /** What the line did. */
  readonly line: NoiseCounts
  readonly counts: {
    readonly timeouts: number
    readonly late: number
    readonly foreign: number
    readonly garbage: number
  }
  /** From the end of the noise until every point of both units was good again. */
  readonly recoveredMs: number
  readonly tookS: number
}

/**
 * Polls a bad line and compares every good sample with what its address says it must be.
 * @param firstId TCP: the first transaction number, so that a short run crosses the end of the numbers too
 * @returns undefined without socat, for the serial kind
 */
export async function pollHostileLine(
  kind: Kind,
  polls: number,
  { seed = 1, firstId = 65_536 - Math.floor(polls / 2), inFlight = kind === 'modbus-tcp' ? 4 : 1 } = {},
): Promise<Seen | undefined> {
  const bed = await startLine(kind)
  if (!bed) return undefined
  const { sim, path } = bed
  const peer = { host: '127.0.0.1', port: sim.port, timeoutMs: TIMEOUT_MS }
  const open: Record<Kind, () => [Driver, Link & { counts?: unknown }]> = {
    'modbus-tcp': () => {
      const wire = tcpWire(openTcp(peer.host, peer.port, 1000), { ...peer, maxInFlight: inFlight, firstId }, deps.log)
      return [modbusTcp, modbusLink(wire, { timeoutMs: TIMEOUT_MS, maxRegisters: 125, gap: 0 }, deps)]
    },
    'modbus-rtu-over-tcp': () => [modbusRtuOverTcp, modbusRtuOverTcp.open({ ...peer, gap: 0 }, deps)],
    'modbus-rtu': () => [
      modbusRtu,
      modbusRtu.open({ path: path!, baudRate: 115_200, timeoutMs: TIMEOUT_MS, gap: 0 }, deps),
    ],
  }
  const [driver, link] = open[kind]()
  const requests = UNITS.flatMap(unit => requestsOf(driver, unit))
  const isRight = isTrue(requests.flat())
  let [sent, good, bad, offline] = [0, 0, 0, 0]
  const wrong: string[] = []
  const poll = async (points: readonly Point[]) => {
    const samples = await link.read(points, AbortSignal.timeout(20_000))
    if (samples.some(s => s.reason === 'offline')) {
      offline++
      await pause(50)
      return
    }
    sent++
    for (const s of samples)
      if (s.value !== null && !isRight(s)) wrong.push(`poll ${sent}: ${s.point} = ${s.value} (${s.quality})`)
    if (samples.every(s => s.quality === 'good')) good++
    else bad++
  }

  try {
    const began = performance.now()
    const line = sim.setNoise({ ...noise, seed })
    let turn = 0
    // A short run goes on until the line has been as bad as it says.
    const wasBad = () => line.late >= LEAST.late && line.corrupt >= LEAST.corrupt && line.foreign >= LEAST.foreign
    const loop = async () => {
      while (sent < polls || (!wasBad() && sent < 3 * polls)) await poll(requests[turn++ % requests.length]!)
    }
    await Promise.all(Array.from({ length: inFlight }, loop))
    const seen = { ...line }
    sim.setNoise(null)
    const quiet = performance.now()
    const all = requests.flat()
    for (;;) {
      const samples = await link.read(all, AbortSignal.timeout(20_000))
      wrong.push(...samples.filter(s => s.value !== null && !isRight(s)).map(s => `after: ${s.point} = ${s.value}`))
      if (samples.every(s => s.quality === 'good') || performance.now() - quiet > 20_000) break
      await pause(20)
    }
    return {
      polls: sent,
      good,
      bad,
      wrong,
      offline,
      line: seen,
      counts: { ...(link.counts as Seen['counts']) },
      recoveredMs: Math.round(performance.now() - quiet),
      tookS: Math.round((performance.now() - began) / 1000),
    }
  } finally {
    await link.close()
    await bed.stop()
  }
}

async function startLine(kind: Kind) {
  const units = new Map(UNITS.map(u => [u, device(u)]))
  // The device takes its time, so that a late answer and the next one come apart.
  const sim: ModbusServer = await startModbus({
    framing: kind === 'modbus-tcp' ? 'tcp' : 'rtu',
    units,
    turnaroundMs: 3,
  })
  const pty = kind === 'modbus-rtu' ? await openPty(sim.port) : undefined
  const stop = async () => {
    await pty?.stop()
    await sim.stop()
  }
  if (kind !== 'modbus-rtu' || pty) return { sim, path: pty?.path, stop }
  await stop()
  return undefined
}

function requestsOf(driver: Driver, unit: number): Point[][] {
  const point = (address: number) => ({ key: `h${address}`, table: 'holding', address })
  const singles = SINGLES.map(address => pointsOf(`u${unit}`, [point(address)], driver, unit))
  const block = Array.from({ length: BLOCK.count }, (_, i) => point(BLOCK.from + i))
  return [...singles, pointsOf(`u${unit}`, block, driver, unit)]
}

/**
 * The control: the same line read with the package modbus-serial. A line on which nothing goes wrong for anybody would
 * prove nothing.
 * @returns how many answers it gave out as values, and how many of them were not those of the register asked for
 */
export async function pollWithModbusSerial(kind: Kind, polls: number, seed = 1) {
  const bed = await startLine(kind)
  if (!bed) return undefined
  const client = new modbusSerial.default()
  const connect = () =>
    kind === 'modbus-tcp'
      ? client.connectTCP('127.0.0.1', { port: bed.sim.port })
      : kind === 'modbus-rtu-over-tcp'
        ? client.connectTelnet('127.0.0.1', { port: bed.sim.port }) // RTU frames over a socket
        : client.connectRTUBuffered(bed.path!, { baudRate: 115_200 })
  await connect()
  client.setTimeout(TIMEOUT_MS)
  client.on('error', () => {})
  const spans = UNITS.flatMap(unit =>
    [...SINGLES.map(from => ({ from, count: 1 })), BLOCK].map(span => ({ unit, ...span })),
  )
  let [values, wrong, failed] = [0, 0, 0]
  bed.sim.setNoise({ ...noise, seed })
  try {
    for (let i = 0; i < polls; i++) {
      const { unit, from, count } = spans[i % spans.length]!
      try {
        client.setID(unit)
        const { data } = await client.readHoldingRegisters(from, count)
        values++
        const right = data.length === count && data.every((n, at) => n === truth(unit, 'holding', from + at))
        if (!right) wrong++
      } catch {
        failed++
        if (!client.isOpen) await connect().catch(() => pause(100))
      }
    }
    return { polls, values, wrong, failed }
  } finally {
    await new Promise<void>(resolve => client.close(() => resolve()))
    await bed.stop()
  }
}
