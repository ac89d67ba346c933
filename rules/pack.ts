import type { Text } from '../drivers/point.ts'
import type { Rule } from './rule.ts'

/** A rule that says of what kind of equipment and which of its points it is, instead of naming them. */
export interface PackRule extends Omit<Rule, 'points'> {
  readonly kinds: readonly string[]
  /** Patterns of keys, as in a rule: `*` stands for anything. */
  readonly keys: readonly string[]
}

/** The rules that belong to a kind of place, so that a site switches them on instead of writing them. */
export interface Pack {
  readonly id: string
  readonly name: Text
  readonly rules: readonly PackRule[]
}

/** What a rule of a pack has in common with the others of it. */
export const packText = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
