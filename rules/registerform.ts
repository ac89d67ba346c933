import type { Text } from '../drivers/point.ts'
import { allFields, type Entry, type Field, type Register, type Values } from './register.ts'

/**
 * A register as the paper form of the manuals: one row for each time a key went out, with its return beside it. Pure.
 */
export interface RegisterForm {
  readonly name: Text
  /** A row for each of these moves, or for each entry. */
  readonly of: readonly string[] | 'entries'
  /** Fields of the entry that stand in each row. */
  readonly facts: readonly string[]
  /** Moves that end it: their time, person and words stand in the same row. */
  readonly back?: readonly string[]
  /** What the time of the end is called. */
  readonly backAt?: Text
}
/** One move of an entry. */
export interface FormLine {
  readonly entry: string
  readonly action: string
  readonly at: number
  readonly by: string
  readonly given: Values
}
export interface FormRow {
  readonly entry: Entry
  readonly at: number
  readonly by: string
  readonly given: Values
  readonly back: FormLine | null
}

/** What was confirmed was so in every row: a column of it says nothing. */
const given = (register: Register, moves: readonly string[]): readonly Field[] => {
  const keys = new Set(moves.flatMap(m => (register.moves[m]?.gives ?? []).map(f => f.key)))
  return allFields(register).filter(f => keys.has(f.key) && f.kind !== 'counts' && f.kind !== 'tick')
}
/** The columns between the number and the end: fields of the entry, of the move, and of what ended it. */
export function formFields(register: Register, form: RegisterForm) {
  return {
    facts: form.facts.flatMap(key => register.fields.filter(f => f.key === key)),
    given: form.of === 'entries' ? [] : given(register, form.of),
    back: given(register, form.back ?? []),
  }
}
/**
 * The rows of a time, oldest first: those that began in it. What ended one may have come later.
 * @param lines of these entries, oldest first
 */
export function formRows(
  form: RegisterForm,
  entries: readonly Entry[],
  lines: readonly FormLine[],
  [from, to]: readonly [from: number, to: number],
): readonly FormRow[] {
  const byId = new Map(entries.map(e => [e.id, e]))
  const ended = (line: FormLine) => form.back?.includes(line.action) ?? false
  const rows: { -readonly [K in keyof FormRow]: FormRow[K] }[] = []
  const open = new Map<string, (typeof rows)[number]>()
  const begin = (entry: Entry, at: number, by: string, said: Values) => {
    const row = { entry, at, by, given: said, back: null }
    rows.push(row)
    open.set(entry.id, row)
  }
  if (form.of === 'entries') for (const e of entries.toSorted((a, b) => a.at - b.at)) begin(e, e.at, e.by, {})
  for (const line of lines) {
    const entry = byId.get(line.entry)
    const row = open.get(line.entry)
    if (!entry) continue
    if (form.of !== 'entries' && form.of.includes(line.action)) begin(entry, line.at, line.by, line.given)
    // Goods go out in parts: the last of it ends the row.
    else if (row && ended(line)) row.back = line
  }
  return rows.filter(r => r.at >= from && r.at < to)
}
