import type { Way } from '../../rules/signin/lifetime.ts'
import type { Db } from './db.ts'
import { hashSecret, newSecret } from './secrets.ts'

/** From where and how a session was opened. */
export interface Entered {
  readonly how: Way
  /** What the browser says it is, at most 200 characters; null: nothing. */
  readonly device: string | null
  readonly address: string | null
}
/** One that runs, as people see it. */
export interface Session {
  /** Names it; opens nothing. */
  readonly id: string
  readonly user: string
  readonly createdAt: number
  /** To the minute. */
  readonly seenAt: number
  /** Null where a former version opened it. */
  readonly how: string | null
  readonly device: string | null
  /** Where it was last seen. */
  readonly address: string | null
}
export interface Found {
  readonly hash: string
  readonly user: string
  readonly createdAt: number
  readonly seenAt: number
  readonly expiresAt: number
  /** Of what nothing is on the disk: it ends with the process. */
  readonly unrecorded: boolean
}
interface Row {
  readonly hash: string
  readonly user: string
  readonly created_at: number
  readonly seen_at: number
  readonly expires_at: number
  readonly how: string | null
  readonly device: string | null
  readonly address: string | null
}

const MOST_UNRECORDED = 100
/** From the hash, which only the gateway knows, and from which alone nobody signs in. */
export const sessionId = (hash: string): string => hashSecret(`session ${hash}`).slice(0, 22)

/** Sessions by the hash of their secret. When one ends is said by whoever opens and touches it. */
export function openSessions(db: Db) {
  const put = db.prepare(
    'INSERT INTO session (hash, user, created_at, seen_at, expires_at, how, device, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const get = db.prepare('SELECT * FROM session WHERE hash = ?')
  const all = db.prepare('SELECT * FROM session ORDER BY seen_at DESC, hash')
  const touch = db.prepare(
    'UPDATE session SET seen_at = ?, expires_at = ?, address = coalesce(?, address) WHERE hash = ?',
  )
  const drop = db.prepare('DELETE FROM session WHERE hash = ?')
  const dropOf = db.prepare('DELETE FROM session WHERE user = ? AND hash <> ?')
  const dropOld = db.prepare('DELETE FROM session WHERE expires_at < ?')
  const unrecorded = new Map<string, Found & Entered>()

  return {
    /** @param expiresAt UTC ms */
    open(user: string, { how, device, address }: Entered, now: number, expiresAt: number) {
      const secret = newSecret('s_')
      const hash = hashSecret(secret)
      dropOld.run(now)
      put.run(hash, user, now, now, expiresAt, how, device, address)
      return { secret, hash }
    },
    openUnrecorded(user: string, entered: Entered, now: number, expiresAt: number) {
      const secret = newSecret('s_')
      const hash = hashSecret(secret)
      unrecorded.set(hash, { hash, user, createdAt: now, seenAt: now, expiresAt, unrecorded: true, ...entered })
      if (unrecorded.size > MOST_UNRECORDED) unrecorded.delete(unrecorded.keys().next().value!)
      return { secret, hash }
    },
    of(secret: string): Found | undefined {
      const hash = hashSecret(secret)
      const row = get.get(hash) as Row | undefined
      return row ? found(row) : unrecorded.get(hash)
    },
    touch: (hash: string, now: number, expiresAt: number, address: string | null): void =>
      void touch.run(now, expiresAt, address, hash),
    close(hash: string): void {
      unrecorded.delete(hash)
      drop.run(hash)
    },
    /** @param keep hash of the one that goes on */
    closeAll(user: string, keep = ''): void {
      dropOf.run(user, keep)
      for (const [hash, session] of unrecorded) if (session.user === user && hash !== keep) unrecorded.delete(hash)
    },
    /** Those that run, the one used last first. */
    list: (now: number): (Session & { readonly hash: string })[] => [
      ...[...unrecorded.values()].filter(s => s.expiresAt > now).map(s => ({ ...s, id: sessionId(s.hash) })),
      ...(all.all() as unknown as Row[])
        .filter(row => row.expires_at >= now)
        .map(row => {
          const { user, how, device, address } = row
          return { ...found(row), id: sessionId(row.hash), user, how, device, address }
        }),
    ],
  }
}

const found = (row: Row): Found => ({
  ...{ hash: row.hash, user: row.user, createdAt: row.created_at, seenAt: row.seen_at },
  ...{ expiresAt: row.expires_at, unrecorded: false },
})
