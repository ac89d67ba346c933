import { describe, expect, it } from 'vitest'
import { bad, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { pointOf, sensorOf } from '../../rules/condition.ts'
import { type Condition, holds } from '../../rules/rule.ts'

const here: PointId = 'tank-1/level'
const good = (value: Value, point: PointId = here): Sample => ({ point, at: 0, seen: 0, quality: 'good', value })
const lost = (point: PointId = here) => bad(point, 'timeout', 0)

/** What is asked at a second: a sample, or nothing but the time; and the answer: `y`, `n`, `?` or `?reason`. */
type Line = readonly [second: number, sample: Sample | null, says: string]
interface Diary {
  readonly when: Condition
  /** The alarm stands already, as after a restart. */
  readonly active?: boolean
  readonly during?: (now: number) => boolean
  readonly lines: readonly Line[]
}

const diaries: Record<string, Diary> = {
  'rises: from the least of the window': {
    when: { rises: 5, withinS: 60 },
    lines: [
      [0, good(20), 'n'],
      [10, good(18), 'n'],
      [50, good(23), 'n'],
      [55, good(23.1), 'y'],
      [69, good(23.1), 'y'],
      [72, good(23.1), 'n'],
    ],
  },
  'falls: and with a deadband on the way back': {
    when: { falls: 5, withinS: 60, deadband: 2 },
    lines: [
      [0, good(20), 'n'],
      [10, good(14), 'y'],
      [20, good(16), 'y'],
      [30, good(17.5), 'n'],
    ],
  },
  'rises: slowly is not fast': {
    when: { rises: 5, withinS: 60 },
    lines: [
      [0, good(20), 'n'],
      [60, good(24), 'n'],
      [121, good(28), 'n'],
      [182, good(32), 'n'],
    ],
  },
  'rises: bad data tells nothing, and what was before it still counts': {
    when: { rises: 5, withinS: 60 },
    lines: [
      [0, good(20), 'n'],
      [10, lost(), '?timeout'],
      [20, good(26), 'y'],
    ],
  },
  'rises: after a restart it does not clear before the window is full': {
    when: { rises: 5, withinS: 60 },
    active: true,
    lines: [
      [0, good(20), '?'],
      [59, good(20), '?'],
      [60, good(20), 'n'],
    ],
  },
  'differs: from another point of the same equipment': {
    when: { differs: 3, from: 'setpoint', deadband: 1 },
    lines: [
      [0, good(20), '?'],
      [1, good(20, 'tank-1/setpoint'), 'n'],
      [2, good(23.1), 'y'],
      [3, good(22.5), 'y'],
      [4, good(22, 'tank-1/setpoint'), 'n'],
      [5, lost('tank-1/setpoint'), '?timeout'],
      [6, good(26, 'tank-1/setpoint'), 'y'],
    ],
  },
  'unchanged: it stands still, and small noise is no life': {
    when: { unchangedS: 100, tolerance: 0.5 },
    lines: [
      [0, good(20), 'n'],
      [50, good(20.5), 'n'],
      [99, good(19.5), 'n'],
      [100, null, 'y'],
      [101, good(20.6), 'n'],
      [200, null, 'n'],
      [201, null, 'y'],
    ],
  },
  'unchanged: creeping is a change': {
    when: { unchangedS: 100, tolerance: 0.5 },
    lines: [
      [0, good(20), 'n'],
      [60, good(20.4), 'n'],
      [90, good(20.7), 'n'],
      [150, null, 'n'],
      [190, null, 'y'],
    ],
  },
  'unchanged: nobody knows what it did while the data was bad': {
    when: { unchangedS: 100 },
    lines: [
      [0, good(20), 'n'],
      [90, lost(), '?timeout'],
      [100, null, '?timeout'],
      [110, good(20), 'n'],
      [209, null, 'n'],
      [210, null, 'y'],
    ],
  },
  'unchanged: after a restart it goes on until it is seen to move': {
    when: { unchangedS: 100 },
    active: true,
    lines: [
      [0, good(20), '?'],
      [100, null, 'y'],
      [101, good(21), 'n'],
    ],
  },
  'unchanged: words and switches too': {
    when: { unchangedS: 10 },
    lines: [
      [0, good('open'), 'n'],
      [5, good('shut'), 'n'],
      [14, good('shut'), 'n'],
      [15, null, 'y'],
    ],
  },
  'silent: bad and stale are silence; the first good word ends it': {
    when: { silentS: 100 },
    lines: [
      [0, null, 'n'],
      [50, good(1), 'n'],
      [120, lost(), 'n'],
      [149, { ...good(1), quality: 'uncertain', reason: 'stale' } as Sample, 'n'],
      [150, null, 'y'],
      [151, good(1), 'n'],
    ],
  },
  'silent: after a restart it neither clears nor starts anew by itself': {
    when: { silentS: 100 },
    active: true,
    lines: [
      [0, null, '?'],
      [50, lost(), '?'],
      [100, null, 'y'],
      [101, good(1), 'n'],
    ],
  },
  'times: so often within the window, each time anew': {
    when: { times: 3, withinS: 60, of: { above: 10 } },
    lines: [
      [0, good(11), 'n'],
      [1, good(9), 'n'],
      [10, good(11), 'n'],
      [11, good(12), 'n'],
      [12, good(9), 'n'],
      [20, good(11), 'n'],
      [21, good(9), 'n'],
      [30, good(11), 'y'],
      [69, null, 'y'],
      [70, null, 'n'],
    ],
  },
  'times: what stood when it began is no coming': {
    when: { times: 1, withinS: 60, of: { equals: true } },
    lines: [
      [0, good(true), 'n'],
      [1, good(false), 'n'],
      [2, good(true), 'y'],
      [3, lost(), '?timeout'],
    ],
  },
  'all: one that does not hold is enough, also when another is not known': {
    when: { all: [{ above: 80 }, { point: 'pump-1/running', equals: true }] },
    lines: [
      [0, good(90), '?'],
      [1, good(true, 'pump-1/running'), 'y'],
      [2, lost('pump-1/running'), '?timeout'],
      [3, good(70), 'n'],
    ],
  },
  'any: one that holds is enough': {
    when: { any: [{ above: 80 }, { point: 'pump-1/running', equals: true }] },
    lines: [
      [0, good(90), 'y'],
      [1, lost('pump-1/running'), 'y'],
      [2, good(70), '?timeout'],
      [3, good(false, 'pump-1/running'), 'n'],
    ],
  },
  'not: what is not known is not the contrary': {
    when: { not: { above: 80 } },
    lines: [
      [0, good(90), 'n'],
      [1, good(70), 'y'],
      [2, lost(), '?timeout'],
    ],
  },
  'one within another, each with its own deadband': {
    when: {
      all: [{ any: [{ above: 80, deadband: 5 }, { below: 10 }] }, { not: { point: 'service', equals: true } }],
    },
    lines: [
      [0, good(false, 'tank-1/service'), '?'],
      [1, good(79), 'n'],
      [2, good(81), 'y'],
      [3, good(76), 'y'],
      [4, good(true, 'tank-1/service'), 'n'],
      [5, good(false, 'tank-1/service'), 'y'],
      [6, good(74), 'n'],
      [7, good(76), 'n'],
    ],
  },
  // The clock of the test: the night is from 60 s to 180 s. What a meter does not say is never "off" [M60].
  'a shop that should be off: its load in the night, and a silent meter neither raises nor ends it': {
    when: { all: [{ above: 1 }, { during: 'closed' }] },
    during: now => now >= 60_000 && now < 180_000,
    lines: [
      [0, good(5), 'n'],
      [60, good(0.2), 'n'],
      [70, bad(here, 'timeout', 0), '?timeout'],
      [80, good(1.2), 'y'],
      [90, bad(here, 'timeout', 0), '?timeout'],
      [100, good(1), 'n'],
      [180, good(5), 'n'],
    ],
  },
  'during: only in these hours, and the end of them is the end of it': {
    when: { all: [{ above: 26 }, { during: 'office' }] },
    during: now => now >= 60_000 && now < 180_000,
    lines: [
      [0, good(30), 'n'],
      [60, null, 'y'],
      [179, null, 'y'],
      [180, null, 'n'],
    ],
  },
}

describe('conditions that remember', () => {
  for (const [name, { when, active = false, during = () => true, lines }] of Object.entries(diaries))
    it(name, () => {
      const sensor = sensorOf(when, here, (_, now) => during(now))
      let standing = active
      for (const [second, sample, says] of lines) {
        const now = second * 1000
        if (sample) {
          expect(sensor.points).toContain(sample.point)
          sensor.take(sample, now)
        }
        const { holds: is, reason } = sensor.look(now, standing)
        expect([second, `${is === undefined ? '?' : is ? 'y' : 'n'}${reason ?? ''}`]).toEqual([second, says])
        standing = is ?? standing
      }
    })

  it('say when to ask again though nothing comes: never too late', () => {
    let asked = 0
    for (const [name, { when, active = false, during = () => true, lines }] of Object.entries(diaries)) {
      // One is asked each second, the other only when it said so: they must agree.
      const often = sensorOf(when, here, (_, now) => during(now))
      const seldom = sensorOf(when, here, (_, now) => during(now))
      let standing = active
      let said = seldom.look(0, standing)
      often.look(0, standing)
      let due = seldom.next(0)
      for (let second = 0; second <= lines.at(-1)![0] + 200; second++) {
        const now = second * 1000
        const samples = lines.flatMap(([at, sample]) => (at === second && sample ? [sample] : []))
        for (const sensor of [often, seldom]) for (const sample of samples) sensor.take(sample, now)
        if (samples.length > 0 || now >= due) {
          said = seldom.look(now, standing)
          due = seldom.next(now)
        }
        const expected = often.look(now, standing)
        expect([name, second, said]).toEqual([name, second, expected])
        standing = expected.holds ?? standing
        asked++
      }
    }
    expect(asked).toBeGreaterThan(4000)
  })

  it('keep no more of a fast point than of a slow one', () => {
    const sensor = sensorOf({ rises: 5, withinS: 3600 }, here, () => true)
    const started = performance.now()
    for (let i = 0; i < 200_000; i++) {
      sensor.take(good(i % 3), i * 50)
      if (i % 100 === 0) expect(sensor.look(i * 50, false).holds).toBe(false)
    }
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('go on over a clock that somebody sets', () => {
    for (const offset of [-86_400_000, 86_400_000]) {
      const sensor = sensorOf({ unchangedS: 100 }, here, () => true)
      sensor.take(good(1), 1e9)
      sensor.look(1e9, false)
      sensor.shift(offset)
      expect(sensor.look(1e9 + offset + 99_000, false).holds).toBe(false)
      expect(sensor.look(1e9 + offset + 100_000, false).holds).toBe(true)
    }
  })
})

it('a word for a point is a key of the same equipment, or a whole id', () => {
  expect([pointOf(undefined, here), pointOf('full', here), pointOf('pump-1/on', here)]).toEqual([
    'tank-1/level',
    'tank-1/full',
    'pump-1/on',
  ])
})

it('bits: any of a mask, or exactly a pattern of it', () => {
  const table: [mask: number, is: number | undefined, value: Value, holds: boolean | undefined][] = [
    [0b0110, undefined, 0b0100, true],
    [0b0110, undefined, 0b1001, false],
    [0b0110, 0b0010, 0b1010, true],
    [0b0110, 0b0010, 0b0110, false],
    [0b0110, 0, 0b1001, true],
    [0x8000_0000, undefined, 0x8000_0000, true],
    [0x8000, undefined, -1, true],
    [1, undefined, 1.5, undefined],
    [1, undefined, 2 ** 40 + 1, undefined],
    [1, undefined, true, undefined],
  ]
  for (const [mask, is, value, expected] of table)
    expect([mask, is, value, holds({ mask, is }, good(value), false)]).toEqual([mask, is, value, expected])
  expect(table).toHaveLength(10)
})
