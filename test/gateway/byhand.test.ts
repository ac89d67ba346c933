import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { parseCsv, writeCsv } from '../../gateway/csv.ts'
import { readXlsx } from '../../gateway/xlsxread.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api, Body } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

/** Noon in Shanghai of the third day after a month has ended. */
const NOON = Date.UTC(2026, 10, 3, 4)
const iso = (wall: string) => new Date(`${wall.replace(' ', 'T')}:00+08:00`).toISOString()
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const HEAD = ['计量点', '单元', '介质', '表号', '整数位', '小数位', '起码', '安装日期', '余额点']
const list = (head: readonly string[], ...rows: readonly (readonly string[])[]) =>
  Buffer.from(`\ufeff${writeCsv([head, ...rows])}`).toString('base64')
const codeOf = async (answer: Promise<{ body: Body }>) => (await answer).body.code
let g: TestGateway
let people: Record<Role, Api>
const now = NOON

beforeAll(async () => {
  g = await startGateway({
    clock: createClock(
      () => now,
      () => performance.now(),
    ),
    site: quietSite,
  })
  people = await g.people()
  const file = list(
    HEAD,
    ['E-101', '101', '电', '7001', '5', '1', '100', '2026-09-01', 'pump-1/pressure'],
    ['W-101', '101', '水', '3001', '5', '2', '12.5', '2026-09-01', ''],
    ['W-102', '102', '水', '3002', '5', '2', '0', '2026-09-01', ''],
    ['G-102', '102', '气', '', '', '', '', '', ''],
  )
  const written = await people.engineer.post('/api/v1/meter-lists', { file, dryRun: false })
  expect(written.body).toMatchObject({ written: true })
  g.deps.readingKeeper.freeze.look()
  await g.deps.readingKeeper.freeze.done()
})
afterAll(() => g.stop())
const lifeOf = async (point: string, from = '2026-09-01 00:00') => {
  const life = await people.engineer.get(`/api/v1/service-points/${point}/life?from=${iso(from)}`)
  return life.body as unknown as {
    readings: {
      at: string
      index: string | null
      reason: string | null
      measuredAt: string | null
      note: string
      validation: string
    }[]
  }
}

describe('a form of readings at an event', () => {
  const make = (body: object, who = people.operator) => who.post('/api/v1/special-readings', body)
  const fill = (id: unknown, lines: object[]) => people.operator.put(`/api/v1/special-readings/${id}/lines`, { lines })
  const sign = (id: unknown, seen: unknown, image = PNG) =>
    people.operator.post(`/api/v1/special-readings/${id}/sign`, {
      ...{ seen, parties: [{ name: '李四', side: 'incoming', image: image.toString('base64') }] },
    })

  it('all meters of the unit with what is missing there; filled in, photographed, signed by both, frozen', async () => {
    const made = (
      await make({ kind: 'tenant', unit: '102', outgoing: '张三', incoming: '李四', at: iso('2026-10-12 15:00') })
    ).body
    expect(made).toMatchObject({ phase: 'draft', splits: true, no: expect.stringMatching(/^SR-20261103-\d{3}$/) })
    expect((made.lines as { medium: string; gap: string | null }[]).map(l => [l.medium, l.gap])).toEqual([
      ['gas', 'no-meter'],
      ['water', null],
      ['electricity', 'no-point'],
    ])
    expect(made.wants).toEqual([{ line: 1, want: 'index' }])
    expect(await codeOf(sign(made.id, made.seen))).toBe('special-lacks')
    expect(await codeOf(fill(made.id, [{ line: 1, index: '1.234' }]))).toBe('reading-index')
    expect(await codeOf(fill(made.id, [{ line: 0, index: '1' }]))).toBe('not-found')
    const filled = (await fill(made.id, [{ line: 1, index: '40.25', remark: '双方在场' }])).body
    expect(filled.wants).toEqual([{ line: 1, want: 'photo' }])
    const photo = await people.operator.send('POST', `/api/v1/special-readings/${made.id}/lines/1/photo`, PNG, {
      'content-type': 'image/png',
    })
    const { seen } = photo.body
    const file = (photo.body.lines as { photo: string }[])[1]!.photo
    expect(
      (await people.operator.get(`/api/v1/special-readings/${made.id}/photos/${file}`)).headers.get('content-type'),
    ).toBe('image/png')
    // What was looked at before the photo is not what is there now; a drawing is a PNG; nothing counts yet.
    expect(await codeOf(sign(made.id, filled.seen))).toBe('special-changed')
    expect(await codeOf(sign(made.id, seen, Buffer.from('no picture at all')))).toBe('not-a-signature')
    expect((await lifeOf('W-102')).readings.some(r => r.at === iso('2026-10-12 15:00'))).toBe(false)

    const signed = (await sign(made.id, seen)).body
    expect(signed).toMatchObject({
      phase: 'signed',
      signed: { by: 'operator', hash: seen, parties: [{ name: '李四', side: 'incoming' }] },
    })
    expect(
      (await people.operator.get(`/api/v1/special-readings/${made.id}/signatures/0`)).headers.get('content-type'),
    ).toBe('image/png')
    const reading = (await lifeOf('W-102')).readings.find(r => r.at === iso('2026-10-12 15:00'))
    expect(reading).toMatchObject({
      index: '40.25',
      reason: 'signed',
      validation: 'valid',
      note: `${signed.no} 双方在场`,
    })
    for (const late of [fill(made.id, [{ line: 1, index: '41' }]), sign(made.id, seen)])
      expect(await codeOf(late)).toBe('special-closed')
    expect(await codeOf(people.operator.post(`/api/v1/special-readings/${made.id}/withdraw`, { why: 'x' }))).toBe(
      'special-closed',
    )
    const told = g.deps.trail.of('special-reading', String(made.id)).map(e => e.action)
    expect(told).toEqual(['created', 'filled', 'filled', 'signed'])
    expect(g.deps.trail.of('special-reading', String(made.id)).at(-1)!.data).toMatchObject({
      hash: seen,
      occupier: true,
    })
  })

  it('billing sees the change: each tenant has a line of his own in the month', async () => {
    // The walk reads the ends of the month.
    for (const [at, index] of [
      ['2026-10-01 00:00', '30'],
      ['2026-11-01 00:00', '55'],
    ] as const)
      await people.engineer.post('/api/v1/service-points/W-102/readings', { index, at: iso(at) })
    const made = await people.billing.post('/api/v1/billing/batches', { period: '2026-10', group: 'all' })
    const { lines } = (await people.billing.get(`/api/v1/billing/batches/${made.body.name}`)).body as unknown as {
      lines: Record<string, string>[]
    }
    const rows = JSON.stringify(lines ?? (await people.billing.get(`/api/v1/billing/batches/${made.body.name}`)).body)
    expect(rows).toContain('W-102/total/1')
    expect(rows).toContain('W-102/total/2')
    expect(rows).toContain('2026-10-12 15:00')
    for (const used of ['"10.25"', '"14.75"']) expect(rows).toContain(used)
  })

  it('a locked door is on the form and waits; what is doubtful is taken; a withdrawn form counts for nothing', async () => {
    const made = (await make({ kind: 'handover', unit: '101', incoming: '王五', at: iso('2026-11-03 09:00') })).body
    const words = { noPhoto: '表箱无灯', remark: '' }
    const { body } = await fill(made.id, [
      { line: 0, index: '99', ...words },
      { line: 1, unread: 'locked' },
    ])
    expect((body.lines as { doubt: { en: string } | null }[])[0]!.doubt!.en).toContain('below 100.0')
    const signed = await sign(made.id, body.seen)
    expect(signed.body.phase).toBe('signed')
    const at = iso('2026-11-03 09:00')
    expect((await lifeOf('E-101')).readings.find(r => r.at === at)).toMatchObject({
      index: '99.0',
      validation: 'uncertain',
    })
    expect((await lifeOf('W-101')).readings.find(r => r.at === at)).toMatchObject({ index: null, reason: 'locked' })

    const other = (await make({ kind: 'takeover', outgoing: 'a', incoming: 'b' })).body
    expect((other.lines as unknown[]).length).toBe(4)
    await people.operator.post(`/api/v1/special-readings/${other.id}/withdraw`, { why: '日期不对' })
    expect(await codeOf(sign(other.id, other.seen))).toBe('special-closed')
    expect(await codeOf(make({ kind: 'handover', unit: '999' }))).toBe('not-found')
    expect(await codeOf(make({ kind: 'handover', unit: '101', at: new Date(now + 60_000).toISOString() }))).toBe(
      'special-ahead',
    )
    expect((await people.guard.get('/api/v1/special-readings')).status).toBe(403)
    expect((await people.operator.get('/api/v1/special-readings')).body.items.length).toBe(3)
  })

  it('a meter that was exchanged meanwhile: what was on the form is not signed for another one', async () => {
    const made = (await make({ kind: 'contract', unit: '101', outgoing: '王五', incoming: '王五' })).body
    expect(made.splits).toBe(false)
    const { seen } = (
      await fill(
        made.id,
        [0, 1].map(line => ({ line, index: '200', noPhoto: 'x' })),
      )
    ).body
    const at = new Date(now - 3_600_000).toISOString()
    const meter = { serial: '3009', digits: 5, decimals: 2, source: null }
    const swap = { at, closing: { total: '60' }, opening: { total: '0' }, meter, witness: '王强', reason: '到期轮换' }
    expect((await people.engineer.post('/api/v1/service-points/W-101/exchange', swap)).status).toBe(201)
    expect(await codeOf(sign(made.id, seen))).toBe('special-changed')
  })
})

describe('the walk', () => {
  const walk = async () =>
    (await people.operator.get('/api/v1/meter-walk')).body as unknown as {
      window: { end: string } | null
      counts: Record<string, number>
      items: { point: string; state: string; meter: string; before: { index: string } | null }[]
    }
  const send = (records: object[], clock = now) =>
    people.operator.post('/api/v1/meter-walk/readings', { clock: new Date(clock).toISOString(), records })
  const row = (id: string, more: object) => ({
    id: `test-${id}-0001`,
    at: new Date(now).toISOString(),
    point: 'E-101',
    ...more,
  })

  it('what a person reads after the month has ended stands for its end, with the time it was read; once', async () => {
    const before = await walk()
    expect(before.window!.end).toBe(iso('2026-11-01 00:00'))
    expect(before.items.find(i => i.point === 'E-101')).toMatchObject({ state: 'due', meter: '7001' })
    const photo = await people.operator.send('POST', '/api/v1/meter-walk/photos', PNG, { 'content-type': 'image/png' })
    // The clock of the phone is an hour behind; the day before that was the 2nd, two in the afternoon.
    const late = now - 3_600_000
    const one = row('e', { at: new Date(late - 22 * 3_600_000).toISOString(), index: '150', photo: photo.body.photo })
    const first = await send([one], late)
    expect(first.body.items).toEqual([{ id: one.id, known: false, result: 'taken', doubt: null }])
    expect((await send([one], late)).body.items).toMatchObject([{ known: true, result: 'taken' }])
    const stands = (await lifeOf('E-101')).readings.find(r => r.at === iso('2026-11-01 00:00'))!
    expect(stands).toMatchObject({ index: '150.0', validation: 'valid' })
    // Noon less an hour of the clock and 22 hours, and then put right by that hour: two in the afternoon.
    expect(stands.measuredAt!.slice(0, 16)).toBe(iso('2026-11-02 14:00').slice(0, 16))
    const after = await walk()
    expect(after.items.find(i => i.point === 'E-101')!.state).toBe('done')
    expect(after.counts.done).toBe(before.counts.done! + 1)
    expect((await people.operator.get(`/api/v1/meter-walk/photos/${photo.body.photo}`)).status).toBe(200)
    expect((await people.operator.get(`/api/v1/meter-walk/photos/${'0'.repeat(64)}.png`)).status).toBe(404)
  })
  it('the truth is never refused: doubtful, locked, another meter, off the scale, a point that nobody knows', async () => {
    const result = async (id: string, more: object) =>
      ((await send([row(id, more)])).body.items as unknown as { result: string; doubt: { en: string } | null }[])[0]!
    expect(await result('low', { index: '20' })).toMatchObject({
      result: 'doubtful',
      doubt: { en: expect.any(String) },
    })
    expect((await walk()).items.find(i => i.point === 'E-101')!.state).toBe('doubtful')
    expect((await result('lock', { unread: 'locked', index: null })).result).toBe('unread')
    expect((await result('other', { index: '5', meter: '9999' })).result).toBe('other-meter')
    expect((await result('scale', { index: '5.555' })).result).toBe('off-scale')
    expect((await result('none', { index: '5', point: 'X-1' })).result).toBe('no-meter')
    expect(
      g.deps.meterWalk
        .of('E-101', 20)
        .map(t => t.result)
        .sort(),
    ).toEqual([...['doubtful', 'off-scale', 'other-meter', 'taken', 'unread']])
  })
  it('its list goes out and comes back filled in, in GBK as well; a dry run changes nothing; twice is once', async () => {
    const zh = { 'accept-language': 'zh-CN' }
    const out = await people.operator.get('/api/v1/meter-walk/list', zh)
    const [head = [], ...rows] = parseCsv(out.text.replace(/^\ufeff/, '')).rows.map(r => r.cells)
    const at = (column: string) => head.indexOf(column)
    expect(rows.map(r => r[at('计量点')]).sort()).toEqual(['E-101', 'W-101', 'W-102'])
    const filled = rows.map(r =>
      r[at('计量点')] === 'E-101'
        ? r
            .with(at('序号'), '2')
            .with(at('位置'), 'B1 表间')
            .with(at('本次表码'), '151')
            .with(at('抄表时间'), '2026/11/3 11:30')
        : r.with(at('序号'), '1'),
    )
    const send = (file: string, dryRun: boolean) => people.engineer.post('/api/v1/meter-walk/list', { file, dryRun })
    const good = list(head, ...filled)
    const trail = g.deps.trail.head()
    expect((await send(good, true)).body).toMatchObject({ written: false, counts: { rows: 3, wrong: 0, readings: 1 } })
    expect(g.deps.trail.head()).toBe(trail)
    const bad = await send(list(head, filled[0]!.with(at('表号'), '1')), false)
    expect(bad.body).toMatchObject({ written: false, rows: [{ problems: [{ code: 'meter-differs' }] }] })
    expect(g.deps.trail.head()).toBe(trail)
    expect((await send(good, false)).body).toMatchObject({ written: true, counts: { readings: 1 } })
    expect((await lifeOf('E-101')).readings.find(r => r.at === iso('2026-11-03 11:30'))).toMatchObject({
      index: '151.0',
    })
    const items = (await walk()).items.map(i => i.point)
    expect(items.indexOf('E-101')).toBe(items.length - 1)
    const again = g.deps.trail.head()
    await send(good, false)
    expect(g.deps.trail.head()).toBe(again)
    // `计量点,抄表时间,未抄原因` and `门锁` as a Chinese Excel writes them.
    const gbk = Buffer.concat([
      Buffer.from('bcc6c1bfb5e32cb3adb1edcab1bce42cceb4b3add4add2f20d0a', 'hex'),
      Buffer.from('W-102,2026-11-03 10:00,'),
      Buffer.from('c3c5cbf80d0a', 'hex'),
    ])
    expect((await send(gbk.toString('base64'), true)).body).toMatchObject({
      encoding: expect.stringMatching(/gb/i),
      counts: { unread: 1, wrong: 0 },
    })
    const sheet = await fetch(`${g.url}/api/v1/meter-walk/list?format=xlsx&lang=en`, {
      headers: people.operator.headers,
    })
    const bytes = Buffer.from(await sheet.arrayBuffer())
    expect(readXlsx(bytes)!.length).toBe(4)
    expect((await send(bytes.toString('base64'), true)).body).toMatchObject({
      encoding: 'xlsx',
      counts: { rows: 3, wrong: 0 },
    })
    expect((await people.operator.post('/api/v1/meter-walk/list', { file: good })).status).toBe(403)
  })
})

describe('prepaid meters as data', () => {
  const path = '/api/v1/service-points/E-101/top-ups'
  it('what was put on, taken back by a line of its own, summed and listed; what is left is never made up', async () => {
    const add = (body: object) => people.operator.post(path, { at: iso('2026-11-02 10:00'), unit: 'CNY', ...body })
    expect((await add({ amount: '200', receipt: 'R-1' })).status).toBe(201)
    const wrong = (await add({ amount: '1000.50', note: '=1+1' })).body
    await people.operator.post(`/api/v1/top-ups/${wrong.n}/cancel`, { why: '录错' })
    expect(await codeOf(people.operator.post(`/api/v1/top-ups/${wrong.n}/cancel`, { why: 'x' }))).toBe(
      'topup-cancelled',
    )
    expect(await codeOf(add({ amount: '0' }))).toBe('invalid-input')
    expect(await codeOf(add({ amount: '1', at: new Date(now + 60_000).toISOString() }))).toBe('exchange-time')
    expect(
      await codeOf(
        people.operator.post('/api/v1/service-points/G-102/top-ups', {
          amount: '1',
          unit: 'CNY',
          at: iso('2026-11-02 10:00'),
        }),
      ),
    ).toBe('meter-not-there')
    const { body } = await people.billing.get(path)
    expect(body.items.map(i => i.amount)).toEqual(['200', '1000.5', '-1000.5'])
    // Its point was never read: nothing is known of it, and no nought.
    expect(body).toMatchObject({ totals: [{ unit: 'CNY', amount: '200' }], balance: { value: null, quality: 'bad' } })
    const rows = parseCsv((await people.billing.get('/api/v1/top-ups/list?lang=en')).text.replace(/^\ufeff/, '')).rows
    expect(rows.length).toBe(5)
    expect(rows[2]!.cells).toContain("'=1+1")
    expect(rows.at(-1)!.cells.slice(0, 6)).toEqual(['total', '', '', '', '200', 'CNY'])
    expect((await people.billing.get('/api/v1/service-points/W-102/top-ups')).body).toMatchObject({
      items: [],
      balance: null,
    })
  })
})
