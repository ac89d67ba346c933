import type { Db } from './db.ts'

/** A second factor: the secret of an authenticator app. */
export interface Factor {
  /** Sealed. */
  readonly secret: string
  /** Of the last code that was taken; -1: none. */
  readonly lastStep: number
  readonly since: number
}
export interface Passkey {
  /** Of the credential, base64url. */
  readonly id: string
  readonly user: string
  readonly name: string
  /** The name of the gateway under which it was made, and under which alone it works. */
  readonly host: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
  /** It may be copied by its provider to other devices of the person [WebAuthn: backup eligible]. */
  readonly synced: boolean
  readonly backedUp: boolean
  readonly transports: readonly string[]
  readonly createdAt: number
  readonly usedAt: number | null
}
/** What somebody is told when he signs in next. */
export interface Told {
  readonly at: number
  readonly what: string
  readonly by: string
}

/** Second factors, recovery codes and passkeys of people; whoever changes them notes it on the trail. */
export function openFactors(db: Db) {
  const get = db.prepare('SELECT * FROM second_factor WHERE user = ?')
  const owners = db.prepare('SELECT user FROM second_factor')
  const put = db.prepare(
    `INSERT INTO second_factor (user, secret, last_step, since) VALUES (?, ?, ?, ?) ON CONFLICT (user) DO UPDATE SET
      secret = excluded.secret, last_step = excluded.last_step, since = excluded.since`,
  )
  const step = db.prepare('UPDATE second_factor SET last_step = ? WHERE user = ? AND last_step < ?')
  const drop = db.prepare('DELETE FROM second_factor WHERE user = ?')
  const dropCodes = db.prepare('DELETE FROM recovery_code WHERE user = ?')
  const putCode = db.prepare('INSERT INTO recovery_code (hash, user) VALUES (?, ?)')
  const takeCode = db.prepare('DELETE FROM recovery_code WHERE hash = ? AND user = ?')
  const hasCode = db.prepare('SELECT 1 FROM recovery_code WHERE hash = ? AND user = ?')
  const codesLeft = db.prepare('SELECT count(*) AS n FROM recovery_code WHERE user = ?')
  const passkeysOf = db.prepare('SELECT * FROM passkey WHERE user = ? ORDER BY created_at, id')
  const passkey = db.prepare('SELECT * FROM passkey WHERE id = ?')
  const passkeyCounts = db.prepare('SELECT user, count(*) AS n FROM passkey GROUP BY user')
  const putPasskey = db.prepare(
    `INSERT INTO passkey (id, user, name, host, public_key, counter, synced, backed_up, transports, created_at, used_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
  )
  const usePasskey = db.prepare('UPDATE passkey SET counter = ?, backed_up = ?, used_at = ? WHERE id = ?')
  const namePasskey = db.prepare('UPDATE passkey SET name = ? WHERE id = ?')
  const dropPasskey = db.prepare('DELETE FROM passkey WHERE id = ?')
  const dropPasskeys = db.prepare('DELETE FROM passkey WHERE user = ?')
  const tell = db.prepare('INSERT INTO person_told (user, at, what, by) VALUES (?, ?, ?, ?)')
  const told = db.prepare('SELECT at, what, by FROM person_told WHERE user = ? ORDER BY n')
  const forget = db.prepare('DELETE FROM person_told WHERE user = ?')

  return {
    of(user: string): Factor | null {
      const row = get.get(user) as { secret: string; last_step: number; since: number } | undefined
      return row ? { secret: row.secret, lastStep: row.last_step, since: row.since } : null
    },
    /** Who has one, in small letters. */
    withFactor: (): Set<string> => new Set((owners.all() as { user: string }[]).map(r => r.user.toLowerCase())),
    /** @param hashes of the recovery codes that go with it; those of before are no more */
    put(user: string, secret: string, lastStep: number, hashes: readonly string[], now: number): void {
      put.run(user, secret, lastStep, now)
      this.putCodes(user, hashes)
    },
    putCodes(user: string, hashes: readonly string[]): void {
      dropCodes.run(user)
      for (const hash of hashes) putCode.run(hash, user)
    },
    /** Whether it could: false when a code of this step or a later one was taken meanwhile. */
    takeStep: (user: string, used: number): boolean => Number(step.run(used, user, used).changes) === 1,
    hasCode: (user: string, hash: string): boolean => hasCode.get(hash, user) !== undefined,
    /** Whether there was such a code; now there is none. */
    takeCode: (user: string, hash: string): boolean => Number(takeCode.run(hash, user).changes) === 1,
    codesLeft: (user: string): number => (codesLeft.get(user) as { n: number }).n,
    drop(user: string): void {
      drop.run(user)
      dropCodes.run(user)
    },
    passkeysOf: (user: string): Passkey[] => passkeysOf.all(user).map(passkeyOf),
    passkey: (id: string): Passkey | null => {
      const row = passkey.get(id)
      return row ? passkeyOf(row) : null
    },
    /** How many each has, by the name in small letters. */
    passkeyCounts: (): Map<string, number> =>
      new Map((passkeyCounts.all() as { user: string; n: number }[]).map(r => [r.user.toLowerCase(), r.n])),
    addPasskey: (p: Omit<Passkey, 'usedAt'>): void =>
      void putPasskey.run(
        ...([p.id, p.user, p.name, p.host, p.publicKey, p.counter, p.synced ? 1 : 0] as const),
        ...([p.backedUp ? 1 : 0, JSON.stringify(p.transports), p.createdAt] as const),
      ),
    touchPasskey: (id: string, counter: number, backedUp: boolean, now: number): void =>
      void usePasskey.run(counter, backedUp ? 1 : 0, now, id),
    namePasskey: (id: string, name: string): void => void namePasskey.run(name, id),
    dropPasskey: (id: string): void => void dropPasskey.run(id),
    dropPasskeys: (user: string): void => void dropPasskeys.run(user),
    tell: (user: string, what: string, by: string, now: number): void => void tell.run(user, now, what, by),
    told: (user: string): Told[] => told.all(user) as unknown as Told[],
    forgetTold: (user: string): void => void forget.run(user),
  }
}
export type Factors = ReturnType<typeof openFactors>

interface PasskeyRow {
  readonly id: string
  readonly user: string
  readonly name: string
  readonly host: string
  readonly public_key: Uint8Array
  readonly counter: number
  readonly synced: number
  readonly backed_up: number
  readonly transports: string
  readonly created_at: number
  readonly used_at: number | null
}
function passkeyOf(row: unknown): Passkey {
  const r = row as PasskeyRow
  return {
    ...{ id: r.id, user: r.user, name: r.name, host: r.host, publicKey: new Uint8Array(r.public_key) },
    ...{ counter: r.counter, synced: r.synced === 1, backedUp: r.backed_up === 1, createdAt: r.created_at },
    ...{ transports: JSON.parse(r.transports) as string[], usedAt: r.used_at },
  }
}
