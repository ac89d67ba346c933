import { parseArgs } from 'node:util'
import { actionsOf, type Devices, stateOf, unit } from './actions.ts'
import { startControl } from './control-server.ts'
import { startElevator } from './elevator.ts'
import { createMeter } from './meter.ts'
import { type ModbusDevice, startModbus } from './modbus.ts'
import { playPlot } from './plot.ts'
import { openPty } from './pty.ts'
import { createPump } from './pump.ts'
import { createRoom } from './room.ts'

/** Ports: 0, the default, is any free one. */
export interface SiteOptions {
  /** Where the devices listen, default 127.0.0.1. Control listens on 127.0.0.1 always. */
  readonly host?: string
  readonly meterPort?: number
  readonly pumpPort?: number
  readonly roomPort?: number
  readonly liftPort?: number
  readonly controlPort?: number
  /** Keys of the lift's OPC UA server; a kept folder makes the next start quicker. Default: a temporary one. */
  readonly pkiFolder?: string
  /** Where the serial device of the room's bus appears. */
  readonly ptyLink?: string
  /** Plays a small plot by itself: pump 1 trips after 40 s, see plot.ts. */
  readonly demo?: boolean
  readonly log?: (message: string) => void
}

/** What the ready line says. Every Modbus device is unit 1 of its port. */
export interface SiteAddresses {
  /** Modbus TCP. */
  readonly meter: number
  /** Modbus TCP. */
  readonly pump: number
  /** RTU over TCP, and the same line as a serial device where socat is installed. */
  readonly room: { readonly port: number; readonly pty: string | null }
  /** OPC UA endpoint. */
  readonly lift: string
  /** HTTP, see control-server.ts. */
  readonly control: number
}

export interface Site extends SiteAddresses {
  readonly devices: Devices
  stop(): Promise<void>
}

/** A port that can't be had; the message is one line for people. */
export class PortError extends Error {}

/**
 * Starts the site on the desk: meter, booster pumps, distribution room, lift, and the control that makes things happen to them.
 * @throws PortError when a port is busy; whatever had been started is stopped
 */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const { host = '127.0.0.1', controlPort = 0, log = () => {} } = options
  const stops: (() => unknown)[] = []
  const stop = async () => {
    await Promise.all(stops.splice(0).map(end => end()))
  }
  /** Waits for one part, and remembers how to end it. */
  async function part<T extends { stop(): Promise<void> }>(
    name: string,
    port: number,
    starting: Promise<T>,
  ): Promise<T> {
    try {
      const thing = await starting
      stops.push(thing.stop)
      return thing
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE') throw new PortError(`port ${port} for the ${name} is taken by another program`)
      if (code === 'EACCES') throw new PortError(`port ${port} for the ${name} needs more rights`)
      throw error
    }
  }
  async function modbus<D extends ModbusDevice>(name: string, framing: 'tcp' | 'rtu', port: number, device: D) {
    const server = await part(name, port, startModbus({ framing, host, port, units: new Map([[unit, device]]) }))
    return { device, server }
  }
  async function distributionRoom() {
    const room = await modbus('room', 'rtu', options.roomPort ?? 0, createRoom(Date.now))
    const pty = await openPty(room.server.port, options.ptyLink)
    if (pty) stops.push(pty.stop)
    return { ...room, pty: pty?.path ?? null }
  }

  const { liftPort = 0, pkiFolder } = options
  const starting = [
    modbus('meter', 'tcp', options.meterPort ?? 0, createMeter(Date.now)),
    modbus('pump', 'tcp', options.pumpPort ?? 0, createPump(Date.now)),
    distributionRoom(),
    part('lift', liftPort, startElevator({ host, port: liftPort, log, ...(pkiFolder && { pkiFolder }) })),
  ] as const
  try {
    const [meter, pump, room, lift] = await Promise.all(starting)
    const devices = { meter, pump, room, lift }
    const control = await part(
      'control',
      controlPort,
      startControl(controlPort, actionsOf(devices), () => stateOf(devices)),
    )
    if (options.demo) stops.push(playPlot(pump.device, log))
    return {
      meter: meter.server.port,
      pump: pump.server.port,
      room: { port: room.server.port, pty: room.pty },
      lift: lift.endpoint,
      control: control.port,
      devices,
      stop,
    }
  } catch (error) {
    await Promise.allSettled(starting) // what is still starting has to be there to be stopped
    await stop()
    throw error
  }
}

/** As a process: one line of JSON on stdout when all is up, everything else on stderr. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      host: text,
      'meter-port': text,
      'pump-port': text,
      'room-port': text,
      'lift-port': text,
      'control-port': text,
      'pki-folder': text,
      pty: text,
      demo: { type: 'boolean' },
      tethered: { type: 'boolean' },
    },
  })
  const log = (message: string) => console.error(`firmware-sim: ${message}`)
  let site: Site | undefined
  const end = () => {
    setTimeout(() => process.exit(0), 800) // whoever waits for us has been promised a second
    void (site?.stop() ?? Promise.resolve()).finally(() => process.exit(0))
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  // The parent holds the other end: when it is gone, however it died, so are we.
  if (values.tethered) process.stdin.once('close', end).once('error', end).resume()

  site = await startSite({
    host: values.host ?? '127.0.0.1',
    meterPort: portOf(values['meter-port']),
    pumpPort: portOf(values['pump-port']),
    roomPort: portOf(values['room-port']),
    liftPort: portOf(values['lift-port']),
    controlPort: portOf(values['control-port']),
    ...(values['pki-folder'] && { pkiFolder: values['pki-folder'] }),
    ...(values.pty && { ptyLink: values.pty }),
    demo: values.demo ?? false,
    log,
  })
  const { meter, pump, room, lift, control } = site
  process.stdout.write(`${JSON.stringify({ ready: true, meter, pump, room, lift, control })}\n`)
}

function portOf(text = '0'): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || text === '') throw new PortError(`"${text}" is no port`)
  return port
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const clear = error instanceof PortError || (error instanceof TypeError && 'code' in error) // parseArgs's own are clear too
    console.error(`firmware-sim: ${clear ? error.message : error instanceof Error ? error.stack : error}`)
    process.exit(1)
  })
}
