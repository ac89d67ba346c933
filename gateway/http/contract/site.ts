import { z } from 'zod'
import { weights } from '../../../rules/sitechange.ts'
import { sentence, text, time } from './common.ts'

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
const json = z.json()
/** What is different between two versions of the site; `was` null: it was not there, `is` null: it is gone. */
export const siteChange = z.object({
  section: z.string(),
  path: z.array(z.string()),
  name: text.nullable(),
  was: json.nullable(),
  is: json.nullable(),
  order: z.boolean(),
  weight: z.enum(weights).nullable(),
})
export const versionWay = z.enum(['page', 'text', 'table', 'rule', 'remedy', 'undo', 'hand', 'found'])
export const siteVersion = z.object({
  n: z.number().int(),
  at: time,
  by: z.string(),
  role: z.string(),
  way: versionWay,
  why: z.string().nullable(),
  hash: z.string(),
  /** The version that it takes back. */
  undoes: z.number().int().nullable(),
  /** The version that took it back. */
  undoneBy: z.number().int().nullable(),
  /** How many changes there are; in a list only the first of them are given. */
  count: z.number().int(),
  changes: z.array(siteChange),
})
export const siteUndo = z.strictObject({ why: sentence })
export const siteMergeAsk = z.strictObject({
  text: z.string().max(5_000_000),
  /** Of the version that it was made from. */
  base: z.string(),
  /** One's own where both have changed the same. */
  mine: z.boolean().default(false),
})
export const siteMerge = z.object({
  text: z.string(),
  hash: z.string().nullable(),
  /** Who saved meanwhile. */
  by: z.array(z.string()),
  theirs: z.array(siteChange),
  /** Of one's own those that touch what somebody else has changed too. */
  clashes: z.array(siteChange),
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
  /** The same as differences of the site, word by word. */
  differs: z.array(siteChange),
})
/** `csv`: the bytes of the file in base64, as they are on the disk. */
export const importAsk = z.strictObject({
  csv: z.base64().max(8_000_000),
  dryRun: z.boolean().default(true),
  why: sentence.optional(),
})
export const siteText = z.strictObject({
  text: z.string().max(5_000_000),
  hash: z.string().nullable(),
  /** Needed where it touches alarms, limits or commands. */
  why: sentence.optional(),
  way: z.enum(['page', 'text']).default('text'),
})
export type SiteProblem = z.infer<typeof siteProblem>
export type SiteView = z.infer<typeof site>
export type ImportProblem = z.infer<typeof importProblem>
export type ImportChange = z.infer<typeof importChange>
export type SiteImport = z.infer<typeof siteImport>
export type SiteChangeView = z.infer<typeof siteChange>
export type SiteVersionView = z.infer<typeof siteVersion>
export type SiteMerge = z.infer<typeof siteMerge>
