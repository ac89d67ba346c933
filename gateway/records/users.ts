import { ulid } from 'ulid'
import type { Role } from '../../rules/flow.ts'
import { sessionEnds } from '../../rules/signin/lifetime.ts'
import { type StartPage, startPageNames } from '../../rules/start.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import { hashPassword, hashSecret, NOBODY, newSecret, passwordFits } from './secrets.ts'
import { type Entered, openSessions, type Session } from './sessions.ts'
import { openSignInRules } from './signinrules.ts'
import type { Note } from './trail.ts'

export interface User {
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly createdAt: number
  /** The page that comes up first for him, when he has chosen one. */
  readonly start: StartPage | null
}
/** A screen on a wall that only looks. */
export interface Display extends User {
  readonly screens: number
  /** UTC ms; null: none of its screens is signed in. */
  readonly seenAt: number | null
}
export interface Token {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revoked: boolean
  /** To the minute; null: never, or not since it is kept. */
  readonly usedAt: number | null
}

/** A desk that is used all the time stays signed in; a forgotten one does not. */
const RENEW_AFTER_MS = 60_000
/** Where nobody was: what opens a session for a test or a former caller. */
const NOWHERE: Entered = { how: 'password', device: null, address: null }

export type Users = ReturnType<typeof users>

/** People, their sessions and their tokens. Only hashes are stored: a copy of records.db opens no door. */
export function users(db: Db) {
  const insert = db.prepare('INSERT INTO user (name, role, password, disabled, created_at) VALUES (?, ?, ?, 0, ?)')
  const get = db.prepare('SELECT * FROM user WHERE name = ?')
  const all = db.prepare('SELECT * FROM user ORDER BY created_at, name')
  const admins = db.prepare("SELECT count(*) AS n FROM user WHERE role = 'admin' AND disabled = 0 AND name <> ?")
  const screens = db.prepare(
    `SELECT u.*, count(s.hash) AS screens, max(s.seen_at) AS seen FROM user u LEFT JOIN session s ON s.user = u.name
      WHERE u.role = 'display' GROUP BY u.name ORDER BY u.created_at, u.name`,
  )
  const setRole = db.prepare('UPDATE user SET role = ? WHERE name = ?')
  const setDisabled = db.prepare('UPDATE user SET disabled = ? WHERE name = ?')
  const setStart = db.prepare('UPDATE user SET start = ? WHERE name = ?')
  const setPassword = db.prepare('UPDATE user SET password = ? WHERE name = ?')
  const putToken = db.prepare(
    'INSERT INTO token (id, name, user, hash, created_at, expires_at, revoked) VALUES (?, ?, ?, ?, ?, ?, 0)',
  )
  const getToken = db.prepare(
    'SELECT u.*, t.id AS token_id, t.expires_at, t.revoked, t.used_at FROM token t JOIN user u ON u.name = t.user WHERE t.hash = ?',
  )
  const tokenById = db.prepare('SELECT * FROM token WHERE id = ?')
  const tokensOf = db.prepare('SELECT * FROM token WHERE user = ? OR ? ORDER BY id')
  const useToken = db.prepare('UPDATE token SET used_at = ? WHERE id = ?')
  const revoke = db.prepare('UPDATE token SET revoked = 1 WHERE id = ?')
  const revokeAll = db.prepare('UPDATE token SET revoked = 1 WHERE user = ?')

  const sessions = openSessions(db)
  const rules = openSignInRules(db)
  const known = (name: string): User => userOf(get.get(name)) ?? fail('not-found', { what: name })
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
    /** All sessions of that person end, but one that he changes it in himself. */
    setRole(note: Note, name: string, role: Role, keepSession = ''): User {
      const user = known(name)
      if (user.role === 'admin' && role !== 'admin') notTheLast(user.name)
      setRole.run(role, user.name)
      // Signing in anew asks for what the new role demands, and no screen goes on showing what the former one saw.
      if (user.role !== role) sessions.closeAll(user.name, keepSession)
      // What hangs on a wall becomes nobody's desk, and the other way round.
      if ((user.role === 'display') !== (role === 'display')) revokeAll.run(user.name)
      note('user', user.name, 'role', { from: user.role, to: role })
      return known(name)
    },
    setDisabled(note: Note, name: string, disabled: boolean): User {
      const user = known(name)
      if (disabled && user.role === 'admin') notTheLast(user.name)
      setDisabled.run(disabled ? 1 : 0, user.name)
      if (disabled) {
        sessions.closeAll(user.name)
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
    displays: (): Display[] =>
      (screens.all() as { screens: number; seen: number | null }[]).map(row => ({
        ...userOf(row)!,
        screens: row.screens,
        seenAt: row.seen,
      })),
    /**
     * The account of a screen that is being let in: a new one, or one that was there and whose former screens end.
     * @param password hash of what nobody knows
     * @throws already-exists: a person has that name
     */
    takeDisplay(note: Note, name: string, password: string, address: string, now: number): User {
      const old = userOf(get.get(name))
      if (old && old.role !== 'display') fail('already-exists', { name })
      if (!old) insert.run(name, 'display', password, now)
      else {
        setDisabled.run(0, old.name)
        sessions.closeAll(old.name)
      }
      const user = known(name)
      note('user', user.name, 'paired', { role: user.role, address })
      return user
    },
    /** All other sessions of that person end. */
    setPassword(note: Note, name: string, password: string, keepSession = ''): User {
      const user = known(name)
      setPassword.run(password, user.name)
      sessions.closeAll(user.name, keepSession)
      note('user', user.name, 'password')
      return user
    },

    hash: hashPassword,
    /**
     * The person, when name and password fit and the account is enabled. Takes as long when they don't.
     * @param first before all others whose password waits to be looked at
     */
    async check(name: string, password: string, first = false): Promise<User | undefined> {
      const row = get.get(name) as { password: string } | undefined
      const fits = await passwordFits(password, row?.password ?? NOBODY, first)
      const user = userOf(get.get(name))
      return fits && user && !user.disabled ? user : undefined
    },

    /** @param entered how and from where he came in; the trail tells of it */
    openSession(
      note: Note,
      user: User,
      now: number,
      entered = NOWHERE,
    ): { readonly secret: string; readonly hash: string } {
      const made = sessions.open(user.name, entered, now, sessionEnds(rules.of(user.role), now, now))
      note('session', user.name, 'signed-in', { how: entered.how, address: entered.address })
      return made
    },
    /** For a disk that can't be written: it ends with the process. */
    openUnrecordedSession: (
      user: User,
      now: number,
      entered = NOWHERE,
    ): { readonly secret: string; readonly hash: string } =>
      sessions.openUnrecorded(user.name, entered, now, sessionEnds(rules.of(user.role), now, now)),
    closeSession(note: Note, user: string, hash: string) {
      sessions.close(hash)
      note('session', user, 'signed-out')
    },
    /** Those that run; of `user` only, or of everybody. The one used last first. */
    sessions: (user: string | null, now: number): (Session & { readonly hash: string })[] =>
      sessions.list(now).filter(s => user === null || s.user.toLowerCase() === user.toLowerCase()),
    /** Ends one that runs, from elsewhere. */
    endSession(note: Note, session: Session & { readonly hash: string }): void {
      sessions.close(session.hash)
      note('session', session.user, 'ended', { how: session.how, address: session.address })
    },
    /** Ends all of a person but one. @param keep its hash @returns how many */
    endSessions(note: Note, name: string, now: number, keep = ''): number {
      const { name: user } = known(name)
      const count = sessions.list(now).filter(s => s.user === user && s.hash !== keep).length
      sessions.closeAll(user, keep)
      if (count > 0) note('session', user, 'ended-all', { count })
      return count
    },
    /**
     * The person behind a session's secret; using it keeps it alive, as long as his role may stay signed in.
     * @param address where it is used now
     */
    ofSession(
      secret: string,
      now: number,
      address: string | null = null,
    ): { readonly user: User; readonly hash: string } | undefined {
      const found = sessions.of(secret)
      const user = found && userOf(get.get(found.user))
      if (!found || !user || user.disabled || found.expiresAt < now) return undefined
      const rule = rules.of(user.role)
      // As the rule is today: one that was made shorter ends what began under the longer one.
      if (sessionEnds(rule, found.createdAt, found.seenAt) < now && !found.unrecorded) return undefined
      if (!found.unrecorded && now - found.seenAt > RENEW_AFTER_MS)
        try {
          sessions.touch(found.hash, now, sessionEnds(rule, found.createdAt, now), address)
        } catch {
          // A disk that takes nothing now must not turn away those who only look; the next use tries again.
        }
      return { user, hash: found.hash }
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
        | { token_id: string; expires_at: number | null; revoked: number; used_at: number | null }
        | undefined
      const user = userOf(row)
      if (!row || !user || user.disabled || row.revoked || (row.expires_at !== null && row.expires_at < now))
        return undefined
      if (row.used_at === null || Math.abs(now - row.used_at) > RENEW_AFTER_MS)
        try {
          useToken.run(now, row.token_id)
        } catch {
          // As with sessions: a disk that takes nothing must not turn anybody away.
        }
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
    used_at: number | null
  }
  return {
    id: r.id,
    name: r.name,
    user: r.user,
    createdAt: r.created_at,
    expiresAt: r.expires_at,
    revoked: r.revoked === 1,
    usedAt: r.used_at,
  }
}
