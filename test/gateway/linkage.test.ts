import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ChannelView, LinkageView, PointView, TrailView } from '../../gateway/http/contract.ts'
import type { Api } from '../support/api.ts'
import { type Building, startBuilding } from '../support/building.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { until } from '../support/wait.ts'

/** The real building and the real gateway: tower A, floor 12, as in the scenario two-detector-fire. */
let building: Building
let g: TestGateway
let people: Record<string, Api>
const folder = tempFolder()
beforeAll(async () => {
  building = await startBuilding(['fire', 'doors'], ['--speed', '10'])
  g = await startGateway({ data: folder.path, site: building.site() })
  people = await g.people()
}, 120_000)
afterAll(async () => {
  await g?.stop()
  building?.stop()
  folder.remove()
})

const view = async () => (await people.operator!.get('/api/v1/linkage')).body as unknown as LinkageView
const zone = async (id: string) => (await view()).zones.find(z => z.id === id)!
const action = async (id: string) => (await view()).actions.find(a => a.id === id)!
const phase = (id: string, is: string) => until(`${id} is ${is}`, async () => (await zone(id)).phase === is, 15_000)
const point = async (id: string) => {
  const { sample } = (await people.operator!.get(`/api/v1/points/${id}`)).body as unknown as PointView
  return sample.quality === 'good' ? sample.value : `${sample.value} ${sample.quality} ${sample.reason}`
}
const trail = async () => {
  const entries = (await people.admin!.get('/api/v1/trail?limit=1000')).body.items as unknown as TrailView[]
  return entries.filter(e => e.kind === 'linkage').toSorted((a, b) => a.seq - b.seq)
}

it('the printing panel is heard; what it has not said is not known, and a reset makes it known', async () => {
  const port = 'fire-printer-a'
  await until('it is online', async () => (await point(`${port}/online`)) === true)
  expect(await point(`${port}/a-12-alarms`)).toBe('null bad never-read')
  expect((await zone('a-12')).blind).toBe(true)
  await building.act('fire/reset')
  await until('it is known', async () => (await point(`${port}/a-12-alarms`)) === 0)
  await until('not blind', async () => !(await zone('a-12')).blind)
  const channels = (await people.operator!.get('/api/v1/channels')).body.items as unknown as ChannelView[]
  const lines = channels.find(c => c.id === 'fire-printer')!.lines!
  expect([lines.lines > 0, lines.unknown, lines.last]).toEqual([true, 0, []])
  expect(channels.find(c => c.id === 'fire-1')!.lines).toBeNull()
})

it('two detectors: confirmed, linked with proof per device, through a restart, reset by the panel and then by a person', async () => {
  await building.act('fire/detector', { zone: 'a-12', detector: 1 })
  await phase('a-12', 'first')
  await until('printed', async () => (await point('fire-printer-a/a-12-alarms')) === 1)
  expect((await action('doors')).startedAt).toBeNull()
  const early = await people.operator!.post('/api/v1/linkage/a-12/confirm', { cause: 'drill' })
  expect([early.status, early.body.code]).toEqual([409, 'linkage-panel-first'])

  await building.act('fire/detector', { zone: 'a-12', detector: 2 })
  await until('confirmed', async () => (await zone('a-12')).confirmedAt !== null)
  expect(await zone('a-12')).toMatchObject({ devices: 2, by: 'devices' })
  const proved = async (id: string) => (await action(id)).devices.map(d => d.phase)
  await until('the doors are proved', async () => (await proved('doors')).every(p => p === 'proved'))
  await until('the barrier is proved', async () => (await proved('barrier')).every(p => p === 'proved'))
  await until('smoke control is proved', async () => (await proved('smoke-tower-a')).every(p => p === 'proved'), 15_000)
  expect((await proved('doors')).length).toBe(14)
  expect((await action('shutters-basement')).startedAt).toBeNull()

  const before = await trail()
  const { deps } = g
  const sent = deps.commands.list('barrier-1', 10).length
  await g.stop()
  g = await startGateway({ data: folder.path })
  people = await g.people()
  await phase('a-12', 'linked')
  // What was done is not done again, and what was known is known.
  const commands = g.deps.commands.list('barrier-1', 10)
  expect([commands.length, commands.every(c => c.requestedBy === 'gateway')]).toEqual([sent, true])
  expect((await trail()).slice(0, before.length)).toEqual(before)

  await building.act('fire/clear')
  await building.act('fire/reset')
  await phase('a-12', 'to-confirm')
  expect((await people.guard!.post('/api/v1/linkage/a-12/confirm', { cause: 'drill' })).status).toBe(403)
  expect((await people.operator!.post('/api/v1/linkage/a-12/confirm', {})).status).toBe(400)
  expect((await people.operator!.post('/api/v1/linkage/a-99/confirm', { cause: 'drill' })).status).toBe(404)
  const over = await people.operator!.post('/api/v1/linkage/a-12/confirm', { cause: 'drill', remark: 'quarterly' })
  expect(over.status).toBe(200)
  await phase('a-12', 'normal')
  expect((await action('doors')).startedAt).toBeNull()
  const again = await people.operator!.post('/api/v1/linkage/a-12/confirm', { cause: 'drill' })
  expect([again.status, again.body.code]).toEqual([409, 'linkage-normal'])

  const story = await trail()
  const of = (id: string) => story.filter(e => e.id === id).map(e => `${e.action} ${e.actor}`)
  expect(of('a-12')).toEqual([
    'first gateway',
    'confirmed gateway',
    'linked gateway',
    'panel-normal gateway',
    'reset-confirmed operator',
  ])
  expect(story.find(e => e.action === 'reset-confirmed')!.data).toEqual({ cause: 'drill', remark: 'quarterly' })
  expect(of('doors').filter(line => line.startsWith('proved')).length).toBeGreaterThanOrEqual(14)
}, 120_000)
