import { z } from 'zod'
import type { PointId, Value } from '../drivers/point.ts'
import { pointOf } from '../rules/condition.ts'
import type { Condition, Member } from '../rules/rule.ts'
import type { Params } from './core/errors.ts'
import type { Path } from './jsonproblems.ts'
import { id } from './sitewords.ts'

/** The `when` of a rule as it stands in site.json: the words of all conditions; which belong together is said below. */

const value = z.union([z.number(), z.boolean(), z.string()])
const finite = z.number()
const DAY_S = 86_400
const seconds = z.number().min(1).max(DAY_S)
const pattern32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
const ref = z.string().min(1).max(129)

const words = {
  above: finite.optional(),
  below: finite.optional(),
  equals: value.optional(),
  in: z.array(value).min(1).optional(),
  notIn: z.array(value).min(1).optional(),
  mask: pattern32.min(1).optional(),
  rises: z.number().positive().optional(),
  falls: z.number().positive().optional(),
  differs: z.number().min(0).optional(),
  unchangedS: z
    .number()
    .min(1)
    .max(30 * DAY_S)
    .optional(),
  silentS: z
    .number()
    .min(1)
    .max(30 * DAY_S)
    .optional(),
  times: z.int().min(1).max(1000).optional(),
  during: id.optional(),
  deadband: z.number().min(0).optional(),
  is: pattern32.optional(),
  withinS: seconds.optional(),
  from: ref.optional(),
  tolerance: z.number().min(0).optional(),
}
const leaf = z.strictObject({ point: ref.optional(), ...words })
const most = 20
const combined = <T extends z.ZodType>(member: T) => ({
  of: leaf.optional(),
  all: z.array(member).min(1).max(most).optional(),
  any: z.array(member).min(1).max(most).optional(),
  not: member.optional(),
})
/** Two levels deep: who needs more makes a rule that nobody can read at three in the morning. */
const branch = z.strictObject({ point: ref.optional(), ...words, ...combined(leaf) })
export const ruleCondition = z.strictObject({ ...words, ...combined(branch) })

type Raw = Readonly<Record<string, unknown>>

/** Each condition: what else it needs, and what it may have. */
const kinds: Readonly<Record<string, { readonly needs: readonly string[]; readonly may: readonly string[] }>> = {
  above: { needs: [], may: ['deadband'] },
  below: { needs: [], may: ['deadband'] },
  equals: { needs: [], may: ['deadband'] },
  in: { needs: [], may: ['deadband'] },
  notIn: { needs: [], may: ['deadband'] },
  mask: { needs: [], may: ['is'] },
  rises: { needs: ['withinS'], may: ['deadband'] },
  falls: { needs: ['withinS'], may: ['deadband'] },
  differs: { needs: ['from'], may: ['deadband'] },
  unchangedS: { needs: [], may: ['tolerance'] },
  silentS: { needs: [], may: [] },
  times: { needs: ['withinS', 'of'], may: [] },
  during: { needs: [], may: [] },
  all: { needs: [], may: [] },
  any: { needs: [], may: [] },
  not: { needs: [], may: [] },
}

interface Known {
  readonly schedules: ReadonlySet<unknown>
  /** The points that the rule is for. */
  readonly anchors: () => readonly PointId[]
  readonly points: ReadonlySet<PointId>
  /** All equipment could be taken up: then a point that is not there does not exist. */
  readonly whole: boolean
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

/** The condition that the words make; what is wrong goes to `add`. */
export function conditionOf(raw: Raw, path: Path, known: Known, add: Add): Condition {
  const given = Object.entries(raw).filter(([, v]) => v !== undefined)
  const leading = given.map(([word]) => word).filter(word => Object.hasOwn(kinds, word))
  if (leading.length !== 1) add(path, 'one-condition')
  const [lead] = leading
  if (lead === undefined) return { in: [] as Value[] }
  const { needs, may } = kinds[lead]!
  for (const word of needs) if (raw[word] === undefined) add(path, 'condition-needs', { word: lead, needs: word })
  for (const [word] of given)
    if (word !== 'point' && !Object.hasOwn(kinds, word) && !needs.includes(word) && !may.includes(word))
      add([...path, word], 'condition-not-with', { word, with: lead })
  for (const word of ['point', 'from']) if (typeof raw[word] === 'string') knownPoint(raw[word], [...path, word])
  if (lead === 'during' && !known.schedules.has(raw.during))
    add([...path, 'during'], 'unknown-schedule', { schedule: String(raw.during) })
  const within = (word: string, at: Path): Member => conditionOf(raw[word] as Raw, at, known, add)
  const resolved = Object.fromEntries(
    given.map(([word, is]) => {
      if (word === 'all' || word === 'any')
        return [word, (is as Raw[]).map((member, i) => conditionOf(member, [...path, word, i], known, add))]
      return [word, word === 'not' || word === 'of' ? within(word, [...path, word]) : is]
    }),
  )
  return resolved as unknown as Condition

  function knownPoint(word: string, at: Path) {
    if (!known.whole) return
    const anchors = known.anchors()
    if (anchors.length === 0) return
    // Of several kinds of equipment under one pattern some may do without it; then the rule is silent there.
    if (!anchors.some(anchor => known.points.has(pointOf(word, anchor))))
      add(at, 'unknown-point', { point: pointOf(word, anchors[0]!) })
  }
}
