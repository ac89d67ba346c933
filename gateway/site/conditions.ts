import { z } from 'zod'
import type { Kind, PointId, Value } from '../../drivers/point.ts'
import { kindsIn, pointOf } from '../../rules/condition.ts'
import { compile, isFault, MOST_CHARACTERS, MOST_NAMES } from '../../rules/expression.ts'
import type { Condition, Member } from '../../rules/rule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from './jsonproblems.ts'
import { id } from './words.ts'

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
  expression: z.string().min(1).max(MOST_CHARACTERS).optional(),
  during: id.optional(),
  names: z
    .record(z.string().min(1).max(64), ref)
    .refine(names => Object.keys(names).length <= MOST_NAMES)
    .optional(),
  stays: z.string().min(1).max(MOST_CHARACTERS).optional(),
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
  expression: { needs: ['names'], may: ['stays'] },
  during: { needs: [], may: [] },
  all: { needs: [], may: [] },
  any: { needs: [], may: [] },
  not: { needs: [], may: [] },
}

interface Known {
  readonly schedules: ReadonlySet<unknown>
  /** The points that the rule is for. */
  readonly anchors: () => readonly PointId[]
  readonly points: ReadonlyMap<PointId, Kind>
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
  if (lead === 'expression') return expressionOf(raw)
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

  /** Read here once for its faults; the kinds of its points go with it to where it is read for good. */
  function expressionOf({ expression, stays, names }: Raw): Condition {
    const kinds: Record<string, Kind> = {}
    let sound = raw.point === undefined
    if (!sound) add([...path, 'point'], 'condition-not-with', { word: 'point', with: 'expression' })
    for (const [name, word] of Object.entries((names ?? {}) as Record<string, string>)) {
      const at = [...path, 'names', name]
      knownPoint(word, at)
      const found = known.anchors().flatMap(anchor => {
        const id = pointOf(word, anchor)
        const kind = known.points.get(id)
        return kind ? [{ id, kind }] : []
      })
      const [first] = found
      const other = found.find(({ kind }) => kind !== first!.kind)
      if (other)
        add(at, 'expression-kinds-differ', { one: first!.id, first: first!.kind, other: other.id, second: other.kind })
      if (!first || other) sound = false
      else kinds[name] = first.kind
    }
    const when = { expression: expression as string, names: names as Record<string, string>, kinds }
    // Of points that are not there nobody knows the kind; that they are not there was said.
    if (sound && names !== undefined)
      for (const [word, text] of Object.entries({ expression, stays })) {
        const made = typeof text === 'string' ? compile(text, kindsIn(text, when)) : null
        if (made && isFault(made)) add([...path, word], made.code, made.params)
      }
    return stays === undefined ? when : { ...when, stays: stays as string }
  }

  function knownPoint(word: string, at: Path) {
    if (!known.whole) return
    const anchors = known.anchors()
    if (anchors.length === 0) return
    // Of several kinds of equipment under one pattern some may do without it; then the rule is silent there.
    if (!anchors.some(anchor => known.points.has(pointOf(word, anchor))))
      add(at, 'unknown-point', { point: pointOf(word, anchors[0]!) })
  }
}
