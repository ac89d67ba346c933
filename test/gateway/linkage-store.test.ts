import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import { createBus } from '../../gateway/core/bus.ts'
import type { Events } from '../../gateway/core/events.ts'
import { runLinkage } from '../../gateway/linkage/linkage.ts'
import { runCommands } from '../../gateway/live/commands.ts'
import { actionsOf, commands as openCommands } from '../../gateway/records/commands.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { linkage as openLinkage } from '../../gateway/records/linkage.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import type { Site } from '../../gateway/site/site.ts'
import type { CommandSpec } from '../../rules/command.ts'
import type { Linkage, LinkageAction } from '../../rules/linkage.ts'
import { manualClock } from '../support/clock.ts'
import { tempFolder } from '../support/gateway.ts'

const text = (en: string) => ({ 'zh-CN': en, en })
const device = (id: string, kind: LinkageAction['kind']): LinkageAction => ({
  id,
  kind,
  name: text(id),
  zones: ['z1'],
  at: 'confirmed',
  act: true,
  withinS: 5,
  retries: 2,
  devices: [
    {
      name: text(id),
      proof: { point: `${id}/open`, values: [true] },
      command: { point: `${id}/run`, value: true, restore: null },
    },
  ],
})
const linkage: Linkage = {
  zones: [
    {
      id: 'z1',
      name: text('z1'),
      space: null,
      sources: [{ devices: ['panel/z1'], callPoints: [], confirmed: null }],
    },
  ],
  actions: [device('door', 'doors'), device('fan', 'fans')],
}
const spec = (point: PointId): CommandSpec => ({
  roles: ['operator'],
  interlocks: [],
  secondPerson: false,
  confirmWithinS: 3,
  coolDownS: 0,
  readBack: { points: [point], equals: null },
  tolerance: 0,
  release: [true],
})

let folder: ReturnType<typeof tempFolder>
beforeEach(() => {
  folder = tempFolder()
})
afterEach(() => folder.remove())

/** A door and a fan on a disk that can be full; `written` is a diary of what reached them. */
function building(table = linkage) {
  const clock = manualClock()
  const db = openDb(`${folder.path}/records.db`, migrations)
  let full = false
  let killed = ''
  let seq = 0
  const trail = openTrail(
    {
      ...db,
      tx: work =>
        db.tx(() => {
          const made = work()
          if (full) throw new Error('database or disk is full')
          return made
        }),
    },
    clock.now,
    // From this moment on nothing reaches the disk any more: it is as good as killed.
    entry => {
      if (killed !== '' && entry.action === killed) full = true
    },
  )
  const commands = openCommands(db)
  const values = new Map<PointId, Value>([
    ['panel/z1', 0],
    ['door/run', false],
    ['fan/run', false],
    ['door/open', false],
    ['fan/open', false],
  ])
  const written: string[] = []
  const sampleOf = (point: PointId): Sample => ({
    ...{ point, at: ++seq, seen: clock.now() },
    ...{ quality: 'good', value: values.get(point)! },
  })
  const points = new Map(
    (['door/run', 'fan/run'] as const).map(id => [
      id as PointId,
      { id, key: 'run', name: text(id), kind: 'boolean', writable: true, scanMs: 1000, address: null } as const,
    ]),
  )
  let stuck = false
  const live = runCommands({
    clock,
    points,
    specs: new Map([...points.keys()].map(id => [id, spec(id)])),
    get: sampleOf,
    online: () => true,
    link: () => ({
      read: async some => some.map(p => sampleOf(p.id)),
      write(point, value) {
        if (stuck) return new Promise(() => {})
        written.push(`${point.id} ${value}`)
        values.set(point.id, value)
        return Promise.resolve({ ok: true })
      },
      close: async () => {},
    }),
    take: () => {},
    blocked: () => null,
    open: commands.open,
    lastSentAt: commands.lastSentAt,
    ended: c =>
      trail.change({ name: 'gateway', role: 'system' }, note =>
        commands.put(note, c, actionsOf(commands.get(c.id) ?? null, c)),
      ),
    failed: () => {},
  })
  const running = runLinkage({
    site: { id: 's', linkage: table } as Site,
    clock,
    bus: createBus<Events>(() => {}),
    trail,
    record: openLinkage(db),
    commands,
    live,
    get: sampleOf,
    failed: () => {},
  })
  const phase = (id: string) => running.state().actions[id]?.devices[`${id}/open`]
  return {
    ...{ clock, values, written, commands, live, trail, phase },
    setFull: (is: boolean) => {
      full = is
    },
    running,
    killAt: (action: string) => {
      killed = action
    },
    setStuck: (is: boolean) => {
      stuck = is
    },
    async stop() {
      running.stop()
      await live.stop()
      db.close()
    },
  }
}
const operator = { name: 'op', role: 'operator' as const }

it('a full disk: the way out is opened; what waits for the disk is not said to be sent, and loses no try', async () => {
  const b = building()
  // Somebody is just locking it.
  b.setStuck(true)
  const shut = b.live.request('w', 'door/run', false, 'lock up', operator)
  b.trail.change(operator, note => b.commands.put(note, shut, actionsOf(null, shut)))
  b.live.go(shut)
  await b.clock.pass(0)
  b.setStuck(false)

  b.setFull(true)
  b.values.set('panel/z1', 2)
  await b.clock.pass(60_000)
  expect([...new Set(b.written)]).toEqual(['door/run true'])
  expect(b.phase('fan')).toMatchObject({ phase: 'waiting', attempts: 0, command: null })

  b.setFull(false)
  b.values.set('door/open', true)
  await b.clock.pass(2000)
  expect(b.written.at(-1)).toBe('fan/run true')
  expect(b.phase('fan')).toMatchObject({ phase: 'sent', attempts: 1 })
  // What the release has overtaken is not under way for ever.
  expect(b.commands.get('w')).toMatchObject({ phase: 'not-confirmed', why: 'fire-release' })
  expect(b.commands.open()).toEqual([])
  await b.stop()
})

it('what somebody has under way is waited for; it uses up no try', async () => {
  const b = building()
  b.setStuck(true)
  const off = b.live.request('w', 'fan/run', false, 'service', operator)
  b.trail.change(operator, note => b.commands.put(note, off, actionsOf(null, off)))
  b.live.go(off)
  await b.clock.pass(0)
  b.values.set('panel/z1', 2)
  await b.clock.pass(1000)
  expect(b.phase('fan')).toMatchObject({ phase: 'waiting', attempts: 0 })
  b.setStuck(false)
  await b.clock.pass(4000)
  expect(b.written).toContain('fan/run true')
  await b.stop()
})

it('killed between the word of a person and the first thing that is set back: it is set back after the restart, in his name, once', async () => {
  const restoring = {
    ...linkage,
    actions: linkage.actions.map(a => ({
      ...a,
      devices: a.devices.map(d => ({ ...d, command: { ...d.command!, restore: false } })),
    })),
  }
  const first = building(restoring)
  first.values.set('panel/z1', 2)
  await first.clock.pass(2000)
  for (const id of ['door', 'fan'] as const) first.values.set(`${id}/open`, true)
  await first.clock.pass(5000)
  first.values.set('panel/z1', 0)
  await first.clock.pass(2000)
  expect(first.written).toEqual(['door/run true', 'fan/run true'])
  first.killAt('reset-confirmed')
  first.running.confirm('z1', 'drill', '', operator)
  await first.clock.pass(5000)
  expect(first.written).toHaveLength(2)
  await first.stop()

  const second = building(restoring)
  for (const id of ['door', 'fan'] as const) {
    second.values.set(`${id}/open`, true)
    second.values.set(`${id}/run`, true)
  }
  await second.clock.pass(5000)
  expect(second.written).toEqual(['door/run false', 'fan/run false'])
  const given = second.trail.after(0, 1000).filter(e => e.kind === 'command' && e.actor === 'op')
  expect(new Set(given.map(e => e.id)).size).toBe(2)
  await second.clock.pass(60_000)
  expect(second.written).toHaveLength(2)
  expect(second.running.state().restores).toBeUndefined()
  await second.stop()
})
