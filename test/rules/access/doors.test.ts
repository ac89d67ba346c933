import { describe, expect, it } from 'vitest'
import { decide } from '../../../rules/access/decide.ts'
import {
  doorModes,
  inward,
  type Layer,
  layerFor,
  modeOf,
  settable,
  settableModes,
} from '../../../rules/access/doormode.ts'
import { CLOSED, type DoorEvent, type DoorInput, watchDoor } from '../../../rules/access/doorwatch.ts'
import { traps } from '../../../rules/access/escape.ts'
import { AT, credential, door, holder, known, layer, snapshot } from './world.ts'

describe('the mode of a door', () => {
  it('of any two the higher wins, whichever came first, and what it covered comes back', () => {
    let pairs = 0
    for (const [i, high] of doorModes.entries())
      for (const low of doorModes.slice(i + 1)) {
        const upper = layer(high, { until: AT + 1000 })
        const lower = layer(low, { since: AT - 1 })
        expect(modeOf([upper, lower], AT).mode).toBe(high)
        expect(modeOf([lower, upper], AT).mode).toBe(high)
        expect(modeOf([lower, upper], AT + 1000).mode).toBe(low)
        pairs++
      }
    expect(pairs).toBe(36)
  })
  it('of two lockdowns the stricter counts', () =>
    expect(modeOf([layer('lockdown', { level: 3 }), layer('lockdown', { level: 7 })], AT).level).toBe(7))
  it('whatever a person sets ends by itself', () => {
    for (const mode of settableModes) {
      const level = mode === 'lockdown' ? 5 : null
      const asked = { mode, minutes: null, level, by: 'chen', reason: 'test' }
      const made = layerFor(asked, [], AT) as Layer
      expect(made.until).toBe(AT + settable[mode].usualMin * 60_000)
      expect(modeOf([made], made.until!).mode).toBe('normal')
      expect(layerFor({ ...asked, minutes: settable[mode].mostMin + 1 }, [], AT)).toEqual({ refused: 'mode-too-long' })
      for (const minutes of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
        expect(layerFor({ ...asked, minutes }, [], AT)).toEqual({ refused: 'mode-too-long' })
    }
    expect(settableModes).toEqual(['lockdown', 'lockout', 'maintenance', 'override'])
  })
  it('while a fire has released it, nobody can shut it, not even for later', () => {
    const fire = [layer('fire-release')]
    const ask = (mode: (typeof settableModes)[number]) =>
      layerFor({ mode, minutes: 10, level: mode === 'lockdown' ? 1 : null, by: 'chen', reason: 'x' }, fire, AT)
    expect(settableModes.map(mode => 'refused' in ask(mode))).toEqual([true, true, false, false])
  })
})

describe('fire', () => {
  /** Everything else that may be the case at a door, and how the gateway itself is. */
  const doorStates = doorModes.filter(mode => mode !== 'fire-release')
  const gateways = [
    ['all is well', {}],
    ['its clock is wrong', { clockSafe: false }],
    ['the area is full', { inside: 99 }],
    ['an interlock is open', { othersOpen: ['door-2'] }],
    ['the threat level is the highest', { threatLevel: 9 }],
    ['the schedule has locked it', { asks: 'locked' as const }],
  ] as const
  it('opens it in every state of the door and of the gateway, to everybody, in both directions', () => {
    let seen = 0
    for (const mode of doorStates)
      for (const [, how] of gateways)
        for (const direction of ['in', 'out'] as const)
          for (const reading of [
            { kind: 'unknown' } as const,
            known(credential({ phase: 'revoked' }), holder()),
            known(credential(), holder({ area: 'plant' })),
          ]) {
            const layers = [layer(mode, { level: 9 }), layer('fire-release')]
            const made = decide({ door: 'door-1', direction, reading, at: AT }, snapshot({ ...how, layers }))
            expect([mode, how, inward[made.mode.mode]]).toEqual([mode, how, 'open'])
            expect(made.outcome).toBe(direction === 'in' ? 'open' : 'granted-egress')
            seen++
          }
    expect(seen).toBe(8 * 6 * 2 * 3)
  })
})

/** [s, open?, released?, what is told] */
type Line = readonly [s: number, input: Partial<DoorInput>, told: readonly DoorEvent[]]
const diary = (lines: readonly Line[]) => {
  let watch = CLOSED
  for (const [s, input, told] of lines) {
    const whole = { open: false, bolted: null, released: false, held: false, ...input }
    const { watch: next, events } = watchDoor(watch, whole, { heldAfterS: 60 }, AT + s * 1000)
    expect([s, events]).toEqual([s, told])
    watch = next
  }
  return watch.phase
}

describe('a door', () => {
  it('granted and opened is an entry', () =>
    expect(
      diary([
        [0, { released: true }, []],
        [2, { open: true, released: true }, ['entered']],
        [6, { open: true }, []],
        [8, {}, ['closed']],
      ]),
    ).toBe('closed'))
  it('granted and not opened moves nobody', () =>
    expect(
      diary([
        [0, { released: true }, []],
        [5, {}, ['not-taken']],
        [6, {}, []],
      ]),
    ).toBe('closed'))
  it('open without a release is forced, once, and stays so until it is shut', () =>
    expect(
      diary([
        [0, { open: true }, ['forced']],
        [5, { open: true, released: true }, []],
        [90, { open: true }, []],
        [91, {}, ['closed']],
      ]),
    ).toBe('closed'))
  it('warns at 80 % and is held at 100 % of its time', () =>
    expect(
      diary([
        [0, { open: true, released: true }, ['entered']],
        [47, { open: true }, []],
        [48, { open: true }, ['pre-alarm']],
        [59, { open: true }, []],
        [60, { open: true }, ['held']],
        [300, { open: true }, []],
        [301, {}, ['closed']],
      ]),
    ).toBe('closed'))
  it('left open on purpose is not held; the time runs from when that ends', () =>
    expect(
      diary([
        [0, { released: true, held: true }, []],
        [1, { open: true, released: true, held: true }, ['entered']],
        [600, { open: true, released: true, held: true }, []],
        [601, { open: true }, []],
        [648, { open: true }, ['pre-alarm']],
        [660, { open: true }, ['held']],
      ]),
    ).toBe('held'))
  it('an edge that was lost turns nothing round', () =>
    expect(
      diary([
        [0, { released: true }, []],
        // It was opened and shut between two looks.
        [5, {}, ['not-taken']],
        [10, { released: true, open: true }, ['entered']],
        [12, {}, ['closed']],
      ]),
    ).toBe('closed'))
  it('a contact that cannot be read concludes nothing', () =>
    expect(
      diary([
        [0, { open: true, released: true }, ['entered']],
        [30, { open: null }, []],
        [600, { open: null }, []],
        [601, {}, ['closed']],
        [602, { open: null }, []],
      ]),
    ).toBe('closed'))
  it('a bolt that says locked at an open door is told once', () =>
    expect(
      diary([
        [0, { open: true, bolted: true, released: true }, ['entered']],
        [1, { open: true, bolted: true }, []],
        [2, { open: true, bolted: true }, ['sensor-disagrees']],
        [9, { open: true, bolted: true }, []],
        [10, { open: true, bolted: false }, ['sensor-agrees']],
        [11, { bolted: true }, ['closed']],
      ]),
    ).toBe('closed'))
})

describe('nobody is trapped', () => {
  const out = door({ id: 'd-out', area: 'hall', from: 'outside' })
  const inner = door({ id: 'd-in', area: 'vault', from: 'hall' })
  const held = { mechanicalExit: false } as const
  const chamber = { id: 'chamber', doors: ['d-out', 'd-in'], holdsExit: true }
  it.each([
    ['handles inside everywhere', [out, inner], [], []],
    ['held open by power alone, released by fire', [out, { ...inner, ...held }], [], []],
    [
      'an exit by reader alone',
      [out, { ...inner, ...held, exit: 'reader' as const }],
      [],
      ['access-exit-by-reader d-in', 'access-trap vault'],
    ],
    [
      'shut without power',
      [out, { ...inner, ...held, lock: 'fail-secure' as const }],
      [],
      ['access-fail-secure d-in', 'access-trap vault'],
    ],
    [
      'not released by fire',
      [{ ...out, ...held, fireRelease: false }, inner],
      [],
      ['access-no-fire-release d-out', 'access-trap hall', 'access-trap vault'],
    ],
    ['no way leads out', [inner], [], ['access-trap vault', 'access-trap hall']],
    [
      'two rooms that lead to each other',
      [out, door({ id: 'x', area: 'a', from: 'b' }), door({ id: 'y', area: 'b', from: 'a' })],
      [],
      ['access-trap a', 'access-trap b'],
    ],
    [
      'a second way is sound',
      [out, inner, { ...door({ id: 'd-2', area: 'vault', from: 'outside' }), ...held, exit: 'reader' as const }],
      [],
      ['access-exit-by-reader d-2'],
    ],
    [
      'an interlock that holds the way out',
      [out, { ...inner, ...held }],
      [chamber],
      ['access-interlock-exit d-in', 'access-trap vault'],
    ],
    ['an interlock behind handles', [out, inner], [chamber], []],
    ['an interlock that lets out', [out, { ...inner, ...held }], [{ ...chamber, holdsExit: false }], []],
  ])('%s', (_, doors, interlocks, found) =>
    expect(traps(doors, interlocks).map(trap => `${trap.code} ${trap.where}`)).toEqual(found),
  )
})
