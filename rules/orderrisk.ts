import type { Text } from '../drivers/point.ts'

/**
 * Job safety analysis of an order: for each step what may happen, and what is done against it. Pure.
 */
export const riskLevels = ['low', 'medium', 'high'] as const
export type RiskLevel = (typeof riskLevels)[number]

export interface Risk {
  readonly id: string
  readonly step: Text
  readonly hazard: Text
  readonly level: RiskLevel
  /** What is done against it. */
  readonly control: Text
  /** Who wrote it; a plan, where its check sheet says it. */
  readonly by: string
  readonly at: number
  /** Who has said on the spot that the measure is in place, and when. */
  readonly confirmedBy: string | null
  readonly confirmedAt: number | null
  /** It was written down wrongly, and stays to be seen. */
  readonly withdrawn: boolean
}

/** Grave ones of whose measure nobody has said that it is in place: then the work is not believed without a reason. */
type Open = Pick<Risk, 'level' | 'withdrawn'> & { readonly confirmedAt: number | string | null }
export const openRisks = <R extends Open>(risks: readonly R[]): readonly R[] =>
  risks.filter(r => r.level === 'high' && !r.withdrawn && r.confirmedAt === null)
