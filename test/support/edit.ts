/** What a hand may do to a document: `equipment.0.unit` to a value; undefined takes it away. */
export type Edit = Readonly<Record<string, unknown>>

/** A changed copy of the document, as text that a person would have written. */
export function edited(document: object, edit: Edit): string {
  const copy = structuredClone(document) as Record<string, unknown>
  for (const [path, value] of Object.entries(edit)) {
    const words = path.split('.')
    const last = words.pop()!
    let at = copy
    for (const word of words) at = at[word] as Record<string, unknown>
    if (value === undefined) delete at[last]
    else at[last] = value
  }
  return JSON.stringify(copy, null, 2)
}
