import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Driver } from '../../drivers/driver.ts'
import { modbusRtu } from '../../drivers/modbus/driver.ts'
import { rtuFrame } from '../../drivers/modbus/frame.ts'
import { pointsOf } from '../../drivers/profile.ts'
import { openPty } from '../../firmware-sim/pty.ts'
import type { Bench } from './run.ts'

const TURNAROUND_MS = 5
const CHUNK = 8

export interface LineUse {
  readonly perS: number
  /** Both frames, the silence of 3.5 characters before each [Modbus over serial line 2.5.1.1], and the device's time. */
  readonly limitPerS: number
  readonly wrong: number
  /** What a bare loop over the same port reaches, with the same silence between: the machine's own limit just then. */
  readonly bareS: number
}

const silenceMs = (baudRate: number): number => (3.5 * 11_000) / baudRate

/** Writes a request, counts the bytes of the answer, and again. */
async function bareLoop(path: string, baudRate: number, registers: number, seconds: number): Promise<number> {
  const { SerialPort } = await import('serialport')
  const port = new SerialPort({ path, baudRate, autoOpen: false })
  await new Promise<void>((resolve, reject) => port.open(error => (error ? reject(error) : resolve())))
  const request = rtuFrame(1, Buffer.from([3, 0, 100, 0, registers]))
  let missing = 0
  let complete = () => {}
  port.on('data', (bytes: Buffer) => {
    missing -= bytes.length
    if (missing <= 0) complete()
  })
  let reads = 0
  const began = performance.now()
  while (performance.now() - began < seconds * 1000) {
    missing = 5 + 2 * registers
    const answer = new Promise<void>(resolve => {
      complete = resolve
    })
    port.write(request)
    await answer
    reads++
  }
  const eachMs = (performance.now() - began) / reads
  await new Promise<void>(resolve => port.close(() => resolve()))
  return 1000 / (eachMs + silenceMs(baudRate))
}

/** Reads as fast as the driver can over a serial line. Undefined without socat. */
export async function lineUse(baudRate: number, registers: number, seconds: number): Promise<LineUse | undefined> {
  const workerData = { baudRate, turnaroundMs: TURNAROUND_MS, chunk: CHUNK }
  const wire = new Worker(new URL('./pacedwire.ts', import.meta.url), { workerData })
  const [{ port }] = (await once(wire, 'message')) as [{ port: number }]
  const pty = await openPty(port)
  if (!pty) {
    await wire.terminate()
    return undefined
  }
  const link = modbusRtu.open({ path: pty.path, baudRate }, { now: Date.now, log: () => {} })
  const specs = Array.from({ length: registers }, (_, i) => ({ key: `${i}`, table: 'holding', address: 100 + i }))
  const points = pointsOf('x', specs, modbusRtu as Driver, 1)
  const signal = new AbortController().signal
  for (let i = 0; i < 3; i++) await link.read(points, signal)
  let [reads, wrong] = [0, 0]
  const began = performance.now()
  while (performance.now() - began < seconds * 1000) {
    const samples = await link.read(points, signal)
    wrong += samples.filter((s, i) => s.value !== 100 + i).length
    reads++
  }
  const perS = (1000 * reads) / (performance.now() - began)
  await link.close()
  const bareS = await bareLoop(pty.path, baudRate, registers, seconds)
  await pty.stop()
  await wire.terminate()
  const characters = 8 + 5 + 2 * registers + 2 * 3.5
  return { perS, limitPerS: 1000 / ((characters * 11_000) / baudRate + TURNAROUND_MS), wrong, bareS }
}

/** How much of a serial line the driver uses: requests per second against what the wire allows. Answers come in pieces. */
export const rtu: Bench = async (quick, say) => {
  const figures: Record<string, number> = {}
  const ratios: Record<string, number> = {}
  const rounds = quick ? 1 : 3
  for (const baudRate of [9600, 19_200]) {
    const worst: number[] = []
    for (const registers of [10, 60]) {
      say(`${baudRate} baud, ${registers} registers`)
      const runs: LineUse[] = []
      for (let i = 0; i < rounds; i++) {
        const run = await lineUse(baudRate, registers, quick ? 5 : 10)
        if (!run) throw new Error('socat is needed for a serial line')
        runs.push(run)
      }
      const { perS, limitPerS, bareS } = runs.sort((a, b) => a.perS - b.perS)[rounds >> 1]!
      figures[`requests_s_${baudRate}_${registers}`] = Math.round(perS * 100) / 100
      figures[`wire_limit_s_${baudRate}_${registers}`] = Math.round(limitPerS * 100) / 100
      figures[`bare_loop_s_${baudRate}_${registers}`] = Math.round(bareS * 100) / 100
      figures[`wrong_${baudRate}_${registers}`] = runs.reduce((sum, r) => sum + r.wrong, 0)
      worst.push(perS / limitPerS)
    }
    ratios[`line_use_${baudRate}`] = Math.round(Math.min(...worst) * 1000) / 1000
  }
  return {
    figures,
    ratios,
    against: {},
    targets: Object.fromEntries(Object.keys(figures).flatMap(key => (key.startsWith('wrong') ? [[key, 0]] : []))),
    floors: { line_use_9600: 0.97, line_use_19200: 0.95 },
  }
}
