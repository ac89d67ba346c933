import { EventEmitter } from 'node:events'
import {
  ClientMonitoredItemGroup,
  type ClientSession,
  type ClientSubscription,
  DataValue,
  StatusCodes,
  Variant,
} from 'node-opcua'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchItems } from '../../drivers/opcua/items.ts'

/** After a message that got lost: what holds is read, and asked again until it is answered. Time is made. */
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const good = (value: number) =>
  new DataValue({ value: new Variant({ dataType: 'Double', value }), statusCode: StatusCodes.Good })

/** A server that notifies and answers when the test says so, of one node that is subscribed to. */
async function subscribed() {
  const group = Object.assign(new EventEmitter(), { monitoredItems: [], terminate: async () => {} })
  vi.spyOn(ClientMonitoredItemGroup, 'create').mockReturnValue(group as never)
  const asked: { yes(...values: number[]): void; no(): void }[] = []
  const session = {
    read: () =>
      new Promise((resolve, reject) =>
        asked.push({
          yes: (...values) => resolve(values.map(good)),
          no: () => reject(new Error('Transaction has timed out')),
        }),
      ),
  } as unknown as ClientSession
  const told: unknown[] = []
  const ended: string[] = []
  const made = {} as ClientSubscription
  const items = watchItems(
    session,
    async () => made,
    why => ended.push(why),
    vi.fn(),
  )
  const item = { target: { node: 'ns=1;s=A' }, samplingMs: 100, queue: 1, poll: false } as const
  items.watch(1, [[0, item as never]], reading =>
    told.push(reading.severity === 'good' ? reading.value : reading.status),
  )
  await pass(0)
  const older = (value: number) => {
    Object.assign(group, { monitoredItems: [{ monitoringParameters: { clientHandle: 9 } }] })
    items.older(9, good(value))
  }
  return { asked, told, ended, items, older, notify: (value: number) => group.emit('changed', null, good(value), 0) }
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('a read after a lost message that is not answered is asked again each 5 s until it is; then no more', async () => {
  const { asked, told, ended, items, notify } = await subscribed()
  notify(1)
  items.askTold()
  const diary: string[] = []
  const look = (when: string) => diary.push(`${when}: asked ${asked.length}, told ${told.join()}`)
  look('lost')
  asked[0]!.no()
  await pass(4999)
  look('4.999 s after no answer')
  await pass(1)
  look('5 s after')
  asked[1]!.no()
  await pass(5000)
  look('5 s after the second')
  asked[2]!.yes(2)
  await pass(0)
  look('answered')
  await pass(60_000)
  look('a minute later')
  expect(diary).toEqual([
    'lost: asked 1, told 1',
    '4.999 s after no answer: asked 1, told 1',
    '5 s after: asked 2, told 1',
    '5 s after the second: asked 3, told 1',
    'answered: asked 3, told 1,2',
    'a minute later: asked 3, told 1,2',
  ])
  // One late answer is no reason to end the session.
  expect(ended).toEqual([])
})

it('another lost message asks at once, and takes the place of the retry; a session that is over asks nothing', async () => {
  const { asked, told, items, notify } = await subscribed()
  notify(1)
  items.askTold()
  asked[0]!.no()
  await pass(3000)
  items.askTold()
  expect(asked.length).toBe(2)
  asked[1]!.no()
  await pass(4999)
  expect(asked.length).toBe(2)
  await pass(1)
  expect(asked.length).toBe(3)
  asked[2]!.no()
  await pass(0)
  items.stop()
  await pass(60_000)
  expect([asked.length, told]).toEqual([3, [1]])
})

it('the first message may be the lost one: what was never heard is read after 5 s, once; heard meanwhile it is not told twice', async () => {
  const never = await subscribed()
  never.items.askTold()
  never.asked[0]!.yes(7)
  await pass(0)
  // The first notification may be under way.
  expect(never.told).toEqual([])
  await pass(5000)
  never.asked[1]!.yes(7)
  await pass(60_000)
  expect([never.told, never.asked.length]).toEqual([[7], 2])
  vi.restoreAllMocks()

  const late = await subscribed()
  late.items.askTold()
  late.asked[0]!.yes(7)
  await pass(1000)
  late.notify(7)
  await pass(4000)
  late.asked[1]!.yes(7)
  await pass(60_000)
  expect([late.told, late.asked.length]).toEqual([[7], 2])
  vi.restoreAllMocks()

  const again = await subscribed()
  again.older(7)
  again.older(6)
  expect(again.told).toEqual([7, 6, 7])
})

it('a server that answers with more values, or with fewer, than it was asked for has answered nothing', async () => {
  const { asked, told, ended, items, notify } = await subscribed()
  notify(1)
  items.askTold()
  asked[0]!.yes(2, 3, 4)
  await pass(5000)
  asked[1]!.yes()
  await pass(5000)
  expect([told, asked.length]).toEqual([[1], 3])
  asked[2]!.yes(5)
  await pass(60_000)
  expect([told, asked.length, ended]).toEqual([[1, 5], 3, []])
})
