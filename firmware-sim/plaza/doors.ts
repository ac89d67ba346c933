import { BodyError } from '../actions.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Action, Body, MqttMessage, Part, Ties } from '../part.ts'
import { createBarrier, provinces } from './barrier.ts'
import { createDoorController } from './door-controller.ts'
import { cards, contactRooms, controllers, doorIds, people, tables, unitOfDoor } from './doors-list.ts'
import { hourOf, seeded } from './doors-random.ts'
import { checkpointDevice, checkpointIds, createPatrol, guards, type Round } from './patrol.ts'

/**
 * Doors, car park barrier and patrol checkpoints.
 *
 * The module for the contacts of rooms without a reader (unit 3 of doors-1) has its own map:
 * discrete 2n: door of room n open; 2n + 1: its bolt is thrown (locked); 100: the module's lid is off.
 */
const CONTACTS = 3
const BARRIER = 4
const CHECKPOINT = 5

/** Passages per hour, by hour of the day, at the doors that many use. */
const busy = [2, 1, 1, 1, 1, 4, 12, 30, 55, 40, 20, 18, 30, 28, 18, 16, 18, 28, 45, 36, 22, 14, 8, 4]
const usage: Readonly<Record<string, number>> = { 'lobby-a': 1, 'lobby-b': 0.9, 'car-park-b2': 0.6, 'gate-post': 0.1 }

export function doorsPart(ties: Ties, now: () => number): Part {
  const random = seeded(20_261_121)
  const fire = () => ties.fire.confirmed
  const units = controllers.map(({ doors }, i) =>
    createDoorController({ doors: doors.length, table: tables[i]!, at: now(), fire, mains: () => ties.fed.elv }),
  )
  const barrier = createBarrier(fire)
  const patrol = createPatrol()
  const rooms = new Map(contactRooms.map(id => [id, { open: false, locked: true }]))
  let lidOff = false
  const contacts: ModbusDevice = {
    read(table, address) {
      if (table !== 'discrete') return undefined
      if (address === 100) return Number(lidOff)
      const room = rooms.get(contactRooms[address >> 1]!)
      return room && Number(address & 1 ? room.locked : room.open)
    },
  }

  /** People, now and then. */
  function live(dtS: number, at: number): void {
    const perHour = busy[Math.floor(hourOf(at))]!
    const chance = (share: number) => random() < (perHour * share * dtS) / 3600
    for (const [c, { doors }] of controllers.entries())
      for (const [n, id] of doors.entries()) {
        const share = usage[id]
        if (share === undefined || !chance(share) || units[c]!.door(n).open) continue
        if (random() < 0.45) units[c]!.exit(n)
        else units[c]!.present(n, id === 'gate-post' ? cards.guard.card : people[Math.floor(random() * people.length)]!)
      }
    if (chance(0.7)) barrier.arrive(plateOf(random))
  }

  const messages: MqttMessage[] = checkpointIds
    .filter(id => id !== 'cp-b1')
    .flatMap(id => {
      const checkpoint = patrol.checkpoints.get(id)!
      return [
        {
          topic: `patrol/${id}/read`,
          everyS: 60,
          payload: () =>
            checkpoint.seq === 0
              ? null
              : {
                  ...{ uid: checkpoint.tag, seq: checkpoint.seq, time: new Date(checkpoint.time).toISOString() },
                  log: checkpoint.log,
                },
        },
        {
          topic: `patrol/${id}/status`,
          everyS: 60,
          retain: true,
          payload: () => ({ state: 'online', battery: 87, tamper: checkpoint.removed }),
        },
      ]
    })
  const modbus = new Map<number, ModbusDevice>([
    ...units.flatMap((unit, i): [number, ModbusDevice][] => [
      [controllers[i]!.unit, unit],
      ...unit.doors.map((door, n): [number, ModbusDevice] => [unitOfDoor(controllers[i]!.unit, n), door]),
    ]),
    [CONTACTS, contacts],
    [BARRIER, barrier],
    [CHECKPOINT, checkpointDevice(patrol.checkpoints.get('cp-b1')!)],
  ])

  // A building in which people have been: every reader has seen somebody.
  for (const id of checkpointIds) patrol.read(id, guards.second, now() - 900_000)

  const doorIn = (body: Body) => {
    const id = wordIn(body, 'door', doorIds)
    const c = controllers.findIndex(({ doors }) => (doors as readonly string[]).includes(id))
    return { unit: units[c]!, n: (controllers[c]!.doors as readonly string[]).indexOf(id) }
  }
  const actions: Action[] = [
    {
      path: 'doors/card',
      example: { door: 'lobby-a', card: 'guard' },
      text: `a card at the reader: ${Object.keys(cards).join(', ')} or a number; pin: what is keyed in`,
      run(body) {
        const { unit, n } = doorIn(body)
        const known = Object.entries(cards).find(([name]) => name === body.card)?.[1].card
        unit.present(n, known ?? BigInt(wholeIn(body, 'card')), body.pin === undefined ? 0 : wholeIn(body, 'pin'))
      },
    },
    {
      path: 'doors/exit',
      example: { door: 'lobby-a' },
      text: 'the exit button inside',
      run(body) {
        const { unit, n } = doorIn(body)
        unit.exit(n)
      },
    },
    {
      path: 'doors/force',
      example: { door: 'hv-room' },
      text: 'the door is broken open',
      run(body) {
        const { unit, n } = doorIn(body)
        unit.force(n)
      },
    },
    {
      path: 'doors/wedge',
      example: { door: 'elv-room', on: true },
      text: 'something keeps it from closing; on false: it falls shut',
      run(body) {
        const { unit, n } = doorIn(body)
        unit.wedge(n, flagIn(body, 'on'))
      },
    },
    {
      path: 'doors/close',
      example: { door: 'hv-room' },
      text: 'somebody closes it, whatever holds it open',
      run(body) {
        const { unit, n } = doorIn(body)
        unit.setOpen(n, false)
      },
    },
    {
      path: 'doors/tamper',
      example: { door: 'lobby-b', on: true },
      text: 'the reader is taken off the wall, or put back',
      run(body) {
        const { unit, n } = doorIn(body)
        unit.tamper(n, flagIn(body, 'on'))
      },
    },
    {
      path: 'doors/acknowledge',
      example: { door: 'lobby-a' },
      text: 'duress and tamper are acknowledged at the controller',
      run(body) {
        const { unit, n } = doorIn(body)
        unit.doors[n]!.write!('coil', 2, 1)
      },
    },
    {
      path: 'doors/room',
      example: { room: 'co2-room', open: true, locked: false },
      text: 'a machine room without reader: its door and its bolt',
      run(body) {
        const room = rooms.get(wordIn(body, 'room', contactRooms) as (typeof contactRooms)[number])!
        if (body.open === undefined && body.locked === undefined) throw new BodyError('open or locked is missing')
        if (body.open !== undefined) room.open = flagIn(body, 'open')
        if (body.locked !== undefined) room.locked = flagIn(body, 'locked')
      },
    },
    {
      path: 'doors/contact-lid',
      example: { on: true },
      text: 'the lid of the module for door contacts is off',
      run(body) {
        lidOff = flagIn(body, 'on')
      },
    },
    {
      path: 'barrier/vehicle',
      example: { plate: '沪A12345', allowed: true },
      text: `a vehicle at the barrier; provinces: ${provinces.join('')}`,
      run: body => barrier.arrive(textIn(body, 'plate'), body.allowed === undefined || flagIn(body, 'allowed')),
    },
    {
      path: 'barrier/jam',
      example: { on: true },
      text: 'the motor of the barrier fails, or is repaired',
      run: body => barrier.jam(flagIn(body, 'on')),
    },
    {
      path: 'patrol/round',
      example: { guard: 'third', gapS: 60, startInS: 0, skip: ['cp-l3'] },
      text: 'a guard begins a round: so many s from one checkpoint to the next, leaving out some',
      run: body => patrol.start(roundIn(body)),
    },
    {
      path: 'patrol/rest',
      example: { on: true },
      text: 'nobody walks by himself any more; false: every 40 min at night, every hour by day',
      run: body => patrol.rest(flagIn(body, 'on')),
    },
  ]

  return {
    step(dtS, at) {
      for (const unit of units) unit.step(dtS, at)
      live(dtS, at)
      barrier.step(dtS, at)
      patrol.step(dtS, at)
    },
    lines: [
      { id: 'doors-1', protocol: 'modbus-tcp', units: modbus },
      { id: 'sensors', protocol: 'mqtt', messages },
    ],
    actions,
    state: () => ({
      doors: Object.fromEntries(
        controllers.flatMap(({ doors }, c) => doors.map((id, n) => [id, wordFor(units[c]!.door(n))])),
      ),
      controllers: units.map(unit => ({ ...unit.state(), newestEvent: unit.events().at(-1)?.seq ?? 0 })),
      rooms: Object.fromEntries(rooms),
      barrier: barrier.state(),
      checkpoints: Object.fromEntries([...patrol.checkpoints].map(([id, { tag, seq }]) => [id, `${tag} ${seq}`])),
    }),
  }
}

const wordFor = (door: { open: boolean; forced: boolean; held: boolean; unlocked: boolean }): string =>
  door.forced ? 'forced' : door.held ? 'held' : door.open ? 'open' : door.unlocked ? 'unlocked' : 'locked'

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
function plateOf(random: () => number): string {
  const pick = (from: string | readonly string[]) => from[Math.floor(random() * from.length)]!
  return `${random() < 0.8 ? '沪' : pick(provinces)}${pick(letters)}${Array.from({ length: 5 }, () => pick('0123456789')).join('')}`
}

function wordIn(body: Body, name: string, known: readonly string[]): string {
  const value = body[name]
  if (typeof value !== 'string' || !known.includes(value))
    throw new BodyError(`${name} must be one of ${known.join(', ')}`)
  return value
}
function textIn(body: Body, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '' || value.length > 12)
    throw new BodyError(`${name} must be a text of 1 to 12 characters`)
  return value
}
function flagIn(body: Body, name: string): boolean {
  const value = body[name]
  if (typeof value !== 'boolean') throw new BodyError(`${name} must be true or false`)
  return value
}
function wholeIn(body: Body, name: string): number {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new BodyError(`${name} must be a whole number from 0`)
  return value
}
function roundIn(body: Body): Round {
  const { guard, gapS, startInS, skip } = body
  if (
    skip !== undefined &&
    !(Array.isArray(skip) && skip.every(id => (checkpointIds as readonly unknown[]).includes(id)))
  )
    throw new BodyError(`skip must be a list of ${checkpointIds.join(', ')}`)
  return {
    ...(guard !== undefined && { tag: guards[wordIn(body, 'guard', Object.keys(guards)) as keyof typeof guards] }),
    ...(gapS !== undefined && { gapS: wholeIn(body, 'gapS') }),
    ...(startInS !== undefined && { startInS: wholeIn(body, 'startInS') }),
    ...(skip !== undefined && { skip: skip as string[] }),
  }
}
