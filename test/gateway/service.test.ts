import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCsv } from '../../gateway/csv.ts'
import { WORDS } from '../../gateway/http/servicewords.ts'
import { complaintChannels, complaintClasses, complaintPhases, complaintSubjects } from '../../rules/complaint.ts'
import type { Role } from '../../rules/flow.ts'
import { reportChannels, reportSteps } from '../../rules/report.ts'
import { orderClasses } from '../../rules/rule.ts'
import { crews, natures, visitOutcomes } from '../../rules/workorder.ts'
import type { Api, Body } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const site = {
  ...quietSite,
  calendar: { holidays: ['2026-10-01'], workdays: [] },
  orders: { targets: { satisfied: 90 }, replyDays: 2, samplePct: 100 },
}
let g: TestGateway
let people: Record<Role, Api>
let second: Api
beforeAll(async () => {
  g = await startGateway({ site })
  people = await g.people()
  second = people.operator
})
afterAll(() => g.stop())

const customer = { name: '吴女士', phone: '13900001111', room: 'A-1502' }
const complain = async (body: object = {}, headers?: Record<string, string>) =>
  (
    await people.desk.post(
      '/api/v1/complaints',
      { subject: 'noise', text: '夜间装修，=1+1', customer, ...body },
      headers,
    )
  ).body
const does = (id: unknown, what: string, body: object = {}, who: Api = people.desk) =>
  who.post(`/api/v1/complaints/${id}/${what}`, body)
const code = async (answer: Promise<{ body: Body }>) => (await answer).body.code

describe('P-09 over the API', () => {
  it('from the call to the closed case, by two people, with who complained never on the trail', async () => {
    const made = await complain({ class: 'important', reference: 'K-7' })
    expect(made).toMatchObject({ phase: 'new', reply: 'running', voices: [customer], reportedUp: null })
    expect(made.no).toMatch(/^CP-\d{8}-001$/)
    // Two working days of this site: a weekend or a holiday may lie in between.
    const days = (Date.parse(made.replyBy as string) - Date.parse(made.at as string)) / 86_400_000
    expect(days).toBeGreaterThan(2)
    expect(days).toBeLessThan(8)
    await does(made.id, 'report-up', { to: 'manager' })
    await does(made.id, 'pass', { to: '工程部' })
    expect(await code(does(made.id, 'pass', { to: 'x', from: 'new' }))).toBe('somebody-was-faster')
    expect(await code(does(made.id, 'reply', { text: 'x' }, people.engineer))).toBe('not-allowed')
    await does(made.id, 'voices', { name: 'Li', phone: '138', room: 'A-1602' })
    await does(made.id, 'reply', { text: '已要求 22 点后停工' })
    expect(await code(does(made.id, 'visits', { outcome: 'answered', satisfied: true }))).toBe('complaint-visit-own')
    const closed = await does(made.id, 'visits', { outcome: 'answered', satisfied: true, score: 5 }, second)
    expect(closed.body).toMatchObject({ phase: 'closed', reply: 'met', reportedUp: { to: 'manager', by: 'desk' } })
    const trail = (await people.desk.get(`/api/v1/complaints/${made.id}/trail`)).body.items.map(e => e.action)
    expect(trail).toEqual(['created', 'report-up', 'pass', 'voice', 'reply', 'visit'])
    expect((await people.admin.get('/api/v1/trail?limit=1000')).text).not.toMatch(/吴女士|13900001111|夜间装修/)
    expect((await people.engineer.get('/api/v1/complaints')).status).toBe(403)
  })
  it('a repair follows from it: an order in the name of whoever complained, and its step in the case', async () => {
    const made = await complain({ subject: 'repair', text: '水管漏水' })
    const key = { 'Idempotency-Key': 'one-leak-one-order' }
    for (const _ of [1, 2]) await people.desk.post(`/api/v1/complaints/${made.id}/repair`, { nature: 'water' }, key)
    const found = (await people.desk.get(`/api/v1/complaints/${made.id}`)).body
    const repairs = found.repairs as { workorder: string }[]
    expect(repairs).toMatchObject([{ step: 'received' }])
    const [report] = (await people.desk.get(`/api/v1/reports?workorder=${repairs[0]!.workorder}`)).body.items
    expect(report).toMatchObject({ reference: made.no, room: 'A-1502', caller: { name: '吴女士' }, class: 'urgent' })
  })
  it('nonsense is refused: nothing said, a place that is not there, a case that is closed', async () => {
    expect((await people.desk.post('/api/v1/complaints', { subject: 'noise', text: ' ' })).status).toBe(400)
    expect(await code(people.desk.post('/api/v1/complaints', { subject: 'noise', text: 'x', space: 'no' }))).toBe(
      'not-found',
    )
    const { id } = await complain()
    await does(id, 'withdraw', { reason: '重复' }, people.manager)
    expect(await code(does(id, 'voices', {}))).toBe('complaint-no-move')
    expect(await code(does(id, 'repair', { nature: 'water' }))).toBe('complaint-no-move')
    expect((await people.desk.get('/api/v1/complaints?open=true')).body.items.some(c => c.id === id)).toBe(false)
  })
})

describe('F11, F12: the ledger', () => {
  const ledger = async (ask: string) => (await people.desk.get(`/api/v1/service-ledger?${ask}`)).body.items
  it('reports, complaints and return visits of a time, each with its outcome', async () => {
    const [order] = (await people.desk.get('/api/v1/workorders')).body.items
    for (const action of ['accept', 'arrive', 'fix'])
      await people.engineer.post(`/api/v1/workorders/${order!.id}/${action}`, {})
    await people.manager.post(`/api/v1/workorders/${order!.id}/close`, {})
    const scores = { arrival: 5, quality: 4, attitude: 5 }
    await people.desk.post(`/api/v1/workorders/${order!.id}/visits`, { outcome: 'answered', solved: true, scores })
    const all = await ledger('')
    expect(all.map(r => [r.kind, r.step])).toEqual([
      ['complaint', 'closed'],
      ['complaint', 'new'],
      ['report', 'closed'],
      ['complaint', 'withdrawn'],
    ])
    expect(all[2]).toMatchObject({ inTime: true, visit: { satisfied: true, score: 4.7, by: 'desk' } })
    expect(all[0]).toMatchObject({ result: '已要求 22 点后停工', inTime: true, visit: { score: 5, by: 'operator' } })
    expect((await ledger('kind=visit')).map(r => r.visit)).toMatchObject([{ by: 'operator' }, { by: 'desk' }])
    expect(await ledger('to=2026-01-01T00:00:00Z')).toEqual([])
    expect(
      await code(people.desk.get('/api/v1/service-ledger?from=2027-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')),
    ).toBe('invalid-input')
    expect((await people.engineer.get('/api/v1/service-ledger')).status).toBe(403)
  })
  it.each(['zh-CN', 'en'] as const)(
    'as CSV in %s that Excel opens, with nothing in it that a spreadsheet runs',
    async lang => {
      const answer = await fetch(`${g.url}/api/v1/service-ledger?format=csv&lang=${lang}`, {
        headers: people.desk.headers,
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
      const { rows } = parseCsv(bytes.subarray(3).toString())
      expect(rows.length).toBe(5)
      expect(new Set(rows.map(r => r.cells.length))).toEqual(new Set([24]))
      expect(rows[1]!.cells.slice(1, 2)).toEqual([lang === 'en' ? 'complaint' : '投诉'])
      expect(rows[1]!.cells).toContain('夜间装修，=1+1')
      // By the clocks of the site.
      expect(rows[1]!.cells[2]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/)
    },
  )
  it('has a word in both languages for each code that a row can have', () => {
    const lists = {
      class: [...orderClasses, ...complaintClasses],
      step: [...reportSteps, ...complaintPhases],
      about: [...natures, ...complaintSubjects],
      by: [...reportChannels, ...complaintChannels],
      ...{ crew: crews, outcome: visitOutcomes, kind: ['report', 'complaint', 'suggestion', 'visit'] },
    }
    const codes = new Set(Object.entries(lists).flatMap(([list, of]) => of.map(c => `${list}.${c}`)))
    expect([...codes].sort()).toEqual(Object.keys(WORDS).sort())
    for (const { 'zh-CN': zh, en } of Object.values(WORDS))
      expect([/\p{Script=Han}/u.test(zh), /^[\x20-\x7e]+$/.test(en)]).toEqual([true, true])
  })
})

it('the numbers of the month, against the targets of the site', async () => {
  const f = (await people.manager.get('/api/v1/service-figures')).body
  expect(f).toMatchObject({
    over: false,
    reports: { received: 1, byNature: { water: 1 } },
    complaints: { received: 2, replied: { n: 1, of: 1 }, repairs: 1, visits: { made: 1, satisfied: 1 } },
    orders: { closed: 1, visits: { due: 1, made: 1, answered: 1, solved: 1 }, timely: { met: 1, n: 1 } },
    targets: { visited: 100, timely: 98, satisfied: 90, replied: 100 },
  })
  const past = (await people.manager.get('/api/v1/service-figures?month=2020-02')).body
  expect(past).toMatchObject({ over: true, reports: { received: 0 }, orders: { restoreMs: { value: null, n: 0 } } })
  expect(await code(people.manager.get('/api/v1/service-figures?month=2999-01'))).toBe('invalid-input')
})
