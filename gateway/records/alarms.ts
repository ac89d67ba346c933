import type { PointId, Text } from '../../drivers/point.ts'
import type { Alarm, AlarmEffect } from '../../rules/alarm.ts'
import type { Severity } from '../../rules/rule.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** Where an alarm is, in words. Kept with it, because the site may forget the equipment. */
export interface Place {
  readonly equipmentName: Text
  readonly space: Text | null
  /** What of the equipment it is, where a rule watches several of its points. Older records do not say. */
  readonly pointName?: Text | null
  /** From the building down to where it is. Older records do not say. */
  readonly spaces?: readonly PlaceSpace[]
}
export interface PlaceSpace {
  readonly id: string
  readonly kind: string
  readonly name: Text
}

/** What is stored of an alarm: its facts, and the words of the site of that time, which outlive the site. */
export type StoredAlarm = Alarm & {
  readonly text: Text
  readonly place: Place
  /** Its rule or point was taken out of the site. */
  readonly retired: boolean
}
export type Alarms = ReturnType<typeof alarms>

export function alarms(db: Db) {
  const put = db.prepare(
    `INSERT OR REPLACE INTO alarm (id, rule, point, severity, text, active, acked, raised_at, cleared_at, acked_at, acked_by, retired, count, value, place,
       reset_needed, shelved, out_of_service, suppressed_by, unheard, first_out)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const get = db.prepare('SELECT * FROM alarm WHERE id = ?')
  const open = db.prepare(
    `SELECT * FROM alarm WHERE active = 1 OR acked = 0 OR reset_needed = 1 OR shelved IS NOT NULL OR out_of_service IS NOT NULL
       OR suppressed_by <> '[]'`,
  )
  const all = db.prepare('SELECT * FROM alarm')
  // '/' and '0' are neighbours: every point of one equipment.
  const ofEquipment = db.prepare('SELECT * FROM alarm WHERE point >= ? AND point < ?')
  return {
    /** Inside a change: stores the alarm as it is now and notes what happened to it. */
    put(
      note: Note,
      a: StoredAlarm,
      action: AlarmEffect | 'retired' | 'proof-ended',
      data: Record<string, unknown> = {},
    ) {
      put.run(
        a.id,
        a.rule,
        a.point,
        a.severity,
        JSON.stringify(a.text),
        a.active ? 1 : 0,
        a.acked ? 1 : 0,
        a.raisedAt,
        a.clearedAt,
        a.ackedAt,
        a.ackedBy,
        a.retired ? 1 : 0,
        a.count,
        JSON.stringify(a.value),
        JSON.stringify(a.place),
        a.resetNeeded ? 1 : 0,
        a.shelved && JSON.stringify(a.shelved),
        a.outOfService && JSON.stringify(a.outOfService),
        JSON.stringify(a.suppressedBy),
        a.unheard ? 1 : 0,
        a.firstOut ? 1 : 0,
      )
      note('alarm', a.id, action, { point: a.point, severity: a.severity, value: a.value, count: a.count, ...data })
    },
    get: (id: string): StoredAlarm | undefined => alarmOf(get.get(id)),
    /** All that are not normal. */
    open: (): StoredAlarm[] => open.all().map(row => alarmOf(row)!),
    /** All that ever were. */
    ofEquipment: (id: string): StoredAlarm[] => ofEquipment.all(`${id}/`, `${id}0`).map(row => alarmOf(row)!),
    all: (): StoredAlarm[] => all.all().map(row => alarmOf(row)!),
  }
}

function alarmOf(row: unknown): StoredAlarm | undefined {
  if (!row) return undefined
  const r = row as Record<string, never>
  return {
    id: r.id!,
    rule: r.rule!,
    point: r.point! as PointId,
    severity: r.severity! as Severity,
    text: JSON.parse(r.text!) as Text,
    place: JSON.parse(r.place!) as Place,
    retired: r.retired === 1,
    active: r.active === 1,
    acked: r.acked === 1,
    raisedAt: r.raised_at!,
    clearedAt: r.cleared_at!,
    ackedAt: r.acked_at!,
    ackedBy: r.acked_by!,
    count: r.count!,
    value: JSON.parse(r.value!) as Alarm['value'],
    frozen: null,
    turningSince: null,
    resetNeeded: r.reset_needed === 1,
    shelved: parsed(r.shelved) as Alarm['shelved'],
    outOfService: parsed(r.out_of_service) as Alarm['outOfService'],
    suppressedBy: JSON.parse(r.suppressed_by!) as string[],
    unheard: r.unheard === 1,
    firstOut: r.first_out === 1,
  }
}

const parsed = (text: string | null | undefined): unknown => (text ? JSON.parse(text) : null)
