import { expect, it } from 'vitest'
import { memoryFacts, watchMemory } from '../../gateway/live/memory.ts'
import { type MemoryFacts, memoryShort, memoryUsed } from '../../rules/memory.ts'
import { manualClock } from '../support/clock.ts'

const MB = 1 << 20
const GB = 1024 * MB
const plenty: MemoryFacts = {
  heap: { used: 80 * MB, limit: 2048 * MB },
  groups: [],
  machine: { available: 3 * GB, total: 4 * GB },
}

it('how near the end: the fullest of heap, groups and machine', () => {
  const cases: [what: string, facts: Partial<MemoryFacts>, percent: number][] = [
    ['plenty of everything', {}, 4],
    ['a heap near its limit', { heap: { used: 1950 * MB, limit: 2048 * MB } }, 95],
    ['a group near its limit', { groups: [{ used: 460 * MB, limit: 512 * MB }] }, 90],
    [
      'the group above it is the narrow one',
      {
        groups: [
          { used: 100 * MB, limit: 512 * MB },
          { used: 990 * MB, limit: 1000 * MB },
        ],
      },
      99,
    ],
    ['a small machine with 100 MB left', { machine: { available: 100 * MB, total: 1 * GB } }, 90],
    ['a large machine with 6 GB of 64 left is not short', { machine: { available: 6 * GB, total: 64 * GB } }, 4],
    ['a large machine with 50 MB left is', { machine: { available: 50 * MB, total: 64 * GB } }, 95],
    ['more than there may be', { groups: [{ used: 600 * MB, limit: 512 * MB }] }, 100],
    ['nothing is known of the machine', { machine: null }, 4],
  ]
  expect(cases.map(([what, facts]) => [what, memoryUsed({ ...plenty, ...facts })])).toEqual(
    cases.map(([what, , percent]) => [what, percent]),
  )
})

it('short from 90 %, enough again below 80 %, swept at once and then each minute at most', async () => {
  const clock = manualClock()
  let percent = 40
  let swept = 0
  const facts = () => ({ ...plenty, heap: { used: percent, limit: 100 } })
  const memory = watchMemory(clock, () => swept++, facts)
  const diary: [percent: number, seconds: number, short: boolean, swept: number][] = [
    [89, 60, false, 0],
    [90, 5, true, 1],
    [85, 30, true, 1],
    [85, 60, true, 2],
    [80, 5, true, 2],
    [79, 5, false, 2],
    [89, 600, false, 2],
    [99, 5, true, 3],
  ]
  const seen = []
  for (const [now, seconds] of diary) {
    percent = now
    await clock.pass(seconds * 1000)
    seen.push([memory.used(), seconds, memory.short(), swept])
  }
  expect(seen).toEqual(diary)
  memory.stop()
  expect(clock.timers()).toBe(0)
  expect(memoryShort(false, 85)).toBe(false)
})

it('what this machine says is read', () => {
  const { heap, machine } = memoryFacts()()
  expect(heap.used).toBeGreaterThan(MB)
  expect(heap.limit).toBeGreaterThan(heap.used)
  expect(machine!.total).toBeGreaterThan(machine!.available)
})
