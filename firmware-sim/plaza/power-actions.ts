import { type Action, type Body, feeders as feederIds } from '../part.ts'
import { flagIn, numberIn, oneIn } from './body.ts'
import type { Plant } from './power-devices.ts'
import type { Cause } from './power-feeders.ts'
import { powerRooms } from './power-rooms.ts'
import { sides } from './power-supply.ts'

const causes = { overload: 1, 'short-circuit': 2, 'earth-fault': 3 } as const satisfies Record<string, Cause>
const causeNames = Object.keys(causes) as (keyof typeof causes)[]

/** What can happen to the power of the building. */
export function powerActions({ supply, feeders, generator, rooms }: Plant): Action[] {
  const eachSide = (body: Body) => (body.incomer === undefined ? sides : [oneIn(body, 'incomer', sides)])
  return [
    {
      path: 'power/lose',
      example: { incomer: 1 },
      text: "the utility's line has no voltage; without incomer: both",
      run(body) {
        for (const n of eachSide(body)) supply.incomers[n].live = false
      },
    },
    {
      path: 'power/restore',
      example: { incomer: 1 },
      text: 'the line has voltage again; without incomer: both',
      run(body) {
        for (const n of eachSide(body)) supply.incomers[n].live = true
      },
    },
    {
      path: 'power/trip',
      example: { feeder: 'shops', cause: 'short-circuit' },
      text: `the breaker of a feeder trips: ${causeNames.join(', ')}`,
      run: body => feeders.trip(oneIn(body, 'feeder', feederIds), causes[oneIn(body, 'cause', causeNames, 'overload')]),
    },
    {
      path: 'power/overload',
      example: { feeder: 'homes', amps: 2800 },
      text: 'a fault behind a feeder draws so much current; its breaker trips when that lasts',
      run(body) {
        feeders.byId[oneIn(body, 'feeder', feederIds)].faultA = numberIn(body, 'amps', 0, 20_000)
      },
    },
    {
      path: 'power/reset',
      example: { feeder: 'shops' },
      text: 'the electrician repairs and closes the breaker of a feeder',
      run: body => feeders.reset(oneIn(body, 'feeder', feederIds)),
    },
    {
      path: 'transformer/overload',
      example: { transformer: 1, percent: 150 },
      text: 'a transformer carries at least so much of its rating; it trips at 150 °C',
      run(body) {
        supply.transformers[oneIn(body, 'transformer', sides)].heldPct = numberIn(body, 'percent', 0, 250)
      },
    },
    {
      path: 'transformer/reset',
      example: { transformer: 1 },
      text: 'the load is off, the transformer has cooled, its breaker is closed',
      run: body => supply.reset(oneIn(body, 'transformer', sides)),
    },
    {
      path: 'generator/block',
      example: { on: true },
      text: 'the engine does not fire (its fuel valve is shut); false: repaired and reset',
      run(body) {
        if (flagIn(body, 'on')) generator.values.blocked = true
        else generator.reset()
      },
    },
    {
      path: 'generator/fuel',
      example: { percent: 12 },
      text: 'what is in its tank',
      run(body) {
        generator.values.fuelPct = numberIn(body, 'percent', 0, 100)
      },
    },
    {
      path: 'ventilation/fail',
      example: { room: 'distribution-room', on: true },
      text: `the fan of a room stands: ${powerRooms.join(', ')}`,
      run(body) {
        rooms.fans[oneIn(body, 'room', powerRooms)].failed = flagIn(body, 'on', true)
      },
    },
  ]
}
