import { z } from 'zod'
import { doorModes } from '../../../rules/access/doormode.ts'
import { permitKinds } from '../../../rules/permit/permit.ts'
import { text, time, when } from './common.ts'

/** What the wall of the control room shows beside alarms and points. No names but those on duty, no telephones. */
export const wall = z.object({
  at: time,
  /** Null: no doors are connected here. */
  doors: z
    .object({
      all: z.number().int(),
      items: z.array(
        z.object({
          id: z.string(),
          name: text,
          position: z.enum(['closed', 'released', 'open', 'warned', 'held', 'forced']),
          mode: z.enum(doorModes),
          /** When the mode ends by itself. */
          until: when,
          /** Its contact cannot be read: nobody knows whether it is shut. */
          unknown: z.boolean(),
        }),
      ),
    })
    .nullable(),
  /** Null: the site says nothing of a control room. */
  duty: z
    .object({ least: z.number().int(), on: z.array(z.string()), asked: z.boolean(), missed: z.boolean() })
    .nullable(),
  /** Dangerous work that goes on now. */
  permits: z.array(z.object({ id: z.string(), kind: z.enum(permitKinds), place: text, until: when })),
  /** Tags that hang on equipment. */
  tags: z.number().int(),
  points: z.object({ all: z.number().int(), stale: z.number().int(), bad: z.number().int() }),
})
export type WallView = z.infer<typeof wall>
