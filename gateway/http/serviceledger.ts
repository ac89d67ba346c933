import { type Complaint, replyState } from '../../rules/complaint.ts'
import type { Visit } from '../../rules/order.ts'
import { clockOf } from '../../rules/orderclock.ts'
import { departmentOf, stepOf } from '../../rules/report.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { Report } from '../records/reports.ts'
import type { Workorder } from '../records/workorders.ts'
import type { LedgerRow } from './contract.ts'
import type { Deps } from './deps.ts'
import { orderOf } from './reports.ts'
import { HEAD, NO, WORDS, YES } from './servicewords.ts'

/** More orders than a site has in a year. */
const MOST = 20_000

/** What came in [from, to), oldest first; of return visits, what was made then. */
export function ledgerRows(deps: Deps, from: number, to: number, kind?: LedgerRow['kind']): LedgerRow[] {
  const rows: LedgerRow[] = []
  if (kind === undefined || kind === 'report')
    rows.push(...deps.reports.between(from, to).map(r => reportRow(deps, r, orderOf(deps, r))))
  if (kind !== 'report' && kind !== 'visit')
    rows.push(
      ...deps.complaints
        .between(from, to)
        .filter(c => kind === undefined || c.kind === kind)
        .map(c => complaintRow(deps, c)),
    )
  if (kind === 'visit') rows.push(...visitRows(deps, from, to))
  return rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.no < b.no ? -1 : 1))
}

const orderVisit = (v: Visit | undefined): LedgerRow['visit'] =>
  v === undefined
    ? null
    : {
        ...{ at: iso(v.at), outcome: v.outcome, satisfied: v.solved, by: v.by, note: v.note },
        score: v.scores && Math.round(((v.scores.arrival + v.scores.quality + v.scores.attitude) / 3) * 10) / 10,
      }
const complaintVisit = (v: Complaint['visits'][number] | undefined): LedgerRow['visit'] =>
  v === undefined ? null : { ...v, at: iso(v.at) }

function reportRow(deps: Deps, r: Report, order: Workorder): LedgerRow {
  const zone = deps.plant()?.site.timezone ?? 'UTC'
  const clock = clockOf('restore', order, deps.workorders.policyOf(order), deps.clock.now(), zone)
  const inTime = clock.state === 'met' ? true : clock.state === 'late' || clock.state === 'over' ? false : null
  return {
    ...{ kind: 'report', id: r.id, no: r.no, at: iso(r.at), channel: r.channel, subject: r.nature },
    ...{ class: order.class, text: r.text, room: r.room, name: r.caller.name, phone: r.caller.phone },
    ...{ order: { id: order.id, no: order.no }, step: stepOf(order), department: departmentOf(order, r.nature) },
    // What was found stands on the order; the trail has the words of each step.
    ...{ result: '', dueAt: isoOrNull(clock.dueAt), doneAt: isoOrNull(order.fixedAt), inTime },
    ...{ closedAt: isoOrNull(order.closedAt), visit: orderVisit(order.visits.at(-1)) },
  }
}

function complaintRow(deps: Deps, c: Complaint): LedgerRow {
  const state = replyState(c, deps.clock.now())
  const [first] = c.reports
  const report = first === undefined ? undefined : deps.reports.get(first)
  const order = report && orderOf(deps, report)
  const { name = '', phone = '', room = '' } = c.voices[0] ?? {}
  return {
    ...{ kind: c.kind, id: c.id, no: c.no, at: iso(c.at), channel: c.channel, subject: c.subject, class: c.class },
    ...{ text: c.text, room, name, phone, order: order ? { id: order.id, no: order.no } : null },
    ...{ step: c.phase, department: c.department, result: c.replies.at(-1)?.result ?? '' },
    ...{ dueAt: iso(c.replyBy), doneAt: isoOrNull(c.replies.at(-1)?.at ?? null) },
    inTime: state === 'met' ? true : state === 'late' || state === 'over' ? false : null,
    ...{ closedAt: isoOrNull(c.closedAt), visit: complaintVisit(c.visits.at(-1)) },
  }
}

/** Each return visit of its own: three calls to somebody who is never there are three. */
function visitRows(deps: Deps, from: number, to: number): LedgerRow[] {
  const rows: LedgerRow[] = []
  const within = ({ at }: { readonly at: number }) => at >= from && at < to
  for (const order of deps.workorders.list('all', MOST)) {
    const visits = order.visits.filter(within)
    if (visits.length === 0) continue
    const report = [order.id, ...deps.workorders.absorbed(order.id)].flatMap(id => deps.reports.ofOrder(id))[0]
    const base = report ? reportRow(deps, report, order) : orderRow(order)
    for (const visit of visits) rows.push({ ...base, ...asVisit(iso(visit.at)), visit: orderVisit(visit) })
  }
  // A complaint is visited within days: one that came in a year before the span is not.
  for (const c of deps.complaints.between(from - YEAR_MS, to))
    for (const visit of c.visits.filter(within))
      rows.push({ ...complaintRow(deps, c), ...asVisit(iso(visit.at)), visit: complaintVisit(visit) })
  return rows
}
const YEAR_MS = 366 * 86_400_000
const asVisit = (at: string) => ({ kind: 'visit' as const, at })

/** One that nobody reported: visited as one of the sample. */
const orderRow = (o: Workorder): LedgerRow => ({
  ...{ kind: 'report', id: o.id, no: o.no, at: iso(o.openedAt), channel: '', subject: o.nature, class: o.class },
  ...{ text: o.text['zh-CN'], room: '', name: '', phone: '', order: { id: o.id, no: o.no }, step: stepOf(o) },
  ...{ department: o.crew ?? '', result: '', dueAt: null, doneAt: isoOrNull(o.fixedAt), inTime: null },
  ...{ closedAt: isoOrNull(o.closedAt), visit: null },
})

/** The rows as a table, with words instead of codes and the clocks of the site. */
export function csvOf(items: readonly LedgerRow[], lang: 'zh-CN' | 'en', zone: string): string[][] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const time = (at: string | null) => (at === null ? '' : format.format(Date.parse(at)))
  const word = (group: string, code: string | null) =>
    code === null ? '' : (WORDS[`${group}.${code}` as keyof typeof WORDS]?.[lang] ?? code)
  const yes = (is: boolean | null | undefined) => (is === true ? YES[lang] : is === false ? NO[lang] : '')
  return [
    HEAD.map(cell => cell[lang]),
    ...items.map(r => [
      ...[r.no, word('kind', r.kind), time(r.at), word('by', r.channel), word('about', r.subject)],
      ...[word('class', r.class), r.text, r.room, r.name, r.phone, r.order?.no ?? '', word('step', r.step)],
      ...[word('crew', r.department), r.result, time(r.dueAt), time(r.doneAt), yes(r.inTime), time(r.closedAt)],
      ...[time(r.visit?.at ?? null), word('outcome', r.visit?.outcome ?? null), yes(r.visit?.satisfied)],
      ...[r.visit?.score == null ? '' : String(r.visit.score), r.visit?.by ?? '', r.visit?.note ?? ''],
    ]),
  ]
}
