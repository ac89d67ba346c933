import { describe, expect, it } from 'vitest'
import { composePlaza } from '../../firmware-sim/plaza.ts'
import { createRunner } from '../../firmware-sim/runner.ts'
import type { Scenario, Seen } from '../../firmware-sim/scenario.ts'
import { loadScenarios } from '../../firmware-sim/scenarios.ts'
import { type Reading, siteReader } from './reading.ts'

/**
 * Each scenario as the site would see it, without a socket: the building lives second by second, and the points of the
 * demo's site.json are read from its devices. Faults of the wire itself are told in scenarios-wire.test.ts.
 */

/** A weekday, ten in the morning in Shanghai. */
const start = Date.UTC(2026, 10, 18, 2)
const settleS = 300
const recoverS = 7200
const wire = /^(device|line|[a-z]+)\/(fault|dead|noise)$/

const scenarios = await loadScenarios()
const reader = siteReader()
const onWire = (scenario: Scenario) => scenario.steps.some(step => wire.test(step.action))

const holds = (is: Seen['is'], value: Reading): boolean => {
  if (is === 'bad' || value === 'bad') return is === value
  if ('equals' in is) return value === is.equals
  if (typeof value !== 'number') return false
  return 'above' in is ? value > is.above : value < is.below
}

describe('every scenario', () => {
  const plaza = composePlaza(start)
  const known = new Set(plaza.actions.map(action => action.path))

  it('names actions and points that exist, in both languages', () => {
    let seen = 0
    for (const { id, title, text, steps, sees, undo } of scenarios.values()) {
      for (const words of [title, text]) expect([id, Boolean(words['zh-CN'] && words.en)]).toEqual([id, true])
      for (const { action } of [...steps, ...undo])
        if (!wire.test(action)) expect([id, action, known.has(action)]).toEqual([id, action, true])
      for (const { point } of sees)
        expect([id, point, reader.points.has(point) || point.endsWith('/online')]).toEqual([id, point, true])
      expect([id, sees.length > 0, undo.length > 0]).toEqual([id, true, true])
      expect([id, steps.map(s => s.atS)]).toEqual([id, steps.map(s => s.atS).sort((a, b) => a - b)])
      seen++
    }
    expect(seen).toBeGreaterThanOrEqual(7)
  })
})

let points = 0
const told = [...scenarios.values()].filter(scenario => !onWire(scenario))

it.each(told.map(scenario => [scenario.id, scenario] as const))(
  '%s is seen, and put right again',
  async (_, scenario) => {
    const plaza = composePlaza(start)
    const runner = createRunner(scenarios, new Map(plaza.actions.map(action => [action.path, action])), plaza.now)
    plaza.onStep(runner.step)
    plaza.pass(settleS)
    const what = ({ point, is }: Seen) => `${point} ${JSON.stringify(is)}`
    const isSeen = ({ point, is }: Seen) => holds(is, reader.read(plaza, point))
    // What a point says later in the story may well be what it says every day: that it is well again.
    const news = scenario.sees.filter(
      (seen, i, all) => !seen.usual && all.findIndex(each => each.point === seen.point) === i,
    )
    const now = () => news.filter(isSeen).map(what)
    expect(now(), 'seen before it has begun').toEqual([])

    runner.start(scenario.id)
    let next = 0
    for (let s = 0; next < scenario.sees.length; s++) {
      if (s > 0) plaza.pass(1)
      while (next < scenario.sees.length && isSeen(scenario.sees[next]!)) {
        next++
        points++
      }
      const late = scenario.sees[next]
      if (late && s >= late.byS) expect.fail(`${what(late)} by ${late.byS} s; it is ${reader.read(plaza, late.point)}`)
    }
    expect(runner.progress(scenario.id)?.troubles).toEqual([])

    await runner.end(scenario.id)
    for (let s = 0; s < recoverS && now().length > 0; s++) plaza.pass(1)
    expect(now(), 'still so long after it was put right').toEqual([])
  },
)

it('says how many there were', () => {
  console.log(`scenarios: ${told.length} of ${scenarios.size} without a wire, ${points} points seen in order`)
  expect(points).toBeGreaterThanOrEqual(told.length)
  expect(told.length).toBeGreaterThanOrEqual(2)
})
