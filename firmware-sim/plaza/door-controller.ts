import type { ModbusDevice } from '../modbus-pdu.ts'
import { type Credential, createRing, type DoorEvent, decide, doorEvents, type RingEvent } from './door-table.ts'

/**
 * An access controller of up to 8 doors (门禁控制器). No maker's map: its own one, stated here. It decides by its own table
 * of cards, whether the gateway is there or not. Addresses 0-based; numbers of more than 16 bits high word first.
 *
 * The controller itself:
 *
 * | table    | address        | type   | value                                                                  |
 * |----------|----------------|--------|------------------------------------------------------------------------|
 * | input    | 0, 1           | uint16 | model 0x4443, firmware 120                                             |
 * | input    | 2, 3           | uint16 | number of doors; cards in the table                                    |
 * | input    | 4, 6           | uint32 | newest and oldest event of the ring; 0: none                           |
 * | input    | 8              | uint32 | clock, UTC s                                                           |
 * | input    | 10             | uint16 | seconds since the heartbeat of the gateway last changed, at most 65535 |
 * | input    | 1000 + 10 slot |        | ring of 64 events; slot = number mod 64                                |
 * | input    | +0, +2         | uint32 | number, time UTC s                                                     |
 * | input    | +4, +5         | uint16 | door (255: controller), code, see doorEvents                           |
 * | input    | +6             | uint64 | card                                                                   |
 * | discrete | 0, 1, 2        | bool   | fire release, gateway away for 60 s, mains fail (runs on battery)      |
 * | holding  | 0              | uint16 | heartbeat: the gateway writes a changing number                        |
 * | holding  | 1              | uint16 | held after so many s, 10..600 (60)                                     |
 * | holding  | 10             | uint16 | slot of the table, 0..255                                              |
 * | holding  | 11             | uint64 | card                                                                   |
 * | holding  | 15, 17         | uint32 | valid from, until, UTC s; until 0: without end                         |
 * | holding  | 19, 20         | uint16 | doors (bit n: door n), PIN (0: none)                                   |
 * | holding  | 21             | uint16 | 1 stores 10..20, 2 deletes the slot, 3 loads it into 11..20; reads 0   |
 *
 * Each door, under a unit number of its own (10 x controller + 1 + door):
 *
 * | table    | address | type   | value                                                                       |
 * |----------|---------|--------|-----------------------------------------------------------------------------|
 * | input    | 0       | uint16 | last event code, see doorEvents                                             |
 * | input    | 1       | uint16 | events of this door, turns over                                             |
 * | input    | 2       | uint64 | last card at the reader, as it came                                         |
 * | input    | 6       | uint32 | time of the last event, UTC s                                               |
 * | input    | 8       | uint16 | open for so many s                                                          |
 * | discrete | 0..7    | bool   | open, unlocked, exit button, forced, held, tamper, duress, lockdown         |
 * | coil     | 0       | bool   | 1: unlocks for 5 s; reads 0                                                 |
 * | coil     | 1       | bool   | lockdown: cards are refused; exit button and fire open all the same         |
 * | coil     | 2       | bool   | 1: acknowledges duress and tamper; reads 0                                  |
 *
 * Fire release is hard-wired: the relay of the fire panel takes the current from every lock. Nothing written here,
 * no lockdown and no fault of the controller keeps a door locked while it stands [GB 50116-2013 4.10.3].
 */
export interface DoorController extends ModbusDevice {
  step(dtS: number, at: number): void
  /** A card at the reader, and what is keyed in. Whoever is let in opens the door. */
  present(door: number, card: bigint, pin?: number): DoorEvent
  /** The button inside: it cuts the lock by itself. */
  exit(door: number): void
  /** Opened without anybody's leave. It stays open. */
  force(door: number): void
  /** Something holds it open from the next opening on; false: it falls shut. */
  wedge(door: number, on: boolean): void
  /** false: closed again. */
  setOpen(door: number, open: boolean): void
  tamper(door: number, on: boolean): void
  /** The doors as devices of their own. */
  readonly doors: readonly ModbusDevice[]
  readonly table: (Credential | undefined)[]
  events(): RingEvent[]
  door(n: number): Readonly<DoorState>
  state(): { readonly gatewayAway: boolean; readonly mainsFail: boolean; readonly fire: boolean }
}
export interface DoorState {
  open: boolean
  unlocked: boolean
  exit: boolean
  forced: boolean
  held: boolean
  tamper: boolean
  duress: boolean
  lockdown: boolean
  openS: number
  card: bigint
  event: number
  events: number
  eventTime: number
}
interface Door extends DoorState {
  releaseS: number
  exitS: number
  /** Somebody is on the way through: opens in so many s, is through in so many. */
  opensInS: number
  closesInS: number
  wedged: boolean
}

const RELEASE_S = 5
const AWAY_S = 60
const RING = 64
const SLOTS = 256
const NEVER = Number.POSITIVE_INFINITY

export interface Wiring {
  readonly doors: number
  readonly table: readonly Credential[]
  /** UTC ms at first. */
  readonly at: number
  /** The contact of the fire panel, and the mains: both are wires, not messages. */
  fire(): boolean
  mains(): boolean
}

export function createDoorController({ doors: count, table: cards, at, fire, mains }: Wiring): DoorController {
  const table: (Credential | undefined)[] = [...cards]
  const ring = createRing(RING)
  const doors = Array.from({ length: count }, newDoor)
  let nowS = Math.floor(at / 1000)
  let fireWas = false
  let mainsWas = true
  let heartbeat = 0
  let heartbeatS = 65_535
  let away = true
  let heldAfterS = 60
  const edit = new Uint16Array(22)

  function note(n: number, event: DoorEvent, card = 0n): void {
    ring.add({ time: nowS, door: n, event, card })
    const door = doors[n]
    if (!door) return
    door.event = doorEvents[event]
    door.events = (door.events + 1) & 0xffff
    door.eventTime = nowS
  }
  /** @param comes somebody stands there and goes through */
  function release(door: Door, comes = true): void {
    door.releaseS = RELEASE_S
    door.unlocked = true
    if (!door.open && comes) {
      door.opensInS = 2
      door.closesInS = NEVER
    }
  }
  function open(n: number, door: Door): void {
    if (door.open) return
    door.open = true
    door.openS = 0
    door.opensInS = NEVER
    door.closesInS = door.wedged ? NEVER : 4
    door.forced = !door.unlocked && !fire()
    note(n, door.forced ? 'forced' : 'opened')
  }
  function shut(n: number, door: Door): void {
    if (!door.open) return
    door.open = false
    door.openS = 0
    door.closesInS = NEVER
    door.forced = false
    door.held = false
    door.releaseS = 0
    note(n, 'closed')
  }

  function stepDoor(n: number, door: Door, dtS: number): void {
    door.exitS = Math.max(0, door.exitS - dtS)
    door.exit = door.exitS > 0
    const waiting = door.releaseS > 0 && !door.open
    door.releaseS = Math.max(0, door.releaseS - dtS)
    door.opensInS -= dtS
    door.unlocked = fireWas || door.releaseS > 0
    if (door.opensInS <= 0) open(n, door)
    if (waiting && door.releaseS === 0 && !door.open) {
      door.opensInS = NEVER
      note(n, 'not-taken')
    }
    if (!door.open) return
    door.openS += dtS
    door.closesInS -= dtS
    // While it burns, a door that stands open is as it should be.
    if (!door.held && !fireWas && door.openS >= heldAfterS) {
      door.held = true
      note(n, 'held')
    }
    if (fireWas) door.held = false
    if (door.closesInS <= 0 && !door.wedged) shut(n, door)
  }

  function step(dtS: number, now: number): void {
    nowS = Math.floor(now / 1000)
    const burning = fire()
    if (burning !== fireWas) {
      fireWas = burning
      for (const n of doors.keys()) note(n, burning ? 'fire-release' : 'fire-over')
    }
    if (mains() !== mainsWas) {
      mainsWas = !mainsWas
      note(255, mainsWas ? 'mains-back' : 'mains-fail')
    }
    heartbeatS = Math.min(65_535, heartbeatS + dtS)
    if (!away && heartbeatS >= AWAY_S) {
      away = true
      note(255, 'gateway-away')
    }
    for (const [n, door] of doors.entries()) stepDoor(n, door, dtS)
  }

  const bits = (address: number): number | undefined => {
    if (address > 2) return undefined
    return [fire(), away, !mainsWas][address] ? 1 : 0
  }
  function inputs(address: number): number | undefined {
    if (address >= 1000 && address < 1000 + 10 * RING) return eventWord(address - 1000)
    if (address > 10) return undefined
    if (address < 4) return [0x4443, 120, count, table.filter(c => c !== undefined).length][address]!
    if (address === 10) return Math.floor(heartbeatS)
    return wordOf(BigInt([ring.newest(), ring.oldest(), nowS][(address - 4) >> 1]!), 2, address & 1)
  }
  function eventWord(offset: number): number {
    const event = ring.slot(Math.floor(offset / 10))
    const i = offset % 10
    if (!event) return 0
    if (i < 2) return wordOf(BigInt(event.seq), 2, i)
    if (i < 4) return wordOf(BigInt(event.time), 2, i - 2)
    return i === 4 ? event.door : i === 5 ? doorEvents[event.event] : wordOf(event.card, 4, i - 6)
  }

  function editCards(command: number): boolean {
    const slot = edit[10]!
    if (slot >= SLOTS || command < 1 || command > 3) return false
    if (command === 2) table[slot] = undefined
    if (command === 1)
      table[slot] = {
        card: numberOf(edit, 11, 4),
        from: Number(numberOf(edit, 15, 2)),
        to: Number(numberOf(edit, 17, 2)),
        doors: edit[19]!,
        pin: edit[20]!,
      }
    if (command === 3) {
      const { card = 0n, from = 0, to = 0, doors: mask = 0, pin = 0 } = table[slot] ?? {}
      for (let i = 0; i < 4; i++) edit[11 + i] = wordOf(card, 4, i)
      for (let i = 0; i < 2; i++) {
        edit[15 + i] = wordOf(BigInt(from), 2, i)
        edit[17 + i] = wordOf(BigInt(to), 2, i)
      }
      edit[19] = mask
      edit[20] = pin
    }
    return true
  }
  function write(table: 'coil' | 'holding', address: number, value: number): boolean {
    if (table === 'coil') return false
    if (address === 0) {
      if (value !== heartbeat) {
        heartbeatS = 0
        if (away) note(255, 'gateway-back')
        away = false
      }
      heartbeat = value
      return true
    }
    if (address === 1) {
      if (value < 10 || value > 600) return false
      heldAfterS = value
      return true
    }
    if (address === 21) return editCards(value)
    if (address < 10 || address > 20) return false
    edit[address] = value
    return true
  }
  const deviceOf = (n: number, door: Door): ModbusDevice => ({
    read(table, address) {
      if (table === 'coil') return address > 2 ? undefined : Number(address === 1 && door.lockdown)
      if (table === 'discrete') {
        const { open, unlocked, exit, forced, held, tamper, duress, lockdown } = door
        const all = [open, unlocked || fire(), exit, forced, held, tamper, duress, lockdown]
        return address > 7 ? undefined : Number(all[address])
      }
      if (table === 'holding' || address > 8) return undefined
      if (address === 0) return door.event
      if (address === 1) return door.events
      if (address < 6) return wordOf(door.card, 4, address - 2)
      return address < 8 ? wordOf(BigInt(door.eventTime), 2, address - 6) : Math.min(65_535, Math.floor(door.openS))
    },
    write(table, address, value) {
      if (table !== 'coil' || address > 2) return false
      if (address === 1) door.lockdown = value !== 0
      else if (value && address === 0) {
        note(n, 'remote')
        release(door, false)
      } else if (value) {
        door.duress = false
        door.tamper = false
      }
      return true
    },
  })

  const at1 = (n: number): Door => {
    const door = doors[n]
    if (!door) throw new RangeError(`there is no door ${n}; the first of ${count} is 0`)
    return door
  }
  return {
    table,
    step,
    events: ring.all,
    door: at1,
    state: () => ({ gatewayAway: away, mainsFail: !mainsWas, fire: fireWas }),
    present(n, card, pin = 0) {
      const door = at1(n)
      door.card = card
      const verdict = decide(table, n, card, pin, nowS)
      const opens = verdict === 'granted' || verdict === 'duress'
      if (opens && door.lockdown && !fire()) {
        note(n, 'lockdown', card)
        return 'lockdown'
      }
      note(n, verdict, card)
      if (verdict === 'duress') door.duress = true
      if (opens) release(door)
      return verdict
    },
    exit(n) {
      const door = at1(n)
      door.exitS = 2
      door.exit = true
      note(n, 'exit')
      release(door)
    },
    force(n) {
      const door = at1(n)
      door.wedged = true
      open(n, door)
    },
    wedge(n, on) {
      const door = at1(n)
      door.wedged = on
      if (door.open) door.closesInS = on ? NEVER : 1
    },
    setOpen(n, on) {
      const door = at1(n)
      if (on) open(n, door)
      else {
        door.wedged = false
        shut(n, door)
      }
    },
    tamper(n, on) {
      at1(n).tamper = on
      if (on) note(n, 'tamper')
    },
    doors: doors.map((door, n) => deviceOf(n, door)),
    read(table, address) {
      if (table === 'discrete') return bits(address)
      if (table === 'input') return inputs(address)
      if (table === 'coil') return undefined
      if (address === 0) return heartbeat
      if (address === 1) return heldAfterS
      return address === 21 ? 0 : address >= 10 && address < 21 ? edit[address] : undefined
    },
    write,
  }
}

const newDoor = (): Door => ({
  open: false,
  unlocked: false,
  exit: false,
  forced: false,
  held: false,
  tamper: false,
  duress: false,
  lockdown: false,
  openS: 0,
  card: 0n,
  event: 0,
  events: 0,
  eventTime: 0,
  releaseS: 0,
  exitS: 0,
  opensInS: NEVER,
  closesInS: NEVER,
  wedged: false,
})

/** The i-th of so many registers of a number, the high word first. */
export const wordOf = (value: bigint, words: number, i: number): number =>
  Number((value >> BigInt(16 * (words - 1 - i))) & 0xffffn)
const numberOf = (registers: Uint16Array, first: number, words: number): bigint => {
  let value = 0n
  for (let i = 0; i < words; i++) value = (value << 16n) | BigInt(registers[first + i]!)
  return value
}
