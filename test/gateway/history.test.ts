import { ulid } from 'ulid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HistorySeries } from '../../gateway/http/contract.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

let g: TestGateway
let admin: Api
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  admin = await g.admin()
  for (const [i, value] of [3.1, 3.2, 42, 3.3].entries()) feed(g, 'pump-1/pressure', value, i)
  feed(g, 'pump-1/tripped', true)
  await until(
    'it is written',
    async () => ((await admin.get('/api/v1/history/stats')).body.samples as number) >= 5,
    10_000,
  )
})
afterAll(() => g.stop())
const seriesOf = (body: { items: readonly unknown[] }) => body.items as readonly HistorySeries[]

describe('GET /api/v1/history', () => {
  it('gives samples as they came, of several points, in the form asked for', async () => {
    const { status, body } = await admin.get('/api/v1/history?point=pump-1/pressure,pump-1/tripped')
    expect(status).toBe(200)
    expect(body).toMatchObject({ step: null, next: null, timezone: quietSite.site.timezone })
    const [pressure, tripped] = seriesOf(body)
    expect(pressure!.rows.filter(r => r.quality === 'good').map(r => r.value)).toEqual([3.1, 3.2, 42, 3.3])
    expect(tripped!.rows.filter(r => r.quality === 'good').map(r => r.value)).toEqual([true])
    expect([pressure!.demo, pressure!.truncated]).toEqual([[], false])
    const few = seriesOf((await admin.get('/api/v1/history?point=pump-1/pressure&limit=2')).body)
    expect([few[0]!.rows.length, few[0]!.truncated]).toEqual([2, true])
  })
  it('gives sums by step, with gaps where nothing is known', async () => {
    const { body } = await admin.get('/api/v1/history?point=pump-1/pressure&step=1h&agg=min,max')
    const { rows } = seriesOf(body)[0]!
    expect(rows.length).toBeGreaterThanOrEqual(24)
    expect(rows[0]).toMatchObject({ good: 0, min: null, max: null })
    const seen = rows.filter(r => r.good! > 0)
    expect([Math.min(...seen.map(r => r.min!)), Math.max(...seen.map(r => r.max!))]).toEqual([3.1, 42])
    expect(Object.keys(rows[0]!).sort()).toEqual(['at', 'good', 'max', 'min'])
  })
  it('as a table, in both languages, by header or by link', async () => {
    const ask = '/api/v1/history?point=pump-1/pressure'
    const zh = await admin.get(ask, { accept: 'text/csv', 'accept-language': 'zh-CN' })
    expect(zh.headers.get('content-type')).toMatch('text/csv')
    const lines = zh.text.split('\r\n')
    expect(lines[0]).toMatch(/^\ufeff?时间,点,值,质量,原因,来源$/)
    expect(lines.find(line => line.includes(',42,'))).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3},pump-1\/pressure.*,42,good,,实测$/,
    )
    const en = await admin.get(`${ask}&step=1d&agg=mean&format=csv&lang=en`, { 'accept-language': 'zh-CN' })
    expect(en.text.split('\r\n')[0]).toMatch(/^\ufeff?time,point,mean,good share,source$/)
  })
  it('says what is wrong with a question, in both languages', async () => {
    const cases: [string, number, string, RegExp, RegExp][] = [
      ['point=pump-1/nothing', 404, 'not-found', /没有找到/, /Not found/],
      [
        'point=pump-1/pressure&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
        400,
        'invalid-input',
        /早于/,
        /before/,
      ],
      ['point=pump-1/pressure&step=1fortnight', 400, 'invalid-input', /step/, /step/],
      ['from=2026-01-02T00:00:00Z', 400, 'invalid-input', /point/, /point/],
      [
        'point=pump-1/pressure&step=1s&from=2026-01-01T00:00:00Z',
        422,
        'history-too-much',
        /最多 10000/,
        /At most 10000/,
      ],
      ['point=pump-1/pressure,pump-1/tripped&limit=50000', 422, 'history-too-much', /最多/, /At most/],
    ]
    for (const [query, status, code, zh, en] of cases)
      for (const [language, words] of [
        ['zh-CN', zh],
        ['en', en],
      ] as const) {
        const answer = await admin.get(`/api/v1/history?${query}`, { 'accept-language': language })
        expect([query, answer.status, answer.body.code]).toEqual([query, status, code])
        expect(String(answer.body.detail)).toMatch(words)
      }
    expect(cases.length).toBe(6)
  })
})

describe('GET /api/v1/history/export', () => {
  const span = () =>
    `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`
  const table = (text: string) => text.split('\r\n').map(line => line.split(','))
  it('is a table with names, units, quality and both times, its head in either language or both', async () => {
    const ask = `/api/v1/history/export?point=pump-1/pressure,pump-1/tripped&${span()}`
    const heads = {
      'zh-CN': '时间,时间（UTC）,点位,名称,单位,值,质量,原因,来源',
      en: 'time,time (UTC),point,name,unit,value,quality,reason,source',
      both: '时间 time,时间（UTC） time (UTC),点位 point,名称 name,单位 unit,值 value,质量 quality,原因 reason,来源 source',
    }
    for (const [lang, head] of Object.entries(heads)) {
      const { status, text, headers } = await admin.get(`${ask}&lang=${lang}`)
      expect([lang, status, headers.get('content-type')]).toEqual([lang, 200, 'text/csv; charset=utf-8'])
      // The client of the test takes the byte order mark away.
      expect([lang, text.split('\r\n')[0]]).toEqual([lang, head])
    }
    const rows = table((await admin.get(`${ask}&lang=en`)).text).slice(1)
    const good = rows.filter(row => row[6] === 'good')
    expect(good.map(row => [row[2], row[5], row[8]])).toEqual([
      ...['3.1', '3.2', '42', '3.3'].map(value => ['pump-1/pressure', value, 'measured']),
      ['pump-1/tripped', 'true', 'measured'],
    ])
    // The wall of the site and UTC are the same moment.
    const [wall = '', utc = ''] = good[0]!
    expect(Date.parse(`${wall.replace(' ', 'T')}Z`) - Date.parse(utc)).toBe(8 * 3_600_000)
    const bytes = new Uint8Array(await (await fetch(g.url + ask, { headers: admin.headers })).arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const stepped = table((await admin.get(`${ask}&lang=en&step=1h&agg=min,max`)).text)
    expect(stepped[0]!.slice(5)).toEqual(['min', 'max', 'good share', 'source'])
    expect(stepped.some(row => row[5] === '3.1' || row[6] === '42')).toBe(true)
    expect(stepped.some(row => row[2] === 'pump-1/pressure' && row[5] === '' && row[7] === '0')).toBe(true)
  })
  it('goes on over any number of pages, each sample once, in order', async () => {
    const count = 4500
    // Many of them in the same ms: a page may end in the midst of it.
    for (let i = 0; i < count; i++) feed(g, 'pump-1/pressure', 100 + i)
    await until('they are there', async () => {
      const { body } = await admin.get('/api/v1/history?point=pump-1/pressure&limit=50000')
      return seriesOf(body)[0]!.rows.filter(r => (r.value as number) >= 100).length >= count
    })
    const { text } = await admin.get(`/api/v1/history/export?point=pump-1/pressure&${span()}&lang=en`)
    const values = table(text).flatMap(row => (Number(row[5]) >= 100 ? [Number(row[5])] : []))
    expect(values).toEqual(Array.from({ length: count }, (_, i) => 100 + i))
  })
  it('as a workbook', async () => {
    const url = `${g.url}/api/v1/history/export?point=pump-1/pressure&${span()}&format=xlsx&lang=zh-CN`
    const answer = await fetch(url, { headers: admin.headers })
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="gatehouse-history.xlsx"')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect([...bytes.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4])
  })
  it('refuses what it cannot read before the first byte', async () => {
    const cases: [string, number, string][] = [
      [`point=pump-1/nothing&${span()}`, 404, 'not-found'],
      ['point=pump-1/pressure&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 400, 'invalid-input'],
      ['point=pump-1/pressure&from=2000-01-02T00:00:00Z&to=2026-01-01T00:00:00Z&step=1m', 422, 'history-too-much'],
    ]
    for (const [query, status, code] of cases) {
      const answer = await admin.get(`/api/v1/history/export?${query}`)
      expect([query, answer.status, answer.body.code]).toEqual([query, status, code])
    }
  })
})

describe('GET /api/v1/history/marks', () => {
  it('has alarms from raised to cleared with their words; each role what it may read', async () => {
    const { trail, alarms } = g.deps
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const to = new Date(Date.now() + 3_600_000).toISOString()
    const ask = `/api/v1/history/marks?point=pump-1/pressure&from=${from}&to=${to}`
    const mine = async (api: Api) =>
      (await api.get(ask)).body.items
        .filter(({ id, kind }) => kind === 'command' || ['short', 'stands', 'elsewhere'].includes(String(id)))
        .map(({ kind, id, earlier, until, by }) => [kind, id, earlier, until === null, by])
    const stored = {
      ...{ rule: 'r', point: 'pump-1/pressure', severity: 'high', text: { 'zh-CN': '压力高', en: 'Pressure high' } },
      ...{ acked: false, raisedAt: null, clearedAt: null, ackedAt: null, ackedBy: null, retired: false, count: 1 },
      ...{ value: 42, place: { equipmentName: { 'zh-CN': '泵', en: 'Pump' }, space: null } },
      ...{ resetNeeded: false, shelved: null, outOfService: null, suppressedBy: [], unheard: false, firstOut: false },
    }
    const put = (id: string, active: boolean, action: string, more: object = {}) =>
      trail.change({ name: 'test', role: 'gateway' }, note =>
        alarms.put(note, { ...stored, ...more, id, active } as never, action as never),
      )
    put('short', true, 'raised')
    put('short', false, 'cleared')
    put('stands', true, 'raised', { raisedAt: Date.now() })
    put('elsewhere', true, 'raised', { point: 'pump-2/pressure' })
    trail.change({ name: 'li', role: 'engineer' }, note =>
      g.deps.commands.put(
        note,
        {
          ...{ id: ulid(Date.now()), point: 'pump-1/pressure', value: 4, was: 3, reason: 'night', phase: 'confirmed' },
          ...{ why: null, text: null, requestedBy: 'li', requestedAt: Date.now(), secondBy: null, secondAt: null },
          ...{ sentAt: null, endedAt: null, read: 4 },
        },
        ['requested'],
      ),
    )
    const all = await mine(admin)
    expect(all.filter(([kind]) => kind === 'alarm').map(mark => mark.slice(1))).toEqual([
      ['short', false, false, null],
      ['stands', false, true, null],
    ])
    expect(all.filter(([kind]) => kind === 'command')).toHaveLength(1)
    const people = await g.people()
    expect(await mine(people.billing)).toEqual([])
    expect((await mine(people.viewer)).length).toBe(all.length)
    // What began before the span and stands is there from its first moment.
    const later = new Date(Date.now() + 1000).toISOString()
    const { body } = await admin.get(`/api/v1/history/marks?point=pump-1/pressure&from=${later}&to=${to}`)
    expect(body.items.filter(mark => mark.id === 'stands')).toMatchObject([{ at: later, earlier: true, until: null }])
    expect(body.items.some(mark => mark.id === 'short')).toBe(false)
  })
})

it('says how much there is, on the API and to Prometheus; taking the demo away is on the trail', async () => {
  const { body } = await admin.get('/api/v1/history/stats')
  expect(body).toMatchObject({ notRecorded: 0, droppedRaw: 0, failedSince: null, demo: 'none' })
  expect(body.commitAgeMs as number).toBeLessThan(70_000)
  const metrics = (await admin.get('/metrics')).text
  for (const name of ['bytes', 'points', 'samples', 'offered', 'not_recorded', 'dropped', 'last_commit_age_seconds'])
    expect(metrics).toMatch(new RegExp(`^gatehouse_history_${name} [\\d.]+$`, 'm'))
  expect((await admin.delete('/api/v1/history/demo')).status).toBe(200)
  const [entry] = (await admin.get('/api/v1/trail?limit=1')).body.items
  expect(entry).toMatchObject({ kind: 'history', id: 'demo', action: 'forgotten', actor: 'admin' })
})
