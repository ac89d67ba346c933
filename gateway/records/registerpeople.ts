import { type Entry, isEnd, type Register, type Values } from '../../rules/register.ts'
import {
  besides,
  fieldsOf,
  isForgotten,
  isLineForgotten,
  numbersOf,
  stillHolds,
  type Without,
  withoutPeople,
  withoutPerson,
} from '../../rules/registerpersonal.ts'
import { registers as every, registerOf } from '../../rules/registers/all.ts'
import type { Db } from './db.ts'
import type { Registers } from './registers.ts'
import type { Note } from './trail.ts'

/** One thing that a register knows of somebody. */
export interface KnownOf {
  readonly register: string
  readonly no: string
  readonly at: number
  /** Stands in the entry, or in what happened to it. */
  readonly where: 'entry' | 'line'
  /** The field that names him, and what else of people stands beside it. */
  readonly field: string
  readonly value: string
}
export interface Forgotten {
  readonly entries: number
  readonly lines: number
  readonly files: readonly string[]
}
export type RegisterPeople = ReturnType<typeof registerPeople>
const NOBODY: Forgotten = { entries: 0, lines: 0, files: [] }

/** What registers know of people, and how it goes again. The trail is told how much, never what. */
export function registerPeople(db: Db, registers: Pick<Registers, 'list' | 'one'>) {
  const linesOf = db.prepare(
    `SELECT m.seq, m.at, m.given, e.no, e.phase, e.since, e.facts FROM register_move m JOIN register_entry e ON e.id = m.entry
      WHERE e.register = ? ORDER BY m.seq`,
  )
  const putFacts = db.prepare('UPDATE register_entry SET facts = ? WHERE id = ?')
  const putGiven = db.prepare('UPDATE register_move SET given = ? WHERE seq = ?')

  const linesIn = (register: Register) =>
    linesOf.all(register.id).map(row => {
      const { facts, given, ...r } = row as Record<'given' | 'no' | 'phase' | 'facts', string> &
        Record<'seq' | 'at' | 'since', number>
      const [values, said] = [facts, given].map(text => JSON.parse(text) as Values) as [Values, Values]
      return { ...r, line: { at: r.at, given: said }, entry: { phase: r.phase, since: r.since, values } }
    })
  /** Takes away of each entry and line what `cut` says; null: nothing of it. */
  function forget(
    register: Register,
    ofEntry: (entry: Entry) => Without | null,
    ofLine: (line: ReturnType<typeof linesIn>[number]) => Without | null,
  ): Forgotten {
    let [entries, lines] = [0, 0]
    const files: string[] = []
    for (const entry of registers.list(register.id, false)) {
      const cut = ofEntry(entry)
      if (!cut) continue
      putFacts.run(JSON.stringify(cut.values), entry.id)
      files.push(...cut.files)
      entries++
    }
    for (const line of linesIn(register)) {
      const cut = ofLine(line)
      if (!cut) continue
      putGiven.run(JSON.stringify(cut.values), line.seq)
      lines++
    }
    return { entries, lines, files }
  }
  const sum = (a: Forgotten, b: Forgotten): Forgotten => ({
    ...{ entries: a.entries + b.entries, lines: a.lines + b.lines, files: [...a.files, ...b.files] },
  })

  return {
    /** Inside a change: the numbers of an entry in full. Who read them and why is on the trail, not the numbers. */
    numbers(note: Note, id: string, reason: string): Readonly<Record<string, string>> {
      const { no, register, values } = registers.one(id)
      const numbers = numbersOf(registerOf(register)!, values)
      note('register', id, 'numbers-read', { no, register, fields: Object.keys(numbers), reason })
      return numbers
    },
    /** Inside a change: all that registers know of somebody, by his name or telephone number. */
    export(note: Note, name: string, reason: string): KnownOf[] {
      const known: KnownOf[] = []
      for (const register of every) {
        const said = (values: Values, no: string, at: number, where: KnownOf['where']) => {
          const found = fieldsOf(register, values, name)
          for (const f of besides(register, found))
            if (typeof values[f.key] === 'string')
              known.push({ register: register.id, no, at, where, field: f.key, value: String(values[f.key]) })
        }
        for (const e of registers.list(register.id, false)) said(e.values, e.no, e.at, 'entry')
        for (const l of linesIn(register)) said(l.line.given, l.no, l.at, 'line')
      }
      note('register-people', 'one', 'exported', { found: known.length, reason })
      return known
    },
    /**
     * Inside a change: takes somebody out of all that has ended and of what is past. What still runs, as a key that he has,
     * keeps him: `kept` says in which entries.
     */
    forgetOne(note: Note, name: string, reason: string): Forgotten & { readonly kept: readonly string[] } {
      const kept = new Set<string>()
      const all = every.reduce((so, register) => {
        const ofEntry = (e: Entry) => {
          const cut = withoutPerson(register, e.values, name)
          if (!cut || isEnd(register, e.phase)) return cut
          kept.add(e.no)
          return null
        }
        const ofLine = (l: ReturnType<typeof linesIn>[number]) => {
          const cut = withoutPerson(register, l.line.given, name)
          if (!cut || !stillHolds(register, l.entry, l.line.given)) return cut
          kept.add(l.no)
          return null
        }
        return sum(so, forget(register, ofEntry, ofLine))
      }, NOBODY)
      const { entries, lines, files } = all
      note('register-people', 'one', 'forgotten', { entries, lines, photos: files.length, kept: kept.size, reason })
      return { ...all, kept: [...kept] }
    },
    /** Whether anything of a register is past this moment, without changing anything. */
    isDue: (register: Register, before: number): boolean =>
      registers
        .list(register.id, false)
        .some(e => isForgotten(register, e, before) && withoutPeople(register, e.values)) ||
      linesIn(register).some(
        l => isLineForgotten(register, l.entry, l.line, before) && withoutPeople(register, l.line.given),
      ),
    /** Inside a change: what a register says of people whose time was over before this moment. */
    forgetBefore(note: Note, register: Register, before: number): Forgotten {
      const gone = forget(
        register,
        e => (isForgotten(register, e, before) ? withoutPeople(register, e.values) : null),
        l => (isLineForgotten(register, l.entry, l.line, before) ? withoutPeople(register, l.line.given) : null),
      )
      const { entries, lines, files } = gone
      const said = { entries, lines, photos: files.length, months: register.keepsMonths }
      note('register-people', register.id, 'forgotten', said)
      return gone
    },
  }
}
