import { randomBytes } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Cut, cutMbap, cutRtu, type Frame } from './modbus-frames.ts'
import { answer, exceptions, type ModbusDevice, refusal } from './modbus-pdu.ts'
import { createNoise, type Noise, type NoiseCounts, readdressed } from './noise.ts'

export type { ModbusDevice, Table } from './modbus-pdu.ts'

/**
 * What goes wrong with one device.
 * mute: no answer. slow: every answer `ms` later. late: only the next answer comes `ms` later, all others in time.
 * refuse: exception `code`. garbage: random bytes in place of the answer. drop: the connection is destroyed at the request.
 */
export type Fault =
  | { kind: 'mute' }
  | { kind: 'slow'; ms: number }
  | { kind: 'late'; ms: number }
  | { kind: 'refuse'; code: number }
  | { kind: 'garbage' }
  | { kind: 'drop' }

export interface ModbusServer {
  /** The TCP port taken. */
  readonly port: number
  /** null: the device is well again. */
  setFault(unit: number, fault: Fault | null): void
  /** What is wrong with it now. */
  fault(unit: number): Fault | null
  /** Makes the line bad; null: good again. Returns what it does from now on, counted. */
  setNoise(noise: Noise | null): Readonly<NoiseCounts>
  /** The whole line is dead: on RTU nobody answers, on TCP each connection is ended at once. */
  setDead(dead: boolean): void
  dead(): boolean
  /** Open connections now. */
  connections(): number
  /** Requests received since the start, answered or not. */
  requests(): number
  stop(): Promise<void>
}

export interface ModbusOptions {
  /** tcp: Modbus TCP. rtu: RTU frames over a TCP socket, as a serial server passes them on. */
  readonly framing: 'tcp' | 'rtu'
  readonly units: ReadonlyMap<number, ModbusDevice>
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0, the default: any free one. */
  readonly port?: number
  /** rtu only: request and answer take the time they would on a wire of 11 bits per character. Default: no time. */
  readonly baudRate?: number
  /** From the end of a request to the beginning of its answer. */
  readonly turnaroundMs?: number
}

/** Quiet time after which a piece of an RTU frame is given up. 3.5 characters on a wire; TCP may hold a piece back longer. */
const silenceMs = 50
const bitsPerCharacter = 11

/**
 * Starts a Modbus server. Requests of one connection are answered one after the other, in their order: a slow one holds up the next.
 * Units that don't exist stay silent on RTU, as on a bus; on TCP the answer is exception 0B [Modbus 7].
 * @throws what `listen` reports, e.g. EADDRINUSE
 */
export async function startModbus(options: ModbusOptions): Promise<ModbusServer> {
  const { framing, units, turnaroundMs = 0 } = options
  const faults = new Map<number, Fault>()
  const sockets = new Set<Socket>()
  const stopping = new AbortController()
  let requests = 0
  let dead = false
  let noise: ReturnType<typeof createNoise> | null = null

  /** Bytes to send and how long to hold them back; undefined: no answer. `lateMs`: not in its turn, but so much later. */
  function respond(frame: Frame): { bytes: Buffer; delayMs: number; lateMs?: number } | 'drop' | undefined {
    const device = units.get(frame.unit)
    if (framing === 'rtu' && frame.unit === 0) {
      for (const each of units.values()) answer(each, frame.pdu) // broadcast: all obey, none answers [Modbus serial 2.2]
      return undefined
    }
    if (!device && framing === 'rtu') return undefined
    const fault = faults.get(frame.unit)
    const code = frame.pdu[0] ?? 0
    if (fault?.kind === 'mute') return undefined
    if (fault?.kind === 'drop') return 'drop'
    if (fault?.kind === 'garbage') return { bytes: randomBytes(12), delayMs: turnaroundMs }
    if (fault?.kind === 'late') faults.delete(frame.unit)
    const pdu =
      fault?.kind === 'refuse'
        ? refusal(code, fault.code)
        : device
          ? answer(device, frame.pdu)
          : refusal(code, exceptions.gatewayTarget)
    const bytes = frame.wrap(pdu)
    const faultMs = fault?.kind === 'slow' || fault?.kind === 'late' ? fault.ms : 0
    const delayMs = turnaroundMs + faultMs + wireMs(frame.size + bytes.length)
    return { ...(noise?.strike(bytes, () => fromOther(frame)) ?? { bytes }), delayMs }
  }

  function fromOther(frame: Frame): Buffer | undefined {
    const other = [...units].find(([unit]) => unit !== frame.unit)
    return other && readdressed(frame.wrap(answer(other[1], frame.pdu)), other[0], framing)
  }

  const wireMs = (characters: number) =>
    framing === 'rtu' && options.baudRate ? (characters * bitsPerCharacter * 1000) / options.baudRate : 0

  async function serve(socket: Socket, frame: Frame): Promise<void> {
    if (socket.destroyed) return
    const response = respond(frame)
    if (response === 'drop') socket.resetAndDestroy()
    if (response === undefined || response === 'drop' || dead) return
    if (response.lateMs !== undefined) {
      setTimeout(() => socket.destroyed || socket.write(response.bytes), response.delayMs + response.lateMs).unref()
      return
    }
    if (response.delayMs > 0) await pause(response.delayMs, undefined, { signal: stopping.signal })
    if (!socket.destroyed) socket.write(response.bytes)
  }

  const server = createServer({ noDelay: true }, socket => {
    if (dead && framing === 'tcp') return void socket.resetAndDestroy()
    sockets.add(socket)
    let buffer: Buffer = Buffer.alloc(0)
    let queue: Promise<void> = Promise.resolve()
    let silence: NodeJS.Timeout | undefined

    const take = (silent: boolean): void => {
      while (buffer.length > 0) {
        const cut: Cut = framing === 'tcp' ? cutMbap(buffer) : cutRtu(buffer, silent)
        if (cut.kind === 'wait') break
        if (cut.kind === 'lost') {
          buffer = Buffer.alloc(0)
          // A TCP stream that lost its frames never finds them again. On a wire the next silence does.
          if (framing === 'tcp') socket.destroy()
          break
        }
        buffer = buffer.subarray(cut.frame.size)
        requests++
        queue = queue.then(() => serve(socket, cut.frame)).catch(() => {}) // only stop() interrupts a pause
      }
    }

    socket.on('data', data => {
      buffer = Buffer.concat([buffer, data])
      clearTimeout(silence)
      take(false)
      if (framing === 'rtu' && buffer.length > 0) silence = setTimeout(() => take(true), silenceMs)
    })
    socket.on('error', () => {}) // a client that resets is its own business; 'close' follows
    socket.on('close', () => {
      clearTimeout(silence)
      sockets.delete(socket)
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP port')

  return {
    port: address.port,
    setFault: (unit, fault) => void (fault ? faults.set(unit, fault) : faults.delete(unit)),
    fault: unit => faults.get(unit) ?? null,
    setNoise(given) {
      noise = given && createNoise(given, framing)
      return noise?.counts ?? { answers: 0, late: 0, corrupt: 0, foreign: 0 }
    },
    setDead(on) {
      dead = on
      if (on && framing === 'tcp') for (const socket of sockets) socket.resetAndDestroy()
    },
    dead: () => dead,
    connections: () => sockets.size,
    requests: () => requests,
    stop: () =>
      new Promise(resolve => {
        stopping.abort()
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
