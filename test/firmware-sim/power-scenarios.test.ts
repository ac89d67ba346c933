import { describe, expect, it } from 'vitest'
import { runStates } from '../../firmware-sim/plaza/power-backup.ts'
import type { Scenario, Seen } from '../../firmware-sim/scenario.ts'
import { scenario as externalOutage } from '../../firmware-sim/scenarios/external-outage.ts'
import { scenario as generatorFails } from '../../firmware-sim/scenarios/generator-fails-to-start.ts'
import { scenario as internalFault } from '../../firmware-sim/scenarios/internal-fault.ts'
import { scenario as meterExchange } from '../../firmware-sim/scenarios/meter-exchange.ts'
import { scenario as meterRollover } from '../../firmware-sim/scenarios/meter-rollover.ts'
import { scenario as meterStuck } from '../../firmware-sim/scenarios/meter-stuck.ts'
import { scenario as oneIncomer } from '../../firmware-sim/scenarios/one-incomer-lost.ts'
import { scenario as roomOver40 } from '../../firmware-sim/scenarios/room-over-40.ts'
import { scenario as transformerOverload } from '../../firmware-sim/scenarios/transformer-overload.ts'
import { type Building, building, noon, plantRunning } from './powersite.ts'

const all = [
  ...[externalOutage, internalFault, oneIncomer, transformerOverload, generatorFails],
  ...[roomOver40, meterRollover, meterExchange, meterStuck],
]

function isSeen(b: Building, { point, is }: Seen): boolean {
  const sample = b.sample(point)
  if (is === 'bad') return sample.quality === 'bad'
  const { value } = sample
  if ('equals' in is) return value === is.equals
  return typeof value === 'number' && ('above' in is ? value > is.above : value < is.below)
}

/** @returns when each was first seen after the one before it, s after the beginning */
function play(b: Building, { steps, sees }: Scenario): number[] {
  const when: number[] = []
  for (let second = 0; when.length < sees.length && second <= Math.max(...sees.map(s => s.byS)); second++) {
    for (const { atS, action, body } of steps) if (atS === second) b.act(action, body)
    b.pass(1)
    while (when.length < sees.length && isSeen(b, sees[when.length]!)) when.push(second + 1)
  }
  return when
}

describe('scenarios of power and meters', () => {
  // A night, a morning and a hot weekend's evening: what is seen must not hang on the hour.
  for (const [name, start] of [
    ['noon', noon],
    ['night', noon + 15 * 3_600_000],
    ['Saturday evening', noon + (5 * 24 + 7) * 3_600_000],
  ] as const)
    it(`show what they say, in their order, in time: ${name}`, () => {
      for (const scenario of all) {
        const b = building(start, plantRunning)
        b.pass(600)
        expect([scenario.id, isSeen(b, scenario.sees[0]!)]).toEqual([
          scenario.id,
          scenario.id === 'meter-rollover' && false,
        ])
        const when = play(b, scenario)
        expect([scenario.id, when.length, scenario.sees[when.length]?.point]).toEqual([
          ...[scenario.id, scenario.sees.length, undefined],
        ])
        for (const [i, { byS, point }] of scenario.sees.entries())
          expect([scenario.id, point, when[i]! <= byS]).toEqual([scenario.id, point, true])
      }
      expect(all).toHaveLength(9)
    })

  it('are put right again: everything is fed, and nothing is tripped, on battery or hot', () => {
    for (const scenario of all) {
      const b = building(noon, plantRunning)
      b.pass(60)
      play(b, scenario)
      for (const { action, body } of scenario.undo) b.act(action, body)
      b.pass(2400)
      const dead = Object.entries(b.ties.fed).filter(([, fed]) => !fed)
      const batteries = [
        'ups-elv/on-battery',
        'emergency-lighting/on',
        'vent-distribution/fault',
        'lv-switchboard/tie-closed',
      ]
      expect([scenario.id, dead, batteries.filter(id => b.value(id))]).toEqual([scenario.id, [], []])
      expect([scenario.id, b.value('generator-1/run-state'), b.value('lv-switchboard/shed')]).toEqual([
        scenario.id,
        runStates.standby,
        0,
      ])
      expect(b.value('transformer-1/temperature')).toBeLessThan(110)
      expect(b.value('room-b1/temperature')).toBeLessThan(40)
    }
  })
})
