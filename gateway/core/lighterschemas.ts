import { globalConfig, globalRegistry } from 'zod/v4/core'

/**
 * Of the eleven thousand schemas of the gateway most say what another one says, too: a text, a number from 0, a text or
 * null. Those that stand within others are replaced by the first that said the same, and what zod keeps for each schema of
 * a kind is kept once. To be imported before any schema is made; what was made earlier stays as it is.
 */

/** Names of all that a schema is, of each kind once. */
const shared = new Map<string, Set<string>>()
/** A check is given to a copy of a schema, which begins with an object of its own. */
const nothing = Object.freeze({})
/** Of these kinds nothing is noted later, as it is of a union that has been asked. */
const settled = new Set(['string', 'number', 'boolean', 'enum', 'literal', 'object', 'array', 'optional', 'nullable'])
interface Schema {
  readonly _zod: {
    traits: Set<string>
    bag?: object
    parent?: Schema | undefined
    readonly def: Readonly<Record<string, unknown>>
  }
}

globalConfig.postProcessor = (schema: Schema) => {
  const { _zod: inside } = schema
  const names = [...inside.traits].join(' ')
  const had = shared.get(names)
  if (had) inside.traits = had
  else shared.set(names, inside.traits)
  if (inside.bag && settled.has(String(inside.def.type)) && Object.keys(inside.bag).length === 0) inside.bag = nothing
  shareWithin(inside.def)
  // Some have a schema of their description once more by its name.
  shareWithin(schema)
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && '_zod' in value

/** Replaces schemas by the first that said the same. */
function shareWithin(holder: object): void {
  for (const [name, { value, get, writable }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    // The fields of an object are behind an accessor, which knows where they lie.
    if (name === 'shape' && get && 'raw' in get) shareWithin(get.raw as object)
    else if (name !== 'checks' && Array.isArray(value) && value.some(isSchema)) shareWithin(value)
    else if (writable && isSchema(value)) (holder as Record<string, unknown>)[name] = firstLike(value)
  }
}

const first = new Map<string, Schema>()
const numbers = new WeakMap<Schema, number>()
let last = 0

function firstLike(schema: Schema): Schema {
  if (numbers.has(schema)) return schema
  const noted = globalRegistry.get(schema as never) !== undefined
  // What it was before a check was added is kept only for what may be noted of it.
  if (!noted) schema._zod.parent = undefined
  const said = noted ? null : saidBy(schema)
  const had = said === null ? undefined : first.get(said)
  if (had) return had
  numbers.set(schema, ++last)
  if (said !== null) first.set(said, schema)
  return schema
}

/** These check by what they say; what others check, a function knows. */
const plainChecks = new Set<unknown>([
  ...['greater_than', 'less_than', 'multiple_of', 'number_format'],
  ...['min_length', 'max_length', 'length_equals', 'string_format'],
])

/** All that a schema or a check of it says, as no other one says it; null where a function is asked. */
function saidBy(value: unknown): string | null {
  if (typeof value === 'function' || typeof value === 'symbol') return null
  if (value instanceof RegExp) return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`
  if (isSchema(value)) {
    const { def, traits } = value._zod
    const number = numbers.get(value)
    if (number !== undefined) return `#${number}`
    if (def.check !== undefined && !plainChecks.has(def.check)) return null
    const said = saidBy(def)
    return said && `${[...traits].join(' ')} ${said}`
  }
  // A date says nothing by its fields.
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return null
  const parts: string[] = []
  for (const [name, { value: part, get }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    // When a length is to be looked at: zod's own function, which knows nothing but what it is given.
    const said = get ? null : name === 'when' && typeof part === 'function' ? String(part) : saidBy(part)
    if (said === null) return null
    parts.push(`${JSON.stringify(name)}: ${said}`)
  }
  return `{ ${parts.join(', ')} }`
}
