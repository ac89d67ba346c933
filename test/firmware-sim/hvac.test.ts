import { describe, expect, it } from 'vitest'
import { noTies } from '../../firmware-sim/part.ts'
import { hvacPart } from '../../firmware-sim/plaza/hvac.ts'
import { createWeather } from '../../firmware-sim/plaza/weather.ts'
import { scenario as highPressure } from '../../firmware-sim/scenarios/chiller-high-pressure.ts'
import { hvacDemo } from '../../gateway/demo/hvac.ts'
import { diary } from '../support/byhand.ts'
import { played, reader, siteOf } from '../support/demopart.ts'

const hour = 3_600_000
/** Midnight in Shanghai. */
const summer = Date.UTC(2026, 6, 19, 16)
const winter = Date.UTC(2026, 0, 19, 16)
const autumn = Date.UTC(2026, 9, 19, 16)
const site = siteOf(hvacDemo)

function building(midnight: number, atHour = 0) {
  const ties = noTies()
  const part = hvacPart(ties)
  const world = reader(site, [part], midnight + atHour * hour)
  const number = (id: string) => world.value(id) as number
  /** What happened to these points, in order, without the times. */
  const watch = (seconds: number, points: Record<string, string>) => {
    const book = diary()
    const look = () => Object.fromEntries(Object.entries(points).map(([name, id]) => [name, world.value(id)]))
    book.note(0, look())
    world.pass(seconds, s => book.note(s, look()))
    return book.entries.map(e => e.replace(/^\d+ s /, ''))
  }
  return { ties, part, world, number, watch }
}
const machines = {
  'chilled pump': 'pump-chilled-1/running',
  'cooling pump': 'pump-cooling-1/running',
  tower: 'cooling-tower-1/running',
  'chiller 1': 'chiller-1/running',
  'chiller 2': 'chiller-2/running',
}
const floors = site.equipment.flatMap(e =>
  e.kind === 'climate-zone' ? [`${e.id}/temperature`] : e.kind === 'thermostat' ? [`${e.id}/room-temperature`] : [],
)

describe('heating, ventilation, air conditioning', () => {
  it('shows every point of the demo site, good and within its range, in summer and in winter', () => {
    for (const midnight of [summer, winter]) {
      const { world } = building(midnight, 10)
      world.pass(7200)
      expect(world.ids.filter(id => world.value(id) === null)).toEqual([])
      expect(world.ids.length).toBeGreaterThan(280)
    }
  })

  it('has the year outside: cold and hot, warmer in the afternoon, drier too', () => {
    for (const [midnight, least, most] of [
      [winter, -5, 12],
      [summer, 23, 36],
    ] as const) {
      const ties = noTies()
      const weather = createWeather(ties)
      const day = Array.from({ length: 24 }, (_, h) => {
        weather.step(midnight + (h + 1) * hour)
        return { ...ties.outdoor }
      })
      expect(day).toHaveLength(24)
      expect(day.every(d => d.celsius > least && d.celsius < most)).toBe(true)
      expect(day[14]!.celsius - day[3]!.celsius).toBeGreaterThan(4)
      expect(day[14]!.humidity).toBeLessThan(day[3]!.humidity)
    }
  })

  it('summer day: pumps, then the machine, at 07:30; at 22:00 the machine first, the pumps run on', () => {
    const { number, watch, world } = building(summer, 7)
    const morning = watch(3600, machines)
    expect(morning.slice(0, 4)).toEqual(['chilled pump true', 'cooling pump true', 'tower true', 'chiller 1 true'])
    world.pass(7 * 3600)
    expect(number('hvac-plant/mode')).toBe(1)
    for (const id of floors) expect([id, number(id) > 23 && number(id) < 26.5]).toEqual([id, true])
    expect(floors).toHaveLength(18)
    expect(number('chiller-1/chilled-return') - number('chiller-1/chilled-supply')).toBeGreaterThan(2)
    expect(number('chiller-1/cooling-out')).toBeGreaterThan(number('chiller-1/cooling-in'))
    world.pass(6 * 3600)
    const evening = watch(2 * 3600, machines)
    expect(evening.slice(-4)).toEqual(['chiller 1 false', 'tower false', 'chilled pump false', 'cooling pump false'])
  })

  it('winter day: the direct-fired machine burns gas and warms the floors; no tower runs', () => {
    const { number, watch, world } = building(winter, 7)
    expect(watch(3600, machines)).toEqual(['chilled pump true', 'chiller 2 true'])
    expect([world.value('chiller-2/heating'), world.value('chiller-2/flame')]).toEqual([true, true])
    expect(number('chiller-2/fuel-flow')).toBeGreaterThan(20)
    world.pass(6 * 3600)
    for (const id of floors) expect([id, number(id) > 19 && number(id) < 23]).toEqual([id, true])
  })

  it('between the seasons nothing is cooled or heated', () => {
    const { number, watch, world } = building(autumn, 7)
    expect(watch(3600, machines)).toEqual([])
    world.pass(8 * 3600)
    expect(world.value('hvac-plant/running')).toBe(false)
    for (const id of floors) expect([id, number(id) > 19 && number(id) < 28]).toEqual([id, true])
  })

  it('a floor gets warm when the plant has no power, and cool again', () => {
    const { ties, number, watch, world } = building(summer, 12)
    world.pass(2 * 3600)
    const before = number('zone-b-08/temperature')
    ties.fed.chillers = false
    expect(watch(5, { pump: 'pump-chilled-1/tripped' })).toEqual(['pump true']) // undervoltage
    world.pass(2 * 3600)
    expect(number('zone-b-08/temperature') - before).toBeGreaterThan(1.5)
    expect(ties.demandKw.chillers).toBe(0)
    ties.fed.chillers = true
    world.pass(2 * 3600)
    expect(number('zone-b-08/temperature') - before).toBeLessThan(0.6)
    expect(ties.demandKw.chillers).toBeGreaterThan(100)
  })

  it('a lost pump is replaced by its standby; with both lost the chiller trips for want of flow', async () => {
    const { world, number, watch } = building(summer, 12)
    world.pass(3600)
    await world.act('hvac/pump', { pump: 'chilled1', fault: true })
    const pumps = { one: 'pump-chilled-1/tripped', two: 'pump-chilled-2/running' }
    expect(watch(30, pumps)).toEqual(['two true'])
    expect(world.value('chiller-1/running')).toBe(true)
    await world.act('hvac/pump', { pump: 'chilled2', fault: true })
    world.pass(30)
    expect([world.value('chiller-1/running'), number('chiller-1/fault-code')]).toEqual([false, 5])
    await expect(world.act('hvac/chiller-start', { chiller: 1 })).rejects.toThrow('no flow')
  })

  it('both tower fans lost: the cooling water heats up until one machine after the other has tripped', async () => {
    const { world, number, watch } = building(summer, 13)
    world.pass(3600)
    for (const tower of [1, 2]) await world.act('hvac/tower', { tower, fault: true })
    const points = { 'high pressure': 'chiller-1/high-pressure', two: 'chiller-2/running', fault: 'chiller-2/fault' }
    expect(watch(3600, points)).toEqual(['high pressure true', 'two true', 'two false', 'fault true'])
    expect(number('chiller-2/fault-code')).toBe(13)
  })

  it('without gas the direct-fired machine stops and says why', () => {
    const { ties, world, number } = building(winter, 9)
    world.pass(3600)
    ties.gasSupply.kPa = 0
    world.pass(10)
    expect([world.value('chiller-2/running'), number('chiller-2/fault-code')]).toEqual([false, 21])
  })

  it('a confirmed fire stops the fresh air and closes its dampers', () => {
    const { ties, world, number } = building(summer, 10)
    world.pass(1800)
    const units = ['mall', 'b-low', 'b-high', 'lobbies']
    const dampers = () => units.map(id => number(`fresh-air-panel/${id}-damper`))
    expect(dampers()).toEqual([100, 100, 100, 100])
    ties.fire.confirmed = true
    world.pass(20)
    expect(dampers()).toEqual([0, 0, 0, 0])
    expect(units.map(id => world.value(`fresh-air-panel/${id}-running`))).toEqual([false, false, false, false])
    expect(world.value('fresh-air-panel/mall-fire-stop')).toBe(true)
    ties.fire.confirmed = false
    world.pass(60)
    expect(number('ahu-mall/supply-flow')).toBeGreaterThan(8000)
  })

  it('a filter gets dirty, and a new one is clean', async () => {
    const { world } = building(summer, 10)
    world.pass(600)
    const dirty = () => world.value('fresh-air-panel/mall-dirty')
    expect(dirty()).toBe(false)
    await world.act('hvac/filter', { unit: 'mall', pa: 230 })
    world.pass(1)
    expect(dirty()).toBe(true)
    await world.act('hvac/filter', { unit: 'mall', pa: 60 })
    world.pass(1)
    expect(dirty()).toBe(false)
  })

  it('a setpoint that is written is followed', () => {
    const { part, world, number } = building(summer, 11)
    world.pass(3600)
    const before = number('zone-mall-l1/temperature')
    const bus = part.lines.find(l => l.id === 'hvac-bus')!
    const zone = 'units' in bus ? bus.units.get(1)! : undefined
    expect(zone?.write?.('holding', 0, 220)).toBe(true)
    expect(zone?.write?.('holding', 0, 900)).toBe(false)
    world.pass(3600)
    expect(before - number('zone-mall-l1/temperature')).toBeGreaterThan(1)
  })

  for (const [name, midnight] of [
    ['summer', summer],
    ['winter', winter],
    ['autumn', autumn],
  ] as const)
    for (const at of [3, 14])
      it(`${highPressure.id} in ${name} at ${at}:00 shows what it says`, async () => {
        const { world } = building(midnight, at)
        world.pass(3600)
        expect(await played(highPressure, world)).toEqual(highPressure.sees.map(s => `${s.point} in time`))
      })
})
