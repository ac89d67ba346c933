import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ofSamples } from '../../drivers/batch.ts'
import type { Role } from '../../rules/flow.ts'
import { type Api, signIn } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { openScreen, type Screen } from '../support/screen.ts'
import { quietSite } from '../support/sites.ts'
import { pause, until } from '../support/wait.ts'

let g: TestGateway
let people: Record<Role, Api>
const open: Screen[] = []
beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  people = await g.people()
})
afterEach(() => {
  for (const screen of open.splice(0)) {
    expect(screen.wrong).toEqual([])
    screen.close()
  }
})
afterAll(() => g.stop())

async function screen(headers: Readonly<Record<string, string>>, resume = {}): Promise<Screen> {
  const opened = await openScreen(g.url, headers, resume)
  open.push(opened)
  return opened
}
const alarmOf = (s: Screen) => s.of('alarm').map(m => m.alarm.state)

describe('a screen', () => {
  it('gets a greeting, then every point once, then what changes, and a beat each second', async () => {
    const s = await screen(people.viewer.headers)
    expect(s.hello()).toMatchObject({ seq: g.deps.trail.head(), epoch: g.deps.trail.epoch, resync: true })
    const first = await s.heard('samples')
    expect(first.items.map(i => i.point).sort()).toEqual(['pump-1/online', 'pump-1/pressure', 'pump-1/tripped'])
    feed(g, 'pump-1/pressure', 7)
    feed(g, 'pump-1/pressure', 8, 1)
    await until('the newest value', () => s.values('pump-1/pressure').at(-1) === 8)
    const started = Date.now()
    await s.heard('beat')
    await until('two more beats', () => s.of('beat').length >= 3)
    expect(Date.now() - started).toBeLessThan(4000)
  })
  it('hears of alarm and order at once, each with its place on the trail', async () => {
    const s = await screen(people.operator.headers)
    feed(g, 'pump-1/tripped', true)
    const { alarm, seq } = await s.heard('alarm', m => m.alarm.state === 'UNACK')
    const { workorder } = await s.heard('workorder')
    expect([workorder.alarm, alarm.workorder]).toEqual([alarm.id, workorder.id])
    expect(seq).toBeGreaterThan(s.hello().seq)
    await people.operator.post(`/api/v1/alarms/${alarm.id}/acknowledge`)
    await s.heard('alarm', m => m.alarm.state === 'ACKED')
    feed(g, 'pump-1/tripped', false, 2)
    await s.heard('alarm', m => m.alarm.state === 'NORM')
  })
  it('of somebody who may not see alarms gets values only', async () => {
    const s = await screen(people.billing.headers)
    const other = await screen(people.viewer.headers)
    feed(g, 'pump-1/tripped', true, 5)
    await other.heard('alarm')
    await s.heard('beat')
    expect([s.of('alarm'), s.of('workorder')]).toEqual([[], []])
    expect(s.values('pump-1/tripped')).toContain(true)
    feed(g, 'pump-1/tripped', false, 6)
  })
})

describe('a screen that was away', () => {
  it('resumes: what it missed, each record once in its newest state', async () => {
    const before = await screen(people.operator.headers)
    const { seq, epoch } = before.hello()
    before.close()
    feed(g, 'pump-1/tripped', true, 10)
    const [alarm] = (await people.operator.get('/api/v1/alarms')).body.items
    await people.operator.post(`/api/v1/alarms/${alarm!.id}/acknowledge`)
    const s = await screen(people.operator.headers, { since: seq, epoch })
    expect(s.hello()).toMatchObject({ resync: false, seq: g.deps.trail.head() })
    await s.heard('beat')
    expect(alarmOf(s)).toEqual(['ACKED'])
    // What the gateway itself writes on the order meanwhile, its standstill, comes after.
    expect(s.of('workorder').filter(m => m.seq <= s.hello().seq)).toHaveLength(1)
    expect(s.of('alarm')[0]!.seq).toBeLessThanOrEqual(s.hello().seq)
    feed(g, 'pump-1/tripped', false, 11)
    await s.heard('alarm', m => m.alarm.state === 'NORM')
    expect(alarmOf(s)).toEqual(['ACKED', 'NORM'])
  })
  it('missed nothing: nothing comes twice', async () => {
    const { head, epoch } = g.deps.trail
    const s = await screen(people.operator.headers, { since: head(), epoch })
    await s.heard('beat')
    expect([s.hello().resync, s.of('alarm'), s.of('workorder')]).toEqual([false, [], []])
  })
  it.each([
    ['another epoch', () => ({ since: 1, epoch: 'other' })],
    ['no epoch', () => ({ since: 1 })],
    ['a place that was never reached', () => ({ since: 1e9, epoch: g.deps.trail.epoch })],
  ])('%s: told to load anew', async (_, resume) => {
    const s = await screen(people.operator.headers, resume())
    await s.heard('beat')
    expect([s.hello().resync, s.of('alarm')]).toEqual([true, []])
  })
  it('missed thousands: told to load anew instead of a flood', async () => {
    const { epoch } = g.deps.trail
    const since = g.deps.trail.head()
    g.deps.trail.change({ name: 'test', role: 'admin' }, note => {
      for (let i = 0; i < 2001; i++) note('thing', `t${i}`, 'made')
    })
    expect((await screen(people.operator.headers, { since, epoch })).hello().resync).toBe(true)
    expect((await screen(people.operator.headers, { since: since + 1, epoch })).hello().resync).toBe(false)
  })
  it('asks for nonsense: refused', async () => {
    const s = await screen(people.operator.headers, { since: 'x' })
    expect(s.refused()).toBe(400)
  })
})

describe('who may listen', () => {
  it('nobody without signing in, and no page of another site', async () => {
    expect((await screen({})).refused()).toBe(401)
    expect((await screen({ authorization: 'Bearer gh_wrong' })).refused()).toBe(401)
    const { cookie } = (await g.admin()).headers
    expect((await screen({ cookie: cookie!, origin: 'http://evil.example' })).refused()).toBe(403)
    expect((await screen({ cookie: cookie!, origin: g.url })).hello()).toBeDefined()
  })
  it('signing out ends the stream at once, and only that one', async () => {
    const me = await signIn(g.url, 'operator', PASSWORD)
    const [mine, other] = [await screen(me.headers), await screen(people.viewer.headers)]
    await me.delete('/api/v1/session')
    await until('the end', mine.closed, 1500)
    expect([mine.closed(), other.closed()]).toEqual([{ code: 4401 }, undefined])
  })
  it.each(['disabled', 'another role', 'another password'])('%s: so does this', async what => {
    const admin = people.admin
    const me = await signIn(g.url, 'desk', PASSWORD)
    const mine = await screen(me.headers)
    if (what === 'disabled') await admin.post('/api/v1/users/desk/disable')
    else if (what === 'another role') await admin.post('/api/v1/users/desk/role', { role: 'guard' })
    else await admin.post('/api/v1/users/desk/password', { password: 'another password here' })
    await until('the end', mine.closed, 1500)
    expect(mine.closed()).toEqual({ code: 4401 })
    await admin.post('/api/v1/users/desk/enable')
    await admin.post('/api/v1/users/desk/password', { password: PASSWORD })
  })
  it('a revoked token: so does this', async () => {
    const { id, token } = (await people.guard.post('/api/v1/tokens', { name: 'wall' })).body
    const mine = await screen({ authorization: `Bearer ${token}` })
    await people.guard.post(`/api/v1/tokens/${id}/revoke`)
    await until('the end', mine.closed, 1500)
    expect(mine.closed()).toEqual({ code: 4401 })
  })
})

describe('a screen that stops reading', () => {
  it('is cut off within six seconds or so; the others hear everything meanwhile', async () => {
    const frozen = await screen(people.viewer.headers)
    const good = await screen(people.viewer.headers)
    ;(frozen.socket as unknown as { _socket: { pause(): void } })._socket.pause()
    // Long texts fill what the two kernels hold between them, some 6 MB, and then our own buffer; then it has five seconds.
    let n = 0
    const end = Date.now() + 7500
    while (Date.now() < end) {
      const now = g.deps.clock.now()
      const value = `${++n} ${'x'.repeat(n < 8 ? 4_000_000 : 50_000)}`
      g.deps.bus.emit('readings', ofSamples([{ point: 'pump-1/pressure', at: now, seen: now, quality: 'good', value }]))
      await pause(120)
    }
    expect(n).toBeGreaterThan(10)
    expect(good.values('pump-1/pressure').length).toBeGreaterThan(10)
    ;(frozen.socket as unknown as { _socket: { resume(): void } })._socket.resume()
    await until('the cut', frozen.closed, 3000)
    expect(frozen.closed()!.code).toBe(1006)
    expect(good.closed()).toBeUndefined()
  }, 120_000)
})
