import { z } from 'zod'
import { text, time } from './common.ts'

/** One thing wrong in site.json: where, and what to do, in both languages. */
export const siteProblem = z.object({
  path: z.string(),
  line: z.number().int().nullable(),
  /** error: this part can't run. warning: it runs, but look at it. */
  level: z.enum(['error', 'warning']),
  code: z.string(),
  text,
})
export const site = z.object({
  /** ok: all runs. degraded: the file on disk has problems; what runs is the last good site, or nothing. */
  status: z.enum(['ok', 'degraded']),
  /** What runs now. */
  running: z
    .object({ equipment: z.number(), points: z.number(), rules: z.number(), channels: z.number(), since: time })
    .nullable(),
  file: z.string(),
  hash: z.string().nullable(),
  text: z.string(),
  problems: z.array(siteProblem),
})
/** What a table of equipment and points would do, row by row; `row` is the line of the file, from 1. */
export const importProblem = z.object({
  row: z.number().int().nullable(),
  column: z.string().nullable(),
  level: z.enum(['error', 'warning']),
  code: z.string(),
  text,
})
export const importChange = z.object({
  row: z.number().int(),
  equipment: z.string(),
  /** Null: the equipment itself. */
  point: z.string().nullable(),
  what: z.enum(['added', 'changed', 'same']),
  fields: z.array(z.string()),
})
export const siteImport = z.object({
  applied: z.boolean(),
  encoding: z.string(),
  separator: z.string(),
  problems: z.array(importProblem),
  changes: z.array(importChange),
  left: z.object({ equipment: z.number().int(), points: z.number().int() }),
})
/** `csv`: the bytes of the file in base64, as they are on the disk. */
export const importAsk = z.strictObject({ csv: z.base64().max(8_000_000), dryRun: z.boolean().default(true) })
export const siteText = z.strictObject({ text: z.string().max(5_000_000), hash: z.string().nullable() })
export type SiteProblem = z.infer<typeof siteProblem>
export type SiteView = z.infer<typeof site>
export type ImportProblem = z.infer<typeof importProblem>
export type ImportChange = z.infer<typeof importChange>
export type SiteImport = z.infer<typeof siteImport>
