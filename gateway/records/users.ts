import { ulid } from 'ulid'
import type { Role } from '../../rules/flow.ts'
import { type StartPage, startPageNames } from '../../rules/start.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import { hashPassword, hashSecret, NOBODY, newSecret, passwordFits } from './secrets.ts'
import type { Note } from './trail.ts'

export interface User {
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly createdAt: number
  /** The page that comes up first for him, when he has chosen one. */
  readonly start: StartPage | null
}
export interface Token {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revoked: boolean
}

const SESSION_MS = 12 * 3_600_000
/** A wall screen that is used all the time stays signed in; a forgotten desk does not. */
const RENEW_AFTER_MS = 60_000
const MOST_UNRECORDED = 100

export type Users = ReturnType<typeof users>

/** People, their sessions and their tokens. Only hashes are stored: a copy of records.db opens no door. */
export function users(db: Db) {
  const insert = db.prepare('INSERT INTO user (name, role, password, disabled, created_at) VALUES (?, ?, ?, 0, ?)')
  const get = db.prepare('SELECT * FROM user WHERE name = ?')
  const all = db.prepare('SELECT * FROM user ORDER BY created_at, name')
  const admins = db.prepare("SELECT count(*) AS n FROM user WHERE role = 'admin' AND disabled = 0 AND name <> ?")
  const setRole = db.prepare('UPDATE user SET role = ? WHERE name = ?')
  const setDisabled = db.prepare('UPDATE user SET disabled = ? WHERE name = ?')
  const setStart = db.prepare('UPDATE user SET start = ? WHERE name = ?')
  const setPassword = db.prepare('UPDATE user SET password = ? WHERE name = ?')
  const dropSessions = db.prepare('DELETE FROM session WHERE user = ? AND hash <> ?')
  const dropSession = db.prepare('DELETE FROM session WHERE hash = ?')
  const dropOld = db.prepare('DELETE FROM session WHERE expires_at < ?')
  const putSession = db.prepare(
    'INSERT INTO session (hash, user, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  )
  const renew = db.prepare('UPDATE session SET seen_at = ?, expires_at = ? WHERE hash = ?')
  const getSession = db.prepare(
    'SELECT u.*, s.seen_at, s.expires_at FROM session s JOIN user u ON u.name = s.user WHERE s.hash = ?',
  )
  const putToken = db.prepare(
    'INSERT INTO token (id, name, user, hash, created_at, expires_at, revoked) VALUES (?, ?, ?, ?, ?, ?, 0)',
  )
  const getToken = db.prepare(
    'SELECT u.*, t.id AS token_id, t.expires_at, t.revoked FROM token t JOIN user u ON u.name = t.user WHERE t.hash = ?',
  )
  const tokenById = db.prepare('SELECT * FROM token WHERE id = ?')
  const tokensOf = db.prepare('SELECT * FROM token WHERE user = ? OR ? ORDER BY id')
  const revoke = db.prepare('UPDATE token SET revoked = 1 WHERE id = ?')
  const revokeAll = db.prepare('UPDATE token SET revoked = 1 WHERE user = ?')

  const unrecorded = new Map<string, { readonly user: string; readonly expiresAt: number }>()
  const known = (name: string): User => userOf(get.get(name)) ?? fail('not-found', { what: name })
  const endSessions = (name: string, keep = '') => {
    dropSessions.run(name, keep)
    for (const [hash, session] of unrecorded) if (session.user === name && hash !== keep) unrecorded.delete(hash)
  }
  const notTheLast = (name: string) => {
    if ((admins.get(name) as { n: number }).n === 0) fail('last-admin')
  }

  return {
    count: () => all.all().length,
    list: (): User[] => all.all().map(row => userOf(row)!),
    get: (name: string): User | undefined => userOf(get.get(name)),

    /** Inside a change. `password` is a hash of `hashPassword`. */
    create(note: Note, name: string, role: Role, password: string, now: number): User {
      if (get.get(name)) fail('already-exists', { name })
      insert.run(name, role, password, now)
      note('user', name, 'created', { role })
      return known(name)
    },
    setRole(note: Note, name: string, role: Role): User {
      const user = known(name)
      if (user.role === 'admin' && role !== 'admin') notTheLast(user.name)
      setRole.run(role, user.name)
      note('user', user.name, 'role', { from: user.role, to: role })
      return known(name)
    },
    setDisabled(note: Note, name: string, disabled: boolean): User {
      const user = known(name)
      if (disabled && user.role === 'admin') notTheLast(user.name)
      setDisabled.run(disabled ? 1 : 0, user.name)
      if (disabled) {
        endSessions(user.name)
        revokeAll.run(user.name)
      }
      note('user', user.name, disabled ? 'disabled' : 'enabled')
      return known(name)
    },
    /** @param page null: that of his role */
    setStart(note: Note, name: string, page: StartPage | null): User {
      const user = known(name)
      setStart.run(page, user.name)
      note('user', user.name, 'start-page', { page })
      return known(name)
    },
    /** All other sessions of that person end. */
    setPassword(note: Note, name: string, password: string, keepSession = ''): User {
      const user = known(name)
      setPassword.run(password, user.name)
      endSessions(user.name, keepSession)
      note('user', user.name, 'password')
      return user
    },

    hash: hashPassword,
    /** The person, when name and password fit and the account is enabled. Takes as long when they don't. */
    async check(name: string, password: string): Promise<User | undefined> {
      const row = get.get(name) as { password: string } | undefined
      const fits = await passwordFits(password, row?.password ?? NOBODY)
      const user = userOf(get.get(name))
      return fits && user && !user.disabled ? user : undefined
    },

    openSession(note: Note, user: User, now: number): { readonly secret: string; readonly hash: string } {
      const secret = newSecret('s_')
      const hash = hashSecret(secret)
      dropOld.run(now)
      putSession.run(hash, user.name, now, now, now + SESSION_MS)
      note('session', user.name, 'signed-in')
      return { secret, hash }
    },
    /** For a disk that can't be written: it ends with the process. */
    openUnrecordedSession(user: User, now: number): { readonly secret: string; readonly hash: string } {
      const secret = newSecret('s_')
      const hash = hashSecret(secret)
      unrecorded.set(hash, { user: user.name, expiresAt: now + SESSION_MS })
      if (unrecorded.size > MOST_UNRECORDED) unrecorded.delete(unrecorded.keys().next().value!)
      return { secret, hash }
    },
    closeSession(note: Note, user: string, hash: string) {
      unrecorded.delete(hash)
      dropSession.run(hash)
      note('session', user, 'signed-out')
    },
    /** The person behind a session's secret; using it keeps it alive. */
    ofSession(secret: string, now: number): { readonly user: User; readonly hash: string } | undefined {
      const hash = hashSecret(secret)
      const other = unrecorded.get(hash)
      if (other) {
        const user = userOf(get.get(other.user))
        return user && !user.disabled && other.expiresAt > now ? { user, hash } : undefined
      }
      const row = getSession.get(hash) as { seen_at: number; expires_at: number } | undefined
      const user = userOf(row)
      if (!row || !user || user.disabled || row.expires_at < now) return undefined
      if (now - row.seen_at > RENEW_AFTER_MS)
        try {
          renew.run(now, now + SESSION_MS, hash)
        } catch {
          // A disk that takes nothing now must not turn away those who only look; the next use tries again.
        }
      return { user, hash }
    },

    createToken(note: Note, user: string, name: string, expiresAt: number | null, now: number) {
      const secret = newSecret('gh_')
      const id = ulid(now)
      putToken.run(id, name, user, hashSecret(secret), now, expiresAt)
      note('token', id, 'created', { name, user })
      return { token: tokenOf(tokenById.get(id))!, secret }
    },
    /** Their own, or everybody's for an admin. */
    tokens: (user: string, everybody: boolean): Token[] =>
      tokensOf.all(user, everybody ? 1 : 0).map(row => tokenOf(row)!),
    token: (id: string): Token | undefined => tokenOf(tokenById.get(id)),
    revokeToken(note: Note, id: string): Token {
      const token = tokenOf(tokenById.get(id)) ?? fail('not-found', { what: id })
      revoke.run(id)
      note('token', id, 'revoked', { name: token.name, user: token.user })
      return { ...token, revoked: true }
    },
    ofToken(secret: string, now: number): { readonly user: User; readonly token: string } | undefined {
      const row = getToken.get(hashSecret(secret)) as
        | { token_id: string; expires_at: number | null; revoked: number }
        | undefined
      const user = userOf(row)
      if (!row || !user || user.disabled || row.revoked || (row.expires_at !== null && row.expires_at < now))
        return undefined
      return { user, token: row.token_id }
    },
  }
}

function userOf(row: unknown): User | undefined {
  if (!row) return undefined
  const r = row as { name: string; role: Role; disabled: number; created_at: number; start: string | null }
  // A page that a newer version knew is none.
  const start = startPageNames.find(page => page === r.start) ?? null
  return { name: r.name, role: r.role, disabled: r.disabled === 1, createdAt: r.created_at, start }
}

function tokenOf(row: unknown): Token | undefined {
  if (!row) return undefined
  const r = row as {
    id: string
    name: string
    user: string
    created_at: number
    expires_at: number | null
    revoked: number
  }
  return {
    id: r.id,
    name: r.name,
    user: r.user,
    createdAt: r.created_at,
    expiresAt: r.expires_at,
    revoked: r.revoked === 1,
  }
}
