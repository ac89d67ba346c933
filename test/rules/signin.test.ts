import { describe, expect, it } from 'vitest'
import { type Asker, afterFailure, CROWD, type Failures, keysOf, OWN, waitOf } from '../../rules/signin/attempts.ts'
import { isRecovery, judgeCode, plainRecovery, stepOf } from '../../rules/signin/code.ts'
import { sessionEnds, signInRules } from '../../rules/signin/lifetime.ts'

const S = 1000
const MINUTE = 60 * S
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Midnight in Shanghai at the end of a month. */
const START = Date.UTC(2026, 10, 30, 16)

/** A door with its memory of failures: a try is refused unseen, wrong, or right. */
function door() {
  const seen = new Map<string, Failures>()
  return (asker: Asker, right: boolean, now: number): 'in' | 'wrong' | number => {
    const wait = Math.max(...keysOf(asker).map(([key]) => waitOf(seen.get(key), now)))
    if (wait > 0) return wait
    if (right) return 'in'
    for (const [key, budget] of keysOf(asker)) seen.set(key, afterFailure(seen.get(key), budget, now))
    return 'wrong'
  }
}

describe('an attack on the sign-in', () => {
  const desk: Asker = { account: 'operator', address: '10.0.0.5', device: 'control-room' }
  const attacks = {
    'one machine, one account': (): Asker => ({ account: 'operator', address: '10.0.0.66', device: null }),
    'one machine, the same address as the control room': (): Asker => ({ ...desk, device: null }),
    'a thousand machines, one account': i => ({ account: 'operator', address: `10.1.${i % 1000}.1`, device: null }),
    'one machine, a thousand names': i => ({ account: `name${i % 1000}`, address: '10.0.0.66', device: null }),
  } satisfies Record<string, (i: number) => Asker>

  it.each(Object.entries(attacks))('%s: 10,000 tries in a night; the control room signs in at once', (_, attacker) => {
    const enter = door()
    const nightMs = 10 * HOUR
    const outcomes = { wrong: 0, refused: 0 }
    let operatorIn = 0
    for (let i = 0; i < 10_000; i++) {
      const now = START + Math.floor((i * nightMs) / 10_000)
      outcomes[enter(attacker(i), false, now) === 'wrong' ? 'wrong' : 'refused']++
      // Each quarter of an hour somebody comes to the desk, mistypes once, and signs in.
      if (i % 250 !== 0) continue
      expect(enter(desk, false, now)).toBe('wrong')
      expect(enter(desk, true, now)).toBe('in')
      operatorIn++
    }
    expect(operatorIn).toBe(40)
    // Passwords of which the attacker learns whether they are right: of one account some 60 in a night.
    expect(outcomes.wrong).toBeLessThan(100)
    expect(outcomes.wrong + outcomes.refused).toBe(10_000)
  })

  it('as a diary: who waits for whom', () => {
    const enter = door()
    const wang: Asker = { account: 'Wang', address: '10.0.0.7', device: null }
    const known = { ...wang, device: 'tablet' }
    const diary: readonly (readonly [at: number, asker: Asker, right: boolean, expected: 'in' | 'wrong' | number])[] = [
      ...[0, 1, 2, 3, 4].map(s => [s * S, wang, false, 'wrong'] as const),
      // Five failures: half a minute, though it were right now; letters large or small are one name.
      [5 * S, wang, true, 29 * S],
      [5 * S, { ...wang, account: 'wang' }, true, 29 * S],
      // From another address, at another name and from a known screen nothing was failed.
      [6 * S, { ...wang, address: '10.0.0.8' }, true, 'in'],
      [6 * S, { ...wang, account: 'li' }, true, 'in'],
      [6 * S, known, true, 'in'],
      // The wait doubles with each further failure.
      [34 * S, wang, false, 'wrong'],
      [40 * S, wang, true, 54 * S],
      [94 * S, wang, false, 'wrong'],
      [95 * S, wang, true, 119 * S],
      [214 * S, wang, true, 'in'],
      // A known screen has a budget too: a stolen one guesses no more than anybody.
      ...[0, 1, 2, 3, 4].map(s => [300 * S + s * S, known, false, 'wrong'] as const),
      [305 * S, known, true, 29 * S],
      // Forgotten by halves, a quarter of an hour each.
      [305 * S + HOUR, known, false, 'wrong'],
      [306 * S + HOUR, known, true, 'in'],
    ]
    for (const [i, [at, asker, right, expected]] of diary.entries())
      expect([i, enter(asker, right, START + at)]).toEqual([i, expected])
    expect(diary.length).toBe(23)
  })

  it('no wait is longer than a quarter of an hour', () => {
    for (const budget of [OWN, CROWD]) {
      let failures: Failures | undefined
      let now = START
      for (let i = 0; i < 200; i++) {
        failures = afterFailure(failures, budget, now)
        expect(waitOf(failures, now)).toBeLessThanOrEqual(15 * MINUTE)
        now += waitOf(failures, now)
      }
    }
  })
})

describe('a code of an authenticator app', () => {
  const now = stepOf(START)
  it.each([
    ['of this step, the first ever', now, -1, true, 'fits'],
    ['one step late', now - 1, now - 5, true, 'fits'],
    ['one step early', now + 1, now, true, 'fits'],
    ['the same once more [RFC 6238, 5.2]', now, now, true, 'used'],
    ['of the step before one that was taken', now - 1, now, true, 'used'],
    ['the clock was set back by an hour since the last one', now, now + 120, true, 'clock-back'],
    ['of no step that counts', null, now, true, 'wrong'],
    ['of no step that counts, and the clock is in doubt', null, now, false, 'clock-suspect'],
    ['good, and the clock is in doubt', now, now - 1, false, 'fits'],
  ] as const)('%s', (_, matched, lastStep, clockSafe, expected) =>
    expect(judgeCode({ matched, nowStep: now, lastStep, clockSafe })).toBe(expected),
  )
  it('a recovery code is known as people write it, and a code of six digits is none', () => {
    for (const typed of ['abcde-fghjk', 'ABCDE FGHJK', ' abcdefghjk ']) {
      expect(isRecovery(typed)).toBe(true)
      expect(plainRecovery(typed)).toBe('abcdefghjk')
    }
    for (const typed of ['123456', '123 456', '', 'abcde-fghj', 'abcde-fghj0'])
      expect([typed, isRecovery(typed)]).toEqual([typed, false])
  })
})

describe('how long a session lasts', () => {
  it.each([
    ['admin', 3 * HOUR, true],
    ['admin', 5 * HOUR, false],
    // A night at the control room with nobody at the keys.
    ['operator', 23 * HOUR, true],
    ['operator', 25 * HOUR, false],
    ['display', 80 * DAY, true],
  ] as const)('%s, not used for %i ms: goes on is %s', (role, idle, goesOn) =>
    expect(START + idle < sessionEnds(signInRules[role], START, START)).toBe(goesOn),
  )
  it('however much it is used, it ends: the control room later than everybody', () => {
    const used = (role: 'admin' | 'operator', after: number) =>
      START + after < sessionEnds(signInRules[role], START, START + after)
    expect([used('admin', 6 * DAY), used('admin', 8 * DAY)]).toEqual([true, false])
    expect([used('operator', 80 * DAY), used('operator', 91 * DAY)]).toEqual([true, false])
  })
})
