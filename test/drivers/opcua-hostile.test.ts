import { EventEmitter } from 'node:events'
import { BrowseResult, type ClientSession, EventNotificationList, NodeId, StatusCodes, Variant } from 'node-opcua'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { browseNode } from '../../drivers/opcua/browse.ts'
import { subscriber } from '../../drivers/opcua/subscription.ts'

/** What `npm run prove -- fuzz 100000 opc` found of servers that say what none should. Time is made. */
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('an event for an item that is gone is left out; that of one that is there comes', async () => {
  const monitoredItems: Record<number, object> = { 3: {}, 4: {} }
  const subscription = Object.assign(new EventEmitter(), { monitoredItems, subscriptionId: 1 })
  const session = { createSubscription2: async () => subscription } as unknown as ClientSession
  const c = { publishMs: 500, timeoutMs: 5000 } as never
  await subscriber(session, c, vi.fn(), vi.fn(), vi.fn()).get()
  const event = (clientHandle: number) => ({ clientHandle, eventFields: [new Variant()] })
  const some = new EventNotificationList({ events: [event(3), event(99), event(4), event(0xffffffff)] })
  const none = new EventNotificationList({ events: null as never })
  Object.assign(none, { events: null })
  subscription.emit('raw_notification', { sequenceNumber: 1, notificationData: [some, none, null] })
  subscription.emit('raw_notification', { sequenceNumber: 2, notificationData: null })
  expect(some.events?.map(e => e.clientHandle)).toEqual([3, 4])
  // Gone before the stack came to it.
  delete monitoredItems[4]
  expect(some.events?.map(e => e.clientHandle)).toEqual([3])
  expect(none.events).toBe(null)
})

it('a server that has more to show without end is left after 15 s, and told so', async () => {
  const asked: (readonly [at: number, release: boolean])[] = []
  const began = Date.now()
  const page = () =>
    new BrowseResult({ statusCode: StatusCodes.Good, continuationPoint: Buffer.from('more'), references: [] })
  const session = {
    browse: async () => page(),
    browseNext: async (_: Buffer, release: boolean) => {
      await vi.advanceTimersByTimeAsync(100)
      asked.push([Date.now() - began, release])
      return page()
    },
  } as unknown as ClientSession
  const seen = await browseNode(session, new NodeId().toString(), 0, 100)
  expect(seen).toEqual({ ok: true, nodes: [], next: null })
  const [at, release] = asked.at(-1)!
  expect(asked.filter(([, released]) => released)).toHaveLength(1)
  expect([release, at > 15_000, at < 16_000]).toEqual([true, true, true])
})
