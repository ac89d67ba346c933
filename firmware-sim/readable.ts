import { setImmediate as breathe } from 'node:timers/promises'
import type { Line } from './lines.ts'
import { answer, type ModbusDevice, type Table } from './modbus-pdu.ts'

/** What a stranger can read on a line: for `npm run sim -- check`, which shares no code with the devices. */
export interface Readable {
  readonly line: string
  readonly protocol: string
  readonly port: number
  readonly baudRate: number | null
  /** Modbus. */
  readonly units?: readonly { readonly unit: number; readonly span: Span | null }[]
  /** OPC UA, ids in namespace 1. */
  readonly nodes?: readonly string[]
  /** MQTT. */
  readonly topics?: readonly { readonly topic: string; readonly everyS: number }[]
}
/** Function, 0-based address and count of something that is there. */
export interface Span {
  readonly fc: 1 | 2 | 3 | 4
  readonly address: number
  readonly count: number
}

const functions: readonly (readonly [Span['fc'], Table])[] = [
  [4, 'input'],
  [3, 'holding'],
  [2, 'discrete'],
  [1, 'coil'],
]

/** Looks in the devices' own tables, a piece at a time: they go on answering meanwhile. */
export async function readable(lines: ReadonlyMap<string, Line>): Promise<Readable[]> {
  const found: Readable[] = []
  for (const { id, spec, port, baudRate } of lines.values()) {
    const common = { line: id, protocol: spec.protocol, port, baudRate }
    if (spec.protocol === 'opcua') found.push({ ...common, nodes: spec.nodes.map(node => node.id) })
    else if (spec.protocol === 'mqtt')
      found.push({ ...common, topics: spec.messages.map(({ topic, everyS }) => ({ topic, everyS })) })
    else if (spec.protocol === 'text') found.push(common)
    else {
      const units = []
      for (const [unit, device] of spec.units) {
        units.push({ unit, span: spanOf(device) })
        await breathe()
      }
      found.push({ ...common, units })
    }
  }
  return found
}

/** The first thing that the device answers to; null when there is none. */
export function spanOf(device: ModbusDevice): Span | null {
  for (const [fc, table] of functions) {
    // Some fill their registers only when a request begins.
    for (const count of [1, 2]) device.begin?.(table, 0, count)
    for (let address = 0; address < 0x10000; address++) {
      if (device.read(table, address) === undefined) continue
      // One register, or two where values take two.
      for (const count of [1, 2]) {
        const pdu = Buffer.from([fc, address >> 8, address & 0xff, 0, count])
        if (!(answer(device, pdu)[0]! & 0x80)) return { fc, address, count }
      }
    }
  }
  return null
}
