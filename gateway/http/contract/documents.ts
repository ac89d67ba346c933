import { z } from 'zod'
import { time } from './common.ts'

export const documentKinds = ['manual', 'drawing', 'acceptance', 'certificate', 'other'] as const
/** A file that belongs to a piece of equipment. */
export const equipmentDocument = z.object({
  id: z.string(),
  equipment: z.string(),
  kind: z.enum(documentKinds),
  title: z.string(),
  /** What it is called when it is taken away, with the ending that its bytes have. */
  name: z.string(),
  type: z.enum(['application/pdf', 'image/png', 'image/jpeg']),
  bytes: z.int(),
  sha256: z.string(),
  at: time,
  by: z.string(),
})
export const documentAsk = z.object({
  kind: z.enum(documentKinds),
  title: z.string().trim().min(1).max(120),
})
export type DocumentView = z.infer<typeof equipmentDocument>
export type DocumentKind = (typeof documentKinds)[number]
