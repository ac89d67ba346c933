import { describe, expect, it } from 'vitest'
import { noTies } from '../../firmware-sim/part.ts'
import { waterPart } from '../../firmware-sim/plaza/water.ts'
import { scenario as burstPipe } from '../../firmware-sim/scenarios/burst-pipe.ts'
import { scenario as burstElectrical } from '../../firmware-sim/scenarios/burst-pipe-electrical.ts'
import { scenario as standbyFails } from '../../firmware-sim/scenarios/pump-trip-standby-fails.ts'
import { scenario as sumpFlood } from '../../firmware-sim/scenarios/sump-flood.ts'
import { scenario as lidOpen } from '../../firmware-sim/scenarios/tank-lid-open.ts'
import { waterDemo } from '../../gateway/demo/water.ts'
import { diary } from '../support/byhand.ts'
import { played, reader, siteOf } from '../support/demopart.ts'

/** Ten in the morning in Shanghai. */
const morning = Date.UTC(2026, 10, 21, 2)
const site = siteOf(waterDemo)

function building() {
  const ties = noTies()
  const part = waterPart(ties)
  const world = reader(site, [part], morning)
  world.pass(600)
  /** Everything named, and when it changed. */
  const watch = (seconds: number, points: Record<string, string>) => {
    const book = diary()
    const look = () => Object.fromEntries(Object.entries(points).map(([name, id]) => [name, world.value(id)]))
    book.note(0, look())
    world.pass(seconds, s => book.note(s, look()))
    return book.entries
  }
  return { ties, part, world, watch }
}

describe('the water of the building', () => {
  it('shows every point of the demo site, good and within its range', () => {
    const { world } = building()
    const bad = world.ids.filter(id => world.value(id) === null)
    expect(bad).toEqual([])
    expect(world.ids.length).toBeGreaterThan(150)
  })

  it('loses no water and finds none', async () => {
    const { part, world } = building()
    const { tank, pits, puddles } = part.water
    const all = () => ({
      tank: tank.m3 - tank.sums.in - tank.sums.set + tank.sums.out + tank.sums.spilt,
      pits: pits.reduce((sum, pit) => sum + pit.m3 - pit.sums.in + pit.sums.out, 0),
    })
    const start = all()
    await world.act('water/burst', { place: 'car-park-b2' })
    await world.act('water/burst', { place: 'distribution-room' })
    world.pass(1800)
    await world.act('water/main', { bar: 0 })
    await world.act('water/inflow', { pit: 1, m3h: 120 })
    world.pass(3600)
    expect(all().tank).toBeCloseTo(start.tank, 6)
    expect(all().pits).toBeCloseTo(start.pits, 6)
    expect(tank.sums.out).toBeGreaterThan(60)
    expect(puddles['distribution-room']).toBeGreaterThan(5)
  })

  it('follows the hours: the towers draw by day, and the tank is never short', () => {
    const { world } = building()
    const flows: number[] = []
    let lowest = 100
    world.pass(24 * 3600, s => {
      if (s % 3600 === 0) flows.push(world.value('booster-tower-b/flow') as number)
      if (s % 60 === 0) lowest = Math.min(lowest, world.value('tank-b1/level') as number)
    })
    // 10:00 + 14 h = midnight; + 2 h = noon
    expect(flows[1]! / flows[15]!).toBeGreaterThan(5)
    expect(lowest).toBeGreaterThan(75)
    expect(flows).toHaveLength(24)
  })

  it('burst: flow up, pressure down, floor wet, sump up; the valve ends it', async () => {
    const { ties, world, watch } = building()
    const points = { wet: 'leak-detector/car-park-b2', closed: 'valve-b2/closed', pump: 'sump-pit-1/pump1-running' }
    await world.act('water/burst', { place: 'car-park-b2' })
    const book = watch(180, points)
    expect(book).toEqual([expect.stringMatching(/^\d\d s wet true$/), expect.stringMatching(/pump true$/)])
    expect(ties.rooms['car-park-b2']?.water).toBe(true)
    expect(world.value('valve-b2/flow')).toBeGreaterThan(30)
    expect(world.value('valve-b2/pressure')).toBeLessThan(4)
    // The other zones keep theirs: a second pump has come.
    expect(world.value('valve-b/pressure')).toBeGreaterThan(5.5)
    expect(world.value('booster-tower-b/running')).toBeGreaterThan(1)
    await world.act('water/valve', { zone: 'b2', open: false })
    expect(watch(180, points)).toEqual(['15 s closed true', expect.stringMatching(/^\d+ s wet false$/)])
    expect(world.value('valve-b2/flow')).toBe(0)
    expect(ties.rooms['car-park-b2']?.water).toBe(false)
  })

  it('a jammed valve does not end it, and says so', async () => {
    const { world } = building()
    await world.act('water/burst', { place: 'car-park-b2' })
    await world.act('water/valve', { zone: 'b2', open: false, jammed: true })
    world.pass(60)
    expect([world.value('valve-b2/fault'), world.value('valve-b2/closed')]).toEqual([true, false])
    expect(world.value('valve-b2/flow')).toBeGreaterThan(30)
  })

  it('a tripped duty pump is replaced after 3 s, and the pressure is back half a minute later', async () => {
    const { world, watch } = building()
    await world.act('water/pump-trip', { pump: 1, code: 12 })
    world.pass(1)
    expect([world.value('booster-tower-b/pump1-tripped'), world.value('drive-b-1/fault-code')]).toEqual([true, 12])
    expect(watch(30, { two: 'booster-tower-b/pump2-running' })).toEqual(['2 s two true'])
    expect(world.value('booster-tower-b/outlet-pressure')).toBeGreaterThan(5.8)
    await world.act('water/pump-reset')
    expect(world.value('booster-tower-b/pump1-tripped')).toBe(false)
  })

  it('stops with its feeder, and comes back with it', () => {
    const { ties, world, watch } = building()
    const points = { pump: 'booster-tower-b/pump1-running', power: 'booster-tower-b/power' }
    ties.fed['water-pumps'] = false
    expect(watch(60, points)).toEqual(['1 s pump false', '1 s power false'])
    expect(world.value('booster-tower-b/outlet-pressure')).toBeLessThan(1)
    expect(world.value('drive-b-1/dc-link-voltage')).toBe(0)
    expect(ties.demandKw['water-pumps']).toBe(0)
    ties.fed['water-pumps'] = true
    expect(watch(60, points)).toEqual(['1 s power true', '3 s pump true'])
  })

  it('without the city main the tank runs down, the pumps are stopped before they run dry', async () => {
    const { world } = building()
    await world.act('water/main', { bar: 0 })
    await world.act('water/tank', { level: 21 })
    const book = diary()
    world.pass(3600, s =>
      book.note(s, { low: world.value('tank-b1/low'), dry: world.value('booster-tower-b/suction-dry') }),
    )
    expect(book.entries.map(e => e.replace(/^\d+ s /, ''))).toEqual(['low true', 'dry true'])
    expect(world.value('booster-tower-b/running')).toBe(0)
  })

  it('sump pumps need their feeder and take turns', async () => {
    const { ties, world } = building()
    ties.fed['sump-pumps'] = false
    await world.act('water/inflow', { pit: 1, m3h: 20 })
    world.pass(1200)
    expect([world.value('sump-pit-1/high-float'), world.value('leak-detector/sump-b2')]).toEqual([true, true])
    ties.fed['sump-pumps'] = true
    await world.act('water/inflow', { pit: 1, m3h: 14 })
    const starts: string[] = []
    const book = diary()
    world.pass(4 * 3600, s =>
      book.note(s, { one: world.value('sump-pit-1/pump1-running'), two: world.value('sump-pit-1/pump2-running') }),
    )
    for (const e of book.entries) if (e.endsWith('true')) starts.push(e.split(' ')[2]!)
    expect(starts.slice(0, 4)).toEqual(['two', 'one', 'two', 'one'])
  })
})

describe('fire water', () => {
  it('fire: pressure falls, the pumps start, the pool falls; they stop only when somebody stops them', () => {
    const { ties, world, watch } = building()
    const points = { hydrant: 'fire-pumps/hydrant1-running', sprinkler: 'fire-pumps/sprinkler1-running' }
    const before = ties.firePool.levelPct
    ties.fire.confirmed = true
    expect(watch(600, points).map(e => e.replace(/^\d+ s /, ''))).toEqual(['hydrant true', 'sprinkler true'])
    expect(world.value('fire-pumps/hydrant-pressure')).toBeGreaterThan(8)
    expect(before - ties.firePool.levelPct).toBeGreaterThan(3)
    expect(ties.demandKw['fire-equipment']).toBeGreaterThan(90)
    ties.fire.confirmed = false
    expect(watch(115, points)).toEqual([])
    expect(watch(10, points)).toHaveLength(2)
  })

  it('a pump that is off is covered by its second; without power none runs', async () => {
    const { ties, world } = building()
    await world.act('water/fire-pump', { pump: 'hydrant1', mode: 'off' })
    ties.fire.confirmed = true
    world.pass(30)
    const running = () => [1, 2].map(n => world.value(`fire-pumps/hydrant${n}-running`))
    expect(running()).toEqual([false, true])
    ties.fed['fire-equipment'] = false
    world.pass(30)
    expect(running()).toEqual([false, false])
    expect(world.value('fire-pumps/hydrant-pressure')).toBeLessThan(1)
  })

  it('the jockey pump holds both networks for a day without a fire', () => {
    const { world } = building()
    let starts = 0
    let before = false
    world.pass(24 * 3600, s => {
      const on = world.value('fire-pumps/jockey-running') === true
      if (on && !before) starts++
      before = on
      if (s % 600 === 0) {
        expect(world.value('fire-pumps/hydrant-pressure')).toBeGreaterThan(8)
        expect(world.value('fire-pumps/sprinkler-pressure')).toBeLessThan(10)
        expect(world.value('fire-pumps/hydrant1-running')).toBe(false)
      }
    })
    expect(starts).toBeGreaterThan(20)
  })
})

describe('scenarios of water', () => {
  for (const scenario of [burstPipe, burstElectrical, standbyFails, sumpFlood, lidOpen])
    for (const hour of [3, 12, 19])
      it(`${scenario.id} at ${hour}:00 shows what it says`, async () => {
        const part = waterPart(noTies())
        const world = reader(site, [part], morning + (hour - 10) * 3_600_000)
        world.pass(1200)
        expect(await played(scenario, world)).toEqual(scenario.sees.map(s => `${s.point} in time`))
        expect(scenario.sees.length).toBeGreaterThan(1)
      })
})
