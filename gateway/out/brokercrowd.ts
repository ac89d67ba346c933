import { isNear } from '../core/address.ts'

/** Of one address that is not this machine, before they have signed in: a hall of devices that come back at once takes turns. */
const STRANGERS_OF_ADDRESS = 50

/**
 * Who holds how many connections of the broker, so that nobody alone can take them all: strangers by address, accounts by name.
 * @param ofAccount connections of one account at most
 */
export function createCrowd(ofAccount: number, strangersOfAddress = STRANGERS_OF_ADDRESS) {
  const strangers = new Map<string, Set<object>>()
  const accounts = new Map<string, Set<object>>()
  const put = (to: Map<string, Set<object>>, key: string, one: object, most: number): boolean => {
    const all = to.get(key) ?? new Set()
    if (all.size >= most) return false
    to.set(key, all.add(one))
    return true
  }
  const drop = (from: Map<string, Set<object>>, key: string, one: object) => {
    const all = from.get(key)
    if (all?.delete(one) && all.size === 0) from.delete(key)
  }
  return {
    /** Whether this one may stay, that nobody knows yet. */
    comes: (wire: object, address: string): boolean =>
      isNear(address) || put(strangers, address, wire, strangersOfAddress),
    /** Whether it may come in, as this account. */
    enters(wire: object, address: string, account: string): boolean {
      drop(strangers, address, wire)
      return put(accounts, account, wire, ofAccount)
    },
    goes(wire: object, address: string, account: string | undefined): void {
      drop(strangers, address, wire)
      if (account !== undefined) drop(accounts, account, wire)
    },
  }
}
