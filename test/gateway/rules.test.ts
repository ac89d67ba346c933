import { afterAll, beforeAll, expect, it } from 'vitest'
import { drivers } from '../../drivers/index.ts'
import type { DryRunView, RuleView } from '../../gateway/http/contract.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { packs } from '../../rules/packs/all.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const site = {
  ...quietSite,
  packs: ['lift', 'pump-house'],
  equipment: [
    ...quietSite.equipment,
    {
      ...{ id: 'lift-1', kind: 'lift', space: 'b1', channel: 'bus', unit: 2 },
      points: [
        { key: 'trapped', table: 'discrete', address: 0, type: 'bool', scanMs: 60_000 },
        { key: 'alarm-bell', table: 'discrete', address: 1, type: 'bool', scanMs: 60_000 },
      ],
    },
  ],
}

let g: TestGateway
let people: Awaited<ReturnType<TestGateway['people']>>
beforeAll(async () => {
  g = await startGateway({ site })
  people = await g.people()
})
afterAll(() => g.stop())

const rules = async () => (await people.engineer.get('/api/v1/rules')).body.items as unknown as RuleView[]
const rule = async (id: string) => (await rules()).find(r => r.id === id)
const tune = (id: string, tuning: object, who = people.engineer) =>
  who.put(`/api/v1/rules/${id}/tuning?why=tried`, tuning)
const runs = (id: string) => g.deps.plant()!.site.rules.find(r => r.id === id)
const text = async () =>
  JSON.parse(((await people.admin.get('/api/v1/site')).body as unknown as { text: string }).text) as typeof site & {
    tuning?: object
  }
const trail = async () =>
  (await people.admin.get('/api/v1/trail?limit=1000')).body.items
    .filter(e => e.kind === 'rule')
    .map(e => `${e.actor} ${e.action} ${e.id}`)

it('lists where a rule comes from, its clause, and what it watches', async () => {
  expect(await rule('lift.bell')).toMatchObject({
    from: 'pack',
    pack: { id: 'lift' },
    source: '电梯应急报警系统须完好',
    points: 1,
    equipment: ['lift-1'],
    spaces: ['b1'],
    on: true,
    tuning: null,
  })
  expect(await rule('noted')).toMatchObject({ from: 'site', words: ['above', 'deadband'], source: null })
  expect((await rule('offline'))!.from).toBe('gateway')
  // What the gateway says of itself is no point of the plant; its limits have their unit all the same.
  expect(await rule('gatehouse.disk-low')).toMatchObject({ points: 0, channels: 0, unit: 'MBy' })
  expect(await rule('gatehouse.memory')).toMatchObject({ points: 0, unit: '%' })
  expect(await rule('channel-away')).toMatchObject({ points: 0, channels: g.deps.plant()!.site.channels.length })
  expect((await rule('channel-away'))!.channels).toBeGreaterThan(0)
})

it('an engineer tunes a rule of the site and of a pack, switches one off, and takes it back to as delivered', async () => {
  const before = await text()
  expect((await tune('noted', { when: { above: 60, deadband: 5 }, delayOnS: 4, severity: 'low' })).status).toBe(200)
  expect(runs('noted')).toMatchObject({ when: { above: 60, deadband: 5 }, delayOnS: 4, severity: 'low' })
  expect(await rule('noted')).toMatchObject({ delivered: { when: { above: 50 } }, now: { delayOnS: 4 }, on: true })
  feed(g, 'lift-1/alarm-bell', true)
  await tune('lift.bell', { off: true })
  expect([runs('lift.bell'), (await rule('lift.bell'))!.on]).toEqual([undefined, false])
  // A remedy of the page of figures goes where the tuning is, or it would do nothing.
  await people.engineer.post('/api/v1/alarm-remedies', { rule: 'noted', kind: 'delayOnS', to: 9 })
  expect(runs('noted')!.delayOnS).toBe(9)
  expect((await text()).tuning).toMatchObject({ noted: { delayOnS: 9 }, 'lift.bell': { off: true } })
  expect((await tune('noted', {})).status).toBe(200)
  expect((await tune('lift.bell', {})).status).toBe(200)
  expect(await text()).toEqual(before)
  expect(runs('lift.bell')).toBeDefined()
  expect(await trail()).toEqual([
    'engineer as-delivered lift.bell',
    'engineer as-delivered noted',
    'engineer tuned noted',
    'engineer adjusted lift.bell',
    'engineer adjusted noted',
  ])
})

it('danger to people is neither switched off nor lowered, and only what the condition has is tuned', async () => {
  for (const [id, tuning, code] of [
    ['lift.trapped', { off: true }, 'tuning-life'],
    ['lift.trapped', { severity: 'low' }, 'tuning-life'],
    ['lift.trapped', { delayOnS: 86_400 }, 'tuning-life'],
    ['lift.bell', { when: { above: 3 } }, 'tuning-word'],
    ['noted', { when: { above: 'x' } }, 'schema'],
    ['noted', { delayOnS: -1 }, 'schema'],
    ['noted', { text: 'x' }, 'unknown-word'],
  ] as const) {
    const answer = await tune(id, tuning)
    const { problems } = answer.body as unknown as { problems: { code: string; text: { en: string } }[] }
    expect([id, tuning, answer.status, problems.map(p => p.code)]).toEqual([id, tuning, 422, [code]])
    expect(answer.body.detail).toContain(problems[0]!.text.en)
  }
  const hot = (when: object) => {
    const rule = { id: 'gas', points: ['room-b1/temperature'], when: { above: 10 }, severity: 'life' }
    const text = JSON.stringify({ ...site, rules: [...site.rules, rule], tuning: { gas: { when } } })
    return checkSite(text, drivers, []).problems.flatMap(p => (p.level === 'error' ? [p.code] : []))
  }
  expect([hot({ above: 5 }), hot({ above: 50 })]).toEqual([[], ['tuning-life']])
  expect((await tune('nobody', {})).status).toBe(404)
  expect((await tune('noted', {}, people.operator)).status).toBe(403)
  const left = checkSite(JSON.stringify({ ...site, tuning: { 'lift.trapped': { off: true } } }), drivers, [])
  expect(left.problems.map(p => p.code)).toEqual(['tuning-life'])
})

it('an admin adds a rule with an expression, which raises, and removes it', async () => {
  const added = {
    id: 'both',
    points: ['pump-1/pressure'],
    when: { expression: 'p > 5 && t', names: { p: 'pressure', t: 'tripped' } },
    severity: 'medium',
  }
  expect((await people.engineer.post('/api/v1/rules', added)).status).toBe(403)
  const wrong = { ...added, when: { ...added.when, expression: 'p > 5 && q' } }
  const refused = await people.admin.post('/api/v1/rules?why=asked', wrong, { 'accept-language': 'zh-CN' })
  expect([refused.status, refused.body.code]).toEqual([422, 'rule-invalid'])
  expect(refused.body.detail).toMatch(/第 10 个字符处的“q”不是 names 中的变量（有：p, t）/)
  expect((await people.admin.post('/api/v1/rules?why=asked', { ...added, points: ['pump-1/nothing'] })).status).toBe(
    422,
  )
  expect((await people.admin.post('/api/v1/rules?why=asked', added)).status).toBe(200)
  expect((await people.admin.post('/api/v1/rules?why=asked', added)).body.code).toBe('already-exists')
  feed(g, 'pump-1/pressure', 6)
  feed(g, 'pump-1/tripped', true)
  expect(g.deps.plant()!.alarms.get('both:pump-1:pressure')!.active).toBe(true)
  expect((await people.admin.delete('/api/v1/rules/lift.bell?why=x')).body.code).toBe('rule-is-packs')
  expect((await people.admin.delete('/api/v1/rules/both?why=gone')).status).toBe(200)
  expect((await text()).rules).toEqual(site.rules)
})

it('a dry run says what the live core raised on what the history kept', async () => {
  const dry = async (ask: object) =>
    (await people.manager.post('/api/v1/rule-dry-runs', ask)).body as unknown as DryRunView
  for (const value of [40, 55, 45, 52, 30, 70]) {
    feed(g, 'pump-1/pressure', value)
    const at = g.deps.clock.now()
    await until('the next moment', () => g.deps.clock.now() > at + 5)
  }
  const raised = g.deps.plant()!.alarms.get('noted:pump-1:pressure')!.count
  expect(raised).toBe(3)
  // The history writes once a second.
  let made = await dry({ id: 'noted' })
  for (let i = 0; i < 40 && made.standing === 0; i++) {
    await new Promise(resolve => setTimeout(resolve, 100))
    made = await dry({ id: 'noted' })
  }
  expect(made).toMatchObject({ points: 1, examined: 1, fires: raised, standing: 1, hourlyShare: 0, demoShare: 0 })
  expect(made.first.map(f => f.value)).toEqual([55, 52, 70])
  expect(made.noGoodShare).toBeGreaterThan(0.99)
  expect((await dry({ id: 'noted', tuning: { when: { above: 60 } } })).fires).toBe(1)
  const draft = { id: 'x', points: ['pump-*/pressure'], when: { below: 42 }, severity: 'low' }
  expect((await dry({ rule: draft, days: 1 })).fires).toBe(2)
  const wrong = { ...draft, when: { below: 42, withinS: 3 } }
  expect((await people.manager.post('/api/v1/rule-dry-runs', { rule: wrong })).body.code).toBe('rule-invalid')
  expect((await people.manager.post('/api/v1/rule-dry-runs', {})).status).toBe(400)
  const both = await Promise.all([1, 2].map(() => people.manager.post('/api/v1/rule-dry-runs', { id: 'noted' })))
  expect(both.map(a => a.status).sort()).toEqual([200, 409])
})

it('each rule of a pack names its clause, has both languages, and a runbook only where there is one', () => {
  let seen = 0
  for (const pack of packs) {
    expect(new Set(pack.rules.map(r => r.id)).size).toBe(pack.rules.length)
    for (const { id, source = '', text } of pack.rules) {
      expect([
        pack.id,
        id,
        source.length > 3,
        /[\u4e00-\u9fff]/.test(text['zh-CN']),
        /^[\x20-\x7e°%]+$/.test(text.en),
      ]).toEqual([...[pack.id, id, true, true, true]])
      seen++
    }
  }
  expect(packs.map(p => p.id)).toEqual(
    expect.arrayContaining(['supply-and-transformers', 'hvac-zones', 'sumps', 'doors', 'meters', 'pump-house']),
  )
  expect(seen).toBeGreaterThan(50)
})
