import type { TagAction, TagDoubt, TagState } from '../../rules/patrol/tag.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** What is known of a tag on the wall. One that nothing ever happened to has no row: it is active. */
export interface StoredTag {
  /** As `tagKey` writes it. */
  readonly uid: string
  readonly state: TagState
  /** Since when it is in this state. */
  readonly at: number
  readonly doubt: TagDoubt | null
  /** The tag that hangs in its place. */
  readonly replacedBy: string | null
  /** The tag whose place it took. */
  readonly replaces: string | null
  readonly reason: string
  readonly by: string
}
export interface StoredTravel {
  readonly route: string
  readonly from: string
  readonly to: string
  readonly sec: number
  /** Of how many walks it was learned. */
  readonly walks: number
  readonly at: number
  readonly by: string
}
export type PatrolTags = ReturnType<typeof patrolTags>

/** Tags that something has happened to, and travel times that a supervisor has confirmed. */
export function patrolTags(db: Db) {
  const get = db.prepare('SELECT * FROM patrol_tag WHERE uid = ?')
  const list = db.prepare('SELECT * FROM patrol_tag ORDER BY at DESC, uid')
  const put = db.prepare(
    `INSERT INTO patrol_tag VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, at = excluded.at,
      data = excluded.data`,
  )
  const travels = db.prepare('SELECT * FROM patrol_travel ORDER BY route, a, b')
  const travel = db.prepare('SELECT sec FROM patrol_travel WHERE route = ? AND a = ? AND b = ?')
  const putTravel = db.prepare(
    `INSERT INTO patrol_travel VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sec = excluded.sec,
      walks = excluded.walks, at = excluded.at, by = excluded.by`,
  )
  const dropTravel = db.prepare('DELETE FROM patrol_travel WHERE route = ? AND a = ? AND b = ?')

  const one = (uid: string): StoredTag | null => tagOf(get.get(uid))
  const store = ({ uid, state, at, ...data }: StoredTag): void =>
    void put.run(uid, state, at, JSON.stringify(data satisfies Omit<StoredTag, 'uid' | 'state' | 'at'>))
  const fresh = (uid: string, now: number): StoredTag => ({
    ...{ uid, state: 'active', at: now, doubt: null, replacedBy: null, replaces: null, reason: '', by: '' },
  })
  return {
    one,
    list: (): StoredTag[] => list.all().map(row => tagOf(row)!),
    /** Inside a change: what was read says something against it. One that is doubted already, or is gone, stays as it is. */
    doubt(note: Note, uid: string, why: TagDoubt, scan: number, now: number): void {
      const had = one(uid) ?? fresh(uid, now)
      if (had.state !== 'active') return
      store({ ...had, state: 'suspect', at: now, doubt: why, reason: '', by: '' })
      note('patrol-tag', uid, 'doubted', { doubt: why, scan })
    },
    /** Inside a change: a supervisor has decided; the flow was asked. Of `replace` the new tag begins as active. */
    move(
      note: Note,
      uid: string,
      {
        action,
        to,
        reason,
        by,
        newUid,
      }: { action: TagAction; to: TagState; reason: string; by: string; newUid?: string },
      now: number,
    ): void {
      const had = one(uid) ?? fresh(uid, now)
      if (newUid !== undefined) {
        if (one(newUid)) fail('patrol-tag-taken', { tag: newUid })
        store({ ...fresh(newUid, now), replaces: uid, reason, by })
      }
      const doubt = to === 'active' ? null : had.doubt
      store({ ...had, state: to, at: now, doubt, replacedBy: newUid ?? null, reason, by })
      note('patrol-tag', uid, action, { reason, ...(newUid !== undefined && { newUid }) })
    },
    /** The tag of site.json whose place this one has, over all that hung there before; itself when it replaced none. */
    originOf(uid: string): string {
      let at = uid
      for (let back = one(at)?.replaces; back; back = one(at)?.replaces) at = back
      return at
    },
    /** The tag that hangs there now where site.json names this one; null: it was taken down. */
    nowAt(uid: string): string | null {
      let tag = one(uid)
      while (tag?.replacedBy) tag = one(tag.replacedBy)
      return tag === null ? uid : tag.state === 'retired' ? null : tag.uid
    },

    travels: (): StoredTravel[] =>
      (travels.all() as { a: string; b: string }[]).map(
        ({ a, b, ...rest }) => ({ ...rest, from: a, to: b }) as unknown as StoredTravel,
      ),
    /** From point to point, s; null: nobody has confirmed one. */
    travel: (route: string, from: string, to: string): number | null =>
      (travel.get(route, from, to) as { sec: number } | undefined)?.sec ?? null,
    /** Inside a change. */
    confirm(note: Note, t: StoredTravel): void {
      const before = (travel.get(t.route, t.from, t.to) as { sec: number } | undefined)?.sec ?? null
      putTravel.run(t.route, t.from, t.to, t.sec, t.walks, t.at, t.by)
      note('patrol-travel', `${t.route}/${t.from}/${t.to}`, 'confirmed', { sec: t.sec, walks: t.walks, before })
    },
    /** Inside a change: the site's own time holds again. Throws `not-found`. */
    forget(note: Note, route: string, from: string, to: string, reason: string): void {
      if (dropTravel.run(route, from, to).changes === 0) fail('not-found', { what: `${from} - ${to}` })
      note('patrol-travel', `${route}/${from}/${to}`, 'forgotten', { reason })
    },
  }
}

function tagOf(row: unknown): StoredTag | null {
  if (!row) return null
  const { uid, state, at, data } = row as { uid: string; state: TagState; at: number; data: string }
  return { uid, state, at, ...(JSON.parse(data) as Omit<StoredTag, 'uid' | 'state' | 'at'>) }
}
