import { CALM, type LinkageEvent, type LinkageState } from '../../rules/linkage.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type LinkageRecord = ReturnType<typeof linkage>

/** How far the linkage of a site has come: after a crash it goes on from here, without repeating and without forgetting. */
export function linkage(db: Db) {
  const put = db.prepare(
    'INSERT INTO linkage (site, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
  )
  const get = db.prepare('SELECT state FROM linkage WHERE site = ?')
  return {
    get(site: string): LinkageState {
      const row = get.get(site) as { state: string } | undefined
      return row ? (JSON.parse(row.state) as LinkageState) : CALM
    },
    /** Inside a change: the state as it is now, with a line on the trail for each thing that has happened. */
    put(note: Note, site: string, state: LinkageState, events: readonly LinkageEvent[]): void {
      put.run(site, JSON.stringify(state))
      for (const { id, what, data } of events) note('linkage', id, what, { ...data })
    },
  }
}
