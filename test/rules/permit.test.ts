import { describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import { isLoose, isUnclosed, permitDue, shiftedWatch, workedAt } from '../../rules/permit/due.ts'
import { applicationProblem, movePermit, type PermitAround } from '../../rules/permit/move.ts'
import {
  effectiveGrade,
  freshPermit,
  type Permit,
  type PermitAction,
  type PermitCheck,
  type PermitGrade,
  permitActions,
  permitFlow,
  permitGrades,
  permitPhases,
} from '../../rules/permit/permit.ts'

const MIN = 60_000
const HOUR = 60 * MIN
/** A Monday, 10:00. */
const T = Date.UTC(2026, 10, 23, 2)
const calm: PermitAround = {
  ...{ day: '2026-11-23', offHours: false, alarm: false, isolated: false, guardianAt: null, watchMin: 60 },
  ...{ detectorsOff: null, wind: null, valve: null, gear: null, others: [], scannable: false },
}
const person = (role: Role, name: string = role) => ({ name, role })
const ok = (at: number, ...codes: PermitCheck['code'][]): PermitCheck[] =>
  codes.map(code => ({ code, ok: true, by: 'zhang', at }))
const usual = ['combustibles', 'cylinders', 'extinguishers'] as const
const gas = (at: number, more: object = {}) => ({
  ...{ at, by: 'zhang', spot: 'deck', percent: 0.1, lel4: true, instrument: 'G1', calDue: '2026-12-31' },
  ...more,
})
const asked: Permit = {
  ...{
    id: '1',
    no: 'D-1',
    kind: 'hot-work',
    phase: 'submitted',
    space: 'b1',
    spot: 'pump 2',
    work: 'weld',
    company: '',
  },
  ...{ grade: 'second', outdoor: false, gas: false, guardian: 'zhang', guardianPhone: '138' },
  workers: [{ name: 'Sun', certificate: 'T1', validTo: '2026-11-23' }],
  ...{ validFrom: T, validTo: T + 6 * HOUR, askedBy: 'liu', askedAt: T - HOUR, approvals: [], stampedBy: null },
  ...{ issuedAt: null, checks: [], gasTests: [], spans: [], effective: null, endsAt: null, suspended: null },
  ...{ finishedAt: null, finishedBy: null, watchDue: null, photo: null, scan: null, closedAt: null, closedBy: null },
  ...{ revokedBy: null, reason: '', ...freshPermit },
}
const by1 = { by: 'guard', role: 'guard' as const, at: T - 50 * MIN }
const by2 = { by: 'desk', role: 'desk' as const, at: T - 40 * MIN }
const by3 = { by: 'manager', role: 'manager' as const, at: T - 30 * MIN }
const approved: Permit = { ...asked, phase: 'approved', approvals: [by1, by2, by3] }
const issued: Permit = {
  ...approved,
  phase: 'issued',
  stampedBy: 'seal',
  issuedAt: T - 20 * MIN,
  checks: ok(T, ...usual),
}
const live: Permit = {
  ...{ ...issued, phase: 'live', effective: 'second', endsAt: T + 6 * HOUR, spans: [{ from: T, to: null }] },
}
const paused = (reason: NonNullable<Permit['suspended']>['reason'], at = T + HOUR): Permit => ({
  ...{ ...live, phase: 'suspended', suspended: { at, reason, by: 'zhang' }, spans: [{ from: T, to: at }] },
})
const watch: Permit = {
  ...{ ...live, phase: 'watch', finishedAt: T, finishedBy: 'zhang', watchDue: T + HOUR, spans: [{ from: T, to: T }] },
}
const photo = (at: number) => ({ photo: { file: 'a.jpg', at, by: 'zhang' } })
const guardian = person('guard', 'Zhang')

type Given = Parameters<typeof movePermit>[3]
const outcome = (
  p: Permit,
  action: PermitAction,
  by: { name: string; role: Role },
  { now = T, around = {}, ...given }: { now?: number; around?: Partial<PermitAround> } & Given = {},
): string => {
  const next = movePermit(p, action, by, given, { ...calm, ...around }, now)
  if ('refused' in next) return [next.refused, next.check ?? next.what].filter(Boolean).join(' ')
  return next.phase
}

it('an application that cannot be right is refused', () => {
  const wrong = (change: Partial<Permit>, now = T - HOUR) =>
    applicationProblem({ ...asked, ...change }, '2026-11-23', now)?.refused ?? null
  const long = (grade: PermitGrade, hours: number) => wrong({ grade, validTo: T + hours * HOUR })
  expect([
    wrong({}),
    wrong({ validTo: T }),
    wrong({}, T + 7 * HOUR),
    long('second', 72),
    long('second', 73),
    long('first', 8),
    long('first', 9),
    long('special', 9),
    wrong({ kind: 'isolation', validTo: T + 10 * HOUR }),
    wrong({ kind: 'isolation', validTo: T + 10 * HOUR + 1 }),
    wrong({ workers: [] }),
    wrong({ workers: [{ name: 'Sun', certificate: ' ', validTo: '2027-01-01' }] }),
    wrong({ workers: [{ name: 'Sun', certificate: 'T1', validTo: '2026-11-22' }] }),
    wrong({ guardian: 'sun' }),
    wrong({ kind: 'room-work', workers: [{ name: 'Sun', certificate: '', validTo: '2026-01-01' }] }),
  ]).toEqual([
    ...[
      null,
      'permit-time',
      'permit-time',
      null,
      'permit-long',
      null,
      'permit-long',
      'permit-long',
      null,
      'permit-long',
    ],
    ...['permit-no-worker', 'permit-certificate', 'permit-certificate', 'permit-guardian-works', null],
  ])
})

describe('each move', () => {
  const afterBreak = T + HOUR + 20 * MIN
  const late = T + HOUR + 61 * MIN
  const fresh = { checks: ok(late, ...usual) }
  const cases: [what: string, got: string, wanted: string][] = [
    // Three in their order, each another person, then the stamp.
    ['security first', outcome(asked, 'approve', person('guard')), 'submitted'],
    ['not the manager first', outcome(asked, 'approve', person('manager')), 'permit-next-approval guard operator'],
    ['never who applied', outcome(asked, 'approve', person('guard', 'LIU')), 'permit-own'],
    ['never the guardian', outcome(asked, 'approve', guardian), 'permit-guardian-works zhang'],
    ['then the desk', outcome({ ...asked, approvals: [by1] }, 'approve', person('desk')), 'submitted'],
    [
      'not the same person twice',
      outcome({ ...asked, approvals: [by1] }, 'approve', person('desk', 'Guard')),
      'permit-same-person',
    ],
    ['then the manager', outcome({ ...asked, approvals: [by1, by2] }, 'approve', person('manager')), 'approved'],
    [
      'one role does not do two steps',
      outcome({ ...asked, approvals: [by1] }, 'approve', person('operator')),
      'permit-next-approval desk',
    ],
    ['a viewer agrees to nothing', outcome(asked, 'approve', person('viewer')), 'not-your-role'],
    ['refused with a reason', outcome(asked, 'reject', person('desk'), { reason: 'no extinguisher' }), 'rejected'],
    ['only with a reason', outcome(asked, 'reject', person('desk')), 'needs-reason'],
    ['withdrawn with a reason', outcome(asked, 'withdraw', person('desk'), { reason: 'not needed' }), 'withdrawn'],
    ['withdrawn without', outcome(asked, 'withdraw', person('desk')), 'needs-reason'],
    ['no start before the stamp', outcome(approved, 'start', guardian), 'permit-not-so'],
    ['stamped', outcome(approved, 'stamp', person('desk', 'seal')), 'issued'],
    ['not stamped by who agreed', outcome(approved, 'stamp', person('desk')), 'permit-same-person'],
    ['not stamped by who applied', outcome(approved, 'stamp', person('desk', 'liu')), 'permit-own'],
    // Start.
    ['the guardian starts', outcome(issued, 'start', guardian), 'live'],
    ['nobody else', outcome(issued, 'start', person('guard', 'wu')), 'permit-guardian zhang'],
    ['not before its time', outcome(issued, 'start', guardian, { now: T - 1 }), 'permit-too-early'],
    ['nor after', outcome(issued, 'start', guardian, { now: T + 6 * HOUR }), 'permit-over'],
    ['not in an alarm', outcome(issued, 'start', guardian, { around: { alarm: true } }), 'permit-zone-alarm'],
    [
      'not with isolated detectors',
      outcome(issued, 'start', guardian, { around: { isolated: true } }),
      'permit-zone-isolated',
    ],
    [
      'not while he watches another',
      outcome(issued, 'start', guardian, { around: { guardianAt: 'D-7' } }),
      'permit-guardian-busy D-7',
    ],
    [
      'not with a certificate of yesterday',
      outcome(issued, 'start', guardian, { around: { day: '2026-11-24' } }),
      'permit-certificate Sun',
    ],
    [
      'not unchecked',
      outcome({ ...issued, checks: ok(T, 'combustibles') }, 'start', guardian),
      'permit-check cylinders',
    ],
    [
      'not with a check that failed last',
      outcome({ ...issued, checks: [...issued.checks, { ...ok(T, 'cylinders')[0]!, ok: false }] }, 'start', guardian),
      'permit-check cylinders',
    ],
    [
      'not by checks of before the stamp',
      outcome({ ...issued, checks: ok(T - 21 * MIN, ...usual) }, 'start', guardian),
      'permit-check combustibles',
    ],
    [
      'not by checks of the future',
      outcome({ ...issued, checks: ok(T + 1, ...usual) }, 'start', guardian),
      'permit-check combustibles',
    ],
    ['nor of an hour ago', outcome(issued, 'start', guardian, { now: T + 61 * MIN }), 'permit-check combustibles'],
    ['outside: the wind', outcome({ ...issued, outdoor: true }, 'start', guardian), 'permit-wind-unknown'],
    ['a grade that needs gas', outcome({ ...issued, grade: 'first' }, 'start', guardian), 'permit-gas'],
    ['at night a second is a first', outcome(issued, 'start', guardian, { around: { offHours: true } }), 'permit-gas'],
    [
      'at night a first is a special one',
      outcome({ ...issued, grade: 'first' }, 'start', guardian, { around: { offHours: true } }),
      'permit-check monitoring',
    ],
    [
      'gas of 30 min ago',
      outcome({ ...issued, gas: true, gasTests: [gas(T)] }, 'start', guardian, { now: T + 30 * MIN }),
      'live',
    ],
    [
      'gas of 31 min ago',
      outcome({ ...issued, gas: true, gasTests: [gas(T)] }, 'start', guardian, { now: T + 31 * MIN }),
      'permit-gas',
    ],
    [
      '0.5 % of a gas of 4 %',
      outcome({ ...issued, gas: true, gasTests: [gas(T, { percent: 0.5 })] }, 'start', guardian),
      'live',
    ],
    [
      '0.6 %',
      outcome({ ...issued, gas: true, gasTests: [gas(T, { percent: 0.6 })] }, 'start', guardian),
      'permit-gas-high 0.5',
    ],
    [
      '0.3 % of a gas of less',
      outcome({ ...issued, gas: true, gasTests: [gas(T, { percent: 0.3, lel4: false })] }, 'start', guardian),
      'permit-gas-high 0.2',
    ],
    [
      'an instrument out of date',
      outcome({ ...issued, gas: true, gasTests: [gas(T, { calDue: '2026-11-22' })] }, 'start', guardian),
      'permit-gas-instrument G1',
    ],
    // Break, alarm, night.
    ['a break', outcome(live, 'suspend', guardian, { pause: 'break' }), 'suspended'],
    ['of 20 min', outcome(paused('break'), 'resume', guardian, { now: afterBreak }), 'live'],
    [
      'only the guardian goes on',
      outcome(paused('break'), 'resume', person('guard', 'wu'), { now: afterBreak }),
      'permit-guardian zhang',
    ],
    ['of 60 min', outcome(paused('break'), 'resume', guardian, { now: T + 2 * HOUR }), 'live'],
    ['of 61 min: all anew', outcome(paused('break'), 'resume', guardian, { now: late }), 'permit-check combustibles'],
    ['looked at anew', outcome({ ...paused('break'), ...fresh }, 'resume', guardian, { now: late }), 'live'],
    [
      'of 31 min under a first: all anew',
      outcome({ ...paused('break'), grade: 'first', effective: 'first' }, 'resume', guardian, {
        now: T + HOUR + 31 * MIN,
      }),
      'permit-check combustibles',
    ],
    [
      'a break that ends at night',
      outcome({ ...paused('break'), checks: ok(afterBreak, ...usual) }, 'resume', guardian, {
        now: afterBreak,
        around: { offHours: true },
      }),
      'permit-gas',
    ],
    [
      'a break that ends in an alarm',
      outcome(paused('break'), 'resume', guardian, { now: afterBreak, around: { alarm: true } }),
      'permit-zone-alarm',
    ],
    [
      'a clock set back makes no short break',
      outcome(paused('break'), 'resume', guardian, { now: T + 30 * MIN }),
      'permit-check combustibles',
    ],
    [
      'after an alarm all anew, at once',
      outcome(paused('alarm'), 'resume', guardian, { now: T + HOUR + MIN }),
      'permit-check combustibles',
    ],
    [
      'after weather',
      outcome(paused('weather'), 'resume', guardian, { now: T + HOUR + MIN }),
      'permit-check combustibles',
    ],
    [
      'after a change of shifts',
      outcome(paused('handover'), 'resume', guardian, { now: T + HOUR + MIN }),
      'permit-check combustibles',
    ],
    // End.
    ['done', outcome(live, 'finish', guardian), 'watch'],
    ['done from a break', outcome(paused('break'), 'finish', guardian), 'watch'],
    ['of what ran out', outcome({ ...live, phase: 'expired' }, 'finish', guardian), 'watch'],
    ['of what never began', outcome({ ...issued, phase: 'expired' }, 'finish', guardian), 'permit-not-started'],
    ['not closed while watched', outcome(watch, 'close', guardian, { now: T + 50 * MIN }), 'permit-watch-runs 10'],
    ['nor without a proof', outcome(watch, 'close', guardian, { now: T + HOUR }), 'permit-needs-proof'],
    [
      'nor by a photo of before',
      outcome({ ...watch, ...photo(T + 59 * MIN) }, 'close', guardian, { now: T + HOUR }),
      'permit-needs-proof',
    ],
    [
      'nor in an alarm',
      outcome({ ...watch, ...photo(T + HOUR) }, 'close', guardian, { now: T + HOUR, around: { alarm: true } }),
      'permit-zone-alarm',
    ],
    ['by a photo of after', outcome({ ...watch, ...photo(T + HOUR) }, 'close', guardian, { now: T + HOUR }), 'closed'],
    [
      'a scan alone shows no place',
      outcome({ ...watch, scan: { equipment: 'p', at: T + HOUR } }, 'close', guardian, { now: T + HOUR }),
      'permit-needs-proof',
    ],
    [
      'where there is a code, not by a photo alone',
      outcome({ ...watch, ...photo(T + HOUR) }, 'close', guardian, { now: T + HOUR, around: { scannable: true } }),
      'permit-needs-scan',
    ],
    [
      'nor by a scan of before the end of the watch',
      outcome({ ...watch, ...photo(T + HOUR), scan: { equipment: 'p', at: T + HOUR - 1 } }, 'close', guardian, {
        now: T + HOUR,
        around: { scannable: true },
      }),
      'permit-needs-scan',
    ],
    [
      'by both',
      outcome({ ...watch, ...photo(T + HOUR), scan: { equipment: 'p', at: T + HOUR } }, 'close', guardian, {
        now: T + HOUR,
        around: { scannable: true },
      }),
      'closed',
    ],
    ['revoked before it began', outcome(issued, 'revoke', person('manager'), { reason: 'x' }), 'revoked'],
    [
      'revoked while they work: the place is watched',
      outcome(live, 'revoke', person('manager'), { reason: 'x' }),
      'watch',
    ],
    ['with a reason', outcome(live, 'revoke', person('manager')), 'needs-reason'],
    ['not by a guard', outcome(live, 'revoke', guardian, { reason: 'x' }), 'not-your-role'],
    // Work in a room: one approval, no stamp, no watch.
    ['room work', outcome({ ...asked, kind: 'room-work' }, 'approve', person('engineer')), 'issued'],
    ['looks at other things', outcome({ ...issued, kind: 'room-work' }, 'start', guardian), 'permit-check escort'],
    [
      'at night no grade rises',
      outcome({ ...issued, kind: 'room-work', checks: ok(T, 'escort', 'isolation') }, 'start', guardian, {
        around: { offHours: true },
      }),
      'live',
    ],
    ['detectors: the manager agrees', outcome({ ...asked, kind: 'isolation' }, 'approve', person('manager')), 'issued'],
    [
      'nobody below',
      outcome({ ...asked, kind: 'isolation' }, 'approve', person('operator')),
      'permit-next-approval manager',
    ],
    [
      'rounds in their place',
      outcome({ ...issued, kind: 'isolation', checks: ok(T, 'notified') }, 'start', guardian),
      'permit-check rounds',
    ],
    [
      'and isolated they may be',
      outcome({ ...issued, kind: 'isolation', checks: ok(T, 'notified', 'rounds') }, 'start', guardian, {
        around: { isolated: true },
      }),
      'live',
    ],
    ['and is closed when it is done', outcome({ ...live, kind: 'room-work' }, 'finish', guardian), 'closed'],
  ]
  it.each(cases)('%s', (_, got, wanted) => {
    expect(got).toBe(wanted)
  })
  it('that the table does not have is refused in every phase', () => {
    let seen = 0
    for (const phase of permitPhases)
      for (const action of permitActions) {
        if (permitFlow.moves[phase][action]) continue
        expect(outcome({ ...live, phase }, action, person('admin'), { reason: 'x' })).toBe('permit-not-so')
        seen++
      }
    expect(seen).toBe(110 - 17)
  })
})

it('nights and holidays raise the grade, and a start under the raised one holds for 8 h', () => {
  expect(permitGrades.map(g => effectiveGrade(g, true))).toEqual(['special', 'special', 'first'])
  expect(permitGrades.map(g => effectiveGrade(g, false))).toEqual([...permitGrades])
  const long = { ...issued, validTo: T + 72 * HOUR, gasTests: [gas(T)] }
  const start = (offHours: boolean) => movePermit(long, 'start', guardian, {}, { ...calm, offHours }, T) as Permit
  expect([start(false).endsAt, start(true).endsAt]).toEqual([T + 72 * HOUR, T + 8 * HOUR])
  expect(start(true).effective).toBe('first')
})

it('what time and the plant do by themselves', () => {
  const quiet = { alarm: false, offHours: false, wind: null, detectorsOff: null }
  const due = (p: Permit, now: number, around = quiet) => {
    const d = permitDue(p, around, now)
    return d ? `${d.event} ${d.permit.phase} ${d.permit.suspended?.reason ?? ''}`.trim() : null
  }
  const alarm = { ...quiet, alarm: true }
  const night = { ...quiet, offHours: true }
  expect([
    due(issued, T + 6 * HOUR - 1),
    due(issued, T + 6 * HOUR),
    due(asked, T + 6 * HOUR),
    due(live, T + 6 * HOUR - 1),
    due(live, T + 6 * HOUR),
    due(paused('break'), T + 6 * HOUR),
    due(live, T + HOUR, alarm),
    due(paused('break'), T + 2 * HOUR, alarm),
    due(paused('alarm'), T + 2 * HOUR, alarm),
    due(issued, T, alarm),
    due(watch, T, alarm),
    due(live, T + HOUR, night),
    due({ ...live, effective: 'first' }, T + HOUR, night),
    due(watch, T + 99 * HOUR),
    due({ ...live, kind: 'room-work' }, T + HOUR, night),
  ]).toEqual([
    ...[null, 'expired expired', 'expired expired', null, 'expired expired', 'expired expired break'],
    ...['suspended suspended alarm', 'suspended suspended alarm', null, null, null],
    ...['suspended suspended upgrade', null, null, null],
  ])
  const expired = permitDue(live, quiet, T + 6 * HOUR)!.permit
  expect(expired.spans).toEqual([{ from: T, to: T + 6 * HOUR }])
  expect([isLoose(expired), isLoose({ ...issued, phase: 'expired' }), isLoose(live)]).toEqual([true, false, false])
  expect([isUnclosed(watch, T + HOUR + 14 * MIN), isUnclosed(watch, T + HOUR + 15 * MIN)]).toEqual([false, true])
  // A clock that was set ahead by an hour ends no watch.
  expect(outcome({ ...shiftedWatch(watch, HOUR), ...photo(T + HOUR) }, 'close', guardian, { now: T + HOUR })).toBe(
    'permit-watch-runs 60',
  )
})

it('says of any moment whether work was allowed', () => {
  const worked = {
    ...live,
    spans: [
      { from: T, to: T + HOUR },
      { from: T + 2 * HOUR, to: null },
    ],
  }
  expect([-1, 0, HOUR - 1, HOUR, 2 * HOUR, 6 * HOUR - 1, 6 * HOUR].map(ms => workedAt(worked, T + ms))).toEqual([
    ...[false, true, true, false, true, true, false],
  ])
})
