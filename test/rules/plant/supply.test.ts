import { describe, expect, it } from 'vitest'
import { flowMap } from '../../../rules/plant/flowmap.ts'
import { breakerState, busState, electricPoints, fillOf, type Known, pumpsOf } from '../../../rules/plant/state.ts'
import { neighboursOf, type PlantPart, supplyProblems, systemOf } from '../../../rules/plant/systems.ts'

const good = (value: number | boolean): Known => ({ value, quality: 'good' })
const old = (value: number | boolean): Known => ({ value, quality: 'uncertain' })
const bad: Known = { value: null, quality: 'bad' }

it.each([
  ['10 kV incomer', 'incomer', undefined, 'power'],
  ['UPS', 'ups', undefined, 'power'],
  ['a meter is on no overview', 'electricity-meter', undefined, null],
  ['nor is a water meter', 'water-meter', undefined, null],
  ['booster set', 'pump', undefined, 'water'],
  ['fire pumps', 'fire-pump', undefined, 'water'],
  ['cooling tower', 'cooling-tower', undefined, 'hvac'],
  ['heat pump', 'heat-pump', undefined, 'hvac'],
  ['lift', 'lift', undefined, 'lifts'],
  ['a drive belongs where the site says', 'drive', 'hvac', 'hvac'],
  ['the site takes one out', 'pump', 'none', null],
  ['a gas valve is no water valve', 'gas-valve', undefined, null],
  ['unheard of', 'x-ray', undefined, null],
] as const)('%s', (_, kind, system, expected) => expect(systemOf({ kind, system })).toBe(expected))

describe('a breaker', () => {
  it.each([
    ['closed', good(true), good(false), 'closed'],
    ['open', good(false), good(false), 'open'],
    ['tripped is more than open', good(false), good(true), 'tripped'],
    ['its contact does not answer', bad, good(false), 'unknown'],
    ['nothing heard yet', undefined, undefined, 'unknown'],
    ['an old word is still a word', old(true), null, 'closed'],
    ['no contact at all', null, good(false), 'unmeasured'],
    ['a trip is known even where the contact is not', bad, good(true), 'tripped'],
  ] as const)('%s', (_, closed, tripped, state) => expect(breakerState(closed, tripped)).toBe(state))
})

describe('a busbar', () => {
  it.each([
    ['398 V of 400', good(398), 'V', 400, 'live'],
    ['10.2 kV of 10 000 V', good(10.2), 'kV', 10_000, 'live'],
    ['0 V measured is dead', good(0), 'V', 400, 'dead'],
    ['150 V is neither', good(150), 'V', 400, 'low'],
    ['a meter that is silent proves nothing', bad, 'V', 400, 'unknown'],
    ['not yet read', undefined, 'V', 400, 'unknown'],
    ['not measured', null, null, 400, 'unmeasured'],
    ['a relay says live', good(true), null, 400, 'live'],
  ] as const)('%s', (_, voltage, unit, nominal, state) => expect(busState(voltage, unit, nominal)).toBe(state))
})

it('fills a tank only by a level that can be trusted, in %', () => {
  expect([
    fillOf(good(62), '%'),
    fillOf(old(62), '%'),
    fillOf(good(130), '%'),
    fillOf(bad, '%'),
    fillOf(good(2.8), 'm'),
    fillOf(null, '%'),
  ]).toEqual([0.62, 0.62, 1, null, null, null])
})

it('takes power, current and power factor of the breaker itself, and what it lacks of its meter', () => {
  const number = (key: string, unit: string | null) => ({ key, unit, kind: 'number' as const })
  const own = [number('current', 'A'), number('power', 'kW')]
  const meter = [
    number('reactive-power', 'kvar'),
    number('power-l1', 'kW'),
    number('power', 'kW'),
    number('power-factor-l1', null),
    number('power-factor', null),
  ]
  expect(electricPoints(own, meter).map(p => [p.key, own.includes(p)])).toEqual([
    ['power', true],
    ['current', true],
    ['power-factor', false],
  ])
  expect(electricPoints([], [number('current-l1', 'A')]).map(p => p.key)).toEqual(['current-l1'])
  expect(electricPoints([number('temperature', 'Cel')])).toEqual([])
})

it('finds the pumps of a set', () => {
  const flag = (key: string) => ({ key, unit: null, kind: 'boolean' as const })
  const found = pumpsOf(['pump1-running', 'pump1-tripped', 'pump2-running', 'pump2-fault', 'running'].map(flag))
  expect(found.map(p => [p.n, p.fault?.key])).toEqual([
    [1, 'pump1-tripped'],
    [2, 'pump2-fault'],
  ])
})

const site: PlantPart[] = [
  { id: 't1', kind: 'transformer' },
  {
    ...{ id: 'lv', kind: 'switchboard' },
    busbars: [
      { id: 'a', nominal: 400, voltage: 'u1', fedBy: [{ from: 't1', closed: 'q1' }] },
      { id: 'b', nominal: 400, fedBy: [] },
    ],
    ties: [{ between: ['a', 'b'], closed: 'q3' }],
  },
  { id: 'f1', kind: 'feeder', fedBy: ['lv/a', 'gen'], meter: 'em1' },
  { id: 'gen', kind: 'generator' },
  { id: 'em1', kind: 'electricity-meter' },
  { id: 'pump', kind: 'pump', fedBy: ['f1'] },
]
const named = new Set<unknown>(site.map(p => p.id))
const keys = new Set(['u1', 'q1', 'q3'])

it.each<[string, (parts: PlantPart[]) => void, [string, string][]]>([
  ['as it should be', () => {}, []],
  ['fed by nothing that there is', p => Object.assign(p[2]!, { fedBy: ['t9'] }), [['2.fedBy.0', 'unknown-equipment']]],
  [
    'fed by a section that the board lacks',
    p => Object.assign(p[2]!, { fedBy: ['lv/c'] }),
    [['2.fedBy.0', 'unknown-busbar']],
  ],
  ['a meter that there is not', p => Object.assign(p[2]!, { meter: 'em9' }), [['2.meter', 'unknown-equipment']]],
  [
    'a coupler to a section that the board lacks, by a point that it lacks',
    p => Object.assign(p[1]!, { ties: [{ between: ['a', 'x'], closed: 'q9' }] }),
    [
      ['1.ties.0.between.1', 'unknown-busbar'],
      ['1.ties.0.closed', 'busbar-point'],
    ],
  ],
  [
    'a voltage that the board does not measure',
    p => Object.assign(p[1]!.busbars![0]!, { voltage: 'u7' }),
    [['1.busbars.0.voltage', 'busbar-point']],
  ],
  [
    'two sections of one name',
    p => Object.assign(p[1]!.busbars![1]!, { id: 'a' }),
    [
      ['1.busbars.1.id', 'duplicate-id'],
      ['1.ties.0.between.1', 'unknown-busbar'],
    ],
  ],
  [
    'a circle of normal supplies',
    p => Object.assign(p[0]!, { fedBy: ['f1'] }),
    [
      ['0', 'supply-circle'],
      ['1', 'supply-circle'],
      ['2', 'supply-circle'],
    ],
  ],
  [
    'two that stand by for each other are no circle',
    p => Object.assign(p[3]!, { fedBy: ['pump', 'f1'].slice(1).toSpliced(0, 0, 't1') }),
    [],
  ],
])('relations: %s', (_, change, expected) => {
  const parts = structuredClone(site)
  change(parts)
  const problems = supplyProblems(parts, named, id => (id === 'lv' ? keys : null))
  expect(problems.map(p => [p.at.join('.'), p.code])).toEqual(expected)
})

it('names what feeds a piece of equipment and what it feeds', () => {
  expect(neighboursOf('lv', site)).toEqual({ from: ['t1'], to: ['f1'] })
  expect(neighboursOf('f1', site)).toEqual({ from: ['lv', 'gen'], to: ['pump'] })
  expect(neighboursOf('gen', site)).toEqual({ from: [], to: ['f1'] })
})

it('draws water from the tank by the pumps to the valves, without boxes on boxes', () => {
  const parts = [
    { id: 'tank', fedBy: [] },
    { id: 'set-a', fedBy: ['tank', 'feeder'] },
    { id: 'set-b', fedBy: ['tank'] },
    { id: 'valve-a', fedBy: ['set-a'] },
    ...['b', 'c', 'd'].map(n => ({ id: `valve-${n}`, fedBy: ['set-b'] })),
    { id: 'sump', fedBy: [] },
  ]
  const map = flowMap(parts, 900, id => (id === 'tank' ? 160 : 90))
  const box = (id: string) => map.nodes.find(n => n.id === id)!
  expect([box('tank').x, box('set-a').x, box('valve-a').x].map(x => x > 0)).toEqual([false, true, true])
  expect(box('valve-c').x).toBe(box('valve-a').x)
  expect(map.rest).toEqual(['sump'])
  expect(map.links.map(l => `${l.from} ${l.to}`)).toContain('tank set-b')
  let pairs = 0
  for (const [i, a] of map.nodes.entries())
    for (const b of map.nodes.slice(i + 1)) {
      pairs++
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
      expect([a.id, b.id, apart]).toEqual([a.id, b.id, true])
    }
  console.log(`water: ${pairs} pairs of boxes`)
  expect(pairs).toBe(21)
  expect(map.nodes.every(n => n.y >= 0 && n.y + n.height <= map.height)).toBe(true)
})
