/**
 * Switching log 倒闸操作 [停送电 P-17, E1, F02]: one reads each step out and watches, another does it and says so; the order of
 * the ticket is the order of the work. Two persons, each by his own account.
 */
export interface SwitchingStep {
  readonly text: string
  readonly readAt: number | null
  readonly doneAt: number | null
}
export const switchingPhases = ['open', 'done', 'abandoned'] as const
export type SwitchingPhase = (typeof switchingPhases)[number]
export interface Switching {
  readonly id: string
  readonly no: string
  readonly task: string
  readonly equipment: string | null
  readonly operator: string
  /** 监护人. */
  readonly guardian: string
  readonly steps: readonly SwitchingStep[]
  readonly phase: SwitchingPhase
  readonly madeBy: string
  readonly at: number
  readonly endedAt: number | null
  /** Why it was given up. */
  readonly reason: string
}
export const switchingActions = ['read', 'done'] as const
export type SwitchingAction = (typeof switchingActions)[number]
export type SwitchingRefusal =
  | 'switching-ended'
  | 'switching-order'
  | 'switching-not-read'
  | 'switching-read-already'
  | 'switching-guardian'
  | 'switching-operator'
  | 'switching-outsider'

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
export const samePerson = same

/** The step that comes next; the number of steps when all are done. */
export const nextStep = (s: Pick<Switching, 'steps'>): number => {
  const n = s.steps.findIndex(step => step.doneAt === null)
  return n < 0 ? s.steps.length : n
}

/** A step read out or done. @param n counted from 0 */
export function moveSwitching(
  s: Switching,
  n: number,
  action: SwitchingAction,
  by: string,
  now: number,
): Switching | { readonly refused: SwitchingRefusal } {
  if (s.phase !== 'open') return { refused: 'switching-ended' }
  if (n !== nextStep(s)) return { refused: 'switching-order' }
  const step = s.steps[n]!
  if (action === 'read') {
    if (!same(by, s.guardian)) return { refused: 'switching-guardian' }
    if (step.readAt !== null) return { refused: 'switching-read-already' }
  } else {
    if (!same(by, s.operator)) return { refused: 'switching-operator' }
    if (step.readAt === null) return { refused: 'switching-not-read' }
  }
  const steps = s.steps.with(n, { ...step, ...(action === 'read' ? { readAt: now } : { doneAt: now }) })
  const over = nextStep({ steps }) === steps.length
  return { ...s, steps, ...(over && { phase: 'done' as const, endedAt: now }) }
}

/** Given up by one of the two; what was done stays as it was done. */
export function abandonSwitching(
  s: Switching,
  by: string,
  reason: string,
  now: number,
): Switching | { readonly refused: SwitchingRefusal } {
  if (s.phase !== 'open') return { refused: 'switching-ended' }
  if (!same(by, s.operator) && !same(by, s.guardian)) return { refused: 'switching-outsider' }
  return { ...s, phase: 'abandoned', reason, endedAt: now }
}
