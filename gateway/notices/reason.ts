import { ZodError } from 'zod'
import type { Text } from '../../drivers/point.ts'
import { issueText } from '../core/issues.ts'
import { Refusal } from '../core/refusal.ts'
import { pathText, readJson } from '../site/jsonproblems.ts'

/**
 * Where settings are wrong, and what is expected there, in both languages.
 * @param text the settings, when they were no JSON: it is looked for where
 */
export function reasonOf(error: unknown, text = ''): Text {
  if (error instanceof Refusal) return error.text
  if (error instanceof ZodError) {
    const [issue] = error.issues
    if (issue) return at(pathText(issue.path as (string | number)[]), issueText(issue))
  }
  if (error instanceof SyntaxError) {
    const [problem] = readJson(text).problems
    if (problem) return problem.text
    return { 'zh-CN': '这不是合法的 JSON。', en: 'This is not valid JSON.' }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { 'zh-CN': message, en: message }
}

const at = (where: string, why: Text): Text =>
  where === '' ? why : { 'zh-CN': `${where}：${why['zh-CN']}`, en: `${where}: ${why.en}` }
