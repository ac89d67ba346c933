import { afterEach, describe, expect, it, vi } from 'vitest'
import { openGathering } from '../../dashboard/src/gathering.ts'

/** What went into the cache, in its order. */
let put: string[]
const named = (id: string, phase: string) => ({ id, phase }) as never
const alarm = (id: string, severity: string) => ({ id, severity }) as never
const open = () => {
  put = []
  vi.useFakeTimers()
  // A machine that runs already: the first that calls is not the first of all.
  vi.advanceTimersByTime(10_000)
  return openGathering(
    alarms => put.push(...alarms.map(one => `alarm ${one.id}`)),
    order => put.push(`${order.id} ${order.phase}`),
  )
}
afterEach(() => {
  vi.useRealTimers()
})

describe('what the live link tells of alarms and orders', () => {
  it('goes in together, the alarms before the orders; who is in danger does not wait', () => {
    const gathering = open()
    gathering.order(named('o1', 'open'))
    gathering.alarm(alarm('lamp', 'low'))
    expect(put).toEqual([])
    vi.advanceTimersByTime(50)
    expect(put).toEqual(['alarm lamp', 'o1 open'])
    vi.advanceTimersByTime(1000)
    gathering.alarm(alarm('fire', 'life'))
    expect(put.at(-1)).toBe('alarm fire')
  })
  it('an order never falls back behind the answer to its step: a dialog of the next step would close', () => {
    const gathering = open()
    // Told of the step before and still gathered, when the answer to this one comes.
    gathering.order(named('o1', 'arrived'))
    gathering.answered(named('o1', 'fixed'))
    expect(put).toEqual(['o1 arrived', 'o1 fixed'])
    gathering.order(named('o1', 'fixed'))
    vi.advanceTimersByTime(1000)
    expect(put).toEqual(['o1 arrived', 'o1 fixed', 'o1 fixed'])
  })
})
