import { z } from 'zod'
import type { Problem } from '../driver.ts'
import { type Pattern, patternOf } from './pattern.ts'

/** How a panel words its lines: data of the channel, written from the panel's manual or from its paper. */
export const grammarShape = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        /** With named groups: what the points ask for, and `event`, `time`. The whole line must match. */
        match: z.string().min(1).max(500),
        /** What such a line says, when no group of it does. */
        event: z.string().min(1).max(40).optional(),
      }),
    )
    .min(1)
    .max(50),
})
export type GrammarSpec = z.infer<typeof grammarShape>

/** What a line says: the word of the event, and everything that it names. */
export interface Said {
  readonly event: string
  readonly fields: Readonly<Record<string, string>>
}
export interface Grammar {
  /** @returns undefined: no pattern is of the whole line */
  parse(text: string): Said | undefined
  readonly fields: ReadonlySet<string>
}

const isPattern = (p: object): p is Pattern => 'regex' in p

/** Never throws: what it is given may be anything. */
export function grammarProblems(spec: unknown, maxChars: number): Problem[] {
  const parsed = grammarShape.safeParse(spec)
  if (!parsed.success) return []
  return parsed.data.lines.flatMap(({ match, event }, i): Problem[] => {
    const path = `grammar.lines[${i}].match`
    const made = patternOf(match, maxChars)
    if (!isPattern(made))
      return [
        made.code === 'text-pattern-wrong'
          ? { path, code: made.code, params: { why: made.why } }
          : { path, code: made.code, params: { ways: made.ways } },
      ]
    return event === undefined && !made.fields.includes('event') ? [{ path, code: 'text-pattern-no-event' }] : []
  })
}

/** @param spec checked before: a pattern that is refused is never tried */
export function grammarOf(spec: GrammarSpec, maxChars: number): Grammar {
  const lines = spec.lines.flatMap(({ match, event }) => {
    const made = patternOf(match, maxChars)
    return isPattern(made) ? [{ ...made, event }] : []
  })
  return {
    fields: new Set(lines.flatMap(line => line.fields)),
    parse(text) {
      for (const { regex, event } of lines) {
        const found = regex.exec(text)
        if (!found) continue
        const { groups } = found
        const word = event ?? groups?.event
        if (word === undefined) continue
        const named = Object.entries(groups ?? {}).filter(([, value]) => value !== undefined)
        return { event: word, fields: Object.fromEntries(named) }
      }
      return undefined
    },
  }
}

/** Of a panel's clock: year, month, day, hours, minutes and perhaps seconds, in this order, whatever stands between. */
export function timeOf(text: string | undefined, offsetMin: number | undefined, now: number): number {
  const parts = text?.match(/\d+/g)?.map(Number)
  if (!parts || parts.length < 5 || parts.length > 6 || offsetMin === undefined) return now
  const [year, month, day, hour, minute, second = 0] = parts as [number, number, number, number, number, number?]
  const at = Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second) - offsetMin * 60_000
  // A panel whose clock was never set, or runs ahead, does not say when it was.
  return at <= now + AHEAD_MS && at >= now - BEHIND_MS ? Math.min(at, now) : now
}
const AHEAD_MS = 60_000
const BEHIND_MS = 3_600_000
