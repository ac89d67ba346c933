import { setImmediate } from 'node:timers/promises'
import type { Text } from '../../drivers/point.ts'
import {
  type CounterId,
  counters,
  differences,
  figuresOf,
  type MonthFigure,
  type MonthRow,
  type MonthRows,
  monthBy,
  monthSpan,
} from '../../rules/month.ts'
import { onTimeShare, type PointFigure } from '../../rules/patrol/figures.ts'
import { titleOf } from '../../rules/register.ts'
import { registerOf } from '../../rules/registers/all.ts'
import type { Actor } from '../core/events.ts'
import type { Deps } from '../http/deps.ts'
import type { MonthArchive } from '../records/months.ts'

/** What the numbers of a month are counted from. */
export type MonthFrom = Pick<
  Deps,
  | 'trail'
  | 'workorders'
  | 'permits'
  | 'credentials'
  | 'complaints'
  | 'reports'
  | 'visits'
  | 'registers'
  | 'patrol'
  | 'handovers'
  | 'switchings'
  | 'months'
>
/** So many at once: counting a month must not hold up the polling. */
const AT_ONCE = 200
const MOST = 20_000
const alike = (word: string): Text => ({ 'zh-CN': word, en: word })
const q = encodeURIComponent

type Into = Record<CounterId, MonthRow[]>

/** Every row that the numbers of a month count. @returns with them the share of patrol points visited in time */
export async function monthRows(
  from: MonthFrom,
  [start, end]: readonly [number, number],
  month: string,
  now: number,
): Promise<{ readonly rows: MonthRows; readonly onTime: number | null }> {
  const rows = Object.fromEntries(counters.map(c => [c.id, []])) as unknown as Into
  const add = (id: CounterId, no: string, at: number, link: string, text: Text = alike(''), demo = false) =>
    rows[id].push({ no, at, text, link, demo })
  const within = (at: number | null): at is number => at !== null && at >= start && at < end

  for (const c of from.credentials.approvedIn(start, end)) add('passes', c.no, c.approvedAt ?? start, '/passes')
  for (const p of from.permits.issued(start, end))
    add(p.kind === 'hot-work' ? 'hot-work-permits' : 'other-permits', p.no, p.issuedAt ?? start, `/permits/${q(p.id)}`)
  for (const c of from.complaints.between(start, end))
    add(c.kind === 'complaint' ? 'complaints' : 'suggestions', c.no, c.at, `/orders/desk/${q(c.id)}`)
  for (const r of from.reports.between(start, end)) add('reports', r.no, r.at, `/orders/${q(r.workorder)}`)
  for (const v of from.visits.entered(start, end))
    if (v.space !== null) add('room-visits', v.no, v.inAt ?? start, '/visits')
  for (const s of from.switchings.newest(MOST))
    if (s.phase === 'done' && within(s.endedAt)) add('switchings', s.no, s.endedAt, '/permits/switching')
  for (const sheet of from.handovers.list(null, MOST)) {
    const at = sheet.signedIn?.at ?? null
    if (within(at)) add('handovers', sheet.no, at, `/handover/sheet/${q(sheet.id)}`)
  }
  await addOrders(from, within, add)
  countRegisters(from, start, end, month, add)
  const onTime = await addRounds(from, start, end, now, add)
  for (const list of Object.values(rows)) list.sort((a, b) => a.at - b.at || (a.no < b.no ? -1 : 1))
  return { rows, onTime }
}

type Add = (id: CounterId, no: string, at: number, link: string, text?: Text, demo?: boolean) => void

async function addOrders(from: MonthFrom, within: (at: number | null) => at is number, add: Add): Promise<void> {
  for (let before = '~'; ; ) {
    const list = from.workorders.list('all', AT_ONCE, before)
    for (const o of list) {
      const link = `/orders/${q(o.id)}`
      if (within(o.openedAt)) add('orders-opened', o.no, o.openedAt, link, o.text, o.demo)
      if (o.phase === 'closed' && within(o.closedAt)) add('orders-closed', o.no, o.closedAt, link, o.text, o.demo)
    }
    const last = list.at(-1)
    if (!last || list.length < AT_ONCE) return
    before = last.id
    await setImmediate()
  }
}

/** A move of a register, and the number it is counted in. */
const ofMove: Readonly<Record<string, CounterId>> = {
  'vacant take': 'moved-in',
  'vacant look': 'vacant-looks',
  'vacant full': 'vacant-looks',
  'decoration permit': 'decoration-sites',
  'fire-gear check': 'fire-gear-checks',
  'keys give': 'keys-out',
  'keys overdue': 'keys-late',
  'goods hold': 'slips-held',
  'lost claim': 'claimed',
}
function countRegisters(from: MonthFrom, start: number, end: number, month: string, add: Add): void {
  const link = (register: string, no: string) => `/registers/${q(register)}/${q(no)}`
  for (const m of from.registers.moved(start, end)) {
    const said = [m.no, m.at, link(m.register, m.no), alike(m.title), m.demo] as const
    const counted = ofMove[`${m.register} ${m.action}`]
    if (counted) add(counted, ...said)
    if (m.register === 'fire-gear' && m.action === 'check' && m.phase === 'bad') add('fire-gear-defects', ...said)
    if (m.register === 'goods' && (m.action === 'pass' || m.action === 'part') && m.phase === 'gone')
      add('slips-used', ...said)
  }
  for (const e of from.registers.list('lost', false))
    if (e.at >= start && e.at < end)
      add('found', e.no, e.at, link('lost', e.no), alike(titleOf(registerOf('lost')!, e.values)), e.demo)
  for (const e of from.registers.list('training', false)) {
    const { kind, day } = e.values
    if (e.phase !== 'held' || !String(day).startsWith(`${month}-`)) continue
    const counted = kind === 'training' ? 'trainings' : kind === 'meeting' ? 'meetings' : null
    const text = alike(titleOf(registerOf('training')!, e.values))
    if (counted) add(counted, e.no, Math.max(start, Math.min(e.since, end - 1)), link('training', e.no), text, e.demo)
  }
}

/** Rounds whose time was over in the month, as the report of the patrols has them. */
async function addRounds(from: MonthFrom, start: number, end: number, now: number, add: Add): Promise<number | null> {
  const { patrol } = from
  const points: PointFigure[] = []
  const ended = patrol.records.within(start, end).filter(r => r.to > start && r.to <= end && r.to <= now)
  for (const [i, r] of ended.entries()) {
    const state = patrol.stateOf(r, now)
    const said = [`${r.day} ${r.id}`, r.to, '/rounds', alike(r.route)] as const
    add('rounds-due', ...said)
    if (state === 'complete' || state === 'complete_with_exceptions') add('rounds-done', ...said)
    for (const p of patrol.records.pointsOf(r.id))
      points.push({ route: r.route, checkpoint: p.checkpoint, verdicts: p.verdicts })
    if (i % AT_ONCE === AT_ONCE - 1) await setImmediate()
  }
  return onTimeShare(points)
}

/** The month before, as it was archived last, else as it is counted now; null where nothing was recorded yet. */
export async function monthBefore(
  from: MonthFrom,
  zone: string,
  month: string,
  now: number,
): Promise<MonthArchive['before']> {
  const before = monthBy(month, -1)
  const [kept] = from.months.of(before)
  if (kept) return { month: before, archived: true, figures: kept.figures }
  const span = monthSpan(before, zone)
  const first = from.trail.after(0, 1)[0]?.time
  if (first === undefined || first >= span[1]) return null
  const { rows } = await monthRows(from, span, before, now)
  return { month: before, archived: false, figures: figuresOf(rows) }
}

/** Archives a month as it stands now. @returns null when nothing differs from the version there is */
export async function archiveMonth(
  from: MonthFrom,
  zone: string,
  month: string,
  by: Actor,
  reason: string,
  now: number,
): Promise<MonthArchive | null> {
  const [start, end] = monthSpan(month, zone)
  const { rows, onTime } = await monthRows(from, [start, end], month, now)
  const before = await monthBefore(from, zone, month, now)
  const figures: readonly MonthFigure[] = figuresOf(rows)
  return from.trail.change(by, note => {
    const [had] = from.months.of(month)
    const differs = had ? differences(had.figures, figures) : []
    if (had && differs.length === 0) return null
    const count = from.trail.head()
    const trail = { count, head: Buffer.from(from.trail.hashAt(count) ?? []).toString('hex'), time: now }
    const made = { month, at: now, by: by.name, reason, from: start, to: end, zone }
    return from.months.add(note, { ...made, figures, onTime, before, differs, trail })
  })
}

export type Monthly = ReturnType<typeof monthlyOf>
/** The same for the API. */
export const monthlyOf = (from: () => MonthFrom) => ({
  rows: (...asked: Tail<typeof monthRows>) => monthRows(from(), ...asked),
  before: (...asked: Tail<typeof monthBefore>) => monthBefore(from(), ...asked),
  archive: (...asked: Tail<typeof archiveMonth>) => archiveMonth(from(), ...asked),
})
type Tail<F extends (from: MonthFrom, ...rest: never[]) => unknown> = F extends (
  from: MonthFrom,
  ...rest: infer R
) => unknown
  ? R
  : never
