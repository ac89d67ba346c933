import type { Text } from '../drivers/point.ts'
import { type Flow, move, type Role } from './flow.ts'
import { refusedField } from './registerfields.ts'
import type { RegisterForm } from './registerform.ts'
import type { OrderClass } from './rule.ts'
import type { Crew } from './workorder.ts'

/**
 * Registers of a property office: keys, slips, tools, lost property. Each is one file of data in rules/registers/, with its
 * words; this is what they are made of. Pure: an entry, a move, what was given and what is around go in.
 */
export const fieldKinds = [
  'text',
  'long',
  'whole',
  'money',
  'date',
  'choice',
  'tick',
  'space',
  'equipment',
  'record',
  'items',
  'counts',
  'photos',
] as const
export type FieldKind = (typeof fieldKinds)[number]

/** One line of a list of goods; `passed` of them went through the gate. */
export interface Item {
  readonly name: string
  readonly quantity: number
  readonly unit: string
  readonly passed: number
}
export type Given = string | number | boolean | null | readonly string[] | readonly number[] | readonly Item[]
export type Values = Readonly<Record<string, Given>>

export interface Field {
  readonly key: string
  readonly kind: FieldKind
  readonly name: Text
  /** A tick that is required has to be set. */
  readonly required?: boolean
  readonly unit?: Text
  readonly choices?: Readonly<Record<string, Text>>
  /** Most characters, the largest number, most lines or photos. */
  readonly most?: number
  /** Stands in the list. */
  readonly column?: boolean
  /** Names, telephone numbers: the trail forgets nothing, so it is not told. */
  readonly personal?: boolean
  /** A telephone number or a proof: shown masked, read with a reason. */
  readonly masked?: boolean
  /** Of a number or a signature: the field with the person whose it is. */
  readonly whose?: string
  /** Of a record: its register. Of counts: the field with the items. */
  readonly of?: string
}

export interface Entry {
  readonly id: string
  readonly no: string
  readonly register: string
  readonly phase: string
  readonly values: Values
  readonly at: number
  readonly by: string
  /** Since when it is in its phase. */
  readonly since: number
  readonly dueAt: number | null
  /** Made up for the demo. */
  readonly demo: boolean
}

/** What a decision may look at beside the entry. */
export interface Around {
  readonly now: number
  readonly zone: string
  readonly actor: { readonly name: string; readonly role: string }
  /** Numbers of open orders, approved visits and permits for a room, at this moment. */
  workFor(space: string): readonly string[]
  /** Numbers of what holds of a place: permits that are not over, passes of its decoration that are still out. */
  heldFor(space: string): { readonly permits: readonly string[]; readonly passes: readonly string[] }
  /** An entry of a register by its number. */
  entry(register: string, no: string): Entry | undefined
  /** Whether the site has such a space or such equipment. */
  knows(kind: 'space' | 'equipment', id: string): boolean
}

/** What has to be done about it: an order. */
export interface Wanted {
  readonly text: Text
  readonly class: OrderClass
  readonly crew: Crew | null
}

export interface RegisterMove {
  readonly name: Text
  /** Asked with the move; kept as values of the entry. */
  readonly gives?: readonly Field[]
  /** Values that are gone after it. */
  readonly clears?: readonly string[]
  /** A code of `refusals`, or null. `values` has what is given already. */
  check?(entry: Entry, values: Values, around: Around): string | null
  /** Values that follow from it. */
  sets?(entry: Entry, values: Values, around: Around): Values
  /** Another phase than the table's, when not all of it is done: one of `or`. */
  lands?(values: Values): string | null
  readonly or?: readonly string[]
  /** An order that follows, as for a defect. */
  opens?(entry: Entry, values: Values): Wanted | null
}

export interface Figure {
  readonly name: Text
  readonly value: number
  /** There should be so many; null: no such number. */
  readonly least: number | null
}

export interface Register {
  readonly id: string
  /** Of its numbers: `K` gives K-20261122-001. */
  readonly prefix: string
  readonly name: Text
  /** What one entry is. */
  readonly one: Text
  readonly help: Text
  readonly source: string
  /** What it says of people goes so many months after an entry ended, or a line of it is past; left out: it says nothing. */
  readonly keepsMonths?: number
  /** Who adds entries and changes what stands in them. */
  readonly keep: readonly Role[]
  /** The field by which people call an entry; never a personal one. */
  readonly title: string
  readonly fields: readonly Field[]
  readonly phases: Readonly<Record<string, Text>>
  readonly flow: Flow<string, string>
  readonly moves: Readonly<Record<string, RegisterMove>>
  /** In which phases its facts may be changed; left out: in all that are no end. */
  readonly editIn?: readonly string[]
  readonly refusals: Readonly<Record<string, Text>>
  /** Of what is given when it is added or changed: a code of `refusals`, or null. */
  check?(values: Values, around: Around): string | null
  /** Values that a new entry begins with. */
  begins?(around: Around): Values
  due?(entry: Entry, zone: string): number | null
  /** When it is due: a move that the gateway makes, or an order. */
  readonly expires?: string
  overdue?(entry: Entry): Wanted | null
  figures?(entries: readonly Entry[], now: number, zone: string): readonly Figure[]
  /** While an entry is in one of these phases, passes of the firm or of the works at the place that this field names open nothing. */
  readonly blocks?: { readonly what: 'firm' | 'works'; readonly field: string; readonly in: readonly string[] }
  /** The paper form of the manuals. */
  readonly form?: RegisterForm
  /** The entry can be printed as a slip of two parts with its number as a code. */
  readonly slip?: boolean
}

/** All its fields, those of its moves too, each once: what an entry can hold. */
export function allFields(register: Register): readonly Field[] {
  const byKey = new Map<string, Field>()
  for (const field of [...register.fields, ...Object.values(register.moves).flatMap(m => m.gives ?? [])])
    if (!byKey.has(field.key)) byKey.set(field.key, field)
  return [...byKey.values()]
}
export const isEnd = (register: Register, phase: string): boolean =>
  Object.keys(register.flow.moves[phase] ?? {}).length === 0
export const mayKeep = (register: Register, role: Role): boolean => register.keep.includes(role)
export const mayEdit = (register: Register, phase: string): boolean =>
  register.editIn ? register.editIn.includes(phase) : !isEnd(register, phase)
export const titleOf = (register: Register, values: Values): string => String(values[register.title] ?? '')

export type RegisterRefusal =
  | { readonly refused: 'register-no-move' | 'not-your-role' }
  | { readonly refused: 'register-field'; readonly field: Text; readonly why: Text }
  | { readonly refused: 'register-refused'; readonly code: string; readonly why: Text }

/** What was given for these fields, checked; unknown keys are refused. Photos come by themselves. */
export function takenValues(
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>>,
  had: Values,
  around: Around,
): { readonly values: Values } | RegisterRefusal {
  const values: Record<string, Given> = { ...had }
  const unknown = Object.keys(given).find(key => !fields.some(f => f.key === key && f.kind !== 'photos'))
  if (unknown !== undefined) {
    const what = unknown.slice(0, 40)
    return { refused: 'register-field', field: { 'zh-CN': what, en: what }, why: unknownField }
  }
  for (const field of fields) {
    if (field.kind === 'photos') continue
    const value = Object.hasOwn(given, field.key) ? given[field.key] : null
    const checked = refusedField(field, value, had, around)
    if ('why' in checked) return { refused: 'register-field', field: field.name, why: checked.why }
    values[field.key] = checked.value
  }
  return { values }
}
const unknownField: Text = { 'zh-CN': '没有这一栏', en: 'is none that can be given here' }

const refusal = (register: Register, code: string | null): RegisterRefusal | null =>
  code === null ? null : { refused: 'register-refused', code, why: register.refusals[code]! }

/** What a new entry holds, or a changed one. @param had null: a new one */
export function factsOf(
  register: Register,
  given: Readonly<Record<string, unknown>>,
  had: Entry | null,
  role: Role,
  around: Around,
): { readonly values: Values } | RegisterRefusal {
  if (!mayKeep(register, role)) return { refused: 'not-your-role' }
  if (had && !mayEdit(register, had.phase)) return { refused: 'register-no-move' }
  const taken = takenValues(register.fields, given, had?.values ?? register.begins?.(around) ?? {}, around)
  if ('refused' in taken) return taken
  return refusal(register, register.check?.(taken.values, around) ?? null) ?? taken
}

export interface Moved {
  readonly phase: string
  readonly values: Values
  readonly order: Wanted | null
}
/** One move of an entry, or why not. @param role null: the gateway itself, when it is due */
export function movedEntry(
  register: Register,
  entry: Entry,
  action: string,
  given: Readonly<Record<string, unknown>>,
  role: Role | null,
  around: Around,
): Moved | RegisterRefusal {
  const words = Object.hasOwn(register.moves, action) ? register.moves[action]! : null
  const to = words ? move(register.flow, entry.phase, action, role ?? 'admin') : null
  if (!words || !to || ('refused' in to && to.refused === 'no-such-move')) return { refused: 'register-no-move' }
  if ('refused' in to || (role !== null && action === register.expires)) return { refused: 'not-your-role' }
  const taken = takenValues(words.gives ?? [], given, entry.values, around)
  if ('refused' in taken) return taken
  const no = refusal(register, words.check?.(entry, taken.values, around) ?? null)
  if (no) return no
  const values: Record<string, Given> = { ...taken.values, ...words.sets?.(entry, taken.values, around) }
  for (const key of words.clears ?? []) delete values[key]
  const order = words.opens?.(entry, values) ?? null
  return { phase: words.lands?.(values) ?? to.to, values, order }
}

/** The moves that a role may make now; the gateway asks `movedEntry` again. */
export const offered = (register: Register, phase: string, role: Role): string[] =>
  Object.entries(register.flow.moves[phase] ?? {}).flatMap(([action, m]) =>
    m?.by.includes(role) && action !== register.expires ? [action] : [],
  )
