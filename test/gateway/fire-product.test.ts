import { afterAll, describe, expect, it } from 'vitest'
import { manualClock } from '../support/clock.ts'
import { manager, siteOf } from '../support/doorsite.ts'
import { linkWorld } from '../support/linkworld.ts'
import { both } from '../support/sites.ts'

/**
 * A fire in every state of a door, by every state of the gateway, told by the linkage alone or by the panel's wire as well:
 * the gateway's own records, tables and link, and a controller that keeps what it has over its power cuts.
 */
const modes = [
  ...(['normal', 'scheduled-lock', 'scheduled-unlock', 'override', 'maintenance', 'lockout', 'lockdown'] as const),
  'local-egress',
] as const
const conditions = [
  ...(['held', 'forced', 'tampered with', 'reader lost', 'controller off', 'partitioned', 'table stale'] as const),
  ...(['clock wrong', 'no table yet'] as const),
] as const
const gateways = ['up', 'down', 'restarting', 'broker away'] as const
const ways = ['linkage', 'linkage and wire'] as const
type DoorState = (typeof modes)[number] | (typeof conditions)[number]

const group = (id: string, mode: string) => ({
  ...{ id, name: both(id), doors: [id] },
  schedules: [{ from: '00:00', to: '24:00', mode }],
})
const doors = ['door', 'open', 'shut', 'vault']
const clock = manualClock(Date.UTC(2026, 10, 23, 1))
let fire: number | null = null
const w = linkWorld(
  siteOf(doors, {
    doorGroups: [group('door', 'card'), group('open', 'unlocked'), group('shut', 'locked')],
    access: {
      areas: [{ id: 'hall' }],
      doors: [
        ...['door', 'open', 'shut'].map(id => ({ id, area: 'hall', heldAfterS: 10 })),
        { id: 'vault', area: 'hall', fireRelease: false, mechanicalExit: true },
      ],
      levels: [{ id: 'all', groups: ['door'] }],
      controllers: [{ id: 'ctl', doors, tableHours: 1 }],
    },
  }),
  clock,
  door => (door === 'vault' ? null : fire),
)
afterAll(() => w.end())

const c = () => w.controllers.get('ctl')!
const heard: string[] = []
/** Time passes, and what was said meanwhile is heard. */
async function live(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await clock.pass(Math.min(500, left))
    heard.push(...(await w.settle()).map(said => String(said.type)))
  }
}
const doorOf = (state: DoorState) =>
  state === 'scheduled-lock' ? 'shut' : state === 'scheduled-unlock' ? 'open' : 'door'

/** As it is before a fire; whatever the one before has left is put right. */
async function prepare(state: DoorState): Promise<void> {
  if (!w.running) w.startGateway()
  w.setWall('ctl', 0)
  if (state === 'no table yet') w.forget('ctl')
  w.restart('ctl')
  await w.reach('up')
  for (const { id, door } of w.g.accessRecords.layers()) w.g.access.endMode(door, id, 'again', manager)
  await live(500)
  if (state === 'override' || state === 'maintenance' || state === 'lockout')
    w.g.access.setMode('door', state, 60, null, 'test', manager)
  if (state === 'lockdown') w.g.access.setMode('door', state, 60, 9, 'test', manager)
  if (state === 'local-egress' || state === 'held') c().exit('door')
  if (state === 'held' || state === 'forced') c().setOpen('door', true)
  if (state === 'tampered with') c().tamper('door', true)
  if (state === 'reader lost') c().setReader('door', false)
  await live(state === 'held' ? 12_000 : 500)
  if (state === 'clock wrong') w.setWall('ctl', -40 * 365 * 86_400_000)
  if (state === 'no table yet') {
    await w.reach('cut')
    w.forget('ctl')
    w.restart('ctl')
  }
  if (state === 'table stale' || state === 'partitioned' || state === 'controller off') await w.reach('cut')
  if (state === 'table stale') clock.jump(2 * 3_600_000)
}

const REFUSED = expect.objectContaining({ code: 'mode-fire' })
let seen = 0
let unreachable = 0
async function burns(state: DoorState, gateway: (typeof gateways)[number], way: (typeof ways)[number]): Promise<void> {
  await prepare(state)
  const where = [state, gateway, way]
  const id = doorOf(state)
  heard.length = 0
  if (gateway === 'down') w.stopGateway()
  if (gateway === 'broker away') await w.reach('broker-away')
  if (state === 'table stale' && gateway === 'up') await w.reach('up')
  const reachable = gateway === 'up' && !['partitioned', 'controller off', 'no table yet'].includes(state)

  fire = clock.now()
  if (way === 'linkage and wire' && state !== 'controller off') {
    c().setFire(true)
    expect([...where, c().unlocked(id)]).toEqual([...where, true])
  }
  if (gateway === 'restarting') {
    w.stopGateway()
    w.startGateway()
    await w.reach('up')
  }
  if (reachable || gateway === 'restarting') await live(1000)
  else {
    unreachable++
    await live(1000)
    if (way === 'linkage' || state === 'controller off')
      expect([...where, 'nobody could tell it', c().isReleased(id)]).toEqual([...where, 'nobody could tell it', false])
    // Whatever stood between them is over.
    if (!w.running) w.startGateway()
    if (state === 'controller off') {
      w.restart('ctl')
      if (way === 'linkage and wire') c().setFire(true)
    }
    await w.reach('up')
    await live(1000)
  }
  const released = () => ['door', 'open', 'shut'].filter(door => c().unlocked(door) && c().isReleased(door))
  expect([...where, released(), w.link!.isReleased(id)]).toEqual([...where, ['door', 'open', 'shut'], true])
  // Before it has heard which doors are ways out, its wire opens all.
  const vault = state === 'no table yet' && way === 'linkage and wire'
  expect([...where, c().isReleased('vault')]).toEqual([...where, vault])

  // Whoever wants to lock it, by whichever way.
  expect(() => w.g.access.setMode(id, 'lockdown', 10, 9, 'lock', manager)).toThrow(REFUSED)
  expect([...where, w.link!.rearm([id])]).toEqual([...where, []])
  for (const type of ['lock', 'lockdown']) c().receive({ type, doors })
  // And whatever ends meanwhile.
  w.stopGateway()
  w.restart('ctl')
  expect([...where, 'switched off and on', released().length]).toEqual([...where, 'switched off and on', 3])
  if (way === 'linkage and wire') c().setFire(true)
  w.startGateway()
  await w.reach('up')
  await live(1000)
  expect([...where, 'later', released().length, heard.includes('rearm')]).toEqual([...where, 'later', 3, false])

  // A person has said that it is over; the panel's own wire outweighs that.
  fire = null
  await live(500)
  if (way === 'linkage and wire') {
    expect([...where, 'wire', released().length]).toEqual([...where, 'wire', 3])
    c().setFire(false)
    await live(2500)
  }
  expect([...where, 'over', released()]).toEqual([...where, 'over', []])
  expect(w.failed).toEqual([])
  seen++
}

describe('a fire: each state of a door by each state of the gateway', () => {
  it.each([...modes, ...conditions])(
    '%s',
    async state => {
      for (const gateway of gateways) for (const way of ways) await burns(state, gateway, way)
    },
    60_000,
  )
  it('all of them were looked at', () => {
    const all = (modes.length + conditions.length) * gateways.length * ways.length
    expect([seen, all]).toEqual([136, 136])
    expect(unreachable).toBeGreaterThan(60)
    console.log(`${seen} combinations, in ${unreachable} of them nobody could tell the controller at first`)
  })
})
