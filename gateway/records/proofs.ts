import { ulid } from 'ulid'
import type { Proof } from '../../rules/proof.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type Proofs = ReturnType<typeof proofs>
export type ProofAction = 'started' | 'returned' | 'shown' | 'siren' | 'ended' | 'siren-ended'
/** When an alarm was proved last, and how its last proof ended. */
export interface LastProof {
  readonly alarm: string
  readonly rule: string
  /** UTC ms; null: never. */
  readonly provedAt: number | null
  readonly last: { readonly id: string; readonly endedAt: number; readonly passed: boolean }
}

/** Proofs of alarms. @param day the site's calendar day of a moment, `20261121` */
export function proofs(db: Db, day: (at: number) => string) {
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const write = db.prepare(
    `INSERT OR REPLACE INTO alarm_proof (id, no, rule, alarm, started_at, ended_at, passed, siren_due, facts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const get = db.prepare('SELECT facts, passed FROM alarm_proof WHERE id = ?')
  const newest = db.prepare('SELECT facts, passed FROM alarm_proof WHERE id < ? ORDER BY id DESC LIMIT ?')
  const ofRule = db.prepare('SELECT facts, passed FROM alarm_proof WHERE rule = ? AND id < ? ORDER BY id DESC LIMIT ?')
  const open = db.prepare('SELECT facts, passed FROM alarm_proof WHERE ended_at IS NULL OR siren_due = 1 ORDER BY id')
  const last = db.prepare(
    `SELECT alarm, rule, id, ended_at, passed,
       (SELECT max(ended_at) FROM alarm_proof b WHERE b.alarm = a.alarm AND b.passed = 1) AS proved_at
     FROM alarm_proof a WHERE id = (SELECT max(id) FROM alarm_proof c WHERE c.alarm = a.alarm AND c.ended_at IS NOT NULL)`,
  )
  const of = (row: unknown): KeptProof => {
    const { facts, passed } = row as { facts: string; passed: number | null }
    return { ...(JSON.parse(facts) as Proof), passed: passed === null ? null : passed === 1 }
  }
  const put = (proof: Proof, passed: boolean | null, sirenDue: boolean) =>
    void write.run(
      ...[proof.id, proof.no, proof.rule, proof.alarm, proof.at, proof.endedAt],
      ...[passed === null ? null : Number(passed), Number(sirenDue), JSON.stringify(proof)],
    )
  return {
    one(id: string): KeptProof {
      const row = get.get(id)
      return row ? of(row) : fail('not-found', { what: id })
    },
    /** Newest first, before the id `before`; of one rule, or of all. */
    list: (rule: string | undefined, limit: number, before = '~'): KeptProof[] =>
      (rule === undefined ? newest.all(before, limit) : ofRule.all(rule, before, limit)).map(of),
    /** Those that run, and those whose siren is still to be switched off. */
    open: (): KeptProof[] => open.all().map(of),
    /** One for each alarm that a proof has ended of. */
    last: (): LastProof[] =>
      last.all().map(row => {
        const r = row as Record<'alarm' | 'rule' | 'id', string> & {
          ended_at: number
          passed: number
          proved_at: number | null
        }
        const { alarm, rule, id } = r
        return { alarm, rule, provedAt: r.proved_at, last: { id, endedAt: r.ended_at, passed: r.passed === 1 } }
      }),
    /** Inside a change. Its id and number are made here. */
    add(note: Note, asked: Omit<Proof, 'id' | 'no'>): Proof {
      const { last } = nextNo.get('proof', day(asked.at)) as { last: number }
      const made: Proof = { ...asked, id: ulid(asked.at), no: `T-${day(asked.at)}-${String(last).padStart(3, '0')}` }
      put(made, null, false)
      const { no, alarm, values, why } = made
      note('proof', made.id, 'started', {
        ...{ no, alarm, why, values: values.map(({ point, value, was }) => ({ point, value, was })) },
        ...(made.siren && { siren: made.siren.point }),
      })
      return made
    },
    /** Inside a change. @param passed null: it runs @param sirenDue its siren is not known to be silent */
    put(
      note: Note,
      proof: Proof,
      passed: boolean | null,
      sirenDue: boolean,
      action: ProofAction,
      data: Record<string, unknown> = {},
    ): void {
      put(proof, passed, sirenDue)
      note('proof', proof.id, action, { no: proof.no, alarm: proof.alarm, ...data })
    },
  }
}
/** `passed`: null while it runs. */
export type KeptProof = Proof & { readonly passed: boolean | null }
