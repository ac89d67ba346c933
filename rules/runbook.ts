import type { PointId, Sample, Text, Value } from '../drivers/point.ts'
import type { Role } from './flow.ts'
import { type Condition, holds, matches } from './rule.ts'

/** What is done when something has happened: steps, by whom, and what proves that they were done. Data, in both languages. */
export const proofs = ['tick', 'value', 'photo', 'call'] as const
export type Proof = (typeof proofs)[number]

/** What an answer means beyond its step: it goes into the incident report [F14] and the notice [F38]. */
export const facts = ['cause', 'since', 'expected-end', 'scope', 'place', 'handling', 'restored'] as const
export type Fact = (typeof facts)[number]

/** Something to be written down with a step. A time is ISO 8601. */
export interface Ask {
  readonly key: string
  readonly kind: 'text' | 'number' | 'time'
  readonly name: Text
  readonly fact?: Fact | undefined
  readonly optional?: true | undefined
}

/** The plant ticks the step as soon as this holds. */
export interface SelfTick {
  /** `equipment`: points of the equipment that raised the alarm; `site`: of everything of these kinds. */
  readonly of: 'equipment' | 'site'
  readonly kinds: readonly string[]
  readonly keys: readonly string[]
  readonly when: Condition
  /** All points found must agree; otherwise one is enough. */
  readonly all?: true | undefined
  /** It must have been seen otherwise during the run: that nobody is trapped now frees nobody. */
  readonly turns?: true | undefined
}

export interface RunbookStep {
  readonly id: string
  readonly who: Text
  readonly text: Text
  readonly hint?: Text | undefined
  readonly proof: Proof
  readonly asks?: readonly Ask[] | undefined
  /** Whom to telephone: kinds of the site's contacts. */
  readonly call?: string | undefined
  /** From the start of the run; over it the step is late. */
  readonly withinS?: number | undefined
  readonly self?: SelfTick | undefined
  /** Steps that must be done before this one. */
  readonly needs?: readonly string[] | undefined
  /** Nothing else can be done before it, and it can never be left out. */
  readonly first?: true | undefined
  /** It protects people: never left out. */
  readonly safety?: true | undefined
  /** Only when it applies ("if it is large"). The run can end without it. */
  readonly optional?: true | undefined
  /** Only while this danger is set. */
  readonly danger?: string | undefined
  /** Another runbook that says how, such as one that the site writes itself. */
  readonly see?: string | undefined
  /** Nobody is reminded of it once that other step is done: whom to call when that one does not come. */
  readonly unless?: string | undefined
  /** When it is done, what had failed works again. */
  readonly restores?: true | undefined
  readonly source?: string | undefined
}

/** Said of a run while it goes on, such as electrical danger; its steps then apply and hold back the others. */
export interface Danger {
  readonly id: string
  readonly text: Text
  readonly preset?: true | undefined
}

export interface Runbook {
  readonly id: string
  readonly name: Text
  /** Stands above the steps all the time. */
  readonly warning?: Text | undefined
  /** Runbooks of one family are one event: an alarm of another of them joins the run that is open. */
  readonly family?: string | undefined
  /** One open run for the whole site, or one for each piece of equipment. */
  readonly per: 'site' | 'equipment'
  readonly dangers?: readonly Danger[] | undefined
  readonly steps: readonly RunbookStep[]
  /** Shown beside the steps, because they decide by it. */
  readonly watch?: readonly { readonly kinds: readonly string[]; readonly keys: readonly string[] }[] | undefined
  /** What is interrupted, for the notice to customers [F38]. */
  readonly notice?: 'power' | 'water' | 'gas' | 'lift' | undefined
  /** Who writes the incident report [F14]; its copies. */
  readonly writer: Text
  readonly copies: readonly Text[]
  /** The site has to write it: why there are no steps [G3]. */
  readonly unwritten?: Text | undefined
  readonly source?: string | undefined
}

export interface StepDone {
  readonly state: 'done' | 'left-out'
  /** UTC ms. */
  readonly at: number
  readonly by: string
  /** The point that ticked it. */
  readonly point: PointId | null
  readonly values: Readonly<Record<string, string>>
  /** What was noted, or why it was left out. */
  readonly note: string | null
  readonly photo: boolean
}

/** What the rules need to know of a run. */
export interface RunState {
  readonly phase: 'open' | 'completed' | 'cancelled'
  readonly startedAt: number
  readonly dangers: readonly string[]
  readonly steps: Readonly<Record<string, StepDone>>
}

export const stepOf = (book: Runbook, id: string): RunbookStep | undefined => book.steps.find(step => step.id === id)

/** The steps that apply now. */
export const stepsOf = (book: Runbook, run: Pick<RunState, 'dangers'>): readonly RunbookStep[] =>
  book.steps.filter(step => step.danger === undefined || run.dangers.includes(step.danger))

const isDone = (run: RunState, step: RunbookStep) => run.steps[step.id] !== undefined

/** The steps that hold this one back: what must not be skipped comes first. */
export function heldBackBy(book: Runbook, run: RunState, step: RunbookStep): readonly RunbookStep[] {
  if (step.first) return []
  const wanted = stepsOf(book, run)
  return wanted.filter(
    other => other !== step && !isDone(run, other) && (other.first || (step.needs ?? []).includes(other.id)),
  )
}

/** What is still to be done before the run can be completed. */
export const missing = (book: Runbook, run: RunState): readonly RunbookStep[] =>
  stepsOf(book, run).filter(step => !step.optional && !isDone(run, step))

export type StepRefusal = 'step-unknown' | 'run-ended' | 'step-done' | 'step-held-back' | 'step-proof' | 'step-must'

export interface Doing {
  readonly values?: Readonly<Record<string, string>> | undefined
  readonly note?: string | undefined
  readonly photo?: boolean | undefined
}

/** Why a person cannot do, or leave out, this step now; null: it can be done. `what` names steps or what is to be filled in. */
export function refusal(
  book: Runbook,
  run: RunState,
  id: string,
  how: 'do' | 'leave-out',
  doing: Doing = {},
): { readonly code: StepRefusal; readonly what: readonly Text[] } | null {
  const no = (code: StepRefusal, what: readonly Text[] = []) => ({ code, what })
  const step = stepsOf(book, run).find(one => one.id === id)
  if (!step) return no('step-unknown')
  if (run.phase !== 'open') return no('run-ended')
  if (isDone(run, step)) return no('step-done')
  if (how === 'leave-out') return step.first || step.safety ? no('step-must', [step.text]) : null
  const before = heldBackBy(book, run, step)
  if (before.length > 0)
    return no(
      'step-held-back',
      before.map(other => other.text),
    )
  const values = doing.values ?? {}
  const empty = asksOf(step).filter(ask => !ask.optional && !answered(ask, values[ask.key]))
  const wrong = asksOf(step).filter(ask => ask.optional && values[ask.key] && !answered(ask, values[ask.key]))
  const lacking = [...empty, ...wrong].map(ask => ask.name)
  if (step.proof === 'photo' && !doing.photo) lacking.push(photoName)
  return lacking.length > 0 ? no('step-proof', lacking) : null
}

const photoName: Text = { 'zh-CN': '照片', en: 'a photo' }
const spokenTo: Ask = { key: 'spoken-to', kind: 'text', name: { 'zh-CN': '接听人', en: 'Who answered' } }

/** What a step asks for: a call also who answered it. */
export const asksOf = (step: RunbookStep): readonly Ask[] =>
  step.proof === 'call' ? [spokenTo, ...(step.asks ?? [])] : (step.asks ?? [])

function answered(ask: Ask, value: string | undefined): boolean {
  if (value === undefined || value.trim() === '') return false
  if (ask.kind === 'number') return Number.isFinite(Number(value))
  return ask.kind === 'text' || !Number.isNaN(Date.parse(value))
}

/** How a step stands to its time: ms left (negative: over), or null when it has none. Done ones: as it was then. */
export function timeLeft(step: RunbookStep, run: RunState, now: number): number | null {
  if (step.withinS === undefined) return null
  return run.startedAt + step.withinS * 1000 - (run.steps[step.id]?.at ?? now)
}

/** Who is told that a step is late, at how many per cent of its time. */
export const lateRungs = [
  { pct: 100, tell: ['operator', 'engineer', 'manager'] },
  { pct: 200, tell: ['manager', 'admin'] },
] as const satisfies readonly { readonly pct: number; readonly tell: readonly Role[] }[]

/** Steps whose time has run out and of which nobody was told. What only may apply is asked for when what it stands in for is late. */
export function lateSteps(
  book: Runbook,
  run: RunState,
  told: (step: string, pct: number) => boolean,
  now: number,
): readonly {
  readonly step: RunbookStep
  readonly pct: number
  readonly tell: readonly Role[]
  readonly dueAt: number
}[] {
  if (run.phase !== 'open') return []
  return stepsOf(book, run).flatMap(step => {
    const { withinS, unless } = step
    if (withinS === undefined || isDone(run, step)) return []
    if (unless === undefined ? step.optional : run.steps[unless] !== undefined) return []
    return lateRungs
      .map(({ pct, tell }) => ({ step, pct, tell, dueAt: run.startedAt + withinS * 10 * pct }))
      .filter(({ pct, dueAt }) => now >= dueAt && !told(step.id, pct))
  })
}

/** A point as the runbooks look at it. */
export interface PlantPoint {
  readonly id: PointId
  readonly equipment: string
  readonly kind: string
  readonly key: string
}

/** The points that a step ticks itself by. */
export const selfPoints = (self: SelfTick, equipment: string | null, points: readonly PlantPoint[]) =>
  points.filter(
    p => (self.of === 'site' || p.equipment === equipment) && fits(self, p) && (self.of === 'site' || equipment),
  )

export const fits = (
  { kinds, keys }: { readonly kinds: readonly string[]; readonly keys: readonly string[] },
  p: Pick<PlantPoint, 'kind' | 'key'>,
): boolean => kinds.includes(p.kind) && keys.some(key => matches(`x/${key}`, `x/${p.key}`))

/**
 * What the plant says of a step that ticks itself: that it is done, and by which point; `otherwise`: surely not; null:
 * it cannot tell, because data is bad or stale. The order of steps does not hold it back: it is a fact, not an act.
 */
export function plantSays(
  { when, all }: SelfTick,
  points: readonly PlantPoint[],
  sampleOf: (id: PointId) => Sample | undefined,
): { readonly point: PointId; readonly value: Value | null } | 'otherwise' | null {
  const said = points.map(({ id }) => {
    const sample = sampleOf(id)
    return { id, value: sample?.value ?? null, holds: sample && holds(when, sample, false) }
  })
  const yes = said.find(one => one.holds === true)
  if (yes && (!all || said.every(one => one.holds === true))) return { point: yes.id, value: yes.value }
  const surelyNot = all ? said.some(one => one.holds === false) : said.every(one => one.holds === false)
  return said.length > 0 && surelyNot ? 'otherwise' : null
}

/** What was said of a fact, newest step last: a later answer replaces an earlier one. */
export function factOf(book: Runbook, run: Pick<RunState, 'steps'>, fact: Fact): string | null {
  const said = book.steps
    .flatMap(step => asksOf(step).map(ask => ({ ask, done: run.steps[step.id] })))
    .filter(({ ask, done }) => ask.fact === fact && done?.values[ask.key]?.trim())
    .sort((a, b) => a.done!.at - b.done!.at)
    .at(-1)
  return said ? said.done!.values[said.ask.key]! : null
}

/** When what had failed worked again: as somebody said, or as the step that restores was done; null: not yet. UTC ms. */
export function restoredAt(book: Runbook, run: Pick<RunState, 'steps'>): number | null {
  const said = factOf(book, run, 'restored')
  if (said !== null) return Date.parse(said)
  const at = book.steps.filter(s => s.restores && run.steps[s.id]?.state === 'done').map(s => run.steps[s.id]!.at)
  return at.length > 0 ? Math.max(...at) : null
}

/** Runs with the same key are one event. */
export const runKey = (book: Runbook, equipment: string | null): string =>
  book.per === 'site' ? (book.family ?? book.id) : `${book.family ?? book.id}:${equipment ?? ''}`
