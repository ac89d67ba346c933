import { indexText, type Register } from './book.ts'
import { type FindingCode, findings, type Validation } from './quality.ts'
import { judgeSequence, type Read } from './sequence.ts'

/** From so many times the usual on, an index is looked at again before it is put down [people-and-permits 5.1]. */
export const MANY_TIMES = 10
/** Less than an hour since the one before says nothing about what is usual. */
const LEAST_MS = 3_600_000
const LEAST_STEPS = 5

export const takenDoubts = {
  below: {
    'zh-CN': '小于上次的 {before}：请核对表号和小数位',
    en: 'below {before}, the last reading: compare the meter number and the decimals',
  },
  times: {
    'zh-CN': '约为平时用量的 {times} 倍：请核对表号和小数位',
    en: 'about {times} times the usual use: compare the meter number and the decimals',
  },
  other: { 'zh-CN': '与上次 {before} 对不上', en: 'does not follow from {before}, the last reading' },
} as const satisfies Record<string, { 'zh-CN': string; en: string }>
export type TakenDoubt = keyof typeof takenDoubts
export interface TakenJudged {
  readonly validation: Extract<Validation, 'valid' | 'uncertain'>
  readonly finding: FindingCode | null
  /** What to say to whoever stands before the meter; null: nothing. */
  readonly doubt: { readonly code: TakenDoubt; readonly params: Readonly<Record<string, string | number>> } | null
}

/**
 * What is to be said at once of an index that a person reads. It is never refused: what is doubtful is taken as doubtful,
 * because the person sees the meter and we do not.
 * @param base the one before that counts; null: none @param usualPerHour in steps; null: not known
 */
export function judgeTaken(
  register: Pick<Register, 'digits' | 'decimals' | 'maxPerHour'>,
  base: Read | null,
  usualPerHour: number | null,
  at: number,
  index: number,
): TakenJudged {
  const judged = judgeSequence(register, [...(base ? [base] : []), { at, index }])
  const before = base?.index ?? null
  const text = before === null ? '' : indexText(before, register.decimals)
  if (judged.blocked) {
    const finding = judged.findings.findLast(f => findings[f.code].blocks)?.code ?? null
    const code = before !== null && index < before ? 'below' : 'other'
    return { validation: 'uncertain', finding, doubt: { code, params: { before: text } } }
  }
  const ms = base ? at - base.at : 0
  const usual = usualPerHour === null ? null : (usualPerHour * ms) / 3_600_000
  if (usual !== null && usual > 0 && judged.rise !== null && ms >= LEAST_MS) {
    const times = judged.rise / usual
    if (judged.rise > LEAST_STEPS && times >= MANY_TIMES)
      return {
        validation: 'uncertain',
        finding: 'unusual',
        doubt: { code: 'times', params: { times: Math.round(times) } },
      }
  }
  return { validation: 'valid', finding: null, doubt: null }
}
