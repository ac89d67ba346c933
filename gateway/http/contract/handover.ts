import { z } from 'zod'
import { handoverPhases, refusals, signingWays, verdicts } from '../../../rules/handover.ts'
import { permitKinds } from '../../../rules/permit/permit.ts'
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
const signature = z.object({
  name: z.string(),
  account: z.string(),
  at: time,
  covers: z.string(),
  how: z.enum(signingWays),
  picture: z.string().nullable(),
})
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
  /** Whether the signatures stand for this sheet and for the trail up to its cut; null: nobody has signed. */
  verified: z.enum(verdicts).nullable(),
})
export const handoverCrew = z.object({
  id: z.string(),
  name: text,
  people: z.array(z.object({ name: z.string(), account: z.string().nullable() })),
  /** byClock: nobody has ever taken over by signature, and the plan holds. */
  duty: z.object({ byClock: z.boolean(), names: z.array(z.string()) }),
  shift: shift.nullable(),
  /** The door at whose reader cards sign; null: they don't. */
  signAt: z.string().nullable(),
  /** What whoever takes over has to look at: work that goes on, and tags that are handed over. */
  open: z.object({
    permits: z.array(
      z.object({
        id: z.string(),
        no: z.string(),
        kind: z.enum(permitKinds),
        spaceName: text.nullable(),
        spot: z.string(),
        guardian: z.string(),
        /** He goes off duty with the crew before: another has to take the watch over first. */
        guardianLeaves: z.boolean(),
      }),
    ),
    tags: z.array(
      z.object({
        id: z.string(),
        no: z.string(),
        equipment: z.string(),
        equipmentName: text.nullable(),
        owner: z.string(),
        to: z.string(),
        reason: z.string(),
      }),
    ),
  }),
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
/** One of three ways: name and password, a card at the crew's reader, or a drawn signature of whoever is signed in. */
export const handoverSign = z
  .strictObject({
    name: z.string().min(1).max(64).optional(),
    password: z.string().min(1).max(200).optional(),
    card: z.literal(true).optional(),
    /** PNG in base64. */
    image: z.base64().max(140_000).optional(),
    /** Live permits that the relief has looked at and lets go on; the others are suspended. */
    permits: z.array(id).max(100).default([]),
    /** Tags that were offered to whoever signs, and that he takes. */
    tags: z.array(id).max(100).default([]),
  })
  .refine(({ name, password, card, image }) => {
    const byPassword = name !== undefined && password !== undefined
    const half = (name === undefined) !== (password === undefined)
    return !half && [byPassword, card !== undefined, image !== undefined].filter(Boolean).length === 1
  })
/** A card that is waited for. */
export const handoverCard = z.object({
  door: z.string(),
  doorName: text,
  until: time,
  /** Whose card was read; null: none yet. */
  seen: z.object({ name: z.string(), account: z.string() }).nullable(),
})
export const handoverRefuse = z.strictObject({ code: refusal, words })
export type HandoverSheetView = z.infer<typeof handoverSheet>
export type HandoverCrewView = z.infer<typeof handoverCrew>
