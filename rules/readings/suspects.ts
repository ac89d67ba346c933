import type { ReadingCheck } from './checks.ts'

/** A meter behind a main one, with what it counted and what it counts as a rule; null: not known. */
export interface Behind {
  readonly point: string
  readonly used: number | null
  readonly usual: number | null
  /** What is open of it. */
  readonly checks: readonly ReadingCheck[]
}
export const suspectReasons = {
  checked: { 'zh-CN': '有未处理的异常', en: 'has an open exception' },
  stands: { 'zh-CN': '一直不走，平时 {usual} {unit}', en: 'stands still, usual {usual} {unit}' },
  less: {
    'zh-CN': '只计到 {used} {unit}，平时 {usual} {unit}',
    en: 'counted only {used} {unit}, usual {usual} {unit}',
  },
  more: { 'zh-CN': '计到 {used} {unit}，平时 {usual} {unit}', en: 'counted {used} {unit}, usual {usual} {unit}' },
} as const satisfies Record<string, { 'zh-CN': string; en: string }>
export type SuspectReason = keyof typeof suspectReasons
export interface Suspect {
  readonly point: string
  readonly reason: SuspectReason
  readonly check: ReadingCheck | null
  readonly used: number | null
  readonly usual: number | null
}

/** What says of a meter by itself that it counts too little or too much. */
const TELLING: readonly ReadingCheck[] = [
  'power-check',
  'sum-check',
  'zero-use',
  'low',
  'high',
  'swapped',
  'closed-use',
]
/** Below such a share of the usual, or above its inverse, it is worth a look. */
const SHARE = 0.8

/**
 * Where to look first when a balance does not come out: meters with an open exception, then those that are furthest from
 * what they count as a rule, on the side that explains the difference.
 * @param state `loss`: who counts too little; `gain`: who counts too much
 */
export function suspectsOf(state: 'loss' | 'gain', behind: readonly Behind[]): Suspect[] {
  const found = behind.flatMap(({ point, used, usual, checks }): (Suspect & { readonly apart: number })[] => {
    const check = TELLING.find(c => checks.includes(c)) ?? null
    const apart = used === null || usual === null ? 0 : state === 'loss' ? usual - used : used - usual
    const far =
      used !== null && usual !== null && usual > 0 && (state === 'loss' ? used < usual * SHARE : used > usual / SHARE)
    if (check === null && !far) return []
    const reason = check !== null && !far ? 'checked' : state === 'gain' ? 'more' : used === 0 ? 'stands' : 'less'
    return [{ point, reason, check, used, usual, apart: Math.max(0, apart) }]
  })
  return found
    .toSorted(
      (a, b) =>
        Number(b.check !== null) - Number(a.check !== null) || b.apart - a.apart || (a.point < b.point ? -1 : 1),
    )
    .map(({ apart: _, ...suspect }) => suspect)
}
