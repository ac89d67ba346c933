import { createHash } from 'node:crypto'
import { dayOf } from '../../rules/calendar.ts'
import { type Book, indexOf, installedAt, type Register, type RegisterCode } from '../../rules/readings/book.ts'
import { monthBeforeOf, monthEnd } from '../../rules/readings/boundary.ts'
import type { UnreadReason } from '../../rules/readings/special.ts'
import {
  inOrder,
  type MeterPlace,
  WALK_BEFORE_MS,
  type WalkState,
  type WalkWindow,
  walkState,
  walkWindow,
} from '../../rules/readings/walk.ts'
import type { Clock } from '../core/clock.ts'
import type { Actor } from '../core/events.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { MeterWalk, Taken } from '../records/meterwalk.ts'
import type { KeptReading, Readings } from '../records/readings.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import type { ReadingKeeper } from './keeper.ts'

/** What was put down longer ago says nothing about this walk. */
const LOOK_BACK_MS = 62 * 86_400_000

export interface WalkDeps {
  readonly clock: Clock
  readonly book: MeterBook
  readonly readings: Readings
  readonly keeper: Pick<ReadingKeeper, 'add' | 'addUnread' | 'baseOf' | 'usualPerHour'>
  readonly records: MeterWalk
  readonly site: () => Site | null
}
/** One register of a meter on the walk. */
export interface WalkItem {
  readonly point: string
  readonly unit: string
  readonly medium: Book['points'][number]['medium']
  readonly meter: string
  readonly register: Register
  readonly place: MeterPlace | null
  readonly manual: boolean
  readonly before: { readonly at: number; readonly index: number } | null
  readonly usualPerHour: number | null
  readonly state: WalkState
  readonly taken: Taken | null
}
/** What a device says of one meter. */
export interface PutDown {
  readonly id: string
  readonly at: number
  readonly point: string
  readonly register: RegisterCode
  /** The number on the plate, as it was scanned or seen; null: nobody said. */
  readonly meter: string | null
  readonly index: string | null
  readonly unread: UnreadReason | null
  readonly photo: string | null
  readonly remark: string
}
export type Walk = ReturnType<typeof openWalk>

/** The walk to meters that a person reads: who is due, and what was put down, each once however often it is sent. */
export function openWalk({ clock, book, readings, keeper, records, site }: WalkDeps) {
  /** The days of the end of a month that are walked now; null: none. */
  function window(now: number): WalkWindow | null {
    const here = site()
    if (!here) return null
    const { timezone: zone, readings: boundary } = here
    const { year, month } = dayOf(now, zone)
    const text = (m: number) => new Date(Date.UTC(year, month - 1 + m, 1)).toISOString().slice(0, 7)
    const ended = readings.months()
    const end = (m: string) => ended.get(m) ?? monthEnd(m, zone, boundary)
    const next = [text(-1), text(0), text(1)].find(m => end(m) > now) ?? text(1)
    return walkWindow(now, end(monthBeforeOf(next)), end(next))
  }
  function items(now: number): WalkItem[] {
    const { points, meters, installations } = book.book()
    const [places, put, days] = [records.places(), records.since(now - LOOK_BACK_MS), window(now)]
    const freeze = readings.freezes(1)[0]?.at ?? null
    const missing = new Set(
      freeze === null ? [] : readings.at(freeze).flatMap(r => (r.index === null ? [`${r.point}/${r.register}`] : [])),
    )
    const bySerial = new Map(meters.map(m => [m.serial, m]))
    const installed = Map.groupBy(installations, i => i.point)
    const list = points
      .filter(p => !p.closed)
      .flatMap(({ id, unit, medium }): WalkItem[] => {
        const there = installedAt(installed.get(id) ?? [], now)
        return (bySerial.get(there?.meter ?? '')?.registers ?? []).flatMap((register): WalkItem[] => {
          const key = `${id}/${register.code}`
          const manual = register.source === null && !register.frozen
          const taken = put.get(key) ?? null
          const last = taken && {
            ...{ at: taken.at, read: taken.result === 'taken' || taken.result === 'doubtful' },
            doubtful: waits(taken),
          }
          const state = walkState(manual, missing.has(key) ? freeze : null, last, days)
          if (state === null) return []
          const base = keeper.baseOf(there!, register.code, now)
          return [
            {
              ...{ point: id, unit, medium, meter: there!.meter, register, place: places.get(id) ?? null, manual },
              before: base && base.index !== null ? { at: base.at, index: base.index } : null,
              usualPerHour: keeper.usualPerHour(there!, register, now),
              ...{ state, taken },
            },
          ]
        })
      })
    return list.toSorted(inOrder)
  }
  /** Whether what was taken still waits for somebody to decide. */
  function waits({ result, reading, point, register }: Taken): boolean {
    if (result !== 'doubtful' || reading === null) return result === 'doubtful'
    const { at } = readings.get(reading)
    return readings.versions(point, register, at).at(-1)?.validation === 'uncertain'
  }
  /** Inside a change: what one says of one meter. Sent again it changes nothing; the truth is never refused. */
  function put(note: Note, one: PutDown, by: Actor): { readonly taken: Taken; readonly known: boolean } {
    const had = records.find(one.id)
    if (had) return { taken: had, known: true }
    const now = clock.now()
    const at = Math.min(one.at, now)
    const there = book.here(one.point, at)
    const register = book
      .book()
      .meters.find(m => m.serial === there?.meter)
      ?.registers.find(r => r.code === one.register)
    const keep = (result: Taken['result'], reading: KeptReading | null = null) => {
      const { id, point, register: code, index, meter, unread, photo, remark } = one
      const facts = { index, meter, unread, photo, remark }
      const made = records.add(note, {
        ...{ id, point, register: code, at, by: by.name, result, reading: reading?.n ?? null, ...facts },
      })
      return { taken: made, known: false }
    }
    if (!there || !register) return keep('no-meter')
    if (one.meter !== null && one.meter !== there.meter) return keep('other-meter')
    const end = standsFor(one, at)
    if (one.index === null) {
      if (end === null) return keep('unread')
      const words = one.remark
      return keep('unread', keeper.addUnread(note, one.point, one.register, end, one.unread ?? 'unreadable', words, by))
    }
    if (indexOf(one.index, register) === null) return keep('off-scale')
    const moment = end ?? at
    const made = keeper.add(note, one.point, one.register, one.index, moment, one.remark, by, { measuredAt: at })
    return keep(made.validation === 'uncertain' ? 'doubtful' : 'taken', made)
  }
  /** The end of the month that lacks this reading, where it was read soon after it; null: it stands for itself. */
  function standsFor({ point, register }: PutDown, at: number): number | null {
    const end = window(at)?.end ?? null
    if (end === null || end > at) return null
    const there = readings.versions(point, register, end).at(-1)
    return there && there.index === null ? end : null
  }

  return {
    window,
    items,
    /** Inside a change: where a meter hangs, where that is not what was known. */
    place(note: Note, next: MeterPlace): void {
      const had = records.places().get(next.point)
      if (had && (Object.keys(next) as (keyof MeterPlace)[]).every(k => had[k] === next[k])) return
      records.place(note, next)
    },
    put,
    /** What a list says has a name by what it says: the same list once more is known. */
    nameOf: (row: Omit<PutDown, 'id' | 'photo'>): string =>
      `list-${createHash('sha256')
        .update(JSON.stringify([row.point, row.register, row.meter, row.index, row.unread, row.at]))
        .digest('hex')
        .slice(0, 32)}`,
    beforeMs: WALK_BEFORE_MS,
  }
}
