import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser'

/** What of a rule may be changed by one click. */
export const tunable = ['delayOnS', 'delayOffS', 'deadband'] as const
export type Tunable = (typeof tunable)[number]

/**
 * site.json with one number of one rule changed and everything else as it was written, or null when the site has no such
 * rule of its own.
 * @param to null: the word is taken away
 */
export function tuneRule(
  text: string,
  rule: string,
  word: Tunable,
  to: number | null,
): { readonly text: string; readonly was: number | null } | null {
  const body = text.replace(/^\uFEFF/, '')
  const tree = parseTree(body)
  const rules = tree && findNodeAtLocation(tree, ['rules'])
  const index =
    rules?.children?.findIndex((_, i) => findNodeAtLocation(tree!, ['rules', i, 'id'])?.value === rule) ?? -1
  if (!tree || index < 0) return null
  const own = word === 'deadband' ? ['when', word] : [word]
  // What the site has tuned goes before the rule itself.
  const tuned = ['tuning', rule, ...own]
  const path = findNodeAtLocation(tree, tuned) ? tuned : ['rules', index, ...own]
  const was = findNodeAtLocation(tree, path)?.value
  const edits = modify(body, path, to ?? undefined, { formattingOptions: { insertSpaces: true, tabSize: 2 } })
  return { text: applyEdits(body, edits), was: typeof was === 'number' ? was : null }
}
