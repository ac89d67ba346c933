import type { ClientSession, ClientSubscription } from 'node-opcua'
import type { Connection } from './protocol.ts'
import { createSequence } from './sequence.ts'
import { within } from './within.ts'

/** A session that is not heard of for so long is over for the server, and so is its subscription. */
export const SESSION_MS = 60_000
export type Subscriber = ReturnType<typeof subscriber>

/**
 * The subscription, made when first needed, and when it was last heard of.
 * @param missed so many of its messages never came; 0: perhaps none, but the wire was cut since it was last heard of
 */
export function subscriber(
  session: ClientSession,
  c: Connection,
  finish: (why: string) => void,
  missed: (messages: number) => void,
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
    const hear = () => {
      heardAt = performance.now()
      fresh = true
    }
    hear()
    subscription.on('raw_notification', ({ sequenceNumber, notificationData }) => {
      const first = !fresh
      hear()
      const isKeepAlive = !notificationData?.length
      const missing = sequence.take({ sequenceNumber, isKeepAlive })
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
