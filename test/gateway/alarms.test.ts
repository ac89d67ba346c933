import { describe, expect, it } from 'vitest'
import { bad, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { type AlarmChange, watchAlarms } from '../../gateway/live/alarms.ts'
import type { Alarm } from '../../rules/alarm.ts'
import type { Rule } from '../../rules/rule.ts'
import { manualClock } from '../support/clock.ts'

const points: { id: PointId }[] = [{ id: 'p/a' }, { id: 'p/b' }]
const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  points: ['p/*'],
  when: { equals: true },
  severity: 'high',
  delayOnS: 0,
  delayOffS: 0,
  text: { 'zh-CN': id, en: id },
  ...more,
})
const good = (point: PointId, value: Value): Sample => ({ point, at: 0, seen: 0, quality: 'good', value })
const li = { name: 'li', role: 'operator' }

function watch(rules: Rule[] = [rule('r')], known: Alarm[] = []) {
  const clock = manualClock()
  const disk = { full: false }
  const commits: AlarmChange[][] = []
  const failures: unknown[] = []
  const stored = new Map(known.map(a => [a.id, a]))
  const alarms = watchAlarms(
    rules,
    points,
    stored,
    clock,
    changes => {
      if (disk.full) throw new Error('disk full')
      commits.push([...changes])
      for (const { alarm } of changes) stored.set(alarm.id, alarm)
    },
    error => failures.push(error),
  )
  const effects = () => commits.flat().flatMap(c => c.effects.map(e => `${e} ${c.alarm.id}`))
  return { clock, disk, commits, failures, stored, alarms, effects }
}

describe('alarms of a running plant', () => {
  it('several values of one point in one batch are several steps, in one commit', () => {
    const { alarms, commits, effects } = watch()
    alarms.samples([good('p/a', true), good('p/a', false), good('p/a', true), good('p/b', true)])
    expect(commits).toHaveLength(1)
    expect(effects()).toEqual(['raised r:p:a', 'cleared r:p:a', 'raised r:p:a', 'raised r:p:b'])
    expect(alarms.get('r:p:a')).toMatchObject({ active: true, count: 2 })
  })
  it('two rules on one point are two alarms', () => {
    const { alarms, effects } = watch([rule('r'), rule('s', { when: { equals: false } })])
    alarms.samples([good('p/a', true)])
    alarms.samples([good('p/a', false)])
    expect(effects()).toEqual(['raised r:p:a', 'cleared r:p:a', 'raised s:p:a'])
  })
  it('two patterns of one rule that name the same point are one alarm', () => {
    const { alarms, effects } = watch([rule('r', { points: ['p/*', '*/a'] })])
    alarms.samples([good('p/a', true)])
    expect(effects()).toEqual(['raised r:p:a'])
  })
  it('a delay ripens by itself, though no further sample comes', async () => {
    const { alarms, clock, effects } = watch([rule('r', { delayOnS: 5 })])
    alarms.samples([good('p/a', true)])
    await clock.pass(4900)
    expect(effects()).toEqual([])
    await clock.pass(600)
    expect(effects()).toEqual(['raised r:p:a'])
  })
  it.each([3_600_000, -3_600_000, 315_360_000_000])(
    'somebody sets the clock by %d ms: the delay takes its time',
    async ms => {
      const { alarms, clock, effects } = watch([rule('r', { delayOnS: 60 })])
      alarms.samples([good('p/a', true)])
      await clock.pass(30_000)
      clock.jump(ms)
      await clock.pass(29_000)
      expect(effects()).toEqual([])
      await clock.pass(1500)
      expect(effects()).toEqual(['raised r:p:a'])
    },
  )
})

describe('a disk that is full', () => {
  it('nothing has happened, and the next sample raises it', () => {
    const { alarms, disk, effects, failures } = watch()
    disk.full = true
    alarms.samples([good('p/a', true)])
    expect(alarms.get('r:p:a')).toMatchObject({ active: false, count: 0 })
    expect(failures).toHaveLength(1)
    disk.full = false
    alarms.samples([good('p/a', true)])
    expect(effects()).toEqual(['raised r:p:a'])
    expect(alarms.get('r:p:a')).toMatchObject({ active: true, count: 1 })
  })
  it('also when no further sample comes, as from a device that reports only changes', async () => {
    const { alarms, clock, disk, effects } = watch()
    disk.full = true
    alarms.samples([good('p/a', true)])
    await clock.pass(5000)
    disk.full = false
    await clock.pass(1000)
    expect(effects()).toEqual(['raised r:p:a'])
    alarms.samples([good('p/a', true)])
    await clock.pass(5000)
    expect(effects()).toEqual(['raised r:p:a'])
  })
  it('what came and went meanwhile is written down when it can be, with the times at which it happened', async () => {
    const { alarms, clock, disk, effects } = watch()
    disk.full = true
    const start = clock.now()
    alarms.samples([good('p/a', true)])
    await clock.pass(30_000)
    alarms.samples([good('p/a', false)])
    await clock.pass(30_000)
    disk.full = false
    await clock.pass(1000)
    expect(effects()).toEqual(['raised r:p:a', 'cleared r:p:a'])
    expect(alarms.get('r:p:a')).toMatchObject({
      active: false,
      acked: false,
      raisedAt: start,
      clearedAt: start + 30_000,
    })
  })
  it('a point that flutters all the while costs a bounded memory, and its last value counts', async () => {
    const { alarms, clock, disk } = watch()
    disk.full = true
    for (let i = 0; i < 1000; i++) {
      alarms.samples([good('p/a', i % 2 === 0)])
      await clock.pass(100)
    }
    alarms.samples([good('p/a', true)])
    disk.full = false
    await clock.pass(1000)
    expect(alarms.get('r:p:a')!.active).toBe(true)
    expect(alarms.get('r:p:a')!.count).toBeLessThan(20)
  })
  it('a ripe delay is tried again at each tick', async () => {
    const { alarms, clock, disk, effects, failures } = watch([rule('r', { delayOnS: 2 })])
    alarms.samples([good('p/a', true)])
    disk.full = true
    await clock.pass(5000)
    expect(failures.length).toBeGreaterThan(3)
    disk.full = false
    await clock.pass(600)
    expect(effects()).toEqual(['raised r:p:a'])
  })
  it('an acknowledgement that cannot be written is not answered with success', () => {
    const { alarms, disk } = watch()
    alarms.samples([good('p/a', true)])
    disk.full = true
    expect(() => alarms.acknowledge('r:p:a', li)).toThrow('disk full')
    expect(alarms.get('r:p:a')).toMatchObject({ acked: false, ackedBy: null })
    disk.full = false
    expect(alarms.acknowledge('r:p:a', li)).toMatchObject({ acked: true, ackedBy: 'li' })
  })
})

describe('a restart', () => {
  it('goes on where it was: not raised again, still acknowledged, and it clears', () => {
    const before = watch()
    before.alarms.samples([good('p/a', true)])
    before.alarms.acknowledge('r:p:a', li)
    const after = watch([rule('r')], [...before.stored.values()])
    after.alarms.samples([bad('p/a', 'never-read', 0), good('p/a', true)])
    expect(after.effects()).toEqual([])
    expect(after.alarms.get('r:p:a')).toMatchObject({ active: true, acked: true, ackedBy: 'li', count: 1 })
    after.alarms.samples([good('p/a', false)])
    after.alarms.samples([good('p/a', true)])
    expect(after.effects()).toEqual(['cleared r:p:a', 'raised r:p:a'])
    expect(after.alarms.get('r:p:a')!.count).toBe(2)
  })
  it('a rule with another severity now: the alarm has it at once', () => {
    const before = watch()
    before.alarms.samples([good('p/a', true)])
    const after = watch([rule('r', { severity: 'life' })], [...before.stored.values()])
    expect(after.alarms.get('r:p:a')!.severity).toBe('life')
  })
  it('knows nothing of alarms whose rule is gone', () => {
    const before = watch()
    before.alarms.samples([good('p/a', true)])
    const after = watch([rule('other')], [...before.stored.values()])
    expect([after.alarms.has('r:p:a'), after.alarms.has('other:p:a')]).toEqual([false, true])
    expect(after.alarms.acknowledge('r:p:a', li)).toBeUndefined()
  })
  it('stop leaves no timer behind', () => {
    const { alarms, clock } = watch()
    alarms.stop()
    expect(clock.timers()).toBe(0)
  })
})
