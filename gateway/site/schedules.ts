import { type Calendar, minutesOf, type Schedule } from '../../rules/schedule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'
import type { Outline } from './schema.ts'

type Add = (path: Path, code: string, params?: Params) => void

/** The schedules of a site by id; what is wrong goes to `add`. */
export function schedulesOf(raw: Outline['schedules'], add: Add): ReadonlyMap<string, Schedule> {
  const made = new Map<string, Schedule>()
  for (const [i, schedule] of raw.entries()) {
    if (!schedule) continue
    const { id, name, spans } = schedule
    for (const [j, { from, to }] of spans.entries())
      if (from === '24:00' || from === to) add(['schedules', i, 'spans', j, 'from'], 'span-empty', { from, to })
    made.set(id, {
      id,
      name: name ?? { 'zh-CN': id, en: id },
      spans: spans.map(span => ({ days: span.days, from: minutesOf(span.from), to: minutesOf(span.to) })),
    })
  }
  return made
}

export const calendarOf = (raw: Outline['calendar']): Calendar => ({
  holidays: new Set(raw?.holidays),
  workdays: new Set(raw?.workdays),
})
