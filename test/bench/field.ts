/**
 * The field of the bench, a process of its own: devices on Modbus TCP, unit 1..n, that answer function 3 and nothing else.
 * Register 0 counts the reads, so that every scan has something new and a lost one leaves a gap; register 1 counts the
 * changes, which come at known times whoever asks; all others are new at each read.
 *
 * `field.ts <devices> <scan ms>` prints {port, ...}; a line on stdin begins a measurement, the next one prints its result.
 */
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/** When change n of a device comes, ms of the machine's monotonic clock: a little slower than the scan, so that every one is seen. */
export interface Changes {
  readonly baseMs: number
  readonly periodMs: number
}
export const changeAt = ({ baseMs, periodMs }: Changes, unit: number, n: number): number =>
  // The golden ratio spreads the devices over the period.
  baseMs + periodMs * (n + ((unit * 0.618) % 1))

/** The same for every process of this machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

export interface FieldSeen {
  readonly polls: number
  /** Of the time between two reads of the same device. */
  readonly meanMs: number
  readonly sdMs: number
  readonly worstMs: number
  /** Scan times that passed without a read, of all. */
  readonly lostShare: number
  readonly devices: number
  /** Between the first and the last read of one round, on average: devices of one pace are to be asked together. */
  readonly spreadMs: number
}

function main(devices: number, scanMs: number) {
  const changes: Changes = { baseMs: monotonicMs(), periodMs: scanMs * 1.037 }
  const reads = new Uint32Array(devices + 1)
  const last = new Float64Array(devices + 1)
  let measuring = false
  let [polls, sum, squares, worst, lost] = [0, 0, 0, 0, 0]
  const round = { began: 0, last: 0, spread: 0, count: 0 }

  function seen(unit: number) {
    const now = monotonicMs()
    // Half a scan without any read, and a new round begins.
    if (now - round.last > scanMs / 2) {
      if (round.began > 0) round.spread += round.last - round.began
      if (round.began > 0) round.count++
      round.began = now
    }
    round.last = now
    const before = last[unit]!
    last[unit] = now
    if (!measuring) return
    polls++
    if (before === 0) return
    const ms = now - before
    sum += ms
    squares += (ms - scanMs) ** 2
    worst = Math.max(worst, ms)
    lost += Math.max(0, Math.round(ms / scanMs) - 1)
  }

  function answer(request: Buffer): Buffer {
    const unit = request[6]!
    const start = request.readUInt16BE(8)
    const count = request.readUInt16BE(10)
    seen(unit)
    const n = (reads[unit]! + 1) & 0xffff
    reads[unit] = n
    const change = Math.floor((monotonicMs() - changeAt(changes, unit, 0)) / changes.periodMs) & 0xffff
    const bytes = Buffer.allocUnsafe(9 + 2 * count)
    request.copy(bytes, 0, 0, 4)
    bytes.writeUInt16BE(3 + 2 * count, 4)
    bytes[6] = unit
    bytes[7] = 3
    bytes[8] = 2 * count
    for (let i = 0; i < count; i++) {
      const register = start + i
      const value = register === 0 ? n : register === 1 ? change : (n * 7 + register) & 0xffff
      bytes.writeUInt16BE(value, 9 + 2 * i)
    }
    return bytes
  }

  const server = createServer({ noDelay: true }, socket => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', data => {
      rest = rest.length ? Buffer.concat([rest, data]) : data
      for (; rest.length >= 12; rest = rest.subarray(12)) socket.write(answer(rest))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    process.stdout.write(`${JSON.stringify({ port, ...changes })}\n`)
  })
  createInterface({ input: process.stdin })
    .on('line', () => {
      if (measuring) {
        const intervals = Math.max(1, polls)
        const mean = sum / intervals
        const told: FieldSeen = {
          polls,
          meanMs: mean,
          sdMs: Math.sqrt(Math.max(0, squares / intervals - (mean - scanMs) ** 2)),
          worstMs: worst,
          lostShare: lost / Math.max(1, polls + lost),
          devices: last.filter(at => at > 0).length,
          // Without a gap between rounds there are none: spread over the whole scan.
          spreadMs: round.count > polls / devices / 2 ? round.spread / round.count : scanMs,
        }
        process.stdout.write(`${JSON.stringify(told)}\n`)
      }
      measuring = !measuring
      Object.assign(round, { began: 0, spread: 0, count: 0 })
      ;[polls, sum, squares, worst, lost] = [0, 0, 0, 0, 0]
    })
    // Whoever started it has gone.
    .on('close', () => process.exit(0))
}

if (import.meta.main) main(Number(process.argv[2]), Number(process.argv[3]))
