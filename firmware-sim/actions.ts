import type { Elevator } from './elevator.ts'
import type { Meter } from './meter.ts'
import type { Fault, ModbusServer } from './modbus.ts'
import type { PumpSet } from './pump.ts'
import type { Room } from './room.ts'

/** The four devices of the site, and the servers they are reached through. */
export interface Devices {
  readonly meter: { readonly device: Meter; readonly server: ModbusServer }
  readonly pump: { readonly device: PumpSet; readonly server: ModbusServer }
  readonly room: { readonly device: Room; readonly server: ModbusServer }
  readonly lift: Elevator
}

export type Body = Readonly<Record<string, unknown>>

export interface Action {
  /** `<device>/<action>` */
  readonly path: string
  /** An example of its body. */
  readonly example: Body
  readonly text: string
  /** @throws BodyError when the body doesn't say what is needed */
  run(body: Body): void | Promise<void>
}

/** The sender's mistake, in words for him. */
export class BodyError extends Error {}

/** Unit number of each Modbus device on its own server. */
export const unit = 1

/** Everything that can be done to the site from outside, in the order in which it is listed to people. */
export function actionsOf({ meter, pump, room, lift }: Devices): readonly Action[] {
  return [
    {
      path: 'pump/trip',
      example: { pump: 1, code: 7 },
      text: 'a pump trips: 7 overcurrent, 3 phase loss',
      run: body => pump.device.trip(whichPump(body) ?? 1, numberOf(body, 'code', 7, 1, 65_535)),
    },
    {
      path: 'pump/reset',
      example: { pump: 1 },
      text: 'resets a pump, or both',
      run: body => pump.device.reset(whichPump(body)),
    },
    {
      path: 'pump/set',
      example: { level: 12, remote: true },
      text: 'holds the tank at a level in %, null lets it go; remote false refuses all writing',
      run(body) {
        if (body.level === undefined && body.remote === undefined) throw new BodyError('level or remote is missing')
        const remote = body.remote === undefined ? undefined : flagOf(body, 'remote')
        if (body.level !== undefined)
          pump.device.setLevel(body.level === null ? null : numberOf(body, 'level', undefined, 0, 100))
        if (remote !== undefined) pump.device.setRemote(remote)
      },
    },
    {
      path: 'room/heat',
      example: { celsius: 45 },
      text: 'the room goes to this temperature by 1 °C per second; null: back by itself',
      run: body => room.device.heat(body.celsius === null ? null : numberOf(body, 'celsius', undefined, -40, 125)),
    },
    {
      path: 'room/flood',
      example: { on: true },
      text: 'water on the floor, or dry again',
      run: body => room.device.flood(flagOf(body, 'on')),
    },
    {
      path: 'lift/trap',
      example: {},
      text: 'stops between floors 12 and 13 with people inside',
      run: () => lift.trap(),
    },
    {
      path: 'lift/heat',
      example: { celsius: 45 },
      text: 'the machine room has this temperature; null: back to what it has by itself',
      run: body => lift.heatMachineRoom(body.celsius === null ? null : numberOf(body, 'celsius', undefined, -40, 125)),
    },
    { path: 'lift/release', example: {}, text: 'frees them; the lift goes on', run: () => lift.release() },
    {
      path: 'meter/set',
      example: { 'voltage.l1': 198, 'power.total': null },
      text: 'pins values of the meter ("NaN" too), null gives them back',
      run: body => setMeter(meter.device, body),
    },
    ...(['meter', 'pump', 'room'] as const).map(name => ({
      path: `${name}/fault`,
      example: { kind: 'mute' },
      text: 'kind: mute, slow {ms}, late {ms}, refuse {code}, garbage, drop; null ends it',
      run: (body: Body) => ({ meter, pump, room })[name].server.setFault(unit, faultOf(body)),
    })),
    {
      path: 'lift/fault',
      example: { kind: 'drop' },
      text: 'drop: the OPC UA server ends all sessions and is gone; null brings it back on the same port',
      async run(body) {
        if (body.kind === 'drop') await lift.drop()
        else if (body.kind === null) await lift.restore()
        else throw new BodyError('kind must be "drop" or null')
      },
    },
  ]
}

/** What each device is doing, for people. */
export function stateOf({ meter, pump, room, lift }: Devices): Record<string, unknown> {
  const wire = ({ server }: { server: ModbusServer }) => ({
    port: server.port,
    connections: server.connections(),
    requests: server.requests(),
    fault: server.fault(unit),
  })
  return {
    meter: { ...wire(meter), state: meter.device.state },
    pump: { ...wire(pump), state: pump.device.state },
    room: { ...wire(room), state: room.device.state },
    lift: { endpoint: lift.endpoint, state: lift.state },
  }
}

function setMeter(meter: Meter, body: Body): void {
  const names = Object.keys(body)
  if (names.length === 0) throw new BodyError('name a value, e.g. {"voltage.l1": 198}')
  const known = meter.state
  const values = names.map(name => {
    if (!Object.hasOwn(known, name))
      throw new BodyError(`the meter has no "${name}"; it has ${Object.keys(known).join(', ')}`)
    const value = body[name]
    return [name, value === null ? null : value === 'NaN' ? Number.NaN : numberOf(body, name)] as const
  })
  for (const [name, value] of values) meter.set(name, value)
}

function faultOf(body: Body): Fault | null {
  switch (body.kind) {
    case null:
      return null
    case 'mute':
    case 'garbage':
    case 'drop':
      return { kind: body.kind }
    case 'slow':
    case 'late':
      return { kind: body.kind, ms: numberOf(body, 'ms', 3000, 0, 600_000) }
    case 'refuse':
      return { kind: 'refuse', code: numberOf(body, 'code', 4, 1, 255) }
    default:
      throw new BodyError('kind must be mute, slow, late, refuse, garbage, drop or null')
  }
}

function whichPump(body: Body): 1 | 2 | undefined {
  if (body.pump === undefined) return undefined
  if (body.pump !== 1 && body.pump !== 2) throw new BodyError('pump must be 1 or 2')
  return body.pump
}

function numberOf(body: Body, name: string, absent?: number, least = -Infinity, most = Infinity): number {
  const value = body[name] ?? absent
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BodyError(`${name} must be a number`)
  if (value < least || value > most) throw new BodyError(`${name} must be ${least} to ${most}`)
  return value
}

function flagOf(body: Body, name: string): boolean {
  const value = body[name]
  if (typeof value !== 'boolean') throw new BodyError(`${name} must be true or false`)
  return value
}
