import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../drivers/probe.ts'
import { noTies, type Part } from '../../firmware-sim/part.ts'
import { gasPart } from '../../firmware-sim/plaza/gas.ts'
import { hvacPart } from '../../firmware-sim/plaza/hvac.ts'
import { waterPart } from '../../firmware-sim/plaza/water.ts'
import type { Scenario } from '../../firmware-sim/scenario.ts'
import { scenario as burst } from '../../firmware-sim/scenarios/burst-pipe.ts'
import { scenario as burstElectrical } from '../../firmware-sim/scenarios/burst-pipe-electrical.ts'
import { scenario as highPressure } from '../../firmware-sim/scenarios/chiller-high-pressure.ts'
import { scenario as gasLeak } from '../../firmware-sim/scenarios/gas-leak.ts'
import { scenario as standbyFails } from '../../firmware-sim/scenarios/pump-trip-standby-fails.ts'
import { scenario as sumpFlood } from '../../firmware-sim/scenarios/sump-flood.ts'
import { scenario as lidOpen } from '../../firmware-sim/scenarios/tank-lid-open.ts'
import { gasDemo } from '../../gateway/demo/gas.ts'
import { hvacDemo } from '../../gateway/demo/hvac.ts'
import { waterDemo } from '../../gateway/demo/water.ts'
import { holds, matches, type Rule } from '../../rules/rule.ts'
import { reader, siteOf } from '../support/demopart.ts'

const site = siteOf(waterDemo, hvacDemo, gasDemo)
/** A device's silence is told by the gateway, not by a point of the building. */
const online = (rule: Rule) => rule.points.every(pattern => pattern.endsWith('/online'))
const ids = site.equipment.flatMap(e => e.points.map(p => p.id))
const watched = site.rules
  .filter(rule => !online(rule))
  .map(rule => ({
    rule,
    points: ids.filter(id => rule.points.some(pattern => matches(pattern, id))),
  }))
const midnightInJuly = Date.UTC(2026, 6, 19, 16)

function building(from: number) {
  const ties = noTies()
  const parts: Part[] = [waterPart(ties), hvacPart(ties), gasPart(ties)]
  const world = reader(site, parts, from)
  const since = new Map<string, number>()
  const raised = new Set<string>()
  /** Every rule with its delay, each second that it is told of. */
  const watch = () => {
    for (const { rule, points } of watched)
      for (const id of points) {
        const alarm = `${rule.id} ${id}`
        const value = world.value(id)
        const on =
          value !== null && holds(rule.when, { point: id, at: 0, seen: 0, quality: 'good', value }, raised.has(alarm))
        if (!on) since.delete(alarm)
        else if (!since.has(alarm)) since.set(alarm, world.hand.at)
        if (on && world.hand.at - since.get(alarm)! >= rule.delayOnS * 1000) raised.add(alarm)
      }
  }
  return { ties, world, raised, watch }
}
const severityOf = (alarm: string) => site.rules.find((r: Rule) => r.id === alarm.split(' ')[0])!.severity

describe('rules of water, air and gas', () => {
  it('each is about something, and says in both languages what it is and where it comes from', () => {
    for (const { rule, points } of watched)
      expect([rule.id, points.length > 0, !!rule.source, rule.text['zh-CN'] !== rule.text.en]).toEqual([
        rule.id,
        true,
        true,
        true,
      ])
    expect(watched.length).toBeGreaterThan(30)
  })

  it('devices with a profile pass its probe', () => {
    const { world } = building(midnightInJuly + 10 * 3_600_000)
    world.pass(600)
    const proven = site.equipment.filter(e => e.proof)
    for (const { id, channel, proof } of proven) {
      const samples = proof!.points.map(point => {
        const value = world.valueOn(channel, point)
        const common = { point: point.id, at: 0, seen: 0 }
        return value === null
          ? ({ ...common, quality: 'bad', value, reason: 'undecodable' } as const)
          : ({ ...common, quality: 'good', value } as const)
      })
      expect([id, verdictOf(proof!, samples)]).toEqual([id, 'right'])
    }
    expect(proven).toHaveLength(3 + 4 + 4 + 4)
  })

  for (const [season, from] of [
    ['summer', midnightInJuly + 6 * 3_600_000],
    ['winter', Date.UTC(2026, 0, 19, 22)],
  ] as const)
    it(`a quiet morning in ${season}, with the plant starting, raises no alarm`, () => {
      const { world, raised, watch } = building(from)
      world.pass(7 * 3600, s => {
        if (s % 300 === 0) watch()
      })
      expect(world.value('hvac-plant/running')).toBe(true)
      expect([...raised]).toEqual([])
    })

  const told: readonly (readonly [Scenario, readonly string[]])[] = [
    [burst, ['zone-flow-high valve-b2/flow', 'water-on-floor leak-detector/car-park-b2']],
    [burstElectrical, ['zone-flow-high valve-b1/flow', 'water-at-switchgear leak-detector/distribution-room']],
    [
      standbyFails,
      ['booster-b-pressure-low booster-tower-b/outlet-pressure', 'standby-not-ready booster-tower-b/standby-ready'],
    ],
    [sumpFlood, ['sump-high sump-pit-1/high-float', 'sump-overflows leak-detector/sump-b2']],
    [lidOpen, ['tank-lid-open tank-b1/lid1-open']],
    [
      highPressure,
      [
        'condenser-pressure-high chiller-1/condenser-pressure',
        'chiller-high-pressure chiller-1/high-pressure',
        'chiller-fault chiller-1/fault',
      ],
    ],
    [
      gasLeak,
      [
        'gas-alarm gas-detector-2/status',
        'gas-level gas-detector-2/concentration',
        'gas-valve-shut gas-regulator/by-alarm',
        'gas-pressure-low gas-regulator/outlet-pressure',
      ],
    ],
  ]
  for (const [scenario, alarms] of told)
    it(`${scenario.id} raises what the duty has to know, and nothing else`, async () => {
      const { world, raised, watch } = building(midnightInJuly + 12 * 3_600_000)
      world.pass(1200)
      for (let s = 0; s < 620; s++) {
        for (const { action, body } of scenario.steps.filter(x => x.atS === s)) await world.act(action, body)
        world.pass(1)
        if (s % 2 === 0) watch()
      }
      expect([...raised].sort()).toEqual([...alarms].sort())
      const lives = [...raised].filter(alarm => severityOf(alarm) === 'life').length
      expect(lives).toBe([burstElectrical, gasLeak].includes(scenario) ? 1 : 0)
    })

  it('closing the gas valve in winter takes the fuel of the direct-fired machine', async () => {
    const { world } = building(Date.UTC(2026, 0, 20, 1))
    world.pass(3600)
    expect(world.value('chiller-2/running')).toBe(true)
    await world.act('gas/valve', { open: false })
    world.pass(60)
    expect([world.value('chiller-2/running'), world.value('chiller-2/fault-code')]).toEqual([false, 21])
  })
})
