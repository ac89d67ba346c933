import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeResultOf } from '../../drivers/opcua/protocol.ts'
import type { Command } from '../../rules/command.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { startOpcuaPlant } from '../support/opcuaplant.ts'
import { head } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-opcua-commands-'))
let plant: Awaited<ReturnType<typeof startOpcuaPlant>>
let g: TestGateway
let people: Record<Role, Api>
const CONFIRM_S = 4

beforeAll(async () => {
  plant = await startOpcuaPlant(folder)
  const number = { type: 'Double', kind: 'number' }
  const command = { roles: ['operator'], range: [1, 8], confirmWithinS: CONFIRM_S }
  const writable = { ...number, writable: true, scanMs: 500 }
  g = await startGateway({
    site: {
      ...head,
      channels: [{ id: 'bms', protocol: 'opcua', endpoint: plant.endpoint, publishMs: 100, timeoutMs: 3000 }],
      equipment: [
        {
          id: 'p',
          kind: 'pump',
          name: { 'zh-CN': '水泵', en: 'Pump' },
          space: 'b1',
          channel: 'bms',
          points: [
            { key: 'level', node: 'ns=1;s=Level', ...number, scanMs: 200, range: [0, 100] },
            // As an interlock may rest on: read once in a minute.
            { key: 'tank', node: 'ns=1;s=Level', ...number, scanMs: 60_000, mode: 'poll' },
            { key: 'setpoint', node: 'ns=1;s=Setpoint', ...writable, command: { ...command, step: 0.5 } },
            // The same node, as if it had been described wrongly: the value does not fit its type.
            { key: 'narrow', node: 'ns=1;s=Setpoint', ...writable, type: 'Byte', command },
            { key: 'fixed', node: 'ns=1;s=Fixed', ...writable, command },
            {
              key: 'enable',
              node: 'ns=1;s=Enable',
              type: 'Boolean',
              kind: 'boolean',
              writable: true,
              command: {
                roles: ['operator'],
                confirmWithinS: CONFIRM_S,
                interlocks: [
                  {
                    point: 'tank',
                    when: { above: 20 },
                    values: [true],
                    text: { 'zh-CN': '水箱液位高于 20 %', en: 'Tank level above 20 %' },
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  })
  people = await g.people()
}, 120_000)
afterAll(async () => {
  await g.stop()
  await plant.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  plant.mend()
  plant.on(() => 'Good')
  Object.assign(plant.values, { Setpoint: 4, Enable: false, Level: 60 })
  const good = (key: string) => g.deps.plant()?.latest.get(`p/${key}`)
  await until('the pump is read', () => good('setpoint')?.value === 4 && good('level')?.value === 60, 20_000)
  // Asked again only after the connection is back: until then its interlock is not known to hold.
  await until('the tank is read', () => good('tank')?.quality === 'good', 20_000)
  await until('it is online', () => g.deps.plant()!.state('p')?.online === true)
  plant.written.length = 0
}, 120_000)

const ask = async (point: string, value: unknown, who: Role = 'operator') =>
  people[who].post('/api/v1/commands', { point, value, reason: 'a test' })
async function ends(point: string, value: unknown) {
  const { body } = await ask(point, value)
  const id = String(body.id)
  const c = await until('the end of the command', async () => {
    const now = (await people.operator.get(`/api/v1/commands/${id}`)).body as unknown as Command
    return now.endedAt ? now : null
  })
  return { phase: c.phase, why: c.why, read: c.read }
}
const refused = (why: string) => ({ phase: 'refused', why, read: null })

it('is confirmed when it was read back, and not before', async () => {
  let open = () => {}
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  plant.on(async () => {
    await gate
    return 'Good'
  })
  const { status, body } = await ask('p/setpoint', 5.5)
  expect([status, body.phase]).toEqual([201, 'sent'])
  await until('the server has it', () => plant.written.length === 1)
  expect((await people.operator.get(`/api/v1/commands/${body.id}`)).body.phase).toBe('sent')
  open()
  const done = await until('confirmed', async () => {
    const now = (await people.operator.get(`/api/v1/commands/${body.id}`)).body
    return now.phase !== 'sent' && now
  })
  expect(done).toMatchObject({ phase: 'confirmed', read: 5.5, why: null })
  expect(plant.values.Setpoint).toBe(5.5)
})

it('wrong people and wrong values send nothing', async () => {
  const table: [Role, string, unknown, string][] = [
    ['operator', 'p/setpoint', 8.5, 'command-range'],
    ['operator', 'p/setpoint', 4.3, 'command-step'],
    ['operator', 'p/setpoint', 'x', 'command-kind'],
    ['operator', 'p/enable', 1, 'command-kind'],
    ['operator', 'p/level', 5, 'command-none'],
    ['engineer', 'p/setpoint', 5, 'command-role'],
    ['viewer', 'p/setpoint', 5, 'not-allowed'],
  ]
  for (const [who, point, value, code] of table)
    expect([who, point, value, (await ask(point, value, who)).body.code]).toEqual([who, point, value, code])
  expect(plant.written).toEqual([])
})

describe('what the server says', () => {
  it.each(['BadUserAccessDenied', 'BadOutOfRange', 'BadTypeMismatch', 'BadLocked'])(
    '%s: refused, and it was not done',
    async status => {
      plant.on(() => status)
      expect(await ends('p/setpoint', 5)).toEqual(refused('refused-by-device'))
      expect([plant.written.length, plant.values.Setpoint]).toEqual([1, 4])
    },
  )
  it('BadNotWritable: the node cannot be written at all', async () => {
    expect(await ends('p/fixed', 5)).toEqual(refused('read-only'))
  })
  it('a value that is none of its type is refused before it is sent', async () => {
    expect(await ends('p/narrow', 4.5)).toEqual(refused('refused-by-device'))
    expect(plant.written).toEqual([])
  })
  it.each(['BadTimeout', 'BadRequestTimeout', 'BadUnexpectedError', 'BadCommunicationError'])(
    '%s: done all the same is confirmed, not done is not known; never refused',
    async status => {
      plant.on(value => {
        plant.values.Setpoint = value as number
        return status
      })
      expect(await ends('p/setpoint', 6)).toEqual({ phase: 'confirmed', why: null, read: 6 })
      plant.on(() => status)
      expect(await ends('p/setpoint', 7)).toEqual({ phase: 'not-confirmed', why: 'no-answer', read: 6 })
    },
  )
  it('Good, and then something else is there: not confirmed', async () => {
    plant.on(() => {
      setTimeout(() => {
        plant.values.Setpoint = 4
      })
      return 'Good'
    })
    expect(await ends('p/setpoint', 6)).toEqual({ phase: 'not-confirmed', why: 'reads-otherwise', read: 4 })
  })
  it('every status has one of the outcomes, and only what is certain is refused', () => {
    const table: Record<string, object> = {
      Good: { ok: true },
      GoodClamped: { ok: true },
      GoodCompletesAsynchronously: { ok: true },
      BadNotWritable: { ok: false, reason: 'read-only' },
      BadUserAccessDenied: { ok: false, reason: 'refused' },
      BadTimeout: { ok: false, reason: 'timeout' },
      BadDeviceFailure: { ok: false, reason: 'timeout' },
      BadInternalError: { ok: false, reason: 'timeout' },
      UncertainInitialValue: { ok: false, reason: 'timeout' },
      BadNotConnected: { ok: false, reason: 'offline' },
      BadConnectionClosed: { ok: false, reason: 'offline' },
      '': { ok: false, reason: 'timeout' },
    }
    for (const [status, result] of Object.entries(table))
      expect([status, writeResultOf(status)]).toEqual([status, result])
  })
})

describe('a server that goes away while it is written', () => {
  it('after it was done: found confirmed when the server is back in time, written once', async () => {
    plant.on(value => {
      plant.values.Setpoint = value as number
      plant.cut()
      setTimeout(plant.mend, 300)
      return 'Good'
    })
    expect(await ends('p/setpoint', 6)).toEqual({ phase: 'confirmed', why: null, read: 6 })
    expect(plant.written).toEqual([['Setpoint', 6]])
  }, 120_000)
  it('and stays away: nobody knows; it is not sent again when it comes back', async () => {
    plant.on(() => {
      plant.cut()
      return 'BadTimeout'
    })
    expect(await ends('p/setpoint', 6)).toEqual({ phase: 'not-confirmed', why: 'no-answer', read: null })
    plant.on(() => 'Good')
    plant.mend()
    await until('it is back', () => g.deps.plant()!.latest.get('p/setpoint')?.quality === 'good', 20_000)
    await pause(1500)
    expect([plant.written, plant.values.Setpoint]).toEqual([[['Setpoint', 6]], 4])
  }, 120_000)
  it('before: refused at once as offline', async () => {
    plant.cut()
    await until('it is offline', () => g.deps.plant()!.latest.get('p/setpoint')?.quality === 'bad', 10_000)
    expect((await ask('p/setpoint', 6)).body).toMatchObject({ phase: 'refused', why: 'offline' })
    expect(plant.written).toEqual([])
  }, 120_000)
})

describe('an interlock', () => {
  it('that holds lets it pass; a stop does not ask', async () => {
    expect(await ends('p/enable', true)).toMatchObject({ phase: 'confirmed', read: true })
    expect(plant.written).toEqual([['Enable', true]])
    plant.values.Level = 5
    expect(await ends('p/enable', false)).toMatchObject({ phase: 'confirmed', read: false })
    expect(plant.written).toEqual([
      ['Enable', true],
      ['Enable', false],
    ])
  })
  it('is read anew right before the write: what was polled a minute ago does not start a pump', async () => {
    const tank = () => g.deps.plant()!.latest.get('p/tank')
    await until('the tank is seen', () => tank()?.quality === 'good')
    expect(tank()!.value).toBeGreaterThan(20)
    plant.values.Level = 12
    expect(await ends('p/enable', true)).toEqual(refused('interlock'))
    expect([plant.written, tank()!.value]).toEqual([[], 12])
    // What was read anew counts for everybody: now it is refused before it is even stored as sent.
    const { body } = await ask('p/enable', true)
    expect(body).toMatchObject({ phase: 'refused', why: 'interlock', text: { en: 'Tank level above 20 %' } })
    plant.values.Level = 60
  })
})
