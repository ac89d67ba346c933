import { globalConfig } from 'zod/v4/core'

/**
 * zod gives each schema a set of the names of all that it is. Of the eleven thousand schemas of the gateway those of one
 * kind have the same names: they share one set, and 2 MB are not needed. To be imported before any schema is made; one
 * that was made earlier keeps its own.
 */
const shared = new Map<string, Set<string>>()
globalConfig.postProcessor = (schema: { readonly _zod: { traits: Set<string> } }) => {
  const { traits } = schema._zod
  const names = [...traits].join(' ')
  const had = shared.get(names)
  if (had) schema._zod.traits = had
  else shared.set(names, traits)
}
