import { createHash } from 'node:crypto'
import { createTurns } from '../core/turns.ts'

/** A machine that has signed in, and what it may do. */
export interface Account {
  readonly name: string
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}
export interface Accounts {
  /** The account that this name and password open, if any. */
  check(name: string, password: string): Promise<Account | undefined>
  /** The account as it is now; undefined once it was revoked. */
  account(name: string): Account | undefined
}

/** Failed sign-ins of one name at one address before it has to wait: one device with an old password shuts out no other. */
const MAX_FAILURES = 10
const FAILURE_WINDOW_MS = 60_000
const MOST_FAILING = 10_000

/** Who a client is, by name and password. */
export function createSignIn({ check, account }: Accounts) {
  const failures = new Map<string, number[]>()
  /** scrypt once per account, name and password, not at each reconnect of a flapping link. Emptied with the process. */
  const proved = new Map<string, string>()
  const inTurn = createTurns()
  const keyOf = (address: string, name: string) => `${address} ${name}`
  const mustWait = (address: string, name: string): boolean => {
    const since = Date.now() - FAILURE_WINDOW_MS
    return (failures.get(keyOf(address, name)) ?? []).filter(at => at > since).length >= MAX_FAILURES
  }
  const failed = (address: string, name: string) => {
    const key = keyOf(address, name)
    failures.set(key, [...(failures.get(key) ?? []).slice(-MAX_FAILURES), Date.now()])
    if (failures.size > MOST_FAILING) failures.delete(failures.keys().next().value!)
  }
  return {
    mustWait,
    /**
     * Calls `done` at once for whoever proved it before. Strangers of one address take turns, so that a crowd of them
     * keeps nobody else from signing in, here or over HTTP.
     * @param gone the client has left meanwhile
     */
    attempt(
      who: { readonly address: string; readonly name: string; readonly secret: string },
      gone: () => boolean,
      done: (found: Account | undefined) => void,
      trouble: (error: unknown) => void,
    ): void {
      const { address, name, secret } = who
      const proof = createHash('sha256').update(`${name}\0${secret}`).digest('base64')
      const told = (found: Account | undefined) => {
        if (!found && !gone()) failed(address, name)
        done(found)
      }
      if (proved.get(name) === proof) {
        told(account(name))
        return
      }
      const find = async () => {
        if (proved.get(name) === proof) return account(name)
        if (gone() || mustWait(address, name)) return undefined
        const found = await check(name, secret)
        if (found) proved.set(name, proof)
        return found
      }
      inTurn(address, find).then(told, trouble)
    },
    forget: (name: string) => proved.delete(name),
  }
}
