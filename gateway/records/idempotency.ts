import { createHash } from 'node:crypto'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'

const KEPT_MS = 24 * 3_600_000
export type Idempotency = ReturnType<typeof idempotency>

/**
 * A creating request that is repeated with the same Idempotency-Key gets the first answer again, also after a crash:
 * the key is written in the transaction of what it created. Secrets are never stored, so a repeated answer lacks them.
 */
export function idempotency(db: Db) {
  const get = db.prepare('SELECT request, answer FROM idempotency WHERE actor = ? AND key = ?')
  const put = db.prepare(
    'INSERT INTO idempotency (key, actor, request, status, answer, at) VALUES (?, ?, ?, 201, ?, ?)',
  )
  const drop = db.prepare('DELETE FROM idempotency WHERE at < ?')
  // Without the password: from a fast hash it could be guessed, for which scrypt is there.
  const digest = (request: unknown) =>
    createHash('sha256')
      .update(JSON.stringify(request, (key, value) => (key === 'password' ? undefined : value)))
      .digest('base64url')
  return {
    /** What was answered to this key before, if anything. Throws `key-reused` when the request was another one. */
    before<T>(key: string | undefined, actor: string, request: unknown): T | undefined {
      if (key === undefined) return undefined
      const row = get.get(actor, key) as { request: string; answer: string } | undefined
      if (!row) return undefined
      if (row.request !== digest(request)) fail('key-reused')
      return JSON.parse(row.answer) as T
    },
    /** Inside the change that creates: remembers the answer, which must hold no secret. */
    keep(key: string | undefined, actor: string, request: unknown, answer: unknown, now: number) {
      if (key === undefined) return
      drop.run(now - KEPT_MS)
      put.run(key, actor, digest(request), JSON.stringify(answer), now)
    },
  }
}
