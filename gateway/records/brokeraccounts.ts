import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import { NOBODY, passwordFits } from './secrets.ts'
import type { Note } from './trail.ts'

/** A machine that may talk to the embedded broker, and about what: MQTT topic filters. */
export interface BrokerAccount {
  readonly name: string
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
  readonly createdAt: number
  readonly revoked: boolean
}
export type BrokerAccounts = ReturnType<typeof brokerAccounts>

export function brokerAccounts(db: Db) {
  const insert = db.prepare(
    'INSERT INTO broker_account (name, password, publish, subscribe, created_at, revoked) VALUES (?, ?, ?, ?, ?, 0)',
  )
  const get = db.prepare('SELECT * FROM broker_account WHERE name = ?')
  const all = db.prepare('SELECT * FROM broker_account ORDER BY created_at, name')
  const revoke = db.prepare('UPDATE broker_account SET revoked = 1 WHERE name = ?')
  const known = (name: string): BrokerAccount => accountOf(get.get(name)) ?? fail('not-found', { what: name })
  return {
    list: (): BrokerAccount[] => all.all().map(row => accountOf(row)!),
    get: (name: string): BrokerAccount | undefined => accountOf(get.get(name)),
    /** Inside a change. `password` is a hash of `hashPassword`. */
    create(
      note: Note,
      account: { readonly name: string; readonly publish: readonly string[]; readonly subscribe: readonly string[] },
      password: string,
      now: number,
    ): BrokerAccount {
      const { name, publish, subscribe } = account
      if (get.get(name)) fail('already-exists', { name })
      insert.run(name, password, JSON.stringify(publish), JSON.stringify(subscribe), now)
      note('broker-account', name, 'created', { publish, subscribe })
      return known(name)
    },
    revoke(note: Note, name: string): BrokerAccount {
      known(name)
      revoke.run(name)
      note('broker-account', name, 'revoked')
      return known(name)
    },
    async check(name: string, password: string): Promise<BrokerAccount | undefined> {
      const row = get.get(name) as { password: string } | undefined
      const fits = await passwordFits(password, row?.password ?? NOBODY)
      const account = accountOf(get.get(name))
      return fits && account && !account.revoked ? account : undefined
    },
  }
}

function accountOf(row: unknown): BrokerAccount | undefined {
  if (!row) return undefined
  const r = row as { name: string; publish: string; subscribe: string; created_at: number; revoked: number }
  return {
    name: r.name,
    publish: JSON.parse(r.publish) as string[],
    subscribe: JSON.parse(r.subscribe) as string[],
    createdAt: r.created_at,
    revoked: r.revoked === 1,
  }
}
