import { ulid } from 'ulid'
import type { ReportChannel } from '../../rules/report.ts'
import type { OrderClass } from '../../rules/rule.ts'
import { classFor, crewFor, type Nature } from '../../rules/workorder.ts'
import { fail } from '../core/errors.ts'
import type { Db } from './db.ts'
import { hashSecret, newSecret } from './secrets.ts'
import type { Note } from './trail.ts'
import type { Workorder, Workorders } from './workorders.ts'

/** What a person has reported. Who it was stands here alone, never on the trail, which forgets nothing. */
export interface Report {
  readonly id: string
  readonly no: string
  readonly workorder: string
  readonly channel: ReportChannel
  readonly nature: Nature
  readonly text: string
  readonly room: string
  readonly space: string | null
  readonly equipment: string | null
  readonly caller: { readonly name: string; readonly phone: string }
  /** What the sender calls it, as the number of a call centre. */
  readonly reference: string
  readonly by: string
  readonly at: number
}
export interface NewReport extends Omit<Report, 'id' | 'no' | 'workorder' | 'at'> {
  /** Instead of what the nature makes of it. */
  readonly class?: OrderClass | undefined
  readonly appointmentAt?: number | null | undefined
}
export type Reports = ReturnType<typeof reports>

/**
 * @param day the site's calendar day of a moment, `20261121`: reports are numbered by it
 * @param urgencyOf what the site makes of a kind of report
 */
export function reports(
  db: Db,
  workorders: Workorders,
  day: (at: number) => string,
  urgencyOf: (nature: Nature) => OrderClass = classFor,
) {
  const insert = db.prepare(
    `INSERT INTO report (id, no, workorder, channel, nature, text, room, space, equipment, caller, reference, receipt, by, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT * FROM report WHERE id = ?')
  const ofReceipt = db.prepare('SELECT * FROM report WHERE receipt = ?')
  const ofOrder = db.prepare('SELECT * FROM report WHERE workorder = ? ORDER BY id')
  const between = db.prepare('SELECT * FROM report WHERE at >= ? AND at < ? ORDER BY at, id')
  const all = db.prepare('SELECT * FROM report WHERE id < ? ORDER BY id DESC LIMIT ?')
  return {
    /**
     * Inside a change: the report, and its order: a new one, or the open one for the same equipment (or place) and nature.
     * @returns `receipt`: what its requester sees and answers with; shown once
     */
    create(
      note: Note,
      asked: NewReport,
      now: number,
    ): { readonly report: Report; readonly order: Workorder; readonly receipt: string } {
      const { class: urgency = urgencyOf(asked.nature), appointmentAt = null, ...facts } = asked
      if (appointmentAt !== null && appointmentAt <= now) fail('time-not-ahead')
      if (appointmentAt !== null && urgency !== 'general') fail('appointment-urgent')
      const words = facts.room === '' ? facts.text : `${facts.room} ${facts.text}`
      const order = workorders.openFor(
        note,
        {
          alarm: null,
          text: { 'zh-CN': words, en: words },
          class: urgency,
          severity: null,
          equipment: facts.equipment,
          // Two leaks in one building are two: a room that was typed is not a place that we know.
          space: facts.room === '' ? facts.space : null,
          failure: facts.nature,
          nature: facts.nature,
          crew: crewFor(facts.nature),
          origin: 'report',
          appointmentAt,
        },
        now,
      )
      const { last } = nextNo.get('report', day(now)) as { last: number }
      const no = `RP-${day(now)}-${String(last).padStart(3, '0')}`
      const report: Report = { ...facts, id: ulid(now), no, workorder: order.id, at: now }
      const receipt = newSecret('r_')
      insert.run(
        report.id,
        no,
        order.id,
        report.channel,
        report.nature,
        report.text,
        report.room,
        report.space,
        report.equipment,
        JSON.stringify(report.caller),
        report.reference,
        hashSecret(receipt),
        report.by,
        now,
      )
      note('report', report.id, 'created', { no, order: order.no, channel: report.channel, nature: report.nature })
      return { report, order, receipt }
    },
    get: (id: string): Report | undefined => reportOf(get.get(id)),
    ofReceipt: (receipt: string): Report | undefined => reportOf(ofReceipt.get(hashSecret(receipt))),
    ofOrder: (workorder: string): Report[] => ofOrder.all(workorder).map(row => reportOf(row)!),
    /** That came in [from, to), oldest first. */
    between: (from: number, to: number): Report[] => between.all(from, to).map(row => reportOf(row)!),
    /** Newest first, before the id `before`. */
    list: (limit: number, before = '~'): Report[] => all.all(before, limit).map(row => reportOf(row)!),
  }
}

function reportOf(row: unknown): Report | undefined {
  if (!row) return undefined
  const r = row as Omit<Report, 'caller'> & { caller: string; receipt: string }
  const { receipt: _, caller, ...facts } = r
  return { ...facts, caller: JSON.parse(caller) as Report['caller'] }
}
