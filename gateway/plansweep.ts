import type { Clock } from './core/clock.ts'
import { GATEWAY } from './core/events.ts'
import type { Plans } from './plans.ts'
import type { SiteVersions } from './records/siteversions.ts'
import type { Trail } from './records/trail.ts'

const LOOK_EVERY_MS = 3_600_000
/** So long may somebody work on a plan before it is saved, since the drawing was last uploaded. */
export const UNSAVED_MS = 86_400_000

export interface PlanSweepDeps {
  readonly plans: Pick<Plans, 'uploads' | 'drop'>
  readonly versions: Pick<SiteVersions, 'naming'>
  readonly trail: Trail
  /** What site.json says now, and what it said when it was last right: an edit by hand may not be a version yet. */
  readonly texts: () => readonly string[]
}

/**
 * Deletes the drawings that were uploaded a day ago and that no plan has, nor ever had: they are in each backup, and the
 * folder may hold only so much. One that a version of the site names stays for ever, as that version can be taken back.
 * The line on the trail comes first: if the file stays there after all, it is swept again.
 * @param now UTC ms, by a clock that can be believed
 * @returns the names of those that went
 */
export function sweepPlans({ plans, versions, trail, texts }: PlanSweepDeps, now: number): readonly string[] {
  const old = plans.uploads().filter(one => now - one.at > UNSAVED_MS)
  if (old.length === 0) return []
  const said = texts()
  const unsaid = old.filter(({ name }) => !said.some(text => text.includes(stemOf(name))))
  if (unsaid.length === 0) return []
  const had = versions.naming(unsaid.map(({ name }) => stemOf(name)))
  const over = unsaid.filter(({ name }) => !had.has(stemOf(name)))
  for (const { name } of over) {
    trail.change(GATEWAY, note => note('plan', name, 'swept', {}))
    plans.drop(name)
  }
  return over.map(({ name }) => name)
}
/** Without its ending: a plan without `file` has the drawing of its id. */
const stemOf = (name: string): string => name.slice(0, name.indexOf('.'))

/** Looks each hour. @param safe whether the clock can be believed: one set far ahead would make all of them old @returns ends it */
export function keepPlansSwept(
  deps: PlanSweepDeps & {
    readonly clock: Clock
    readonly safe: () => boolean
    readonly failed: (error: unknown) => void
  },
): () => void {
  return deps.clock.every(LOOK_EVERY_MS, () => {
    try {
      if (deps.safe()) sweepPlans(deps, deps.clock.now())
    } catch (error) {
      deps.failed(error)
    }
  })
}
