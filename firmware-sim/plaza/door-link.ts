import { BodyError } from '../actions.ts'
import type { DoorClient, Shown } from '../door-link/client.ts'
import { type ControllerDeps, createController, type DoorControllerSim } from '../door-link/controller.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Action, Body, Part, Ties } from '../part.ts'
import { doorOsdp, type ReaderFault, readerFaults } from './door-osdp.ts'
import { card, people } from './doors-list.ts'
import { hourOf, seeded } from './doors-random.ts'

/**
 * The controller of the office doors on floors 10 to 12 of tower B. It is spoken to over MQTT, as docs/doors.md says; until
 * somebody enrols it, it knows nobody. Beside it contact modules (units 31, 32, 33 of doors-1) read the doors by wires of
 * their own: discrete 0: the door stands open; 1: its lock has let go.
 */
export interface DoorLinkPart extends Part {
  controller(): DoorControllerSim
  /** What it has stored before; at first it has only its memory. */
  use(disk: ControllerDeps['disk']): void
  /** Its connection, once it is enrolled. @param wall UTC ms, from now on */
  bind(wire: Pick<ControllerDeps, 'send' | 'bySite'>, wall: () => number): void
  /** How cards get to it; null: it was never enrolled. */
  connect(client: DoorClient | null): void
  /** The network cable is out. */
  readonly isCut: () => boolean
}
export const linkDoors = ['door-b-10', 'door-b-11', 'door-b-12'] as const
const CONTACTS = 31
/** 42/1001 and so on: the same cards as at the other doors, as Wiegand 26 with its parities. */
export function wiegand26(number: bigint): string {
  const plain = number.toString(2).padStart(24, '0')
  const ones = (text: string) => [...text].filter(bit => bit === '1').length
  return `${ones(plain.slice(0, 12)) % 2}${plain}${1 - (ones(plain.slice(12)) % 2)}`
}
const PER_HOUR = 6
const OPEN_S = 4

export function doorLinkPart(ties: Ties, now: () => number): DoorLinkPart {
  const random = seeded(20_261_122)
  let wire: Pick<ControllerDeps, 'send' | 'bySite'> | null = null
  let wall = now
  let client: DoorClient | null = null
  let cut = false
  let memory: string | null = null
  const osdp = doorOsdp(
    () => wall(),
    () => client && { controller, present: (door, shown, ...more) => opened(door, shown, ...more) },
  )
  let lineAt: number | null = null
  const begin = (disk: ControllerDeps['disk']) =>
    createController({
      ...{ doors: linkDoors, wall: () => wall() + ties.clocks.offsetS * 1000, disk },
      send: (word, body) => wire?.send(word, body),
      bySite: (body, signature) => wire?.bySite?.(body, signature) === true,
      ...{ readers: osdp.look, readerOrder: osdp.order },
    })
  const write = (text: string) => {
    memory = text
  }
  let controller = begin({ read: () => memory, write })
  const shutsInS = new Map<string, number>()
  let fireWas = false

  /** Whoever is let in opens the door, and it falls shut. */
  const opened: DoorClient['present'] = async (door, shown, ...more) => {
    const answer = await client!.present(door, shown, ...more)
    if (answer.unlock || controller.unlocked(door)) {
      controller.setOpen(door, true)
      shutsInS.set(door, OPEN_S)
    }
    return answer
  }
  async function visit(door: string, shown: Shown): Promise<void> {
    if (!client || (shown.kind === 'bits' && osdp.card(door, shown.value))) return
    await opened(door, shown)
  }
  const contactsOf = (door: string): ModbusDevice => ({
    read: (table, address) =>
      table !== 'discrete' || address > 1
        ? undefined
        : Number(address === 1 ? controller.unlocked(door) : controller.isOpen(door)),
  })
  const doorIn = (body: Body): (typeof linkDoors)[number] => {
    const door = linkDoors.find(one => one === body.door)
    if (!door) throw new BodyError(`door must be one of ${linkDoors.join(', ')}`)
    return door
  }
  const flagIn = (body: Body): boolean => {
    if (typeof body.on !== 'boolean') throw new BodyError('on must be true or false')
    return body.on
  }
  const actions: Action[] = [
    {
      path: 'door-link/card',
      example: { door: 'door-b-10', card: 1001 },
      text: 'a card of facility 42 at a door of tower B, floors 10 to 12',
      run(body) {
        const number = Number(body.card)
        if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new BodyError('card must be 0 to 65535')
        void visit(doorIn(body), { kind: 'bits', value: wiegand26(card(number)) })
      },
    },
    {
      path: 'door-link/cut',
      example: { on: true },
      text: 'the network of that controller is cut: it decides by its table; false: it is back',
      run(body) {
        cut = flagIn(body)
      },
    },
    {
      path: 'door-link/exit',
      example: { door: 'door-b-10' },
      text: 'the exit button inside',
      run: body => controller.exit(doorIn(body)),
    },
    {
      path: 'door-link/osdp',
      example: { door: 'door-b-10', fault: 'capabilities' },
      text: `what somebody does to the OSDP reader at door-b-10 or door-b-11: ${readerFaults.join(', ')}`,
      run(body) {
        const fault = readerFaults.find(one => one === body.fault) as ReaderFault | undefined
        if (!fault) throw new BodyError(`fault must be one of ${readerFaults.join(', ')}`)
        if (!osdp.fault(doorIn(body), fault)) throw new BodyError('door must be one with an OSDP reader')
      },
    },
    {
      path: 'door-link/reader',
      example: { door: 'door-b-10', on: false },
      text: 'its reader is lost, or is there again',
      run: body => controller.setReader(doorIn(body), flagIn(body)),
    },
  ]
  return {
    controller: () => controller,
    use(disk) {
      controller = begin(disk)
      fireWas = false
    },
    bind(to, clock) {
      wire = to
      wall = clock
    },
    connect(to) {
      client = to
    },
    isCut: () => cut,
    step(dtS, at) {
      if (ties.fire.confirmed !== fireWas) {
        fireWas = ties.fire.confirmed
        controller.setFire(fireWas)
      }
      for (const [door, left] of shutsInS) {
        if (left > dtS) shutsInS.set(door, left - dtS)
        else {
          shutsInS.delete(door)
          controller.setOpen(door, false)
        }
      }
      // At the pace of the world, however fast the building goes.
      if (client) {
        osdp.pass(wall() - (lineAt ?? wall()))
        lineAt = wall()
      }
      const hour = hourOf(at)
      if (!client || hour < 7 || hour > 20 || random() >= (PER_HOUR * dtS) / 3600) return
      const door = linkDoors[Math.floor(random() * linkDoors.length)]!
      void visit(door, { kind: 'bits', value: wiegand26(people[Math.floor(random() * 8)]!) })
    },
    lines: [
      {
        id: 'doors-1',
        protocol: 'modbus-tcp',
        units: new Map(linkDoors.map((id, i) => [CONTACTS + i, contactsOf(id)])),
      },
    ],
    actions,
    state: () => {
      const { table, safe, fire, events } = controller.state()
      return {
        enrolled: client !== null,
        connected: client?.connected() ?? false,
        ...{ cut, table: table?.version ?? 0, cards: table?.rows.length ?? 0, eventsKept: events.length },
        ...{ clockSafe: safe, fire },
        doors: Object.fromEntries(
          linkDoors.map(id => [
            id,
            `${controller.isOpen(id) ? 'open' : 'shut'}${controller.unlocked(id) ? ', unlocked' : ''}`,
          ]),
        ),
      }
    },
  }
}
