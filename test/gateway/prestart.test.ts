import { afterEach, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import { GATEWAY } from '../../gateway/core/events.ts'
import { actionsOf } from '../../gateway/records/commands.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { both } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** A pump that is gone through before its start: at the plant, by the gateway's own command, and by a fire. */
const form = (more: object = {}) => ({
  ...{
    id: 'pumps',
    name: both('pumps'),
    columns: [{ point: 'p/level' }],
    times: [{ from: '08:00', to: '09:00', everyMin: 60 }],
  },
  preStart: [
    {
      ...{ equipment: 'p', start: 'enable', running: 'enable', ...more },
      items: [
        { point: 'p/level', name: both('level'), normal: [20, null] },
        { key: 'valves', name: both('valves'), kind: 'ok' },
      ],
    },
  ],
})
let g: TestGateway | undefined
let stop = async () => {}
afterEach(async () => {
  await g?.stop()
  g = undefined
  await stop()
})

it('its start is held until the list is ok or a supervisor says so; its stop and a fire are not; a start by hand stands there', async () => {
  const pump = createPump(Date.now)
  pump.setLevel(60)
  const server = await startModbus({ framing: 'tcp', units: new Map([[1, pump]]) })
  stop = () => server.stop()
  const gateway = await startGateway({ site: { ...pumpSite(server.port), runRecords: [form()] } })
  g = gateway
  const { deps } = gateway
  const as = await gateway.people()
  const path = '/api/v1/run-forms/pumps/pre-start'
  await until('the pump is read', () =>
    ['p/level', 'p/enable'].every(p => deps.plant()?.latest.get(p as 'p/level')?.quality === 'good'),
  )
  const look = () => deps.runRecords.look()
  const give = (value: boolean) => as.operator.post('/api/v1/commands', { point: 'p/enable', value, reason: 'test' })
  const ended = (id: unknown) =>
    until('the end of the command', async () => {
      const { body } = await as.operator.get(`/api/v1/commands/${id}`)
      return body.endedAt ? body : null
    })
  const sheet = async () => (await as.manager.get(path)).body as never as Sheet
  interface Sheet {
    readonly entries: readonly { readonly id: string; readonly kind: string; readonly reason: string }[]
    readonly plants: readonly { readonly lack: { readonly en: string } | null }[]
  }

  // A stop waits for nothing.
  const stopped = await give(false)
  expect(stopped.body.phase).toBe('sent')
  expect((await ended(stopped.body.id)).phase).toBe('confirmed')

  // Somebody starts it at the plant.
  look()
  feed(gateway, 'p/enable', true)
  look()
  feed(gateway, 'p/enable', false)
  look()
  const [entry] = (await sheet()).entries
  expect(entry).toMatchObject({ kind: 'unchecked', reason: '', by: '' })
  const reason = `/api/v1/pre-starts/${entry!.id}/reason`
  expect((await as.manager.post(reason, { reason: 'x' })).status).toBe(403)
  expect((await as.engineer.post(reason, { reason: '调试' })).body).toMatchObject({
    reason: '调试',
    reasonBy: 'engineer',
  })
  expect((await as.engineer.post(reason, { reason: 'y' })).body).toMatchObject({ code: 'pre-start-explained' })

  // Nobody has gone through the list.
  const refused = await give(true)
  expect([refused.status, refused.body.phase, refused.body.why]).toEqual([201, 'refused', 'pre-start-open'])
  expect(refused.body.text).toEqual({
    'zh-CN': '没有启动前检查记录。',
    en: 'The pre-start check list has not been done.',
  })
  // What a fire asks for is sent all the same, and is no start without checks.
  const { command } = deps.plant()!.commands.automatic('fire-1', 'p/enable', true, 'fire linkage', false)!
  expect(command).toMatchObject({ phase: 'sent', why: null })
  deps.trail.change(GATEWAY, note => deps.commands.put(note, command, actionsOf(null, command)))
  deps.plant()!.commands.go(command)
  expect((await ended('fire-1')).phase).toBe('confirmed')
  look()
  expect((await sheet()).entries.map(e => e.kind)).toEqual(['unchecked'])
  await ended((await give(false)).body.id)
  look()

  // A valve stands wrong: the list is kept, and the start names it.
  const check = (valves: string, remark = '') => as.operator.post(path, { equipment: 'p', typed: { valves }, remark })
  expect((await as.operator.post(path, { equipment: 'p' })).body).toMatchObject({ code: 'run-empty' })
  expect((await check('not-ok')).body).toMatchObject({ code: 'run-remark' })
  expect((await check('not-ok', '阀门卡住')).body).toMatchObject({ kind: 'check', by: 'operator', remark: '阀门卡住' })
  const named = await give(true)
  expect([named.body.phase, named.body.text]).toMatchObject(['refused', { en: 'Not ok before the start: valves.' }])
  expect((await as.engineer.post(`${path}/override`, { equipment: 'p', reason: 'x' })).status).toBe(403)
  expect((await as.manager.post(`${path}/override`, { equipment: 'p', reason: '' })).status).toBe(400)

  // A supervisor lets it start.
  expect((await as.manager.post(`${path}/override`, { equipment: 'p', reason: '旁通已开' })).status).toBe(201)
  expect((await ended((await give(true)).body.id)).phase).toBe('confirmed')
  await ended((await give(false)).body.id)
  // The next list is the one that counts: first as bad as before, then in order.
  await check('not-ok', '仍卡住')
  expect((await give(true)).body.why).toBe('pre-start-open')
  await check('ok')
  expect((await sheet()).plants[0]!.lack).toBeNull()
  expect((await ended((await give(true)).body.id)).phase).toBe('confirmed')
  look()
  expect((await sheet()).entries.filter(e => e.kind === 'unchecked').length).toBe(1)
  expect(deps.trail.of('run-record', entry!.id).map(e => [e.action, e.actor])).toEqual([
    ['pre-start-unchecked', 'gateway'],
    ['pre-start-explained', 'engineer'],
  ])
})

it('a list that does not fit is told where it stands', () => {
  const table: readonly [object, string, string][] = [
    [{ equipment: 'no' }, 'runRecords[0].preStart[0].equipment', 'unknown-equipment'],
    [{ start: 'none' }, 'runRecords[0].preStart[0].start', 'unknown-point'],
    [{ running: 'level' }, 'runRecords[0].preStart[0].running', 'run-follows'],
  ]
  for (const [more, path, code] of table)
    expect(
      checkSite(JSON.stringify({ ...pumpSite(1), runRecords: [form(more)] }), drivers, profiles).problems,
    ).toContainEqual(expect.objectContaining({ path, code }))
  expect(table.length).toBe(3)
})
