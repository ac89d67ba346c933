import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PointId } from '../../drivers/point.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { both, head, quietSite } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

const bit = (key: string, address: number) => ({ key, table: 'discrete', address, type: 'bool', scanMs: 60_000 })
const device = (id: string, kind: string, keys: readonly string[], unit: number) => ({
  id,
  kind,
  name: { 'zh-CN': `设备 ${id}`, en: `Device ${id}` },
  space: 'b1',
  channel: 'bus',
  unit,
  points: keys.map(bit),
})
const rule = (id: string, point: string, runbook: string) => ({
  id,
  points: [point],
  when: { equals: true },
  severity: 'high',
  text: both(id),
  order: { class: 'urgent' },
  runbook,
})
const site = {
  ...head,
  channels: quietSite.channels,
  equipment: [
    device('valve-b1', 'valve', ['leaking', 'closed'], 1),
    device('leak-1', 'leak-detector', ['switchgear'], 2),
    device('lift-1', 'lift', ['bell', 'person-trapped'], 3),
    device('gas-1', 'gas-detector', ['alarm'], 4),
  ],
  rules: [
    rule('leaking', 'valve-b1/leaking', 'burst-pipe'),
    rule('water', 'leak-1/switchgear', 'burst-pipe-electrical'),
    rule('bell', 'lift-1/bell', 'lift-trapped'),
    rule('gas', 'gas-1/alarm', 'gas-leak'),
  ],
  runbooks: [
    {
      id: 'lift-rescue',
      name: { 'zh-CN': '救困流程', en: 'Our rescue' },
      steps: [{ id: 'brake', who: both('x'), text: { 'zh-CN': '松闸', en: 'Brake' } }],
    },
  ],
}

interface StepSeen {
  readonly id: string
  readonly state: string
  readonly by: string | null
  readonly point: string | null
  readonly late: boolean
}
interface RunSeen {
  readonly id: string
  readonly no: string
  readonly runbook: string
  readonly phase: string
  readonly alarms: readonly string[]
  readonly set: readonly string[]
  readonly steps: readonly StepSeen[]
  readonly missing: readonly string[]
  readonly draft: { readonly cause: string | null; readonly restoredAt: string | null }
  readonly report: { readonly by: string; readonly cause: string } | null
}

const folder = tempFolder()
let g: TestGateway
let people: Record<Role, Api>
beforeAll(async () => {
  g = await startGateway({ site, data: folder.path })
  people = await g.people()
})
afterAll(async () => {
  await g.stop()
  folder.remove()
})

const open = async (): Promise<readonly RunSeen[]> =>
  (await people.operator.get('/api/v1/runs')).body.items as unknown as readonly RunSeen[]
const runOf = async (runbook: string): Promise<RunSeen> => (await open()).find(r => r.runbook === runbook)!
const stepOf = async (runbook: string, id: string) => (await runOf(runbook)).steps.find(s => s.id === id)!
const act = async (as: Role, run: string, step: string, body: object = {}) => {
  const { status, body: answer } = await people[as].post(`/api/v1/runs/${run}/steps/${step}`, { how: 'do', ...body })
  return [status, answer.code ?? 'ok', answer.detail ?? '']
}
/** The device does not answer: what it would say has to be said again and again. */
async function held(point: PointId, value: boolean, ms: number) {
  for (let left = ms; left > 0; left -= 50) {
    feed(g, point, value)
    await pause(50)
  }
}
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).toString('base64')

describe('a burst pipe', () => {
  let run: RunSeen
  it('its alarm opens the run in the moment in which it opens its order; a second alarm of the event joins', async () => {
    feed(g, 'valve-b1/leaking', true)
    run = await runOf('burst-pipe')
    expect(run).toMatchObject({ phase: 'open', set: [], alarms: ['leaking:valve-b1:leaking'] })
    expect(run.no).toMatch(/^IR-\d{8}-001$/)
    const [, raised] = g.deps.trail.of('alarm', run.alarms[0]!).slice(-1).concat(g.deps.trail.of('runbook', run.id))
    expect(raised!.time - g.deps.trail.of('alarm', run.alarms[0]!).at(-1)!.time).toBe(0)
    expect(run.steps.map(s => s.id)).not.toContain('cut-power')

    feed(g, 'leak-1/switchgear', true)
    expect((await open()).map(r => r.runbook)).toEqual(['burst-pipe'])
    run = await runOf('burst-pipe')
    expect(run.alarms).toEqual(['leaking:valve-b1:leaking', 'water:leak-1:switchgear'])
    expect(run.set).toEqual(['electrical'])
  })
  it('with water at the switchgear nothing goes on before the power is cut', async () => {
    expect(await act('engineer', run.id, 'repair', { values: { handling: 'x' } })).toEqual([
      409,
      'step-held-back',
      expect.stringContaining("have the distribution room cut that zone's power at once"),
    ])
    expect((await act('engineer', run.id, 'cut-power', { how: 'leave-out', note: 'no time' }))[1]).toBe('step-must')
    expect((await act('engineer', run.id, 'cut-power'))[1]).toBe('step-proof')
    expect((await people.operator.post(`/api/v1/runs/${run.id}/end`, { how: 'cancel', reason: 'x' })).body.code).toBe(
      'run-not-done',
    )
    const off = `/api/v1/runs/${run.id}/dangers/electrical`
    expect((await people.engineer.post(off, { there: false })).body.code).toBe('needs-reason')
    expect(await act('engineer', run.id, 'cut-power', { values: { 'spoken-to': 'Zhao', zone: 'B1' } })).toEqual([
      200,
      'ok',
      '',
    ])
  })
  it('the closed valve ticks its step itself', async () => {
    expect((await stepOf('burst-pipe', 'close-valve')).state).toBe('open')
    await until('the valve to tick its step', async () => {
      feed(g, 'valve-b1/closed', true)
      return (await stepOf('burst-pipe', 'close-valve')).state === 'done'
    })
    expect(await stepOf('burst-pipe', 'close-valve')).toMatchObject({ by: 'gateway', point: 'valve-b1/closed' })
  })
  it('goes to its end with all proofs, and not before', async () => {
    const end = () => people.operator.post(`/api/v1/runs/${run.id}/end`, { how: 'complete' })
    expect((await act('guard', run.id, 'send-crew'))[0]).toBe(200)
    expect((await act('guard', run.id, 'send-crew'))[1]).toBe('step-done')
    expect((await act('engineer', run.id, 'hang-sign'))[2]).toBe('Still needed: a photo.')
    expect((await act('engineer', run.id, 'hang-sign', { photo: 'R0lGODlh' }))[1]).toBe('invalid-input')
    expect((await act('engineer', run.id, 'hang-sign', { photo: JPEG }))[0]).toBe(200)
    const photo = await people.viewer.get(`/api/v1/runs/${run.id}/steps/hang-sign/photo`)
    expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    await act('engineer', run.id, 'report-office', { values: { cause: 'joint' } })
    await act('engineer', run.id, 'repair', { values: { handling: 'new joint DN50' } })
    await act('engineer', run.id, 'open-valve')
    expect((await end()).body).toMatchObject({ code: 'run-not-done', detail: expect.stringContaining('merchants') })
    expect((await people.guard.post(`/api/v1/runs/${run.id}/end`, { how: 'complete' })).status).toBe(403)
    expect((await act('desk', run.id, 'tell-customers', { how: 'leave-out' }))[1]).toBe('needs-reason')
    await act('desk', run.id, 'tell-customers', { how: 'undo', note: 'x' })
    await act('desk', run.id, 'tell-customers')
    const ended = (await end()).body as unknown as RunSeen
    expect(ended).toMatchObject({ phase: 'completed', missing: [], draft: { cause: 'joint' } })
    expect((await act('desk', run.id, 'more-people'))[1]).toBe('run-ended')
  })
  it('the report is signed once; who did what and when stands on the trail', async () => {
    const report = { cause: 'joint', place: 'B1', handling: 'new joint', restoredAt: '2026-11-21T09:00:00Z' }
    const sign = () => people.manager.post(`/api/v1/runs/${run.id}/report`, report)
    expect((await sign()).body).toMatchObject({ report: { ...report, restoredAt: expect.any(String), by: 'manager' } })
    expect((await sign()).body.code).toBe('report-signed')
    const { items } = (await people.viewer.get(`/api/v1/runs/${run.id}/trail`)).body
    expect(items.map(e => `${e.actor} ${e.action}`)).toEqual([
      'gateway raised',
      'gateway run-started',
      'gateway raised',
      'gateway run-joined',
      'gateway danger-set',
      'engineer step-done',
      'gateway step-ticked',
      'guard step-done',
      'engineer step-done',
      'engineer step-done',
      'engineer step-done',
      'engineer step-done',
      'desk step-done',
      'operator run-completed',
      'manager report-signed',
    ])
    expect(g.deps.trail.verify()).toBeNull()
  })
})

describe('a lift', () => {
  it('that nobody is trapped frees nobody: the step waits until it turned', async () => {
    feed(g, 'lift-1/person-trapped', false)
    feed(g, 'lift-1/bell', true)
    const { id } = await runOf('lift-trapped')
    await act('operator', id, 'talk', { values: { people: '2' } })
    // Longer than the gateway looks again; what must not happen has no fact to wait for.
    await held('lift-1/person-trapped', false, 2500)
    expect((await stepOf('lift-trapped', 'rescue')).state).toBe('open')
    await held('lift-1/person-trapped', true, 2500)
    expect((await stepOf('lift-trapped', 'rescue')).state).toBe('open')
    await held('lift-1/person-trapped', false, 2500)
    expect((await stepOf('lift-trapped', 'rescue')).state).toBe('done')
    const back = await people.operator.post(`/api/v1/runs/${id}/steps/rescue`, { how: 'undo', note: 'wrong lift' })
    expect((back.body as unknown as RunSeen).steps.find(s => s.id === 'rescue')?.state).toBe('open')
  })
})

describe('by hand', () => {
  it('one event is one run, however often it is asked for; what has no steps is not started', async () => {
    const start = (runbook: string) => people.guard.post('/api/v1/runs', { runbook })
    const first = await start('fire')
    expect(first.status).toBe(201)
    expect((await start('fire')).body.id).toBe(first.body.id)
    expect((await start('internal-line')).body).toMatchObject({
      code: 'runbook-unwritten',
      detail: expect.stringContaining('runbooks of site.json'),
    })
    expect((await start('nonsense')).status).toBe(404)
    expect((await people.viewer.post('/api/v1/runs', { runbook: 'fire' })).status).toBe(403)
  })
  it("the site's own runbook stands in the place of the empty one", async () => {
    const books = (await people.viewer.get('/api/v1/runbooks')).body.items
    expect(books.find(b => b.id === 'lift-rescue')).toMatchObject({ name: { en: 'Our rescue' }, unwritten: null })
    expect(books.length).toBe(12)
  })
  it('the check of a site names runbooks that are not there, and steps that wait for nothing', async () => {
    const wrong = {
      ...site,
      rules: [{ ...site.rules[0]!, runbook: 'burst-pip' }],
      runbooks: [
        {
          ...site.runbooks[0]!,
          steps: [{ id: 'a', who: both('x'), text: both('x'), needs: ['b'], see: 'nothing', danger: 'd' }],
        },
      ],
    }
    const found = g.deps.site.check(JSON.stringify(wrong))
    expect(found.map(p => `${p.level} ${p.code} ${p.path}`)).toEqual([
      'error runbook-needs runbooks[0].steps[0].needs[0]',
      'error unknown-runbook runbooks[0].steps[0].see',
      'error runbook-danger runbooks[0].steps[0].danger',
      'warning unknown-runbook rules[0].runbook',
    ])
  })
  it('gas: the first step cannot be passed over', async () => {
    feed(g, 'gas-1/alarm', true)
    const { id } = await runOf('gas-leak')
    expect((await act('guard', id, 'evacuate'))[2]).toContain('Do not operate switches')
    expect((await act('guard', id, 'no-switches'))[0]).toBe(200)
    expect((await act('guard', id, 'evacuate'))[0]).toBe(200)
  })
  it('runs outlive a restart, with what was done in them, and are not opened twice', async () => {
    const before = await open()
    await g.stop()
    g = await startGateway({ data: folder.path })
    people = await g.people()
    expect(await open()).toEqual(before)
    expect(before.map(r => r.runbook)).toEqual(['gas-leak', 'fire', 'lift-trapped'])
    feed(g, 'gas-1/alarm', false)
    feed(g, 'gas-1/alarm', true)
    expect((await open()).map(r => r.no)).toEqual(before.map(r => r.no))
  })
})
