/**
 * Who may try a password now. A stranger is slowed down by what failed from his address, for that account from anywhere, and
 * for that account from his address; a screen from which that account came in before counts by itself and by nothing else, so
 * that nobody who only has the sign-in page keeps the control room out.
 */

/** From one address for one account, and from one known screen: failures that cost nothing, then 30 s, doubling up to 15 min. */
export const OWN = { free: 5, firstMs: 30_000, longestMs: 900_000 } as const
/** For one account from all strangers together; from one address for whatever accounts. Ten people of one office mistype, too. */
export const CROWD = { free: 20, firstMs: 5_000, longestMs: 900_000 } as const
/** What has failed so long ago is forgotten: half of it each time. */
const FORGOTTEN_MS = 900_000

export interface Budget {
  readonly free: number
  readonly firstMs: number
  readonly longestMs: number
}
/** Failures of one key; `until`: UTC ms, nothing is tried before. */
export interface Failures {
  readonly failed: number
  readonly at: number
  readonly until: number
}

/** ms to wait; 0: it may be tried. */
export const waitOf = (failures: Failures | undefined, now: number): number => Math.max(0, (failures?.until ?? 0) - now)

/** After one more failure. */
export function afterFailure(before: Failures | undefined, budget: Budget, now: number): Failures {
  // A wait that is over is not quiet time: it counts from the end of the wait.
  const quietMs = before ? Math.max(0, now - Math.max(before.at, before.until)) : 0
  const kept = Math.floor((before?.failed ?? 0) / 2 ** Math.floor(quietMs / FORGOTTEN_MS))
  const failed = kept + 1
  const over = failed - budget.free
  const waitMs = over < 0 ? 0 : Math.min(budget.firstMs * 2 ** Math.min(over, 20), budget.longestMs)
  return { failed, at: now, until: now + waitMs }
}

/** What a try counts for: each key with its budget. */
export interface Asker {
  /** As typed; the case does not count. */
  readonly account: string
  readonly address: string
  /** The id of the screen, when its cookie says that this account came in from it before; else null. */
  readonly device: string | null
}
export function keysOf({ account, address, device }: Asker): readonly (readonly [key: string, budget: Budget])[] {
  const name = account.toLowerCase()
  if (device !== null) return [[`screen ${device} ${name}`, OWN]]
  return [
    [`both ${address} ${name}`, OWN],
    [`account ${name}`, CROWD],
    [`address ${address}`, CROWD],
  ]
}
