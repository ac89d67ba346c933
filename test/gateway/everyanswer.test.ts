import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

/** What each answer of the gateway carries, whoever asks for what [ASVS 5, V3.4, V4.1, V14.3]. */
let g: TestGateway
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
})
afterAll(() => g.stop())

/** A request as bytes, as no library would send it. @returns the first line of the answer */
async function raw(text: string): Promise<string> {
  const [host, port] = g.http.split(':')
  const socket = connect(Number(port), host)
  socket.end(text)
  let said = ''
  socket.on('data', data => {
    said += data
  })
  await once(socket, 'close')
  return said.split('\r\n')[0]!
}

it('no answer can be taken for another kind, put into a frame, or kept by the browser of somebody else', async () => {
  const admin = await g.admin()
  /** [what, status, type] */
  const answers = [
    ['/api/v1/about', 200, 'application/json; charset=utf-8'],
    ['/api/v1/alarms', 200, 'application/json; charset=utf-8'],
    ['/api/v1/nothing', 404, 'application/problem+json; charset=utf-8'],
    ['/api/openapi.json', 200, 'application/json; charset=utf-8'],
    ['/healthz', 200, 'application/json; charset=utf-8'],
    ['/nothing.js', 404, 'application/problem+json; charset=utf-8'],
  ] as const
  for (const [path, status, type] of answers) {
    const { headers, status: said } = await admin.get(path, { origin: 'http://evil.example' })
    expect([path, said, headers.get('content-type')]).toEqual([path, status, type])
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
    expect([path, headers.get('referrer-policy')]).toEqual([path, 'no-referrer'])
    expect([path, headers.get('access-control-allow-origin')]).toEqual([path, null])
    const policy = headers.get('content-security-policy')!.split(';')
    const wanted = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'"]
    expect([path, policy]).toEqual([path, expect.arrayContaining(wanted)])
    if (path.startsWith('/api/')) expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
  }
})

it('a message that two readers would cut at different places is not read at all', async () => {
  const head = `POST /api/v1/session HTTP/1.1\r\nhost: ${g.http}\r\ncontent-type: application/json\r\n`
  const smuggled = '0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'
  /** [why, the message] */
  const messages = [
    ['both lengths', `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${smuggled}`],
    ['two lengths', `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n{}`],
    ['a length that is none', `${head}content-length: 5x\r\n\r\n{}`],
    ['an encoding that is none', `${head}transfer-encoding: xchunked\r\n\r\n${smuggled}`],
    [
      'a line end alone',
      `GET /healthz HTTP/1.1\nhost: ${g.http}\ncontent-length: 3\nx: y\rtransfer-encoding: chunked\n\n`,
    ],
  ] as const
  for (const [why, message] of messages) expect([why, await raw(message)]).toEqual([why, 'HTTP/1.1 400 Bad Request'])
})

it('TRACE gives nothing back', async () => {
  expect(await raw(`TRACE / HTTP/1.1\r\nhost: ${g.http}\r\nx-secret: 1\r\nconnection: close\r\n\r\n`)).toMatch(/ 40\d /)
})

it('what was refused to somebody is in the log, with who, what and from where', async () => {
  const warn = vi.spyOn(g.deps.log, 'warn')
  const { guard } = await g.people()
  expect((await guard.post('/api/v1/users', { name: 'mallory', role: 'admin', password: PASSWORD })).status).toBe(403)
  expect(warn.mock.calls).toEqual([
    [
      expect.objectContaining({
        ...{ code: 'not-allowed', method: 'POST', route: '/api/v1/users', name: 'guard' },
        address: '127.0.0.1',
      }),
      'request refused',
    ],
  ])
})

it('signing out empties what the browser has kept of pictures, not what it has yet to send', async () => {
  const { headers } = await (await g.admin()).delete('/api/v1/session')
  expect(headers.get('clear-site-data')).toBe('"cache"')
})
