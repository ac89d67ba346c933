import { type KeptWhy, keptFor, type PersonalKindId, personalKindIds, plainName } from '../../../rules/personal.ts'
import type { Db } from '../db.ts'
import type { RegisterPeople } from '../registerpeople.ts'
import type { Note } from '../trail.ts'
import type { Known, Whom } from './kind.ts'
import { passSource } from './passes.ts'
import { callerSources, complaintSource, signatureSource, specialSource, visitSource } from './sources.ts'

export interface PersonalItem extends Pick<Known, 'id' | 'no' | 'at' | 'facts' | 'files'> {
  readonly kind: PersonalKindId
  /** Why it would stay if he asked to be forgotten now; null: it would go. */
  readonly kept: KeptWhy | null
}
export interface PersonalGone {
  readonly kind: PersonalKindId
  readonly records: number
  readonly kept: readonly { readonly no: string; readonly why: KeptWhy }[]
  readonly files: readonly string[]
}
export type Personal = ReturnType<typeof openPersonal>
const ALL = Number.MAX_SAFE_INTEGER

/**
 * All that the records know of a person from outside, how it is handed to him and how it goes again. The trail is told how
 * much and why, never what: so it can be verified before and after.
 */
export function openPersonal(
  db: Db,
  registers: Pick<RegisterPeople, 'export' | 'forgetOne'>,
  unseal: (sealed: string, id: string) => string | null,
) {
  const passes = passSource(db, unseal)
  const sources = [
    ...[visitSource(db), passes, ...callerSources(db), complaintSource(db), signatureSource(db), specialSource(db)],
  ]
  /** By his name or number, or by the number of his record. */
  function whom(name: string): Whom {
    const word = plainName(name)
    const bare = { word, people: new Set<string>() }
    const his = passes.known(ALL).filter(p => plainName(p.no) === word || passes.isOf(p, bare))
    return { word, people: new Set(his.map(p => p.id)) }
  }
  const quiet: Note = () => {}
  function find(name: string, now: number): PersonalItem[] {
    const his = whom(name)
    const found = sources.flatMap(source =>
      source
        .known(ALL)
        .filter(known => source.isOf(known, his))
        .map(known => {
          const { facts, files } = source.his?.(known, his) ?? known
          const { id, no, at } = known
          return { kind: source.kind, id, no, at, facts, files, kept: keptFor(source.kind, known, now) }
        }),
    )
    const inRegisters = registers.export(quiet, name, '').map(({ no, at, ...k }, i) => ({
      ...{ kind: 'register' as const, id: `${no}/${i}`, no, at, facts: { ...k }, files: [], kept: null },
    }))
    return [...found, ...inRegisters].sort((a, b) => a.at - b.at || (a.no < b.no ? -1 : 1))
  }
  const countOf = (items: readonly { readonly kind: PersonalKindId }[]) =>
    Object.fromEntries(
      personalKindIds.flatMap(kind => {
        const n = items.filter(i => i.kind === kind).length
        return n === 0 ? [] : [[kind, n]]
      }),
    )

  return {
    /** Inside a change: what is known of somebody. `as`: whether it was looked at, or taken away as a file. */
    read(note: Note, name: string, reason: string, as: 'found' | 'exported', now: number): PersonalItem[] {
      const items = find(name, now)
      note('personal-data', 'one', as, { ...countOf(items), photos: items.flatMap(i => i.files).length, reason })
      return items
    },
    /** Inside a change: takes somebody out of all that has ended and that no law keeps; the rest is named with its reason. */
    forget(note: Note, name: string, reason: string, now: number): PersonalGone[] {
      const his = whom(name)
      const gone = sources.map((source): PersonalGone => {
        const found = source.known(ALL).filter(known => source.isOf(known, his))
        const kept: { no: string; why: KeptWhy }[] = []
        const files: string[] = []
        for (const known of found) {
          const why = keptFor(source.kind, known, now)
          if (why) kept.push({ no: known.no, why })
          else files.push(...source.cut(known, his))
        }
        return { kind: source.kind, records: found.length - kept.length, kept, files }
      })
      const left = registers.forgetOne(note, name, reason)
      gone.push({
        ...{ kind: 'register', records: left.entries + left.lines, files: left.files },
        kept: left.kept.map(no => ({ no, why: 'runs' })),
      })
      note('personal-data', 'one', 'forgotten', {
        records: Object.fromEntries(gone.flatMap(g => (g.records > 0 ? [[g.kind, g.records]] : []))),
        kept: gone.flatMap(g => g.kept.map(k => `${k.no} ${k.why}`)),
        photos: gone.flatMap(g => g.files).length,
        reason,
      })
      return gone
    },
    /** What of a kind is over since before that moment, without changing anything. */
    over(kind: PersonalKindId, before: number): Known[] {
      const source = sources.find(s => s.kind === kind)
      return source ? source.known(before).filter(k => !k.held && k.ended !== null && k.ended < before) : []
    },
    /** Inside a change: what of a kind was over since before that moment. @returns files that are not named any more */
    forgetBefore(note: Note, kind: PersonalKindId, before: number, days: number): readonly string[] {
      const source = sources.find(s => s.kind === kind)!
      const over = this.over(kind, before)
      const files = over.flatMap(known => source.cut(known, null))
      note('personal-data', kind, 'forgotten', { records: over.length, photos: files.length, days })
      return files
    },
    /** How many records of each kind know somebody, and since when. */
    held: (): { readonly kind: PersonalKindId; readonly records: number; readonly oldest: number | null }[] =>
      sources.map(source => {
        const all = source.known(ALL)
        return {
          kind: source.kind,
          records: all.length,
          oldest: all.reduce<number | null>((a, k) => Math.min(a ?? k.at, k.at), null),
        }
      }),
  }
}
