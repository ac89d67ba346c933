/**
 * The regular expressions that a site may write for the lines of its panel. Only a part of the language: no group is
 * repeated, nothing looks ahead or back, nothing refers to a group. So the ways in which one can match a line can be
 * counted before it ever sees one, and an expression that a hostile line could keep busy is refused.
 */
export interface Pattern {
  readonly regex: RegExp
  readonly fields: readonly string[]
}
export type PatternProblem =
  | { readonly code: 'text-pattern-wrong'; readonly why: string }
  | { readonly code: 'text-pattern-costly'; readonly ways: number }

/** Ways to match; a few ten million steps, so below a second for the worst of lines. */
export const MOST_WAYS = 200_000

/** @param maxChars the longest line that it will be tried on */
export function patternOf(source: string, maxChars: number): Pattern | PatternProblem {
  const counted = waysOf(source, maxChars)
  if (typeof counted === 'string') return { code: 'text-pattern-wrong', why: counted }
  if (counted > MOST_WAYS) return { code: 'text-pattern-costly', ways: counted }
  try {
    // The whole line, always: a pattern that is found somewhere in it would take a part for the whole.
    const regex = new RegExp(`^(?:${source.replace(/^\^|(?<!\\)\$$/g, '')})$`, 'u')
    return { regex, fields: [...source.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name!) }
  } catch (error) {
    return { code: 'text-pattern-wrong', why: (error as Error).message }
  }
}

/** In how many ways a line can be gone through; a text: what is not allowed. */
function waysOf(source: string, maxChars: number): number | string {
  let at = source.startsWith('^') ? 1 : 0
  const end = /(?<!\\)\$$/.test(source) ? source.length - 1 : source.length
  let wrong: string | undefined
  let depth = 0

  function branches(): number {
    let ways = 0
    for (;;) {
      ways += sequence()
      if (source[at] !== '|' || at >= end) return ways
      at++
    }
  }
  function sequence(): number {
    let ways = 1
    while (at < end && wrong === undefined && source[at] !== '|' && source[at] !== ')') ways *= piece()
    return ways
  }
  function piece(): number {
    const group = source[at] === '('
    const inner = group ? inGroup() : atom()
    const repeat = /^(?:[*+?]|\{(\d{1,3})(,(\d{0,3}))?\})\??/.exec(source.slice(at, end))
    if (!repeat) return inner
    at += repeat[0].length
    const [word, least, several, most] = repeat
    if (word.startsWith('?')) return inner + 1
    if (group) return refuse(`(...)${word}`)
    if (word.startsWith('{') && several === undefined) return 1
    const longest = word.startsWith('{') && most ? Number(most) : maxChars
    return Math.max(1, longest - (word.startsWith('+') ? 1 : Number(least ?? 0)) + 1)
  }
  function inGroup(): number {
    const opened = /^\((?:\?:|\?<[A-Za-z]\w{0,30}>)?/.exec(source.slice(at, end))![0]
    at += opened.length
    if (source[at] === '?') return refuse(`(?${source[at + 1] ?? ''}`)
    depth++
    const ways = branches()
    depth--
    if (source[at] !== ')') return refuse('( without )')
    at++
    return ways
  }
  function atom(): number {
    const found = /^(?:\\(?:[dDsSwW]|u[0-9A-Fa-f]{4}|[^A-Za-z0-9])|\[(?:\\.|[^\]\\])+\]|[^\\[\]{}*+?^$])/u.exec(
      source.slice(at, end),
    )
    if (!found) return refuse(source.slice(at, at + 3))
    at += found[0].length
    return 1
  }
  function refuse(what: string): number {
    wrong ??= what
    at = end
    return 1
  }

  const ways = branches()
  if (wrong === undefined && at < end) wrong = source.slice(at, at + 3)
  return wrong ?? (depth === 0 ? ways : '(')
}
