import { describe, expect, it } from 'vitest'
import { noTies } from '../../firmware-sim/part.ts'
import { gasPart } from '../../firmware-sim/plaza/gas.ts'
import { scenario as gasLeak } from '../../firmware-sim/scenarios/gas-leak.ts'
import { gasDemo } from '../../gateway/demo/gas.ts'
import { diary } from '../support/byhand.ts'
import { played, reader, siteOf } from '../support/demopart.ts'

const noon = Date.UTC(2026, 10, 21, 4)
const site = siteOf(gasDemo)

function building() {
  const ties = noTies()
  const part = gasPart(ties)
  const world = reader(site, [part], noon)
  world.pass(60)
  const watch = (seconds: number) => {
    const book = diary()
    const look = () => ({
      status: world.value('gas-detector-4/status'),
      fan: world.value('gas-regulator/fan-valve-room'),
      closed: world.value('gas-regulator/closed'),
      leaks: [...ties.gasLeaks].join(),
    })
    book.note(0, look())
    world.pass(seconds, s => book.note(s, look()))
    return book.entries
  }
  return { ties, part, world, watch }
}

describe('gas', () => {
  it('a day without a leak raises no alarm, and every point is good', () => {
    const { world } = building()
    let looked = 0
    world.pass(24 * 3600, s => {
      if (s % 300) return
      looked++
      for (const n of [1, 2, 3, 4, 5]) expect(world.value(`gas-detector-${n}/status`)).toBe(0)
    })
    expect(looked).toBe(288)
    expect(world.ids.filter(id => world.value(id) === null)).toEqual([])
    expect(world.ids).toHaveLength(9 + 5 * 2)
  })

  it('leak: low, fan, high, the valve closes, the gas thins out, all in this order', async () => {
    const { ties, world, watch } = building()
    await world.act('gas/leak', { detector: 4, perS: 1 })
    const book = watch(600)
    expect(book.map(e => e.replace(/^\d+ s /, ''))).toEqual([
      'leaks gas-valve-room',
      'status 1',
      'fan true',
      'status 2',
      'closed true',
      'status 1',
      'leaks ', // what was in the pipe is out
      'status 0',
      'fan false',
    ])
    expect(ties.gasSupply.kPa).toBeLessThan(0.01)
    await world.act('gas/repair')
    world.pass(60)
    expect([world.value('gas-regulator/opened'), world.value('gas-regulator/by-alarm')]).toEqual([true, false])
    expect(ties.gasSupply.kPa).toBeGreaterThan(2.9)
  })

  it('without automatic closing it goes on until somebody writes the valve shut; nobody can write it open', async () => {
    const { part, world } = building()
    await world.act('gas/automatic', { on: false })
    await world.act('gas/leak', { detector: 4, perS: 1 })
    world.pass(600)
    expect(world.value('gas-detector-4/concentration')).toBeGreaterThan(80)
    const line = part.lines[0]!
    const panel = 'units' in line ? line.units.get(1)! : undefined
    expect(panel?.write?.('coil', 0, 0)).toBe(true)
    world.pass(600)
    expect(world.value('gas-detector-4/concentration')).toBeLessThan(5)
    expect(panel?.write?.('coil', 0, 1)).toBe(false)
    expect(world.value('gas-regulator/opened')).toBe(false)
  })

  it('a broken sensor has no reading, and says that it is broken', async () => {
    const { world } = building()
    await world.act('gas/sensor', { detector: 1, fault: true })
    await world.act('gas/leak', { detector: 1, perS: 2 })
    world.pass(300)
    expect([world.value('gas-detector-1/concentration'), world.value('gas-detector-1/status')]).toEqual([null, 3])
    // Nobody measures there: the valve stays open.
    expect(world.value('gas-regulator/opened')).toBe(true)
  })

  it('without ventilation the fans stand still and the alarm comes sooner', async () => {
    const { ties, world, watch } = building()
    ties.fed.ventilation = false
    await world.act('gas/leak', { detector: 4, perS: 1 })
    const book = watch(120)
    expect(book.some(e => e.includes('fan'))).toBe(false)
    expect(book.map(e => e.replace(/^\d+ s /, ''))).toContain('closed true')
  })

  it(`${gasLeak.id} shows what it says`, async () => {
    const world = reader(site, [gasPart(noTies())], noon)
    world.pass(600)
    expect(await played(gasLeak, world)).toEqual(gasLeak.sees.map(s => `${s.point} in time`))
  })
})
