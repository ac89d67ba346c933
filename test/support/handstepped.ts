import type { ModbusDevice, Table } from '../../firmware-sim/modbus-pdu.ts'
import type { OpcUaNode, Part } from '../../firmware-sim/part.ts'
import type { Scenario, Seen } from '../../firmware-sim/scenario.ts'
import type { DemoPart } from '../../gateway/demo/part.ts'

interface Spec {
  readonly key: string
  readonly node?: string
  readonly table?: Table
  readonly address?: number
  readonly type?: string
  readonly scale?: number
}
interface Equipment {
  readonly id: string
  readonly channel: string
  readonly unit?: number
  readonly points: readonly Spec[]
}

/** Parts of the building, stepped by hand, and seen as the demo's site.json describes them; no socket. */
export function handStepped(parts: readonly Part[], demos: readonly DemoPart[], start: number) {
  let at = start
  const units = new Map<string, ModbusDevice>()
  const nodes = new Map<string, OpcUaNode>()
  for (const line of parts.flatMap(part => part.lines)) {
    if (line.protocol === 'opcua') for (const node of line.nodes) nodes.set(`${line.id} ns=1;s=${node.id}`, node)
    if ('units' in line) for (const [unit, device] of line.units) units.set(`${line.id} ${unit}`, device)
  }
  const specs = new Map<string, { equipment: Equipment; spec: Spec }>()
  for (const equipment of demos.flatMap(demo => demo.equipment) as readonly Equipment[])
    for (const spec of equipment.points) specs.set(`${equipment.id}/${spec.key}`, { equipment, spec })

  /** @throws when the site names what the building has not */
  function read(point: string): number | boolean | string {
    const found = specs.get(point)
    if (!found) throw new Error(`no point ${point}`)
    const { equipment, spec } = found
    if (spec.node !== undefined) {
      const node = nodes.get(`${equipment.channel} ${spec.node}`)
      if (!node) throw new Error(`${point}: no node ${spec.node}`)
      return node.read()
    }
    const device = units.get(`${equipment.channel} ${equipment.unit}`)
    const raw = device?.read(spec.table!, spec.address!)
    if (raw === undefined) throw new Error(`${point}: nothing at ${spec.table} ${spec.address}`)
    if (spec.type === 'bool') return raw === 1
    const word = spec.type === 'int16' ? (raw << 16) >> 16 : raw & 0xffff
    return Math.round(word * (spec.scale ?? 1) * 1e6) / 1e6
  }
  const act = (path: string, body: object = {}) => {
    const action = parts.flatMap(part => part.actions).find(a => a.path === path)
    if (!action) throw new Error(`no action ${path}`)
    return action.run(body as Record<string, unknown>)
  }
  function pass(seconds: number, each: (s: number) => void = () => {}) {
    for (let s = 1; s <= seconds; s++) {
      at += 1000
      for (const part of parts) part.step?.(1, at)
      each(s)
    }
  }
  const fits = ({ point, is }: Seen) => {
    if (is === 'bad') throw new Error('a part alone cannot be bad')
    const value = read(point)
    if ('equals' in is) return value === is.equals
    return 'above' in is ? Number(value) > is.above : Number(value) < is.below
  }

  return {
    points: [...specs.keys()],
    read,
    act,
    pass,
    /** Plays it, waits for each thing that it promises in turn, then puts everything right. @returns when each was seen, s */
    play(scenario: Scenario): number[] {
      if (fits(scenario.sees[0]!)) throw new Error(`${scenario.sees[0]!.point} is so before anything has happened`)
      const when: number[] = []
      const most = Math.max(...scenario.sees.map(seen => seen.byS))
      const due = (s: number) => {
        for (const step of scenario.steps) if (step.atS === s) void act(step.action, step.body)
      }
      due(0)
      pass(most, s => {
        while (when.length < scenario.sees.length && fits(scenario.sees[when.length]!)) {
          const seen = scenario.sees[when.length]!
          if (s > seen.byS) throw new Error(`${seen.point} came after ${s} s, promised within ${seen.byS}`)
          when.push(s)
        }
        due(s)
      })
      const missed = scenario.sees[when.length]
      if (missed) throw new Error(`${missed.point} did not come within ${most} s; it is ${read(missed.point)}`)
      for (const step of scenario.undo) void act(step.action, step.body)
      return when
    },
  }
}
