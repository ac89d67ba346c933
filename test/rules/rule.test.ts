import { describe, expect, it } from 'vitest'
import { bad, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { type Condition, holds, matches, offlineRule } from '../../rules/rule.ts'

const sample = (value: Value): Sample => ({ point: 'a/b', at: 0, seen: 0, quality: 'good', value })

describe('holds', () => {
  /** [condition, value, holds when normal, holds when already raised] */
  const table: [Condition, Value, boolean | undefined, boolean | undefined][] = [
    [{ above: 40 }, 40, false, false],
    [{ above: 40 }, 40.001, true, true],
    [{ above: 40, deadband: 1 }, 39.5, false, true],
    [{ above: 40, deadband: 1 }, 39, false, false],
    [{ above: -10 }, -5, true, true],
    [{ below: 2 }, 2, false, false],
    [{ below: 2 }, 1.9, true, true],
    [{ below: 2, deadband: 0.5 }, 2.4, false, true],
    [{ below: 2, deadband: 0.5 }, 2.5, false, false],
    [{ equals: true }, true, true, true],
    [{ equals: true }, false, false, false],
    [{ equals: true }, 1, false, false],
    [{ equals: 0 }, false, false, false],
    [{ equals: 'open' }, 'open', true, true],
    [{ in: [3, 7] }, 7, true, true],
    [{ in: [3, 7] }, 0, false, false],
    [{ notIn: [0] }, 0, false, false],
    [{ notIn: [0] }, 3, true, true],
    [{ above: 40 }, '99', undefined, undefined],
    [{ below: 40 }, false, undefined, undefined],
  ]
  it('says yes, no or nothing', () => {
    for (const [when, value, normal, raised] of table) {
      expect([when, value, holds(when, sample(value), false)]).toEqual([when, value, normal])
      expect([when, value, holds(when, sample(value), true)]).toEqual([when, value, raised])
    }
    expect(table).toHaveLength(20)
  })
  it('says nothing of a sample that cannot be trusted', () => {
    for (const when of table.map(([c]) => c)) {
      expect(holds(when, bad('a/b', 'offline', 0), true)).toBeUndefined()
      expect(holds(when, { ...sample(99), quality: 'uncertain', reason: 'stale' } as Sample, true)).toBeUndefined()
    }
  })
  it('believes a device that says itself how sure it is', () => {
    expect(holds({ above: 40 }, { ...sample(99), quality: 'uncertain', reason: 'uncertain' } as Sample, false)).toBe(
      true,
    )
  })
})

describe('matches', () => {
  /** [pattern, point, does it] */
  const table: [string, PointId, boolean][] = [
    ['room-b1/temperature', 'room-b1/temperature', true],
    ['room-b1/temperature', 'room-b1/temperature2', false],
    ['room-*/temperature', 'room-b1/temperature', true],
    ['room-*/temperature', 'room-/temperature', true],
    ['room-*/temperature', 'groom-b1/temperature', false],
    ['*/online', 'x/online', true],
    ['*/*', 'x/y', true],
    ['*', 'x/y', false],
    ['x/*', 'x/y', true],
    ['x*', 'x/y', false],
    ['*y', 'x/y', false],
    ['booster-*/pump*-tripped', 'booster-b1/pump2-tripped', true],
    ['booster-*/pump*-tripped', 'booster-b1/pump-tripped', true],
    ['booster-*/pump*-tripped', 'booster-b1/pump2-trippedx', false],
    ['a*a/b', 'a/b', false],
    ['a*a/b', 'aa/b', true],
    ['a.c/b', 'abc/b', false],
    ['a*b*c/x', 'a-b-b-c/x', true],
    ['a*b*c/x', 'a-c-b/x', false],
    ['em(1)/[a]+', 'em(1)/[a]+' as PointId, true],
    ['**/p', 'abc/p', true],
  ]
  it('follows the table', () => {
    for (const [pattern, point, does] of table)
      expect([pattern, point, matches(pattern, point)]).toEqual([pattern, point, does])
    expect(table).toHaveLength(21)
  })
  it('a hostile pattern costs no time', () => {
    const long = 'a'.repeat(64)
    const started = performance.now()
    for (const star of ['*a', '*aa', 'a*', '**a', '*a*'])
      expect(matches(`${star.repeat(20)}b*/x`, `${long}/x`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(100)
  })
})

it('the offline rule watches the online point of every device, and nothing else', () => {
  const [pattern] = offlineRule.points
  expect(matches(pattern!, 'em-1/online')).toBe(true)
  expect(matches(pattern!, 'em-1/power')).toBe(false)
  expect([holds(offlineRule.when, sample(false), false), holds(offlineRule.when, sample(true), false)]).toEqual([
    true,
    false,
  ])
})
