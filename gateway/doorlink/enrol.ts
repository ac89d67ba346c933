import type { AccessKeys } from '../access/keys.ts'
import type { Actor } from '../core/events.ts'
import type { BrokerAccounts } from '../records/brokeraccounts.ts'
import type { DoorControllers } from '../records/doorcontrollers.ts'
import { hashPassword, newPassword } from '../records/secrets.ts'
import type { Trail } from '../records/trail.ts'
import { filtersOf, rootOf } from './wire.ts'

export interface EnrolDeps {
  readonly trail: Trail
  readonly brokerAccounts: BrokerAccounts
  readonly doorControllers: DoorControllers
  readonly accessKeys: AccessKeys
  /** Ends the connections of an account that counts no more. */
  readonly dropBrokerAccount: (name: string) => void
}
/** What is handed to a controller, once: nothing of it is kept here in the clear. */
export interface Enrolled {
  readonly controller: string
  readonly account: string
  readonly password: string
  /** 32 bytes, base64url. */
  readonly key: string
  /** Raw Ed25519, base64url. */
  readonly publicKey: string
  readonly topic: string
}

/** A broker account and keys of its own for a controller, made at random; those that it had before end at once. */
export async function enrolController(
  deps: EnrolDeps,
  site: string,
  id: string,
  by: Actor,
  reason: string,
  now: number,
): Promise<Enrolled> {
  const { trail, brokerAccounts, doorControllers, accessKeys } = deps
  const password = newPassword()
  const hash = await hashPassword(password)
  const before = doorControllers.get(id)?.account ?? null
  const account = trail.change(by, note => {
    const taken = new Set(brokerAccounts.list().map(a => a.name))
    let n = 1
    while (taken.has(`door-${id}-${n}`)) n++
    const name = `door-${id}-${n}`
    brokerAccounts.create(note, { name, ...filtersOf(site, id) }, hash, now)
    if (before !== null && brokerAccounts.get(before)?.revoked === false) brokerAccounts.revoke(note, before)
    doorControllers.enrol(note, id, name, by.name, now, reason)
    return name
  })
  if (before !== null) deps.dropBrokerAccount(before)
  return {
    ...{ controller: id, account, password, topic: rootOf(site, id) },
    key: accessKeys.controllerKey(account).toString('base64url'),
    publicKey: Buffer.from(accessKeys.passPublicKey).toString('base64url'),
  }
}
