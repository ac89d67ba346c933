import { z } from 'zod'
import { text, time } from './common.ts'

/** A firm's list of its people, for passes of one works site. */
export const passList = z.strictObject({
  /** CSV (UTF-8 or GBK) or XLSX, in base64. */
  file: z.base64().max(2_800_000),
  works: z.string().max(64),
  levels: z.array(z.string().max(64)).min(1).max(20),
  validTo: time,
  /** Says what is wrong with each row and changes nothing. */
  dryRun: z.boolean().default(true),
})
const problems = z.array(z.object({ code: z.string(), text }))
export const passListRead = z.object({
  encoding: z.string(),
  /** Of the list as a whole: then it has no rows. */
  problems,
  rows: z.array(
    z.object({
      line: z.int(),
      name: z.string(),
      trade: z.string(),
      idLast4: z.string(),
      deposit: z.string().nullable(),
      receipt: z.string().nullable(),
      known: z.boolean(),
      problems,
      no: z.string().nullable(),
    }),
  ),
})
export type PassListView = z.infer<typeof passListRead>
