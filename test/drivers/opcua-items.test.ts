import { type ClientSession, DataValue, StatusCodes, Variant } from 'node-opcua'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchItems } from '../../drivers/opcua/items.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const HOUR = 3_600_000
const good = (value: number) => [
  new DataValue({ value: new Variant({ dataType: 'Double', value }), statusCode: StatusCodes.Good }),
]

/** A server that answers when and what the test says. */
function server() {
  const asked: { yes(value: number): void; no(): void }[] = []
  const session = {
    read: () =>
      new Promise((resolve, reject) =>
        asked.push({ yes: value => resolve(good(value)), no: () => reject(new Error('Transaction has timed out')) }),
      ),
  } as unknown as ClientSession
  const none = () => Promise.reject(new Error('no subscription is needed'))
  const told: unknown[] = []
  const items = watchItems(session, none, why => told.push(why), vi.fn())
  const item = { target: { node: 'ns=1;s=A' }, samplingMs: HOUR, queue: 1, poll: true } as const
  items.watch(1, [[0, item as never]], reading =>
    told.push(reading.severity === 'good' ? reading.value : reading.status),
  )
  return { asked, told, items }
}
const soon = () => vi.advanceTimersByTimeAsync(0)

it('what is read once an hour and failed once is asked again soon, not in an hour', async () => {
  const { asked, told, items } = server()
  asked[0]!.no()
  await soon()
  expect(told).toEqual(['BadTimeout'])
  await vi.advanceTimersByTimeAsync(5000)
  asked[1]!.yes(7)
  await soon()
  expect([told, asked.length]).toEqual([['BadTimeout', 7], 2])
  await vi.advanceTimersByTimeAsync(HOUR - 6000)
  expect(asked.length).toBe(2)
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(asked.length).toBe(3)
  items.stop()
})

it('a question that was lost with the wire does not stand in the way of the one after it', async () => {
  const { asked, told, items } = server()
  items.askPolled()
  expect(asked.length).toBe(1)
  asked[0]!.no()
  await soon()
  expect(asked.length).toBe(2)
  asked[1]!.yes(8)
  await soon()
  expect(told).toEqual(['BadTimeout', 8])
  items.stop()
  items.askPolled()
  await vi.advanceTimersByTimeAsync(3 * HOUR)
  expect(asked.length).toBe(2)
})
