import { expect, it } from 'vitest'
import type { PointId } from '../../drivers/point.ts'
import { patrolReaders } from '../../gateway/patrol/readers.ts'
import type { SentBatch } from '../../gateway/patrol/take.ts'
import type { Site } from '../../gateway/site/site.ts'

/** One reader on a wall, whose log the test writes: `[number, second]` of each of its last readings. */
function world() {
  const site = {
    routes: [{ checkpoints: [{ kind: 'reader', reader: 'cp-1' }] }],
    equipment: [{ points: [{ id: 'cp-1/log' }] }],
  } as unknown as Site
  const taken = new Map<string, { deviceAt: number }>()
  let log = ''
  const readers = patrolReaders({
    records: { scanOf: (device, n) => taken.get(`${device} ${n}`) as never },
    running: () => ({ site, get: id => ({ point: id as PointId, at: 0, seen: 0, quality: 'good', value: log }) }),
    badgeOf: () => 'Wang',
    now: () => 0,
    take: ({ device, records }: SentBatch) => {
      for (const { n, at } of records) taken.set(`${device} ${n}`, { deviceAt: at })
    },
  })
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  return (...entries: (readonly [n: number, second: number])[]) => {
    const before = new Set(taken.keys())
    log = entries.map(([n, second]) => `${hex(n, 8)}${hex(second, 8)}${'0'.repeat(14)}`).join('')
    readers.look()
    return [...taken.keys()].filter(key => !before.has(key))
  }
}

it('a reader that begins its numbers anew loses nothing, doubles nothing, and is known as another', () => {
  const says = world()
  expect(says([1, 100], [2, 110])).toEqual(['reader:cp-1 1', 'reader:cp-1 2'])
  expect(says([1, 100], [2, 110])).toEqual([])
  expect(says([2, 110], [3, 120])).toEqual(['reader:cp-1 3'])
  // Another hangs there now: its first readings have the numbers of the old one.
  expect(says([1, 900])).toEqual(['reader:cp-1#2 1'])
  expect(says([1, 900], [2, 910])).toEqual(['reader:cp-1#2 2'])
  expect(says([1, 900], [2, 910])).toEqual([])
  expect(says([2, 910], [3, 920], [4, 930])).toEqual(['reader:cp-1#2 3', 'reader:cp-1#2 4'])
  expect(says([1, 2000])).toEqual(['reader:cp-1#3 1'])
})
