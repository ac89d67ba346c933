import { hostPort } from './core/address.ts'
import type { Bus } from './core/bus.ts'
import type { Events } from './core/events.ts'
import type { Log } from './core/log.ts'
import { startBroker } from './out/broker.ts'
import type { BrokerAccounts } from './records/brokeraccounts.ts'

export interface OutletDeps {
  /** `host:port` to listen on. */
  readonly mqtt: string
  readonly accounts: BrokerAccounts
  readonly bus: Bus<Events>
  readonly log: Log
}

export type Outlet = Awaited<ReturnType<typeof openOutlet>>

/** The embedded broker with the accounts of machines, and what could not be published to it. */
export async function openOutlet({ mqtt, accounts, bus, log }: OutletDeps) {
  const machines = new Map<string, ReturnType<typeof accounts.get>>()
  bus.on('record', entry => {
    if (entry.kind === 'broker-account') machines.clear()
  })
  const broker = await startBroker({
    ...hostPort(mqtt),
    check: (name, password) => accounts.check(name, password),
    // Asked for each message and subscriber, so not the database each time.
    account(name) {
      if (!machines.has(name)) machines.set(name, accounts.get(name))
      const found = machines.get(name)
      return found && !found.revoked ? found : undefined
    },
    log,
  })
  let failedAt: number | null = null
  /** Something that somebody outside should have got did not leave. */
  const failed = (detail: object, message = 'publish failed') => {
    failedAt = performance.now()
    log.warn(detail, message)
  }
  return {
    broker,
    /** Of the monotonic clock, in ms. */
    failedAt: () => failedAt,
    failed,
    publish: (topic: string, body: object | null, retain: boolean) =>
      broker
        .publish(topic, body ? JSON.stringify(body) : '', { retain, qos: 1 })
        .catch((error: unknown) => failed({ error })),
  }
}
