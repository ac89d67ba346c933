import type { Climb } from '../../rules/ladder.ts'
import type { Entry } from '../core/events.ts'
import type { Db } from './db.ts'
import { spansOf } from './spans.ts'
import type { Note } from './trail.ts'

export type Notices = ReturnType<typeof notices>

const entryOf = (row: unknown): Entry => {
  const r = row as Omit<Entry, 'data'> & { data: string }
  return { ...r, data: JSON.parse(r.data) as Entry['data'] }
}

/** How far each channel has read the trail, how far up its ladder an alarm is, and on the trail itself who was told when. */
export function notices(db: Db) {
  const get = db.prepare('SELECT seq FROM notice_cursor WHERE channel = ?')
  const put = db.prepare('INSERT OR REPLACE INTO notice_cursor (channel, seq) VALUES (?, ?)')
  const climbs = db.prepare('SELECT * FROM notice_climb')
  const climb = db.prepare('INSERT OR REPLACE INTO notice_climb (alarm, started_at, told) VALUES (?, ?, ?)')
  const down = db.prepare('DELETE FROM notice_climb WHERE alarm = ?')
  // The partial index is used for these literals only.
  const failed = db.prepare(
    "SELECT seq, time, id, data FROM trail WHERE kind = 'notice' AND action = 'not-told' ORDER BY seq DESC LIMIT ?",
  )
  const putDigest = db.prepare(
    'INSERT OR IGNORE INTO notice_digest (about, seq) VALUES (?, (SELECT max(seq) FROM trail))',
  )
  const columns = 'seq, time, actor, role, kind, id, action, data'
  const of = db.prepare(
    `SELECT ${columns} FROM trail WHERE kind = 'notice' AND id = :id
     UNION ALL SELECT ${columns} FROM notice_digest JOIN trail USING (seq) WHERE about = :id ORDER BY seq DESC LIMIT :limit`,
  )
  return {
    cursor: (channel: string): number | null => (get.get(channel) as { seq: number } | undefined)?.seq ?? null,
    /** Inside a change. `failed`: it was given up, and why. `of`: the entry of the trail that it tells of. */
    settle(
      note: Note,
      channel: string,
      seq: number,
      told: {
        alarm: string
        event: string
        to: readonly string[]
        failed: string | null
        of: number
        level?: number | undefined
        digest?: { readonly entries: readonly number[]; readonly about: readonly string[] } | undefined
      } | null,
    ) {
      put.run(channel, seq)
      if (!told) return
      const { alarm, event, to, failed: why, of: entry, level, digest } = told
      // Customers have a reader of their own; to people it is one channel.
      note('notice', alarm, why === null ? 'told' : 'not-told', {
        channel: channel.split('~')[0],
        event,
        to,
        of: entry,
        ...(digest && { count: digest.entries.length, entries: spansOf(digest.entries) }),
        ...(level !== undefined && { level }),
        ...(why && { why }),
      })
      for (const about of digest?.about ?? []) putDigest.run(about)
    },
    /** All lines about an alarm or an order, by itself or in a digest; the newest first. */
    of: (id: string, limit: number): Entry[] => of.all({ id, limit }).map(row => entryOf(row)),
    /** Every alarm that is on its way up. */
    climbs: (): ReadonlyMap<string, Climb> =>
      new Map(
        climbs.all().map(row => {
          const { alarm, started_at, told } = row as { alarm: string; started_at: number; told: string }
          const times = JSON.parse(told) as (number | null)[]
          return [alarm, { startedAt: started_at, told: times.map(at => at ?? undefined) }]
        }),
      ),
    /** Inside a change. Null: somebody has acknowledged it. */
    putClimb(alarm: string, to: Climb | null) {
      if (to) climb.run(alarm, to.startedAt, JSON.stringify(to.told))
      else down.run(alarm)
    },
    /** What could not be told, newest first. */
    failed: (limit: number): Pick<Entry, 'seq' | 'time' | 'id' | 'data'>[] =>
      failed.all(limit).map(row => {
        const r = row as { seq: number; time: number; id: string; data: string }
        return { ...r, data: JSON.parse(r.data) as Entry['data'] }
      }),
  }
}
