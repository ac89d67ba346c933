import { z } from 'zod'
import { reviewReasons, roundPhases } from '../../../rules/patrol/review.ts'
import { tagDoubts, tagStates } from '../../../rules/patrol/tag.ts'
import { text, time, when } from './common.ts'

const line = (most: number) => z.string().trim().max(most)
const id = z.string().max(200)

const reasons = z.array(z.strictObject({ checkpoint: id, reason: z.enum(reviewReasons), note: line(300).default('') }))
export const patrolReview = z.strictObject({ reasons: reasons.max(300).default([]) })
export const patrolRemark = z.strictObject({ text: line(500).min(1) })
export const patrolSealDay = z.strictObject({ route: z.string().max(64) })
export const patrolSealedDay = z.object({ sealed: z.int().min(0) })
export const patrolReviewed = z.object({
  phase: z.enum(roundPhases),
  /** Points that need a reason: all that are not plainly in time. */
  exceptions: z.array(z.string()),
  review: z
    .object({
      at: time,
      by: z.string(),
      reasons: z.array(z.object({ checkpoint: z.string(), reason: z.enum(reviewReasons), note: z.string() })),
    })
    .nullable(),
  seal: z
    .object({
      at: time,
      by: z.string(),
      /** SHA-256, hex. */
      hash: z.string(),
      /** Whether the round is still as it was sealed. */
      intact: z.boolean(),
    })
    .nullable(),
  remarks: z.array(z.object({ at: time, by: z.string(), text: z.string() })),
})

export const patrolTags = z.object({
  items: z.array(
    z.object({
      uid: z.string(),
      state: z.enum(tagStates),
      doubt: z.enum(tagDoubts).nullable(),
      /** Since when it is so; null: nothing ever happened to it. */
      at: when,
      by: z.string(),
      reason: z.string(),
      replacedBy: z.string().nullable(),
      replaces: z.string().nullable(),
      places: z.array(z.object({ route: z.string(), routeName: text, checkpoint: z.string(), name: text })),
      history: z.array(z.object({ at: time, by: z.string(), action: z.string(), reason: z.string() })),
    }),
  ),
  next: z.null(),
})
export const patrolTagMove = z.strictObject({ reason: line(300).min(1), tag: line(100).min(1) })

const pair = { route: z.string().max(64), from: z.string().max(64), to: z.string().max(64) }
export const patrolTravels = z.object({
  items: z.array(
    z.object({
      ...pair,
      routeName: text,
      fromName: text,
      toName: text,
      walks: z.int().min(0),
      /** The 5th percentile, s; null: fewer than 20 walks, nothing is learned. */
      sec: z.int().nullable(),
      confirmed: z.int().nullable(),
      /** `minTravelSec` of site.json. */
      site: z.int().nullable(),
    }),
  ),
  next: z.null(),
})
export const patrolTravelConfirm = z.strictObject({ ...pair, sec: z.int().min(1).max(3600) })
export const patrolTravelForget = z.strictObject({ ...pair, reason: line(300).min(1) })

export type PatrolReviewedView = z.infer<typeof patrolReviewed>
export type PatrolTagsView = z.infer<typeof patrolTags>
export type PatrolTravelsView = z.infer<typeof patrolTravels>
