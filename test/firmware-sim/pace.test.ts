import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startPace } from '../../firmware-sim/pace.ts'
import { composePlaza } from '../../firmware-sim/plaza.ts'

/** The building's time against a real clock that the test moves. */
function building(costMs = 0) {
  let real = 1000
  const lived: number[] = []
  const log: string[] = []
  let at = 0
  const pass = (seconds: number) => {
    lived.push(seconds)
    at += seconds
    const until = performance.now() + seconds * costMs
    while (performance.now() < until); // a part that takes its time
  }
  const pace = startPace({ pass }, { log: line => log.push(line), realMs: () => real })
  const wait = (ms: number) => {
    real += ms
    vi.advanceTimersByTime(1000)
  }
  return { pace, lived, log, wait, at: () => at }
}

describe('the pace', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('lives whole seconds, whether ticks are a little early or late', () => {
    const { lived, wait, at, pace } = building()
    for (let i = 0; i < 500; i++) {
      wait(999)
      wait(1001)
    }
    expect(at()).toBe(1000)
    expect(new Set(lived)).toEqual(new Set([1]))
    pace.stop()
  })
  it('at speed 600 it lives ten minutes a second; what passed before passes at the old speed', () => {
    const { at, wait, pace } = building()
    wait(1000)
    pace.setSpeed(600)
    wait(1000)
    wait(1000)
    expect(at()).toBe(1 + 1200)
    pace.stop()
  })
  it('does not catch up on the sleep of the machine, and says so', () => {
    const { at, wait, log, pace } = building()
    wait(1000)
    wait(3_600_000)
    expect(at()).toBe(2)
    expect(log).toEqual(['the machine was away for 3600 s; the building goes on where it was'])
    // A pause of a few seconds is caught up.
    wait(5000)
    expect(at()).toBe(7)
    pace.stop()
  })
  it('goes no faster than the machine can', () => {
    const { wait, log, pace } = building(10)
    pace.setSpeed(100)
    wait(1000)
    expect(pace.runsAt).toBeLessThanOrEqual(40)
    expect(pace.runsAt).toBeGreaterThan(10)
    expect(pace.speed).toBe(100)
    wait(1000)
    wait(1000)
    expect(log).toHaveLength(1)
    expect(log[0]).toMatch(/^this machine manages speed \d+ of 100$/)
    pace.stop()
  })
})

describe('the plaza', () => {
  it('is the same after the same time', () => {
    const begin = Date.UTC(2026, 10, 18, 2)
    const [one, two] = [composePlaza(begin), composePlaza(begin)]
    for (let s = 0; s < 600; s++) {
      one.pass(1)
      two.pass(1)
    }
    expect(one.now()).toBe(begin + 600_000)
    for (const [name, part] of one.parts) expect([name, part.state()]).toEqual([name, two.parts.get(name)!.state()])
  })
  it('has a part for every name asked for, and no other', () => {
    expect([...composePlaza(0, ['desk']).lines.keys()]).toEqual(['meters', 'pumps', 'bus-1', 'lifts'])
  })
})
