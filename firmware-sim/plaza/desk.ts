import { BodyError, flagOf, numberOf } from '../actions.ts'
import { lift1Nodes } from '../elevator.ts'
import { createLift, type Lift } from '../lift.ts'
import { createMeter, type Meter } from '../meter.ts'
import type { Action, Body, LineSpec, Part, Ties } from '../part.ts'
import { createPump, type PumpSet } from '../pump.ts'
import { createRoom } from '../room.ts'

/** The four devices that the building began with; each Modbus device is unit 1 of its own line. */
export interface DeskPart extends Part {
  readonly pump: PumpSet
  /** Shown by elevator.ts, which has more to show than values: alarms, units, words. */
  readonly lift: Lift
  /** What the booster set gives to tower A, and what it takes from the switchboard. */
  waterOfTowerA(): { readonly bar: number; readonly kw: number }
}

export interface DeskOptions {
  /** A lift that another part lets live. */
  readonly lift?: Lift | undefined
  /** Another part says in ties.rooms what the air of the distribution room is. */
  readonly airIsGiven?: boolean
}

/** Device as in the actions -> its line. */
export const deskLines = { meter: 'meters', pump: 'pumps', room: 'bus-1', lift: 'lifts' } as const
export const deskUnit = 1

export function deskPart(
  ties: Ties,
  now: () => number,
  { lift: given, airIsGiven = false }: DeskOptions = {},
): DeskPart {
  const meter = createMeter(now)
  const pump = createPump(now)
  const room = createRoom(now, () => (airIsGiven ? ties.rooms['distribution-room'] : undefined))
  const lift = given ?? createLift()
  const lines: LineSpec[] = [
    { id: deskLines.meter, protocol: 'modbus-tcp', units: new Map([[deskUnit, meter]]) },
    { id: deskLines.pump, protocol: 'modbus-tcp', units: new Map([[deskUnit, pump]]) },
    { id: deskLines.room, protocol: 'modbus-rtu', units: new Map([[deskUnit, room]]) },
    { id: deskLines.lift, protocol: 'opcua', nodes: lift1Nodes(lift) },
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
    waterOfTowerA() {
      const { pressure, 'pump1.current': one, 'pump2.current': two } = pump.state
      return { bar: pressure, kw: Math.sqrt(3) * 0.4 * (one + two) * 0.85 }
    },
    lines,
    actions,
    step(dtS) {
      if (!given) lift.advance(dtS * 1000)
      if (!airIsGiven) ties.rooms['distribution-room'] = room.state
    },
    state: () => ({ meter: meter.state, pump: pump.state, room: room.state, lift: lift.state }),
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

function whichPump(body: Body): 1 | 2 | undefined {
  if (body.pump === undefined) return undefined
  if (body.pump !== 1 && body.pump !== 2) throw new BodyError('pump must be 1 or 2')
  return body.pump
}
