import { z } from 'zod'
import { text, time, when } from './common.ts'

const caller = z.strictObject({
  name: z.string().trim().max(64).default(''),
  phone: z.string().trim().max(32).default(''),
})
export const newHelpCall = z
  .strictObject({
    /** The room as the caller says it, `A-1502`; matched with the spaces of the site. */
    room: z.string().trim().max(60).default(''),
    /** Its id, where the system of the call centre knows it. */
    space: z.string().max(64).optional(),
    text: z.string().trim().max(180).default(''),
    caller: caller.default({ name: '', phone: '' }),
    /** The sender's own number. */
    reference: z.string().trim().max(64).default(''),
  })
  .refine(c => c.room !== '' || c.space !== undefined || c.caller.phone !== '', {
    error: 'room, space or a telephone number',
    path: ['room'],
  })
export const helpCall = z.object({
  id: z.string(),
  no: z.string(),
  /** Its alarm; the order that the alarm has opened. */
  alarm: z.string(),
  workorder: z.object({ id: z.string(), no: z.string() }).nullable(),
  room: z.string(),
  text: z.string(),
  caller: z.object({ name: z.string(), phone: z.string() }),
  reference: z.string(),
  by: z.string(),
  at: time,
  endedAt: when,
  endedBy: z.string().nullable(),
  result: z.string().nullable(),
  /** What the site knows of the place; null: no space, or several, go by that name: ask again. */
  unit: z
    .object({
      id: z.string(),
      kind: z.string(),
      name: text,
      /** From the building down to where it is. */
      spaces: z.array(z.object({ id: z.string(), kind: z.string(), name: text })),
      area: z.number().nullable(),
      use: z.string().nullable(),
      state: z.string().nullable(),
      tenant: z.string().nullable(),
      /** Whom to call there, and the duty telephones of the building that it is in. */
      contacts: z.array(z.object({ kind: z.string(), name: text, phone: z.string() })),
    })
    .nullable(),
})
export const endHelpCall = z.strictObject({ result: z.string().trim().min(1).max(500) })
export type HelpCallView = z.infer<typeof helpCall>
