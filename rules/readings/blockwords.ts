import { readingChecks } from './checks.ts'
import { type BlockCode, blocks } from './period.ts'
import { findings } from './quality.ts'

type Words = { readonly 'zh-CN': string; readonly en: string }
const all = new Map<string, Words>([
  ...Object.entries(blocks),
  ...Object.entries(findings),
  ...Object.entries(readingChecks).map(([code, { name }]) => [code, name] as const),
])

/** Why something is not for billing, in words. */
export function blockWords(code: BlockCode): Words {
  const { 'zh-CN': zh, en } = all.get(code)!
  return { 'zh-CN': zh, en }
}
