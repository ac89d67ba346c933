import { ulid } from 'ulid'
import type { ShiftDay } from '../../rules/crew.ts'
import { type HandoverRung, handoverFlow, type Sheet } from '../../rules/handover.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'

export type Handovers = ReturnType<typeof openHandovers>

/** Handover sheets [F01]. What people wrote stands here; on the trail stand the moves, the cut and what was signed. */
export function openHandovers(db: Db, day: (at: number) => string) {
  const put = db.prepare(
    `INSERT INTO handover (id, no, crew, phase, from_seq, cut_seq, facts) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, cut_seq = excluded.cut_seq, facts = excluded.facts`,
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT facts FROM handover WHERE id = ?')
  const open = db.prepare("SELECT facts FROM handover WHERE crew = ? AND phase <> 'signed_in'")
  const done = db.prepare(
    "SELECT facts FROM handover WHERE phase = 'signed_in' AND (? IS NULL OR crew = ?) AND id < ? ORDER BY id DESC LIMIT ?",
  )
  const counts = db.prepare(
    'SELECT kind, count(*) AS n FROM trail WHERE seq > ? AND seq <= ? GROUP BY kind ORDER BY kind',
  )
  const store = (sheet: Sheet): Sheet => {
    const { id, no, crew, phase, fromSeq, cut } = sheet
    put.run(id, no, crew, phase, fromSeq, cut?.seq ?? null, JSON.stringify(sheet))
    return sheet
  }
  return {
    /** Inside a change: the sheet of a shift that begins. `fromSeq`: its entries are those behind this one. */
    begin(
      note: Note,
      crew: string,
      begun: { readonly served: ShiftDay; readonly fromSeq: number; readonly onDuty: readonly string[] | null },
      /** Of what is still open; what was said of it goes on with it. */
      remarks: Sheet['remarks'],
      now: number,
    ): Sheet {
      const { last } = nextNo.get('handover', day(now)) as { last: number }
      const sheet = store({
        ...{ id: ulid(now), no: `SH-${day(now)}-${String(last).padStart(3, '0')}`, crew, phase: handoverFlow.first },
        ...{ ...begun, since: now, checks: {}, counts: {}, remarks, notes: [], relief: [], refused: [], told: [] },
        ...{ relieved: null, cut: null, signedOut: null, signedIn: null },
      })
      note('handover', sheet.id, 'begun', { no: sheet.no, crew, ...begun })
      return sheet
    },
    /** Inside a change. */
    put(note: Note, sheet: Sheet, action: string, data: Record<string, unknown> = {}): Sheet {
      note('handover', sheet.id, action, { no: sheet.no, crew: sheet.crew, ...data })
      return store(sheet)
    },
    /** Inside a change: this was told, and whom. */
    told(note: Note, sheet: Sheet, rungs: readonly HandoverRung[]): Sheet {
      for (const { step, tell, lateMin } of rungs)
        note('handover', sheet.id, 'escalated', { no: sheet.no, crew: sheet.crew, step, tell, lateMin })
      return store({ ...sheet, told: [...sheet.told, ...rungs] })
    },
    get: (id: string): Sheet | undefined => sheetOf(get.get(id)),
    /** The one of a crew that is not signed in; there is at most one. */
    open: (crew: string): Sheet | undefined => sheetOf(open.get(crew)),
    /** Signed by both, newest first, before the id `before`. */
    list: (crew: string | null, limit: number, before = '~'): Sheet[] =>
      done.all(crew, crew, before, limit).map(row => sheetOf(row)!),
    /** How many entries of each kind the trail has in (from, to]. */
    entries: (from: number, to: number): { readonly kind: string; readonly n: number }[] =>
      (counts.all(from, to) as { kind: string; n: number }[]).map(({ kind, n }) => ({ kind, n })),
  }
}

const sheetOf = (row: unknown): Sheet | undefined =>
  row ? (JSON.parse((row as { facts: string }).facts) as Sheet) : undefined
