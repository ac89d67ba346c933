import type { Db } from './db.ts'

const NOBODY: ReadonlySet<string> = new Set()

/**
 * Who is known to be in which area, counted along with what is written instead of anew at every card. What is written in a
 * transaction is taken over after it.
 */
export function headcount(db: Db) {
  const all = db.prepare("SELECT person, area FROM presence WHERE area IS NOT NULL AND area <> 'outside'")
  const one = db.prepare('SELECT area FROM presence WHERE person = ?')
  const some = db.prepare('SELECT person FROM presence WHERE area = ?')
  const at = new Map<string, string>()
  const areas = new Map<string, Set<string>>()
  const touched = new Set<string>()
  const put = (person: string, area: string | null) => {
    const was = at.get(person)
    if (was !== undefined) {
      areas.get(was)!.delete(person)
      at.delete(person)
    }
    if (area === null || area === 'outside') return
    at.set(person, area)
    const there = areas.get(area) ?? new Set()
    there.add(person)
    areas.set(area, there)
  }
  for (const { person, area } of all.all() as { person: string; area: string }[]) put(person, area)
  db.watch('presence', ['person'], person => void touched.add(person as string))
  return {
    inArea(area: string): ReadonlySet<string> {
      if (db.inTx()) return new Set((some.all(area) as { person: string }[]).map(row => row.person))
      for (const person of touched) put(person, (one.get(person) as { area: string | null } | undefined)?.area ?? null)
      touched.clear()
      return areas.get(area) ?? NOBODY
    },
  }
}
