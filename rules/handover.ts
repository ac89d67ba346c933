import type { Text } from '../drivers/point.ts'
import type { Crew, CrewShift, ShiftDay } from './crew.ts'
import type { Flow } from './flow.ts'
import type { Severity } from './rule.ts'

export const handoverPhases = ['preparing', 'ready', 'signed_out', 'signed_in', 'refused'] as const
export type HandoverPhase = (typeof handoverPhases)[number]
export const handoverActions = ['prepare', 'sign-out', 'sign-in', 'refuse', 'resume'] as const
export type HandoverAction = (typeof handoverActions)[number]
const hands = ['admin', 'engineer', 'operator', 'guard', 'desk', 'manager'] as const

/** The outgoing crew is on duty until the last move of it. */
export const handoverFlow: Flow<HandoverPhase, HandoverAction> = {
  first: 'preparing',
  moves: {
    preparing: { prepare: { to: 'ready', by: hands }, refuse: { to: 'refused', by: hands } },
    ready: { 'sign-out': { to: 'signed_out', by: hands }, refuse: { to: 'refused', by: hands } },
    signed_out: { 'sign-in': { to: 'signed_in', by: hands }, refuse: { to: 'refused', by: hands } },
    signed_in: {},
    refused: { resume: { to: 'preparing', by: hands } },
  },
}

/** The four cases in which a shift must not be handed over [P-15]; there is no fifth. */
export const refusals = [
  'preparation-unfinished',
  'relief-below-minimum',
  'relief-lead-absent',
  'relief-unfit',
] as const
export type Refusal = (typeof refusals)[number]

/** What the next crew has to know, as it stands at the cut. */
export interface HandoverLine {
  /** The same thing has the same key tomorrow. */
  readonly key: string
  readonly kind: string
  readonly text: Text
  /** Where it is seen to, within the pages. */
  readonly link: string | null
  /** UTC ms */
  readonly since: number | null
  /** A problem: what came in the crew's own shift needs a reason before it may go [P-15]. */
  readonly asks?: boolean
}
/** Something that a sheet is filled from. `atSeq`: the trail up to here is in the sheet. */
export interface HandoverSource {
  readonly id: string
  readonly name: Text
  lines(atSeq: number, now: number): readonly HandoverLine[]
}
export interface HandoverSection {
  readonly id: string
  readonly name: Text
  readonly lines: readonly HandoverLine[]
}
interface Said {
  readonly text: string
  readonly by: string
  readonly at: number
}
export interface Relief {
  readonly name: string
  /** Not drunk, not ill, awake. */
  readonly fit: boolean
  /** Whom he stands in for, who is unfit. */
  readonly insteadOf: string | null
}
export interface HandoverSignature {
  /** One of the crew. */
  readonly name: string
  readonly account: string
  readonly at: number
  /** What was signed: number of the cut, the trail's hash there, the sheet's. */
  readonly covers: string
  /** Of a sheet from before there was a choice: by password. */
  readonly how?: SigningWay
  /** Of one that was drawn: the hash of its picture. */
  readonly picture?: string | null
}
/** Own password; own card at the crew's reader; drawn by whoever is signed in himself. */
export const signingWays = ['password', 'card', 'drawn'] as const
export type SigningWay = (typeof signingWays)[number]
/** How somebody signed, as it stands on the trail as well. */
export interface Signed {
  readonly how: SigningWay
  readonly picture: string | null
  /** Of a card: the number of its reading at the door. */
  readonly reading: number | null
}
/** `content`: the sheet was changed since; `trail`: the trail was; `signature`: what was signed is not this. */
export const verdicts = ['fits', 'content', 'trail', 'signature'] as const
export type Verdict = (typeof verdicts)[number]
export interface HandoverCut {
  /** The last entry of the trail that this sheet has; the next sheet begins behind it. */
  readonly seq: number
  /** Of the trail up to there. */
  readonly trailHash: string
  readonly at: number
  /** What was signed, whole. */
  readonly content: SheetContent
  /** Of the content. */
  readonly hash: string
}
export interface SheetContent {
  readonly no: string
  readonly crew: string
  readonly served: ShiftDay
  readonly relieved: ShiftDay
  readonly fromSeq: number
  readonly outgoing: readonly string[]
  readonly relief: readonly Relief[]
  readonly sections: readonly HandoverSection[]
  readonly remarks: Readonly<Record<string, Said>>
  readonly checks: Readonly<Record<string, { readonly by: string; readonly at: number }>>
  readonly counts: Readonly<Record<string, Counted>>
  readonly notes: readonly Said[]
  readonly refused: Sheet['refused']
}
interface Counted {
  readonly n: number
  readonly remark: string
  readonly by: string
  readonly at: number
}
export interface HandoverRung {
  /** 0: it was refused. */
  readonly step: number
  readonly tell: readonly ('manager' | 'admin')[]
  readonly at: number
  readonly lateMin: number
}
/** A crew has at most one that is not signed in. */
export interface Sheet {
  readonly id: string
  readonly no: string
  readonly crew: string
  readonly phase: HandoverPhase
  readonly served: ShiftDay
  /** UTC ms; the shift was taken over then. */
  readonly since: number
  /** Entries of the trail behind this one are in this sheet. */
  readonly fromSeq: number
  /** Who took over by signature; null: nobody ever has, and the plan's clock holds. */
  readonly onDuty: readonly string[] | null
  readonly checks: SheetContent['checks']
  readonly counts: SheetContent['counts']
  readonly remarks: SheetContent['remarks']
  readonly notes: readonly Said[]
  readonly relief: readonly Relief[]
  readonly refused: readonly {
    readonly code: Refusal
    readonly words: string
    /** What the gateway saw itself. */
    readonly seen: readonly Refusal[]
    readonly by: string
    readonly at: number
  }[]
  readonly relieved: ShiftDay | null
  readonly cut: HandoverCut | null
  readonly signedOut: HandoverSignature | null
  readonly signedIn: HandoverSignature | null
  readonly told: readonly HandoverRung[]
}
type Filled = Pick<Sheet, 'checks' | 'counts' | 'remarks' | 'relief' | 'since'>

/** What is to be done before the crew may go. */
export interface Unfinished {
  readonly checks: readonly string[]
  /** Not counted, or other than it should be and nothing said of it. */
  readonly counts: readonly string[]
  /** Problems of the own shift without a reason, by key. */
  readonly remarks: readonly string[]
}
export function unfinished(crew: Crew, sheet: Filled, sections: readonly HandoverSection[]): Unfinished {
  return {
    checks: crew.checks.flatMap(({ id }) => (sheet.checks[id] ? [] : [id])),
    counts: crew.counted.flatMap(({ id, count }) => {
      const had = sheet.counts[id]
      return had && (had.n === count || had.remark.trim() !== '') ? [] : [id]
    }),
    remarks: sections
      .flatMap(s => s.lines)
      .filter(line => line.asks === true && line.since !== null && line.since >= sheet.since)
      .flatMap(({ key }) => (sheet.remarks[key] ? [] : [key])),
  }
}
export const isFinished = ({ checks, counts, remarks }: Unfinished): boolean =>
  checks.length + counts.length + remarks.length === 0

/** Who of the relief can work. */
export const fitOf = (relief: readonly Relief[]): readonly string[] =>
  relief.flatMap(({ name, fit }) => (fit ? [name] : []))

/** Which of the four cases hold now; none: it may be handed over. */
export function grounds(sheet: Filled, next: CrewShift | null, open: Unfinished): readonly Refusal[] {
  const fit = fitOf(sheet.relief)
  const replaced = new Set(sheet.relief.flatMap(r => (r.fit && r.insteadOf !== null ? [r.insteadOf] : [])))
  const leads = [next?.lead, next?.standIn].flatMap(name => name ?? [])
  const led = leads.length === 0 || leads.some(name => fit.includes(name) || replaced.has(name))
  return [
    ...(isFinished(open) ? [] : (['preparation-unfinished'] as const)),
    ...(fit.length >= (next?.least ?? 1) ? [] : (['relief-below-minimum'] as const)),
    ...(led ? [] : (['relief-lead-absent'] as const)),
    ...(sheet.relief.every(r => r.fit || replaced.has(r.name)) ? [] : (['relief-unfit'] as const)),
  ]
}

const nameOf = (crew: Crew, account: string): string | null =>
  crew.people.find(p => p.account === account)?.name ?? null

/** Who of the outgoing crew signs with this account; null: nobody. `planned`: while nobody ever signed, the plan holds. */
export function outgoingOf(crew: Crew, sheet: Sheet, planned: readonly string[], account: string): string | null {
  const name = nameOf(crew, account)
  return name !== null && (sheet.onDuty ?? planned).includes(name) ? name : null
}
/** The same of the relief: who is unfit takes nothing over. */
export function incomingOf(crew: Crew, sheet: Sheet, account: string): string | null {
  const name = nameOf(crew, account)
  return name !== null && fitOf(sheet.relief).includes(name) && sheet.signedOut?.account !== account ? name : null
}

/** The sheet as it was before anybody signed: what was signed is cut anew, so that nothing is lost between. */
export const reopened = (sheet: Sheet): Sheet => ({
  ...{ ...sheet, phase: 'preparing', cut: null, relieved: null, signedOut: null, signedIn: null },
})

const STEPS = [
  { step: 1, afterMin: 0, tell: ['manager'] },
  { step: 2, afterMin: 30, tell: ['manager'] },
  { step: 3, afterMin: 120, tell: ['manager', 'admin'] },
] as const satisfies readonly { step: number; afterMin: number; tell: readonly HandoverRung['tell'][number][] }[]
const AGAIN_MS = 2 * 3_600_000

/**
 * Who is to be told that nobody has taken over, each step once however long nobody looked, the last again every two hours
 * until somebody has signed. That it was refused is told at once.
 * @param wall minutes of the site's own clock since 1970
 */
export function dueHandoverRungs(sheet: Sheet, crew: Crew, wall: number, now: number): readonly HandoverRung[] {
  if (sheet.phase === 'signed_in') return []
  const lateMin = wall - sheet.served.to - crew.lateMin
  const refused = sheet.refused.length - sheet.told.filter(r => r.step === 0).length
  const rung = (step: number, tell: HandoverRung['tell']) => ({ step, tell, at: now, lateMin: Math.max(0, lateMin) })
  const first = refused > 0 ? [rung(0, ['manager'])] : []
  const due = STEPS.filter(s => s.afterMin <= lateMin && !sheet.told.some(r => r.step === s.step))
  const top = STEPS.at(-1)!
  const last = sheet.told.filter(r => r.step >= top.step).at(-1)
  // Told in the future: the clock was set back since, and that is no reason to be silent for as long.
  const again = due.length === 0 && last && (now - last.at >= AGAIN_MS || last.at > now) && lateMin >= 0
  return [...first, ...due.map(s => rung(s.step, s.tell)), ...(again ? [rung(last.step + 1, top.tell)] : [])]
}
export const handoverSeverity = (step: number): Severity => (step >= 2 ? 'high' : 'medium')
