import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ModbusServer } from '../../firmware-sim/modbus.ts'
import { startModbus } from '../../firmware-sim/modbus.ts'
import { createPump, type PumpSet } from '../../firmware-sim/pump.ts'
import { runCommands } from '../../gateway/live/commands.ts'
import { type Command, commandReasons } from '../../rules/command.ts'
import { type Role, roles } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { signIn } from '../support/api.ts'
import { startGatewayProcess } from '../support/fresh.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { openScreen, type Screen } from '../support/screen.ts'
import { until } from '../support/wait.ts'

const PASSWORD = 'a long enough password'
let pump: PumpSet
let server: ModbusServer
let g: TestGateway | undefined
let people: Record<Role, Api>

afterEach(async () => {
  await g?.stop()
  g = undefined
  await server.stop()
})

async function device() {
  pump = createPump(Date.now)
  pump.setLevel(60)
  server = await startModbus({ framing: 'tcp', units: new Map([[1, pump]]) })
}
async function begin(change: object = {}, level: object = {}, start: object = {}) {
  await device()
  g = await startGateway({ site: pumpSite(server.port, change, level, start) })
  people = await g.people()
  await until('the pump is read', () => g!.deps.plant()?.latest.get('p/setpoint')?.quality === 'good')
}
const ask = (who: Role, point: string, value: unknown, reason = 'a test') =>
  people[who].post('/api/v1/commands', { point, value, reason })
const ended = (id: unknown) =>
  until('the end of the command', async () => {
    const { body } = await people.operator.get(`/api/v1/commands/${id}`)
    return body.endedAt ? (body as unknown as Command) : null
  })
const story = (id: unknown) => g!.deps.trail.of('command', String(id)).map(e => [e.action, e.actor])

describe('a command to a real device', () => {
  it('is answered as sent, and is confirmed when it was read back; the screens have the new value at once', async () => {
    await begin()
    const { status, body } = await ask('operator', 'p/setpoint', 5.5)
    expect([status, body.phase, body.was]).toEqual([201, 'sent', 4.2])
    expect(await ended(body.id)).toMatchObject({ phase: 'confirmed', read: 5.5, why: null })
    expect(pump.state.setpoint).toBe(5.5)
    expect(g!.deps.plant()!.latest.get('p/setpoint')?.value).toBe(5.5)
    expect(story(body.id)).toEqual([
      ['requested', 'operator'],
      ['sent', 'operator'],
      ['confirmed', 'gateway'],
    ])
    expect(g!.deps.trail.of('command', String(body.id))[0]!.data).toMatchObject({
      reason: 'a test',
      value: 5.5,
      was: 4.2,
    })
    const list = await people.viewer.get('/api/v1/commands?equipment=p')
    expect(list.body.items.map(c => c.id)).toEqual([body.id])
    expect((await people.viewer.get('/api/v1/commands?equipment=other')).body.items).toEqual([])
  })

  it('writes coils and several registers alike', async () => {
    await begin()
    const coil = await ask('operator', 'p/enable', false)
    expect((await ended(coil.body.id)).phase).toBe('confirmed')
    expect(pump.state['pump1.enable']).toBe(0)
    const multiple = await ask('operator', 'p/setpoint16', 3.3)
    expect((await ended(multiple.body.id)).phase).toBe('confirmed')
    expect(pump.state.setpoint).toBe(3.3)
  })

  it('is refused when the device refuses it', async () => {
    await begin()
    pump.setRemote(false)
    const { body } = await ask('operator', 'p/setpoint', 5)
    expect(await ended(body.id)).toMatchObject({ phase: 'refused', why: 'refused-by-device' })
    expect(pump.state.setpoint).toBe(4.2)
  })

  it('is not known when the device falls silent: neither done nor refused is said', async () => {
    await begin({ confirmWithinS: 1 })
    server.setFault(1, { kind: 'mute' })
    const { body } = await ask('operator', 'p/setpoint', 5)
    expect(body.phase).toBe('sent')
    expect(await ended(body.id)).toMatchObject({ phase: 'not-confirmed', why: 'no-answer', read: null })
  })

  it('whose answer was lost is confirmed when it reads back all the same', async () => {
    await begin()
    const pass = pump.write!
    // The write is done, but its answer comes after its time; what is asked from then on is answered as usual.
    server.setFault(1, { kind: 'slow', ms: 600 })
    pump.write = (...args) => {
      server.setFault(1, null)
      return pass(...args)
    }
    const { body } = await ask('operator', 'p/setpoint', 5)
    expect(await ended(body.id)).toMatchObject({ phase: 'confirmed', read: 5 })
  })

  it('is not confirmed when the device says yes and does something else', async () => {
    await begin({ confirmWithinS: 1 })
    pump.write = () => true
    const { body } = await ask('operator', 'p/setpoint', 5)
    expect(await ended(body.id)).toMatchObject({ phase: 'not-confirmed', why: 'reads-otherwise', read: 4.2 })
  })

  it('that shows elsewhere is confirmed there', async () => {
    await begin()
    pump.trip(1)
    await until('the trip is seen', () => g!.deps.plant()!.latest.get('p/tripped')?.value === true)
    const { body } = await ask('operator', 'p/reset', true)
    expect(await ended(body.id)).toMatchObject({ phase: 'confirmed', read: false })
    expect(pump.state['pump1.tripped']).toBe(0)
    const again = await ask('operator', 'p/reset', true)
    expect(again.body).toMatchObject({ phase: 'refused', why: 'cool-down' })
  })
})

describe('what is not even sent', () => {
  it('an interlock that does not hold, in its words; a stop goes through', async () => {
    await begin()
    pump.setLevel(12)
    await until('the level is seen', () => g!.deps.plant()!.latest.get('p/level')?.value === 12)
    const before = pump.state['pump1.enable']
    const { status, body } = await ask('operator', 'p/enable', true)
    expect([status, body.phase, body.why, (body.text as { en: string }).en]).toEqual([
      201,
      'refused',
      'interlock',
      'Tank level above 20 %',
    ])
    expect(pump.state['pump1.enable']).toBe(before)
    expect(story(body.id)).toEqual([
      ['requested', 'operator'],
      ['refused', 'operator'],
    ])
    expect((await ended((await ask('operator', 'p/enable', false)).body.id)).phase).toBe('confirmed')
  })

  it('a device that is offline: at once, without a byte on the wire', async () => {
    await begin()
    server.setFault(1, { kind: 'mute' })
    await until('it is offline', () => g!.deps.plant()!.state('p')?.online === false, 15_000)
    const requests = server.requests()
    const start = performance.now()
    const { body } = await ask('operator', 'p/setpoint', 5)
    expect(body).toMatchObject({ phase: 'refused', why: 'offline' })
    expect(performance.now() - start).toBeLessThan(500)
    expect(server.requests() - requests).toBeLessThanOrEqual(1) // a probe of the poller may come by
  })

  it('wrong values and wrong people leave no command behind', async () => {
    await begin()
    const table: [Role, string, unknown, number, string][] = [
      ['operator', 'p/setpoint', 8.5, 422, 'command-range'],
      ['operator', 'p/setpoint', 4.25, 422, 'command-step'],
      ['operator', 'p/setpoint', true, 422, 'command-kind'],
      ['operator', 'p/reset', false, 422, 'command-values'],
      ['operator', 'p/level', 50, 404, 'command-none'],
      ['operator', 'p/nothing', 50, 404, 'command-none'],
      ['engineer', 'p/enable', true, 403, 'command-role'],
    ]
    for (const [who, point, value, status, code] of table) {
      const answer = await ask(who, point, value)
      expect([point, value, answer.status, answer.body.code]).toEqual([point, value, status, code])
    }
    expect((await ask('operator', 'p/setpoint', 5, '  ')).status).toBe(400)
    let refused = 0
    for (const role of roles) {
      const may = ['admin', 'engineer', 'operator'].includes(role)
      if (!may)
        expect([role, (await ask(role, 'p/setpoint', 5)).body.code, ++refused > 0]).toEqual([role, 'not-allowed', true])
    }
    expect(refused).toBe(6)
    expect(g!.deps.commands.list(undefined, 10)).toEqual([])
  })

  it('two people at one button: one of them is first, the other is told who', async () => {
    await begin({ confirmWithinS: 1 })
    server.setFault(1, { kind: 'slow', ms: 300 })
    const both = await Promise.all([ask('operator', 'p/setpoint', 5), ask('admin', 'p/setpoint', 6)])
    expect(both.map(a => a.status).sort()).toEqual([201, 409])
    const late = both.find(a => a.status === 409)!
    expect(late.body).toMatchObject({ code: 'command-busy' })
    await ended(both.find(a => a.status === 201)!.body.id)
  })

  it('a repeated Idempotency-Key sends nothing twice', async () => {
    await begin()
    let writes = 0
    const pass = pump.write!
    pump.write = (...args) => {
      writes++
      return pass(...args)
    }
    const body = { point: 'p/setpoint', value: 5, reason: 'once' }
    const key = { 'idempotency-key': 'k1' }
    const first = await people.operator.post('/api/v1/commands', body, key)
    await ended(first.body.id)
    const again = await people.operator.post('/api/v1/commands', body, key)
    expect([again.status, again.body.id]).toEqual([201, first.body.id])
    expect(writes).toBe(1)
  })
})

describe('on the live stream', () => {
  it('every step comes to each screen that may see it, in order; one that was away hears the end once', async () => {
    await begin({ secondPerson: true })
    const screens = {
      viewer: await openScreen(g!.url, people.viewer.headers),
      billing: await openScreen(g!.url, people.billing.headers),
    }
    const away = screens.viewer.hello()
    const phases = (screen: Screen) => screen.of('command').map(m => m.command.phase)
    const { body } = await ask('operator', 'p/setpoint', 5)
    await screens.viewer.heard('command')
    await people.admin.post(`/api/v1/commands/${body.id}/confirm`)
    const last = await screens.viewer.heard('command', m => m.command.phase === 'confirmed')
    expect(last.command).toMatchObject({ id: body.id, point: 'p/setpoint', read: 5, secondBy: 'admin' })
    expect([...new Set(phases(screens.viewer))]).toEqual(['awaiting', 'sent', 'confirmed'])
    const seqs = screens.viewer.of('command').map(m => m.seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    await screens.billing.heard('beat')
    expect(phases(screens.billing)).toEqual([])
    const back = await openScreen(g!.url, people.viewer.headers, { since: away.seq, epoch: away.epoch })
    await back.heard('beat')
    expect([back.hello().resync, phases(back)]).toEqual([false, ['confirmed']])
    for (const screen of [...Object.values(screens), back]) {
      expect(screen.wrong).toEqual([])
      screen.close()
    }
  })
})

describe('an interlock is read anew right before the write', () => {
  const slow = { scanMs: 60_000 }
  const level = () => g!.deps.plant()!.latest.get('p/level')
  const start = async () => {
    const { body } = await ask('operator', 'p/enable', true)
    expect(body.phase).toBe('sent')
    return ended(body.id)
  }
  async function beginSlow() {
    await begin({}, slow, { confirmWithinS: 4 })
    await until('the level is read', () => level()?.value === 60)
    pump.write!('coil', 0, 0)
  }
  const writes = () => {
    const seen: unknown[] = []
    const pass = pump.write!
    pump.write = (...args) => {
      seen.push(args)
      return pass(...args)
    }
    return seen
  }

  it('what was polled a minute ago does not start a pump; what was read is seen by everybody', async () => {
    await beginSlow()
    pump.setLevel(12)
    const seen = writes()
    expect(await start()).toMatchObject({
      phase: 'refused',
      why: 'interlock',
      text: { en: 'Tank level above 20 %' },
      read: null,
    })
    expect([seen, level()!.value]).toEqual([[], 12])
  })
  it('a reading that is bad, or comes too late, refuses as well: within half of the time limit', async () => {
    await beginSlow()
    const seen = writes()
    const read = pump.read
    pump.read = (table, address) => (table === 'input' ? undefined : read(table, address))
    expect(await start()).toMatchObject({ phase: 'refused', why: 'interlock-unknown' })
    pump.read = read
    await g!.stop()
    g = undefined
    await server.stop()
    await beginSlow()
    const late = writes()
    server.setFault(1, { kind: 'mute' })
    const began = performance.now()
    expect(await start()).toMatchObject({ phase: 'refused', why: 'interlock-unknown' })
    expect(performance.now() - began).toBeLessThan(4000)
    server.setFault(1, null)
    expect([seen, late]).toEqual([[], []])
  })
  it('that holds lets it pass; a stop is not asked for it', async () => {
    await beginSlow()
    expect(await start()).toMatchObject({ phase: 'confirmed', read: true })
    pump.setLevel(12)
    const { body } = await ask('operator', 'p/enable', false)
    expect(await ended(body.id)).toMatchObject({ phase: 'confirmed', read: false })
    expect(level()!.value).toBe(60)
  })
  it('a driver whose read never ends keeps no command under way for ever', async () => {
    await beginSlow()
    const plant = g!.deps.plant()!
    const stored: Command[] = []
    const commands = runCommands({
      clock: g!.deps.clock,
      specs: plant.site.commands,
      points: plant.points,
      get: plant.latest.get,
      online: () => true,
      link: () => ({ read: () => new Promise(() => {}), close: async () => {} }),
      take: () => {},
      blocked: () => null,
      open: () => stored,
      lastSentAt: () => null,
      ended: c => stored.push(c),
      failed: () => {},
    })
    commands.go(commands.request('c1', 'p/enable', true, 'test', { name: 'li', role: 'operator' }))
    expect(await until('the end', () => stored[0], 10_000)).toMatchObject({
      phase: 'refused',
      why: 'interlock-unknown',
    })
    await commands.stop()
  })
})

describe('a second person', () => {
  it('agrees, and only then is it sent', async () => {
    await begin({ secondPerson: true })
    const { body } = await ask('operator', 'p/setpoint', 5)
    expect(body.phase).toBe('awaiting')
    expect(pump.state.setpoint).toBe(4.2)
    const own = await people.operator.post(`/api/v1/commands/${body.id}/confirm`)
    expect([own.status, own.body.code]).toEqual([403, 'command-same-person'])
    const viewer = await people.viewer.post(`/api/v1/commands/${body.id}/confirm`)
    expect(viewer.status).toBe(403)
    expect(pump.state.setpoint).toBe(4.2)
    const other = await people.admin.post(`/api/v1/commands/${body.id}/confirm`)
    expect([other.status, other.body.phase]).toEqual([200, 'sent'])
    expect(await ended(body.id)).toMatchObject({ phase: 'confirmed', secondBy: 'admin' })
    expect(pump.state.setpoint).toBe(5)
    expect(story(body.id)).toEqual([
      ['requested', 'operator'],
      ['approved', 'admin'],
      ['sent', 'admin'],
      ['confirmed', 'gateway'],
    ])
    expect((await people.admin.post(`/api/v1/commands/${body.id}/refuse`)).body.code).toBe('command-not-awaiting')
  })
  it('refuses, or the one who asked takes it back', async () => {
    await begin({ secondPerson: true })
    const first = await ask('operator', 'p/setpoint', 5)
    const no = await people.admin.post(`/api/v1/commands/${first.body.id}/refuse`)
    expect(no.body).toMatchObject({ phase: 'refused', why: 'refused-by-person', secondBy: 'admin' })
    const second = await ask('operator', 'p/setpoint', 5)
    const back = await people.operator.post(`/api/v1/commands/${second.body.id}/refuse`)
    expect(back.body).toMatchObject({ phase: 'refused', why: 'withdrawn' })
    expect(pump.state.setpoint).toBe(4.2)
  })
})

describe('when the gateway ends', () => {
  it('killed with -9 while a command is in flight: the next start finds it and says that nobody knows', async () => {
    await device()
    const folder = tempFolder()
    writeFileSync(join(folder.path, 'site.json'), JSON.stringify(pumpSite(server.port, { confirmWithinS: 30 })))
    const env = { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_LOG: 'silent' }
    const first = await startGatewayProcess(folder.path, env, 20_000)
    const api = await signIn(`http://${first.run.http}`, 'admin', PASSWORD)
    await until('the pump is read', async () => {
      const { body } = await api.get('/api/v1/points/p/setpoint')
      return (body.sample as { quality: string }).quality === 'good'
    })
    server.setFault(1, { kind: 'mute' })
    const { body } = await api.post('/api/v1/commands', { point: 'p/setpoint', value: 5, reason: 'test' })
    expect(body.phase).toBe('sent')
    await first.end('SIGKILL')
    server.setFault(1, null)
    const next = await startGatewayProcess(folder.path, env, 20_000)
    try {
      const again = await signIn(`http://${next.run.http}`, 'admin', PASSWORD)
      const found = await again.get(`/api/v1/commands/${body.id}`)
      expect(found.body).toMatchObject({ phase: 'not-confirmed', why: 'interrupted' })
      const trail = (await again.get('/api/v1/trail')).body.items.filter(e => e.kind === 'command')
      expect(trail.map(e => e.action)).toEqual(['not-confirmed', 'sent', 'requested'])
      await until('the pump is read again', async () => {
        const { body: point } = await again.get('/api/v1/points/p/setpoint')
        return (point.sample as { quality: string }).quality === 'good'
      })
      // It blocks nobody: the next command goes through.
      const after = await again.post('/api/v1/commands', { point: 'p/setpoint', value: 6, reason: 'test' })
      expect([after.status, after.body.phase]).toEqual([201, 'sent'])
    } finally {
      await next.end('SIGKILL')
      folder.remove()
    }
  })
  it('stopped in an orderly way, or another site saved: the same is said at once', async () => {
    await begin({ confirmWithinS: 60 })
    server.setFault(1, { kind: 'mute' })
    const { body } = await ask('operator', 'p/setpoint', 5)
    const text = JSON.stringify(pumpSite(server.port), null, 3)
    const hash = g!.deps.site.view().hash
    expect((await people.admin.put('/api/v1/site', { text, hash, why: 'another site' })).status).toBe(200)
    expect(await ended(body.id)).toMatchObject({ phase: 'not-confirmed', why: 'interrupted' })
  })
})

describe('a tag on the equipment', () => {
  it('refuses every command there, by a function that is handed in', async () => {
    await begin()
    const plant = g!.deps.plant()!
    const spec = plant.site.commands
    const stored: Command[] = []
    const commands = runCommands({
      clock: g!.deps.clock,
      specs: spec,
      points: plant.points,
      get: plant.latest.get,
      online: () => true,
      link: () => undefined,
      take: () => {},
      blocked: equipment => (equipment === 'p' ? { 'zh-CN': '挂牌：王工检修', en: 'Tag: Wang is working here' } : null),
      open: () => stored,
      lastSentAt: () => null,
      ended: c => stored.push(c),
      failed: () => {},
    })
    const command = commands.request('c1', 'p/enable', false, 'test', { name: 'li', role: 'operator' })
    expect(command).toMatchObject({ phase: 'refused', why: 'tagged', text: { en: 'Tag: Wang is working here' } })
    expect(commandReasons).toContain(command.why)
    await commands.stop()
  })
})
