import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ModbusServer, startModbus } from './modbus.ts'
import { type OpcUaServer, startOpcUa } from './opcua-line.ts'
import type { LineSpec } from './part.ts'
import { openPty } from './pty.ts'
import { startText } from './text-line.ts'

/** A line of the building on the wire. */
export interface Line {
  readonly id: string
  readonly spec: LineSpec
  readonly port: number
  /** modbus-rtu: the same line as a serial device, where socat is installed. */
  readonly pty: string | null
  /** modbus-rtu: the pace of its wire. */
  readonly baudRate: number | null
  /** Faults of single devices, noise, counts. */
  readonly modbus?: ModbusServer
  /** Tells what has changed to who listens. */
  show?(): void
  /** The whole line is dead, or well again. */
  setDead(dead: boolean): Promise<void>
  dead(): boolean
  stop(): Promise<void>
}

export interface LineOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Where the serial device appears; default: a temporary folder. */
  readonly ptyLink?: string
  /** Keys of an OPC UA server; default: a temporary folder. */
  readonly pkiFolder?: string
  /** A server of its own in place of the general one for OPC UA. */
  readonly opcua?: (options: { host: string; port: number; pkiFolder?: string }) => Promise<OpcUaServer>
  readonly log: (message: string) => void
}

const defaultBaudRate = 9600
const baudRateOf = (spec: LineSpec): number | null =>
  spec.protocol === 'modbus-rtu' ? (spec.baudRate ?? defaultBaudRate) : null

/**
 * @returns undefined for a line whose protocol is not built in here; the log says so
 * @throws what `listen` reports, e.g. EADDRINUSE
 */
export async function startLine(spec: LineSpec, options: LineOptions): Promise<Line | undefined> {
  const { host, port } = options
  switch (spec.protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu':
    case 'modbus-rtu-over-tcp':
      return startModbusLine(spec, options)
    case 'opcua':
      return startOpcUaLine(spec, options)
    case 'text': {
      const server = await startText(host, port, spec.encoding)
      const disconnect = spec.connect(server.print)
      let isDead = false
      return {
        id: spec.id,
        spec,
        port: server.port,
        pty: null,
        baudRate: null,
        async setDead(on) {
          isDead = on
          server.setDead(on)
        },
        dead: () => isDead,
        async stop() {
          disconnect()
          await server.stop()
        },
      }
    }
    case 'mqtt':
      return startMqttLine(spec, options)
  }
}

type SpecOf<P extends LineSpec['protocol']> = Extract<LineSpec, { protocol: P }>

async function startModbusLine(spec: Extract<LineSpec, { units: unknown }>, options: LineOptions): Promise<Line> {
  const { host, port } = options
  const baudRate = baudRateOf(spec)
  const modbus = await startModbus({
    framing: spec.protocol === 'modbus-tcp' ? 'tcp' : 'rtu',
    host,
    port,
    units: spec.units,
    ...(baudRate !== null && { baudRate }),
  })
  const pty = spec.protocol === 'modbus-rtu' ? await openPty(modbus.port, options.ptyLink) : undefined
  return {
    id: spec.id,
    spec,
    port: modbus.port,
    pty: pty?.path ?? null,
    baudRate,
    modbus,
    setDead: async on => modbus.setDead(on),
    dead: modbus.dead,
    async stop() {
      await Promise.all([pty?.stop(), modbus.stop()])
    },
  }
}

async function startOpcUaLine(spec: SpecOf<'opcua'>, options: LineOptions): Promise<Line> {
  const { host, port, pkiFolder } = options
  const where = { host, port, ...(pkiFolder !== undefined && { pkiFolder }) }
  const server = await (options.opcua?.(where) ?? startOpcUa({ id: spec.id, nodes: spec.nodes, ...where }))
  let isDead = false
  const inTurn = oneByOne()
  return {
    id: spec.id,
    spec,
    port: server.port,
    pty: null,
    baudRate: null,
    show: server.show,
    setDead(on) {
      isDead = on
      return inTurn(on ? server.drop : server.restore)
    },
    dead: () => isDead,
    stop: server.stop,
  }
}

/** What firmware-sim/mqtt.ts offers. */
interface MqttModule {
  startMqttDevices(
    line: SpecOf<'mqtt'>,
    where: { host: string; port: number },
  ): Promise<{ readonly port: number; show?(): void; stop(): Promise<void> }>
}

async function startMqttLine(spec: SpecOf<'mqtt'>, { host, port, log }: LineOptions): Promise<Line | undefined> {
  const file = join(import.meta.dirname, 'mqtt.ts')
  if (!existsSync(file)) {
    log(`line ${spec.id}: MQTT devices are not built in yet`)
    return undefined
  }
  const { startMqttDevices } = (await import(file)) as MqttModule
  let server: Awaited<ReturnType<MqttModule['startMqttDevices']>> | undefined = await startMqttDevices(spec, {
    host,
    port,
  })
  const taken = server.port
  const inTurn = oneByOne()
  return {
    id: spec.id,
    spec,
    port: taken,
    pty: null,
    baudRate: null,
    show: () => server?.show?.(),
    setDead: on =>
      inTurn(async () => {
        if (!on) server ??= await startMqttDevices(spec, { host, port: taken })
        else {
          await server?.stop()
          server = undefined
        }
      }),
    dead: () => server === undefined,
    stop: () => inTurn(async () => server?.stop()),
  }
}

/** A server that is told to come back while it still goes away does the one after the other. */
function oneByOne(): (work: () => Promise<void>) => Promise<void> {
  let turn = Promise.resolve()
  return work => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
}
