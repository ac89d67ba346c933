import { z } from 'zod'
import { systems } from '../../rules/plant/systems.ts'
import { id, text } from './words.ts'

/** What of an equipment says how it hangs together with others; checked in rules/plant/systems.ts. */
const reference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9][A-Za-z0-9_-]*)?$/)
const key = z.string().min(1).max(64)
const breaker = { closed: key.optional(), tripped: key.optional() }
export const supplySchema = {
  /** Where the overview draws it; left out: by its kind. */
  system: z.enum([...systems, 'none']).optional(),
  /** `<equipment>` or `<equipment>/<busbar>`; the normal supply first, then the reserves. */
  fedBy: z.array(reference).min(1).max(8).optional(),
  /** The meter of what goes through it. */
  meter: id.optional(),
  busbars: z
    .array(
      z.strictObject({
        id,
        name: text.optional(),
        /** V between the phases. */
        nominal: z.number().positive().max(1_000_000).default(400),
        voltage: key.optional(),
        fedBy: z
          .array(z.strictObject({ from: reference, ...breaker, power: key.optional(), meter: id.optional() }))
          .max(4)
          .default([]),
      }),
    )
    .min(1)
    .max(12)
    .optional(),
  ties: z
    .array(z.strictObject({ between: z.tuple([id, id]), ...breaker }))
    .min(1)
    .max(12)
    .optional(),
}
