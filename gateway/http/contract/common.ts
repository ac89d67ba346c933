import { z } from 'zod'

export const time = z.iso.datetime({ offset: true })
export const when = time.nullable()
export const text = z.object({ 'zh-CN': z.string(), en: z.string() })
export const value = z.union([z.number(), z.boolean(), z.string()])
export const pointId = z.templateLiteral([z.string(), '/', z.string()])

/** A page of a collection; `next` is the `cursor` of the following one, null at the end. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
export const paging = {
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  cursor: z.string().max(100).optional(),
}

/** RFC 9457. `code` is stable; `title` and `detail` are in the language asked for. */
export const problem = z.object({
  type: z.string(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  status: z.number().int(),
})

export const sentence = z.string().trim().min(1).max(1000)
export type Text = z.infer<typeof text>
export type Problem = z.infer<typeof problem>
