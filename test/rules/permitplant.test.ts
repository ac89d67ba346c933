import { describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import { permitDue } from '../../rules/permit/due.ts'
import { askExtension, type ExtensionAction, moveExtension, nextExtension, toStamp } from '../../rules/permit/extend.ts'
import { mayOfferGuard, offerGuard, takeGuard } from '../../rules/permit/guard.ts'
import { movePermit, type PermitAround } from '../../rules/permit/move.ts'
import { isolationNotice } from '../../rules/permit/notice.ts'
import { freshPermit, gradeMs, type Permit, permitKinds } from '../../rules/permit/permit.ts'
import { atHandover, guardLeaves } from '../../rules/permit/relieve.ts'
import { type Neighbour, nearnessOf, simops } from '../../rules/permit/simops.ts'
import { forceOf, windForce } from '../../rules/permit/wind.ts'

/** What the plant, the weather, other work and the clock say against a permit, and for how long it may hold. */
const MIN = 60_000
const HOUR = 60 * MIN
/** A Monday, 10:00. */
const T = Date.UTC(2026, 10, 23, 2)
const calm: PermitAround = {
  ...{ day: '2026-11-23', offHours: false, alarm: false, isolated: false, guardianAt: null, watchMin: 60 },
  ...{ detectorsOff: null, wind: null, valve: null, gear: null, others: [], scannable: false },
}
const checked = (at: number) =>
  (['combustibles', 'cylinders', 'extinguishers', 'monitoring'] as const).map(code => ({
    ...{ code, ok: true, by: 'zhang', at },
  }))
const gas = (at: number) => ({
  ...{ at, by: 'zhang', spot: 'deck', percent: 0.1, lel4: true, instrument: 'G1', calDue: '2026-12-31' },
})
const blows = (force: number, at = T) => ({ code: 'wind' as const, ok: force < 5, by: 'zhang', at, force })
const issued: Permit = {
  ...{ id: '1', no: 'D-1', kind: 'hot-work', phase: 'issued', space: 'roof', spot: 'tank', work: 'weld', company: '' },
  ...{ grade: 'second', outdoor: true, gas: false, guardian: 'zhang', guardianPhone: '138' },
  workers: [{ name: 'Sun', certificate: 'T1', validTo: '2026-11-30' }],
  ...{ validFrom: T, validTo: T + 72 * HOUR, askedBy: 'liu', askedAt: T - HOUR, stampedBy: 'seal' },
  approvals: [
    { by: 'guard', role: 'guard', at: T - 50 * MIN },
    { by: 'desk', role: 'desk', at: T - 40 * MIN },
    { by: 'boss', role: 'manager', at: T - 30 * MIN },
  ],
  ...{ issuedAt: T - 20 * MIN, checks: checked(T), gasTests: [gas(T)], spans: [], effective: null, endsAt: null },
  ...{ suspended: null, finishedAt: null, finishedBy: null, watchDue: null, photo: null, scan: null, closedAt: null },
  ...{ closedBy: null, revokedBy: null, reason: '', ...freshPermit },
}
const inside = { ...issued, outdoor: false }
const live: Permit = {
  ...{ ...issued, phase: 'live', effective: 'second', endsAt: T + 72 * HOUR, spans: [{ from: T, to: null }] },
}
const zhang = { name: 'zhang', role: 'guard' as const }
type Given = Parameters<typeof movePermit>[3]
const moved = (
  p: Permit,
  action: 'start' | 'resume' | 'finish',
  around: Partial<PermitAround> = {},
  given: Given = {},
) => movePermit(p, action, zhang, given, { ...calm, ...around }, T)
const said = (next: ReturnType<typeof movePermit>): string =>
  'refused' in next
    ? `${next.refused} ${typeof next.what === 'object' ? next.what.en : (next.what ?? '')}`.trim()
    : `${next.phase} ${next.effective} ${((next.endsAt ?? 0) - T) / HOUR} h`

describe('wind', () => {
  const go = { despite: ['wind'] as const, reason: 'the tank leaks' }
  const windy = (...checks: Permit['checks']) => ({ ...issued, checks: [...issued.checks, ...checks] })
  const paused = (reason: 'break' | 'weather', at: number): Permit => ({
    ...{ ...live, phase: 'suspended', suspended: { at, reason, by: 'zhang' }, spans: [{ from: T - HOUR, to: at }] },
  })
  const cases: [what: string, got: string, wanted: string][] = [
    ['nobody has looked', said(moved(issued, 'start')), 'permit-wind-unknown'],
    ['indoors nobody has to', said(moved(inside, 'start')), 'live second 72 h'],
    ['force 4, put down', said(moved(windy(blows(4)), 'start')), 'live second 72 h'],
    ['force 5: forbidden', said(moved(windy(blows(5)), 'start')), 'permit-wind 5'],
    ['a word without a reason', said(moved(windy(blows(5)), 'start', {}, { despite: ['wind'] })), 'needs-reason'],
    ['it cannot be put off: a grade higher, 8 h', said(moved(windy(blows(5)), 'start', {}, go)), 'live first 8 h'],
    ['and at night two grades', said(moved(windy(blows(5)), 'start', { offHours: true }, go)), 'live special 8 h'],
    ['the newest counts', said(moved(windy(blows(3, T - MIN), blows(6)), 'start')), 'permit-wind 6'],
    ['one of before the stamp does not', said(moved(windy(blows(3, T - 21 * MIN)), 'start')), 'permit-wind-unknown'],
    [
      'a tick without a number says nothing',
      said(moved(windy({ ...blows(0), force: undefined }), 'start')),
      'permit-wind-unknown',
    ],
    ['the instrument says it', said(moved(issued, 'start', { wind: 2 })), 'live second 72 h'],
    ['and stands above what was put down', said(moved(windy(blows(2)), 'start', { wind: 6 })), 'permit-wind 6'],
    [
      'after a short break the instrument says more',
      said(moved(paused('break', T - 5 * MIN), 'resume', { wind: 6 })),
      'permit-wind 6',
    ],
    // The highest grade cannot rise: what the wind asks is asked all the same.
    [
      'nor under the special grade',
      said(moved({ ...paused('break', T - 5 * MIN), grade: 'special', effective: 'special' }, 'resume', { wind: 6 })),
      'permit-wind 6',
    ],
    [
      'after weather the wind is looked at anew',
      said(moved({ ...paused('weather', T), checks: checked(T) }, 'resume')),
      'permit-wind-unknown',
    ],
  ]
  it.each(cases)('%s', (_, got, wanted) => {
    expect(got).toBe(wanted)
  })
  it('is told apart by the force of Beaufort, whatever the instrument speaks', () => {
    expect([0, 0.2, 0.3, 7.9, 8, 10.7, 10.8, 40].map(windForce)).toEqual([0, 0, 1, 4, 5, 5, 6, 12])
    expect([forceOf(8, 'm/s'), forceOf(5.4, undefined), forceOf(-1, undefined), forceOf(Number.NaN, 'm/s')]).toEqual([
      ...[5, 5, null, null],
    ])
  })
  it('that comes up later stops the work, but not what was begun in spite of it', () => {
    const due = (p: Permit, wind: number | null) =>
      permitDue(p, { alarm: false, offHours: false, wind, detectorsOff: null }, T + HOUR)?.permit.suspended?.reason ??
      null
    const begun = moved(windy(blows(5)), 'start', {}, go) as Permit
    expect(begun.despite).toEqual([{ what: ['wind'], reason: 'the tank leaks', by: 'zhang', at: T }])
    expect([due(live, 4), due(live, 5), due(live, null), due(begun, 7)]).toEqual([null, 'weather', null, null])
    expect(due({ ...live, outdoor: false }, 9)).toBeNull()
  })
})

describe('the plant and the work around it', () => {
  const near = (kind: Neighbour['kind'], nearness: Neighbour['nearness'], no = 'D-7'): Partial<PermitAround> => ({
    others: [{ no, kind, nearness }],
  })
  const room: Permit = {
    ...inside,
    ...{
      kind: 'room-work',
      checks: (['escort', 'isolation'] as const).map(code => ({ code, ok: true, by: 'zhang', at: T })),
    },
  }
  const agreed = { despite: ['neighbours'] as const, reason: 'told their guardian' }
  const cases: [what: string, got: string, wanted: string][] = [
    ['nothing', said(moved(inside, 'start')), 'live second 72 h'],
    [
      'detectors are off, and nobody has a permit for it',
      said(moved(inside, 'start', { isolated: true })),
      'permit-zone-isolated',
    ],
    [
      'the sprinklers have no water',
      said(moved(inside, 'start', { valve: { 'zh-CN': '阀', en: 'Valve 3' } })),
      'permit-valve-shut Valve 3',
    ],
    [
      'nobody has checked the extinguisher this month',
      said(moved(inside, 'start', { gear: 'FG-2' })),
      'permit-extinguisher FG-2',
    ],
    [
      'work in a room does not ask for it',
      said(moved(room, 'start', { gear: 'FG-2', isolated: true })),
      'live second 72 h',
    ],
    [
      'they have a machine open here',
      said(moved(inside, 'start', near('room-work', 'same', 'Z-1'))),
      'permit-overlap Z-1',
    ],
    [
      'no word helps against that',
      said(moved(inside, 'start', near('room-work', 'same', 'Z-1'), agreed)),
      'permit-overlap Z-1',
    ],
    ['they have one open next door', said(moved(inside, 'start', near('room-work', 'near'))), 'permit-overlap-ask D-7'],
    ['and their guardian knows', said(moved(inside, 'start', near('room-work', 'near'), agreed)), 'live second 72 h'],
    ['others weld here', said(moved(inside, 'start', near('hot-work', 'same'))), 'permit-overlap-ask D-7'],
    ['others weld upstairs', said(moved(inside, 'start', near('hot-work', 'near'))), 'live second 72 h'],
    ['detectors are off upstairs', said(moved(inside, 'start', near('isolation', 'near'))), 'permit-overlap-ask D-7'],
    [
      'a word about the wind is none about them',
      said(moved(inside, 'start', near('hot-work', 'same'), { despite: ['wind'], reason: 'x' })),
      'permit-overlap-ask D-7',
    ],
    ['into a room in which others weld', said(moved(room, 'start', near('hot-work', 'same'))), 'permit-overlap D-7'],
    [
      'said to be restored while the panel says no',
      said(moved({ ...live, kind: 'isolation' }, 'finish', { detectorsOff: true })),
      'permit-still-isolated',
    ],
    ['restored', said(moved({ ...live, kind: 'isolation' }, 'finish', { detectorsOff: false })), 'closed second 72 h'],
    [
      'and where no point says it a person does',
      said(moved({ ...live, kind: 'isolation' }, 'finish')),
      'closed second 72 h',
    ],
  ]
  it.each(cases)('%s', (_, got, wanted) => {
    expect(got).toBe(wanted)
  })
  it('the matrix says the same from both sides', () => {
    const seen = permitKinds.flatMap(a => permitKinds.map(b => [simops[a][b], simops[b][a]] as const))
    for (const [one, other] of seen) expect(one).toEqual(other)
    expect(seen.length).toBe(9)
  })
  it('knows what lies next to what', () => {
    const space = (kind: string, parent?: string) => ({ kind, parent })
    const spaces = new Map([
      ['tower', space('building')],
      ...['b1', 'l1', 'l2', 'l3'].map(id => [id, space('floor', 'tower')] as const),
      ['pumps', space('room', 'b1')],
      ['chillers', space('room', 'b1')],
      ['shop', space('unit', 'l1')],
      ['hall', space('building')],
      ['l9', space('floor', 'hall')],
      ['yard-a', space('area', 'hall')],
      ['yard-b', space('area', 'hall')],
    ])
    const pairs: [string, string, string | null][] = [
      ['pumps', 'pumps', 'same'],
      ['pumps', 'b1', 'same'],
      ['tower', 'pumps', 'same'],
      ['pumps', 'chillers', 'near'],
      ['pumps', 'shop', 'near'],
      ['l1', 'l2', 'near'],
      ['l1', 'l3', null],
      ['pumps', 'l2', null],
      ['pumps', 'l9', null],
      ['yard-a', 'yard-b', 'near'],
      ['yard-a', 'tower', null],
    ]
    for (const [a, b, wanted] of pairs) {
      expect([a, b, nearnessOf(spaces, a, b)]).toEqual([a, b, wanted])
      expect([b, a, nearnessOf(spaces, b, a)]).toEqual([b, a, wanted])
    }
  })
})

describe('an extension', () => {
  const asks = (p: Permit, to: number, { day = '2026-11-26', reason = 'rain', now = T + HOUR } = {}) =>
    askExtension(p, to, reason, { name: 'liu', role: 'desk' }, day, now)
  const end = live.validTo
  const word = (next: Permit | { refused: string }) => ('refused' in next ? next.refused : 'asked')
  it('is asked for once, ahead of the end, with a reason, and for no longer than the grade allows', () => {
    const asked = asks(live, end + 8 * HOUR) as Permit
    expect([
      word(asked),
      word(asks(live, end)),
      word(asks(live, end + 73 * HOUR)),
      word(asks({ ...live, effective: 'first' }, end + 9 * HOUR)),
      word(asks(live, end + HOUR, { day: '2026-12-01' })),
      word(asks(live, end + HOUR, { reason: ' ' })),
      word(asks({ ...live, phase: 'watch' }, end + HOUR)),
      word(asks({ ...live, phase: 'expired' }, end + HOUR)),
      word(asks(asked, end + 9 * HOUR)),
      word(asks({ ...asked, extension: { ...asked.extension!, grantedAt: T } }, end + 9 * HOUR)),
      // Detectors are off for ten hours in all, not for ten more.
      word(asks({ ...live, kind: 'isolation', validTo: T + 6 * HOUR }, T + 10 * HOUR)),
      word(asks({ ...live, kind: 'isolation', validTo: T + 6 * HOUR }, T + 10 * HOUR + 1)),
    ]).toEqual([
      ...['asked', 'permit-time', 'permit-long', 'permit-long', 'permit-certificate', 'needs-reason', 'permit-not-so'],
      ...['permit-not-so', 'permit-extension-asked', 'permit-extended', 'asked', 'permit-long'],
    ])
    // Nothing holds for longer until all have agreed.
    expect([asked.validTo, asked.endsAt]).toEqual([end, end])
  })
  it('is agreed to by all anew, in their order, and stamped', () => {
    let p = asks(live, end + 8 * HOUR) as Permit
    const by = (action: ExtensionAction, role: Role, name: string = role, reason = '') => {
      const next = moveExtension(p, action, { name, role }, reason, T + 2 * HOUR)
      if ('refused' in next) return next.refused
      p = next
      return p.extension ? `${nextExtension(p)?.join('|') ?? (toStamp(p) ? 'stamp' : 'done')}` : 'none'
    }
    expect([
      ...[by('approve', 'manager', 'boss'), by('approve', 'guard', 'liu'), by('approve', 'guard', 'zhang')],
      ...[by('stamp', 'admin'), by('reject', 'desk', 'desk', 'no'), by('reject', 'guard'), by('approve', 'guard')],
      ...[by('approve', 'desk', 'guard'), by('approve', 'desk'), by('approve', 'manager', 'boss')],
      ...[by('stamp', 'engineer'), by('stamp', 'desk'), by('stamp', 'admin', 'seal'), by('stamp', 'admin', 'other')],
    ]).toEqual([
      ...['permit-next-approval', 'permit-own', 'permit-guardian-works'],
      ...['permit-not-so', 'not-your-role', 'needs-reason', 'desk'],
      ...['permit-same-person', 'manager', 'stamp'],
      ...['not-your-role', 'permit-same-person', 'done', 'permit-not-so'],
    ])
    expect([p.validTo, p.endsAt, p.extension?.stampedBy]).toEqual([end + 8 * HOUR, end + 8 * HOUR, 'seal'])
    // It runs out then, and not before.
    const quiet = { alarm: false, offHours: false, wind: null, detectorsOff: null }
    expect([permitDue(p, quiet, end), permitDue(p, quiet, end + 8 * HOUR)?.event]).toEqual([null, 'expired'])
  })
  it('that is refused leaves the permit as it was, and another may be asked for', () => {
    const asked = asks(live, end + HOUR) as Permit
    const refused = moveExtension(asked, 'reject', { name: 'g', role: 'guard' }, 'finish today', T) as Permit
    expect(refused).toEqual(live)
    expect(word(asks(refused, end + HOUR))).toBe('asked')
  })
  it('does not lengthen a start that its grade has cut short', () => {
    const night = { ...live, effective: 'first' as const, endsAt: T + gradeMs.first }
    const asked = asks(night, end + 8 * HOUR) as Permit
    const steps: [ExtensionAction, Role][] = [
      ...([
        ['approve', 'guard'],
        ['approve', 'desk'],
        ['approve', 'manager'],
        ['stamp', 'admin'],
      ] as const),
    ].map(([a, r]) => [a, r])
    const p = steps.reduce((q, [a, role]) => moveExtension(q, a, { name: `${role}2`, role }, '', T) as Permit, asked)
    expect([p.validTo, p.endsAt]).toEqual([end + 8 * HOUR, T + gradeMs.first])
  })
})

it('isolated detectors: said half an hour before, ended by the clock, and closed by themselves when the panel has them back', () => {
  const off: Permit = { ...live, kind: 'isolation', outdoor: false, validTo: T + 10 * HOUR, endsAt: T + 10 * HOUR }
  const step = (p: Permit, now: number, detectorsOff: boolean | null) =>
    permitDue(p, { alarm: false, offHours: true, wind: 9, detectorsOff }, now)
  const diary = (p: Permit, now: number, is: boolean | null) => {
    const due = step(p, now, is)
    return due ? `${due.event} ${due.permit.phase}` : null
  }
  const said = step(off, T + 9.5 * HOUR, true)!.permit
  const over = step(said, T + 10 * HOUR, true)!.permit
  expect([
    diary(off, T + 9.5 * HOUR - 1, true),
    diary(off, T + 9.5 * HOUR, true),
    diary(said, T + 9.6 * HOUR, true),
    diary(said, T + 10 * HOUR, true),
    diary(over, T + 10.1 * HOUR, true),
    diary(over, T + 10.1 * HOUR, null),
    diary(over, T + 10.1 * HOUR, false),
    // Hot work is not reminded of anything.
    diary({ ...off, kind: 'hot-work' }, T + 9.5 * HOUR, true),
  ]).toEqual([null, 'reminded live', null, 'expired expired', null, null, 'restored closed', 'suspended suspended'])
})

it('the notice of isolated detectors says the same in both languages', () => {
  const facts = {
    ...{
      site: { 'zh-CN': '广场', en: 'Plaza' },
      place: { 'zh-CN': '地下一层', en: 'Basement 1' },
      no: 'Z-1',
      spot: 'B1-07',
    },
    ...{ work: 'cutting', company: 'Fitters', from: '2026-11-23 10:00', to: '2026-11-23 18:00', guardian: 'zhang' },
    phone: '138',
  }
  const notice = isolationNotice(facts)
  const lines = (lang: 'zh-CN' | 'en') => notice[lang].split('\n')
  expect(lines('zh-CN').length).toBe(lines('en').length)
  for (const lang of ['zh-CN', 'en'] as const) {
    for (const fact of ['Z-1', 'B1-07', 'cutting', 'Fitters', facts.from, facts.to, 'zhang', '138', '10', '30'])
      expect([fact, notice[lang].includes(fact)]).toEqual([fact, true])
    expect(notice[lang]).toContain(facts.site[lang])
    expect(notice[lang]).toContain(facts.place[lang])
  }
  // What nobody put down leaves no comma behind.
  expect(isolationNotice({ ...facts, company: '', phone: '', spot: '' }).en).toMatch(
    /Where: Basement 1\n.*\nWhy: cutting\n/,
  )
})

it('a change of shifts: looked at by whoever takes over, or suspended at once', () => {
  const at = T + HOUR
  expect(atHandover(live, true, 'wu', at)).toMatchObject({
    event: 'validated',
    permit: { phase: 'live', validated: [{ by: 'wu', at }], spans: live.spans },
  })
  expect(atHandover(live, false, 'wu', at)).toMatchObject({
    event: 'suspended',
    permit: { phase: 'suspended', suspended: { at, reason: 'handover', by: 'wu' }, spans: [{ from: T, to: at }] },
  })
  for (const phase of ['issued', 'suspended', 'watch', 'expired'] as const)
    expect(atHandover({ ...live, phase }, false, 'wu', at)).toBeNull()
})

describe('another guardian', () => {
  const wu = { name: 'Wu', role: 'operator' as const }
  const boss = { name: 'chen', role: 'manager' as const }
  const ask = { to: 'Wu', phone: '139', reason: 'his shift ends' }
  const word = (next: ReturnType<typeof offerGuard>) =>
    'refused' in next
      ? `${next.refused} ${next.what ?? ''}`.trim()
      : `${next.guardian}, ${next.guardianOffer === null ? 'nobody asked' : `asked: ${next.guardianOffer.to}`}`
  const offered = offerGuard(live, ask, zhang, null, T) as Permit
  const extended: Permit = { ...live, extension: askedFor('li') }
  function askedFor(by: string): NonNullable<Permit['extension']> {
    const approvals = [{ by, role: 'guard' as const, at: T }]
    return { to: T, reason: 'x', askedBy: 'liu', askedAt: T, approvals, stampedBy: null, grantedAt: null }
  }
  const cases: [what: string, got: string, wanted: string][] = [
    ['the guardian offers it', word(offerGuard(live, ask, zhang, null, T)), 'zhang, asked: Wu'],
    ['a manager does, when he is ill', word(offerGuard(live, ask, boss, null, T)), 'zhang, asked: Wu'],
    ['nobody else', word(offerGuard(live, ask, wu, null, T)), 'permit-guardian-offer zhang'],
    ['with a reason', word(offerGuard(live, { ...ask, reason: ' ' }, zhang, null, T)), 'needs-reason'],
    [
      'not to himself',
      word(offerGuard(live, { ...ask, to: 'ZHANG' }, zhang, null, T)),
      'permit-guardian-already zhang',
    ],
    ['no worker', word(offerGuard(live, { ...ask, to: 'sun' }, zhang, null, T)), 'permit-guardian-works sun'],
    ['no approver', word(offerGuard(live, { ...ask, to: 'Boss' }, zhang, null, T)), 'permit-guardian-works Boss'],
    ['not who stamped', word(offerGuard(live, { ...ask, to: 'seal' }, zhang, null, T)), 'permit-guardian-works seal'],
    [
      'nor agreed to more',
      word(offerGuard(extended, { ...ask, to: 'Li' }, zhang, null, T)),
      'permit-guardian-works Li',
    ],
    ['not on another permit', word(offerGuard(live, ask, zhang, 'D-7', T)), 'permit-guardian-busy D-7'],
    ['he takes it himself', word(takeGuard(offered, wu, null, T)), 'Wu, nobody asked'],
    ['nobody takes it for him', word(takeGuard(offered, boss, null, T)), 'permit-guardian-offered Wu'],
    ['busy since then', word(takeGuard(offered, wu, 'D-7', T)), 'permit-guardian-busy D-7'],
    ['what nobody offered', word(takeGuard(live, wu, null, T)), 'permit-not-so'],
    ['it is over since then', word(takeGuard({ ...offered, phase: 'closed' }, wu, null, T)), 'permit-not-so'],
    [
      'the watch after the work, too',
      word(offerGuard({ ...live, phase: 'watch' }, ask, zhang, null, T)),
      'zhang, asked: Wu',
    ],
  ]
  it.each(cases)('%s', (_, got, wanted) => expect(got).toBe(wanted))

  it('work goes on, and it is written who watched before', () => {
    expect(takeGuard(offered, wu, null, T + MIN)).toEqual({
      ...{ ...live, guardian: 'Wu', guardianPhone: '139' },
      guardians: [{ from: 'zhang', to: 'Wu', by: 'zhang', reason: 'his shift ends', at: T + MIN }],
    })
    expect([
      mayOfferGuard(live, zhang),
      mayOfferGuard(live, wu),
      mayOfferGuard({ ...live, phase: 'closed' }, boss),
    ]).toEqual([true, false, false])
  })
  it('who goes off duty watches no longer', () => {
    expect([guardLeaves(live, ['li', 'ZHANG']), guardLeaves(live, ['li']), guardLeaves(live, [])]).toEqual([
      ...[true, false, false],
    ])
  })
})
