import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { addDays, dayOf } from '../../rules/calendar.ts'
import { trusted } from '../../rules/condition.ts'
import { daysToMake, dayText } from '../../rules/patrol/plan.ts'
import { runRecordPoint } from '../../rules/runrecord/alarm.ts'
import { type Followed, follow } from '../../rules/runrecord/follow.ts'
import { liveCells } from '../../rules/runrecord/line.ts'
import { linesBetween } from '../../rules/runrecord/plan.ts'
import type { RunForm } from '../../rules/runrecord/words.ts'
import type { Clock } from '../core/clock.ts'
import { GATEWAY } from '../core/events.ts'
import { EARLIEST } from '../live/selfwatch.ts'
import type { Db } from '../records/db.ts'
import { type NewLine, runRecords, specOf } from '../records/runrecords.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { keepPreStarts } from './prestart.ts'
import { writeRunLines } from './write.ts'

const LOOK_EVERY_MS = 5000
const SAY_AGAIN_MS = 30_000
const DAY_MS = 86_400_000
const MIN_MS = 60_000
/** How far the look at a plant has come is kept so often: after a restart its start cannot be dated better. */
const KEEP_MS = 5 * MIN_MS

export interface RunRecordDeps {
  readonly db: Db
  readonly clock: Clock
  readonly trail: Trail
  /** What runs now; null: no site. */
  readonly running: () => {
    readonly site: Site
    readonly get: (point: PointId) => Sample | undefined
    readonly tell: (samples: readonly Sample[]) => void
  } | null
  /** Whether the clock can be believed: one far ahead would make everything missed. */
  readonly safe: () => boolean
  /** Whether the gateway itself commanded one of these values since then. */
  readonly ownStart?: (point: PointId, values: readonly Value[], since: number) => boolean
  readonly failed: (error: unknown) => void
}
export type RunRecordKeeper = ReturnType<typeof openRunRecords>

/**
 * Run records of plant rooms: lines are there a day ahead, plants write their own at start, each hour and stop, and what
 * nobody has written when its time is over is missed, whether or not anybody ever comes.
 */
export function openRunRecords(deps: RunRecordDeps) {
  const { db, clock, trail } = deps
  const records = runRecords(db)
  const preStart = keepPreStarts({ ...deps, records, ownStart: deps.ownStart ?? (() => false) })
  /** For which site and day the lines are there. */
  let made: { readonly site: Site; readonly day: string } | null = null
  let told: { readonly site: Site; readonly values: Map<PointId, { value: boolean; at: number }> } | null = null
  const kept = new Map<string, Followed>()
  const keptAt = new Map<string, number>()

  /** Lines of today and tomorrow, and of days on which no gateway ran; those of a form that was changed are made anew. */
  function plan(site: Site, now: number): void {
    const today = dayOf(now, site.timezone)
    const day = dayText(today)
    if (made?.site === site && made.day === day) return
    const specs = new Map(site.runForms.map(f => [f.id, specOf(f.columns)]))
    const wanted = site.runForms.map(form => {
      const last = records.lastDay(form.id)
      const days = daysToMake(last, now, site.timezone)
      const first = days[0] !== undefined && dayText(days[0]) < day ? days[0] : today
      const lines = linesBetween(form, first, addDays(today, 1), site.timezone)
        // The first day of a form makes nobody late for what was before it.
        .filter(line => line.due > now || (last !== null && line.day > last))
        .map((line): NewLine => ({ ...line, state: 'due', spec: specs.get(form.id)! }))
      return { form, lines }
    })
    const ids = new Set(wanted.flatMap(w => w.lines.map(l => `${l.id} ${l.over} ${l.spec}`)))
    const gone = records.ahead(now).filter(l => l.cause !== 'extra' && !ids.has(`${l.id} ${l.over} ${l.spec}`))
    trail.change(GATEWAY, note => {
      for (const form of site.runForms) records.keepColumns(form.id, form.columns)
      for (const { id } of gone) records.drop(id)
      for (const { form, lines } of wanted) {
        const n = records.plan(lines)
        if (n > 0) note('run-record', form.id, 'planned', { lines: n, upTo: lines.at(-1)!.day })
      }
      if (gone.length > 0) note('run-record', 'forms', 'changed', { dropped: gone.length })
    })
    made = { site, day }
  }

  function close(now: number): void {
    const due = records.due(now)
    if (due.length === 0) return
    trail.change(GATEWAY, note => {
      for (const line of due) records.miss(note, line)
    })
  }

  /** What the plant itself writes. */
  function followPlant(site: Site, get: (point: PointId) => Sample | undefined, now: number): void {
    for (const form of site.runForms) {
      const { follows } = form
      if (follows === null) continue
      const before = kept.get(form.id) ?? records.followed(form.id)
      const said = trusted(get(follows.point))
      const running = typeof said === 'boolean' ? said : null
      const { after, lines } = follow(before, running, now, follows.everyMin * MIN_MS)
      if (after === null) continue
      if (lines.length > 0) {
        trail.change(GATEWAY, note => {
          const spec = records.keepColumns(form.id, form.columns)
          const cells = liveCells(form.columns, get)
          for (const { cause, at, missed, unseenFrom } of lines) {
            const line: NewLine = {
              ...{
                id: `${form.id}.${cause}.${at}`,
                form: form.id,
                day: dayText(dayOf(at, site.timezone)),
                cause,
                spec,
              },
              ...{ due: at, from: at, onTimeTo: at, over: at, unseenFrom },
              ...(missed
                ? { state: 'missed' as const, away: true }
                : { state: 'waiting' as const, cells, readAt: now }),
            }
            records.write(note, line, missed ? 'missed' : 'automatic')
          }
          records.putFollowed(form.id, after)
        })
        keptAt.set(form.id, now)
      } else if (before === null || Math.abs(now - (keptAt.get(form.id) ?? 0)) >= KEEP_MS) {
        records.keepFollowed(form.id, after)
        keptAt.set(form.id, now)
      }
      kept.set(form.id, after)
    }
  }

  /** A form whose last line was missed, until somebody writes one. */
  function missing(form: RunForm, now: number): boolean {
    const missed = records.last(form.id, 'missed', now - DAY_MS, now)
    if (missed === null) return false
    const done = records.last(form.id, 'done', now - DAY_MS, now + DAY_MS)
    return done === null || done < missed
  }

  function tell(running: NonNullable<ReturnType<RunRecordDeps['running']>>, now: number): void {
    const { site } = running
    const values = told?.site === site ? told.values : new Map<PointId, { value: boolean; at: number }>()
    told = { site, values }
    const news = site.runForms
      .map(form => ({ point: runRecordPoint(form.id), value: missing(form, now) }))
      .filter(({ point, value }) => {
        const had = values.get(point)
        return had?.value !== value || (had.value && Math.abs(now - had.at) >= SAY_AGAIN_MS)
      })
    for (const { point, value } of news) values.set(point, { value, at: now })
    if (news.length > 0)
      running.tell(news.map(({ point, value }) => ({ point, at: now, seen: now, quality: 'good', value })))
  }

  function look(): void {
    const running = deps.running()
    const now = clock.now()
    if (!running || running.site.runForms.length === 0 || now < EARLIEST || !deps.safe()) return
    try {
      plan(running.site, now)
      followPlant(running.site, running.get, now)
      preStart.look(running.site, now)
      close(now)
      tell(running, now)
    } catch (error) {
      // A full disk: nothing was made or closed, so it is due again at the next look.
      made = null
      kept.clear()
      preStart.forget()
      deps.failed(error)
    }
  }
  return {
    records,
    preStart,
    look,
    ...writeRunLines({ ...deps, records }),
    stop: clock.every(LOOK_EVERY_MS, look),
  }
}
