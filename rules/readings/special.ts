import type { Flow } from '../flow.ts'
import { type Book, installedAt, type MeterMedium, type RegisterCode, type ServicePoint } from './book.ts'

/**
 * Readings of all meters of a unit at an event, as one act that both parties sign: handover of the unit, change of tenant,
 * takeover of the site, contract [F27, F29, M04, P-19]. Once signed it is frozen.
 */
export const specialKinds = ['handover', 'tenant', 'takeover', 'contract'] as const
export type SpecialKind = (typeof specialKinds)[number]
export const specialPhases = ['draft', 'signed', 'withdrawn'] as const
export type SpecialPhase = (typeof specialPhases)[number]
export const specialFlow = {
  first: 'draft',
  moves: {
    draft: {
      sign: { to: 'signed', by: ['admin', 'engineer', 'operator', 'billing', 'manager'] },
      withdraw: { to: 'withdrawn', by: ['admin', 'engineer', 'operator', 'billing', 'manager'] },
    },
    signed: {},
    withdrawn: {},
  },
} as const satisfies Flow<SpecialPhase, 'sign' | 'withdraw'>

/** Why an index is not on the form. */
export const unreadReasons = ['locked', 'unreadable', 'damaged'] as const
export type UnreadReason = (typeof unreadReasons)[number]
/** `no-meter`: a service point without a meter. `no-point`: the medium has no service point in the book at all. */
export const specialGaps = ['no-meter', 'no-point'] as const
export type SpecialGap = (typeof specialGaps)[number]

export interface SpecialLine {
  /** Null: the book has no service point of this medium here. */
  readonly point: string | null
  readonly unit: string
  readonly medium: MeterMedium
  readonly meter: string | null
  readonly register: RegisterCode | null
  readonly gap: SpecialGap | null
  /** In steps. */
  readonly index: number | null
  readonly unread: UnreadReason | null
  /** `<sha256>.<ending>` */
  readonly photo: string | null
  /** Why there is no photo. */
  readonly noPhoto: string
  readonly remark: string
}
/** Who signs for the other side. */
export const partySides = ['outgoing', 'incoming', 'developer', 'witness'] as const
export type PartySide = (typeof partySides)[number]

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** What a home or a shop has as a rule; gas and heat only where the book has them for such a use. */
const ALWAYS: readonly MeterMedium[] = ['electricity', 'water']

/**
 * The lines of the form: each register of each meter of the unit, and each gap as a line of its own. Nothing is hidden.
 * @param unit null: the whole site, public meters too
 */
export function linesFor(book: Book, unit: string | null, at: number): SpecialLine[] {
  const blank = { index: null, unread: null, photo: null, noPhoto: '', remark: '' } as const
  const here = book.points.filter(p => !p.closed && (unit === null || p.unit === unit))
  const installed = Map.groupBy(book.installations, i => i.point)
  const meters = new Map(book.meters.map(m => [m.serial, m]))
  const lines = here
    .toSorted((a, b) => byText(a.unit, b.unit) || byText(a.medium, b.medium) || byText(a.id, b.id))
    .flatMap(({ id, unit: of, medium }): SpecialLine[] => {
      const serial = installedAt(installed.get(id) ?? [], at)?.meter ?? null
      const registers = meters.get(serial ?? '')?.registers ?? []
      if (serial === null || registers.length === 0)
        return [{ ...blank, point: id, unit: of, medium, meter: null, register: null, gap: 'no-meter' }]
      return registers.map(r => ({
        ...{ ...blank, point: id, unit: of, medium, meter: serial, register: r.code, gap: null },
      }))
    })
  if (unit === null) return lines
  const has = new Set(here.map(p => p.medium))
  const missing = expected(book.points, here).filter(m => !has.has(m))
  return [
    ...lines,
    ...missing.map(medium => ({
      ...{ ...blank, point: null, unit, medium, meter: null, register: null, gap: 'no-point' as const },
    })),
  ]
}

/** Which media a unit is expected to have: what others of its use have in the book. */
function expected(all: readonly ServicePoint[], here: readonly ServicePoint[]): MeterMedium[] {
  const uses = new Set(here.map(p => p.use))
  const like = new Set(all.filter(p => !p.closed && uses.has(p.use) && p.role !== 'main').map(p => p.medium))
  const others = (['gas', 'heat'] as const).filter(m => like.has(m))
  return [...ALWAYS, ...others]
}

export const wants = ['index', 'photo'] as const
export type Want = (typeof wants)[number]
/** What a line still lacks before it can be signed; a meter with several registers needs one photo. */
export function wanting(lines: readonly SpecialLine[]): { readonly line: number; readonly want: Want }[] {
  const pictured = new Set(lines.flatMap(l => (l.photo !== null || l.noPhoto !== '' ? [l.meter] : [])))
  return lines.flatMap((l, line): { line: number; want: Want }[] => {
    if (l.gap !== null || l.unread !== null) return []
    if (l.index === null) return [{ line, want: 'index' }]
    return pictured.has(l.meter) ? [] : [{ line, want: 'photo' }]
  })
}

/** Whether somebody else pays from then on: another name than before. */
export const changesOccupier = ({
  outgoing,
  incoming,
}: {
  readonly outgoing: string
  readonly incoming: string
}): boolean => outgoing.trim() !== incoming.trim()

/** A signed act, as much of it as billing needs. */
export interface Signed {
  readonly at: number
  readonly outgoing: string
  readonly incoming: string
  readonly lines: readonly Pick<SpecialLine, 'point' | 'meter'>[]
}
/** At which moments somebody else pays, by service point, oldest first. */
export function splitsOf(acts: readonly Signed[]): Map<string, number[]> {
  const splits = new Map<string, number[]>()
  for (const act of acts.filter(changesOccupier).toSorted((a, b) => a.at - b.at))
    for (const point of new Set(act.lines.flatMap(l => (l.point !== null && l.meter !== null ? [l.point] : [])))) {
      const had = splits.get(point) ?? []
      if (!had.includes(act.at)) splits.set(point, [...had, act.at])
    }
  return splits
}
