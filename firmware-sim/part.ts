import type { ModbusDevice } from './modbus-pdu.ts'

/**
 * The building is made of parts (power, water, lifts, ...). A part is physics and the devices that show it; it knows no
 * socket and no clock of its own, so that a test runs a day of it in a moment.
 */
export interface Part {
  /** `dtS` seconds of the building's time have passed, and it is now `at`, UTC ms of that time. At most 1 s at once. */
  step?(dtS: number, at: number): void
  /** The lines that its devices are on. Parts may share a line of one id: their units are joined. */
  readonly lines: readonly LineSpec[]
  /** What can be done to it from outside: `water/burst` and the like. */
  readonly actions: readonly Action[]
  /** What its devices are doing, for people. */
  state(): Record<string, unknown>
}

export type LineSpec = ModbusLine | OpcUaLine | MqttLine | TextLine

interface ModbusLine {
  readonly id: string
  /** modbus-rtu: a pty where the machine has socat, and RTU over TCP beside it. */
  readonly protocol: 'modbus-tcp' | 'modbus-rtu' | 'modbus-rtu-over-tcp'
  readonly units: ReadonlyMap<number, ModbusDevice>
  /** modbus-rtu: the pace of the wire. Default 9600. */
  readonly baudRate?: number
}
interface OpcUaLine {
  readonly id: string
  readonly protocol: 'opcua'
  /** Namespace 1. */
  readonly nodes: readonly OpcUaNode[]
}
export interface OpcUaNode {
  /** `Lift1.Position`: the part before the dot is the object it stands under. */
  readonly id: string
  readonly type: 'Double' | 'Int16' | 'Int32' | 'UInt32' | 'Boolean' | 'String'
  read(): number | boolean | string
}
/** Devices that publish by themselves to the broker that they are told of. */
interface MqttLine {
  readonly id: string
  readonly protocol: 'mqtt'
  readonly messages: readonly MqttMessage[]
}
export interface MqttMessage {
  readonly topic: string
  /** Published so often, and at once when it has changed. */
  readonly everyS: number
  /** The broker keeps it for those who come later: states of being there, mostly. */
  readonly retain?: boolean
  /** Sent as JSON, bytes as they are; null: the device is silent. */
  payload(): object | null
}
/** A printer port: what it prints, byte by byte, to whoever is connected. */
interface TextLine {
  readonly id: string
  readonly protocol: 'text'
  readonly encoding: 'gbk' | 'ascii'
  /** Called once; `print` takes a whole line without its end. */
  connect(print: (line: string) => void): () => void
}

export type Body = Readonly<Record<string, unknown>>
export interface Action {
  /** `<part>/<action>` */
  readonly path: string
  /** An example of its body. */
  readonly example: Body
  readonly text: string
  /** @throws BodyError when the body doesn't say what is needed */
  run(body: Body): void | Promise<void>
}

/** Circuits that leave the low-voltage switchboard. */
export const feeders = [
  'lifts-a',
  'lifts-b',
  'escalators',
  'water-pumps',
  'sump-pumps',
  'fire-equipment',
  'chillers',
  'ventilation',
  'lighting-public',
  'lighting-facade',
  'emergency-lighting',
  'elv',
  'shops',
  'homes',
  'offices',
] as const
export type Feeder = (typeof feeders)[number]

/** What parts do to each other. Each field is set by one part (named here) and read by all. */
export interface Ties {
  /** power: which feeders are live. */
  readonly fed: Record<Feeder, boolean>
  /** The part on that feeder: what it draws now, kW. Homes, offices, shops and lighting: power's own load shapes. */
  readonly demandKw: Record<Feeder, number>
  /** hvac: the weather. */
  readonly outdoor: { celsius: number; humidity: number }
  /** Rooms by their space id; whoever floods or heats one says so here. */
  readonly rooms: Record<string, { celsius: number; humidity: number; water: boolean } | undefined>
  readonly fire: {
    /** Spaces with a detector in alarm. */
    readonly zones: Set<string>
    /** Two detectors of one zone, or a call point: dampers close, shutters come down, doors are released, lifts go home. */
    confirmed: boolean
  }
  /** water: what the fire pumps and hydrants have. */
  readonly firePool: { levelPct: number }
  /** gas: spaces in which gas leaks. */
  readonly gasLeaks: Set<string>
  /** frame: the devices' own clocks are ahead of the true time by so much. Who stamps something adds it to `at`. */
  readonly clocks: { offsetS: number }
  /** gas: behind the shut-off valve; burners need 1.5 kPa. */
  readonly gasSupply: { kPa: number }
}

export function noTies(): Ties {
  const each = <T>(value: T) => Object.fromEntries(feeders.map(f => [f, value])) as Record<Feeder, T>
  return {
    fed: each(true),
    demandKw: each(0),
    outdoor: { celsius: 24, humidity: 60 },
    rooms: {},
    fire: { zones: new Set(), confirmed: false },
    firePool: { levelPct: 95 },
    gasLeaks: new Set(),
    clocks: { offsetS: 0 },
    gasSupply: { kPa: 3 },
  }
}
