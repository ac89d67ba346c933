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
