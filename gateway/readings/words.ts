import { type TakenJudged, takenDoubts } from '../../rules/readings/taken.ts'
import { fill } from '../core/errors.ts'

/** What is doubtful about an index that a person reads, in both languages; null: nothing. */
export function doubtText(doubt: TakenJudged['doubt']): { readonly 'zh-CN': string; readonly en: string } | null {
  if (!doubt) return null
  const words = takenDoubts[doubt.code]
  return { 'zh-CN': fill(words['zh-CN'], doubt.params, 'zh-CN'), en: fill(words.en, doubt.params) }
}
