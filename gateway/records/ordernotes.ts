import { ulid } from 'ulid'
import type { PointId } from '../../drivers/point.ts'
import type { Downtime } from '../../rules/downtime.ts'
import type { Risk, RiskLevel } from '../../rules/orderrisk.ts'
import { isEnded } from '../../rules/workorder.ts'
import { fail } from '../core/errors.ts'
import type { Note } from './trail.ts'
import type { Workorder, Workorders } from './workorders.ts'

const MOST_LINES = 200
/** A stop that began so long before the order is its trouble; of an earlier one only what lies in the order. */
const BEFORE_MS = 10 * 60_000

export type OrderNotes = ReturnType<typeof orderNotes>

/** What is written on an order about its equipment and its dangers: when it stood, and what may happen at which step. */
export function orderNotes(workorders: Workorders) {
  const full = (lines: readonly unknown[]) => {
    if (lines.length >= MOST_LINES) fail('too-many', { most: MOST_LINES })
  }
  const lineOf = <T extends { readonly id: string }>(lines: readonly T[], id: string): T =>
    lines.find(l => l.id === id) ?? fail('not-found', { what: id })
  const replaced = <T extends { readonly id: string }>(lines: readonly T[], line: T): T[] =>
    lines.map(l => (l.id === line.id ? line : l))

  return {
    /** Inside a change: a person says that it stood. Throws `downtime-span` when that is not a span of the past. */
    stood(
      note: Note,
      id: string,
      asked: { readonly from: number; readonly to: number | null; readonly reason: string; readonly by: string },
      now: number,
    ): Workorder {
      return workorders.write(
        note,
        id,
        'downtime',
        had => {
          full(had.downtimes)
          if (had.equipment === null) fail('downtime-nothing', { no: had.no })
          const { from, to } = asked
          if (from > now || (to !== null && (to <= from || to > now))) fail('downtime-span', { no: had.no })
          const line: Downtime = { ...asked, id: ulid(now), source: 'stated', point: null, at: now, withdrawn: null }
          const { reason } = asked
          return {
            order: { ...had, downtimes: [...had.downtimes, line] },
            data: { source: 'stated', from, to, reason },
          }
        },
        now,
        // How long it stood is often known only when it runs again.
        true,
      )
    },
    /** Inside a change: a stated one ended then. Throws `downtime-span`, `downtime-measured`. */
    runsAgain(note: Note, id: string, line: string, to: number, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'downtime-end',
        had => {
          const one = lineOf(had.downtimes, line)
          if (one.source === 'measured') fail('downtime-measured')
          if (one.to !== null || to <= one.from || to > now) fail('downtime-span', { no: had.no })
          const downtimes = replaced(had.downtimes, { ...one, to })
          return { order: { ...had, downtimes }, data: { source: one.source, from: one.from, to } }
        },
        now,
        true,
      )
    },
    /** Inside a change: it counts nothing, for this reason, and stays to be seen. */
    notDown(note: Note, id: string, line: string, reason: string, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'downtime-withdrawn',
        had => {
          const one = lineOf(had.downtimes, line)
          if (one.withdrawn !== null) return { order: had, data: { reason } }
          const downtimes = replaced(had.downtimes, { ...one, withdrawn: reason })
          return { order: { ...had, downtimes }, data: { source: one.source, from: one.from, to: one.to, reason } }
        },
        now,
        true,
      )
    },
    /**
     * Inside a change: what the plant says of this equipment itself. A stop is written once, and ended once.
     * @param since since when it is so, as far as anybody knows
     * @returns null when there is nothing to write
     */
    measured(
      note: Note,
      had: Workorder,
      stands: { readonly stopped: boolean; readonly point: PointId; readonly since: number },
      now: number,
    ): Workorder | null {
      const open = had.downtimes.find(d => d.source === 'measured' && d.to === null)
      if (stands.stopped) {
        // When it is fixed it may well be switched off for its own reasons.
        const repair = !isEnded(had.phase) && had.phase !== 'fixed' && had.phase !== 'verified'
        if (open || !repair || had.downtimes.length >= MOST_LINES) return null
        const from = had.openedAt - stands.since <= BEFORE_MS ? stands.since : had.openedAt
        const line: Downtime = {
          ...{ id: ulid(now), source: 'measured', from, to: null, point: stands.point },
          ...{ reason: '', by: 'plant', at: now, withdrawn: null },
        }
        const data = { source: 'measured', from, point: stands.point }
        return workorders.write(
          note,
          had.id,
          'downtime',
          o => ({ order: { ...o, downtimes: [...o.downtimes, line] }, data }),
          now,
        )
      }
      if (!open) return null
      const to = Math.max(open.from, stands.since)
      const data = { source: 'measured', from: open.from, to, point: stands.point }
      return workorders.write(
        note,
        had.id,
        'downtime-end',
        o => ({ order: { ...o, downtimes: replaced(o.downtimes, { ...open, to }) }, data }),
        now,
        true,
      )
    },

    /** Inside a change: what may happen at a step, and what is done against it. */
    addRisk(
      note: Note,
      id: string,
      asked: { readonly step: string; readonly hazard: string; readonly level: RiskLevel; readonly control: string },
      by: string,
      now: number,
    ): Workorder {
      return workorders.write(
        note,
        id,
        'risk',
        had => {
          full(had.risks)
          const both = (words: string) => ({ 'zh-CN': words, en: words })
          const { step, hazard, level, control } = asked
          const line: Risk = {
            ...{ id: ulid(now), step: both(step), hazard: both(hazard), level, control: both(control), by, at: now },
            ...{ confirmedBy: null, confirmedAt: null, withdrawn: false },
          }
          return { order: { ...had, risks: [...had.risks, line] }, data: { step, hazard, level, control } }
        },
        now,
      )
    },
    /** Inside a change: the measure is in place. Throws `no-such-move` unless somebody is there. */
    confirmRisk(note: Note, id: string, line: string, by: string, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'risk-confirmed',
        had => {
          const one = lineOf(had.risks, line)
          if (had.phase !== 'arrived' || one.withdrawn) fail('no-such-move', { no: had.no })
          const risks = replaced(had.risks, { ...one, confirmedBy: by, confirmedAt: now })
          return { order: { ...had, risks }, data: { step: one.step.en, level: one.level } }
        },
        now,
      )
    },
    /** Inside a change: it was written down wrongly. What a plan says is dangerous is not taken away on an order. */
    withdrawRisk(note: Note, id: string, line: string, now: number): Workorder {
      return workorders.write(
        note,
        id,
        'risk-withdrawn',
        had => {
          const one = lineOf(had.risks, line)
          if (one.by === had.plan || one.id.includes('.')) fail('risk-planned')
          return {
            order: { ...had, risks: replaced(had.risks, { ...one, withdrawn: true }) },
            data: { step: one.step.en, level: one.level },
          }
        },
        now,
      )
    },
  }
}
