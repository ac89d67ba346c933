import {
  type ClientSession,
  type ClientSubscription,
  DataChangeNotification,
  type DataValue,
  EventNotificationList,
} from 'node-opcua'
import type { Connection } from './protocol.ts'
import { createSequence } from './sequence.ts'
import { within } from './within.ts'

/** A session that is not heard of for so long is over for the server, and so is its subscription. */
export const SESSION_MS = 60_000
/** The service itself: the stack has it, and does not say so. */
interface Republishes {
  republish(asked: { readonly subscriptionId: number; readonly retransmitSequenceNumber: number }): Promise<{
    readonly notificationMessage: { readonly notificationData: readonly unknown[] | null }
  }>
}
/** So many lost messages are asked for once more; a server keeps no more. */
const MOST_AGAIN = 100
export type Subscriber = ReturnType<typeof subscriber>

/**
 * The subscription, made when first needed, and when it was last heard of.
 * @param missed so many of its messages never came; 0: perhaps none, but the wire was cut since it was last heard of
 * @param older a value of a message that came only when it was asked for once more, by the handle of its item
 */
export function subscriber(
  session: ClientSession,
  c: Connection,
  finish: (why: string) => void,
  missed: (messages: number) => void,
  older: (handle: number, value: DataValue) => void,
) {
  let made: Promise<ClientSubscription> | undefined
  let current: ClientSubscription | undefined
  let heardAt = 0
  let fresh = false
  const sequence = createSequence()
  async function create(): Promise<ClientSubscription> {
    const keepAlives = Math.max(1, Math.round(1500 / c.publishMs))
    const subscription = await within(
      c.timeoutMs,
      session.createSubscription2({
        requestedPublishingInterval: c.publishMs,
        requestedMaxKeepAliveCount: keepAlives,
        requestedLifetimeCount: Math.max(keepAlives * 10, Math.ceil(SESSION_MS / c.publishMs)),
        maxNotificationsPerPublish: 5000,
        publishingEnabled: true,
        priority: 10,
      }),
      'subscription',
    )
    /** The stack asks for lost messages until another one overtakes them; a server has them still [OPC 10000-4 5.14.6]. */
    const askAgain = async (first: number, count: number) => {
      const { subscriptionId } = subscription
      for (let n = first; n < first + Math.min(count, MOST_AGAIN); n++) {
        const asked = (session as ClientSession & Republishes).republish({
          subscriptionId,
          retransmitSequenceNumber: n,
        })
        const answer = await within(c.timeoutMs, asked, 'republish').catch(() => null)
        for (const part of answer?.notificationMessage.notificationData ?? [])
          if (part instanceof DataChangeNotification)
            for (const { clientHandle, value } of part.monitoredItems ?? []) older(clientHandle, value)
      }
    }
    const hear = () => {
      heardAt = performance.now()
      fresh = true
    }
    hear()
    subscription.on('raw_notification', ({ sequenceNumber, notificationData }) => {
      for (const part of notificationData ?? [])
        if (part instanceof EventNotificationList) keepKnown(part, subscription)
      const first = !fresh
      hear()
      const isKeepAlive = !notificationData?.length
      const last = sequence.last()
      const missing = sequence.take({ sequenceNumber, isKeepAlive })
      if (missing > 0 && last !== undefined) void askAgain(last + 1, missing)
      // The stack takes the number on a keep-alive for one it has, and would never ask for that message again.
      if (isKeepAlive) Object.assign(subscription, { lastSequenceNumber: sequence.last() })
      if (missing > 0 || first) missed(missing)
    })
    for (const event of ['terminated', 'internal_error', 'status_changed', 'error'] as const)
      subscription.on(event as 'terminated', () => finish(`subscription ${event}`))
    current = subscription
    return subscription
  }
  return {
    get(): Promise<ClientSubscription> {
      made ??= create()
      return made
    },
    id: () => current?.subscriptionId,
    /** After an interruption: it does not count as heard of until it is. */
    listen() {
      heardAt = performance.now()
      fresh = false
    },
    heard() {
      if (!current) return { silent: false, alive: false }
      // The server revises what was asked for; what it promised is what it is held to.
      const everyMs = current.publishingInterval * current.maxKeepAliveCount
      const silentMs = performance.now() - heardAt
      return { silent: silentMs > 3 * everyMs + 2000, alive: fresh && silentMs <= everyMs + 1500 }
    },
  }
}

/**
 * An event for an item that is gone, or never was, would end the process: the stack asserts that there is none. It hands them
 * out a little later, so who is there is looked at when it does.
 */
function keepKnown(part: EventNotificationList, subscription: ClientSubscription): void {
  const all = part.events
  const known = () => all?.filter(event => event.clientHandle in subscription.monitoredItems) ?? null
  Object.defineProperty(part, 'events', { get: known, enumerable: true, configurable: true })
}
