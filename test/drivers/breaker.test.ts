import { describe, expect, it } from 'vitest'
import { breaker } from '../../drivers/modbus/breaker.ts'
import { leavers, turns } from '../../drivers/modbus/turns.ts'

describe('who waits until a signal', () => {
  it('is told once when it comes, unless it had what it waited for', () => {
    const leaving = leavers()
    const stop = new AbortController()
    const diary: string[] = []
    const stays = ['first', 'second', 'third'].map(who => leaving(stop.signal, () => diary.push(who)))
    stays[1]!()
    stop.abort()
    stays[0]!()
    expect(diary).toEqual(['first', 'third'])
  })
  it('and who leaves takes nobody along', () => {
    const leaving = leavers()
    const stop = new AbortController()
    const diary: string[] = []
    const [, second] = [
      leaving(stop.signal, () => {
        diary.push('first')
        second!()
      }),
      leaving(stop.signal, () => diary.push('second')),
      leaving(stop.signal, () => diary.push('third')),
    ]
    stop.abort()
    expect(diary).toEqual(['first', 'second', 'third'])
  })
})

describe('a breaker', () => {
  it('opens after two silent requests and three seconds, not before', () => {
    const b = breaker(() => 0.5)
    b.answered()
    b.silent(0, 1000)
    expect([b.gate(1000), b.open()]).toEqual(['probe', undefined])
    b.silent(1000, 1120)
    expect([b.gate(1120), b.gate(2120), b.open()]).toEqual(['wait', 'probe', undefined])
    b.silent(2120, 2240)
    expect(b.open()).toBeUndefined()
    b.silent(3240, 3360)
    expect(b.open()).toEqual({ since: 0, retryAt: 8360 })
  })
  it('one request that took ten seconds to fail does not open it', () => {
    const b = breaker(() => 0.5)
    b.silent(0, 10_000)
    expect(b.open()).toBeUndefined()
  })
  it('is tried after 5, 10, 20, 40, 60, 60 s, never later than a minute', () => {
    for (const jitter of [0, 0.5, 1]) {
      const b = breaker(() => jitter)
      b.silent(0, 1000)
      b.silent(2000, 3000)
      const gaps: number[] = []
      let now = 3000
      for (let i = 0; i < 7; i++) {
        const { retryAt } = b.open()!
        gaps.push((retryAt - now) / 1000)
        expect([b.gate(retryAt - 1), b.gate(retryAt)]).toEqual(['wait', 'probe'])
        now = retryAt
        b.silent(now, now)
      }
      const factor = 0.9 + 0.2 * jitter
      expect(gaps.map(g => Math.round(g * 10) / 10)).toEqual(
        [5, 10, 20, 40, 60, 60, 60].map(s => Math.min(60, Math.round(s * factor * 10) / 10)),
      )
    }
  })
  it('an answer, be it a refusal, closes it and makes it as patient as before', () => {
    const b = breaker(() => 0.5)
    for (const t of [0, 3000, 9000, 20_000]) b.silent(t, t + 1000)
    b.answered()
    expect([b.gate(21_000), b.open()]).toEqual(['ask', undefined])
    b.silent(30_000, 31_000)
    b.silent(33_000, 34_000)
    expect(b.open()!.retryAt).toBe(39_000)
  })
  it('probes are short where answers were short; some wait the whole time', () => {
    const b = breaker(() => 0.5)
    expect(b.probeMs(1000, undefined)).toBe(1000)
    b.answered()
    expect([b.probeMs(1000, 45), b.probeMs(1000, 5), b.probeMs(1000, 800)]).toEqual([135, 100, 1000])
    b.silent(0, 1000)
    b.silent(3000, 4000)
    const waits = Array.from({ length: 8 }, () => {
      const ms = b.probeMs(1000, 45)
      b.silent(10_000, 10_000)
      return ms
    })
    expect(waits).toEqual([135, 135, 135, 1000, 135, 135, 135, 1000])
  })
})

describe('turns', () => {
  const never = new AbortController().signal
  it('commands first in their order, then what is due first, then whose unit has waited longest', async () => {
    const queue = turns(1)
    const first = await queue.take(never, { unit: 1 })
    const order: string[] = []
    const want = (name: string, claim: object) =>
      queue.take(never, claim).then(done => {
        order.push(name)
        done!()
      })
    const all = [
      want('slow scan', { deadline: 5000, unit: 2 }),
      want('unit 1 again', { deadline: 1000, unit: 1 }),
      want('unit 2', { deadline: 1000, unit: 2 }),
      want('command 1', { urgent: true, unit: 1 }),
      want('command 2', { urgent: true, unit: 1 }),
      want('fast scan', { deadline: 100, unit: 1 }),
    ]
    first!()
    await Promise.all(all)
    expect(order).toEqual(['command 1', 'command 2', 'fast scan', 'unit 2', 'unit 1 again', 'slow scan'])
  })
  it('on an overloaded line nobody starves', async () => {
    const queue = turns(1)
    const served = new Map<string, number>()
    let now = 0
    const poll = async (name: string, unit: number, everyMs: number) => {
      while (now < 60_000) {
        const done = await queue.take(never, { unit, deadline: now + everyMs })
        now += 100
        served.set(name, (served.get(name) ?? 0) + 1)
        await Promise.resolve()
        done!()
      }
    }
    await Promise.all([
      poll('a', 1, 200),
      poll('b', 2, 200),
      poll('c', 3, 200),
      poll('d', 4, 1000),
      poll('slow', 1, 10_000),
    ])
    for (const name of ['a', 'b', 'c', 'd', 'slow']) expect([name, served.get(name)! >= 5]).toEqual([name, true])
    expect(Math.abs(served.get('a')! - served.get('c')!)).toBeLessThan(20)
  })
})
