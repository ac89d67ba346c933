import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LearnedFact } from '../../drivers/driver.ts'
import { openLearned } from '../../gateway/channels/learned.ts'
import { createLog } from '../../gateway/core/log.ts'
import type { Site } from '../../gateway/site/site.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'gatehouse-learned-'))
})
afterEach(() => rmSync(data, { recursive: true }))

const log = createLog('silent')
/** Units of one bus with the addresses of their points. */
const siteOf = (units: Record<number, readonly number[]>): Site =>
  ({
    equipment: Object.entries(units).map(([unit, addresses]) => ({
      id: `e${unit}`,
      channel: 'bus',
      unit: Number(unit),
      points: addresses.map(address => ({ address: { table: 'holding', address } })),
    })),
  }) as never
const fact = (unit: number, from: number): LearnedFact => ({
  unit,
  table: 'holding',
  from,
  to: from + 2,
  kind: 'across',
})

it('what was learned is there in the next life; of a unit whose points changed it is dropped', () => {
  openLearned(data, log)(siteOf({ 1: [0, 8], 2: [3, 9] }), 'bus').learn([fact(1, 4), fact(2, 5)])
  const known = (units: Parameters<typeof siteOf>[0]) => openLearned(data, log)(siteOf(units), 'bus').known
  expect(known({ 1: [0, 8], 2: [3, 9] })).toEqual([fact(1, 4), fact(2, 5)])
  expect(known({ 2: [9, 3], 1: [0, 8] })).toHaveLength(2)
  expect(known({ 1: [0, 8], 2: [3, 9, 11] })).toEqual([fact(1, 4)])
  expect(known({ 2: [3, 9] })).toEqual([fact(2, 5)])
  expect(openLearned(data, log)(siteOf({ 1: [0, 8] }), 'other').known).toEqual([])
})
it('a broken file is as good as none, and is written anew', () => {
  const open = () => openLearned(data, log)(siteOf({ 1: [0] }), 'bus')
  open().learn([fact(1, 4)])
  const path = join(data, 'learned', 'bus.json')
  for (const text of ['', '{', '[]', '{"facts": 5, "points": {}}', readFileSync(path, 'utf8').slice(0, 40)]) {
    writeFileSync(path, text)
    expect([text, open().known]).toEqual([text, []])
  }
  open().learn([fact(1, 6)])
  expect(open().known).toEqual([fact(1, 6)])
})
it('a disk that takes nothing more does not stop the reading', () => {
  writeFileSync(join(data, 'learned'), 'a file where the folder should be')
  expect(() => openLearned(data, log)(siteOf({ 1: [0] }), 'bus').learn([fact(1, 4)])).not.toThrow()
})
