import { z } from 'zod'
import { text } from './common.ts'
import { password, userName } from './people.ts'

/** What the first person says to an empty box. */
export const firstRun = z.strictObject({
  /** As it stands on the console; how it is written does not matter. */
  code: z.string().min(1).max(64),
  /** Left out where the box has a site already. */
  site: z.strictObject({ name: text, timezone: z.string().min(1).max(64) }).optional(),
  name: userName,
  password,
})
export type FirstRunAsk = z.infer<typeof firstRun>
