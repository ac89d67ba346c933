import { expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { feederDays } from '../../gateway/demo/meters.ts'
import { servedBy } from '../../gateway/demo/readings.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { metersBehind } from '../../gateway/demo/supply.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { oneLine } from '../../rules/plant/oneline.ts'
import { systemOf } from '../../rules/plant/systems.ts'
import { demoLines } from '../support/demolines.ts'
import { both, quietSite } from '../support/sites.ts'

const check = (site: object) => checkSite(JSON.stringify(site), drivers, profiles)
const pump = quietSite.equipment[0]!
const one = (id: string, unit: number, more: object = {}) => ({ ...pump, id, unit, name: both(id), ...more })
const siteOf = (...equipment: object[]) => ({ ...quietSite, rules: [], equipment })

it.each<[string, object[], [path: string, code: string][]]>([
  ['nothing said of what feeds it: as ever', [one('a', 1)], []],
  ['a tank feeds a pump', [one('a', 1), one('b', 2, { fedBy: ['a'] })], []],
  [
    'a board whose points there are',
    [one('a', 1), one('b', 2, { busbars: [{ id: 'i', voltage: 'pressure', fedBy: [{ from: 'a' }] }] })],
    [],
  ],
  ['fed by what is not there', [one('b', 1, { fedBy: ['x'] })], [['equipment[0].fedBy[0]', 'unknown-equipment']]],
  [
    'fed by a busbar that is not there',
    [one('a', 1), one('b', 2, { fedBy: ['a/i'] })],
    [['equipment[1].fedBy[0]', 'unknown-busbar']],
  ],
  [
    'a breaker by a point of nobody',
    [one('b', 1, { busbars: [{ id: 'i', fedBy: [{ from: 'c', closed: 'q1' }] }] }), one('c', 2)],
    [['equipment[0].busbars[0].fedBy[0].closed', 'busbar-point']],
  ],
  [
    'two that feed each other',
    [one('a', 1, { fedBy: ['b'] }), one('b', 2, { fedBy: ['a'] })],
    [
      ['equipment[0]', 'supply-circle'],
      ['equipment[1]', 'supply-circle'],
    ],
  ],
  ['a reference that is none', [one('a', 1, { fedBy: ['a b'] })], [['equipment[0].fedBy[0]', 'schema']]],
])('%s', (_, equipment, expected) => {
  const { problems } = check(siteOf(...equipment))
  expect(problems.map(p => [p.path, p.code])).toEqual(expected)
  for (const { text } of problems) expect([text['zh-CN'], text.en].every(words => !/[{}]/.test(words))).toBe(true)
})

it('draws the demo whole from its own site.json: two sections with their feeders, nothing left out of the diagram', () => {
  const { site } = check(demoSite(demoLines))
  const power = site!.equipment.filter(e => systemOf(e) === 'power')
  const parts = power.map(e => ({
    id: e.id,
    fedBy: e.fedBy ?? [],
    busbars: e.busbars ?? [],
    ties: e.ties ?? [],
  }))
  const drawing = oneLine(parts, 1108)
  const under = (bar: string) => drawing.links.filter(l => l.from === bar && l.to.startsWith('feeder-')).length
  expect([under('lv-switchboard/section-1'), under('lv-switchboard/section-2')]).toEqual([7, 8])
  expect(drawing.rest).toEqual([])
  // It fits a screen of 1366 without being pushed sideways.
  expect(drawing.width).toBe(1108)
})

it('the meters of the demo: what a feeder has counted is no main of its own, and the meter of common areas is called so', () => {
  const { site } = check(demoSite(demoLines))
  const behind = [...metersBehind(site!.equipment).values()].flat()
  const common = site!.equipment.find(e => e.id === 'em-b1-01')!
  expect(common.name).toEqual({ 'zh-CN': 'A 座公区电表', en: 'Tower A common-area meter' })
  for (const id of Object.keys(feederDays)) expect(behind).toContain(id)
  const roles = Object.fromEntries(site!.equipment.map(e => [e.id, servedBy(e, 'energy', site!).role]))
  expect(roles).toMatchObject({ 'em-b1-01': 'sub', 'em-b-04': 'sub', 'em-a-0602': 'sub', 'em-main-1': 'main' })
})
