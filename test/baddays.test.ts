import { expect, it } from 'vitest'
import { badClock, badDisk } from './support/baddays.ts'

/** The short form of `npm run prove -- baddays`: the real gateway, a disk whose syncs fail, a clock that is set. */
it.concurrent('a disk that fails: refused, not lost, not half done; looking goes on; well again, so is everything', async () => {
  const day = await badDisk('EIO', 300)
  expect(day.wrong).toEqual([])
  expect(day.refused).toBeGreaterThan(0)
  expect(day.acknowledged).toBeGreaterThan(5)
})

it.concurrent('a clock that is set an hour ahead and put right: an alarm, nothing lost, and what had ended begins again only with it', async () => {
  const day = await badClock([3600, 0])
  expect(day.wrong).toEqual([])
  expect(day.acknowledged).toBeGreaterThan(5)
})
