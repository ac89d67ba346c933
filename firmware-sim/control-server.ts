import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { BodyError } from './actions.ts'
import type { Overview } from './overview.ts'
import { languageOf, pageOf } from './page.ts'
import type { Action } from './part.ts'
import type { Readable } from './readable.ts'
import type { Runner } from './runner.ts'

export interface ControlServer {
  readonly port: number
  stop(): Promise<void>
}

export interface Controlled {
  readonly actions: readonly Action[]
  readonly runner: Runner
  overview(): Overview
  readable(): Promise<readonly Readable[]>
  /** Something was done: who listens is told at once. */
  show(): void
}

const mostBytes = 64 * 1024

/**
 * The hand on the simulated site: JSON over HTTP on 127.0.0.1 only.
 * `GET /` tells the state and what can be done, `POST /<part>/<action>` does it; `GET /scenarios`,
 * `POST /scenarios/<id>/start` and `/end`. A browser gets a page at `/`.
 * It answers only requests that name this machine as their host, takes only JSON, and nothing from a page of another
 * origin: no foreign web page can press a button through a browser.
 * @throws what `listen` reports, e.g. EADDRINUSE
 */
export async function startControl(
  port: number,
  { actions, runner, overview, readable, show }: Controlled,
): Promise<ControlServer> {
  const list = actions.map(({ path, example, text }) => ({ path, example, text }))

  async function handle(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    if (!isOurs(request)) return [403, { error: 'only for this machine' }]
    const path = pathOf(request)
    if (request.method === 'GET' && path === '') return [200, { ...overview(), actions: list }]
    if (request.method === 'GET' && path === 'scenarios') return [200, { items: overview().scenarios }]
    if (request.method === 'GET' && path === 'readable') return [200, { items: await readable() }]
    if (request.method !== 'POST')
      return [405, { error: 'GET /, GET /scenarios, POST /scenarios/<id>/start or /end, or POST /<part>/<action>' }]
    const { origin } = request.headers
    if (origin !== undefined && origin !== `http://${request.headers.host}`)
      return [403, { error: 'not from a page of another origin' }]
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
      return [415, { error: 'content-type must be application/json' }]
    const body = await bodyOf(request)
    const [, id, word] = /^scenarios\/([^/]+)\/(start|end)$/.exec(path) ?? []
    const action = actions.find(one => one.path === path)
    if (id !== undefined) await (word === 'start' ? runner.start(id) : runner.end(id))
    else if (action) await action.run(body)
    else return [404, { error: `no action "${path}"`, actions: list }]
    show()
    return [200, { done: path }]
  }

  const server = createServer((request, response) => {
    if (request.method === 'GET' && pathOf(request) === '' && isOurs(request) && wantsPage(request)) {
      sendPage(response, overview(), languageOf(request.url ?? '/', request.headers['accept-language']))
      return
    }
    handle(request)
      .catch((error: unknown): [number, unknown] => [
        error instanceof BodyError ? 400 : 500,
        { error: error instanceof Error ? error.message : String(error) },
      ])
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP port')
  return {
    port: address.port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const pathOf = (request: IncomingMessage) => (request.url ?? '/').slice(1).replace(/\?.*$/, '')
/** A page elsewhere may point a name of its own at this machine; the name that it was called by gives it away. */
const isOurs = (request: IncomingMessage) => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')
const wantsPage = (request: IncomingMessage) => (request.headers.accept ?? '').includes('text/html')

function sendPage(response: ServerResponse, overview: Overview, language: ReturnType<typeof languageOf>): void {
  const nonce = randomBytes(16).toString('base64')
  const mine = `'nonce-${nonce}'`
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'content-security-policy': `default-src 'none'; style-src ${mine}; script-src ${mine}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  })
  response.end(pageOf(overview, language, nonce))
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes) throw new BodyError('the body is too long')
    parts.push(part)
  }
  if (size === 0) return {}
  let body: unknown
  try {
    body = JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    throw new BodyError('the body is not JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BodyError('the body must be an object')
  return body as Record<string, unknown>
}
