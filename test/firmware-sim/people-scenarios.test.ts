import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { noTies } from '../../firmware-sim/part.ts'
import { firePart } from '../../firmware-sim/plaza/fire.ts'
import { zones } from '../../firmware-sim/plaza/fire-zones.ts'
import { floodPart } from '../../firmware-sim/plaza/flood.ts'
import { liftsPart } from '../../firmware-sim/plaza/lifts.ts'
import { securityPart } from '../../firmware-sim/plaza/security.ts'
import type { Scenario } from '../../firmware-sim/scenario.ts'
import { fireDemo } from '../../gateway/demo/fire.ts'
import { floodDemo } from '../../gateway/demo/flood.ts'
import { liftsDemo } from '../../gateway/demo/lifts.ts'
import { both, type LineAddress } from '../../gateway/demo/part.ts'
import { securityDemo } from '../../gateway/demo/security.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { matches } from '../../rules/rule.ts'
import { handStepped } from '../support/handstepped.ts'

/** 10:00 in Shanghai. */
const morning = Date.UTC(2026, 10, 21, 2)
const mine = [
  ...['lift-trapped', 'detector-pre-alarm', 'two-detector-fire', 'gas-suppression-discharge'],
  ...['help-call', 'perimeter-intrusion', 'alarm-flood'],
]

const lines = (id: string): LineAddress =>
  id === 'lifts-b'
    ? { protocol: 'opcua', endpoint: 'opc.tcp://127.0.0.1:4841' }
    : { protocol: 'modbus-tcp', host: '127.0.0.1', port: 1502 }
const demos = [liftsDemo(lines), fireDemo(lines), securityDemo(lines), floodDemo(lines)]

function building() {
  const ties = noTies()
  const parts = [liftsPart(ties), firePart(ties), securityPart(ties), floodPart()]
  return { ties, parts, ...handStepped(parts, demos, morning) }
}

it('each scenario is seen as it promises, in its order, and can be put right', async () => {
  const files = readdirSync(`${import.meta.dirname}/../../firmware-sim/scenarios`).map(name =>
    name.replace(/\.ts$/, ''),
  )
  expect(files).toEqual(expect.arrayContaining(mine))
  for (const id of mine) {
    const { scenario } = (await import(`../../firmware-sim/scenarios/${id}.ts`)) as { scenario: Scenario }
    const { play, read, pass, points, parts } = building()
    expect(scenario.id).toBe(id)
    pass(5)
    const before = new Map(points.map(point => [point, read(point)]))
    const when = play(scenario)
    expect(when, id).toHaveLength(scenario.sees.length)
    for (const { action } of [...scenario.steps, ...scenario.undo])
      expect(parts.some(part => part.actions.some(a => a.path === action))).toBe(true)
    // Somebody ends it: an hour later nothing of it is left.
    pass(3600)
    const alike = [...new Set(scenario.sees.map(seen => seen.point))].filter(point => !/floor|door-open/.test(point))
    for (const point of alike) {
      const was = before.get(point)
      const now = read(point)
      if (typeof was === 'number') expect(Math.abs(Number(now) - was), `${id} ${point}`).toBeLessThan(6)
      else expect(now, `${id} ${point}`).toBe(was)
    }
  }
})

it('every example of an action can be run', () => {
  const { parts, act, pass } = building()
  const paths = parts.flatMap(part => part.actions)
  for (const { path, example } of paths) {
    act(path, example)
    pass(2)
  }
  expect(new Set(paths.map(a => a.path)).size).toBe(paths.length)
  expect(paths.length).toBeGreaterThan(35)
})

it('the site is without fault, and names nothing that the building has not', () => {
  const { points, read } = building()
  const named = demos.flatMap(demo => demo.equipment) as { space: string; points?: { space?: string }[] }[]
  const spaces = [...new Set(named.flatMap(e => [e.space, ...(e.points ?? []).flatMap(p => p.space ?? [])]))]
  const site = {
    site: { id: 'demo-plaza', name: both('示范广场', 'Demo Plaza'), timezone: 'Asia/Shanghai' },
    spaces: spaces.map(id => ({ id, kind: 'room', name: both(id, id) })),
    channels: demos.flatMap(demo => demo.channels),
    equipment: demos.flatMap(demo => demo.equipment),
    rules: demos.flatMap(demo => demo.rules),
  }
  const checked = checkSite(JSON.stringify(site), drivers, profiles)
  expect(checked.problems).toEqual([])
  const ids = checked.site!.equipment.flatMap(equipment => equipment.points.map(point => point.id as string))
  expect(ids.sort()).toEqual([...points].sort())
  for (const point of points) expect(read(point), point).not.toBeUndefined()
  expect(points.length).toBeGreaterThan(400)
  // A rule that names no point would never be missed.
  for (const rule of checked.site!.rules)
    for (const pattern of rule.points)
      expect(
        checked.site!.equipment.some(equipment => equipment.points.some(point => matches(pattern, point.id))),
        `${rule.id} ${pattern}`,
      ).toBe(true)
})

it('each zone of the panel is the zone that the site calls so', () => {
  const { act, pass, read, points } = building()
  for (const { id } of zones) {
    act('fire/call-point', { zone: id })
    pass(1)
    const inAlarm = points.filter(point => /^fire-panel\/.*-(alarm|confirmed)$/.test(point) && read(point) === true)
    expect(inAlarm.sort()).toEqual([`fire-panel/${id}-alarm`, `fire-panel/${id}-confirmed`])
    act('fire/clear')
    act('fire/reset')
  }
  expect(zones).toHaveLength(40)
})

it('an hour of all of it costs a small part of a core', () => {
  const { pass } = building()
  const began = process.cpuUsage()
  pass(3600)
  const { user, system } = process.cpuUsage(began)
  const share = (user + system) / 1e6 / 3600
  console.log(`lifts, fire, security: ${(share * 100).toFixed(4)} % of a core at speed 1, without the wire`)
  expect(share).toBeLessThan(0.005)
})
