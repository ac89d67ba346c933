import type { Review, Seal } from '../../rules/patrol/review.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** What somebody wrote to a round afterwards: it changes nothing of it. */
export interface RoundRemark {
  readonly at: number
  readonly by: string
  readonly text: string
}
export type PatrolReviews = ReturnType<typeof patrolReviews>

/** Reviews, seals and remarks of rounds; what they stand on is in `patrolRecords`. */
export function patrolReviews(db: Db) {
  const review = db.prepare('UPDATE patrol_round SET review = ? WHERE id = ? AND review IS NULL')
  const seal = db.prepare('UPDATE patrol_round SET seal = ? WHERE id = ? AND seal IS NULL')
  const remark = db.prepare('INSERT INTO patrol_remark (round, at, by, text) VALUES (?, ?, ?, ?)')
  const remarks = db.prepare('SELECT at, by, text FROM patrol_remark WHERE round = ? ORDER BY seq')
  const sealed = db.prepare(
    `SELECT id, route, day, seal FROM patrol_round WHERE seal IS NOT NULL AND json_extract(seal, '$.at') > ?
      ORDER BY json_extract(seal, '$.at'), id`,
  )
  const waiting = db.prepare('SELECT count(*) AS n FROM patrol_round WHERE closed_at > ? AND seal IS NULL')
  return {
    /** Inside a change. */
    review(note: Note, round: string, made: Review): void {
      review.run(JSON.stringify(made), round)
      note('round', round, 'reviewed', { reasons: made.reasons })
    },
    /** Inside a change. */
    seal(note: Note, round: string, made: Seal): void {
      seal.run(JSON.stringify(made), round)
      note('round', round, 'sealed', { hash: made.hash })
    },
    /** Inside a change. */
    remark(note: Note, round: string, { at, by, text }: RoundRemark): void {
      remark.run(round, at, by, text)
      note('round', round, 'remark', { text })
    },
    remarks: (round: string): RoundRemark[] => remarks.all(round) as unknown as RoundRemark[],
    /** Sealed after this moment. */
    sealedSince: (at: number) =>
      (sealed.all(at) as { id: string; route: string; day: string; seal: string }[]).map(r => ({
        ...{ id: r.id, route: r.route, day: r.day, seal: JSON.parse(r.seal) as Seal },
      })),
    /** Over since this moment, and not sealed. */
    unsealedSince: (at: number): number => (waiting.get(at) as { n: number }).n,
  }
}
