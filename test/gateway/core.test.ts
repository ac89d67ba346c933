import { execFileSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createBeats } from '../../gateway/core/beats.ts'
import { createBus } from '../../gateway/core/bus.ts'
import { createClock } from '../../gateway/core/clock.ts'
import { sweeper, sweepOnceSettled } from '../../gateway/core/sweep.ts'
import { node24, root } from '../support/fresh.ts'

/** The machine's two clocks, in our hands. */
function machine() {
  const t = { wall: 1_000_000, mono: 500 }
  const clock = createClock(
    () => t.wall,
    () => t.mono,
  )
  const jumps: number[] = []
  clock.onJump(ms => jumps.push(ms))
  return {
    clock,
    jumps,
    pass(ms: number, slew = 0) {
      t.mono += ms
      t.wall += ms + slew
      clock.look()
    },
    set(ms: number) {
      t.wall += ms
    },
  }
}

describe('the clock', () => {
  it('goes with the wall while nobody touches it', () => {
    const { clock, jumps, pass } = machine()
    pass(10_000)
    expect(clock.now()).toBe(1_010_000)
    expect(jumps).toEqual([])
    clock.stop()
  })
  it.each([3_600_000, -3_600_000, 315_360_000_000, -1_000_000])(
    'set by %d ms: believes it at the next look, and says so once',
    ms => {
      const { clock, jumps, pass, set } = machine()
      set(ms)
      expect(clock.now()).toBe(1_000_000)
      pass(1000)
      expect(clock.now()).toBe(1_001_000 + ms)
      pass(1000)
      expect(jumps).toEqual([ms])
      clock.stop()
    },
  )
  it('slewed by NTP, forwards or backwards, it never runs back and nobody is alarmed', () => {
    for (const slew of [0.4, -0.4, 300, -0.9]) {
      const { clock, jumps, pass, set } = machine()
      for (let i = 0; i < 500; i++) {
        pass(1000, slew)
        const before = clock.now()
        set(slew)
        clock.look()
        expect(clock.now()).toBeGreaterThanOrEqual(before)
      }
      expect([slew, jumps]).toEqual([slew, []])
      clock.stop()
    }
  })
  it('whoever stopped listening hears of no jump', () => {
    const { clock, jumps, pass, set } = machine()
    const heard: number[] = []
    clock.onJump(ms => heard.push(ms))()
    set(60_000)
    pass(1)
    expect([jumps, heard]).toEqual([[60_000], []])
    clock.stop()
  })
})

describe('repeated work', () => {
  afterEach(() => void vi.useRealTimers())
  it('of the second, the half and the minute shares its moments, away from the slots of the devices', async () => {
    vi.useFakeTimers({ now: 1_000_040 })
    const began = performance.now()
    const beats = createBeats(Date.now, () => performance.now())
    const seen: [string, number][] = []
    const note = (what: string) => () => void seen.push([what, Math.round(performance.now() - began)])
    const stops = [beats.every(1000, note('a')), beats.every(500, note('half')), beats.every(60_000, note('minute'))]
    await vi.advanceTimersByTimeAsync(700)
    stops.push(beats.every(1000, note('b')))
    await vi.advanceTimersByTimeAsync(1600)
    expect(seen).toEqual([
      ['half', 710],
      ['a', 1210],
      ['half', 1210],
      ['half', 1710],
      ['b', 1710],
      ['a', 2210],
      ['half', 2210],
    ])
    stops[1]!()
    await vi.advanceTimersByTimeAsync(58_500)
    expect(seen.filter(([what]) => what === 'half')).toHaveLength(4)
    expect(seen.filter(([what]) => what === 'minute')).toEqual([['minute', 60_210]])
    expect(vi.getTimerCount()).toBe(1)
    for (const stop of stops) stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('what starting leaves', () => {
  afterEach(() => void vi.useRealTimers())
  it('is gone after a sweep, however old it has grown', async () => {
    const sweep = sweeper()
    // Old enough that nothing but a sweep of the whole heap finds it.
    const collect = runInNewContext('gc') as (options: object) => void
    const start = { left: { needed: 'once' } as object | null }
    const left = new WeakRef(start.left!)
    await new Promise(resolve => setImmediate(resolve))
    for (let i = 0; i < 2; i++) collect({ type: 'minor' })
    start.left = null
    await new Promise(resolve => setImmediate(resolve))
    collect({ type: 'minor' })
    expect(left.deref()).toBeDefined()
    await new Promise(resolve => setImmediate(resolve))
    sweep()
    expect(left.deref()).toBeUndefined()
  })
  it('is swept once, when everything has run for three seconds, between two reads of those that are read each second', () => {
    vi.useFakeTimers({ now: 0 })
    const clock = createClock(Date.now, Date.now)
    const done: number[] = []
    const stop = sweepOnceSettled(clock, () => done.push(Date.now()))
    vi.advanceTimersByTime(60_000)
    expect(done).toEqual([2750])
    stop()
    clock.stop()
  })
  it('is not swept any more where the gateway ends before', () => {
    vi.useFakeTimers({ now: 0 })
    const clock = createClock(Date.now, Date.now)
    const done: number[] = []
    const stop = sweepOnceSettled(clock, () => done.push(Date.now()))
    vi.advanceTimersByTime(2000)
    stop()
    vi.advanceTimersByTime(60_000)
    expect(done).toEqual([])
    clock.stop()
  })
})

it('what may wait goes behind the gateway; where the service itself stands further behind, it stays there and goes on', () => {
  const script = `import { goBehind } from ${JSON.stringify(join(root, 'gateway/core/behind.ts'))}
    import { getPriority } from 'node:os'
    goBehind()
    console.log(getPriority())`
  // As the user of a service, who may not go forward.
  const user = process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-sys_nice', '--inh-caps', '-sys_nice'] : []
  const ended = (nice: string) =>
    execFileSync('nice', ['-n', nice, ...user, node24, '--input-type=module', '-e', script], {
      encoding: 'utf8',
    }).trim()
  const own = getPriority()
  expect([ended('0'), ended('15')]).toEqual([String(Math.max(10, own)), String(Math.min(19, own + 15))])
})

describe('the bus', () => {
  it('tells in order of subscription, at once', () => {
    const heard: string[] = []
    const bus = createBus<{ word: string }>(() => {})
    bus.on('word', w => heard.push(`1 ${w}`))
    bus.on('word', w => heard.push(`2 ${w}`))
    bus.emit('word', 'a')
    expect(heard).toEqual(['1 a', '2 a'])
  })
  it('a listener that throws is reported and the others still hear', () => {
    const reported: unknown[] = []
    const heard: string[] = []
    const bus = createBus<{ word: string }>((error, kind) => reported.push([(error as Error).message, kind]))
    bus.on('word', () => {
      throw new Error('broken')
    })
    bus.on('word', w => heard.push(w))
    bus.emit('word', 'a')
    bus.emit('word', 'b')
    expect(heard).toEqual(['a', 'b'])
    expect(reported).toEqual([
      ['broken', 'word'],
      ['broken', 'word'],
    ])
  })
  it('listeners may come and go while it tells', () => {
    const heard: string[] = []
    const bus = createBus<{ word: string }>(() => {})
    const stop = bus.on('word', w => {
      heard.push(`once ${w}`)
      stop()
      bus.on('word', later => heard.push(`later ${later}`))
    })
    bus.emit('word', 'a')
    bus.emit('word', 'b')
    expect(heard).toEqual(['once a', 'later b'])
  })
})
