import { real, whole } from '../body.ts'
import { createEscalator, escalatorNodes } from '../escalator.ts'
import { createLift, type Lift, liftNodes } from '../lift.ts'
import type { Action, OpcUaNode, Part, Ties } from '../part.ts'

/** Where the towers' lifts stop: garage, ground floor, and the floors above the podium. The fire lift stops everywhere. */
const stops = (top: number, all = false) =>
  Array.from({ length: top + 3 }, (_, i) => i - 2).filter(floor => floor !== 0 && (all || floor < 2 || floor > 3))

/**
 * Six lifts and two escalators.
 *
 * | lift     | where                    | line    | feeder                      |
 * |----------|--------------------------|---------|-----------------------------|
 * | Lift1, 2, 3 | tower A, passengers   | Lift1: `lifts` (elevator.ts, which shows `lift1`), the others `lifts-b` | lifts-a |
 * | Lift4    | tower A, fire lift       | lifts-b | lifts-a or fire-equipment, whichever is live |
 * | Lift5, 6 | tower B, passengers      | lifts-b | lifts-b                     |
 * | Escalator1 up, 2 down | mall        | lifts-b | escalators                  |
 *
 * Nodes of `lifts-b`: `Lift<n>.<name>` as in elevator.ts, and `Lift<n>.Mode` (Int16: 0 normal, 1 recalled by the fire
 * panel, 2 firemen's service, 3 no supply, 4 rescue drive); `Escalator<n>.<name>` of `escalatorNodes`.
 * The controllers themselves live on the buffered supply of the machine rooms: they answer during an outage.
 */
export interface LiftsPart extends Part {
  /** For elevator.ts; this part lets it live. */
  readonly lift1: Lift
}

const lifts = [2, 3, 4, 5, 6] as const

export function liftsPart(ties: Ties): LiftsPart {
  const homes = { traffic: 'homes', landings: stops(18) } as const
  const offices = { traffic: 'offices', landings: stops(16) } as const
  const machines: Record<1 | (typeof lifts)[number], Lift> = {
    1: createLift({ ...homes, seed: 7 }),
    2: createLift({ ...homes, seed: 1021, trapAt: 9.4, trips: 176_902 }),
    3: createLift({ ...homes, seed: 2039, trapAt: 14.4, trips: 180_115 }),
    4: createLift({
      landings: stops(18, true),
      seed: 4091,
      trapAt: 6.4,
      trips: 41_377,
      traffic: 'fire-lift',
      fireLift: true,
    }),
    5: createLift({ ...offices, seed: 8191, trapAt: 11.4, trips: 251_660 }),
    6: createLift({ ...offices, seed: 16_381, trapAt: 7.4, trips: 249_018 }),
  }
  const escalators = { 1: createEscalator(1, 31), 2: createEscalator(-1, 61) } as const
  const { fed, demandKw } = ties
  const all = Object.entries(machines).map(([n, lift]) => [Number(n), lift] as const)

  const nodes: OpcUaNode[] = [
    ...lifts.flatMap(n => {
      const { state } = machines[n]
      return [...liftNodes, ['Mode', 'Int16', 'mode'] as const].map(([name, type, key]) => ({
        id: `Lift${n}.${name}`,
        type,
        read: () => state[key],
      }))
    }),
    ...([1, 2] as const).flatMap(n =>
      escalatorNodes.map(([name, type, key]) => ({
        id: `Escalator${n}.${name}`,
        type,
        read: () => escalators[n].state[key],
      })),
    ),
  ]
  const liftOf = (body: Readonly<Record<string, unknown>>) =>
    machines[whole(body, 'lift', 1, 6) as keyof typeof machines]
  const escalatorOf = (body: Readonly<Record<string, unknown>>) => escalators[whole(body, 'escalator', 1, 2) as 1 | 2]

  const actions: Action[] = [
    {
      path: 'lifts/trap',
      example: { lift: 2 },
      text: 'lift 1 to 6 stops between two floors with people inside',
      run: body => liftOf(body).trap(),
    },
    {
      path: 'lifts/release',
      example: { lift: 2 },
      text: 'frees them, or mends the doors; the lift goes on',
      run: body => liftOf(body).release(),
    },
    {
      path: 'lifts/block-doors',
      example: { lift: 5 },
      text: 'the doors do not close any more, until lifts/release',
      run: body => liftOf(body).blockDoors(),
    },
    {
      path: 'lifts/heat',
      example: { lift: 3, celsius: 45 },
      text: 'its machine room has this temperature; null: what it has by itself',
      run: body => liftOf(body).heatMachineRoom(body.celsius === null ? null : real(body, 'celsius', -40, 125)),
    },
    {
      path: 'escalator/stop',
      example: { escalator: 1 },
      text: 'somebody presses the emergency stop of escalator 1 or 2',
      run: body => escalatorOf(body).emergencyStop(),
    },
    {
      path: 'escalator/break',
      example: { escalator: 2, code: 51 },
      text: '51 handrail, 52 comb plate; it stops',
      run: body => escalatorOf(body).breakDown(whole(body, 'code', 51, 52, 51)),
    },
    {
      path: 'escalator/start',
      example: { escalator: 1 },
      text: 'it is looked at and started with the key',
      run: body => escalatorOf(body).start(),
    },
  ]

  const liveOf = (n: number) =>
    n === 4 ? fed['lifts-a'] || fed['fire-equipment'] : n < 4 ? fed['lifts-a'] : fed['lifts-b']

  return {
    lift1: machines[1],
    lines: [{ id: 'lifts-b', protocol: 'opcua', nodes }],
    actions,
    step(dtS, at) {
      const fire = ties.fire.confirmed
      const around = { at, outdoorCelsius: ties.outdoor.celsius }
      const kw = { a: 0, b: 0 }
      for (const [n, lift] of all) {
        lift.supply(liveOf(n))
        // The fire brigade leaves the lift one floor below the fire and walks.
        lift.recall(fire, n === 4 && fire ? belowFire(ties.fire.zones) : undefined)
        lift.advance(dtS * 1000, around)
        kw[n < 5 ? 'a' : 'b'] += lift.kw()
      }
      let escalatorKw = 0
      for (const n of [1, 2] as const) {
        const escalator = escalators[n]
        escalator.supply(fed.escalators)
        escalator.recall(fire)
        escalator.advance(dtS, at)
        escalatorKw += escalator.kw()
      }
      demandKw['lifts-a'] = kw.a
      demandKw['lifts-b'] = kw.b
      demandKw.escalators = escalatorKw
    },
    state: () => ({
      ...Object.fromEntries(lifts.map(n => [`lift${n}`, machines[n].state])),
      escalator1: escalators[1].state,
      escalator2: escalators[2].state,
    }),
  }
}

/** The floor below the first fire of tower A; undefined: it burns elsewhere. */
function belowFire(zones: ReadonlySet<string>): number | undefined {
  for (const zone of zones) {
    const floor = /^a-(\d+)$/.exec(zone)
    if (floor) return Number(floor[1]) - 1
  }
  return undefined
}
