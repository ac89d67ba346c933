import type { Line } from './lines.ts'
import type { Pace } from './pace.ts'
import { deskLines, deskUnit } from './plaza/desk.ts'
import type { Plaza } from './plaza.ts'
import type { Progress, Runner } from './runner.ts'
import type { Scenario } from './scenario.ts'

/** Everything that people and programs see of the running building, as `GET /` answers it. */
export interface Overview {
  readonly time: { readonly at: string; readonly speed: number; readonly runsAt: number; readonly stepMs: number }
  /** The four devices of the desk by their short names, every other part by its own. */
  readonly devices: Readonly<Record<string, DeviceView>>
  readonly lines: readonly LineView[]
  readonly scenarios: readonly ScenarioView[]
}
export interface DeviceView {
  readonly state: Readonly<Record<string, unknown>>
  readonly fault?: { readonly kind: string } | null
}
export interface LineView {
  readonly id: string
  readonly protocol: string
  readonly port: number
  readonly pty: string | null
  readonly dead: boolean
  /** Modbus only. */
  readonly units?: readonly { readonly unit: number; readonly fault: string | null }[]
  readonly connections?: number
  readonly requests?: number
}
export interface ScenarioView extends Pick<Scenario, 'id' | 'title' | 'text' | 'sees'> {
  readonly running: Progress | null
}

export function overviewOf(
  plaza: Plaza,
  lines: ReadonlyMap<string, Line>,
  { speed, runsAt, stepMs }: Pace,
  runner: Runner,
): Overview {
  const devices: Record<string, DeviceView> = {}
  for (const [name, part] of plaza.parts) {
    const state = part.state()
    if (name !== 'desk') devices[name] = { state }
    else
      for (const [device, its] of Object.entries(state)) {
        const modbus = lines.get(deskLines[device as keyof typeof deskLines])?.modbus
        devices[device] = { state: its as DeviceView['state'], ...(modbus && { fault: modbus.fault(deskUnit) }) }
      }
  }
  return {
    time: { at: new Date(plaza.now()).toISOString(), speed, runsAt, stepMs },
    devices,
    lines: [...lines.values()].map(lineView),
    scenarios: [...runner.scenarios.values()].map(({ id, title, text, sees }) => ({
      ...{ id, title, text, sees },
      running: runner.progress(id),
    })),
  }
}

function lineView({ id, spec, port, pty, modbus, dead }: Line): LineView {
  const view = { id, protocol: spec.protocol, port, pty, dead: dead() }
  if (!modbus || !('units' in spec)) return view
  const units = [...spec.units.keys()].map(unit => ({ unit, fault: modbus.fault(unit)?.kind ?? null }))
  return { ...view, units, connections: modbus.connections(), requests: modbus.requests() }
}
