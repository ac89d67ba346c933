import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covers, fits, splitPoint, topics } from '../../gateway/out/topics.ts'

describe('fits [MQTT 3.1.1, 4.7]', () => {
  const table: [string, string, boolean][] = [
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/b', 'a', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['+', '/a', false],
    ['+/+', '/a', true],
    ['/+', '/a', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['#', 'a/b', true],
    ['+/b/#', 'a/b/c/d', true],
    ['+/b/#', 'a/c/b', false],
    ['a', 'A', false],
  ]
  it.each(table)('%s and %s: %s', (filter, topic, does) => expect(fits(filter, topic)).toBe(does))
})

describe('covers', () => {
  const table: [string, string, boolean][] = [
    ['#', '#', true],
    ['#', 'a/+', true],
    ['a/#', 'a/#', true],
    ['a/#', 'a', true],
    ['a/#', 'a/b/+', true],
    ['a/#', '#', false],
    ['a/#', '+/b', false],
    ['a/+', 'a/b', true],
    ['a/+', 'a/+', true],
    ['a/+', 'a/#', false],
    ['a/+', 'a/+/b', false],
    ['a/b', 'a/+', false],
    ['a/b', 'a/b', true],
    ['a/b', 'a/b/#', false],
    ['+/+', 'a/#', false],
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/#', false],
  ]
  it.each(table)('%s allows %s: %s', (allowed, wanted, does) => expect(covers(allowed, wanted)).toBe(does))
})

const word = fc.constantFrom('a', 'b', '', 'gatehouse')
const topic = fc.array(word, { minLength: 1, maxLength: 4 }).map(w => w.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(word, fc.constant('+')), { maxLength: 4 }), fc.constantFrom('', '#', '+'))
  .filter(([words, end]) => words.length > 0 || end !== '')
  .map(([words, end]) => [...words, ...(end ? [end] : [])].join('/'))

it('what is allowed never lets through a topic that the allowance does not fit', () => {
  let through = 0
  fc.assert(
    fc.property(filter, filter, topic, (allowed, wanted, t) => {
      if (!covers(allowed, wanted) || !fits(wanted, t)) return
      through++
      expect([allowed, wanted, t, fits(allowed, t)]).toEqual([allowed, wanted, t, true])
    }),
    { numRuns: 50_000, seed: 20261121 },
  )
  expect(through).toBeGreaterThan(1000)
})
it('every filter allows itself', () => {
  fc.assert(
    fc.property(filter, f => covers(f, f)),
    { numRuns: 2000, seed: 20261121 },
  )
})

it('the published names', () => {
  const t = topics('demo')
  expect([
    t.status,
    t.equipment,
    t.telemetry('em-1'),
    t.alarm('hot:r:t'),
    t.record('workorder', 'x'),
    t.response('health'),
  ]).toEqual([
    'gatehouse/demo/status',
    'gatehouse/demo/equipment',
    'gatehouse/demo/telemetry/em-1',
    'gatehouse/demo/alarms/hot:r:t',
    'gatehouse/demo/records/workorder/x',
    'gatehouse/demo/response/health',
  ])
  expect(fits(t.requests, 'gatehouse/demo/request/health')).toBe(true)
  expect(t.wordOf('gatehouse/demo/request/health')).toBe('health')
  expect(splitPoint('em-1/power.total')).toEqual(['em-1', 'power.total'])
})
