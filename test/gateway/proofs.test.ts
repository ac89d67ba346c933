import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump, type PumpSet } from '../../firmware-sim/pump.ts'
import type { AlarmView, ProofOffer, ProofView, Provable } from '../../gateway/http/contract.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { signIn } from '../support/api.ts'
import { startGatewayProcess } from '../support/fresh.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { account, join as joinBroker } from '../support/mqtt.ts'
import { openScreen } from '../support/screen.ts'
import { both, head } from '../support/sites.ts'
import { until } from '../support/wait.ts'

const REAL = 'flooding:p:level'
const TEST = `test.${REAL}`
const unit = { space: 'b1', channel: 'bus', unit: 1 }
const bool = { type: 'bool', scanMs: 100 }
/** A sump and its siren: the siren is a coil of the device, so that what is heard is what was written. */
const site = (port: number, gearMs = 100) => ({
  ...head,
  channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '127.0.0.1', port, timeoutMs: 1500 }],
  equipment: [
    {
      ...{ id: 'p', kind: 'sump', name: { 'zh-CN': '集水坑', en: 'Sump' }, ...unit },
      points: [
        {
          key: 'level',
          table: 'input',
          address: 1,
          type: 'uint16',
          scale: 0.1,
          unit: '%',
          range: [0, 100],
          scanMs: gearMs,
        },
        { key: 'tripped', table: 'discrete', address: 2, ...bool },
        { key: 'drain', table: 'coil', address: 1, ...bool, writable: true, command: { roles: ['engineer'] } },
      ],
    },
    {
      ...{ id: 's-1', kind: 'siren', name: { 'zh-CN': '警号', en: 'Siren' }, ...unit },
      points: [
        { key: 'sounding', table: 'coil', address: 0, ...bool, writable: true, command: { roles: ['engineer'] } },
      ],
    },
  ],
  rules: [
    {
      ...{ id: 'flooding', points: ['p/level'], when: { above: 80 }, severity: 'high', delayOnS: 0.5, delayOffS: 0 },
      ...{ text: { 'zh-CN': '液位过高', en: 'Level too high' }, order: { class: 'urgent' }, runbook: 'flood' },
    },
    { id: 'quiet', points: ['p/level'], when: { silentS: 600 }, severity: 'low', text: both('silent') },
    { id: 'slow', points: ['p/level'], when: { below: 1 }, severity: 'low', delayOnS: 3600, text: both('slow') },
  ],
})

let pump: PumpSet
let device: ModbusServer
let web: Server
let heard: Record<string, unknown>[]
let g: TestGateway
let people: Record<Role, Api>
const folder = tempFolder()

beforeAll(async () => {
  heard = []
  web = createServer((request, reply) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      heard.push(JSON.parse(text))
      reply.end()
    })
  })
  await new Promise<void>(ready => web.listen(0, '127.0.0.1', ready))
  pump = createPump(Date.now)
  pump.setLevel(60)
  device = await startModbus({ framing: 'tcp', units: new Map([[1, pump]]) })
  const hook = {
    id: 'hook',
    kind: 'webhook',
    events: [],
    options: { url: `http://127.0.0.1:${(web.address() as AddressInfo).port}/` },
  }
  const levels = [{ afterMin: 0, roster: 'duty', channels: ['hook'] }]
  const rosters = [{ id: 'duty', people: [{ name: 'Zhao', phone: '138' }] }]
  mkdirSync(join(folder.path, 'secrets'), { recursive: true, mode: 0o700 })
  const ladders = [{ id: 'l', severities: ['high'], levels }]
  writeFileSync(join(folder.path, 'secrets', 'notify.json'), JSON.stringify({ channels: [hook], rosters, ladders }))
  g = await startGateway({ site: site(device.port), data: folder.path })
  people = await g.people()
  // Silent at first.
  await people.engineer.post('/api/v1/commands', { point: 's-1/sounding', value: false, reason: 'before' })
  await ready()
})
afterAll(async () => {
  await g.stop()
  await device.stop()
  web.closeAllConnections()
  web.close()
  folder.remove()
})
afterEach(async () => {
  const running = g.deps.proofKeeper.running()
  if (running) await people.engineer.post(`/api/v1/alarm-proofs/${running.id}/stop`)
  pump.setLevel(60)
})
const value = (point: string) => g.deps.plant()?.latest.get(point as `${string}/${string}`)?.value
const ready = () =>
  until('the plant is quiet', () => value('s-1/sounding') === false && Math.abs(Number(value('p/level')) - 60) < 1)

const asked = { rule: 'flooding', point: 'p/level', values: [{ point: 'p/level', value: 95 }], why: 'monthly test' }
const start = (more: object = {}, by: Api = people.engineer) => by.post('/api/v1/alarm-proofs', { ...asked, ...more })
const begun = async (more: object = {}) => {
  const answer = await start(more)
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body as unknown as ProofView
}
const look = async (id: string) => (await people.viewer.get(`/api/v1/alarm-proofs/${id}`)).body as unknown as ProofView
const alarm = async (id: string) => (await people.viewer.get(`/api/v1/alarms/${id}`)).body as unknown as AlarmView
const raised = () => until('the test is raised', () => g.deps.alarms.get(TEST)?.active)
const over = (id: string) =>
  until('the end of the proof', async () => ((await look(id)).end === null ? null : look(id)))
const steps = (proof: ProofView) => Object.fromEntries(proof.steps.map(s => [s.step, s.note ?? s.result]))
const open = async () =>
  ((await people.viewer.get('/api/v1/alarms')).body.items as unknown as AlarmView[]).map(a => a.id)

it('walks the whole way: judged, recorded, told, shown, sirened, acknowledged, and back', async () => {
  await ready()
  const counted = async () => [
    (await people.viewer.get('/api/v1/alarm-figures?days=1')).body.calls,
    (await people.viewer.get('/api/v1/alarm-rate')).body.count,
  ]
  const calls = await counted()
  const listener = await joinBroker(g.mqtt, 'm', await account(await g.admin(), 'm', ['gatehouse/#']))
  await listener.subscribe('gatehouse/#')
  const screen = await openScreen(g.url, people.operator.headers)
  const offer = (await people.engineer.get('/api/v1/alarm-proof-offer?rule=flooding&point=p/level'))
    .body as unknown as ProofOffer
  expect(offer).toMatchObject({ refused: null, inputs: [{ point: 'p/level', unit: '%', suggested: 88 }] })
  // The drain is a coil like the siren, but no siren.
  expect(offer.sirens.map(s => s.point)).toEqual(['s-1/sounding'])
  const { id, no } = await begun({ siren: 's-1/sounding' })
  expect(no).toMatch(/^T-\d{8}-001$/)

  await screen.heard('alarm', m => m.alarm.id === TEST && m.alarm.active)
  expect(await alarm(TEST)).toMatchObject({
    ...{ test: true, state: 'UNACK', severity: 'high', rule: 'test.flooding', value: 95, workorder: null },
    ...{ text: { 'zh-CN': '【测试】液位过高', en: 'TEST: Level too high' }, equipmentName: { en: 'Sump' } },
  })
  // The same person on the same page twice is one.
  for (const sound of ['on', 'on'] as const)
    expect((await people.operator.post(`/api/v1/alarm-proofs/${id}/shown`, { sound })).status).toBe(200)
  await until('the siren sounds', () => pump.state['pump1.enable'] === 1 && value('s-1/sounding') === true)
  await until('those on duty are told', () => heard.some(h => h.event === 'escalated'))
  await until('the broker tells it', () =>
    listener.heard.some(h => h.topic.endsWith(`/alarms/${TEST}`) && h.body.test === true),
  )

  // The real point, its history and the real alarm know nothing of it.
  expect(Math.abs(Number(value('p/level')) - 60)).toBeLessThan(1)
  expect(screen.values('p/level').every(v => Number(v) < 70)).toBe(true)
  const told = listener.heard
    .filter(h => h.topic.endsWith('/telemetry/p'))
    .map(h => (h.body.v as { level?: number }).level ?? 0)
  expect(Math.max(...told)).toBeLessThan(70)
  expect(g.deps.plant()!.alarms.get(REAL)).toMatchObject({ active: false, count: 0 })
  expect((await people.viewer.get('/api/v1/workorders')).body.items).toEqual([])
  expect(g.deps.runs.open()).toEqual([])

  await people.operator.post(`/api/v1/alarms/${TEST}/acknowledge`)
  expect((await people.engineer.post(`/api/v1/alarm-proofs/${id}/return`)).status).toBe(200)
  const done = await over(id)
  expect(done).toMatchObject({ end: 'normal', values: [{ value: 95, unit: '%' }], by: 'engineer' })
  await until('the siren is silent', async () => steps(await look(id))['siren-off'] === 'proved')
  expect(pump.state['pump1.enable']).toBe(0)
  const report = await look(id)
  expect(steps(report)).toEqual({
    ...{
      condition: 'proved',
      raised: 'proved',
      shown: 'proved',
      sound: 'proved',
      told: 'proved',
      'siren-on': 'proved',
    },
    ...{ acknowledged: 'proved', cleared: 'proved', 'siren-off': 'proved', consequences: 'not-in-a-test' },
  })
  expect(report.passed).toBe(true)
  const who = Object.fromEntries(report.steps.map(s => [s.step, s.who.join()]))

  expect([who.shown, who.told, who.acknowledged]).toEqual(['operator', 'Zhao (hook)', 'operator'])
  expect(heard.map(h => [h.test, h.event, h.level])).toEqual([[true, 'escalated', 1]])
  const at = report.steps.flatMap(s => (s.at === null || s.step.startsWith('siren') ? [] : Date.parse(s.at)))
  expect(at.length).toBeGreaterThan(6)
  expect(Date.parse(report.steps[1]!.at!) - Date.parse(report.steps[0]!.at!)).toBeGreaterThanOrEqual(500)

  const story = g.deps.trail.of('proof', id).map(e => `${e.actor} ${e.action}`)
  expect(story).toEqual([
    ...['engineer started', 'engineer siren', 'operator shown', 'engineer returned', 'gateway ended'].toSorted(
      (a, b) => story.indexOf(a) - story.indexOf(b),
    ),
    ...['gateway siren', 'gateway siren-ended'],
  ])
  // No figure counts it, nothing of it stays open, and the broker keeps nothing.
  expect(await counted()).toEqual(calls)
  expect(await open()).not.toContain(TEST)
  await until(
    'the retained message is gone',
    () => listener.heard.findLast(h => h.topic.endsWith(`/alarms/${TEST}`))?.text === '',
  )
  const [last] = (await people.viewer.get('/api/v1/provable-alarms?rule=flooding')).body.items as unknown as Provable[]
  expect([last!.provedAt, last!.last!.passed]).toEqual([report.endedAt, true])
  expect(await g.deps.trail.verify()).toBeNull()
  screen.close()
  listener.end()
})

describe('who, when and what is refused', () => {
  it('a role that may not; two persons at once; values that a point cannot have; alarms that no value can cause', async () => {
    await ready()
    const code = async (answer: Promise<{ status: number; body: { readonly [key: string]: unknown } }>) => {
      const { status, body } = await answer
      return `${status} ${String(body.code)}`
    }
    for (const role of ['operator', 'guard', 'desk', 'viewer', 'billing'] as const)
      expect([role, await code(start({}, people[role]))]).toEqual([role, '403 not-allowed'])
    expect(await code(start({ values: [{ point: 'p/level', value: 101 }] }))).toBe('400 proving-value')
    expect(await code(start({ values: [{ point: 'p/level', value: 'high' }] }))).toBe('400 proving-value')
    expect(await code(start({ values: [{ point: 'p/tripped', value: true }] }))).toBe('409 proving-no-point')
    expect(await code(start({ rule: 'nothing' }))).toBe('404 not-found')
    expect(await code(start({ rule: 'quiet' }))).toBe('409 proving-not-by-value')
    expect(await code(start({ rule: 'slow' }))).toBe('409 proving-too-long')
    // A valve is no siren, and a manager may not command this one.
    expect(await code(start({ siren: 'p/drain' }))).toBe('409 proving-siren')
    expect(await code(start({ siren: 's-1/sounding' }, people.manager))).toBe('409 proving-siren')
    const both = await Promise.all([start(), start({}, people.manager)])
    expect(both.map(b => b.status).sort()).toEqual([201, 409])
    const { id } = both.find(b => b.status === 201)!.body
    expect(await code(start())).toBe('409 proving-runs')
    const offer = (await people.engineer.get('/api/v1/alarm-proof-offer?rule=flooding&point=p/level'))
      .body as unknown as ProofOffer
    expect(offer.refused!['zh-CN']).toContain('正在进行')
    expect(await code(people.operator.post(`/api/v1/alarm-proofs/${id}/stop`))).toBe('403 not-allowed')
    // Either of those who may ends it.
    expect(await code(people.manager.post(`/api/v1/alarm-proofs/${id}/stop`))).toBe('200 undefined')
    expect(await code(people.manager.post(`/api/v1/alarm-proofs/${id}/return`))).toBe('409 proving-over')
    expect(await look(String(id))).toMatchObject({ end: 'stopped', endedBy: 'manager', passed: false })
  })
  it('a value that does not make the condition true ends at once, and says so', async () => {
    await ready()
    const proof = await begun({ values: [{ point: 'p/level', value: 79 }] })
    expect([proof.end, steps(proof).condition, proof.passed]).toEqual(['not-true', 'not-true', false])
    expect(g.deps.proofKeeper.running()).toBeNull()
  })
})

it('a real alarm during a test wins at once: it is real, unacknowledged, and opens its order', async () => {
  await ready()
  const { id } = await begun()
  await raised()
  await people.operator.post(`/api/v1/alarms/${TEST}/acknowledge`)
  pump.setLevel(95)
  const report = await over(id)
  expect([report.end, report.passed]).toEqual(['real-alarm', false])
  expect(await alarm(REAL)).toMatchObject({
    test: false,
    state: 'UNACK',
    ackedBy: null,
    text: { en: 'Level too high' },
  })
  expect((await alarm(REAL)).workorder).not.toBeNull()
  expect(await open()).toEqual([REAL])
  // While it stands, and until somebody has seen it, there is nothing to be tested.
  expect((await start()).body.code).toBe('proving-not-normal')
  pump.setLevel(60)
  await until('the real one is gone', () => g.deps.alarms.get(REAL)?.active === false)
  expect((await start()).body.code).toBe('proving-not-normal')
  await people.operator.post(`/api/v1/alarms/${REAL}/acknowledge`)
})

it('ends with a change of the site: what it left is laid to rest', async () => {
  await ready()
  const { id } = await begun()
  await raised()
  const { hash } = g.deps.site.view()
  const text = JSON.stringify(site(device.port, 150), null, 2)
  expect((await people.admin.put('/api/v1/site', { text, hash, why: 'slower' })).status).toBe(200)
  expect((await over(id)).end).toBe('site-changed')
  expect(await open()).toEqual([])
})

it('killed in the middle: the test is over, the siren is switched off, and nobody takes it for a real alarm', async () => {
  await ready()
  const own = tempFolder()
  const env = { GATEHOUSE_ADMIN_PASSWORD: PASSWORD }
  const text = JSON.stringify(site(device.port))
  writeFileSync(join(own.path, 'site.json'), text.replaceAll('["engineer"]', '["admin"]'))
  const first = await startGatewayProcess(own.path, env, 20_000)
  const api = await signIn(`http://${first.run.http}`, 'admin', PASSWORD)
  const sound = async (one: Api) =>
    (await one.get('/api/v1/points/s-1/sounding')).body.sample as { value: unknown; quality: string }
  await until('the siren is read', async () => (await sound(api)).quality === 'good')
  await until('the level is read', async () => {
    const { body } = await api.get('/api/v1/points/p/level')
    return (body.sample as { quality: string }).quality === 'good'
  })
  const { body } = await api.post('/api/v1/alarm-proofs', { ...asked, siren: 's-1/sounding' })
  await until('the siren sounds', () => pump.state['pump1.enable'] === 1)
  await first.end('SIGKILL')
  const next = await startGateway({ data: own.path })
  try {
    const again = await next.admin()
    const { body: report } = await again.get(`/api/v1/alarm-proofs/${body.id}`)
    expect(report).toMatchObject({ end: 'restart', passed: false })
    expect((await again.get('/api/v1/alarms')).body.items).toEqual([])
    await until('the siren is silent', () => pump.state['pump1.enable'] === 0)
    const back = await again.get('/api/v1/alarm-proofs?running=true')
    expect(back.body.items).toEqual([])
  } finally {
    await next.stop()
    own.remove()
  }
})
