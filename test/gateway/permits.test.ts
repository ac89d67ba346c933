import { afterEach, expect, it } from 'vitest'
import type { PointId, Sample } from '../../drivers/point.ts'
import { permitDuty } from '../../gateway/alarms/caseduty.ts'
import type { Entry } from '../../gateway/core/events.ts'
import { keepPermits, permitHere } from '../../gateway/permits/permits.ts'
import { permits as openPermits } from '../../gateway/records/permits.ts'
import { movePermit } from '../../rules/permit/move.ts'
import type { Permit } from '../../rules/permit/permit.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'

const MIN = 60_000
const HOUR = 60 * MIN
/** Monday 23 November 2026, 10:00 in Shanghai. */
const T = Date.UTC(2026, 10, 23, 2)
const text = (word: string) => ({ 'zh-CN': word, en: word })
let end = () => {}
afterEach(() => end())

/** A building of a tower, its basement and a room in it; a zone of the linkage is the basement. */
function world() {
  const r = records()
  const hand = manualClock(T)
  let skipped = 0
  /** Hours go by in a moment: each second of them would be looked at. */
  const later = async (ms: number) => {
    skipped += ms - 1000
    await hand.pass(1000)
  }
  const clock = { ...hand, now: () => hand.now() + skipped, later }
  const permits = openPermits(r.db, () => '20261123')
  const told: [PointId, Sample['value']][] = []
  const values = new Map<string, boolean | number>()
  const gear: object[] = []
  const restored: string[] = []
  const zones: Record<string, object> = {}
  const space = (parent?: string, kind = 'floor') => ({ name: text('x'), kind, parent })
  const site = {
    spaces: new Map([
      ['tower', space(undefined, 'building')],
      ['b1', space('tower')],
      ['pumps', space('b1', 'room')],
      ['b2', space('tower')],
    ]),
    timezone: 'Asia/Shanghai',
    calendar: { holidays: new Set(['2026-11-25']), workdays: new Set() },
    permits: { watchMinutes: 90, isolation: true, wind: 'roof/wind' },
    routes: [{ id: 'r', checkpoints: [{ id: 'c', space: 'b2', kind: 'nfc', tag: '04' }] }],
    equipment: [
      {
        ...{ id: 'valve', kind: 'sprinkler-valve', space: 'b1', name: text('valve 3') },
        points: [{ id: 'valve/closed', key: 'closed', kind: 'boolean' }],
      },
      {
        ...{ id: 'roof', kind: 'weather', space: undefined },
        points: [{ id: 'roof/wind', key: 'wind', kind: 'number', unit: 'm/s' }],
      },
      {
        ...{ id: 'panel', kind: 'fire-panel', space: 'tower' },
        points: [{ id: 'panel/zone1-isolated', key: 'zone1-isolated', kind: 'boolean', space: 'b1', writable: true }],
      },
    ],
  }
  const plant = {
    site,
    latest: {
      get: (id: string) => (values.has(id) ? { point: id, quality: 'good', value: values.get(id) } : undefined),
    },
    alarms: {
      samples: (list: readonly Sample[]) => told.push(...list.map(s => [s.point, s.value] as [PointId, boolean])),
    },
  }
  const linkage = { linkage: { zones: [{ id: 'z', space: 'b1' }], actions: [] }, state: () => ({ zones, actions: {} }) }
  const keeper = keepPermits({
    ...{ clock, trail: r.trail, permits, alarms: { open: () => [] } },
    plant: () => plant as never,
    linkage: () => linkage as never,
    gear: () => gear as never,
    restore: points => restored.push(...points),
    failed: error => {
      throw error
    },
  })
  end = () => {
    keeper.stop()
    r.end()
  }
  /** A permit for a place on which work goes on. */
  function working(where: string, more: Partial<Permit> = {}): string {
    const id = r.trail.change({ name: 'liu', role: 'desk' }, note => {
      const made = permits.add(
        note,
        {
          ...{ kind: 'hot-work', grade: 'second', space: where, spot: 'x', work: 'weld', company: '', outdoor: false },
          ...{ gas: false, workers: [], guardian: 'zhang', guardianPhone: '138', validFrom: T, validTo: T + 6 * HOUR },
        },
        'liu',
        clock.now(),
      )
      const live = { phase: 'live', effective: 'second', endsAt: T + 6 * HOUR, spans: [{ from: T, to: null }] } as const
      return permits.put(note, { ...made, ...live, ...more }, 'start').id
    })
    r.told.splice(0)
    return id
  }
  const diary = () =>
    r.told.splice(0).map((e: Entry) => `${e.action} ${String(e.data.reason ?? e.data.page ?? '')}`.trim())
  return {
    ...{ r, clock, permits, keeper, told, values, zones, gear, restored, plant: () => plant as never, working, diary },
  }
}

it('a fire alarm around the place suspends at once, one elsewhere does not', async () => {
  const w = world()
  const [room, other] = [w.working('pumps'), w.working('b2', { guardian: 'wu' })]
  expect(w.keeper.around(w.permits.one(room)).alarm).toBe(false)
  w.zones.z = { phase: 'first' }
  await w.clock.pass(1000)
  expect([w.permits.one(room).phase, w.permits.one(other).phase]).toEqual(['suspended', 'live'])
  expect(w.diary()).toEqual(['suspended alarm'])
  expect(w.keeper.around(w.permits.one(room)).alarm).toBe(true)
  // And it stays suspended when the alarm is over: somebody has to look at it.
  delete w.zones.z
  await w.clock.pass(5000)
  expect([w.permits.one(room).phase, w.diary()]).toEqual(['suspended', []])
})

it('runs out by itself, calls the guardian, and is an alarm of the place until somebody says that work has stopped', async () => {
  const w = world()
  const id = w.working('pumps')
  await w.clock.later(6 * HOUR - 1000)
  expect(w.permits.one(id).phase).toBe('live')
  await w.clock.pass(1000)
  expect([w.permits.one(id).phase, w.diary()]).toEqual(['expired', ['expired true']])
  expect(w.told.at(-1)).toEqual(['gatehouse.permits/pumps', true])
  const entry = w.r.trail.of('permit', id).at(-1)!
  const orders = { channels: ['sms'], rosters: {}, quiet: [] } as never
  const base = { at: entry.time, site: text('plaza'), timezone: 'Asia/Shanghai', seq: entry.seq }
  const duty = permitDuty(entry, orders, base, w.permits)!
  expect(duty.to).toEqual({ channels: ['sms'], rosters: [], people: [{ name: 'zhang', phone: '138' }], quiet: [] })
  expect(duty.told.about).toMatchObject({ kind: 'permit', no: 'D-20261123-001' })
  expect(permitDuty({ ...entry, data: { ...entry.data, page: false } }, orders, base, w.permits)).toBeNull()
  // The trail has his name, and not his telephone.
  expect(JSON.stringify(w.r.trail.of('permit', id))).not.toContain('138')
  const around = w.keeper.around(w.permits.one(id))
  expect(around.watchMin).toBe(90)
  const zhang = { name: 'zhang', role: 'guard' as const }
  const done = movePermit(w.permits.one(id), 'finish', zhang, {}, around, w.clock.now()) as Permit
  w.r.trail.change(zhang, note => w.permits.put(note, done, 'finish'))
  await w.clock.pass(1000)
  expect(w.told.at(-1)).toEqual(['gatehouse.permits/pumps', false])
  // A watch that nobody closes.
  await w.clock.later(105 * MIN)
  expect(w.told.at(-1)).toEqual(['gatehouse.permits/pumps', true])
})

it('a night and a holiday suspend what was started under the lower grade', async () => {
  const w = world()
  const id = w.working('pumps', { validTo: T + 72 * HOUR, endsAt: T + 72 * HOUR })
  await w.clock.later(12 * HOUR - 1000)
  expect(w.permits.one(id).phase).toBe('live')
  await w.clock.pass(2000)
  expect([w.permits.one(id).suspended?.reason, w.diary()]).toEqual(['upgrade', ['suspended upgrade']])
  const at = (day: number, hour: number) => w.keeper.offHours(Date.UTC(2026, 10, day, hour - 8))
  // Tuesday, the holiday, Saturday.
  expect([at(24, 9), at(24, 22), at(24, 30), at(25, 9), at(28, 9)]).toEqual(
    [false, true, true, true, true].with(2, true),
  )
})

it('asks who watches what, and whether detectors are isolated', () => {
  const w = world()
  const [a, b] = [w.working('pumps'), w.working('b2')]
  const around = (id: string) => w.keeper.around(w.permits.one(id))
  expect(around(a).guardianAt).toBe(w.permits.one(b).no)
  w.values.set('panel/zone1-isolated', true)
  expect([around(a).isolated, around(b).isolated]).toEqual([true, false])
  // With a permit for it there is nothing against hot work.
  w.working('b1', { kind: 'isolation', guardian: 'wu' })
  expect(around(a).isolated).toBe(false)
  expect(around(a).day).toBe('2026-11-23')
})

it('asks the plant: wind, sprinklers, extinguishers, others at work, and whether there is something to scan', () => {
  const w = world()
  const id = w.working('pumps', { phase: 'issued' })
  const says = () => {
    const { wind, valve, gear, others, scannable } = w.keeper.around(w.permits.one(id))
    return [
      wind,
      valve?.en ?? null,
      gear,
      others
        .map(o => `${o.kind} ${o.nearness}`)
        .sort()
        .join(),
      scannable,
    ]
  }
  const shows = (change: object, values: Record<string, boolean | number> = {}) => {
    w.gear.splice(0, 1, {
      phase: 'there',
      no: 'FG-1',
      dueAt: T + HOUR,
      ...change,
      values: { name: 'MF', kind: 'powder', space: 'b1', ...(change as { values?: object }).values },
    })
    for (const [key, value] of Object.entries(values)) w.values.set(key, value)
    return says()
  }
  expect(says()).toEqual([null, null, null, '', false])
  expect(shows({}, { 'roof/wind': 8.2, 'valve/closed': false })).toEqual([5, null, null, '', false])
  expect(shows({ dueAt: T }, { 'valve/closed': true })).toEqual([5, 'valve 3', 'FG-1 MF', '', false])
  expect(shows({ phase: 'bad' })[2]).toBe('FG-1 MF')
  // Another floor, a hydrant, one that is away for refilling: no business of it.
  for (const other of [{ values: { space: 'b2' } }, { values: { kind: 'hydrant' } }, { phase: 'away' }])
    expect(shows({ dueAt: T, ...other })[2]).toBeNull()
  w.working('b1', { kind: 'room-work', guardian: 'wu' })
  w.working('b2', { guardian: 'li' })
  w.working('b2', { guardian: 'ma', phase: 'closed' })
  expect(says()[3]).toBe('hot-work near,room-work same')
  const { wind, others, scannable } = w.keeper.around(w.permits.one(id))
  expect(w.keeper.shown(w.permits.one(id))).toEqual({ wind, others, scannable })
  const there = w.working('b2', { guardian: 'ma', phase: 'issued' })
  expect(w.keeper.around(w.permits.one(there)).scannable).toBe(true)
})

it('a wind that comes up stops work in the open', async () => {
  const w = world()
  const [out, inside] = [w.working('b2', { outdoor: true }), w.working('pumps', { guardian: 'wu' })]
  w.values.set('roof/wind', 7.9)
  await w.clock.pass(1000)
  expect(w.permits.one(out).phase).toBe('live')
  w.values.set('roof/wind', 8)
  await w.clock.pass(1000)
  expect([w.permits.one(out).suspended?.reason, w.permits.one(inside).phase, w.diary()]).toEqual([
    ...['weather', 'live', ['suspended weather']],
  ])
})

it('isolated detectors: the guardian is told before, they are switched on at the end, and the panel closes the permit', async () => {
  const w = world()
  const id = w.working('b1', { kind: 'isolation', validTo: T + 2 * HOUR, endsAt: T + 2 * HOUR })
  w.values.set('panel/zone1-isolated', true)
  await w.clock.later(90 * MIN)
  expect(w.diary()).toEqual(['reminded true'])
  const soon = w.r.trail.of('permit', id).at(-1)!
  const orders = { channels: ['sms'], rosters: {}, quiet: [] } as never
  const base = { at: soon.time, site: text('plaza'), timezone: 'Asia/Shanghai', seq: soon.seq }
  expect(permitDuty(soon, orders, base, w.permits)).toMatchObject({
    told: { severity: 'medium', text: { en: 'x weld: restore the detectors and say so' } },
    to: { people: [{ name: 'zhang', phone: '138' }] },
  })
  await w.clock.later(20 * MIN)
  expect([w.diary(), w.restored]).toEqual([[], []])
  await w.clock.later(10 * MIN)
  expect([w.permits.one(id).phase, w.diary(), w.restored]).toEqual([
    ...['expired', ['expired true'], ['panel/zone1-isolated']],
  ])
  expect(w.told.at(-1)).toEqual(['gatehouse.permits/b1', true])
  // Commanded is not restored: the alarm stands until the panel says so.
  await w.clock.later(10 * MIN)
  expect([w.permits.one(id).phase, w.restored.length]).toEqual(['expired', 1])
  // A panel that says nothing has not said that all is well.
  w.values.delete('panel/zone1-isolated')
  await w.clock.pass(1000)
  expect(w.permits.one(id).phase).toBe('expired')
  w.values.set('panel/zone1-isolated', false)
  await w.clock.pass(1000)
  expect([w.permits.one(id).phase, w.permits.one(id).closedBy, w.diary()]).toEqual(['closed', 'gateway', ['restored']])
  expect(w.told.at(-1)).toEqual(['gatehouse.permits/b1', false])
})

it('a permit from before there were extensions is read as one without', () => {
  const w = world()
  const id = w.working('b1')
  const { despite: _, extension: __, validated: ___, reminded: ____, ...old } = w.permits.one(id)
  w.r.db.prepare('UPDATE permit SET more = ? WHERE id = ?').run(JSON.stringify(old), id)
  expect(w.permits.one(id)).toMatchObject({ despite: [], extension: null, validated: [], reminded: false })
})

it('a clock that is set ahead ends no watch', async () => {
  const w = world()
  const id = w.working('pumps', { phase: 'watch', watchDue: T + HOUR, spans: [{ from: T, to: T }] })
  w.clock.jump(5 * HOUR)
  expect(w.permits.one(id).watchDue).toBe(T + 6 * HOUR)
})

it('says of a place and a time whether there is a permit; also later, and of an earlier time', async () => {
  const w = world()
  w.working('pumps')
  const here = (space: string, at: number) => permitHere({ permits: w.permits, plant: w.plant }, space, at)
  expect([
    here('pumps', T),
    here('b1', T),
    here('tower', T),
    here('b2', T),
    here('roof', T),
    here('pumps', T - 1),
  ]).toEqual([...[true, true, true, false, null, false]])
  await w.clock.later(6 * HOUR)
  expect([here('pumps', T + 5 * HOUR), here('pumps', T + 6 * HOUR)]).toEqual([true, false])
  expect(permitHere({ permits: w.permits, plant: () => null }, 'pumps', T)).toBeNull()
})
