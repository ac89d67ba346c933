import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { numberOf } from './actions.ts'
import { type ControlServer, startControl } from './control-server.ts'
import { commission } from './door-link/commission.ts'
import { startElevator } from './elevator.ts'
import { faultActions } from './faults.ts'
import { type Line, startLine } from './lines.ts'
import { overviewOf } from './overview.ts'
import { fastest, type Pace, startPace } from './pace.ts'
import type { Action, LineSpec } from './part.ts'
import { type DeskPart, deskLines } from './plaza/desk.ts'
import type { DoorLinkPart } from './plaza/door-link.ts'
import { composePlaza, type PartName, type Plaza, partNames } from './plaza.ts'
import { playPlot, playPutIntoService } from './plot.ts'
import { readable } from './readable.ts'
import { createRunner, type Runner } from './runner.ts'
import { loadScenarios } from './scenarios.ts'

export interface SiteOptions {
  /** Default: all. */
  readonly parts?: readonly PartName[]
  /** Where the devices listen, default 127.0.0.1. Control listens on 127.0.0.1 always. */
  readonly host?: string
  /** Line -> port. 0, the default, is any free one. */
  readonly ports?: Readonly<Record<string, number>>
  readonly controlPort?: number
  /** Keys of the OPC UA servers; a kept folder makes the next start quicker. Default: a temporary one. */
  readonly pkiFolder?: string
  /** The serial device of each RTU line appears as this, with the line's id behind it. Default: a temporary folder. */
  readonly ptyPrefix?: string
  /** When this building was first started, UTC ms. Default: now. */
  readonly since?: number
  /** What the door controller of the building was enrolled with; it waits until the file is there. */
  readonly doorLinkFile?: string
  /** Default 1. */
  readonly speed?: number
  /** Plays a small plot by itself: pump 1 trips after 40 s, see plot.ts. */
  readonly demo?: boolean
  readonly log?: (message: string) => void
}

/** Where a line is, as the ready line says it. */
export interface LinePlace {
  readonly protocol: LineSpec['protocol']
  readonly port: number
  readonly pty: string | null
  readonly baudRate: number | null
}

export interface SiteAddresses {
  readonly lines: Readonly<Record<string, LinePlace>>
  /** HTTP, see control-server.ts. */
  readonly control: number
}

export interface Site extends SiteAddresses {
  readonly plaza: Plaza
  readonly pace: Pace
  readonly runner: Runner
  stop(): Promise<void>
}

/** A port that can't be had; the message is one line for people. */
export class PortError extends Error {}

/**
 * Starts the building: its parts, their lines on real protocols, its time, and the control that makes things happen to it.
 * @throws PortError when a port is busy; whatever had been started is stopped
 */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const { host = '127.0.0.1', controlPort = 0, log = () => {} } = options
  const now = Date.now()
  const plaza = composePlaza(now, options.parts, Math.min(now, options.since ?? now))
  const desk = plaza.parts.get('desk') as DeskPart | undefined
  const stops: (() => unknown)[] = []
  const stop = async () => {
    await Promise.all(stops.splice(0).map(end => end()))
  }
  const began = async (spec: LineSpec): Promise<Line | undefined> => {
    const port = options.ports?.[spec.id] ?? 0
    const line = await inWords(
      `line ${spec.id}`,
      port,
      startLine(spec, {
        host,
        port,
        log,
        ...(options.ptyPrefix !== undefined && { ptyLink: options.ptyPrefix + spec.id }),
        ...(options.pkiFolder !== undefined && { pkiFolder: join(options.pkiFolder, spec.id) }),
        ...(desk &&
          spec.id === deskLines.lift && { opcua: where => startElevator({ ...where, lift: desk.lift, log }) }),
      }),
    )
    if (line) stops.push(line.stop)
    return line
  }

  const starting = [...plaza.lines.values()].map(began)
  try {
    const scenarios = await loadScenarios()
    const lines = new Map((await Promise.all(starting)).flatMap(line => (line ? [[line.id, line] as const] : [])))
    const shown = [...lines.values()].filter(line => line.show)
    const show = () => {
      for (const line of shown) line.show!()
    }
    const pace = startPace(plaza, { speed: options.speed ?? 1, log, onTick: show })
    stops.push(pace.stop)
    const actions: Action[] = [...plaza.actions, ...faultActions(lines), speedAction(pace)]
    const byPath = new Map(actions.map(action => [action.path, action]))
    const runner = createRunner(scenarios, byPath, plaza.now)
    plaza.onStep(runner.step)
    const control: ControlServer = await inWords(
      'the control',
      controlPort,
      startControl(controlPort, {
        actions,
        runner,
        overview: () => overviewOf(plaza, lines, pace, runner),
        readable: () => readable(lines),
        show,
      }),
    )
    stops.push(control.stop)
    if (options.demo && desk) stops.push(playPlot(desk.pump, log))
    const doorLink = plaza.parts.get('door-link') as DoorLinkPart | undefined
    if (doorLink && options.doorLinkFile !== undefined) stops.push(commission(doorLink, options.doorLinkFile, log))
    const reset = byPath.get('fire/reset')
    if (options.demo && reset) stops.push(playPutIntoService(() => reset.run({}), log))
    return { lines: placesOf(lines), control: control.port, plaza, pace, runner, stop }
  } catch (error) {
    await Promise.allSettled(starting) // what is still starting has to be there to be stopped
    await stop()
    throw error
  }
}

const speedAction = (pace: Pace): Action => ({
  path: 'time/speed',
  example: { speed: 1 },
  text: `the building lives so many seconds per second, 1 to ${fastest}`,
  run: body => pace.setSpeed(numberOf(body, 'speed', undefined, 1, fastest)),
})

const placesOf = (lines: ReadonlyMap<string, Line>): Record<string, LinePlace> =>
  Object.fromEntries(
    [...lines].map(([id, { spec, port, pty, baudRate }]) => [id, { protocol: spec.protocol, port, pty, baudRate }]),
  )

async function inWords<T>(what: string, port: number, starting: Promise<T>): Promise<T> {
  try {
    return await starting
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw new PortError(`port ${port} for ${what} is taken by another program`)
    if (code === 'EACCES') throw new PortError(`port ${port} for ${what} needs more rights`)
    throw error
  }
}

/** As a process: one line of JSON on stdout when all is up, everything else on stderr. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      parts: text,
      host: text,
      port: { type: 'string', multiple: true },
      'control-port': text,
      'pki-folder': text,
      'door-link': text,
      'pty-prefix': text,
      since: text,
      speed: text,
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
    parts: partsOf(values.parts),
    host: values.host ?? '127.0.0.1',
    ports: Object.fromEntries((values.port ?? []).map(portOfLine)),
    controlPort: portOf(values['control-port']),
    ...(values['pki-folder'] && { pkiFolder: values['pki-folder'] }),
    ...(values['door-link'] && { doorLinkFile: values['door-link'] }),
    ...(values['pty-prefix'] && { ptyPrefix: values['pty-prefix'] }),
    ...(values.since !== undefined && { since: sinceOf(values.since) }),
    speed: speedOf(values.speed),
    demo: values.demo ?? false,
    log,
  })
  process.stdout.write(`${JSON.stringify({ ready: true, lines: site.lines, control: site.control })}\n`)
}

function partsOf(text = 'all'): readonly PartName[] {
  if (text === 'all') return partNames
  return text.split(',').map(word => {
    const name = partNames.find(known => known === word)
    if (!name) throw new PortError(`there is no part "${word}"; there is all, ${partNames.join(', ')}`)
    return name
  })
}

function portOfLine(text: string): [string, number] {
  const at = text.indexOf('=')
  if (at < 1) throw new PortError(`--port needs <line>=<port>, not "${text}"`)
  return [text.slice(0, at), portOf(text.slice(at + 1))]
}

function portOf(text = '0'): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || text === '') throw new PortError(`"${text}" is no port`)
  return port
}

function sinceOf(text: string): number {
  const since = Number(text)
  if (!Number.isSafeInteger(since)) throw new PortError(`--since is UTC ms, not "${text}"`)
  return since
}

function speedOf(text = '1'): number {
  const speed = Number(text)
  if (!(speed >= 1 && speed <= fastest)) throw new PortError(`--speed is 1 to ${fastest}, not "${text}"`)
  return speed
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const clear = error instanceof PortError || (error instanceof TypeError && 'code' in error) // parseArgs's own are clear too
    console.error(`firmware-sim: ${clear ? error.message : error instanceof Error ? error.stack : error}`)
    process.exit(1)
  })
}
