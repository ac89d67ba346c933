import type { Role } from '../flow.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How people of a role sign in, and how long they stay so. */
export interface SignInRule {
  /** A second factor is demanded of everybody of the role; else it is each person's own choice. */
  readonly factor: boolean
  /** A session that nobody used so long has ended, ms. */
  readonly idleMs: number
  /** However much it is used, a session ends so long after signing in, ms. */
  readonly absoluteMs: number
}

const rule = (idleMs: number, absoluteMs: number): SignInRule => ({ factor: false, idleMs, absoluteMs })
/** As delivered. Whoever keeps the control room is not thrown out in the middle of a night; whoever may change everything is forgotten soonest. */
export const signInRules: Readonly<Record<Role, SignInRule>> = {
  admin: rule(4 * HOUR, 7 * DAY),
  engineer: rule(12 * HOUR, 30 * DAY),
  operator: rule(24 * HOUR, 90 * DAY),
  guard: rule(12 * HOUR, 30 * DAY),
  desk: rule(12 * HOUR, 30 * DAY),
  billing: rule(12 * HOUR, 7 * DAY),
  manager: rule(12 * HOUR, 7 * DAY),
  viewer: rule(12 * HOUR, 30 * DAY),
  // A screen on a wall comes back by itself after a shutdown of weeks; it can be put out at any time.
  display: rule(90 * DAY, 3650 * DAY),
}

/** What a site may set, ms. */
export const bounds = { idleMs: [5 * MINUTE, 30 * DAY], absoluteMs: [HOUR, 365 * DAY] } as const

/** @returns UTC ms from which on the session is no more */
export const sessionEnds = (
  { idleMs, absoluteMs }: Pick<SignInRule, 'idleMs' | 'absoluteMs'>,
  createdAt: number,
  seenAt: number,
): number => Math.min(seenAt + idleMs, createdAt + absoluteMs)

/** How somebody has proven who he is. */
export const ways = ['password', 'code', 'recovery', 'passkey', 'paired', 'oidc', 'ldap'] as const
export type Way = (typeof ways)[number]
