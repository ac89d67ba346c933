import { ulid } from 'ulid'
import type { Role } from '../../rules/flow.ts'
import {
  type Around,
  allFields,
  type Entry,
  factsOf,
  isEnd,
  mayEdit,
  mayKeep,
  movedEntry,
  type Register,
  type RegisterRefusal,
  titleOf,
  type Values,
  type Wanted,
} from '../../rules/register.ts'
import { MOST_PICTURES } from '../../rules/registerfields.ts'
import { registers as every, registerOf } from '../../rules/registers/all.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { Db } from './db.ts'
import type { Note } from './trail.ts'
import type { Workorders } from './workorders.ts'

/** One line of what happened to an entry: who had the key, and when. */
export interface RegisterLine {
  readonly action: string
  readonly at: number
  readonly by: string
  readonly phase: string
  readonly given: Values
  /** The order that followed. */
  readonly workorder: string | null
}
/** A move without what was given with it: nobody's name is in it. */
export interface RegisterMoved
  extends Pick<RegisterLine, 'action' | 'at' | 'phase'>,
    Pick<Entry, 'no' | 'register' | 'demo'> {
  readonly title: string
}
/** What the site says of its places and of the work in them at this moment. */
export type RegisterPlace = (now: number) => Pick<Around, 'zone' | 'workFor' | 'heldFor' | 'knows'>
/** A certificate has run out or a work was stopped, or it holds or goes on again: so do the passes of it. */
export type PassBlock = (note: Note, what: 'firm' | 'works', whose: string, no: string, blocked: boolean) => void
export type Registers = ReturnType<typeof openRegisters>
export type By = Actor & { readonly role: Role }
type Given = Readonly<Record<string, unknown>>

/** More than any office keeps in one register. */
const MOST_ENTRIES = 10_000
const MOST_LINES = 50_000

/**
 * All registers in one store: an entry and its moves, each with its line on the trail in the same transaction.
 * @param day the site's calendar day of a moment, `20261121`: entries are numbered by it
 */
export function openRegisters(
  db: Db,
  day: (at: number) => string,
  workorders: Pick<Workorders, 'openFor'>,
  place: RegisterPlace,
  block: PassBlock = () => {},
) {
  const put = db.prepare(
    `INSERT INTO register_entry (id, register, no, phase, facts, at, by, since, due_at, told_due, demo)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)
      ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, facts = excluded.facts, since = excluded.since,
      due_at = excluded.due_at`,
  )
  const addLine = db.prepare(
    'INSERT INTO register_move (entry, action, at, by, phase, given, workorder) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const nextNo = db.prepare(
    'INSERT INTO number (kind, day, last) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
  )
  const get = db.prepare('SELECT * FROM register_entry WHERE id = ?1 OR no = ?1')
  const lines = db.prepare('SELECT * FROM register_move WHERE entry = ? ORDER BY seq')
  const book = db.prepare(
    `SELECT m.*, e.no, e.facts, e.demo FROM register_move m JOIN register_entry e ON e.id = m.entry
      WHERE e.register = ? ORDER BY m.seq DESC LIMIT ?`,
  )
  const moved = db.prepare(
    `SELECT m.*, e.no, e.register, e.facts, e.demo FROM register_move m JOIN register_entry e ON e.id = m.entry
      WHERE m.at >= ? AND m.at < ? ORDER BY m.seq`,
  )
  const newest = db.prepare(
    `SELECT * FROM register_entry WHERE register = ?1 AND id < ?2
      AND phase NOT IN (SELECT value FROM json_each(?3)) ORDER BY id DESC LIMIT ?4`,
  )
  const due = db.prepare(
    'SELECT * FROM register_entry WHERE due_at <= ? AND (told_due IS NULL OR told_due <> due_at) ORDER BY due_at LIMIT 500',
  )
  const setTold = db.prepare('UPDATE register_entry SET told_due = due_at WHERE id = ?')
  const any = db.prepare('SELECT 1 FROM register_entry LIMIT 1')

  const one = (id: string): Entry => entryOf(get.get(id)) ?? fail('not-found', { what: id })
  const known = (id: string): Register => registerOf(id) ?? fail('not-found', { what: id })
  const aroundOf = (actor: Actor, now: number): Around => ({
    ...place(now),
    now,
    actor,
    entry: (register, no) => {
      const found = entryOf(get.get(no))
      return found?.register === register ? found : undefined
    },
  })
  /** What the trail is told: never a person's name or telephone. */
  const told = (register: Register, given: Given): Values => {
    const open = new Set(allFields(register).flatMap(f => (f.personal ? [] : [f.key])))
    return Object.fromEntries(Object.entries(given).filter(([key, value]) => open.has(key) && value !== null)) as Values
  }
  function refuse(register: Register, said: RegisterRefusal, entry: Entry | null): never {
    const no = entry?.no ?? register.one
    const phase = register.phases[entry?.phase ?? register.flow.first]!
    if (said.refused === 'register-field') return fail(said.refused, { field: said.field, why: said.why })
    if (said.refused === 'register-refused') return fail(said.refused, { no, why: said.why }, { refusal: said.code })
    return fail(said.refused, { no, phase })
  }
  function store(register: Register, entry: Entry): Entry {
    const dueAt = register.due?.(entry, place(entry.since).zone) ?? null
    const { id, no, phase, values, at, by, since, demo } = entry
    put.run(id, register.id, no, phase, JSON.stringify(values), at, by, since, dueAt, demo ? 1 : 0)
    return one(id)
  }
  function open(note: Note, entry: Entry, wanted: Wanted | null, key: string, now: number): string | null {
    if (!wanted) return null
    const { space = null, equipment = null } = entry.values as Readonly<Record<string, string | null>>
    const { id } = workorders.openFor(
      note,
      {
        ...{ alarm: null, text: wanted.text, class: wanted.class, severity: null, crew: wanted.crew },
        ...{ equipment, space, origin: 'check', key: `r:${entry.id}:${key}`, demo: entry.demo },
      },
      now,
    )
    return id
  }

  /** They are stopped by the first entry of their firm or place, and go on with the last. */
  function blockPasses(note: Note, { id, blocks }: Register, had: Entry, entry: Entry): void {
    if (!blocks || blocks.in.includes(had.phase) === blocks.in.includes(entry.phase)) return
    const stops = (e: Entry) => blocks.in.includes(e.phase)
    const whose = entry.values[blocks.field]
    if (typeof whose !== 'string') return
    const others = newest.all(id, '~', '[]', MOST_ENTRIES).map(row => entryOf(row)!)
    if (others.some(e => e.id !== entry.id && e.values[blocks.field] === whose && stops(e))) return
    block(note, blocks.what, whose, entry.no, stops(entry))
  }

  function move(note: Note, id: string, action: string, given: Given, by: By | null, actor: Actor, now: number): Entry {
    const had = one(id)
    const register = known(had.register)
    const done = movedEntry(register, had, action, given, by?.role ?? null, aroundOf(actor, now))
    if ('refused' in done) return refuse(register, done, had)
    const { phase, values } = done
    const entry = store(register, { ...had, phase, values, since: phase === had.phase ? had.since : now })
    // What runs out in steps tells of each.
    const key = action === register.expires ? `${action}:${phase}` : action
    const order = open(note, entry, done.order, key, now)
    blockPasses(note, register, had, entry)
    const asked = new Set((register.moves[action]!.gives ?? []).map(f => f.key))
    const kept = Object.fromEntries(Object.entries(given).filter(([key]) => asked.has(key)))
    addLine.run(id, action, now, actor.name, phase, JSON.stringify(kept), order)
    note('register', id, action, {
      ...{ no: had.no, register: had.register, from: had.phase, to: phase },
      ...told(register, kept),
      ...(order && { order }),
    })
    return entry
  }

  return {
    one,
    registers: every,
    register: known,
    get: (id: string): Entry | undefined => entryOf(get.get(id)),
    isEmpty: (): boolean => any.get() === undefined,
    /** Inside a change: a new entry. Throws what rules/register.ts refuses. */
    add(note: Note, id: string, given: Given, by: By, now: number, demo = false): Entry {
      const register = known(id)
      const done = factsOf(register, given, null, by.role, aroundOf(by, now))
      if ('refused' in done) return refuse(register, done, null)
      const { last } = nextNo.get(`register-${register.prefix}`, day(now)) as { last: number }
      const no = `${register.prefix}-${day(now)}-${String(last).padStart(3, '0')}`
      const { values } = done
      const fresh = { id: ulid(now), no, register: id, phase: register.flow.first, values, dueAt: null }
      const entry = store(register, { ...fresh, at: now, by: by.name, since: now, demo })
      note('register', entry.id, 'created', { no, register: id, ...told(register, values), ...(demo && { demo }) })
      return entry
    },
    /** Inside a change: what stands in it, not what happened to it. */
    change(note: Note, id: string, given: Given, by: By, now: number): Entry {
      const had = one(id)
      const register = known(had.register)
      const done = factsOf(register, given, had, by.role, aroundOf(by, now))
      if ('refused' in done) return refuse(register, done, had)
      const entry = store(register, { ...had, values: done.values })
      addLine.run(id, 'changed', now, by.name, had.phase, JSON.stringify(given), null)
      note('register', id, 'changed', { no: had.no, register: had.register, ...told(register, given) })
      return entry
    },
    /** Inside a change: one move of its flow; an order that follows from it opens in the same transaction. */
    move: (note: Note, id: string, action: string, given: Given, by: By, now: number): Entry =>
      move(note, id, action, given, by, by, now),
    /** Inside a change: a photo that is on the disk already. @param file `<sha256>.<type>` */
    addPhoto(note: Note, id: string, key: string, file: string, by: By): Entry {
      const had = one(id)
      const register = known(had.register)
      const field = register.fields.find(f => f.key === key && f.kind === 'photos') ?? fail('not-found', { what: key })
      if (!mayKeep(register, by.role)) return refuse(register, { refused: 'not-your-role' }, had)
      if (!mayEdit(register, had.phase)) return refuse(register, { refused: 'register-no-move' }, had)
      const most = field.most ?? MOST_PICTURES
      const there = ((had.values[key] ?? []) as string[]).filter(f => f !== file)
      // A single one takes the place of the former.
      if (there.length >= most && most > 1) return fail('too-many', { most })
      const values = { ...had.values, [key]: [...(most === 1 ? [] : there), file] }
      note('register', id, 'photo', { no: had.no, register: had.register, field: key, file })
      return store(register, { ...had, values })
    },
    /** Newest first, before the id `before`; `open`: without those that have come to an end. */
    list(id: string, open: boolean, limit = MOST_ENTRIES, before = '~'): Entry[] {
      const register = known(id)
      const ends = open ? Object.keys(register.phases).filter(p => isEnd(register, p)) : []
      return newest.all(id, before, JSON.stringify(ends), limit).map(row => entryOf(row)!)
    },
    lines: (id: string): RegisterLine[] => lines.all(one(id).id).map(lineOf),
    /** What happened in a register, newest first: the book of who had which key. */
    book(
      id: string,
    ): (RegisterLine & Pick<Entry, 'no' | 'demo'> & { readonly entry: string; readonly title: string })[] {
      const register = known(id)
      return book.all(id, MOST_LINES).map(row => {
        const { no, facts, demo } = row as { no: string; facts: string; demo: number }
        return {
          ...lineOf(row),
          entry: (row as { entry: string }).entry,
          no,
          demo: demo === 1,
          title: titleOf(register, JSON.parse(facts) as Values),
        }
      })
    },
    /** What happened in [from, to), in all registers, oldest first. */
    moved: (from: number, to: number): RegisterMoved[] =>
      moved.all(from, to).map(row => {
        const { no, register, facts, demo } = row as { no: string; register: string; facts: string; demo: number }
        const title = titleOf(known(register), JSON.parse(facts) as Values)
        const { action, at, phase } = lineOf(row)
        return { action, at, phase, no, register, title, demo: demo === 1 }
      }),
    /** What has come due and was not told yet. */
    due: (now: number): Entry[] => due.all(now).map(row => entryOf(row)!),
    /** Inside a change: it is due. The gateway makes its move, or opens an order, once for this time. */
    fall(note: Note, id: string, actor: Actor, now: number): Entry {
      const had = one(id)
      const register = known(had.register)
      if (register.expires) return move(note, id, register.expires, {}, null, actor, now)
      const order = open(note, had, register.overdue?.(had) ?? null, String(had.dueAt), now)
      setTold.run(id)
      addLine.run(id, 'overdue', now, actor.name, had.phase, '{}', order)
      note('register', id, 'overdue', { no: had.no, register: had.register, dueAt: had.dueAt, ...(order && { order }) })
      return one(id)
    },
  }
}

/** How many keys, or shared tools, should be in the cabinet now. */
export function presentIn(registers: Pick<Registers, 'list'>, id: 'keys' | 'tools'): number {
  const [phases, many] = id === 'keys' ? [['in', 'cleared'], 'copies'] : [['in'], 'quantity']
  return registers
    .list(id, true)
    .filter(e => (phases as readonly string[]).includes(e.phase))
    .reduce((sum, { values }) => sum + Number(values[many as string] ?? 1), 0)
}

/** Keys that are out, for the handover of a shift: how many, and which of them should be back. */
export function keysOut(registers: Pick<Registers, 'list'>, now: number) {
  const out = registers.list('keys', true).filter(e => e.phase === 'out')
  const items = out.map(({ id, no, values, dueAt, since }) => ({
    ...{ id, no, name: titleOf(registerOf('keys')!, values), borrower: String(values.borrower ?? ''), since },
    overdue: dueAt !== null && dueAt <= now,
  }))
  return { count: out.length, overdue: items.filter(i => i.overdue).length, items }
}

function entryOf(row: unknown): Entry | undefined {
  if (!row) return undefined
  const r = row as Readonly<Record<string, string | number | null>>
  const { id, no, register, phase, at, by, since } = r as unknown as Entry
  const values = JSON.parse(r.facts as string) as Values
  return { id, no, register, phase, values, at, by, since, dueAt: r.due_at as number | null, demo: r.demo === 1 }
}
function lineOf(row: unknown): RegisterLine {
  const { action, at, by, phase, given, workorder } = row as Omit<RegisterLine, 'given'> & { readonly given: string }
  return { action, at, by, phase, given: JSON.parse(given) as Values, workorder }
}
