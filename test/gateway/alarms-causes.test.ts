import { describe, expect, it } from 'vitest'
import { bad, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { type AlarmChange, type AlarmOptions, watchAlarms } from '../../gateway/live/alarms.ts'
import { watchChannels } from '../../gateway/live/channelaway.ts'
import { type Alarm, calls, stateOf } from '../../rules/alarm.ts'
import { channelRule, offlineRule, type Rule } from '../../rules/rule.ts'
import { manualClock } from '../support/clock.ts'

const rule = (id: string, points: string, more: Partial<Rule> = {}): Rule => ({
  id,
  points: [points],
  when: { equals: true },
  severity: 'medium',
  delayOnS: 0,
  delayOffS: 0,
  text: { 'zh-CN': id, en: id },
  ...more,
})
const good = (point: PointId, value: Value): Sample => ({ point, at: 0, seen: 0, quality: 'good', value })
const li = { name: 'li', role: 'operator' }

/** The alarms of some rules over points of these ids; `line()` says what stands, who calls, and what was opened. */
function watch(
  rules: readonly Rule[],
  points: readonly PointId[],
  { known = [], ...options }: AlarmOptions & { known?: readonly Alarm[] } = {},
) {
  const clock = manualClock()
  const disk = { full: false }
  const stored = new Map(known.map(a => [a.id, a]))
  const orders: string[] = []
  const effects: string[] = []
  const alarms = watchAlarms(
    rules,
    points.map(id => ({ id })),
    stored,
    clock,
    (changes: readonly AlarmChange[]) => {
      if (disk.full) throw new Error('disk full')
      for (const { alarm, effects: what, opens } of changes) {
        stored.set(alarm.id, alarm)
        if (opens) orders.push(alarm.id)
        for (const effect of what) effects.push(`${effect} ${alarm.id}`)
      }
    },
    () => {},
    options,
  )
  const states = () =>
    [...stored.values()]
      .filter(a => stateOf(a) !== 'NORM')
      .map(a => `${a.id} ${stateOf(a)}${calls(a) ? '!' : ''}`)
      .sort()
  return { clock, disk, stored, alarms, orders, effects, states }
}

const feeder = rule('feeder-dead', 'feeder/dead', { severity: 'high', causes: ['pump-*/*'] })
const trip = rule('trip', 'pump-*/tripped')
const trapped = rule('trapped', 'pump-*/trapped', { severity: 'life' })
const pumps: PointId[] = ['feeder/dead', 'pump-1/tripped', 'pump-2/tripped', 'pump-1/trapped']

describe('one cause, many consequences', () => {
  it('are one line: the consequences call nobody and open no orders, people in danger always do', () => {
    const { alarms, states, orders } = watch([feeder, trip, trapped], pumps)
    alarms.samples([good('pump-1/tripped', true)])
    alarms.samples([good('feeder/dead', true)])
    alarms.samples([good('pump-2/tripped', true), good('pump-1/trapped', true)])
    expect(states()).toEqual([
      'feeder-dead:feeder:dead UNACK!',
      'trapped:pump-1:trapped UNACK!',
      'trip:pump-1:tripped DSUPR',
      'trip:pump-2:tripped DSUPR',
    ])
    expect(orders).toEqual(['trip:pump-1:tripped', 'feeder-dead:feeder:dead', 'trapped:pump-1:trapped'])
    expect(alarms.holdsBack('feeder-dead:feeder:dead')).toBe(2)
  })

  it('the cause is gone: what went with it is quiet, what stays calls after a while and has its order', async () => {
    const { alarms, clock, states, orders } = watch([feeder, trip], pumps)
    alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true), good('pump-2/tripped', true)])
    alarms.acknowledge('feeder-dead:feeder:dead', li)
    alarms.samples([good('feeder/dead', false)])
    await clock.pass(20_000)
    alarms.samples([good('pump-2/tripped', false)])
    expect(states()).toEqual(['trip:pump-1:tripped DSUPR', 'trip:pump-2:tripped DSUPR'])
    await clock.pass(60_000)
    expect(states()).toEqual(['trip:pump-1:tripped UNACK!'])
    expect(orders).toEqual(['feeder-dead:feeder:dead', 'trip:pump-1:tripped'])
    expect(alarms.holdsBack('feeder-dead:feeder:dead')).toBe(0)
  })

  it('a cause that comes back in time goes on', async () => {
    const { alarms, clock, states } = watch([feeder, trip], pumps)
    alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true)])
    alarms.samples([good('feeder/dead', false)])
    await clock.pass(60_000)
    alarms.samples([good('feeder/dead', true)])
    await clock.pass(600_000)
    expect(states()).toEqual(['feeder-dead:feeder:dead UNACK!', 'trip:pump-1:tripped DSUPR'])
  })

  it('many come back into sight a few at a time', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `pump-${i}/tripped` as const)
    const { alarms, clock, states } = watch([feeder, trip], ['feeder/dead', ...many])
    alarms.samples([good('feeder/dead', true), ...many.map(p => good(p, true))])
    alarms.samples([good('feeder/dead', false)])
    await clock.pass(75_000)
    const first = states().filter(s => s.endsWith('UNACK!')).length
    await clock.pass(5000)
    const all = states().filter(s => s.endsWith('UNACK!')).length
    expect([first, all]).toEqual([10, 60])
  })

  it('two that explain each other explain nothing: one of them is seen', () => {
    const a = rule('a', 'x/a', { causes: ['x/b'] })
    const b = rule('b', 'x/b', { causes: ['x/a'] })
    const { alarms, states } = watch([a, b], ['x/a', 'x/b'])
    alarms.samples([good('x/a', true), good('x/b', true)])
    expect(states()).toEqual(['a:x:a UNACK!', 'b:x:b DSUPR'])
  })

  it('nothing hides behind what is less pressing, or only written down, or out of service', () => {
    const minor = rule('minor', 'feeder/dead', { severity: 'low', causes: ['pump-*/*'] })
    const noted = rule('noted', 'feeder/dead', { severity: 'journal', causes: ['pump-*/*'] })
    for (const cause of [minor, noted]) {
      const { alarms, states } = watch([cause, trip], pumps)
      alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true)])
      expect(states()).toContain('trip:pump-1:tripped UNACK!')
    }
    const { alarms, states } = watch([feeder, trip], pumps)
    alarms.move({ kind: 'out-of-service', by: 'chen', reason: 'x' }, 'feeder-dead:feeder:dead', li)
    alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true)])
    expect(states()).toEqual(['feeder-dead:feeder:dead OOSRV', 'trip:pump-1:tripped UNACK!'])
  })

  it('a rule may name its causes itself', () => {
    const child = rule('trip', 'pump-*/tripped', { suppressedBy: ['feeder-dead'] })
    const { alarms, states } = watch([rule('feeder-dead', 'feeder/dead'), child], pumps)
    alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true)])
    expect(states()).toEqual(['feeder-dead:feeder:dead UNACK!', 'trip:pump-1:tripped DSUPR'])
  })

  it('a restart goes on: still held back, and let go when the cause is no longer in the site', async () => {
    const before = watch([feeder, trip], pumps)
    before.alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true)])
    const known = [...before.stored.values()]
    const same = watch([feeder, trip], pumps, { known })
    await same.clock.pass(300_000)
    expect(same.states()).toEqual(['feeder-dead:feeder:dead UNACK!', 'trip:pump-1:tripped DSUPR'])
    const without = watch([trip], pumps, { known })
    await without.clock.pass(80_000)
    expect(without.states()).toContain('trip:pump-1:tripped UNACK!')
    expect(without.orders).toEqual(['trip:pump-1:tripped'])
  })

  it('with a full disk nothing is let go, and all of it when it can be written', async () => {
    const { alarms, clock, disk, states } = watch([feeder, trip], pumps)
    alarms.samples([good('feeder/dead', true), good('pump-1/tripped', true)])
    alarms.samples([good('feeder/dead', false)])
    disk.full = true
    await clock.pass(100_000)
    expect(states()).toContain('trip:pump-1:tripped DSUPR')
    disk.full = false
    await clock.pass(1000)
    expect(states()).toContain('trip:pump-1:tripped UNACK!')
  })
})

describe('a line on which nobody answers', () => {
  const equipment = [
    { id: 'm-1', channel: 'bus' },
    { id: 'm-2', channel: 'bus' },
    { id: 'alone', channel: 'other' },
  ]
  const points: PointId[] = ['m-1/online', 'm-2/online', 'alone/online']
  function line() {
    const lines = watchChannels(equipment)
    const all = [...points, ...lines.points.map(p => p.id)]
    const watched = watch([channelRule, offlineRule], all, {
      beneath: (r, point) => (r === channelRule ? lines.devices(point) : []),
    })
    const tell = (...samples: Sample[]) => watched.alarms.samples([...lines.take(samples), ...samples])
    return { ...watched, tell }
  }
  it('is one alarm, its devices the consequence; a device alone on its line is itself', async () => {
    const { clock, tell, states } = line()
    tell(good('m-1/online', true), good('m-2/online', true), good('alone/online', true))
    tell(good('m-1/online', false), good('alone/online', false))
    await clock.pass(3000)
    tell(good('m-2/online', false))
    await clock.pass(20_000)
    expect(states()).toEqual([
      'channel-away:@bus:online UNACK!',
      'offline:alone:online UNACK!',
      'offline:m-1:online DSUPR',
      'offline:m-2:online DSUPR',
    ])
  })
  it('one device silent is that device, not the line', async () => {
    const { clock, tell, states } = line()
    tell(good('m-1/online', true), good('m-2/online', true))
    tell(good('m-1/online', false))
    await clock.pass(20_000)
    expect(states()).toEqual(['offline:m-1:online UNACK!'])
  })
  it('one that is not known yet is not gone', async () => {
    const { clock, tell, states } = line()
    tell(good('m-1/online', false))
    await clock.pass(20_000)
    expect(states()).toEqual(['offline:m-1:online UNACK!'])
    tell(good('m-2/online', false))
    await clock.pass(6000)
    tell(bad('m-2/online', 'never-read', 0))
    await clock.pass(200_000)
    expect(states()).toEqual(['channel-away:@bus:online UNACK!', 'offline:m-1:online DSUPR'])
  })
  it('the line is back, one device not: that one is told', async () => {
    const { clock, tell, alarms, states } = line()
    tell(good('m-1/online', false), good('m-2/online', false))
    await clock.pass(20_000)
    alarms.acknowledge('channel-away:@bus:online', li)
    tell(good('m-1/online', true))
    await clock.pass(200_000)
    expect(states()).toEqual(['offline:m-2:online UNACK!'])
  })
})

describe('first out', () => {
  const chiller = (id: string, point: string) => rule(id, point, { group: 'trip-{equipment}' })
  const rules = [chiller('pressure', 'ch-*/pressure'), chiller('flow', 'ch-*/flow'), chiller('oil', 'ch-*/oil')]
  const points: PointId[] = ['ch-1/pressure', 'ch-1/flow', 'ch-1/oil', 'ch-2/flow']
  it('is the first of a group until that one is normal; each machine has its own', () => {
    const { alarms, stored } = watch(rules, points)
    const first = () => [...stored.values()].filter(a => a.firstOut && stateOf(a) !== 'NORM').map(a => a.id)
    alarms.samples([good('ch-1/flow', true), good('ch-1/pressure', true)])
    alarms.samples([good('ch-2/flow', true), good('ch-1/oil', true)])
    expect(first()).toEqual(['flow:ch-1:flow', 'flow:ch-2:flow'])
    alarms.samples([good('ch-1/flow', false)])
    expect(first()).toContain('flow:ch-1:flow')
    alarms.acknowledge('flow:ch-1:flow', li)
    alarms.samples([good('ch-1/flow', true)])
    expect(first()).toEqual(['flow:ch-2:flow'])
    for (const point of ['ch-1/flow', 'ch-1/pressure', 'ch-1/oil'] as const) alarms.samples([good(point, false)])
    for (const id of ['flow:ch-1:flow', 'pressure:ch-1:pressure', 'oil:ch-1:oil']) alarms.acknowledge(id, li)
    alarms.samples([good('ch-1/oil', true), good('ch-1/flow', true)])
    expect(first().sort()).toEqual(['flow:ch-2:flow', 'oil:ch-1:oil'])
  })
})

describe('conditions that remember, in the plant', () => {
  it('come and go by time alone, and each second value of a batch counts', async () => {
    const stuck = rule('stuck', 't/level', { when: { unchangedS: 60 } })
    const often = rule('often', 't/level', { when: { times: 2, withinS: 60, of: { above: 10 } } })
    const { alarms, clock, effects } = watch([stuck, often], ['t/level'])
    alarms.samples([
      good('t/level', 11),
      good('t/level', 9),
      good('t/level', 11),
      good('t/level', 9),
      good('t/level', 11),
    ])
    expect(effects).toEqual(['raised often:t:level'])
    await clock.pass(61_000)
    expect(effects.sort()).toEqual(['cleared often:t:level', 'raised often:t:level', 'raised stuck:t:level'])
    alarms.samples([good('t/level', 12)])
    expect(effects.at(-1)).toBe('cleared stuck:t:level')
  })
  it('look at points of other equipment', () => {
    const both = rule('dry-run', 'pump/running', {
      when: { all: [{ equals: true }, { point: 'tank/level', below: 5 }] },
    })
    const { alarms, effects } = watch([both], ['pump/running', 'tank/level'])
    alarms.samples([good('pump/running', true)])
    alarms.samples([good('tank/level', 4)])
    alarms.samples([bad('tank/level', 'timeout', 0)])
    expect(alarms.get('dry-run:pump:running')).toMatchObject({ active: true, frozen: 'timeout' })
    alarms.samples([good('pump/running', false)])
    expect(effects).toEqual(['raised dry-run:pump:running', 'cleared dry-run:pump:running'])
  })
  it('a delay on top of them takes its time', async () => {
    const slow = rule('slow', 't/level', { when: { any: [{ above: 10 }, { below: 1 }] }, delayOnS: 5 })
    const { alarms, clock, effects } = watch([slow], ['t/level'])
    alarms.samples([good('t/level', 11)])
    await clock.pass(4500)
    expect(effects).toEqual([])
    await clock.pass(1000)
    expect(effects).toEqual(['raised slow:t:level'])
  })
  it('with a full disk what they said is not lost', async () => {
    const low = rule('low', 't/level', { when: { all: [{ below: 5 }] } })
    const { alarms, clock, disk, effects } = watch([low], ['t/level'])
    disk.full = true
    alarms.samples([good('t/level', 4)])
    await clock.pass(3000)
    alarms.samples([good('t/level', 9)])
    await clock.pass(3000)
    disk.full = false
    await clock.pass(1000)
    expect(effects).toEqual(['raised low:t:level', 'cleared low:t:level'])
  })
})

describe('the shelf in the plant', () => {
  it('ends by itself, after a restart too, and whoever sets the clock neither ends nor lengthens it', async () => {
    const before = watch([trip], pumps)
    before.alarms.samples([good('pump-1/tripped', true)])
    const until = before.clock.now() + 3_600_000
    expect(before.alarms.move({ kind: 'shelve', by: 'li', reason: 'x', until }, 'trip:pump-1:tripped', li)).toBe(true)
    expect(before.alarms.move({ kind: 'reset', by: 'li' }, 'trip:pump-1:tripped', li)).toBe(false)
    expect(before.alarms.move({ kind: 'reset', by: 'li' }, 'trip:nobody:tripped', li)).toBeUndefined()
    const after = watch([trip], pumps, { known: [...before.stored.values()] })
    after.clock.jump(86_400_000)
    await after.clock.pass(3_599_000)
    expect(after.states()).toEqual(['trip:pump-1:tripped SHLVD'])
    await after.clock.pass(2000)
    expect(after.states()).toEqual(['trip:pump-1:tripped UNACK!'])
    expect(after.orders).toEqual([])
  })
})
