import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import type { Kind, Value } from '../drivers/point.ts'

/**
 * Expressions of rules in CEL, the Common Expression Language [github.com/google/cel-spec]: no loops, no state, nothing of
 * this program within reach. Of CEL only what is listed here is taken: no macros (`all`, `map`, ...), no regular
 * expressions, no maps, no times. So an expression is done within as many steps as it has signs.
 */

/** Characters of an expression. */
export const MOST_CHARACTERS = 500
export const MOST_NAMES = 20
const limits = { maxAstNodes: 200, maxDepth: 24, maxListElements: 50, maxMapEntries: 0, maxCallArguments: 3 }
/** What an expression may be made of; `value` and `id` are constants and names. */
const operators = new Set(
  'value id || && ?: !_ -_ == != < <= > >= + - * / % in list call rcall'.split(' '),
) as ReadonlySet<string>
export const functions = ['abs', 'min', 'max'] as const
export const methods = ['startsWith', 'endsWith', 'contains'] as const

/** A name that a rule gives a point: a letter, then letters, digits, `_`. */
export const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/

/** Words of CEL that it takes as names all the same, and our own. */
const taken: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in', 'has', 'size', ...functions])

/** What is wrong with an expression: a code of problems.ts. */
export interface ExpressionFault {
  readonly code: string
  readonly params: Readonly<Record<string, string | number>>
}
/** @returns undefined: it has no value for these, as after a division by 0 */
export type Evaluate = (values: Readonly<Record<string, Value>>) => boolean | undefined

const types: Record<Kind, string> = { number: 'double', boolean: 'bool', text: 'string' }
const kindOf: Readonly<Record<string, string>> = { double: 'number', int: 'number', bool: 'boolean', string: 'text' }

/** People write 40 and mean 40.0: whole numbers go with those of points. */
const base = new Environment({ limits })
const mixed: readonly (readonly [string, (a: number, b: number) => unknown])[] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
]
for (const [sign, work] of mixed)
  for (const [a, b] of [
    ['double', 'int'],
    ['int', 'double'],
    ...(sign === '%' ? [['double', 'double'] as const] : []),
  ] as const)
    base.registerOperator(`${a} ${sign} ${b}`, (x: number | bigint, y: number | bigint) => work(Number(x), Number(y)))
base.registerOperator('double == int', (x: number, y: bigint) => x === Number(y))
base.registerOperator('double in list<int>', (x: number, list: readonly bigint[]) =>
  list.some(one => Number(one) === x),
)
for (const a of ['double', 'int']) {
  base.registerFunction(`abs(${a}): double`, (x: number | bigint) => Math.abs(Number(x)))
  for (const b of ['double', 'int']) {
    const pair = (work: (x: number, y: number) => number) => (x: number | bigint, y: number | bigint) =>
      work(Number(x), Number(y))
    base.registerFunction(`min(${a}, ${b}): double`, pair(Math.min))
    base.registerFunction(`max(${a}, ${b}): double`, pair(Math.max))
  }
}

/** What cel-js throws, as far as it is used. */
interface CelFault {
  readonly code?: string
  readonly summary?: string
  readonly range?: { readonly start: number; readonly end: number }
}
export const isFault = (made: Evaluate | ExpressionFault): made is ExpressionFault => typeof made !== 'function'

/**
 * Reads an expression and checks that it fits the kinds of the points that it names, and that it says yes or no.
 * @param kinds of the points, by the names they have in it
 * @returns a function, or the first thing that is wrong with it
 */
export function compile(text: string, kinds: Readonly<Record<string, Kind>>): Evaluate | ExpressionFault {
  if (text.length > MOST_CHARACTERS) return { code: 'expression-too-long', params: { most: MOST_CHARACTERS } }
  const names = Object.keys(kinds)
  const env = base.clone()
  for (const name of names) {
    const bad = { code: 'expression-name', params: { name } }
    if (!NAME.test(name) || taken.has(name)) return bad
    try {
      env.registerVariable(name, types[kinds[name]!])
    } catch {
      return bad
    }
  }
  let program: ReturnType<typeof env.parse>
  try {
    program = env.parse(text)
  } catch (error) {
    return faultOf(error as CelFault, text, names)
  }
  const used = new Set<string>()
  const wrong = look(program.ast, used)
  if (wrong) return { code: wrong.code, params: { ...placeOf(text, wrong.node), ...allowed } }
  const checked = program.check()
  if (!checked.valid) return faultOf(checked.error as CelFault, text, names)
  if (checked.type !== 'bool')
    return { code: 'expression-not-bool', params: { is: kindOf[checked.type ?? ''] ?? checked.type ?? '' } }
  const unused = names.find(name => !used.has(name))
  if (unused !== undefined) return { code: 'expression-name-unused', params: { name: unused } }
  const partOf = (node: ASTNode): Part => {
    const part = env.parse(written(node))
    part.check()
    return part
  }
  // Most divide by nothing: then it is done in one piece.
  const says: Part = divides(program.ast) ? logicOf(program.ast, partOf) : program
  return values => {
    try {
      const said = says(values)
      return typeof said === 'boolean' ? said : undefined
    } catch {
      return undefined
    }
  }
}

const divides = (node: ASTNode): boolean => node.op === '/' || node.op === '%' || childrenOf(node).some(divides)

type Values = Readonly<Record<string, Value>>
/** @returns undefined: it has no value, as what is divided by 0 */
type Part = (values: Values) => unknown

/**
 * CEL divides by 0.0 without a word, and "infinite" is above every limit. So what is divided is looked at: a part that divides
 * by 0 has no value; what does not depend on that part has one all the same, as CEL has it of errors: `d != 0 && n / d > 2`.
 * @param partOf the function of a part of the expression
 */
function logicOf(node: ASTNode, partOf: (node: ASTNode) => Part): Part {
  const inner = (child: ASTNode) => logicOf(child, partOf)
  if (node.op === '&&' || node.op === '||') {
    const [left, right] = node.args.map(inner) as [Part, Part]
    const decides = node.op === '||'
    return values => {
      const a = left(values)
      if (a === decides) return a
      const b = right(values)
      return b === decides || a !== undefined ? b : undefined
    }
  }
  if (node.op === '!_') {
    const what = inner(node.args)
    return values => {
      const is = what(values)
      return is === undefined ? undefined : !is
    }
  }
  if (node.op === '?:') {
    const [which, yes, no] = node.args.map(inner) as [Part, Part, Part]
    return values => {
      const is = which(values)
      return is === undefined ? undefined : (is ? yes : no)(values)
    }
  }
  const zero = zeroOf(node, partOf)
  const work = partOf(node)
  return values => (zero?.(values) ? undefined : work(values))
}

/** A part as a text of its own. It is not cut out of the whole: where a part in brackets ends is not where its brackets do. */
function written(node: ASTNode): string {
  const list = (nodes: readonly ASTNode[]) => nodes.map(written).join(', ')
  if (node.op === 'value') {
    const value: unknown = node.args
    if (typeof value === 'string') return JSON.stringify(value)
    return typeof value === 'number' && Number.isInteger(value) ? `${value.toFixed(1)}` : String(value)
  }
  if (node.op === 'id') return node.args
  if (node.op === 'list') return `[${list(node.args)}]`
  if (node.op === 'call') return `${node.args[0]}(${list(node.args[1])})`
  if (node.op === 'rcall') return `${written(node.args[1])}.${node.args[0]}(${list(node.args[2])})`
  const parts = childrenOf(node).map(written)
  if (node.op === '!_' || node.op === '-_') return `(${node.op[0]}${parts[0]})`
  return node.op === '?:' ? `(${parts[0]} ? ${parts[1]} : ${parts[2]})` : `(${parts[0]} ${node.op} ${parts[1]})`
}

/** Whether this part divides by 0 for these values; null: it never does. */
function zeroOf(node: ASTNode, partOf: (node: ASTNode) => Part): ((values: Values) => boolean) | null {
  if (['&&', '||', '!_', '?:'].includes(node.op)) {
    const inside = childrenOf(node).some(child => zeroOf(child, partOf) !== null)
    const says = inside ? logicOf(node, partOf) : null
    return says && (values => says(values) === undefined)
  }
  const within = childrenOf(node).flatMap(child => zeroOf(child, partOf) ?? [])
  if (node.op === '/' || node.op === '%') {
    const divisor = partOf(node.args[1])
    return values => within.some(zero => zero(values)) || Number(divisor(values)) === 0
  }
  return within.length === 0 ? null : values => within.some(zero => zero(values))
}

const allowed = { functions: functions.join(', '), methods: methods.map(m => `.${m}`).join(', ') }

interface Wrong {
  readonly code: string
  readonly node: ASTNode
}
/** The first part that is not of what is allowed; gathers names. */
function look(node: ASTNode, used: Set<string>): Wrong | null {
  const forbidden = { code: 'expression-forbidden', node }
  if (!operators.has(node.op)) return forbidden
  if (node.op === 'id') {
    used.add(node.args)
    return null
  }
  if (node.op === 'value') {
    const ok = ['string', 'number', 'bigint', 'boolean'].includes(typeof node.args)
    return ok ? null : forbidden
  }
  if (node.op === 'call' && !(functions as readonly string[]).includes(node.args[0])) return forbidden
  if (node.op === 'rcall' && !(methods as readonly string[]).includes(node.args[0])) return forbidden
  if (node.op === '/' || node.op === '%') {
    const [a, b] = node.args
    // 1/2 is 0 in CEL.
    if (node.op === '/' && isWhole(a) && isWhole(b)) return { code: 'expression-whole-division', node }
  }
  for (const child of childrenOf(node)) {
    const wrong = look(child, used)
    if (wrong) return wrong
  }
  return null
}
const isWhole = (node: ASTNode): boolean =>
  node.op === 'value'
    ? typeof node.args === 'bigint'
    : ['+', '-', '*', '/', '%', '-_'].includes(node.op) && childrenOf(node).every(isWhole)
const isNode = (part: unknown): part is ASTNode => typeof part === 'object' && part !== null && 'op' in part
const childrenOf = (node: ASTNode): ASTNode[] => [node.args as unknown].flat(2).filter(isNode)

/** From 1, as people count. */
const placeOf = (text: string, { start, end }: { readonly start: number; readonly end: number }) => ({
  at: start + 1,
  part: text.slice(start, Math.max(end, start + 1)) || '…',
})

function faultOf(
  { code = '', summary = '', range = { start: 0, end: 0 } }: CelFault,
  text: string,
  names: readonly string[],
): ExpressionFault {
  const place = placeOf(text, range)
  if (code === 'limit_exceeded') return { code: 'expression-too-long', params: { most: MOST_CHARACTERS } }
  if (code === 'unknown_variable')
    return { code: 'expression-unknown-name', params: { ...place, known: names.join(', ') || '—' } }
  if (code === 'invalid_logical_operand' || code.startsWith('invalid_condition') || code.includes('ternary'))
    return { code: 'expression-needs-bool', params: place }
  if (code.includes('overload') || code.includes('type')) {
    const kinds = summary
      .replace(/^.*?overload(?: for)?:? ?|'/gi, '')
      .replace(/\b(double|int|bool|string)\b/g, word => kindOf[word]!)
    return { code: 'expression-kinds', params: { ...place, kinds } }
  }
  return { code: 'expression-syntax', params: place }
}
