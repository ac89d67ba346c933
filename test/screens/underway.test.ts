import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUnderway } from '../../dashboard/src/underway.ts'

/** Answers that take their time, and what the live link tells meanwhile. No clock: each answer comes when the test says so. */
interface Alarm {
  readonly id: string
  readonly state: string
}
const KEY = ['alarms', 'now']
let queries: QueryClient
let underway: ReturnType<typeof openUnderway>
let asked: { readonly answers: (items: readonly Alarm[]) => void; readonly fails: () => void }[]
let stop: () => void

const raised = (id: string): Alarm => ({ id, state: 'UNACK' })
const put = (alarm: Alarm) =>
  underway.change<readonly Alarm[]>(['alarms'], old => [
    ...old.filter(one => one.id !== alarm.id),
    ...(alarm.state === 'NORM' ? [] : [alarm]),
  ])
const known = () => queries.getQueryData<readonly Alarm[]>(KEY)?.map(one => `${one.id} ${one.state}`)
const settled = () => new Promise(resolve => setImmediate(resolve))
const answer = async (n: number, ...items: readonly Alarm[]) => {
  asked[n]!.answers(items)
  await settled()
}

beforeEach(() => {
  queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } } })
  underway = openUnderway(queries)
  asked = []
  const ask = () =>
    new Promise<readonly Alarm[]>(
      (answers, fails) => void asked.push({ answers, fails: () => fails(new Error('away')) }),
    )
  // As a page does that shows the list.
  stop = new QueryObserver(queries, {
    queryKey: KEY,
    queryFn: ({ queryKey }) => underway.read(queryKey, ask),
  }).subscribe(() => {})
})
afterEach(() => {
  stop()
  queries.clear()
  // Nothing is kept of an answer that has come, or never came.
  expect(underway.size()).toBe(0)
})

describe('a list that is read while its changes are told', () => {
  it('has the alarm that came after the gateway had answered and before the page had the answer', async () => {
    put(raised('pump'))
    expect(known()).toBeUndefined()
    await answer(0)
    expect(known()).toEqual(['pump UNACK'])
  })
  it('does not show again what went meanwhile, nor in an older state', async () => {
    put({ id: 'pump', state: 'NORM' })
    put({ id: 'lift', state: 'ACKED' })
    await answer(0, raised('pump'), raised('lift'))
    expect(known()).toEqual(['lift ACKED'])
  })
  it('comes to its end however fast alarms come, and nothing vanishes on the way', async () => {
    await answer(0, raised('old'))
    underway.again()
    expect(asked).toHaveLength(2)
    let seen = 0
    for (let n = 0; n < 200; n++) {
      put(raised(`room-${n}`))
      await settled()
      if (known()!.includes(`room-${n} UNACK`)) seen++
    }
    // No further question for any of them: in a flood the gateway has other things to do.
    expect([seen, asked.length]).toEqual([200, 2])
    await answer(1)
    expect(known()!.length).toBe(200)
    expect(known()).not.toContain('old UNACK')
  })
  it('is read once more when the link came up during its first reading: the answer may be older than the link', async () => {
    underway.again()
    expect(asked).toHaveLength(1)
    await answer(0)
    expect([known(), asked.length]).toEqual([[], 2])
    await answer(1, raised('pump'))
    expect([known(), asked.length]).toEqual([['pump UNACK'], 2])
  })
  it('leaves nothing behind when no answer comes', async () => {
    put(raised('pump'))
    asked[0]!.fails()
    await settled()
    expect(known()).toBeUndefined()
    underway.again()
    await answer(1, raised('lift'))
    expect(known()).toEqual(['lift UNACK'])
  })
  it('keeps nothing of what nobody looks at', () => {
    for (let n = 0; n < 1000; n++) underway.change(['workorder', `WO-${n}`], () => ({ id: n }))
    expect(queries.getQueryCache().getAll()).toHaveLength(1)
    asked[0]!.answers([])
    return settled()
  })
})
