import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type Notices = ReturnType<typeof notices>

/** How far each channel has read the trail, and on the trail itself who was told when. */
export function notices(db: Db) {
  const get = db.prepare('SELECT seq FROM notice_cursor WHERE channel = ?')
  const put = db.prepare('INSERT OR REPLACE INTO notice_cursor (channel, seq) VALUES (?, ?)')
  return {
    cursor: (channel: string): number | null => (get.get(channel) as { seq: number } | undefined)?.seq ?? null,
    /** Inside a change. `failed`: it was given up, and why. */
    settle(
      note: Note,
      channel: string,
      seq: number,
      told: { alarm: string; event: string; to: readonly string[]; failed: string | null } | null,
    ) {
      put.run(channel, seq)
      if (!told) return
      const { alarm, event, to, failed } = told
      note('notice', alarm, failed === null ? 'told' : 'not-told', {
        channel,
        event,
        to,
        ...(failed && { why: failed }),
      })
    },
  }
}
