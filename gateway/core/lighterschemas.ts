import { globalConfig } from 'zod/v4/core'

/**
 * zod gives each schema a set of the names of all that it is, and an object for what its checks have found out. Of the
 * eleven thousand schemas of the gateway those of one kind have the same names: they share one set, and those whose object
 * is empty one that stays so. 2.5 MB are not needed. To be imported before any schema is made; one that was made earlier
 * keeps its own.
 */
const shared = new Map<string, Set<string>>()
/** A check is given to a copy of a schema, which begins with an object of its own. */
const nothing = Object.freeze({})
/** Of these kinds nothing is noted later, as it is of a union that has been asked. */
const settled = new Set(['string', 'number', 'boolean', 'enum', 'literal', 'object', 'array', 'optional', 'nullable'])
interface Inside {
  traits: Set<string>
  bag?: object
  readonly def: { readonly type?: string }
}
globalConfig.postProcessor = (schema: { readonly _zod: Inside }) => {
  const { _zod: inside } = schema
  const names = [...inside.traits].join(' ')
  const had = shared.get(names)
  if (had) inside.traits = had
  else shared.set(names, inside.traits)
  if (inside.bag && settled.has(inside.def.type ?? '') && Object.keys(inside.bag).length === 0) inside.bag = nothing
}
