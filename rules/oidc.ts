import type { Role } from './flow.ts'

/** What an identity provider says of somebody becomes a role here, or nothing [OpenID Connect Core 1.0, 5.1]. Pure. */
export interface OidcMap {
  /** Of these the first whose group he is in; in none: he may not come in. */
  readonly roles: readonly { readonly group: string; readonly role: Role }[]
  /** Where the groups stand, with dots: `groups`, `realm_access.roles`. */
  readonly groupsClaim: string
  /** Only verified addresses of this domain; left out: anybody whom the provider knows. */
  readonly domain?: string | undefined
}
export type Claims = Readonly<Record<string, unknown>>
export type OidcRefusal = 'oidc-domain' | 'oidc-no-role'

/** The groups of somebody; null: the provider said nothing of them. */
export function groupsOf(claims: Claims, claim: string): readonly string[] | null {
  const value = claim
    .split('.')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Claims)[key] : undefined), claims)
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter(v => typeof v === 'string') : null
}

/** The role of whoever has these claims, or why he may not come in. */
export function admitted(claims: Claims, map: OidcMap): { readonly role: Role } | { readonly refused: OidcRefusal } {
  if (map.domain !== undefined) {
    const email = typeof claims.email === 'string' ? claims.email.toLowerCase() : ''
    // An address that nobody verified is what its owner typed.
    if (claims.email_verified !== true || !email.endsWith(`@${map.domain.toLowerCase()}`))
      return { refused: 'oidc-domain' }
  }
  const groups = groupsOf(claims, map.groupsClaim) ?? []
  const line = map.roles.find(({ group }) => groups.includes(group))
  return line ? { role: line.role } : { refused: 'oidc-no-role' }
}

/** What an account of his could be called, the best first; which of them are free is asked elsewhere. */
export function accountNames(claims: Claims): readonly string[] {
  const said = [claims.preferred_username, claims.name, claims.email, claims.sub]
  const [first = 'person'] = said.flatMap(v =>
    typeof v === 'string' && v.normalize('NFC').trim() !== '' ? [v.normalize('NFC').trim().slice(0, 48)] : [],
  )
  // What an account may be called: see newUser of the contract.
  const name = [...first].filter(c => !/[\p{C}\p{Zl}\p{Zp}]/u.test(c)).join('') || 'person'
  return [name, ...Array.from({ length: 98 }, (_, i) => `${name} (${i + 2})`)]
}

const HOUR_MS = 3_600_000
/** Its groups were last asked for longer ago than a session may last: the sessions end, and he signs in again. */
export const isStale = (checkedAt: number, sessionHours: number, now: number): boolean =>
  now - checkedAt >= sessionHours * HOUR_MS
/** He has not come for so long that his account is shut, with the tokens that he made. */
export const isAway = (checkedAt: number, awayDays: number, now: number): boolean =>
  now - checkedAt >= awayDays * 24 * HOUR_MS
