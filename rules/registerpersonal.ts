import { allFields, type Entry, type Field, type Given, isEnd, type Register, type Values } from './register.ts'
import { monthsLater, startOf, today } from './registerdays.ts'

/**
 * What registers know of people: names, telephone numbers, proofs, specimen signatures. Numbers are masked for everybody,
 * and read one entry at a time with a reason; all of it goes when its time is over, or when the person asks. Pure.
 */
const MARK = '••••'
/** Enough to tell two numbers apart, and none that could be called. */
export const masked = (value: string): string => (value.length > 6 ? `${MARK}${value.slice(-3)}` : MARK)

const personalOf = (register: Register): readonly Field[] => allFields(register).filter(f => f.personal)
const maskedKeys = (register: Register): string[] => allFields(register).flatMap(f => (f.masked ? [f.key] : []))
const has = (value: Given | undefined): value is Given =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

/** As it is shown: numbers of people masked. */
export function shownValues(register: Register, values: Values): Values {
  const hidden = maskedKeys(register).filter(key => has(values[key]))
  if (hidden.length === 0) return values
  return { ...values, ...Object.fromEntries(hidden.map(key => [key, masked(String(values[key]))])) }
}
/** What a form sends back as it was shown stays what it is. */
export function asTheyWere(
  register: Register,
  given: Readonly<Record<string, unknown>>,
  had: Values,
): Readonly<Record<string, unknown>> {
  const same = maskedKeys(register).filter(key => has(had[key]) && given[key] === masked(String(had[key])))
  return { ...given, ...Object.fromEntries(same.map(key => [key, had[key]])) }
}
/** The masked fields of an entry that hold something, in full. */
export const numbersOf = (register: Register, values: Values): Readonly<Record<string, string>> =>
  Object.fromEntries(maskedKeys(register).flatMap(key => (has(values[key]) ? [[key, String(values[key])]] : [])))

/** Before this moment what is over is forgotten; null: the register keeps nothing of people. */
export function forgetBefore(register: Register, now: number, zone: string): number | null {
  if (register.keepsMonths === undefined) return null
  return startOf(monthsLater(today(now, zone), -register.keepsMonths), zone)
}
/** Its time is over: it came to its end before that moment. */
export const isForgotten = (register: Register, entry: Pick<Entry, 'phase' | 'since'>, before: number): boolean =>
  isEnd(register, entry.phase) && entry.since < before
/** What happened to an entry, and still holds of it: who has the key now. */
export const stillHolds = (register: Register, entry: Pick<Entry, 'phase' | 'values'>, given: Values): boolean =>
  !isEnd(register, entry.phase) &&
  personalOf(register).some(f => has(given[f.key]) && given[f.key] === entry.values[f.key])
/** A line of what happened, whose time is over. */
export const isLineForgotten = (
  register: Register,
  entry: Pick<Entry, 'phase' | 'since' | 'values'>,
  line: { readonly at: number; readonly given: Values },
  before: number,
): boolean =>
  line.at < before && (isEnd(register, entry.phase) ? entry.since < before : !stillHolds(register, entry, line.given))

export interface Without {
  readonly values: Values
  /** Names of files that it held. */
  readonly files: readonly string[]
}
/** Without anything of people; null: there was nothing. */
export function withoutPeople(register: Register, values: Values): Without | null {
  const gone = personalOf(register).filter(f => has(values[f.key]))
  if (gone.length === 0) return null
  const files = gone.flatMap(f => (f.kind === 'photos' ? (values[f.key] as readonly string[]) : []))
  const kept = Object.fromEntries(gone.map(f => [f.key, f.kind === 'photos' ? [] : null]))
  return { values: { ...values, ...kept }, files }
}

const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase()
const inside = (text: string, name: string): boolean => plain(text).includes(plain(name))
/** The fields that name this person, by his name or telephone number: whole, or within a list of people. */
export function fieldsOf(register: Register, values: Values, name: string): readonly Field[] {
  if (plain(name).length < 2) return []
  return personalOf(register).filter(f => {
    const value = values[f.key]
    if (typeof value !== 'string') return false
    return f.kind === 'long' ? inside(value, name) : plain(value) === plain(name)
  })
}
/** Whose a field is: that of the person beside it, or its own. */
const owner = (f: Field): string => f.whose ?? f.key
/**
 * Without this person; null: he is not in it. Of a list of people the others stay. Where he has a field of his own, his
 * number and signature go with his name, and his name with his number.
 */
export function withoutPerson(register: Register, values: Values, name: string): Without | null {
  const found = fieldsOf(register, values, name)
  if (found.length === 0) return null
  const his = new Set(found.map(owner))
  const kept: Record<string, Given> = { ...values }
  const files: string[] = []
  for (const f of personalOf(register).filter(f => his.has(owner(f)))) {
    const value = values[f.key]
    if (f.kind === 'photos') files.push(...((value ?? []) as readonly string[]))
    if (f.key in kept) kept[f.key] = f.kind === 'photos' ? [] : f.kind === 'long' ? cut(String(value), name) : null
  }
  return { values: kept, files }
}
/** What stands in these values beside a person who was found there: his name and his numbers. */
export const besides = (register: Register, found: readonly Field[]): readonly Field[] => {
  const his = new Set(found.map(owner))
  return personalOf(register).filter(f => his.has(owner(f)) && f.kind !== 'photos')
}
const cut = (text: string, name: string): string =>
  text
    .split(/([、,，;；\s]+)/)
    .map(part => (inside(part, name) ? '—' : part))
    .join('')
