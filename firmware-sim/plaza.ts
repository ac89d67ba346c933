import { numberOf } from './actions.ts'
import { type Action, type LineSpec, noTies, type Part, type Ties } from './part.ts'
import { clockPart } from './plaza/clock.ts'
import { type DeskPart, deskPart } from './plaza/desk.ts'
import { doorLinkPart } from './plaza/door-link.ts'
import { doorsPart } from './plaza/doors.ts'
import { firePart } from './plaza/fire.ts'
import { floodPart } from './plaza/flood.ts'
import { gasPart } from './plaza/gas.ts'
import { hvacPart } from './plaza/hvac.ts'
import { type LiftsPart, liftsPart } from './plaza/lifts.ts'
import { powerPart } from './plaza/power.ts'
import { securityPart } from './plaza/security.ts'
import { sensorsPart } from './plaza/sensors.ts'
import { waterPart } from './plaza/water.ts'

/** Parts that were made before, for the few that share a device. */
interface Others {
  readonly desk: DeskPart | undefined
  readonly lifts: LiftsPart | undefined
  /** The part is in the building, made or not. */
  has(name: string): boolean
  /** When the building was first started, UTC ms: what has happened to it shortly before counts from there. */
  readonly since: number | undefined
}

/** All parts of the building, in the order in which they are made. A new part is one line here, and one in gateway/demo/site.ts. */
export const parts = {
  lifts: ties => liftsPart(ties),
  // Lift 1 and the air of the distribution room are the building's, where there is one.
  desk: (ties, now, { lifts, has }) => deskPart(ties, now, { lift: lifts?.lift1, airIsGiven: has('power') }),
  power: (ties, now, { since }) => powerPart(ties, now(), undefined, since),
  water: (ties, _, { desk }) => waterPart(ties, desk && { towerA: desk.waterOfTowerA }),
  hvac: ties => hvacPart(ties),
  gas: ties => gasPart(ties),
  fire: ties => firePart(ties),
  security: ties => securityPart(ties),
  doors: doorsPart,
  'door-link': (ties, now) => doorLinkPart(ties, now),
  sensors: sensorsPart,
  flood: () => floodPart(),
  clock: clockPart,
} as const satisfies Record<string, (ties: Ties, now: () => number, others: Others) => Part>

export type PartName = keyof typeof parts
export const partNames = Object.keys(parts) as PartName[]

/** The building without any wire: it lives when it is told to. */
export interface Plaza {
  readonly ties: Ties
  readonly parts: ReadonlyMap<PartName, Part>
  /** By id, in the order of the parts; the units of parts that share a line are joined. */
  readonly lines: ReadonlyMap<string, LineSpec>
  readonly actions: readonly Action[]
  /** The building's time, UTC ms. It never goes back. */
  now(): number
  /** Lives through so many seconds, one after the other. */
  pass(seconds: number): void
  /** Is called after each step. */
  onStep(listener: (at: number) => void): void
}

/**
 * @param start the building's time at first, UTC ms
 * @param since when it was first started, UTC ms; without it nothing has happened to its meters lately
 * @throws when two parts claim the same action, the same unit or a line with two protocols: the program's own mistake
 */
export function composePlaza(start: number, names: readonly PartName[] = partNames, since?: number): Plaza {
  let at = start
  const now = () => at
  const ties = noTies()
  const made = new Map<PartName, Part>()
  const others: Others = {
    get desk() {
      return made.get('desk') as DeskPart | undefined
    },
    get lifts() {
      return made.get('lifts') as LiftsPart | undefined
    },
    has: name => names.some(each => each === name),
    since,
  }
  for (const name of partNames) if (names.includes(name)) made.set(name, parts[name](ties, now, others))
  const steps = [...made.values()].flatMap(part => (part.step ? [part.step.bind(part)] : []))
  const listeners: ((at: number) => void)[] = []
  const actions = [...made.values()].flatMap(part => [...part.actions])
  actions.push({
    path: 'clock/jump',
    example: { seconds: -3600 },
    text: "the devices' own clocks jump by so many seconds",
    run(body) {
      ties.clocks.offsetS += numberOf(body, 'seconds', undefined, -1e9, 1e9)
    },
  })
  const paths = new Set<string>()
  for (const { path } of actions) {
    if (paths.has(path)) throw new Error(`two parts have an action "${path}"`)
    paths.add(path)
  }
  const lines = new Map<string, LineSpec>()
  for (const [name, part] of made)
    for (const line of part.lines) {
      const other = lines.get(line.id)
      lines.set(line.id, other ? joined(other, line, name) : line)
    }

  return {
    ties,
    parts: made,
    lines,
    actions,
    now,
    pass(seconds) {
      for (let left = seconds; left > 1e-9; left -= 1) {
        const dtS = Math.min(1, left)
        at += dtS * 1000
        for (const step of steps) step(dtS, at)
        for (const listener of listeners) listener(at)
      }
    },
    onStep: listener => void listeners.push(listener),
  }
}

function joined(one: LineSpec, two: LineSpec, name: string): LineSpec {
  const wrong = (why: string) => new Error(`line ${two.id} of part ${name}: ${why}`)
  if (one.protocol !== two.protocol) throw wrong(`it is ${one.protocol} already`)
  if ('units' in one && 'units' in two) {
    for (const unit of two.units.keys()) if (one.units.has(unit)) throw wrong(`unit ${unit} is taken`)
    return { ...one, units: new Map([...one.units, ...two.units]) }
  }
  if (one.protocol === 'opcua' && two.protocol === 'opcua') {
    const taken = new Set(one.nodes.map(node => node.id))
    for (const { id } of two.nodes) if (taken.has(id)) throw wrong(`node ${id} is taken`)
    return { ...one, nodes: [...one.nodes, ...two.nodes] }
  }
  if (one.protocol === 'mqtt' && two.protocol === 'mqtt')
    return { ...one, messages: [...one.messages, ...two.messages] }
  throw wrong('a printer has one owner')
}
