import { createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { xlsxOf } from '../../gateway/http/xlsx.ts'
import { readXlsx } from '../../gateway/xlsxread.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { both, quietSite } from '../support/sites.ts'

const HOUR = 3_600_000
const door = {
  ...{ id: 'door-1', kind: 'door', name: both('door-1'), space: 'b1', channel: 'bus', unit: 11 },
  points: [{ key: 'open', table: 'discrete', address: 0, type: 'bool', scanMs: HOUR }],
}
let g: TestGateway
let as: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({
    site: {
      ...quietSite,
      spaces: [...quietSite.spaces, { id: 'vault', kind: 'room', parent: 'b1', name: both('vault') }],
      doorGroups: [{ id: 'all', name: both('all'), doors: ['door-1'] }],
      equipment: [...quietSite.equipment, door],
      access: {
        areas: [{ id: 'grounds' }],
        levels: [{ id: 'everywhere', groups: ['all'] }],
        gates: [{ id: 'east', name: both('east'), area: 'grounds' }],
        rooms: [{ space: 'vault', approvals: [['manager', 'operator']], escort: false }],
      },
    },
  })
  as = await g.people()
})
afterAll(() => g.stop())

const soon = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString()
type Thing = Record<string, string> & { readonly items: readonly Record<string, unknown>[] }
async function made(api: Api, path: string, body: object): Promise<Thing> {
  const answer = await api.post(`/api/v1/${path}`, body)
  expect([path, answer.status, answer.text.slice(0, 300)]).toEqual([path, 201, expect.anything()])
  return answer.body as unknown as Thing
}
async function contractor(name: string): Promise<Thing> {
  const person = await made(as.desk, 'people', { name, kind: 'contractor' })
  const asked = { person: person.id, class: 'qr-static', validFrom: soon(-1), validTo: soon(8), levels: ['everywhere'] }
  const pass = await made(as.desk, 'credentials', asked)
  expect((await as.manager.post(`/api/v1/credentials/${pass.id}/approve`)).status).toBe(200)
  return pass
}
const entry = (n: number, credential: string, direction: 'in' | 'out', more: object = {}) => ({
  ...{ n, at: soon(-0.01), credential, visit: null, direction, how: 'verified', by: 'guard', event: null, ...more },
})
async function send(...entries: object[]) {
  const body = { gate: 'east', post: 'gate-device-1', entries }
  const answer = await as.guard.post('/api/v1/gate-entries', body)
  expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.anything()])
  return answer.body.items.map(i => `${i.n} ${i.result} ${i.conflict}`)
}
const panel = async () =>
  (await as.guard.get('/api/v1/gate-panel?gate=east')).body as unknown as {
    held: { slot: number; name: string }[]
    contractors: number
    visitors: number
    conflicts: { n: number }[]
  }

it('what a gate tells late is taken once, in its order, and what no longer fits is a conflict, not forgotten', async () => {
  const [a, b, c] = [await contractor('甲'), await contractor('乙'), await contractor('丙')]
  const [inA, outA] = [entry(1, a.id!, 'in', { at: soon(-0.2) }), entry(2, a.id!, 'out')]
  expect(await send(inA)).toEqual(['1 taken null'])
  expect((await panel()).held.map(h => [h.slot, h.name])).toEqual([[1, '甲']])
  // The answer was lost on the way: the page sends it again, with the next one.
  expect(await send(inA, outA, entry(3, b.id!, 'in'))).toEqual(['1 before null', '2 taken null', '3 taken null'])
  expect(await send(inA, outA)).toEqual(['1 before null', '2 before null'])
  expect((await panel()).held.map(h => [h.slot, h.name])).toEqual([[1, '乙']])
  expect(await send(entry(3, c.id!, 'in'))).toEqual(['3 other null'])
  expect((await as.desk.post(`/api/v1/credentials/${c.id}/revoke`, { reason: 'x' })).status).toBe(200)
  expect(
    await send(
      ...[entry(4, c.id!, 'in'), entry(5, b.id!, 'in'), entry(6, 'nobody', 'in'), entry(7, a.id!, 'out')],
      entry(8, b.id!, 'out', { at: soon(2) }),
    ),
  ).toEqual([
    '4 taken denied-revoked',
    '5 taken already-inside',
    '6 taken unknown',
    '7 taken not-inside',
    '8 taken clock-ahead',
  ])
  const now = await panel()
  expect([now.contractors, now.held.map(h => h.name), now.conflicts.length]).toEqual([1, ['丙'], 5])
  expect((await as.guard.get('/api/v1/people?q=丙')).body.items[0]!.area).toBe('grounds')
})

it('the list that a gate takes with it is signed, and holds neither numbers of cards nor IDs', async () => {
  const person = await made(as.desk, 'people', {
    name: '丁',
    kind: 'staff',
    idKind: 'id-card',
    idNumber: '310101199001011234',
  })
  await made(as.desk, 'credentials', { person: person.id, class: 'uid', number: '04AABB99', validTo: soon(1) })
  const { list, signature } = (await as.guard.get('/api/v1/gate-list?gate=east')).body as unknown as Record<
    string,
    string
  >
  const { publicKey } = (await as.guard.get('/api/v1/pass-key')).body as unknown as Record<string, string>
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey! }, format: 'jwk' })
  const fits = (text: string) => verify(null, Buffer.from(text), key, Buffer.from(signature!, 'base64url'))
  expect([fits(list!), fits(list!.replace('丁', '戊'))]).toEqual([true, false])
  expect(list).toContain('丁')
  // Its end alone may stand in an id by chance.
  for (const secret of ['04AABB99', '310101199001011234', '310101'])
    expect([secret, list!.includes(secret)]).toEqual([secret, false])
  for (const end of ['B99', '1234']) expect(list).not.toMatch(new RegExp(`(?<![0-9A-Za-z])${end}(?![0-9A-Za-z])`))
  expect((await as.viewer.get('/api/v1/gate-list?gate=east')).status).toBe(403)
  expect((await as.guard.get('/api/v1/gate-list?gate=west')).status).toBe(404)
})

it('a scan says who and whether; a name that several have asks which; what is not known is refused with what to do', async () => {
  await contractor('赵一')
  const two = await contractor('赵二')
  const scan = async (text: string) =>
    (await as.guard.post('/api/v1/gate-scans', { gate: 'east', text })).body as unknown as {
      verdict: string
      outcome: string | null
      typed: boolean
      todo: { en: string } | null
      choices: { name: string }[]
      code: string
    }
  expect(await scan(two.no!)).toMatchObject({ verdict: 'yes', outcome: 'granted', typed: true })
  expect((await scan('赵')).choices.map(c => c.name).sort()).toEqual(['赵一', '赵二'])
  expect(await scan('04AABB77')).toMatchObject({ verdict: 'no', outcome: 'denied-unknown' })
  expect((await scan('04AABB77')).todo?.en).toMatch(/desk/)
  expect((await scan('没有此人')).code).toBe('gate-nobody')
})

it('a visit of a room: agreed by another, registered in and out at the gate, with who is in it on the panel', async () => {
  const asked = { name: '周', host: '林', space: 'vault', people: 3, validFrom: soon(-1), validTo: soon(1) }
  const visit = await made(as.engineer, 'visits', asked)
  expect(visit.phase).toBe('requested')
  const move = async (api: Api, action: string) => {
    const { status, body } = await api.post(`/api/v1/visits/${visit.id}/${action}`)
    return status < 300 ? body.phase : body.code
  }
  expect(await move(as.guard, 'enter')).toBe('visit-not-so')
  expect(await move(as.engineer, 'approve')).toBe('approve-own')
  expect(await move(as.operator, 'approve')).toBe('expected')
  expect(await send(entry(20, '', 'in', { credential: null, visit: visit.id, how: 'online' }))).toEqual([
    '20 taken null',
  ])
  expect((await panel()).visitors).toBe(3)
  // The guard takes the photo of him who is named; who came along is counted where people gather.
  const photo = (api: Api, body: Buffer) =>
    fetch(`${g.url}/api/v1/visits/${visit.id}/photo`, {
      ...{ method: 'POST', headers: { ...api.headers, 'content-type': 'image/jpeg' }, body: new Uint8Array(body) },
    })
  expect((await photo(as.guard, Buffer.from('not a photo at all'))).status).toBe(422)
  expect((await photo(as.viewer, JPEG)).status).toBe(403)
  const { photo: file } = (await (await photo(as.guard, JPEG)).json()) as { photo: string }
  const seen = async (api: Api, name: string) =>
    (await fetch(`${g.url}/api/v1/visits/${visit.id}/photo/${name}`, { headers: api.headers })).status
  expect([await seen(as.guard, file), await seen(as.viewer, file)]).toEqual([200, 403])
  expect(
    await seen(
      as.guard,
      file.replace(/^./, c => (c === '0' ? '1' : '0')),
    ),
  ).toBe(404)
  const muster = (await as.guard.get('/api/v1/muster')).body as unknown as {
    people: number
    areas: { people: { lastDoor: { en: string } }[] }[]
    visitors: { name: string; people: number; space: { en: string } }[]
  }
  expect(muster.visitors).toMatchObject([{ name: '周', people: 3, space: { en: 'vault' } }])
  expect([muster.people, muster.areas[0]!.people[0]!.lastDoor.en]).toEqual([4, 'east'])
  expect(await move(as.guard, 'leave')).toBe('left')
  expect((await panel()).visitors).toBe(0)
  // Without a room nobody has to agree.
  expect((await made(as.desk, 'visits', { ...asked, space: undefined, name: '钱' })).phase).toBe('expected')
})

it('a parking card needs its lease, ends with it, and goes on with it', async () => {
  const person = await made(as.desk, 'people', { name: '车主', kind: 'tenant' })
  const body = { person: person.id, class: 'parking', number: '04AABB55', validTo: soon(24), levels: ['everywhere'] }
  expect((await as.desk.post('/api/v1/credentials', body)).body.code).toBe('parking-lease')
  const lease = { plate: '沪A12345', agreement: 'P-7', bay: 'B2-017', fee: '400.00', receipt: 'R-9' }
  const card = await made(as.desk, 'credentials', { ...body, lease })
  const renew = (hours: number) =>
    as.desk.post(`/api/v1/credentials/${card.id}/lease`, { validTo: soon(hours), fee: '400.00', receipt: 'R-10' })
  expect((await renew(1)).body.code).toBe('time-not-ahead')
  const next = (await renew(48)).body as unknown as { validTo: string; lease: { validTo: string; receipt: string } }
  expect([next.lease.validTo === next.validTo, next.lease.receipt]).toEqual([true, 'R-10'])
  expect(Date.parse(next.validTo)).toBeGreaterThan(Date.now() + 47 * HOUR)
})

it('a workbook is read as it stands: texts, numbers, dates; a list in it is looked through and asked for once', async () => {
  async function* pages() {
    yield [
      ['吴工', '焊工', '11010519491231002X', { wallMs: Date.UTC(2027, 2, 1) }],
      ['<b>&郑工', '', '440524188001010014', 5],
    ]
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of xlsxOf('名单', ['姓名', '工种', '身份证号', 'x'], [9, 9, 20, 9], pages()))
    chunks.push(chunk)
  const file = Buffer.concat(chunks)
  expect(readXlsx(file)).toEqual([
    { line: 1, cells: ['姓名', '工种', '身份证号', 'x'] },
    { line: 2, cells: ['吴工', '焊工', '11010519491231002X', '2027-03-01'] },
    { line: 3, cells: ['<b>&郑工', '', '440524188001010014', '5'] },
  ])
  const works = await made(as.desk, 'works', { name: 'A-1' })
  const ask = { file: file.toString('base64'), works: works.id, levels: ['everywhere'], validTo: soon(24) }
  const list = async (more: object, headers = {}) =>
    (await as.desk.post('/api/v1/pass-lists', { ...ask, ...more }, headers)).body as unknown as {
      code: string
      encoding: string
      rows: { no: string | null; problems: { code: string }[] }[]
    }
  expect((await list({})).rows.map(r => [r.no, r.problems.length])).toEqual([
    [null, 0],
    [null, 0],
  ])
  const key = { 'idempotency-key': 'list-1' }
  const first = await list({ dryRun: false }, key)
  expect([first.encoding, first.rows.every(r => r.no !== null)]).toEqual(['xlsx', true])
  expect(await list({ dryRun: false }, key)).toEqual(first)
  expect((await list({ dryRun: false })).rows.map(r => r.problems.map(p => p.code))).toEqual([
    ['has-pass'],
    ['has-pass'],
  ])
  const cut = file.subarray(0, file.length - 30).toString('base64')
  expect((await list({ file: cut })).code).toBe('pass-list-unreadable')
})
