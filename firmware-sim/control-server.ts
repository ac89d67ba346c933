import { createServer, type IncomingMessage } from 'node:http'
import { BodyError } from './actions.ts'
import type { Overview } from './overview.ts'
import type { Action } from './part.ts'
import type { Runner } from './runner.ts'

export interface ControlServer {
  readonly port: number
  stop(): Promise<void>
}

export interface Controlled {
  readonly actions: readonly Action[]
  readonly runner: Runner
  overview(): Overview
  /** Something was done: who listens is told at once. */
  show(): void
}

const mostBytes = 64 * 1024

/**
 * The hand on the simulated site: JSON over HTTP on 127.0.0.1 only.
 * `GET /` tells the state and what can be done, `POST /<part>/<action>` does it; `GET /scenarios`,
 * `POST /scenarios/<id>/start` and `/end`.
 * It answers only requests that name this machine as their host, and takes only JSON, so that no foreign web page can
 * press a button through a browser.
 * @throws what `listen` reports, e.g. EADDRINUSE
 */
export async function startControl(
  port: number,
  { actions, runner, overview, show }: Controlled,
): Promise<ControlServer> {
  const list = actions.map(({ path, example, text }) => ({ path, example, text }))

  async function handle(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    if (host !== '127.0.0.1' && host !== 'localhost') return [403, { error: 'only for this machine' }]
    const path = (request.url ?? '/').slice(1)
    if (request.method === 'GET' && path === '') return [200, { ...overview(), actions: list }]
    if (request.method === 'GET' && path === 'scenarios') return [200, { items: overview().scenarios }]
    if (request.method !== 'POST')
      return [405, { error: 'GET /, GET /scenarios, POST /scenarios/<id>/start or /end, or POST /<part>/<action>' }]
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
