import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsOf, pastSpells, writePast } from '../../gateway/demo/fillpast.ts'
import { valueIn } from '../../gateway/demo/past.ts'
import type { AlarmFigures, ConsumptionView, WorkorderView } from '../../gateway/http/contract.ts'
import { figuresOf } from '../../rules/alarmfigures.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

const DAY = 86_400_000
const pumps = Array.from({ length: 24 }, (_, i) => ({ ...quietSite.equipment[0]!, id: `pump-${i + 1}`, unit: i + 1 }))
const site = {
  ...quietSite,
  equipment: pumps,
  rules: [
    { id: 'high', points: ['*/pressure'], when: { above: 20, deadband: 1 }, severity: 'low' },
    { id: 'tripped', points: ['*/tripped'], when: { equals: true }, severity: 'medium', order: { class: 'urgent' } },
    { id: 'burst', points: ['*/pressure'], when: { above: 22 }, severity: 'high' },
  ],
}
let g: TestGateway
let admin: Api
let span: Parameters<typeof writePast>[3]
let spells: ReturnType<typeof pastSpells>
let facts: Awaited<ReturnType<typeof writePast>>
beforeAll(async () => {
  g = await startGateway({ site })
  admin = await g.admin()
  const to = Date.now()
  span = { from: to - 30 * DAY, to, aheadMs: 8 * 3_600_000, seed: 7 }
  const plant = g.deps.plant()!
  spells = pastSpells(plant, span, () => false)
  const { trail, workorders, demoPast: past } = g.deps
  facts = await writePast({ trail, past, workorders }, plant, spells, span, () => false)
})
afterAll(() => g.stop())
const figures = async () => (await admin.get('/api/v1/alarm-figures?days=30')).body as unknown as AlarmFigures
const orders = async () =>
  ((await admin.get('/api/v1/workorders?all=true&limit=10000')).body as { items: WorkorderView[] }).items

describe('the made-up past of alarms', () => {
  it('is what a building has that is run well enough, with the usual faults', () => {
    const made = figuresOf(span.from, span.to)
    for (const event of eventsOf(spells)) made.take(event)
    const done = made.done()
    expect(done.perWindow).toBeGreaterThan(0.2)
    expect(done.perWindow).toBeLessThan(1)
    expect(done.peak).toBeGreaterThan(10)
    expect(done.overloaded).toBeLessThan(0.01)
    expect(done.chattering).toBeGreaterThanOrEqual(1)
    expect(done.fleeting).toBeGreaterThanOrEqual(1)
    expect(done.ackMedianMs).toBeGreaterThan(60_000)
  })
  it('lies between the days, one of a point at a time, with values that the point can show', () => {
    const ends = new Map<string, number>()
    for (const { alarm, from, to, ackedAt } of spells) {
      expect(from).toBeGreaterThanOrEqual(span.from)
      expect(Math.max(to, ackedAt ?? 0)).toBeLessThan(span.to)
      expect(from).toBeGreaterThan(ends.get(alarm.point) ?? 0)
      ends.set(alarm.point, to)
      expect(valueIn(alarm)).not.toBe(null)
    }
    expect(spells.length).toBeGreaterThan(900)
    expect(pastSpells(g.deps.plant()!, span, () => false)).toEqual(spells)
  })
  it('is told as demo data, and not on the list of alarms', async () => {
    const shown = await figures()
    expect(shown.demo).toMatchObject({ calls: spells.length })
    expect(shown.calls).toBe(spells.length)
    expect(shown.worst.length).toBe(10)
    for (const worst of shown.worst) expect([worst.alarm, worst.demoCalls]).toEqual([worst.alarm, worst.calls])
    expect((await admin.get('/api/v1/alarms?all=true')).body).toMatchObject({ items: [] })
    expect((await admin.get('/api/v1/alarm-rate')).body).toMatchObject({ count: 0, flood: false })
  })
  it('the trail holds, is not dated back, and says what was made', () => {
    expect(g.deps.trail.verify()).toBe(null)
    const entries = g.deps.trail.after(0, 10_000)
    expect(entries.every((e, i) => i === 0 || e.time >= entries[i - 1]!.time)).toBe(true)
    expect(Math.min(...entries.map(e => e.time))).toBeGreaterThan(span.to - DAY)
    expect(entries.filter(e => e.kind === 'alarm')).toEqual([])
    expect(entries.filter(e => e.kind === 'demo').map(e => [e.action, e.data.alarms, e.data.orders])).toEqual([
      ['generated', spells.length, facts.orders],
    ])
    const told = entries.filter(e => e.kind === 'workorder')
    expect(told.length).toBeGreaterThanOrEqual(facts.orders)
    expect(new Set(told.map(e => e.action))).toEqual(new Set(['generated']))
    expect(told.every(e => e.data.demo === true)).toBe(true)
  })
  it('its orders are closed by people of the demo, each marked, and nobody is told that one is late', async () => {
    const list = await orders()
    expect(list.length).toBe(facts.orders)
    expect(list.length).toBeGreaterThan(30)
    for (const order of list) {
      expect([order.no, order.demo, order.phase]).toEqual([order.no, true, 'closed'])
      expect(order.assignee).toMatch(/^demo-/)
      expect(order.escalations).toEqual([])
      expect(Date.parse(order.closedAt!)).toBeLessThan(span.to)
    }
    expect(list.filter(o => o.origin === 'report').every(o => o.visits.length === 1 && o.visitBy === null)).toBe(true)
    expect(g.deps.workorders.due(Date.now())).toEqual([])
  })
})

it('consumption: a meter nobody has read is a gap; the question is checked', async () => {
  const { body } = await admin.get('/api/v1/consumption')
  expect(body as unknown as ConsumptionView).toMatchObject({ step: '1d', items: [], next: null })
  expect((body as unknown as ConsumptionView).edges.length).toBe(31)
  expect((await admin.get('/api/v1/consumption?month=2999-01')).status).toBe(400)
  const csv = await admin.get('/api/v1/consumption?format=csv&lang=zh-CN')
  expect(csv.text).toMatch(/^\ufeff?日期,表计,位置,点,介质,用量,单位,有效占比,说明,来源/)
})

it('is taken away as a whole, and that is on the trail', async () => {
  const { body } = await admin.delete('/api/v1/history/demo')
  expect(body).toMatchObject({ orders: facts.orders })
  expect(await orders()).toEqual([])
  expect(await figures()).toMatchObject({ calls: 0, demo: null, worst: [] })
  expect(g.deps.trail.verify()).toBe(null)
})
