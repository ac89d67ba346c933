import type { AlarmEvent } from '../../rules/alarmfigures.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** How far the making of it came. `making`: it was cut off, and is begun anew. */
export type DemoPastState = 'none' | 'making' | 'made' | 'forgotten'
export interface DemoPastFacts {
  readonly from: number
  readonly to: number
  readonly alarms: number
  readonly orders: number
}
export type DemoPast = ReturnType<typeof demoPast>

const DAY_MS = 86_400_000

/**
 * The alarms that were made up for the demo, in a table of their own. The trail only says that they were made: it is about
 * what happened, and is never dated back.
 */
export function demoPast(db: Db) {
  const setMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  const meta = db.prepare('SELECT value FROM meta WHERE key = ?')
  const put = db.prepare('INSERT OR REPLACE INTO demo_alarm VALUES (?, ?)')
  const oneDay = db.prepare('SELECT events FROM demo_alarm WHERE day = ?')
  const wipe = db.prepare('DELETE FROM demo_alarm')
  const mine = "SELECT id FROM workorder WHERE json_extract(more, '$.demo') = 1"
  const wipeOrders = [
    `DELETE FROM workorder_alarm WHERE workorder IN (${mine})`,
    `DELETE FROM workorder_follow WHERE former IN (${mine}) OR workorder IN (${mine})`,
    `DELETE FROM workorder WHERE json_extract(more, '$.demo') = 1`,
  ].map(sql => db.prepare(sql))
  // Sheets that were made up from it; what people did with a line is on the trail, and stays.
  const wipeLines = db.prepare(
    `DELETE FROM run_line WHERE data ->> '$.demo' = 1 AND replaced_by IS NULL
      AND NOT EXISTS (SELECT 1 FROM trail WHERE trail.kind = 'run-record' AND trail.id = run_line.id)`,
  )
  const read = <T>(key: string): T | null => {
    const row = meta.get(key) as { value: string } | undefined
    return row ? (JSON.parse(row.value) as T) : null
  }
  const setState = (state: DemoPastState) => setMeta.run('demo-past', JSON.stringify(state))
  const clear = (): number => {
    wipe.run()
    return wipeOrders.map(sql => Number(sql.run().changes)).at(-1)!
  }
  return {
    state: (): DemoPastState => read<DemoPastState>('demo-past') ?? 'none',
    facts: (): DemoPastFacts | null =>
      read<DemoPastState>('demo-past') === 'made' ? read<DemoPastFacts>('demo-past-facts') : null,
    /** Inside a change: what an attempt left that was cut off goes. */
    begin(note: Note) {
      const orders = clear()
      setState('making')
      if (orders > 0) note('demo', 'past', 'forgotten', { orders })
    },
    /** Inside a change: the events of one UTC day, in order of time. */
    putDay: (day: number, events: readonly AlarmEvent[]) => void put.run(day, JSON.stringify(events)),
    /** Inside a change. */
    end(note: Note, facts: DemoPastFacts) {
      setMeta.run('demo-past-facts', JSON.stringify(facts))
      setState('made')
      note('demo', 'past', 'generated', { ...facts })
    },
    /** Inside a change: all of it, orders too. */
    forget(note: Note): number {
      if (read<DemoPastState>('demo-past') === null) return 0
      const orders = clear()
      wipeLines.run()
      setState('forgotten')
      note('demo', 'past', 'forgotten', { orders })
      return orders
    },
    /** A day at a time, oldest first. */
    *between(from: number, to: number): Generator<readonly AlarmEvent[]> {
      if (read<DemoPastState>('demo-past') !== 'made') return
      // Who reads it lets others work in between: no cursor is kept open.
      for (let day = Math.floor(from / DAY_MS); day * DAY_MS < to; day++) {
        const row = oneDay.get(day) as { events: string } | undefined
        if (row) yield (JSON.parse(row.events) as AlarmEvent[]).filter(e => e.at >= from && e.at < to)
      }
    },
  }
}
