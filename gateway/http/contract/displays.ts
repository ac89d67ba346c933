import { z } from 'zod'
import { time, when } from './common.ts'
import { me, userName } from './people.ts'

/** What a screen that waits shows, and the secret with which it asks whether it was let in. */
export const pairing = z.object({ code: z.string(), secret: z.string(), until: time })
export const newPairing = z.strictObject({})
export const claimPairing = z.strictObject({ secret: z.string().min(1).max(100) })
/** `me` null: nobody has typed the code yet. */
export const pairingClaimed = z.object({ me: me.nullable() })
/** The code as it was read from the screen, and what the screen is called. */
export const newDisplay = z.strictObject({ code: z.string().trim().min(1).max(20), name: userName })
export const display = z.object({
  name: z.string(),
  disabled: z.boolean(),
  createdAt: time,
  /** Signed in on so many screens. */
  screens: z.number().int(),
  /** When one of them was last heard, to a minute; null: none is signed in. */
  seenAt: when,
})
/** `address`: from where the screen had asked. */
export const displayMade = display.extend({ address: z.string() })

export type PairingView = z.infer<typeof pairing>
export type PairingClaimed = z.infer<typeof pairingClaimed>
export type DisplayView = z.infer<typeof display>
export type DisplayMade = z.infer<typeof displayMade>
