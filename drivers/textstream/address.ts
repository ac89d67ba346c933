import { z } from 'zod'
import type { Problem } from '../driver.ts'
import type { Kind, Point } from '../point.ts'

const words = z.array(z.string().min(1).max(40)).min(1).max(50)
/** What a point is in the lines of a panel. */
export const address = {
  /** The lines that speak of it: each field must have one of these values. Without any: all lines. */
  fields: z
    .record(z.string().min(1).max(32), z.union([z.string().max(64), z.array(z.string().max(64)).min(1).max(300)]))
    .optional(),
  /** Events that set it, for the device that the line names. */
  on: words.optional(),
  /** Events that take it back, for the device that the line names. */
  off: words.optional(),
  /** Events that take it back for all devices, whatever else the line says: the reset of the panel. */
  clear: words.optional(),
  /** How many devices have it, instead of whether any has. */
  count: z.literal(true).optional(),
  /** The text of this field of the last line that speaks of it; `line` is the whole line. */
  show: z.string().min(1).max(32).optional(),
}
export type TextAddress = z.infer<z.ZodObject<typeof address>>

export const kindOf = (a: TextAddress): Kind => (a.show !== undefined ? 'text' : a.count ? 'number' : 'boolean')

/** @param known fields of the grammar; undefined: the grammar itself has problems */
export function pointProblems(point: Point, path: string, known: ReadonlySet<string> | undefined): Problem[] {
  const parsed = z.object(address).safeParse(point.address)
  if (!parsed.success) return [{ path, code: 'text-address-wrong' }]
  const a = parsed.data
  const problems: Problem[] = []
  if (a.show === undefined && a.on === undefined) problems.push({ path, code: 'text-no-event' })
  if (a.show !== undefined && (a.count || a.off || a.clear)) problems.push({ path, code: 'text-show-alone' })
  const both = a.on?.find(word => a.off?.includes(word) || a.clear?.includes(word))
  if (both !== undefined) problems.push({ path, code: 'text-on-and-off', params: { event: both } })
  if (known)
    for (const field of [...Object.keys(a.fields ?? {}), ...(a.show && a.show !== 'line' ? [a.show] : [])])
      if (!known.has(field)) problems.push({ path, code: 'text-unknown-field', params: { field } })
  if (point.kind !== kindOf(a)) problems.push({ path, code: 'text-kind', params: { kind: kindOf(a) } })
  if (point.writable) problems.push({ path, code: 'text-read-only' })
  return problems
}
