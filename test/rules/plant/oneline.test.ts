import { expect, it } from 'vitest'
import { type OneLine, type OneLinePart, oneLine } from '../../../rules/plant/oneline.ts'

const part = (id: string, fedBy: string[] = [], more: Partial<OneLinePart> = {}): OneLinePart => ({
  ...{ id, fedBy, busbars: [], ties: [] },
  ...more,
})
const bars = (...list: [id: string, ...from: string[]][]) => ({
  busbars: list.map(([id, ...from]) => ({ id, fedBy: from.map(f => ({ from: f })) })),
})
const at = (drawing: OneLine, key: string) => {
  const node = drawing.nodes.find(n => n.key === key)
  if (!node) throw new Error(`${key} is not drawn: ${drawing.nodes.map(n => n.key).join(' ')}`)
  return node
}
/** What a person would see as wrong in any drawing. */
function sound(drawing: OneLine): number {
  let pairs = 0
  for (const [i, a] of drawing.nodes.entries()) {
    expect([a.key, a.x >= 0 && a.x <= drawing.width && a.y >= 0 && a.y <= drawing.height]).toEqual([a.key, true])
    for (const b of drawing.nodes.slice(i + 1)) {
      pairs++
      expect([a.key, b.key, Math.hypot(a.x - b.x, a.y - b.y) >= 40]).toEqual([a.key, b.key, true])
    }
  }
  const keys = new Set(drawing.nodes.map(n => n.key))
  for (const { from, to, path } of drawing.links) {
    expect([keys.has(from), keys.has(to)]).toEqual([true, true])
    for (const [j, [x, y]] of path.entries())
      if (j > 0) expect(x === path[j - 1]![0] || y === path[j - 1]![1]).toBe(true)
  }
  return pairs
}

const two = [
  part('inc-1'),
  part('inc-2'),
  part('t1', ['inc-1']),
  part('t2', ['inc-2']),
  part('lv', [], { ...bars(['i', 't1'], ['ii', 't2']), ties: [{ between: ['i', 'ii'] }] }),
  part('f1', ['lv/i', 'gen']),
  part('f2', ['lv/i']),
  part('f3', ['lv/ii']),
  part('gen'),
  part('ups', ['f2']),
  part('lamp'),
]

it('draws two incomers, two transformers and two sections with their coupler', () => {
  const drawing = oneLine(two, 1200)
  const [i, ii] = [at(drawing, 'lv/i'), at(drawing, 'lv/ii')]
  expect(at(drawing, 'inc-1').y).toBeLessThan(at(drawing, 't1').y)
  expect(at(drawing, 't1').y).toBeLessThan(at(drawing, 'lv/i:0').y)
  expect(at(drawing, 'lv/i:0').y).toBeLessThan(i.y)
  expect(i.y).toBe(ii.y)
  expect(at(drawing, 'f1').y).toBeGreaterThan(i.y)
  // Each feeder hangs under its own section.
  for (const [key, bar] of [
    ['f1', i],
    ['f2', i],
    ['f3', ii],
  ] as const)
    expect(Math.abs(at(drawing, key).x - bar.x)).toBeLessThan(bar.width / 2)
  const tie = at(drawing, 'lv:0')
  expect([tie.y, tie.x > i.x + i.width / 2, tie.x < ii.x - ii.width / 2]).toEqual([i.y, true, true])
  // The generator only stands by: it is drawn, with no line, and named at the feeder.
  expect(at(drawing, 'f1').reserves).toEqual(['gen'])
  expect(drawing.links.filter(l => l.from === 'gen' || l.to === 'gen')).toEqual([])
  // What hangs on a feeder is named there; what hangs on nothing is listed.
  expect(at(drawing, 'f2').onward).toEqual(['ups'])
  expect(drawing.rest).toEqual(['lamp'])
  console.log(`one-line: ${sound(drawing)} pairs of symbols`)
})

it.each<[string, OneLinePart[], (drawing: OneLine) => void]>([
  ['nothing', [], d => expect([d.width, d.nodes.length]).toEqual([0, 0])],
  [
    'a site that says of nothing what feeds it',
    [part('a'), part('b')],
    d => expect([d.nodes, d.rest]).toEqual([[], ['a', 'b']]),
  ],
  [
    'one transformer, one board, a board below it',
    [
      part('t'),
      part('main', [], bars(['a', 't'])),
      part('f1', ['main/a']),
      part('f2', ['main/a']),
      part('sub', [], bars(['x', 'f2'])),
      part('g1', ['sub/x']),
    ],
    d => {
      expect(at(d, 'g1').y).toBeGreaterThan(at(d, 'sub/x').y)
      expect(at(d, 'sub/x').y).toBeGreaterThan(at(d, 'f2').y)
      expect(at(d, 'f2').kind).toBe('trunk')
    },
  ],
  [
    'a busbar with a second breaker from the generator',
    [part('t'), part('gen'), part('em', [], bars(['e', 't', 'gen'])), part('f', ['em'])],
    d => {
      expect(at(d, 'em/e:1').reserves).toEqual(['gen'])
      expect(at(d, 'em/e:0').x).toBeLessThan(at(d, 'em/e:1').x)
      expect(at(d, 'em/e:1').y).toBe(at(d, 'em/e:0').y)
    },
  ],
  [
    'sections of unequal depth are on one row where a coupler joins them',
    [
      part('inc'),
      part('t', ['inc']),
      part('gen'),
      part('lv', [], { ...bars(['a', 't'], ['b', 'gen']), ties: [{ between: ['a', 'b'] }] }),
    ],
    d => {
      expect(at(d, 'lv/a').y).toBe(at(d, 'lv/b').y)
      // The generator stands right above its breaker, not at the top of the page.
      expect(at(d, 'gen').y).toBe(at(d, 't').y)
    },
  ],
  [
    'a circle that the check of the site would refuse ends, and nothing is drawn twice',
    [part('a', ['b']), part('b', ['a'])],
    d => expect(d.nodes.map(n => n.key).toSorted()).toEqual(['a', 'b']),
  ],
  [
    'sources of another system are no part of this drawing',
    [part('f', ['elsewhere']), part('lv', [], bars(['a', 'elsewhere']))],
    d => expect(d.nodes.map(n => n.key)).toEqual(['lv/a', 'lv/a:0']),
  ],
])('%s', (_, parts, look) => {
  const drawing = oneLine(parts, 1100)
  sound(drawing)
  look(drawing)
})

it('gives feeders less room where there are many, and never less than their words need', () => {
  const many = (n: number) => [
    part('lv', [], bars(['a', 't'])),
    part('t'),
    ...Array.from({ length: n }, (_, i) => part(`f${i}`, ['lv/a'])),
  ]
  const widths = [4, 12, 40].map(n => {
    const drawing = oneLine(many(n), 1150)
    sound(drawing)
    return [at(drawing, 'f0').width, drawing.width > 1150]
  })
  expect(widths).toEqual([
    [132, false],
    [94, false],
    [66, true],
  ])
})
