import { describe, expect, it } from 'vitest'
import { decide, ruleIds } from '../../../rules/access/decide.ts'
import { NORMAL } from '../../../rules/access/doormode.ts'
import { type Outcome, outcomeCodes } from '../../../rules/access/outcome.ts'
import type { HeldCredential, Holder, Reading, Snapshot } from '../../../rules/access/policy.ts'
import { AT, area, credential, door, holder, known, layer, office, snapshot } from './world.ts'

/** One line: what is other than a member of staff with a card at an ordinary door, and what comes of it. */
interface Case {
  readonly c?: Partial<HeldCredential>
  readonly h?: Partial<Holder>
  readonly s?: Partial<Snapshot>
  readonly pin?: 'none' | 'right' | 'wrong' | 'duress' | 'locked'
  readonly reading?: Reading
}
const waiting = (over: Partial<NonNullable<Snapshot['waiting']>> = {}) => ({
  person: 'wang',
  credential: 'c-wang',
  roles: ['electrician'],
  at: AT - 5000,
  escort: false,
  ...over,
})
const two = door({ twoPersons: { roles: ['electrician', 'guardian'], withinS: 20 } })
const table: readonly (readonly [story: string, Outcome, Case])[] = [
  ['staff with a card', 'granted', {}],
  ['a card nobody knows', 'denied-unknown', { reading: { kind: 'unknown' } }],
  ['a length nobody has', 'denied-format', { reading: { kind: 'bad', why: 'format' } }],
  ['a disturbed line', 'denied-parity', { reading: { kind: 'bad', why: 'parity' } }],
  ['a forged pass', 'denied-signature', { reading: { kind: 'bad', why: 'signature' } }],
  ['a screenshot', 'denied-replay', { reading: { kind: 'bad', why: 'replay' } }],
  ['a screenshot of yesterday', 'denied-replay', { reading: { kind: 'bad', why: 'skew' } }],
  ['revoked', 'denied-revoked', { c: { phase: 'revoked' } }],
  ['lost', 'denied-revoked', { c: { phase: 'lost' } }],
  ['returned', 'denied-revoked', { c: { phase: 'returned' } }],
  ['a message that was sent once more', 'denied-repeated', { reading: { kind: 'bad', why: 'repeated' } }],
  ['a card that was elsewhere just now', 'denied-travel', { s: { elsewhere: { door: 'gate', seconds: 1, needs: 5 } } }],
  [
    'a signature of the moment has no copy',
    'granted',
    { c: { class: 'qr-dynamic' }, s: { elsewhere: { door: 'gate', seconds: 1, needs: 5 } } },
  ],
  ['suspended', 'denied-suspended', { c: { phase: 'suspended' } }],
  ['never approved', 'denied-not-approved', { c: { phase: 'requested' } }],
  ['its holder was sent home', 'denied-suspended', { h: { status: 'suspended' } }],
  ['a minute too early', 'denied-not-yet-valid', { c: { validFrom: AT + 1 } }],
  ['the moment it ends', 'denied-expired', { c: { validTo: AT } }],
  ['temporary, and the clock is wrong', 'denied-clock-unsafe', { h: { kind: 'contractor' }, s: { clockSafe: false } }],
  ['staff, and the clock is years ahead', 'granted', { c: { validTo: AT }, s: { clockSafe: false, latest: AT - 1 } }],
  [
    'staff whose card had ended before the clock was set back',
    'denied-expired',
    { c: { validTo: AT + 1 }, s: { clockSafe: false, latest: AT + 1 } },
  ],
  ['its works site is closed', 'denied-site-closed', { c: { siteClosed: true } }],
  ['the permit ran out', 'denied-permit-missing', { c: { permitTo: AT } }],
  ['lockdown', 'denied-lockdown', { s: { layers: [layer('lockdown', { level: 5 })] } }],
  ['lockdown, of high level', 'granted', { h: { level: 5 }, s: { layers: [layer('lockdown', { level: 5 })] } }],
  ['lockdown that nobody gave a level', 'denied-lockdown', { h: { level: 9 }, s: { layers: [layer('lockdown')] } }],
  ['locked out', 'denied-lockout', { h: { level: 9 }, s: { layers: [layer('lockout')] } }],
  ['threat level', 'denied-threat-level', { s: { threatLevel: 3 } }],
  ['threat level, of that level', 'granted', { h: { level: 3 }, s: { threatLevel: 3 } }],
  ['maintenance', 'open', { reading: { kind: 'unknown' }, s: { layers: [layer('maintenance')] } }],
  [
    'fire',
    'open',
    { c: { phase: 'revoked' }, s: { layers: [layer('fire-release'), layer('lockdown', { level: 9 })] } },
  ],
  ['a PIN alone at an ordinary door', 'denied-class', { c: { class: 'pin' }, s: { door: door({ class: 'medium' }) } }],
  ['a PIN alone where little is at stake', 'granted', { c: { class: 'pin' }, s: { door: door({ class: 'low' }) } }],
  ['a card alone at the HV room', 'pending-pin', { s: { door: door({ class: 'high' }) } }],
  ['a card and its PIN there', 'granted', { pin: 'right', s: { door: door({ class: 'high' }) } }],
  ['a code of the moment there', 'granted', { c: { class: 'qr-dynamic' }, s: { door: door({ class: 'high' }) } }],
  ['the wrong PIN', 'denied-pin-wrong', { pin: 'wrong' }],
  ['too many wrong PINs', 'denied-pin-locked', { pin: 'locked' }],
  ['at night a PIN as well', 'pending-pin', { s: { asks: 'card-pin' } }],
  ['another door', 'denied-wrong-door', { c: { grants: [{ group: 'roofs', schedule: null, always: false }] } }],
  ['outside its hours', 'denied-schedule', { c: { grants: [office] }, s: { within: () => false } }],
  ['on a holiday', 'denied-holiday', { c: { grants: [office] }, s: { within: () => false, holiday: true } }],
  ['within its hours', 'granted', { c: { grants: [office] } }],
  ['shut by the schedule', 'denied-schedule', { s: { asks: 'locked' } }],
  [
    'shut by the schedule, for whoever may always',
    'granted',
    { c: { grants: [{ ...office, always: true }] }, s: { asks: 'locked', within: () => false } },
  ],
  ['no certificate', 'denied-cert-expired', { s: { door: door({ certificate: 'electrician' }) } }],
  [
    'with its certificate',
    'granted',
    {
      h: { certificates: [{ kind: 'electrician', validTo: AT + 1 }] },
      s: { door: door({ certificate: 'electrician' }) },
    },
  ],
  [
    'the certificate ended',
    'denied-cert-expired',
    { h: { certificates: [{ kind: 'electrician', validTo: AT }] }, s: { door: door({ certificate: 'electrician' }) } },
  ],
  [
    'the duplicate is not at the gate',
    'denied-custody-token-missing',
    { h: { kind: 'contractor' }, s: { door: door({ custody: true }) } },
  ],
  [
    'the duplicate is at the gate',
    'granted',
    { h: { kind: 'contractor', duplicateAtGate: true }, s: { door: door({ custody: true }) } },
  ],
  ['nobody in charge is there', 'denied-supervisor-missing', { s: { area: area({ supervisors: ['lab-head'] }) } }],
  [
    'who is in charge comes first',
    'granted',
    { h: { roles: ['lab-head'] }, s: { area: area({ supervisors: ['lab-head'] }) } },
  ],
  [
    'somebody in charge is there',
    'granted',
    { s: { area: area({ supervisors: ['lab-head'] }), supervisorsInside: 1 } },
  ],
  ['a visitor alone', 'denied-escort-missing', { h: { kind: 'visitor' }, s: { door: door({ escort: true }) } }],
  [
    'a visitor with an escort',
    'granted',
    { h: { kind: 'visitor' }, s: { door: door({ escort: true }), waiting: waiting({ escort: true }) } },
  ],
  [
    'the escort came a minute ago',
    'denied-escort-missing',
    {
      h: { kind: 'visitor' },
      s: { door: door({ escort: true }), waiting: waiting({ escort: true, at: AT - 60_000 }) },
    },
  ],
  [
    'an escort from after the clock was set back',
    'denied-escort-missing',
    { h: { kind: 'visitor' }, s: { door: door({ escort: true }), waiting: waiting({ escort: true, at: AT + 1 }) } },
  ],
  ['staff needs no escort', 'granted', { s: { door: door({ escort: true }) } }],
  ['inside already, hard', 'denied-apb-hard', { h: { area: 'plant' }, s: { area: area({ passback: 'hard' }) } }],
  ['inside already, soft', 'granted-apb-soft', { h: { area: 'plant' }, s: { area: area({ passback: 'soft' }) } }],
  [
    'inside already, forgiven',
    'granted',
    { h: { area: 'plant', forgivenUntil: AT + 1 }, s: { area: area({ passback: 'hard' }) } },
  ],
  ['nobody knows where he is', 'granted', { h: { area: null }, s: { area: area({ passback: 'hard' }) } }],
  [
    'ten minutes are not over',
    'denied-apb-timed',
    { h: { enteredAt: { plant: AT - 599_999 } }, s: { area: area({ passback: 'timed', passbackMin: 10 }) } },
  ],
  [
    'ten minutes are over',
    'granted',
    { h: { enteredAt: { plant: AT - 600_000 } }, s: { area: area({ passback: 'timed', passbackMin: 10 }) } },
  ],
  ['full', 'denied-area-full', { s: { area: area({ capacity: 4 }), inside: 4 } }],
  ['one place is left', 'granted', { s: { area: area({ capacity: 4 }), inside: 3 } }],
  ['the other door of the lock chamber is open', 'denied-interlock', { s: { othersOpen: ['door-2'] } }],
  [
    'passback and interlock together: the person first',
    'denied-apb-hard',
    { h: { area: 'plant' }, s: { area: area({ passback: 'hard' }), othersOpen: ['door-2'] } },
  ],
  ['the first of two', 'pending-second-person', { h: { roles: ['guardian'] }, s: { door: two } }],
  ['the second of two', 'granted', { h: { roles: ['guardian'] }, s: { door: two, waiting: waiting() } }],
  [
    'two of the same kind',
    'denied-second-person',
    { h: { roles: ['electrician'] }, s: { door: two, waiting: waiting() } },
  ],
  [
    'the same person twice',
    'pending-second-person',
    { h: { id: 'wang', roles: ['electrician', 'guardian'] }, s: { door: two, waiting: waiting() } },
  ],
  [
    'the second came too late',
    'pending-second-person',
    { h: { roles: ['guardian'] }, s: { door: two, waiting: waiting({ at: AT - 20_001 }) } },
  ],
  ['somebody who is neither', 'denied-second-person', { s: { door: two } }],
  [
    'the first in opens it',
    'granted-first-in',
    { h: { roles: ['shop-head'] }, s: { door: door({ firstIn: ['shop-head'] }), asks: 'unlocked' } },
  ],
  [
    'the next ones find it open',
    'granted',
    { h: { roles: ['shop-head'] }, s: { door: door({ firstIn: ['shop-head'] }), asks: 'unlocked', armed: true } },
  ],
  ['under duress', 'granted-duress', { pin: 'duress' }],
]

describe('who may come in', () => {
  it.each(table)('%s: %s', (_, outcome, { c, h, s, pin, reading }) => {
    const decision = decide(
      { door: 'door-1', direction: 'in', at: AT, reading: reading ?? known(credential(c), holder(h), pin) },
      snapshot(s),
    )
    expect(decision.outcome).toBe(outcome)
    expect(decision.unlock).toBe(outcome.startsWith('granted'))
    expect(decision.duress).toBe(pin === 'duress')
    // It names the rule that gave it, and everything before that was passed.
    expect(decision.looks.at(-1)).toEqual({ rule: decision.rule, outcome })
    expect(decision.looks.slice(0, -1).every(look => look.outcome === null)).toBe(true)
    expect(ruleIds).toContain(decision.rule)
  })
  it('the table has every outcome but the one of the way out', () => {
    const seen = new Set(table.map(([, outcome]) => outcome))
    // The last is what a door controller says by itself.
    expect(outcomeCodes.filter(code => !seen.has(code))).toEqual(['granted-egress', 'denied-offline'])
  })
  it('the way out is never refused, by none of these', () => {
    for (const [story, , { c, h, s, pin, reading }] of table) {
      const made = decide(
        { door: 'door-1', direction: 'out', at: AT, reading: reading ?? known(credential(c), holder(h), pin) },
        snapshot(s),
      )
      expect([story, made.outcome, made.unlock]).toEqual([story, 'granted-egress', true])
    }
    expect(table.length).toBeGreaterThan(70)
  })
  it('duress is told even where it is refused', () => {
    const made = decide(
      { door: 'door-1', direction: 'in', at: AT, reading: known(credential({ validTo: AT }), holder(), 'duress') },
      snapshot(),
    )
    expect([made.outcome, made.duress, made.unlock]).toEqual(['denied-expired', true, false])
  })
  it('somebody who leaves with a revoked card is noted', () => {
    const out = (c: Partial<HeldCredential>, h: Partial<Holder>, s: Partial<Snapshot>) =>
      decide({ door: 'door-1', direction: 'out', at: AT, reading: known(credential(c), holder(h)) }, snapshot(s)).notes
    expect(out({ phase: 'revoked' }, {}, {})).toEqual(['denied-revoked'])
    expect(out({ validTo: AT }, {}, {})).toEqual(['denied-expired'])
    expect(out({}, { area: 'outside' }, { area: area({ passback: 'hard' }) })).toEqual(['granted-apb-soft'])
    expect(out({}, { area: 'plant' }, { area: area({ passback: 'hard' }) })).toEqual([])
  })
  it('without any layer the mode is normal', () =>
    expect(decide({ door: 'door-1', direction: 'in', at: AT, reading: { kind: 'unknown' } }, snapshot()).mode).toEqual(
      NORMAL,
    ))
})
