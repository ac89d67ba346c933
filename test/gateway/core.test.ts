import { describe, expect, it } from 'vitest'
import { createBus } from '../../gateway/core/bus.ts'
import { createClock } from '../../gateway/core/clock.ts'

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
