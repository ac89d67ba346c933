import { writeFileSync } from 'node:fs'
import { join as path } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ofSamples } from '../../drivers/batch.ts'
import { bad } from '../../drivers/point.ts'
import type { Api } from '../support/api.ts'
import { edited } from '../support/edit.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { account, type Client, join } from '../support/mqtt.ts'
import { quietSite } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

const root = 'gatehouse/test-site'
let g: TestGateway
let admin: Api
let password = ''
let c: Client
beforeEach(async () => {
  g = await startGateway({ site: quietSite })
  admin = await g.admin()
  password = await account(admin, 'scada', ['gatehouse/#'], ['gatehouse/+/request/+'])
  c = await join(g.mqtt, 'scada', password)
  await c.subscribe('gatehouse/#')
})
afterEach(async () => {
  c.end()
  await g.stop()
})
/** What a client gets that comes now: the retained messages. They come one after the other, status and equipment among them. */
async function retained(site = root): Promise<Record<string, unknown>> {
  const late = await join(g.mqtt, 'scada', password)
  await late.subscribe('gatehouse/#', 1)
  await late.hears('status', h => h.topic === `${site}/status`)
  await late.hears('equipment', h => h.topic === `${site}/equipment`)
  // They are told without a last one: whoever hears nothing more for a while has heard them all.
  for (let had = -1; had !== late.heard.length; await pause(150)) had = late.heard.length
  late.end()
  return Object.fromEntries(late.heard.filter(h => h.retained).map(h => [h.topic, h.body]))
}
const hears = (topic: string, fits: (body: Record<string, unknown>) => boolean = () => true) =>
  c.hears(topic, h => h.topic === `${root}/${topic}` && fits(h.body))

describe('what is published', () => {
  it('telemetry: what has changed, with its time, and why it is not good', async () => {
    feed(g, 'pump-1/pressure', 7)
    const { body } = await hears('telemetry/pump-1', b => (b.v as { pressure?: number }).pressure === 7)
    expect(body).toEqual({
      t: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      v: expect.any(Object),
      q: expect.any(Object),
    })
    const all = c.on(`${root}/telemetry/pump-1`)
    expect(all.some(h => h.retained)).toBe(false)
    feed(g, 'pump-1/pressure', 7, 1)
    feed(g, 'pump-1/pressure', 8, 2)
    const second = await hears('telemetry/pump-1', b => (b.v as { pressure?: number }).pressure === 8)
    expect(second.body.v).toEqual({ pressure: 8 })
    expect(second.body.q).toEqual({})
    const sevens = c.on(`${root}/telemetry/pump-1`).filter(h => (h.body.v as { pressure?: number }).pressure === 7)
    expect(sevens).toHaveLength(1)
  })
  it('a dead point is null with its reason, never a zero or the last value', async () => {
    feed(g, 'pump-1/pressure', 7)
    const now = g.deps.clock.now() + 5
    g.deps.bus.emit('readings', ofSamples([bad('pump-1/pressure', 'timeout', now)]))
    const { body } = await hears('telemetry/pump-1', b => (b.q as { pressure?: string }).pressure === 'timeout')
    expect((body.v as { pressure: unknown }).pressure).toBeNull()
  })
  it('status and equipment are there for whoever comes later', async () => {
    const there = await retained()
    expect(there[`${root}/status`]).toMatchObject({ state: 'online', version: g.deps.version })
    expect(there[`${root}/equipment`]).toMatchObject([{ id: 'pump-1', name: { en: 'Pump' }, points: [{}, {}, {}] }])
  })
  it('an alarm is there while it is not normal, and gone when it is', async () => {
    const topic = `${root}/alarms/tripped:pump-1:tripped`
    feed(g, 'pump-1/tripped', true)
    expect((await hears('alarms/tripped:pump-1:tripped')).body).toMatchObject({
      state: 'UNACK',
      severity: 'high',
      count: 1,
    })
    expect((await retained())[topic]).toMatchObject({ state: 'UNACK' })
    await admin.post('/api/v1/alarms/tripped:pump-1:tripped/acknowledge')
    expect((await retained())[topic]).toMatchObject({ state: 'ACKED', ackedBy: 'admin' })
    feed(g, 'pump-1/tripped', false, 1)
    await until('it is gone', () => c.on(topic).at(-1)?.text === '')
    expect(await retained()).not.toHaveProperty([topic])
  })
  it('every change of a record, in order, with its place on the trail', async () => {
    feed(g, 'pump-1/tripped', true)
    await admin.post('/api/v1/alarms/tripped:pump-1:tripped/acknowledge')
    await hears('records/alarm/tripped:pump-1:tripped', b => b.action === 'acknowledged')
    const records = c.heard.filter(h => h.topic.startsWith(`${root}/records/`)).map(h => h.body)
    expect(records.map(b => b.action)).toEqual(['raised', 'opened', 'acknowledged'])
    const seqs = records.map(b => b.seq as number)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  })
  it('stopping says offline', async () => {
    await g.stop()
    await hears('status', b => b.state === 'offline')
  })
})

describe('what is asked', () => {
  const answers = (word: string) => c.on(`${root}/response/${word}`).map(h => h.body)
  const ask = async (word: string, body: unknown): Promise<Record<string, unknown>> => {
    const before = answers(word).length
    await c.say(`${root}/request/${word}`, body, 1)
    return until(`an answer to ${word}`, () => answers(word)[before])
  }
  it('is answered with the transaction of whoever asked', async () => {
    expect(await ask('health', { transaction: 't-1' })).toMatchObject({
      transaction: 't-1',
      status: 'ok',
      data: { version: g.deps.version, points: 3 },
    })
    expect(await ask('points', { transaction: { any: ['thing'] } })).toMatchObject({
      transaction: { any: ['thing'] },
      data: [{ id: 'pump-1/tripped' }, { id: 'pump-1/pressure' }, { id: 'pump-1/online' }],
    })
    feed(g, 'pump-1/tripped', true)
    expect((await ask('alarms', {})).data).toMatchObject([{ state: 'UNACK' }])
    expect((await ask('workorders', {})).data).toMatchObject([{ phase: 'new' }])
  })
  it.each([
    ['an unknown word', 'nothing', { transaction: 1 }, { transaction: 1, status: 'error', code: 'unknown-request' }],
    ['a word of JavaScript', 'constructor', { transaction: 1 }, { transaction: 1, code: 'unknown-request' }],
    ['another', '__proto__', { transaction: 1 }, { transaction: 1, code: 'unknown-request' }],
    ['no JSON', 'health', 'not json', { transaction: null, status: 'error', code: 'invalid-input' }],
    ['a list', 'health', [1], { status: 'error', code: 'invalid-input' }],
    ['null', 'health', 'null', { status: 'error', code: 'invalid-input' }],
    ['nothing', 'health', '', { transaction: null, status: 'ok' }],
    [
      'a transaction that is __proto__',
      'health',
      '{"__proto__":{"x":1},"transaction":7}',
      { transaction: 7, status: 'ok' },
    ],
  ])('%s gets an answer', async (_, word, body, answer) => {
    expect(await ask(word, body)).toMatchObject(answer)
  })
  it('our own fault is not told in detail', async () => {
    g.deps.alarms.open = () => {
      throw new Error('SELECT secret')
    }
    const answer = await ask('alarms', { transaction: 1 })
    expect(answer).toEqual({
      transaction: 1,
      status: 'error',
      code: 'internal',
      detail: 'Something went wrong in the gateway.',
    })
  })
})

describe('after the site was changed', () => {
  const change = async (text: string) => {
    const rules = async () => JSON.stringify((await admin.get('/api/v1/site')).body.running)
    const before = await rules()
    writeFileSync(path(g.data, 'site.json'), text)
    await until('the new site runs', async () => (await rules()) !== before && (await rules()) !== 'null')
  }
  it('a request is answered once', async () => {
    await change(edited(quietSite, { 'rules.0.severity': 'low' }))
    await c.say(`${root}/request/health`, { transaction: 'once' }, 1)
    await hears('response/health', b => b.transaction === 'once')
    await pause(100)
    expect(c.on(`${root}/response/health`)).toHaveLength(1)
  })
  it('an alarm whose rule is gone is retired; seen by somebody, nobody finds it any more', async () => {
    const topic = `${root}/alarms/tripped:pump-1:tripped`
    feed(g, 'pump-1/tripped', true)
    await hears('alarms/tripped:pump-1:tripped')
    await change(edited(quietSite, { rules: [] }))
    const alarms = async () => (await admin.get('/api/v1/alarms')).body.items.filter(a => a.rule === 'tripped')
    expect(await alarms()).toMatchObject([{ retired: true, active: false, acked: false }])
    expect((await g.deps.trail.of('alarm', 'tripped:pump-1:tripped')).map(e => e.action)).toEqual(['raised', 'retired'])
    await hears('records/alarm/tripped:pump-1:tripped', b => b.action === 'retired')
    expect((await retained())[topic]).toMatchObject({ retired: true })
    await admin.post('/api/v1/alarms/tripped:pump-1:tripped/acknowledge')
    expect(await alarms()).toEqual([])
    expect(await retained()).not.toHaveProperty([topic])
  })
  it('an alarm that goes on is not raised again, and telemetry goes on', async () => {
    feed(g, 'pump-1/tripped', true)
    await change(edited(quietSite, { 'rules.0.severity': 'life' }))
    feed(g, 'pump-1/tripped', true, 3)
    feed(g, 'pump-1/pressure', 33, 3)
    await hears('telemetry/pump-1', b => (b.v as { pressure?: number }).pressure === 33)
    const [alarm] = (await admin.get('/api/v1/alarms')).body.items
    expect(alarm).toMatchObject({ count: 1, state: 'UNACK' })
    expect((await admin.get('/api/v1/workorders')).body.items).toHaveLength(1)
    expect(
      c.on(`${root}/telemetry/pump-1`).filter(h => (h.body.v as { pressure?: number }).pressure === 33),
    ).toHaveLength(1)
  })
  it('under another name: the old one is offline and leaves nothing but that', async () => {
    feed(g, 'pump-1/tripped', true)
    await hears('alarms/tripped:pump-1:tripped')
    await change(edited(quietSite, { 'site.id': 'renamed' }))
    await c.hears('the new name', h => h.topic === 'gatehouse/renamed/equipment')
    const there = await retained('gatehouse/renamed')
    const old = Object.entries(there).filter(([topic]) => topic.startsWith(`${root}/`))
    expect(old.map(([topic, body]) => [topic, (body as { state?: string }).state])).toEqual([
      [`${root}/status`, 'offline'],
    ])
    expect(there).toHaveProperty(['gatehouse/renamed/alarms/tripped:pump-1:tripped'])
  })
})
