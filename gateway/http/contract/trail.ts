import { z } from 'zod'
import { text, time } from './common.ts'

/** A signed checkpoint of the trail, as it is in its file and on MQTT. */
export const trailCheckpoint = z.object({
  kind: z.literal('gatehouse-trail-checkpoint'),
  site: z.string(),
  epoch: z.string(),
  count: z.int(),
  head: z.string(),
  time,
  key: z.string(),
  signature: z.string(),
})
export const trailCheckpoints = z.object({
  /** Entries of the trail now. */
  entries: z.int(),
  /** Ed25519, raw, base64url: give it to whoever is to check. */
  key: z.string(),
  /** The copy on the other disk cannot be written. */
  copyFailing: z.boolean(),
  /** Newest first. */
  items: z.array(trailCheckpoint),
})
export const trailQuestion = z.strictObject({
  /** Checkpoints that were kept elsewhere, one in each line, or `<count>:<hash>` as on printed sheets. */
  anchors: z.string().max(200_000).default(''),
})
export const trailCheck = z.object({
  entries: z.int(),
  head: z.string(),
  /** Empty: nothing was changed. */
  faults: z.array(z.object({ code: z.string(), text })),
  /** Checkpoints that hold, and the last entry that one of them vouches for. */
  held: z.int(),
  heldTo: z.int(),
  restores: z.array(z.object({ seq: z.int(), time, givenUp: z.int() })),
  seconds: z.number(),
})
export type TrailCheckpoints = z.infer<typeof trailCheckpoints>
export type TrailCheckView = z.infer<typeof trailCheck>
