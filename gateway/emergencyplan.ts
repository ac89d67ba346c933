import { z } from 'zod'
import { type EmergencyPlan, emptyPlan, hazards } from '../rules/emergencyplan.ts'
import type { Runbook } from '../rules/runbook.ts'
import type { Params } from './core/errors.ts'
import type { Path } from './site/jsonproblems.ts'
import { phone } from './site/placeschema.ts'
import { id, text } from './site/words.ts'

/** What site.json says of its emergency plan [F40]. */
export const emergencyPlan = z.strictObject({
  organisation: z
    .array(
      z.strictObject({
        post: text,
        duties: text,
        person: z.string().min(1).max(100).optional(),
        phone: phone.optional(),
      }),
    )
    .max(100)
    .default([]),
  chapters: z
    .array(
      z.strictObject({
        hazard: z.enum(hazards),
        measures: z.array(text).max(50).default([]),
        /** Beside those that belong to the hazard anyway. */
        runbooks: z.array(id).max(20).default([]),
        reviewed: z.iso.date().optional(),
      }),
    )
    .max(hazards.length)
    .default([]),
})

type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** The plan held against the runbooks that there are; what refers to nothing goes to `add`. */
export function emergencyPlanOf(
  raw: z.infer<typeof emergencyPlan> | null | undefined,
  runbooks: ReadonlyMap<string, Runbook>,
  add: Add,
): EmergencyPlan {
  if (!raw) return emptyPlan
  for (const [i, chapter] of raw.chapters.entries()) {
    const at: Path = ['emergencyPlan', 'chapters', i]
    if (raw.chapters.findIndex(c => c.hazard === chapter.hazard) !== i)
      add([...at, 'hazard'], 'duplicate-id', { id: chapter.hazard })
    for (const [j, book] of chapter.runbooks.entries())
      if (!runbooks.has(book))
        add([...at, 'runbooks', j], 'unknown-runbook', { runbook: book, known: [...runbooks.keys()].join(', ') })
  }
  return {
    organisation: raw.organisation.map(o => ({ ...o, person: o.person ?? null, phone: o.phone ?? null })),
    chapters: raw.chapters.map(c => ({ ...c, reviewed: c.reviewed ?? null })),
  }
}
