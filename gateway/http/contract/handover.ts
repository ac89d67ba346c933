import { z } from 'zod'
import { handoverPhases, refusals } from '../../../rules/handover.ts'
import { text, time, when } from './common.ts'

const refusal = z.enum(refusals)
const said = z.object({ text: z.string(), by: z.string(), at: time })
const shift = z.object({
  id: z.string(),
  name: text,
  /** The day on which it begins, by the site's calendar. */
  day: z.string(),
  /** By the site's clock. */
  from: z.string(),
  to: z.string(),
  least: z.number().int(),
  who: z.array(z.string()),
  lead: z.string().nullable(),
  standIn: z.string().nullable(),
})
const relief = z.object({ name: z.string(), fit: z.boolean(), insteadOf: z.string().nullable() })
const signature = z.object({ name: z.string(), account: z.string(), at: time, covers: z.string() })
const section = z.object({
  id: z.string(),
  name: text,
  lines: z.array(
    z.object({
      key: z.string(),
      kind: z.string(),
      text,
      link: z.string().nullable(),
      since: when,
      /** It came in this shift and has no reason yet. */
      asks: z.boolean(),
      remark: said.nullable(),
    }),
  ),
})
export const handoverSheet = z.object({
  id: z.string(),
  no: z.string(),
  crew: z.string(),
  crewName: text,
  phase: z.enum(handoverPhases),
  served: shift,
  relieved: shift.nullable(),
  since: time,
  /** When it should be handed over. */
  dueAt: when,
  outgoing: z.array(z.string()),
  sections: z.array(section),
  checks: z.array(z.object({ id: z.string(), name: text, by: z.string().nullable(), at: when })),
  counts: z.array(
    z.object({
      id: z.string(),
      name: text,
      /** How many there are to be. */
      count: z.number().int(),
      n: z.number().int().nullable(),
      remark: z.string(),
      by: z.string().nullable(),
    }),
  ),
  notes: z.array(said),
  relief: z.array(relief),
  /** Which of the four cases hold now. */
  holds: z.array(refusal),
  refused: z.array(z.object({ code: refusal, words: z.string(), seen: z.array(refusal), by: z.string(), at: time })),
  /** Entries of the trail in this sheet: behind `from`, up to `to`. */
  entries: z.object({
    from: z.number().int(),
    to: z.number().int(),
    kinds: z.array(z.object({ kind: z.string(), n: z.number().int() })),
  }),
  /** What was signed; null: not cut yet. */
  checkpoint: z
    .object({ seq: z.number().int(), trailHash: z.string(), hash: z.string(), covers: z.string(), at: time })
    .nullable(),
  signedOut: signature.nullable(),
  signedIn: signature.nullable(),
})
export const handoverCrew = z.object({
  id: z.string(),
  name: text,
  people: z.array(z.object({ name: z.string(), account: z.string().nullable() })),
  /** byClock: nobody has ever taken over by signature, and the plan holds. */
  duty: z.object({ byClock: z.boolean(), names: z.array(z.string()) }),
  shift: shift.nullable(),
  /** Null: no shift of it was ever begun. */
  sheet: handoverSheet.nullable(),
})
const id = z.string().min(1).max(200)
const words = z.string().trim().min(1).max(500)
/** One part at a time. */
export const handoverFill = z
  .strictObject({
    check: z.strictObject({ id, done: z.boolean() }),
    count: z.strictObject({ id, n: z.int().min(0).max(100_000), remark: z.string().trim().max(500).default('') }),
    remark: z.strictObject({ keys: z.array(id).min(1).max(500), text: words }),
    note: words,
    relief: z.array(z.strictObject({ name: id, fit: z.boolean(), insteadOf: id.nullable().default(null) })).max(50),
  })
  .partial()
  .refine(ask => Object.keys(ask).length === 1)
export const handoverSign = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(200),
})
export const handoverRefuse = z.strictObject({ code: refusal, words })
export type HandoverSheetView = z.infer<typeof handoverSheet>
export type HandoverCrewView = z.infer<typeof handoverCrew>
