import { createHash } from 'node:crypto'
import { move, type Role } from '../../rules/flow.ts'
import { indexOf, indexText, type Register } from '../../rules/readings/book.ts'
import {
  changesOccupier,
  linesFor,
  type PartySide,
  type SpecialLine,
  specialFlow,
  splitsOf,
  type UnreadReason,
  wanting,
} from '../../rules/readings/special.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { KeptSpecial, NewSpecial, Specials } from '../records/special.ts'
import type { Note } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import type { ReadingKeeper } from './keeper.ts'
import { doubtText } from './words.ts'

export interface SpecialDeps {
  readonly clock: Clock
  readonly book: MeterBook
  readonly specials: Specials
  readonly keeper: Pick<ReadingKeeper, 'add' | 'addUnread'>
  readonly site: () => Site | null
}
interface Who {
  readonly name: string
  readonly role: Role
}
/** What somebody has put down in one line. */
export interface FilledLine {
  readonly line: number
  /** As it stands on the register; null: nothing yet. */
  readonly index: string | null
  readonly unread: UnreadReason | null
  readonly noPhoto: string
  readonly remark: string
}
export type SpecialDesk = ReturnType<typeof openSpecialDesk>

/** What is signed: all that stands on the form. */
function sealOf({ no, kind, unit, at, outgoing, incoming, note, lines }: KeptSpecial): string {
  const all = { no, kind, unit, at, outgoing, incoming, note, lines }
  return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}

/** Readings at an event: made from the book, filled in, signed by both parties at once, and from then on frozen. [M04] */
export function openSpecialDesk({ clock, book, specials, keeper, site }: SpecialDeps) {
  function registerOf({ meter, register }: SpecialLine): Register {
    const registers = book.book().meters.find(m => m.serial === meter)?.registers
    return registers?.find(r => r.code === register) ?? fail('not-found', { what: meter ?? '' })
  }
  function moved(one: KeptSpecial, action: 'sign' | 'withdraw', role: Role): KeptSpecial['phase'] {
    const next = move<KeptSpecial['phase'], 'sign' | 'withdraw'>(specialFlow, one.phase, action, role)
    return 'to' in next ? next.to : fail(next.refused === 'not-your-role' ? 'not-your-role' : 'special-closed')
  }
  const open = (id: string): KeptSpecial => {
    const one = specials.one(id)
    return one.phase === 'draft' ? one : fail('special-closed')
  }
  const lineOf = (one: KeptSpecial, n: number): SpecialLine => {
    const line = one.lines[n]
    return line && line.gap === null ? line : fail('not-found', { what: String(n + 1) })
  }

  return {
    /** Inside a change. Throws `special-ahead`, `not-found` of a unit that neither site nor book know. */
    create(note: Note, asked: Omit<NewSpecial, 'lines'>, by: Who): KeptSpecial {
      const { unit, at } = asked
      if (at > clock.now()) fail('special-ahead')
      const kept = book.book()
      if (unit !== null && !site()?.spaces.has(unit) && !kept.points.some(p => p.unit === unit))
        fail('not-found', { what: unit })
      return specials.create(note, { ...asked, lines: linesFor(kept, unit, at) }, by.name, clock.now())
    },
    /** Inside a change: what stands in some of its lines. Throws `special-closed`, `reading-index`. */
    fill(note: Note, id: string, filled: readonly FilledLine[]): KeptSpecial {
      const one = open(id)
      const lines = [...one.lines]
      for (const { line: n, index: text, unread, noPhoto, remark } of filled) {
        const line = lineOf(one, n)
        const register = registerOf(line)
        const { digits, decimals } = register
        const index =
          text === null ? null : (indexOf(text, register) ?? fail('reading-index', { index: text, digits, decimals }))
        lines[n] = { ...line, index, unread: index === null ? unread : null, noPhoto, remark }
      }
      return specials.put(note, { ...one, lines }, 'filled', { lines: filled.map(f => f.line + 1) })
    },
    /** Inside a change: the photo of one line. */
    photo(note: Note, id: string, n: number, photo: string): KeptSpecial {
      const one = open(id)
      const line = lineOf(one, n)
      const lines = one.lines.with(n, { ...line, photo, noPhoto: '' })
      return specials.put(note, { ...one, lines }, 'filled', { lines: [n + 1], photo })
    },
    /**
     * Inside a change: both have signed, and what was read counts from now on, in the same transaction.
     * @param seen the seal of what was looked at: what was changed since then nobody has signed
     * Throws `special-closed`, `special-changed`, `special-lacks`.
     */
    sign(
      note: Note,
      id: string,
      seen: string,
      parties: readonly { readonly name: string; readonly side: PartySide; readonly picture: string }[],
      by: Who,
    ): KeptSpecial {
      const one = specials.one(id)
      const phase = moved(one, 'sign', by.role)
      const hash = sealOf(one)
      const elsewhere = one.lines.some(l => l.point !== null && l.meter !== (book.here(l.point, one.at)?.meter ?? null))
      if (hash !== seen || elsewhere) fail('special-changed')
      const lacks = wanting(one.lines)
      if (lacks.length > 0) fail('special-lacks', { n: lacks.length })
      for (const l of one.lines) {
        if (l.point === null || l.register === null) continue
        const words = l.remark === '' ? one.no : `${one.no} ${l.remark}`
        if (l.index !== null) {
          const text = indexText(l.index, registerOf(l).decimals)
          keeper.add(note, l.point, l.register, text, one.at, words, by, { reason: 'signed' })
        } else if (l.unread) keeper.addUnread(note, l.point, l.register, one.at, l.unread, words, by)
      }
      const signed = { by: by.name, at: clock.now(), parties, hash }
      const occupier = changesOccupier(one)
      return specials.put(note, { ...one, phase, signed }, 'signed', {
        ...{ hash, occupier, parties: parties.map(({ name, side }) => ({ name, side })) },
        pictures: parties.map(p => p.picture),
      })
    },
    /** Inside a change. Throws `special-closed`. */
    withdraw(note: Note, id: string, why: string, by: Who): KeptSpecial {
      const one = specials.one(id)
      const phase = moved(one, 'withdraw', by.role)
      return specials.put(note, { ...one, phase, withdrawn: { by: by.name, at: clock.now(), why } }, 'withdrawn', {
        why,
      })
    },
    seal: sealOf,
    /** What is doubtful about an index on a form, in both languages; null: nothing. */
    doubtText,
    /** At which moments between two the occupier changed, by service point. */
    splits(from: number, to: number): ReadonlyMap<string, readonly number[]> {
      return splitsOf(specials.signedBetween(from, to))
    },
  }
}
