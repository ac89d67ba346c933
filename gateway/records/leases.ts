import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** What a parking card rests on [车位租用协议]. Money is yuan as decimal text, never a float. */
export interface Lease {
  readonly credential: string
  readonly bay: string
  readonly plate: string
  readonly agreement: string
  readonly validTo: number
  readonly fee: string
  readonly receipt: string
}
export type Leases = ReturnType<typeof leases>

/** The card itself ends with its lease: both are changed together. */
export function leases(db: Db) {
  const add = db.prepare('INSERT INTO parking_lease VALUES (?, ?, ?, ?, ?, ?, ?)')
  const get = db.prepare('SELECT *, valid_to AS validTo FROM parking_lease WHERE credential = ?')
  const renew = db.prepare('UPDATE parking_lease SET valid_to = ?, fee = ?, receipt = ? WHERE credential = ?')
  const ends = db.prepare('UPDATE credential SET valid_to = ? WHERE id = ?')
  const of = (credential: string): Lease | null => (get.get(credential) as unknown as Lease | undefined) ?? null
  return {
    of,
    add(note: Note, l: Lease): void {
      add.run(l.credential, l.bay, l.plate, l.agreement, l.validTo, l.fee, l.receipt)
      note('credential', l.credential, 'leased', { agreement: l.agreement, bay: l.bay, validTo: l.validTo, fee: l.fee })
    },
    /** @throws not-found, time-not-ahead */
    renew(note: Note, credential: string, next: Pick<Lease, 'validTo' | 'fee' | 'receipt'>): void {
      const had = of(credential) ?? fail('not-found', { what: credential })
      if (next.validTo <= had.validTo) fail('time-not-ahead')
      renew.run(next.validTo, next.fee, next.receipt, credential)
      ends.run(next.validTo, credential)
      note('credential', credential, 'lease-renewed', { ...next, was: had.validTo })
    },
  }
}
