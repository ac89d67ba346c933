import { type Crew, planOf, type ShiftDay } from '../../rules/crew.ts'
import type { HandoverSection, Refusal, Sheet } from '../../rules/handover.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import type { HandoverSheetView } from './contract.ts'
import type { Deps } from './deps.ts'

const DAY_MIN = 1440
const clockOf = (wall: number): string => {
  const minute = wall % DAY_MIN
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
/** A shift as it is told of: its day and times by the site's clock. */
export function shiftView(crew: Crew | undefined, served: ShiftDay): HandoverSheetView['served'] {
  const { shift: id, day, from, to } = served
  const plan = crew && planOf(crew, served)
  // A shift that the site has forgotten is still told of.
  const { name, least, who, lead, standIn } = plan ?? {
    ...{ name: { 'zh-CN': id, en: id }, least: 0, who: [], lead: null, standIn: null },
  }
  const date = new Date(day * DAY_MIN * 60_000).toISOString().slice(0, 10)
  return { id, name, day: date, from: clockOf(from), to: clockOf(to), least, who: [...who], lead, standIn }
}
interface Filled {
  readonly sections: readonly HandoverSection[]
  readonly next: ShiftDay | null
  readonly holds: readonly Refusal[]
  readonly asks: readonly string[]
  readonly dueAt: number | null
  readonly planned: readonly string[]
}

const signatureView = (s: Sheet['signedOut']): HandoverSheetView['signedOut'] =>
  s && { ...s, at: iso(s.at), how: s.how ?? 'password', picture: s.picture ?? null }

/** A sheet as it is now, or as it was signed. */
export function sheetView(deps: Deps, crew: Crew | undefined, sheet: Sheet, filled: Filled): HandoverSheetView {
  const { cut } = sheet
  const to = cut?.seq ?? deps.trail.head()
  const named = <T extends { readonly id: string }>(list: readonly T[] | undefined, ids: readonly string[]) =>
    list ?? ids.map(id => ({ id, name: { 'zh-CN': id, en: id }, count: 0 }))
  return {
    ...{ id: sheet.id, no: sheet.no, crew: sheet.crew, phase: sheet.phase, since: iso(sheet.since) },
    crewName: crew?.name ?? { 'zh-CN': sheet.crew, en: sheet.crew },
    ...{ served: shiftView(crew, sheet.served), relieved: filled.next && shiftView(crew, filled.next) },
    dueAt: isoOrNull(filled.dueAt),
    outgoing: [...(cut?.content.outgoing ?? sheet.onDuty ?? filled.planned)],
    sections: filled.sections.map(({ id, name, lines }) => ({
      ...{ id, name },
      lines: lines.map(({ key, kind, text, link, since }) => {
        const said = sheet.remarks[key]
        const asks = filled.asks.includes(key)
        return {
          key,
          kind,
          text,
          link,
          since: isoOrNull(since),
          asks,
          remark: said ? { ...said, at: iso(said.at) } : null,
        }
      }),
    })),
    checks: named(crew?.checks, Object.keys(sheet.checks)).map(({ id, name }) => {
      const did = sheet.checks[id]
      return { id, name, by: did?.by ?? null, at: isoOrNull(did?.at ?? null) }
    }),
    counts: (crew?.counted ?? []).map(({ id, name, count }) => {
      const had = sheet.counts[id]
      return { id, name, count, n: had?.n ?? null, remark: had?.remark ?? '', by: had?.by ?? null }
    }),
    notes: sheet.notes.map(n => ({ ...n, at: iso(n.at) })),
    relief: sheet.relief.map(r => ({ ...r })),
    holds: [...filled.holds],
    refused: sheet.refused.map(r => ({ ...r, seen: [...r.seen], at: iso(r.at) })),
    entries: { from: sheet.fromSeq, to, kinds: deps.handovers.entries(sheet.fromSeq, to) },
    checkpoint: cut && {
      ...{ seq: cut.seq, trailHash: cut.trailHash, hash: cut.hash, at: iso(cut.at) },
      covers: sheet.signedOut?.covers ?? '',
    },
    signedOut: signatureView(sheet.signedOut),
    signedIn: signatureView(sheet.signedIn),
    verified: deps.handover.verify(sheet),
  }
}
