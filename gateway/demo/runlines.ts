import type { Point, PointId, Sample, Value } from '../../drivers/point.ts'
import { addDays, dayOf } from '../../rules/calendar.ts'
import { dayText, seeded } from '../../rules/patrol/plan.ts'
import { type Followed, type FollowLine, follow } from '../../rules/runrecord/follow.ts'
import { liveCells, writeLine } from '../../rules/runrecord/line.ts'
import { linesBetween } from '../../rules/runrecord/plan.ts'
import type { Cells, RunColumn, RunForm } from '../../rules/runrecord/words.ts'
import type { Clock } from '../core/clock.ts'
import { qualityOf } from '../history/codes.ts'
import type { History } from '../history/history.ts'
import type { NewLine } from '../records/runrecords.ts'
import type { Trail } from '../records/trail.ts'
import type { RunRecordKeeper } from '../runrecords/runrecords.ts'
import type { Site } from '../site/site.ts'

const MIN_MS = 60_000
const STEP_MS = 30_000
const DEMO = { name: 'demo', role: 'demo' }
const WATCHED = '已巡视，继续观察 looked at, watched'
/** One line in so many is left out: a demo in which nothing is ever missed shows nothing. */
const ONE_IN = 30
/** So many days before the first start have sheets, as far as the history that was made up goes back. */
const PAST_DAYS = 2
/** What stands still has no newer value than this. */
const OLD_MS = 6 * 60 * MIN_MS
/** A plant that was made up starts and stops by chance: what does not last is left out. */
const LASTS_MS = 120 * MIN_MS
const MOST_SAMPLES = 20_000

/** What a person who finds all in order writes in the columns that no point has. */
const handed = (columns: readonly RunColumn[]): Record<string, Value> =>
  Object.fromEntries(
    columns.flatMap(c => (c.point === null && c.choices[0] ? [[c.key, c.choices[0].id] as const] : [])),
  )
const leftOut = (id: string) => seeded(id)() * ONE_IN < 1

interface Writing {
  readonly clock: Clock
  readonly trail: Trail
  readonly runRecords: RunRecordKeeper
  /** Null: no site runs. */
  readonly site: () => Site | null
  readonly failed: (error: unknown) => void
}

/**
 * The people who keep the run records of the demo building: they write a line some minutes after its time, and stand for what
 * the plant wrote half an hour later. It is by the account `demo`, and says that it is of a demo. Returns the end.
 */
export function writeDemoLines({ clock, trail, runRecords, site, failed }: Writing): () => void {
  const { records } = runRecords
  function step(): void {
    const now = clock.now()
    for (const form of site()?.runForms ?? [])
      for (const line of records.open(form.id, now - 120 * MIN_MS, now - 8 * MIN_MS)) {
        const after = line.state === 'waiting' ? 30 * MIN_MS : (8 + seeded(line.id)() * 6) * MIN_MS
        if (line.state === 'missed' || line.cause === 'extra' || now > line.over + 60 * MIN_MS) continue
        if (now < line.due + after || leftOut(line.id) || (line.state === 'due' && now > line.over)) continue
        const typed = handed(records.columnsOf(line.spec))
        const reading = line.state === 'due' ? runRecords.read(line.id, DEMO) : null
        const cells = reading?.cells ?? line.cells
        const remark = Object.values(cells).some(c => c.out !== null) ? WATCHED : ''
        trail.change(DEMO, note =>
          runRecords.confirm(note, line.id, reading?.id ?? null, { typed, remark }, DEMO, true),
        )
        // One at a time, as one person does.
        return
      }
  }
  return clock.every(STEP_MS, () => {
    try {
      step()
    } catch (error) {
      failed(error)
    }
  })
}

type Past = (point: PointId, at: number) => Sample | undefined

/** What the history that was made up says of the points of these forms at a time. */
async function pastOf(
  history: Pick<History, 'raw'>,
  points: readonly Point[],
  from: number,
  to: number,
): Promise<Past> {
  const series = new Map<
    string,
    { times: ArrayLike<number>; codes: ArrayLike<number>; values: ArrayLike<number>; n: number }
  >()
  const answers = await history.raw(points, from, to, MOST_SAMPLES)
  for (const [i, p] of points.entries()) series.set(p.id, answers[i]!)
  const kinds = new Map(points.map(p => [p.id, p.kind]))
  return (point, at) => {
    const s = series.get(point)
    if (!s || kinds.get(point) === 'text') return undefined
    let low = 0
    let high = s.n
    while (low < high) {
      const middle = (low + high) >> 1
      if (s.times[middle]! <= at) low = middle + 1
      else high = middle
    }
    const i = low - 1
    const value = s.values[i]
    if (i < 0 || value === undefined || at - s.times[i]! > OLD_MS) return undefined
    if (Number.isNaN(value) || qualityOf(s.codes[i]!) !== 'good') return undefined
    const time = s.times[i]!
    return { point, at: time, seen: time, quality: 'good', value: kinds.get(point) === 'boolean' ? value === 1 : value }
  }
}

interface Filling {
  readonly history: Pick<History, 'raw'>
  readonly trail: Trail
  readonly runRecords: RunRecordKeeper
}

/** Sheets of the last two days, from the history that was made up; each line says so. Once: a form that has a past keeps it. */
export async function fillRunRecords(
  { history, trail, runRecords }: Filling,
  site: Site,
  now: number,
): Promise<number> {
  const { records } = runRecords
  const today = dayOf(now, site.timezone)
  const first = addDays(today, -PAST_DAYS)
  const from = now - (PAST_DAYS + 1) * 24 * 60 * MIN_MS
  const points = new Map(site.equipment.flatMap(e => e.points.map(p => [p.id, p] as const)))
  let made = 0
  for (const form of site.runForms) {
    if (records.days(form.id, 10).some(d => d.day < dayText(today))) continue
    const own = [...form.columns.flatMap(c => c.point ?? []), ...(form.follows ? [form.follows.point] : [])]
    const past = await pastOf(history, [...new Set(own)].map(id => points.get(id)!).filter(Boolean), from, now)
    const lines = pastLines(form, site, first, now, past)
    made += trail.change(DEMO, note => {
      const spec = records.keepColumns(form.id, form.columns)
      const n = records.plan(lines.map(line => ({ ...line, spec })))
      note('run-record', form.id, 'generated', { lines: n })
      return n
    })
  }
  return made
}

function pastLines(
  form: RunForm,
  site: Site,
  first: ReturnType<typeof dayOf>,
  now: number,
  past: Past,
): Omit<NewLine, 'spec'>[] {
  const written = (at: number): Cells | null => {
    const cells = liveCells(form.columns, point => past(point, at))
    if (Object.values(cells).every(c => c.value === null)) return null
    const said = writeLine(form.columns, cells, handed(form.columns), WATCHED, at)
    return 'cells' in said ? said.cells : null
  }
  const done = (id: string, due: number, readAt: number) => {
    const cells = leftOut(id) ? null : written(readAt)
    if (cells === null) return { state: 'missed' as const, reason: '演示 demo', reasonBy: DEMO.name, demo: true }
    const remark = Object.values(cells).some(c => c.out !== null) ? WATCHED : ''
    const by = { by: DEMO.name, confirmedAt: Math.max(due, readAt) + MIN_MS, demo: true }
    return { ...by, state: 'done' as const, cells, readAt, remark }
  }
  const planned = linesBetween(form, first, dayOf(now, site.timezone), site.timezone)
    .filter(line => line.due < now - 15 * MIN_MS)
    .map(line => ({ ...line, ...done(line.id, line.due, line.due + Math.floor(seeded(line.id)() * 12) * MIN_MS) }))
  return [...planned, ...followedLines(form, site, now, past, done)]
}

/** Null: it is something else again within two hours. */
function lasting(past: Past, point: PointId, at: number): boolean | null {
  const value = past(point, at)?.value
  if (typeof value !== 'boolean') return null
  for (let later = at; later < at + LASTS_MS; later += 15 * MIN_MS) if (past(point, later)?.value !== value) return null
  return value
}

/** What the plant would have written itself: looked at minute by minute. */
function followedLines(
  form: RunForm,
  site: Site,
  now: number,
  past: Past,
  done: (id: string, due: number, readAt: number) => Partial<NewLine> & { readonly state: NewLine['state'] },
): Omit<NewLine, 'spec'>[] {
  if (form.follows === null) return []
  const lines: FollowLine[] = []
  let state: Followed | null = null
  for (let at = now - PAST_DAYS * 24 * 60 * MIN_MS; at < now - 60 * MIN_MS; at += MIN_MS) {
    const running = lasting(past, form.follows.point, at)
    const said = follow(state, running, at, form.follows.everyMin * MIN_MS)
    state = said.after
    lines.push(...said.lines.filter(l => l.cause !== 'found' && !l.missed))
  }
  return lines.map(({ cause, at }) => ({
    ...{ id: `${form.id}.${cause}.${at}`, form: form.id, day: dayText(dayOf(at, site.timezone)), cause },
    ...{ due: at, from: at, onTimeTo: at, over: at, ...done(`${form.id}.${cause}.${at}`, at, at) },
  }))
}
