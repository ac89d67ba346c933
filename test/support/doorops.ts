import fc from 'fast-check'

/** What can happen at two doors with four cards and three people, in random order. */
export const HOUR = 3_600_000
export const PEOPLE = 3
export const CARDS = 4
const person = fc.nat(PEOPLE - 1)
const card = fc.nat(CARDS - 1)
const door = fc.constantFrom('hall', 'room')
export type Op =
  | { readonly kind: 'issue'; readonly card: number; readonly person: number; readonly hours: number }
  | { readonly kind: 'move'; readonly card: number; readonly action: Action }
  | { readonly kind: 'show'; readonly card: number; readonly door: Door; readonly out: boolean }
  | { readonly kind: 'replay'; readonly back: number }
  | { readonly kind: 'code'; readonly door: Door; readonly again: boolean }
  | { readonly kind: 'pass'; readonly door: Door }
  | { readonly kind: 'partition'; readonly on: boolean; readonly reversed: boolean; readonly twice: boolean }
  /** over: a fire has ended meanwhile. */
  | { readonly kind: 'reboot'; readonly over?: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: 'lockdown'; readonly door: Door; readonly minutes: number }
  | { readonly kind: 'fire'; readonly on: boolean }
export type Action = 'approve' | 'suspend' | 'resume' | 'revoke' | 'lose'
export type Door = 'hall' | 'room'
const op = <K extends Op['kind']>(weight: number, kind: K, more: object = {}) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...more }) as unknown as fc.Arbitrary<Op>,
})
export const ops: fc.Arbitrary<Op> = fc.oneof(
  op(3, 'issue', { card, person, hours: fc.constantFrom(1, 12) }),
  op(5, 'move', {
    card,
    action: fc.constantFrom('approve', 'approve', 'approve', 'suspend', 'resume', 'revoke', 'lose'),
  }),
  op(8, 'show', { card, door, out: fc.constantFrom(false, false, false, true) }),
  op(2, 'replay', { back: fc.nat(3) }),
  op(1, 'code', { door, again: fc.boolean() }),
  op(3, 'pass', { door }),
  op(1, 'partition', { on: fc.boolean(), reversed: fc.boolean(), twice: fc.boolean() }),
  op(1, 'reboot', { over: fc.boolean() }),
  op(3, 'wait', { ms: fc.constantFrom(500, 9000, 65_000, HOUR / 2, 5 * HOUR) }),
  op(1, 'clock', { ms: fc.constantFrom(-5 * HOUR, -HOUR, HOUR, 40 * 24 * HOUR) }),
  op(1, 'lockdown', { door, minutes: fc.constantFrom(1, 60) }),
  op(1, 'fire', { on: fc.boolean() }),
)
/** Cards that are good, so that most sequences let somebody in. */
export const start: readonly Op[] = [0, 1].flatMap((n): Op[] => [
  { kind: 'issue', card: n, person: n, hours: n === 0 ? 12 : 1 },
  { kind: 'move', card: n, action: 'approve' },
])
