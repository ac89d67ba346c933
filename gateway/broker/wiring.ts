import { hostPort } from '../core/address.ts'
import type { Bus } from '../core/bus.ts'
import type { Events } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import { controllerOf } from '../doorlink/wire.ts'
import { openBrokerDoors } from '../doors/brokerdoors.ts'
import { startBroker } from '../out/broker.ts'
import type { BrokerAccounts } from '../records/brokeraccounts.ts'
import type { DoorControllers } from '../records/doorcontrollers.ts'
import { openBrokerFile } from './file.ts'

export interface OutletDeps {
  /** `host:port` to listen on. */
  readonly mqtt: string
  readonly accounts: BrokerAccounts
  /** A door controller speaks by its own account alone. */
  readonly controllers: Pick<DoorControllers, 'get'>
  /** Folders of everything that is kept, and of secrets. */
  readonly data: string
  readonly secrets: string
  readonly now: () => number
  readonly bus: Bus<Events>
  readonly log: Log
}

export type Outlet = Awaited<ReturnType<typeof openOutlet>>

/** The embedded broker with the accounts of machines, and what could not be published to it. */
export async function openOutlet({ mqtt, accounts, controllers, data, secrets, now, bus, log }: OutletDeps) {
  const machines = new Map<string, ReturnType<typeof accounts.get>>()
  bus.on('record', entry => {
    if (entry.kind === 'broker-account') machines.clear()
  })
  const broker = await startBroker({
    ...hostPort(mqtt),
    now,
    file: openBrokerFile(data, aside =>
      log.error(
        { aside },
        'broker.db was broken: it was put aside and a new one begun; sessions of MQTT clients are gone',
      ),
    ),
    check: (name, password) => accounts.check(name, password),
    // Asked for each message and subscriber, so not the database each time.
    account(name) {
      if (!machines.has(name)) machines.set(name, accounts.get(name))
      const found = machines.get(name)
      return found && !found.revoked ? found : undefined
    },
    ownerOf: topic => {
      const controller = controllerOf(topic)
      return controller === null ? null : (controllers.get(controller)?.account ?? '')
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
    doors: openBrokerDoors({ broker, secrets, log, now }),
    /** Of the monotonic clock, in ms. */
    failedAt: () => failedAt,
    failed,
    publish: (topic: string, body: object | null, retain: boolean) =>
      broker
        .publish(topic, body ? JSON.stringify(body) : '', { retain, qos: 1 })
        .catch((error: unknown) => failed({ error })),
  }
}
