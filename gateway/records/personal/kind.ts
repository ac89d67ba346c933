import { type PersonalKindId, plainName } from '../../../rules/personal.ts'

/** Who is looked for: by his name or telephone number, and by his records among the people with passes. */
export interface Whom {
  readonly word: string
  readonly people: ReadonlySet<string>
}
/** One record that knows somebody. */
export interface Known {
  readonly id: string
  readonly no: string
  readonly at: number
  /** When it came to its end, UTC ms; null: it still runs. */
  readonly ended: number | null
  /** Somebody keeps it with a reason. */
  readonly held: boolean
  /** What it knows of people, as it is exported. */
  readonly facts: Readonly<Record<string, unknown>>
  /** Names of picture files, `<sha256>.<ending>`. */
  readonly files: readonly string[]
}
/** A kind of record with people in it, and how they go out of it. */
export interface Source {
  readonly kind: PersonalKindId
  /** Those that began before this moment and still know somebody. */
  known(before: number): Known[]
  isOf(known: Known, whom: Whom): boolean
  /** What of it is his: others who stand in the same record are not handed to him. Left out: all of it. */
  his?(known: Known, whom: Whom): Pick<Known, 'facts' | 'files'>
  /** Inside a change. @param whom null: everybody goes @returns the files that are not named any more */
  cut(known: Known, whom: Whom | null): readonly string[]
}

/** What stands where a name stood that must not be empty. */
export const GONE = '—'
export const is = (value: unknown, whom: Whom): boolean =>
  typeof value === 'string' && value !== '' && plainName(value) === whom.word
