import type { FastifySchema } from 'fastify'

/** The status of a success that a route describes, kept beside its schema: 200, 201 ... */
const codes = new WeakMap<object, string>()

/**
 * Fastify keeps what writes an answer in a list by status: one entry at 200 makes it a list of some three hundred, 2.5 kB
 * for each of the hundreds of routes. Under `2xx` it is a name, and no list is made.
 * @returns the schema as it was, where it does not describe one success and nothing else
 */
export function schemaWithoutCode(schema: FastifySchema): FastifySchema {
  const { response } = schema as { response?: Record<string, unknown> }
  const [code, ...more] = Object.keys(response ?? {})
  if (!response || code === undefined || more.length > 0 || !/^2\d\d$/.test(code)) return schema
  const named = { '2xx': response[code] }
  codes.set(named, code)
  return { ...schema, response: named }
}

/** The schema with the status that the description of the API tells. */
export function schemaWithCode<S extends FastifySchema | undefined>(schema: S): S {
  const { response } = (schema ?? {}) as { response?: Record<string, unknown> }
  const code = response && codes.get(response)
  return code === undefined ? schema : { ...schema, response: { [code]: response!['2xx'] } }
}
