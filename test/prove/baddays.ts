import { type BadDay, badClock, badDisk, clockDays } from '../support/baddays.ts'
import type { Proven } from './proof.ts'

/** Days that go wrong: a disk that fails or is full, a clock that is set. @param count how often each disk */
export async function proveBadDays(count = 10): Promise<boolean> {
  const days: BadDay[] = []
  const tell = (day: BadDay) => {
    days.push(day)
    console.log(day.wrong.length === 0 ? 'held ' : 'WRONG', JSON.stringify(day))
  }
  for (const [jumps, atStart] of clockDays) tell(await badClock(jumps, atStart))
  for (let i = 0; i < count; i++) for (const error of ['EIO', 'ENOSPC'] as const) tell(await badDisk(error, 1500))
  const sum = (key: 'acknowledged' | 'refused') => days.reduce((n, day) => n + day[key], 0)
  console.log(`${days.length} days, ${sum('acknowledged')} acknowledged, ${sum('refused')} refused`)
  return days.every(day => day.wrong.length === 0) && sum('refused') > 0
}
