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
  const asked: { yes(value: number): void; no(): void }[] = []
  const session = {
    read: () =>
      new Promise((resolve, reject) =>
        asked.push({ yes: value => resolve([good(value)]), no: () => reject(new Error('Transaction has timed out')) }),
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
  return { asked, told, ended, items, notify: (value: number) => group.emit('changed', null, good(value), 0) }
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
