/** What JSON may say and no program can keep as it is, or walk through. Pure. */

/** Nothing that Gatehouse takes lies deeper than a dozen levels. */
export const MOST_DEEP = 64
const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Where a JSON text opens more than MOST_DEEP brackets within each other: whoever walks what is deeper runs out of stack.
 * @returns the offset of the first bracket that is too many; null: nowhere
 */
export function tooDeep(text: string): number | null {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (quoted) {
      if (c === BACKSLASH) at++
      else if (c === QUOTE) quoted = false
    } else if (c === QUOTE) quoted = true
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > MOST_DEEP) return at
    } else if (c === 0x5d || c === 0x7d) depth--
  }
  return null
}

/** A text that no database, page or file gives back as it was: with a NUL in it, or half of a pair of surrogates [Unicode 3.9]. */
export const isUnkeepable = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed()

/** Whether a JSON text may hold such a one: they can only be written by an escape. Cheap; true may still be a false alarm. */
export const mayBeUnkeepable = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json)

/** The path of the first text, or name of a field, that cannot be kept; null: there is none. */
export function unkeepableIn(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return isUnkeepable(value) ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [word, inner] of Object.entries(value)) {
    if (isUnkeepable(word)) return path
    const found = unkeepableIn(
      inner,
      Array.isArray(value) ? `${path}[${word}]` : path === '' ? word : `${path}.${word}`,
    )
    if (found !== null) return found
  }
  return null
}
