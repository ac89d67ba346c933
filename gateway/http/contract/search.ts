import { z } from 'zod'
import { type FoundKind, foundKinds } from '../../../rules/search/words.ts'
import { text, when } from './common.ts'

export const searchHit = z.object({
  kind: z.enum(foundKinds as [FoundKind, ...FoundKind[]]),
  id: z.string(),
  /** The number that people say, or what stands on it. */
  no: z.string().nullable(),
  name: text,
  /** Where it is, or whose. */
  sub: text.nullable(),
  /** Of a point its equipment, of an entry its register, of a pass the number of the person. */
  of: z.string().nullable(),
  at: when,
  /** 0 the whole of a text, 1 its start, 2 a word in it, 3 initials, 4 further in. */
  rank: z.number().int(),
})
export const searchHits = z.object({ items: z.array(searchHit) })
export type SearchHit = z.infer<typeof searchHit>
