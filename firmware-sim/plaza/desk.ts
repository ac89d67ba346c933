import { BodyError, flagOf, numberOf } from '../actions.ts'
import { createLift, type Lift, liftNodes } from '../lift.ts'
import { createMeter, type Meter } from '../meter.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Action, Body, LineSpec, OpcUaNode, Part, Ties } from '../part.ts'
import { createPump, type PumpSet } from '../pump.ts'
import { createRoom } from '../room.ts'

/** The four devices that the building began with; each Modbus device is unit 1 of its own line. */
export interface DeskPart extends Part {
  readonly pump: PumpSet
  /** Shown by elevator.ts, which has more to show than values: alarms, units, words. */
  readonly lift: Lift
}

/** Device as in the actions -> its line. */
export const deskLines = { meter: 'meters', pump: 'pumps', room: 'bus-1', lift: 'lifts' } as const
export const deskUnit = 1

/** @param others a part `lifts` among them has lift 1, and lets it live; else it is one of this part's own */
export function deskPart(ties: Ties, now: () => number, others: ReadonlyMap<string, Part> = new Map()): DeskPart {
  const meter = createMeter(now)
  const pump = createPump(now)
  const room = createRoom(now)
  const { lift1 } = (others.get('lifts') ?? {}) as { lift1?: Lift }
  const lift = lift1 ?? createLift()
  /** The room is as its own actions make it, or as others do: who heats it more is felt, whoever floods it. */
  const sensor: ModbusDevice = {
    read(table, address) {
      const around = ties.rooms['distribution-room']
      if (around?.water && table === 'discrete' && address === 0) return 1
      if (around && table === 'input' && address === 0)
        return Math.round(Math.max(room.state.celsius, around.celsius) * 10)
      return room.read(table, address)
    },
  }
  const lines: LineSpec[] = [
    { id: deskLines.meter, protocol: 'modbus-tcp', units: new Map([[deskUnit, meter]]) },
    { id: deskLines.pump, protocol: 'modbus-tcp', units: new Map([[deskUnit, pump]]) },
    { id: deskLines.room, protocol: 'modbus-rtu', units: new Map([[deskUnit, sensor]]) },
    { id: deskLines.lift, protocol: 'opcua', nodes: nodesOf(lift) },
  ]
  const actions: Action[] = [
    {
      path: 'pump/trip',
      example: { pump: 1, code: 7 },
      text: 'a pump trips: 7 overcurrent, 3 phase loss',
      run: body => pump.trip(whichPump(body) ?? 1, numberOf(body, 'code', 7, 1, 65_535)),
    },
    {
      path: 'pump/reset',
      example: { pump: 1 },
      text: 'resets a pump, or both',
      run: body => pump.reset(whichPump(body)),
    },
    {
      path: 'pump/set',
      example: { level: 12, remote: true },
      text: 'holds the tank at a level in %, null lets it go; remote false refuses all writing',
      run(body) {
        if (body.level === undefined && body.remote === undefined) throw new BodyError('level or remote is missing')
        const remote = body.remote === undefined ? undefined : flagOf(body, 'remote')
        if (body.level !== undefined)
          pump.setLevel(body.level === null ? null : numberOf(body, 'level', undefined, 0, 100))
        if (remote !== undefined) pump.setRemote(remote)
      },
    },
    {
      path: 'room/heat',
      example: { celsius: 45 },
      text: 'the room goes to this temperature by 1 °C per second; null: back by itself',
      run: body => room.heat(body.celsius === null ? null : numberOf(body, 'celsius', undefined, -40, 125)),
    },
    {
      path: 'room/flood',
      example: { on: true },
      text: 'water on the floor, or dry again',
      run: body => room.flood(flagOf(body, 'on')),
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
      run: body => setMeter(meter, body),
    },
  ]
  return {
    pump,
    lift,
    lines,
    actions,
    step(dtS) {
      if (!lift1) lift.advance(dtS * 1000)
    },
    state: () => ({ meter: meter.state, pump: pump.state, room: room.state, lift: lift.state }),
  }
}

const nodesOf = (lift: Lift): OpcUaNode[] =>
  liftNodes.map(([name, type, key]) => ({ id: `Lift1.${name}`, type, read: () => lift.state[key] }))

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

function whichPump(body: Body): 1 | 2 | undefined {
  if (body.pump === undefined) return undefined
  if (body.pump !== 1 && body.pump !== 2) throw new BodyError('pump must be 1 or 2')
  return body.pump
}
