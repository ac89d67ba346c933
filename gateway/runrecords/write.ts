import { randomBytes } from 'node:crypto'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { dayOf } from '../../rules/calendar.ts'
import { dayText } from '../../rules/patrol/plan.ts'
import { liveCells, writeLine } from '../../rules/runrecord/line.ts'
import type { Cells, RunColumn, RunForm } from '../../rules/runrecord/words.ts'
import type { Clock } from '../core/clock.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { NewLine, RunLine, RunRecords } from '../records/runrecords.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

const MIN_MS = 60_000
/** So long values that were taken are those of now. */
const READING_MS = 10 * MIN_MS
/** A line that somebody wanted is to be written within this. */
const EXTRA_MS = 60 * MIN_MS

/** What the plant said when somebody asked for the values of a line; it waits for his word. */
export interface Reading {
  readonly id: string
  readonly line: string
  readonly by: string
  readonly at: number
  readonly cells: Cells
}
/** What a person says of a line. */
export interface Said {
  readonly typed: Readonly<Record<string, Value>>
  readonly remark: string
}
interface WriteDeps {
  readonly clock: Clock
  readonly records: RunRecords
  readonly running: () => { readonly site: Site; readonly get: (point: PointId) => Sample | undefined } | null
}

/** What people do with lines: take the values, stand for them, put them right, say why there are none. */
export function writeRunLines({ clock, records, running }: WriteDeps) {
  const readings = new Map<string, Reading>()

  const nameOf = (columns: readonly RunColumn[], key: string) => columns.find(c => c.key === key)?.name ?? key
  function written(columns: readonly RunColumn[], cells: Cells, { typed, remark }: Said, now: number): Cells {
    const said = writeLine(columns, cells, typed, remark, now)
    return 'cells' in said ? said.cells : fail(said.code, { column: nameOf(columns, said.column) })
  }
  /** Inside its time, and nobody has written it. */
  function openLine(id: string, now: number): RunLine {
    const line = records.one(id)
    if (line.state !== 'due' || now > line.over) return fail('run-line-closed')
    if (now < line.from) return fail('run-line-ahead', { time: iso(line.from) })
    return line
  }
  return {
    /** The values of a line as they are now. Nothing is stored. Throws `not-found`, `run-line-closed`, `run-line-ahead`. */
    read(id: string, actor: Actor): Reading {
      const at = clock.now()
      const line = openLine(id, at)
      const get = running()?.get ?? (() => undefined)
      for (const [key, r] of readings) if (Math.abs(at - r.at) > READING_MS) readings.delete(key)
      const cells = liveCells(records.columnsOf(line.spec), get)
      const reading: Reading = { id: randomBytes(9).toString('base64url'), line: id, by: actor.name, at, cells }
      readings.set(reading.id, reading)
      return reading
    },
    /**
     * Inside a change: somebody stands for a line: one that is due with the values that he took, one of the plant as it is.
     * Throws `not-found`, `run-line-closed`, `run-line-ahead`, `run-reading-old`, `run-column`, `run-value`, `run-empty`, `run-remark`.
     */
    confirm(note: Note, id: string, reading: string | null, said: Said, actor: Actor, demo = false): RunLine {
      const now = clock.now()
      const before = records.one(id)
      const columns = records.columnsOf(before.spec)
      const by = { state: 'done' as const, by: actor.name, confirmedAt: now, remark: said.remark, demo }
      if (before.state === 'waiting')
        records.confirm(note, { ...before, ...by, cells: written(columns, before.cells, said, now) })
      else {
        const line = openLine(id, now)
        const taken = reading === null ? undefined : readings.get(reading)
        if (!taken || taken.line !== id || taken.by !== actor.name || Math.abs(now - taken.at) > READING_MS)
          return fail('run-reading-old')
        records.confirm(note, { ...line, ...by, readAt: taken.at, cells: written(columns, taken.cells, said, now) })
        readings.delete(taken.id)
      }
      return records.one(id)
    },
    /**
     * Inside a change: a line in the place of one that is wrong, or of a missed one that stands on paper. The old one stays.
     * Throws `not-found`, `run-line-open`, `run-line-replaced`, `run-column`, `run-value`, `run-empty`, `run-remark`.
     */
    correct(note: Note, id: string, said: Said & { readonly reason: string }, actor: Actor): RunLine {
      const now = clock.now()
      const before = records.one(id)
      if (before.replacedBy !== null) return fail('run-line-replaced')
      if (before.state !== 'done' && before.state !== 'missed') return fail('run-line-open')
      const missed = before.state === 'missed'
      const columns = records.columnsOf(before.spec)
      if (Object.keys(said.typed).length === 0 && said.remark === before.remark)
        return fail('run-empty', { column: columns[0]!.name })
      const line: NewLine = {
        ...before,
        ...{ id: records.newId(before.form, before.due), state: 'done', replaces: before.id, replacedBy: null },
        ...{ cells: written(columns, before.cells, said, now), remark: said.remark },
        ...{ by: actor.name, confirmedAt: now, reason: said.reason, reasonBy: actor.name },
        ...{ afterwards: missed || before.afterwards, demo: false },
      }
      return records.replace(note, before, line, missed ? 'entered' : 'corrected')
    },
    /** Inside a change: why nobody wrote it. Throws `not-found`, `run-line-open`. */
    excuse(note: Note, id: string, reason: string, actor: Actor): RunLine {
      const line = records.one(id)
      if (line.state !== 'missed' || line.replacedBy !== null) return fail('run-line-open')
      records.excuse(note, line, reason, actor.name)
      return records.one(id)
    },
    /** Inside a change: one more line, due now. */
    extra(note: Note, form: RunForm, zone: string): RunLine {
      const now = clock.now()
      const line: NewLine = {
        ...{ id: records.newId(form.id, now), form: form.id, day: dayText(dayOf(now, zone)), cause: 'extra' },
        ...{ due: now, from: now, onTimeTo: now + form.graceMin * MIN_MS, over: now + EXTRA_MS, state: 'due' },
        spec: records.keepColumns(form.id, form.columns),
      }
      return records.write(note, line, 'extra')
    },
  }
}
