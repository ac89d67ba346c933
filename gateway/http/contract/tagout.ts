import { z } from 'zod'
import { switchingPhases } from '../../../rules/switching.ts'
import { TAG_TEST_MOST_MIN, tagActions } from '../../../rules/tag.ts'
import { sentence, text, time, when } from './common.ts'

const id = z.string().max(64)
const words = (most: number) => z.string().trim().max(most)

/** A tag on equipment: as long as it is in force nothing of it is commanded. */
export const tag = z.object({
  id: z.string(),
  no: z.string(),
  equipment: z.string(),
  /** Null: the site has no such equipment any more. */
  equipmentName: text.nullable(),
  reason: z.string(),
  owner: z.string(),
  hungBy: z.string(),
  at: time,
  order: z.string().nullable(),
  orderNo: z.string().nullable(),
  permit: z.string().nullable(),
  verified: z.string(),
  /** False: off, or lifted for a try. */
  inForce: z.boolean(),
  test: z.object({ from: time, until: time, reason: z.string() }).nullable(),
  offer: z.object({ to: z.string(), at: time }).nullable(),
  removal: z.object({ by: z.string(), at: time, reason: z.string(), called: z.string() }).nullable(),
  removedAt: when,
  removedBy: z.string().nullable(),
  removedWith: z.string().nullable(),
})
export const newTag = z.strictObject({
  equipment: id,
  reason: sentence.max(200),
  order: id.optional(),
  permit: words(64).optional(),
  /** How it was proven that nothing is live. */
  verified: words(500).default(''),
})
export const tagAction = z.enum(tagActions)
export const tagMove = z.strictObject({
  reason: words(200).optional(),
  called: words(200).optional(),
  to: words(64).optional(),
  minutes: z.number().positive().max(TAG_TEST_MOST_MIN).optional(),
  verified: words(500).optional(),
})

/** One line of the switching log 倒闸操作票. */
export const switching = z.object({
  id: z.string(),
  no: z.string(),
  task: z.string(),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  operator: z.string(),
  guardian: z.string(),
  steps: z.array(z.object({ text: z.string(), readAt: when, doneAt: when })),
  /** Which step is next, counted from 0; as many as there are steps: none. */
  next: z.number().int(),
  phase: z.enum(switchingPhases),
  madeBy: z.string(),
  at: time,
  endedAt: when,
  reason: z.string(),
})
export const newSwitching = z.strictObject({
  task: sentence.max(200),
  equipment: id.optional(),
  operator: words(64).min(1),
  guardian: words(64).min(1),
  steps: z.array(sentence.max(200)).min(1).max(100),
})

export type TagView = z.infer<typeof tag>
export type SwitchingView = z.infer<typeof switching>
