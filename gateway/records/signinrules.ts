import type { Role } from '../../rules/flow.ts'
import { signInRules as delivered, type SignInRule } from '../../rules/signin/lifetime.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** How people of each role sign in: as delivered until the site says otherwise. Holds though no site runs. */
export function openSignInRules(db: Db) {
  const get = db.prepare('SELECT factor, idle_ms, absolute_ms FROM sign_in_rule WHERE role = ?')
  const put = db.prepare(
    `INSERT INTO sign_in_rule (role, factor, idle_ms, absolute_ms) VALUES (?, ?, ?, ?) ON CONFLICT (role) DO UPDATE SET
      factor = excluded.factor, idle_ms = excluded.idle_ms, absolute_ms = excluded.absolute_ms`,
  )
  const of = (role: Role): SignInRule => {
    const row = get.get(role) as { factor: number; idle_ms: number; absolute_ms: number } | undefined
    return row ? { factor: row.factor === 1, idleMs: row.idle_ms, absoluteMs: row.absolute_ms } : { ...delivered[role] }
  }
  return {
    of,
    set(note: Note, role: Role, rule: SignInRule): void {
      const from = of(role)
      put.run(role, rule.factor ? 1 : 0, rule.idleMs, rule.absoluteMs)
      note('sign-in', role, 'changed', { from, to: rule })
    },
  }
}
export type SignInRules = ReturnType<typeof openSignInRules>
