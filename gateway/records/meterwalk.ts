import type { RegisterCode } from '../../rules/readings/book.ts'
import type { UnreadReason } from '../../rules/readings/special.ts'
import type { MeterPlace } from '../../rules/readings/walk.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

/** What became of what somebody put down at a meter; `kept`: it is no reading of a register of the book, and stands here only. */
export const takenResults = ['taken', 'doubtful', 'unread', 'other-meter', 'off-scale', 'no-meter'] as const
export type TakenResult = (typeof takenResults)[number]
/** What somebody has put down at a meter, once, by the name that his device gave it. */
export interface Taken {
  readonly id: string
  readonly point: string
  readonly register: RegisterCode
  /** When it was read, by the clock of the gateway. */
  readonly at: number
  readonly by: string
  readonly result: TakenResult
  /** The reading that it made; null: none. */
  readonly reading: number | null
  /** As it was typed. */
  readonly index: string | null
  readonly meter: string | null
  readonly unread: UnreadReason | null
  readonly photo: string | null
  readonly remark: string
}
export type MeterWalk = ReturnType<typeof openMeterWalk>

/** Where meters hang, and what was put down on the walk. */
export function openMeterWalk(db: Db) {
  const places = db.prepare('SELECT * FROM meter_place')
  const put = db.prepare(
    `INSERT INTO meter_place (point, position, place, code, photo) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (point) DO UPDATE SET position = excluded.position, place = excluded.place, code = excluded.code,
     photo = excluded.photo`,
  )
  const get = db.prepare('SELECT * FROM meter_taken WHERE id = ?')
  const add = db.prepare(
    'INSERT INTO meter_taken (id, point, register, at, by, result, reading, photo, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const last = db.prepare('SELECT * FROM meter_taken WHERE at > ? ORDER BY at, id')
  const ofPoint = db.prepare('SELECT * FROM meter_taken WHERE point = ? ORDER BY at DESC, id LIMIT ?')
  const named = db.prepare('SELECT 1 FROM meter_taken WHERE photo = ? LIMIT 1')
  const view = (row: unknown): Taken => {
    const { facts, ...r } = row as { facts: string } & Omit<Taken, 'index' | 'meter' | 'unread' | 'remark'>
    return { ...r, ...JSON.parse(facts) } as Taken
  }
  return {
    places: (): ReadonlyMap<string, MeterPlace> =>
      new Map(
        places.all().map(row => {
          const r = row as { point: string; position: number; place: string; code: string; photo: number }
          return [r.point, { ...r, photo: r.photo === 1 }]
        }),
      ),
    /** Inside a change: where a meter hangs. */
    place(note: Note, { point, position, place, code, photo }: MeterPlace): void {
      put.run(point, position, place, code, photo ? 1 : 0)
      note('meter-place', point, 'set', { position, place, code, photo })
    },
    find: (id: string): Taken | null => {
      const row = get.get(id)
      return row ? view(row) : null
    },
    /** Inside a change: what somebody put down. The reading itself has its own entry. */
    add(note: Note, taken: Taken): Taken {
      const { id, point, register, at, by, result, reading, photo, ...facts } = taken
      add.run(id, point, register, at, by, result, reading, photo, JSON.stringify(facts))
      note('meter-walk', id, 'put-down', { point, register, at, result, reading, photo, ...facts })
      return taken
    },
    /** Of each register the newest since a moment, by `point/register`. */
    since: (at: number): ReadonlyMap<string, Taken> =>
      new Map(
        last
          .all(at)
          .map(row => view(row))
          .map(t => [`${t.point}/${t.register}`, t]),
      ),
    of: (point: string, limit: number): Taken[] => ofPoint.all(point, limit).map(view),
    hasPhoto: (file: string): boolean => named.get(file) !== undefined,
  }
}
