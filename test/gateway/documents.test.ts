import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { documentTypeOf } from '../../gateway/documents.ts'
import type { DocumentView } from '../../gateway/http/contract.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n')
const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(16)])
const PATH = '/api/v1/equipment/pump-1/documents'
let g: TestGateway
let people: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  people = await g.people()
})
afterAll(() => g.stop())

const send = (
  title: string,
  bytes: Uint8Array,
  { by = 'engineer' as Role, type = 'application/pdf', path = PATH } = {},
) => people[by].send('POST', `${path}?kind=manual&title=${encodeURIComponent(title)}`, bytes, { 'content-type': type })
const list = async () => (await people.viewer.get(PATH)).body.items as unknown as DocumentView[]
const files = () => (existsSync(join(g.data, 'documents')) ? readdirSync(join(g.data, 'documents')).length : 0)

it('is what its bytes are, whatever its sender calls it', () => {
  expect(documentTypeOf(PDF)).toBe('application/pdf')
  expect(documentTypeOf(PNG)).toBe('image/png')
  expect(documentTypeOf(Buffer.from('<html><script>alert(1)</script></html>'))).toBe(null)
  expect(documentTypeOf(Buffer.from('%PDF-'))).toBe(null)
})

it('sent, listed, taken away as a file, and removed; each on the trail', async () => {
  const made = await send('水泵说明书 "2026"\r\nx', PDF)
  expect([made.status, made.body.code]).toEqual([201, undefined])
  // The same file for another title is stored once.
  expect((await send('copy.pdf', PDF)).status).toBe(201)
  expect((await send('a picture', PNG, { by: 'manager' })).body).toMatchObject({
    type: 'image/png',
    name: 'a picture.png',
  })
  expect([(await list()).map(d => d.by), files()]).toEqual([['manager', 'engineer', 'engineer'], 2])
  const got = await people.viewer.get(`${PATH}/${made.body.id}`)
  expect([got.status, got.text, got.headers.get('content-type')]).toEqual([200, PDF.toString(), 'application/pdf'])
  expect(got.headers.get('x-content-type-options')).toBe('nosniff')
  const name = `filename*=UTF-8''${encodeURIComponent('水泵说明书 _2026___x.pdf')}`
  expect(got.headers.get('content-disposition')).toBe(`attachment; filename="document.pdf"; ${name}`)

  expect((await people.engineer.delete(`${PATH}/${made.body.id}`)).status).toBe(200)
  expect(files()).toBe(2)
  const [, copy] = await list()
  expect((await people.engineer.delete(`${PATH}/${copy!.id}`)).status).toBe(200)
  expect([files(), (await list()).length]).toEqual([1, 1])
  expect((await people.viewer.get(`${PATH}/${copy!.id}`)).status).toBe(404)
  const story = g.deps.trail.after(0, 1000).filter(e => e.kind === 'document')
  expect(story.map(e => `${e.actor} ${e.action}`)).toEqual([
    ...['engineer added', 'engineer added', 'manager added', 'engineer removed', 'engineer removed'],
  ])
})

it('refuses what is no document, too large, of nothing, or of somebody who may not', async () => {
  const code = async (answer: ReturnType<typeof send>) => `${(await answer).status} ${String((await answer).body.code)}`
  const before = files()
  expect(await code(send('x', Buffer.from('<script>alert(1)</script> and more')))).toBe('422 not-a-document')
  expect(await code(send('x', Buffer.alloc(20_000_001)))).toBe('413 body-too-large')
  expect(await code(send('x', PDF, { type: 'text/html' }))).toBe('415 unsupported-media')
  expect(await code(send('x', PDF, { by: 'operator' }))).toBe('403 not-allowed')
  expect(await code(send(' ', PDF))).toBe('400 invalid-input')
  expect(await code(send('x', PDF, { path: '/api/v1/equipment/nothing/documents' }))).toBe('404 not-found')
  const [mine] = await list()
  expect((await people.operator.delete(`${PATH}/${mine!.id}`)).status).toBe(403)
  // One of other equipment is not found here.
  expect((await people.viewer.get(`/api/v1/equipment/pump-2/documents/${mine!.id}`)).status).toBe(404)
  expect(files()).toBe(before)
})
