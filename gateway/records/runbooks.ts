import { createHash } from 'node:crypto'
import { ulid } from 'ulid'
import type { PointId, Text, Value } from '../../drivers/point.ts'
import {
  type Doing,
  missing,
  type Runbook,
  type RunState,
  refusal,
  runKey,
  type StepDone,
} from '../../rules/runbook.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Place } from './alarms.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** What a person has signed of an incident [F14]. Never edited afterwards. */
export interface SignedReport {
  readonly cause: string
  readonly place: string
  readonly handling: string
  /** UTC ms. */
  readonly restoredAt: number
  readonly by: string
  readonly at: number
}

/** A runbook being carried out, with the runbook as it was when it began: later words change nothing of it. */
export interface Run extends RunState {
  readonly id: string
  readonly no: string
  readonly book: Runbook
  /** Who opened it first; the alarms that belong to it, that one included. */
  readonly alarm: string | null
  readonly alarms: readonly string[]
  readonly equipment: string | null
  readonly place: Place | null
  readonly startedBy: string
  readonly endedAt: number | null
  readonly endedBy: string | null
  /** Why it was cancelled. */
  readonly reason: string | null
  readonly report: SignedReport | null
}

export interface Occasion {
  readonly book: Runbook
  readonly alarm: string | null
  readonly equipment: string | null
  readonly place: Place | null
}

export type Runs = ReturnType<typeof runs>

/** @param day the site's calendar day of a moment, `20261121`: incidents are numbered by it */
export function runs(db: Db, day: (at: number) => string) {
  const put = db.prepare(
    `INSERT INTO runbook_run (id, no, key, book, phase, alarm, alarms, equipment, place, dangers, steps, report, started_at,
       started_by, ended_at, ended_by, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, alarms = excluded.alarms, dangers = excluded.dangers,
       steps = excluded.steps, report = excluded.report, ended_at = excluded.ended_at, ended_by = excluded.ended_by,
       reason = excluded.reason`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT * FROM runbook_run WHERE id = ?')
  const openOf = db.prepare("SELECT * FROM runbook_run WHERE key = ? AND phase = 'open'")
  const open = db.prepare("SELECT * FROM runbook_run WHERE phase = 'open' ORDER BY id DESC")
  const all = db.prepare('SELECT * FROM runbook_run WHERE id < ? ORDER BY id DESC LIMIT ?')
  const putPhoto = db.prepare('INSERT OR REPLACE INTO runbook_photo (run, step, bytes) VALUES (?, ?, ?)')
  const getPhoto = db.prepare('SELECT bytes FROM runbook_photo WHERE run = ? AND step = ?')

  const store = (r: Run) =>
    void put.run(
      r.id,
      r.no,
      runKey(r.book, r.equipment),
      JSON.stringify(r.book),
      r.phase,
      r.alarm,
      JSON.stringify(r.alarms),
      r.equipment,
      JSON.stringify(r.place),
      JSON.stringify(r.dangers),
      JSON.stringify(r.steps),
      JSON.stringify(r.report),
      r.startedAt,
      r.startedBy,
      r.endedAt,
      r.endedBy,
      r.reason,
    )
  const known = (id: string): Run => runOf(get.get(id)) ?? fail('not-found', { what: id })
  const openRun = (id: string): Run => {
    const run = known(id)
    return run.phase === 'open' ? run : fail('run-ended', { no: run.no })
  }
  const preset = (book: Runbook) => (book.dangers ?? []).filter(d => d.preset).map(d => d.id)

  return {
    /** Inside a change: the run of this event. While one is open, whatever belongs to the same event joins it. */
    start(note: Note, occasion: Occasion, by: Actor, now: number): Run {
      const { book, alarm, equipment, place } = occasion
      const had = runOf(openOf.get(runKey(book, equipment)))
      if (had) {
        const added = alarm !== null && !had.alarms.includes(alarm)
        const dangers = preset(book).filter(id => !had.dangers.includes(id))
        if (!added && dangers.length === 0) return had
        const next: Run = {
          ...had,
          // Of a danger that the first runbook does not know, it has no steps.
          dangers: [...had.dangers, ...dangers.filter(id => had.book.dangers?.some(d => d.id === id))],
          alarms: added ? [...had.alarms, alarm] : had.alarms,
        }
        store(next)
        if (added) note('runbook', next.id, 'run-joined', { no: next.no, alarm })
        for (const id of dangers) note('runbook', next.id, 'danger-set', { no: next.no, danger: id, alarm })
        return next
      }
      const { last } = nextNo.get('runbook', day(now)) as { last: number }
      const run: Run = {
        id: ulid(now),
        no: `IR-${day(now)}-${String(last).padStart(3, '0')}`,
        book,
        phase: 'open',
        alarm,
        alarms: alarm === null ? [] : [alarm],
        equipment,
        place,
        dangers: preset(book),
        steps: {},
        report: null,
        startedAt: now,
        startedBy: by.name,
        endedAt: null,
        endedBy: null,
        reason: null,
      }
      store(run)
      note('runbook', run.id, 'run-started', { no: run.no, runbook: book.id, alarm, equipment, dangers: run.dangers })
      return run
    },

    /** Inside a change: a person does a step, or leaves it out and says why. Throws what rules/runbook.ts refuses. */
    step(
      note: Note,
      id: string,
      step: string,
      how: 'do' | 'leave-out',
      doing: Omit<Doing, 'photo'> & { readonly photo?: Uint8Array | undefined },
      by: Actor,
      now: number,
    ): Run {
      const had = known(id)
      const { photo, ...said } = doing
      const no = refusal(had.book, had, step, how, { ...said, photo: photo !== undefined })
      if (no) fail(no.code, { no: had.no, what: listOf(no.what) })
      if (how === 'leave-out' && !said.note) fail('needs-reason')
      const done: StepDone = {
        state: how === 'do' ? 'done' : 'left-out',
        at: now,
        by: by.name,
        point: null,
        values: said.values ?? {},
        note: said.note ?? null,
        photo: photo !== undefined,
      }
      const run: Run = { ...had, steps: { ...had.steps, [step]: done } }
      if (photo) putPhoto.run(id, step, photo)
      store(run)
      note('runbook', id, how === 'do' ? 'step-done' : 'step-left-out', {
        no: run.no,
        step,
        ...(Object.keys(done.values).length > 0 && { values: done.values }),
        ...(done.note && { reason: done.note }),
        ...(photo && { photo: createHash('sha256').update(photo).digest('hex') }),
      })
      return run
    },

    /** Inside a change: the plant says that a step is done. */
    tick(note: Note, id: string, step: string, point: PointId, value: Value | null, now: number): Run {
      const had = openRun(id)
      if (had.steps[step]) return had
      const done: StepDone = { state: 'done', at: now, by: 'gateway', point, values: {}, note: null, photo: false }
      const run: Run = { ...had, steps: { ...had.steps, [step]: done } }
      store(run)
      note('runbook', id, 'step-ticked', { no: run.no, step, point, value })
      return run
    },

    /** Inside a change: a step was ticked by mistake. What was said of it stays on the trail. */
    undo(note: Note, id: string, step: string, reason: string, now: number): Run {
      const had = openRun(id)
      const { [step]: was, ...steps } = had.steps
      if (!was) fail('step-unknown')
      const run: Run = { ...had, steps }
      store(run)
      note('runbook', id, 'step-undone', { no: run.no, step, was, reason, at: now })
      return run
    },

    /** Inside a change: a danger is there, or is no longer; that it is gone is not believed without a reason. */
    danger(note: Note, id: string, danger: string, there: boolean, reason: string | undefined): Run {
      const had = openRun(id)
      if (!had.book.dangers?.some(d => d.id === danger)) fail('not-found', { what: danger })
      if (had.dangers.includes(danger) === there) return had
      if (!there && !reason) fail('needs-reason')
      const run: Run = { ...had, dangers: there ? [...had.dangers, danger] : had.dangers.filter(d => d !== danger) }
      store(run)
      note('runbook', id, there ? 'danger-set' : 'danger-withdrawn', { no: run.no, danger, ...(reason && { reason }) })
      return run
    },

    /** Inside a change: all is done, or it was none. Throws `run-not-done` with the steps that are missing. */
    end(note: Note, id: string, how: 'complete' | 'cancel', reason: string | undefined, by: Actor, now: number): Run {
      const had = openRun(id)
      const lacking = how === 'complete' ? missing(had.book, had) : missing(had.book, had).filter(s => s.danger)
      if (lacking.length > 0) fail('run-not-done', { no: had.no, what: listOf(lacking.map(s => s.text)) })
      if (how === 'cancel' && !reason) fail('needs-reason')
      const run: Run = {
        ...had,
        phase: how === 'complete' ? 'completed' : 'cancelled',
        endedAt: now,
        endedBy: by.name,
        reason: reason ?? null,
      }
      store(run)
      note('runbook', id, how === 'complete' ? 'run-completed' : 'run-cancelled', {
        no: run.no,
        ...(reason && { reason }),
      })
      return run
    },

    /** Inside a change: the incident report is signed. Once. */
    sign(note: Note, id: string, report: Omit<SignedReport, 'by' | 'at'>, by: Actor, now: number): Run {
      const had = known(id)
      if (had.phase === 'open') fail('run-open', { no: had.no })
      if (had.report) fail('report-signed', { no: had.no, by: had.report.by })
      const run: Run = { ...had, report: { ...report, by: by.name, at: now } }
      store(run)
      note('runbook', id, 'report-signed', { no: run.no, ...report })
      return run
    },

    get: (id: string): Run | undefined => runOf(get.get(id)),
    open: (): Run[] => open.all().map(row => runOf(row)!),
    /** Newest first, before the id `before`. */
    list: (which: 'open' | 'all', limit: number, before = '~'): Run[] =>
      (which === 'all'
        ? all.all(before, limit)
        : open
            .all()
            .filter(r => (r.id as string) < before)
            .slice(0, limit)
      ).map(row => runOf(row)!),
    photo: (id: string, step: string): Uint8Array | undefined =>
      (getPhoto.get(id, step) as { bytes: Uint8Array } | undefined)?.bytes,
  }
}

const listOf = (texts: readonly Text[]): Text => ({
  'zh-CN': texts.map(t => t['zh-CN']).join('；'),
  en: texts.map(t => t.en).join('; '),
})

function runOf(row: unknown): Run | undefined {
  if (!row) return undefined
  const r = row as Record<string, never>
  return {
    id: r.id!,
    no: r.no!,
    book: JSON.parse(r.book!) as Runbook,
    phase: r.phase!,
    alarm: r.alarm!,
    alarms: JSON.parse(r.alarms!) as string[],
    equipment: r.equipment!,
    place: JSON.parse(r.place!) as Place | null,
    dangers: JSON.parse(r.dangers!) as string[],
    steps: JSON.parse(r.steps!) as Run['steps'],
    report: JSON.parse(r.report!) as SignedReport | null,
    startedAt: r.started_at!,
    startedBy: r.started_by!,
    endedAt: r.ended_at!,
    endedBy: r.ended_by!,
    reason: r.reason!,
  }
}
