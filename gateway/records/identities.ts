import type { Role } from '../../rules/flow.ts'
import { accountNames, type Claims } from '../../rules/oidc.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'
import type { User, Users } from './users.ts'

/** Somebody whom a provider knows, and his account here. */
export interface KnownOutside {
  readonly issuer: string
  readonly subject: string
  readonly user: string
  /** When the provider last said who he is, UTC ms. */
  readonly checkedAt: number
  /** When his account was shut because he left; null: it is open, or an admin shut it. */
  readonly endedAt: number | null
}
export type Identities = ReturnType<typeof openIdentities>

/** Accounts of people whom a provider knows: found by its word for them, the subject, never by an address or a name. */
export function openIdentities(db: Db, users: Users) {
  const get = db.prepare('SELECT * FROM outside_identity WHERE issuer = ? AND subject = ?')
  const all = db.prepare('SELECT * FROM outside_identity ORDER BY user')
  const put = db.prepare(
    `INSERT INTO outside_identity (issuer, subject, user, checked_at, ended_at) VALUES (?, ?, ?, ?, NULL)
     ON CONFLICT (issuer, subject) DO UPDATE SET checked_at = excluded.checked_at, ended_at = NULL`,
  )
  const end = db.prepare('UPDATE outside_identity SET ended_at = ? WHERE issuer = ? AND subject = ?')
  const sessions = db.prepare('SELECT count(*) AS n FROM session WHERE user = ?')
  const drop = db.prepare('DELETE FROM session WHERE user = ?')
  const identityOf = (row: unknown): KnownOutside => {
    const r = row as { issuer: string; subject: string; user: string; checked_at: number; ended_at: number | null }
    return { issuer: r.issuer, subject: r.subject, user: r.user, checkedAt: r.checked_at, endedAt: r.ended_at }
  }
  const known = (issuer: string, subject: string): KnownOutside | undefined => {
    const row = get.get(issuer, subject)
    return row ? identityOf(row) : undefined
  }
  return {
    list: (): KnownOutside[] => all.all().map(identityOf),
    known,
    /**
     * Inside a change: his account with this role, a new one the first time. An account of the gateway's own that has his
     * name is not his: he gets another name. @param password of a new account: hash of what nobody knows; null: he has one
     * @throws oidc-account-off: an admin shut it
     */
    admit(
      note: Note,
      issuer: string,
      claims: Claims & { readonly sub: string },
      role: Role,
      password: string | null,
      now: number,
    ): User {
      const had = known(issuer, claims.sub)
      if (!had) {
        if (password === null) return fail('oidc-again')
        const name = accountNames(claims).find(one => !users.get(one)) ?? fail('already-exists', { name: claims.sub })
        const made = users.create(note, name, role, password, now)
        put.run(issuer, claims.sub, made.name, now)
        note('user', made.name, 'linked', { issuer, subject: claims.sub })
        return made
      }
      const user = users.get(had.user)!
      if (user.disabled) {
        if (had.endedAt === null) fail('oidc-account-off')
        users.setDisabled(note, user.name, false)
      }
      put.run(issuer, claims.sub, user.name, now)
      return user.role === role ? users.get(user.name)! : users.setRole(note, user.name, role)
    },
    /** Inside a change: he left, or did not come for long: his account is shut with its sessions and tokens. */
    shut(note: Note, one: KnownOutside, now: number): void {
      if (users.get(one.user)?.disabled === false) users.setDisabled(note, one.user, true)
      end.run(now, one.issuer, one.subject)
    },
    hasSessions: (user: string): boolean => (sessions.get(user) as { n: number }).n > 0,
    /** Inside a change: he has to sign in again. */
    endSessions(note: Note, one: KnownOutside): void {
      drop.run(one.user)
      note('session', one.user, 'over', { checked: new Date(one.checkedAt).toISOString() })
    },
  }
}
