import { z } from 'zod'
import { hazards } from '../../../rules/emergencyplan.ts'
import { text } from './common.ts'

/** The contents of the emergency plan [F40]: organisation, people, measures. */
export const emergencyPlanView = z.object({
  organisation: z.array(
    z.object({ post: text, duties: text, person: z.string().nullable(), phone: z.string().nullable() }),
  ),
  chapters: z.array(
    z.object({
      hazard: z.enum(hazards),
      name: text,
      measures: z.array(text),
      /** `unwritten`: why it has no steps. */
      runbooks: z.array(
        z.object({
          id: z.string(),
          name: text,
          unwritten: text.nullable(),
          steps: z.array(z.object({ who: text, text, safety: z.boolean() })),
        }),
      ),
      calls: z.array(z.object({ id: z.string(), name: text, phone: z.string() })),
      /** The last day on which it was gone through; null: nobody has said. */
      reviewed: z.string().nullable(),
      /** There are measures or a runbook with steps. */
      written: z.boolean(),
    }),
  ),
})
export type EmergencyPlanView = z.infer<typeof emergencyPlanView>
