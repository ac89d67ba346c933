import { type Findable, findable } from '../../rules/search/match.ts'
import type { Text } from './contract.ts'

/** Something that can be found: what is shown of it, and the texts that it is found by. */
export interface Thing {
  readonly id: string
  readonly no: string | null
  readonly name: Text
  readonly sub: Text | null
  readonly of: string | null
  readonly at: number | null
  readonly own: readonly Findable[]
  readonly around: readonly Findable[]
}
interface Said {
  readonly id: string
  readonly no: string | null
  readonly name: Text
  readonly sub: Text | null
  readonly of?: string | null
  readonly at: number | null
  /** Also found by these. */
  readonly own?: readonly (Text | string | null)[]
  /** Not found by these alone, beside `sub`. */
  readonly around?: readonly (Text | null)[]
}
export type Thingmaker = (said: Said) => Thing

/** Texts at a time that are kept prepared; a site of ten thousand points has fewer. */
const MOST_KEPT = 50_000

/** Makes things; a text that many of them have is prepared once, and looked at once in each search. */
export function interned(): Thingmaker {
  const kept = new Map<string, Findable>()
  const prepare = (text: string): Findable => {
    const had = kept.get(text)
    if (had) return had
    if (kept.size >= MOST_KEPT) kept.clear()
    const made = findable(text)
    kept.set(text, made)
    return made
  }
  const both = (texts: readonly (Text | string | null | undefined)[]): Findable[] => [
    ...new Set(
      texts
        .flatMap(text => (text == null ? [] : typeof text === 'string' ? [text] : [text['zh-CN'], text.en]))
        .filter(text => text !== '')
        .map(prepare),
    ),
  ]
  return ({ id, no, name, sub, of = null, at, own = [], around = [] }) => ({
    ...{ id, no, name, sub, of, at },
    own: both([name, no, ...own]),
    around: both([sub, ...around]),
  })
}
