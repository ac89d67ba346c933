import type { BadDay } from '../support/badday.ts'
import { badClock, badDisk, clockDays } from '../support/baddays.ts'
import { diskTools, lacking, memoryVersion } from '../support/badmachine.ts'
import { badMemory, badPower, badReadOnly, badTwice } from '../support/badplaces.ts'
import { tracedDay } from '../support/writeorder.ts'
import { NotRun, type Proven } from './proof.ts'

/**
 * Days that go wrong: a disk that fails, is full or read-only, a clock that is set, memory that runs out, power cuts, a second
 * gateway. @param count how often the disk fails in each way; five power cuts for each
 */
export async function proveBadDays(count = 10): Promise<Proven> {
  const days: BadDay[] = []
  const tell = (day: BadDay) => {
    days.push(day)
    console.log(day.wrong.length === 0 ? 'held ' : 'WRONG', JSON.stringify(day))
  }
  const notRun: string[] = []
  const only = (lacks: readonly string[], what: string) => {
    if (lacks.length > 0) notRun.push(`${what}: needs ${lacks.join(', ')}`)
    return lacks.length === 0
  }
  tell(await badTwice())
  const { day, order } = await tracedDay(200)
  console.log(order.seen)
  tell({ ...day, wrong: [...day.wrong, ...order.wrong] })
  const disks = only(lacking(diskTools), 'read-only disk, power cuts')
  if (disks) tell(await badReadOnly())
  if (disks) tell(await badPower(5 * count))
  if (only(memoryVersion() ? [] : ['root, a memory group'], 'memory')) tell(await badMemory())
  for (const [jumps, atStart] of clockDays) tell(await badClock(jumps, atStart))
  for (let i = 0; i < count; i++)
    for (const error of ['EIO', 'ENOSPC', 'EROFS'] as const) tell(await badDisk(error, 1500))
  const sum = (key: 'acknowledged' | 'refused') => days.reduce((n, one) => n + one[key], 0)
  const wrong = days.filter(one => one.wrong.length > 0)
  const figure = `${days.length} days, ${wrong.length} wrong${wrong.map(one => ` (${one.name})`).join('')}, ${sum('acknowledged')} acknowledged, ${sum('refused')} refused; ${order.seen.answered} answers and ${order.seen.renamed} renames in order`
  // What could not be tried is never held: the rest of it is above.
  if (notRun.length > 0 && wrong.length === 0) throw new NotRun(`${notRun.join('; ')}. The rest: ${figure}`)
  return { holds: wrong.length === 0 && sum('refused') > 0 && order.seen.answered > 200, figure }
}
