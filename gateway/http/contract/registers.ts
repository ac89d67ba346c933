import { z } from 'zod'
import { fieldKinds } from '../../../rules/register.ts'
import { page, paging, text, time, when } from './common.ts'
import { monthName } from './months.ts'

const item = z.object({ name: z.string(), quantity: z.int(), unit: z.string(), passed: z.int() })
/** What stands in a field: by its kind text, number, yes or no, a list of goods, names of photos. */
export const registerValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string()),
  z.array(z.number()),
  z.array(item),
])
const values = z.record(z.string(), registerValue)
export const registerEntry = z.object({
  id: z.string(),
  /** As on paper and on the slip: `K-20261122-001`. */
  no: z.string(),
  register: z.string(),
  phase: z.string(),
  phaseName: text,
  title: z.string(),
  values,
  at: time,
  by: z.string(),
  /** Since when it is in its phase. */
  since: time,
  /** The first moment at which it is not in time any more: the end of a day, on the clocks of the site. */
  dueAt: when,
  /** It has come due. */
  overdue: z.boolean(),
  /** Moves that whoever asks may make now. */
  moves: z.array(z.string()),
  mayEdit: z.boolean(),
  /** Made up for the demo. */
  demo: z.boolean(),
})
const field = z.object({
  key: z.string(),
  kind: z.enum(fieldKinds),
  name: text,
  required: z.boolean(),
  choices: z.array(z.string()),
})
export const register = z.object({
  id: z.string(),
  name: text,
  source: z.string(),
  open: z.int(),
  overdue: z.int(),
  figures: z.array(z.object({ name: text, value: z.number(), least: z.number().nullable() })),
  fields: z.array(field),
  moves: z.array(z.object({ id: z.string(), name: text, gives: z.array(field) })),
})
export const registerLine = z.object({
  action: z.string(),
  at: time,
  by: z.string(),
  phase: z.string(),
  given: values,
  /** The order that followed. */
  workorder: z.object({ id: z.string(), no: z.string() }).nullable(),
})
/** Fields by their keys, as `GET /api/v1/registers` names them; which of them are needed the register says. */
export const registerGiven = z.strictObject({ values: z.record(z.string().max(40), z.unknown()) })
export const registerAsk = z.object({
  ...paging,
  /** Without those that have come to an end. */
  open: z.stringbool().default(false),
  format: z.enum(['json', 'csv']).optional(),
  /** Of the table: the entries as they stand, or what happened to them. */
  what: z.enum(['entries', 'lines']).default('entries'),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
export const registerList = page(register)
export const registerEntries = page(registerEntry)
export const registerLines = page(registerLine)

export type RegisterView = z.infer<typeof register>
export type RegisterEntryView = z.infer<typeof registerEntry>
export type RegisterLineView = z.infer<typeof registerLine>

/** Somebody by his name or telephone number, and why he is looked for. The reason stands on the trail: no names in it. */
export const registerPerson = z.strictObject({
  name: z.string().trim().min(2).max(64),
  reason: z.string().trim().min(1).max(200),
})
export const registerNumbers = z.object({ values: z.record(z.string(), z.string()) })
export const registerKnown = page(
  z.object({
    ...{ register: z.string(), no: z.string(), at: time, where: z.enum(['entry', 'line']) },
    ...{ field: z.string(), value: z.string() },
  }),
)
export const registerForgotten = z.object({
  ...{ entries: z.int(), lines: z.int(), photos: z.int() },
  /** Entries that still run: they keep him. */
  kept: z.array(z.string()),
})
export type RegisterKnown = z.infer<typeof registerKnown>['items'][number]
export type RegisterForgotten = z.infer<typeof registerForgotten>

export const registerRelated = page(
  z.object({ kind: z.enum(['order', 'visit', 'permit', 'pass']), no: z.string(), link: z.string() }),
)
export type RegisterRelated = z.infer<typeof registerRelated>['items'][number]

export const registerFormAsk = z.object({
  month: monthName,
  format: z.enum(['json', 'csv']).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
export const registerForm = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) })
export type RegisterFormView = z.infer<typeof registerForm>
