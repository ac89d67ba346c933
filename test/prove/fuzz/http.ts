import { connect } from 'node:net'
import fc from 'fast-check'
import type { Bed } from './bed.ts'
import { type Damage, damaged, damages, drawn, type Fuzzed, nastyText, nastyValue, shown } from './kit.ts'

interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly $ref?: string
}
interface Operation {
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  readonly body: Schema | null
}
/** Left out, because they would end the run itself: signing out, one's own account, restores, copies of everything. */
const leftOut = /\/(session|tokens|users|backups|web\/certificate|broker\/certificate)\b/

async function operationsOf(bed: Bed): Promise<Operation[]> {
  const api = (await (await fetch(`${bed.url}/api/openapi.json`)).json()) as {
    paths: Record<
      string,
      Record<
        string,
        { parameters?: { in: string; name: string }[]; requestBody?: { content?: Record<string, { schema?: Schema }> } }
      >
    >
  }
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody }]) =>
      leftOut.test(path) || path.endsWith('/live')
        ? []
        : [
            {
              ...{ method: method.toUpperCase(), path },
              query: parameters.filter(p => p.in === 'query').map(p => p.name),
              body: requestBody?.content?.['application/json']?.schema ?? null,
            },
          ],
    ),
  )
}

const ids = ['calm-1', 'calm', 'a', 'b1', 'admin', '1', '0', 'site', 'test-site', '01JD0000000000000000000000']
/** About what a schema asks for; often enough something else. */
function bodyOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null)
  const mostly = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 12, arbitrary: good }, nastyValue)
  const either = schema.anyOf ?? schema.oneOf
  if (either?.length) return fc.oneof(...either.map(one => bodyOf(one, depth + 1)))
  if (schema.const !== undefined) return mostly(fc.constant(schema.const))
  if (schema.enum?.length) return mostly(fc.constantFrom(...schema.enum))
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {})
      const fields = Object.fromEntries(properties.map(([word, inner]) => [word, bodyOf(inner, depth + 1)]))
      return mostly(fc.record(fields, { requiredKeys: [...(schema.required ?? [])].filter(word => word in fields) }))
    }
    case 'array':
      return mostly(fc.array(bodyOf(schema.items ?? {}, depth + 1), { maxLength: 3 }))
    case 'string':
      return fc.oneof(
        fc.constantFrom(...ids, '2026-11-23', '2026-11-23T00:00:00.000Z', 'good enough a text'),
        nastyText,
      )
    case 'integer':
    case 'number':
      return mostly(fc.oneof(fc.nat(100), fc.double({ noNaN: true })))
    case 'boolean':
      return mostly(fc.boolean())
    default:
      return nastyValue
  }
}

/** What JSON.stringify would never write. */
const twists: readonly ((text: string) => string)[] = [
  text => text,
  text => text,
  text => text,
  text => text.replace('{', '{"__proto__":{"polluted":true},'),
  text => text.replace('{', '{"constructor":{"prototype":{"polluted":true}},'),
  text => text.replace(/\d+/, '1e400'),
  text => text.replace(/\d+/, '-0.0000000000000000000000000001e-400'),
  text => text.replace('{', '{"a":1,"a":2,'),
  text => text.replace(/"([^"]*)"\s*:/, '"$1":1,"$1":'),
  text => text.replace(/:"/, ':"\\ud800'),
  text => text.replace(/:"/, ':"\\u0000'),
  text => text.slice(0, Math.floor(text.length / 2)),
  () => '['.repeat(20_000) + ']'.repeat(20_000),
  () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  text => text.replace(/:/, `:${'['.repeat(5000)}${']'.repeat(5000)},"z":`),
]

const AT_ONCE = 16
/** A bad gateway or a full store is no fault of the program. */
const allowed = new Set([501, 502, 503, 504, 507])

/** Bodies and addresses made from the API's own description, and bent. */
export async function fuzzHttp(bed: Bed, cases: number, seed: number): Promise<Fuzzed> {
  const operations = await operationsOf(bed)
  const wrong: string[] = []
  const statuses: Record<string, number> = {}
  let slowest = { ms: 0, of: '' }
  const text = fc.oneof(fc.constantFrom(...ids), nastyText)
  const known = new Map<Operation, fc.Arbitrary<unknown>>()
  const bodyFor = (operation: Operation): fc.Arbitrary<unknown> => {
    const found = known.get(operation) ?? (operation.body ? bodyOf(operation.body) : nastyValue)
    known.set(operation, found)
    return found
  }
  const some = fc.record({
    which: fc.nat(operations.length - 1),
    words: fc.array(text, { minLength: 3, maxLength: 3 }),
    asked: fc.array(text, { minLength: 3, maxLength: 3 }),
    twist: fc.nat(twists.length - 1),
    seed: fc.nat(),
  })
  const all = drawn(some, cases, seed)
  const send = async (one: typeof some extends fc.Arbitrary<infer T> ? T : never) => {
    const operation = operations[one.which]!
    const { method, path, query } = operation
    let n = 0
    const word = () => encodeURIComponent(tidy(one.words[n++ % 3]!)) || 'x'
    const address =
      path.replaceAll(/\{\w+\}/g, word) +
      (query.length
        ? `?${query
            .slice(0, 3)
            .map((name, i) => `${name}=${encodeURIComponent(tidy(one.asked[i]!))}`)
            .join('&')}`
        : '')
    const [value] = fc.sample(bodyFor(operation), { numRuns: 1, seed: one.seed })
    const body = method === 'GET' || method === 'HEAD' ? undefined : twists[one.twist]!(JSON.stringify(value) ?? 'null')
    const from = performance.now()
    try {
      const answer = await fetch(bed.url + address, {
        ...{ method, redirect: 'manual', signal: AbortSignal.timeout(20_000) },
        headers: {
          authorization: `Bearer ${bed.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
      })
      const said = await answer.text()
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      const tookMs = performance.now() - from
      if (tookMs > slowest.ms)
        slowest = { ms: tookMs, of: `${method} ${address.slice(0, 120)} ${shown(body ?? '').slice(0, 200)}` }
      const problem = answer.status >= 400 && /problem\+json/.test(answer.headers.get('content-type') ?? '')
      const where = `${method} ${address.slice(0, 200)} ${shown(body ?? '')}`
      if (answer.status >= 500 && !allowed.has(answer.status))
        wrong.push(`${answer.status} ${where} -> ${said.slice(0, 200)}`)
      else if (answer.status >= 400 && !problem)
        wrong.push(`a refusal without a problem: ${answer.status} ${where} -> ${said.slice(0, 100)}`)
      else if (/\bat .*\.ts:\d+|node_modules|SQLITE|sqlite/.test(said) && problem)
        wrong.push(`tells its inside: ${where} -> ${said.slice(0, 200)}`)
    } catch (error) {
      wrong.push(
        `no answer: ${method} ${address.slice(0, 200)} ${shown(body ?? '')}: ${String((error as Error).cause ?? error)}`,
      )
    }
  }
  const worker = async () => {
    for (let next = all.next(); !next.done; next = all.next()) await send(next.value)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return {
    name: 'HTTP bodies',
    cases,
    wrong,
    figures: { routes: operations.length, ...statuses, slowestMs: Math.round(slowest.ms), slowest: slowest.of },
  }
}
/** What can stand in an address at all. */
const tidy = (text: string): string => text.toWellFormed().slice(0, 400)

const requests = [
  'GET /api/v1/about HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"name":"a","password":1}',
  'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n',
  'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /api/v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  'GET / HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\nHost: y\r\n\r\n',
]
const raw: fc.Arbitrary<{ which: number; damages: Damage[]; bytes: Uint8Array }> = fc.record({
  which: fc.nat(requests.length),
  damages: damages(5),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }),
})
/** Requests that are none: damaged bytes on a bare connection. */
export const fuzzHttpBytes = (bed: Bed, cases: number, seed: number): Promise<Fuzzed> =>
  fuzzSocket('HTTP bytes', bed.http, cases, seed, raw, ({ which, damages: list, bytes }) => [
    which === requests.length ? Buffer.from(bytes) : damaged(Buffer.from(requests[which]!), list),
  ])

/** So long an answer is listened for; so long the one to what is said first; so long the far end may take to hang up. */
const HEAR_MS = 40
const LEAD_MS = 5000
const LEAVE_MS = 2000
/** Sends to a bare connection, hears what comes back for a moment, and hangs up. */
export async function fuzzSocket<T>(
  name: string,
  address: string,
  cases: number,
  seed: number,
  of: fc.Arbitrary<T>,
  piecesOf: (one: T) => readonly Buffer[],
  /** What is said first, and answered, before the rest is sent. */
  leadOf: (one: T) => readonly Buffer[] = () => [],
  /** Whether the answer to it lets us in: where nobody is let in, nothing behind the door is tried. */
  letsIn?: (answer: Buffer) => boolean,
): Promise<Fuzzed> {
  const wrong: string[] = []
  const [host, port] = address.split(':') as [string, string]
  let [answered, cut, refused, knocked, entered] = [0, 0, 0, 0, 0]
  const all = drawn(of, cases, seed)
  const visit = (one: T) =>
    new Promise<void>(resolve => {
      const pieces = [...piecesOf(one)]
      const lead = [...leadOf(one)]
      const knocks = lead.length > 0 && letsIn !== undefined
      if (knocks) knocked++
      const socket = connect({ port: Number(port), host })
      let heard = false
      let leave = setTimeout(() => socket.destroy(), lead.length > 0 ? LEAD_MS : HEAR_MS)
      const next = () => {
        const first = lead.shift()
        if (first) return socket.write(first)
        clearTimeout(leave)
        // Hung up on at once, what was sent may be thrown away unread: it is let read to the end.
        leave = setTimeout(() => {
          socket.end()
          leave = setTimeout(() => socket.destroy(), LEAVE_MS)
        }, HEAR_MS)
        for (const piece of pieces.splice(0)) socket.write(piece)
        return true
      }
      socket.on('connect', next)
      socket.on('data', (answer: Buffer) => {
        if (knocks && !heard && letsIn(answer)) entered++
        heard = true
        if (pieces.length > 0) next()
      })
      socket.on('error', error => {
        if ('code' in error && error.code === 'ECONNREFUSED') refused++
      })
      socket.on('end', () => cut++)
      socket.on('close', () => {
        clearTimeout(leave)
        if (heard) answered++
        resolve()
      })
    })
  const worker = async () => {
    for (let next = all.next(); !next.done; next = all.next()) await visit(next.value)
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  if (refused > 0) wrong.push(`${refused} connections refused`)
  // Most nonsense is refused in words, and the rest is heard by the same peers; where nobody says anything, nobody listens.
  if (answered < cases / 10) wrong.push(`only ${answered} of ${cases} were answered`)
  if (entered < knocked * 0.9) wrong.push(`only ${entered} of ${knocked} were let in`)
  return { name, cases, wrong, figures: { answered, cut, ...(letsIn && { knocked, entered }) } }
}
