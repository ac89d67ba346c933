import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type GateList, type GatePass, judgeOffline, withEntries } from '../../rules/access/gate.ts'
import { createSeen, makePass, staticCode } from '../../rules/access/pass.ts'
import { idCardChecks, type KnownPerson, readPassList } from '../../rules/access/passlist.ts'
import { charOf, createWedge, meantOf, scanOf } from '../../rules/access/scan.ts'
import { moveVisit, type VisitAction, type VisitNow } from '../../rules/access/visit.ts'
import { wiegandBits } from '../../rules/access/wiegand.ts'
import type { Role } from '../../rules/flow.ts'
import { localClock } from '../../rules/schedule.ts'

const MIN = 60_000
const HOUR = 60 * MIN
/** Monday 2026-11-23, 10:00 in Shanghai. */
const NOW = Date.parse('2026-11-23T02:00:00Z')

describe('what a line can mean', () => {
  it.each([
    ['a pass by its number, typed anyhow', ' c20261122001 ', { kind: 'no', no: 'C-20261122-001' }],
    ['a visit', 'V-20261122-014', { kind: 'visit', no: 'V-20261122-014' }],
    ['a plate', '沪A·12345', { kind: 'plate', plate: '沪A·12345' }],
    [
      'ten digits of a 125 kHz reader: facility and number, or the number of the chip either way round',
      '0002756391',
      { kind: 'card', tries: [{ bits: wiegandBits('w26', 42, 3879) }, { uid: '002A0F27' }, { uid: '270F2A00' }] },
    ],
    ['facility and number', '042,04711', { kind: 'card', tries: [{ bits: wiegandBits('w26', 42, 4711) }] }],
    ['a chip', '04:AA:BB:CC', { kind: 'card', tries: [{ uid: '04AABBCC' }, { uid: 'CCBBAA04' }] }],
    ['a name', '吴工', { kind: 'name', words: '吴工' }],
    ['a full-width number', 'Ｃ－20261122－001', { kind: 'no', no: 'C-20261122-001' }],
  ])('%s', (_, line, scan) => expect(scanOf(line)).toEqual(scan))

  const typed = (line: string, gapMs: number): string | null => {
    const wedge = createWedge()
    let last: string | null = null
    for (const [i, key] of [...line, 'Enter'].entries()) last = wedge.press({ key, code: '', shift: false }, i * gapMs)
    return last
  }
  it.each([
    ['a reader', '0002756391', 4, '0002756391'],
    ['a slow reader', '0002756391', 45, '0002756391'],
    ['a hand', '0002756391', 90, null],
    ['too short for a card', '12345', 4, null],
  ])('by speed: %s', (_, line, gap, found) => expect(typed(line, gap)).toBe(found))
  const code = 'A1 $'.repeat(50)
  it.each([
    ['a reader that faltered in a number', '1122-001', 'C-20261122-001', 'C-20261122-001'],
    ['one that faltered in a code', code.slice(80), code, code],
    ['a name begun by hand, then a pass', 'C-20261122-001', '吴C-20261122-001', 'C-20261122-001'],
    ['a name begun by hand, then a code', code, `吴${code}`, code],
    ['nothing but a name', '1122-001', '吴1122-001', '1122-001'],
  ])('%s', (_, line, field, meant) => expect(meantOf(line, field)).toBe(meant))
  it('with an input method for Chinese the keys say what the reader typed', () => {
    const press = (code: string, shift = false) => charOf({ key: 'Process', code, shift })
    expect([press('KeyA'), press('Digit7'), press('Digit4', true), press('Semicolon', true), press('Space')]).toEqual([
      ...['A', '7', '$', ':', ' '],
    ])
    expect(press('ShiftLeft')).toBeNull()
  })
})

describe('a gate that is cut off', () => {
  const site = generateKeyPairSync('ed25519')
  const other = generateKeyPairSync('ed25519')
  const codeBy = (passNo: number, key: KeyObject = site.privateKey, hours = 8) =>
    staticCode(
      makePass(
        {
          ...{ siteKey: 7, passNo, statusIndex: 0, personHash: new Uint8Array(8), groups: 0n, dynamicOnly: false },
          ...{ notBefore: NOW / 1000 - 3600, notAfter: NOW / 1000 + hours * 3600, holderHash: new Uint8Array(8) },
        },
        bytes => sign(null, bytes, key),
      ),
    )
  const pass = (passNo: number, more: Partial<GatePass> = {}): GatePass => ({
    ...{ id: `c${passNo}`, no: `C-20261123-00${passNo}`, passNo, class: 'qr-static', phase: 'active', permitTo: null },
    ...{ validFrom: NOW - HOUR, validTo: NOW + 8 * HOUR, levels: ['works'], siteClosed: false, duplicate: 'holder' },
    ...{
      person: `p${passNo}`,
      name: `人${passNo}`,
      kind: 'contractor',
      status: 'active',
      level: 0,
      trade: '',
      photo: null,
    },
    ...{ company: null, colour: null, works: null },
    ...more,
  })
  const list: GateList = {
    ...{ gate: 'east', at: NOW - 10 * MIN, ttlMs: HOUR, timezone: 'Asia/Shanghai', holidays: [], workdays: [] },
    ...{ policyVersion: 'v', threatLevel: 0, clockSafe: true, newestPass: 8 },
    levels: {
      works: [
        {
          ...{ group: 'doors', always: false },
          schedule: { id: 'h', name: { 'zh-CN': '', en: '' }, spans: [{ days: ['workday'], from: 480, to: 1080 }] },
        },
      ],
    },
    passes: [
      ...[pass(1), pass(2, { phase: 'revoked' }), pass(3, { siteClosed: true }), pass(4, { duplicate: 'gate' })],
      ...[pass(5, { status: 'suspended' }), pass(6, { validTo: NOW - MIN })],
    ],
  }
  const check = {
    bySite: (id: number, bytes: Uint8Array, signature: Uint8Array) =>
      id === 7 && verify(null, bytes, site.publicKey, signature),
    byHolder: () => false,
    hash8: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest().subarray(0, 8),
    seen: createSeen(),
  }
  const judge = (text: string, more: Partial<Parameters<typeof judgeOffline>[0]> = {}) => {
    const local = localClock('Asia/Shanghai')
    const said = judgeOffline({ text, list, listSigned: true, check, local, now: NOW, ...more })
    return `${said.verdict} ${said.outcome ?? said.why} ${said.direction}`
  }
  it.each([
    ['a good pass', codeBy(1), {}, 'yes granted in'],
    ['revoked when the list was made', codeBy(2), {}, 'no denied-revoked in'],
    ['its site is closed', codeBy(3), {}, 'no denied-site-closed in'],
    ['whose duplicate is here goes out', codeBy(4), {}, 'yes granted-egress out'],
    ['its firm is blocked', codeBy(5), {}, 'no denied-suspended in'],
    ['the list says it has ended, the code does not', codeBy(6), {}, 'no denied-expired in'],
    ['given back before the list was made', codeBy(7), {}, 'no denied-revoked in'],
    ['issued after the list was made', codeBy(9), {}, 'shown newer-than-list in'],
    ['signed by somebody else', codeBy(1, other.privateKey), {}, 'no denied-signature in'],
    [
      'not now: works hours are over',
      codeBy(1),
      { now: NOW + 10 * MIN + 7.9 * HOUR, list: { ...list, ttlMs: 24 * HOUR } },
      'no denied-expired in',
    ],
    [
      'on a Sunday',
      codeBy(1, site.privateKey, 200),
      { now: NOW - 10 * MIN, list: { ...list, at: NOW - 20 * MIN, holidays: ['2026-11-23'] } },
      'no denied-holiday in',
    ],
    ['by a list of yesterday', codeBy(1), { now: NOW + 2 * HOUR }, 'shown list-old in'],
    ['by a list that was altered', codeBy(1), { listSigned: false }, 'shown list-altered in'],
    ['without any list', codeBy(1), { list: null }, 'shown no-list in'],
    ['the clock was set back before the list', codeBy(1), { now: NOW - 2 * HOUR }, 'shown clock in'],
    ['a browser that checks no signatures', codeBy(1), { check: null }, 'shown no-crypto in'],
    ['a number that was typed', 'C-20261123-001', {}, 'shown not-signed in'],
    ['a card', '04AABBCC', {}, 'shown not-signed in'],
  ] as const)('%s', (_, text, more, said) => expect(judge(text, more)).toBe(said))
  it('the second scan of somebody who came in without the network is his way out', () => {
    const then = withEntries(list, [{ credential: 'c1', direction: 'in' }])
    expect(judge(codeBy(1), { list: then })).toBe('yes granted-egress out')
  })
})

describe('visits of rooms', () => {
  const visit: VisitNow = {
    ...{ phase: 'requested', askedBy: 'desk', approvals: [], needed: [['manager'], ['engineer']], escortNeeded: true },
    ...{ validFrom: NOW - HOUR, validTo: NOW + HOUR },
  }
  const by = (role: Role, name: string = role) => ({ role, name })
  const given = (role: Role) => [{ by: role, role, at: 0 }]
  it.each([
    ['the first of two agrees', {}, 'approve', by('manager'), '', 'requested'],
    ['the second agrees', { approvals: given('manager') }, 'approve', by('engineer'), '', 'expected'],
    [
      'one person for both',
      { approvals: given('manager') },
      'approve',
      by('engineer', 'Manager'),
      '',
      'visit-approved-by-you',
    ],
    ['whoever asked', { askedBy: 'boss' }, 'approve', by('manager', 'boss'), '', 'approve-own'],
    ['one who is not asked', { approvals: given('manager') }, 'approve', by('manager', 'second'), '', 'not-your-role'],
    ['a guard does not approve', {}, 'approve', by('guard'), '', 'not-your-role'],
    ['in before all have agreed', {}, 'enter', by('guard'), '李', 'visit-not-so'],
    ['in without escort', { phase: 'expected' }, 'enter', by('guard'), ' ', 'visit-escort'],
    ['in with escort', { phase: 'expected' }, 'enter', by('guard'), '李', 'inside'],
    ['in too late', { phase: 'expected', validTo: NOW }, 'enter', by('guard'), '李', 'visit-not-today'],
    ['out late all the same', { phase: 'inside', validTo: NOW - 1 }, 'leave', by('guard'), '', 'left'],
  ] as const)('%s', (_, more, action, who, escort, found) => {
    const moved = moveVisit({ ...visit, ...(more as Partial<VisitNow>) }, action as VisitAction, who, NOW, escort)
    expect('to' in moved ? moved.to : moved.refused).toBe(found)
  })
})

describe('a list of people', () => {
  const known: Record<string, KnownPerson> = {
    '11010519491231002X': { id: 'p1', name: '吴工', companyName: 'A', suspended: false, pass: 'C-1' },
  }
  const rows = (...lines: string[]) => lines.map((line, i) => ({ line: i + 1, cells: line.split(',') }))
  const read = (...lines: string[]) =>
    readPassList({
      ...{ rows: rows(...lines), company: 'B', now: NOW, known: (_, id) => known[id] ?? null },
      dayAt: day => (day === '2026-02-30' ? null : Date.parse(`${day}T00:00:00+08:00`)),
    })
  const head = '姓名,工种,身份证号（18位）,押金（元）,收据号,证书,证书有效期'
  it.each([
    ['all is well', '吴二,焊工,440524188001010014,50.00,R-1,焊工证,2027/3/1', []],
    ['no name, no ID', ',焊工,,,,,', ['no-name', 'no-id']],
    ['a wrong check character', '吴二,,440524188001010015,,,,', ['id-check']],
    ['too short', '吴二,,4405241880010100,,,,', ['id-length']],
    ['a deposit without receipt', '吴二,,440524188001010014,50,,,', ['no-receipt']],
    ['no amount', '吴二,,440524188001010014,五十,R,,', ['deposit-form']],
    ['a certificate that has run out', '吴二,,440524188001010014,,,电工证,2026年11月22日', ['certificate-expired']],
    ['a certificate of its last day', '吴二,,440524188001010014,,,电工证,2026-11-23', []],
    ['no such day', '吴二,,440524188001010014,,,电工证,2026-02-30', ['certificate-date']],
    [
      'known by another name, with a pass, from another firm',
      '吴三,,11010519491231002x,,,,',
      ['other-name', 'other-firm', 'has-pass'],
    ],
  ])('%s', (_, line, codes) => expect(read(head, line).rows[0]!.problems.map(p => p.code)).toEqual(codes))
  it('the same person or receipt twice, and columns that are missing', () => {
    const same = read(head, '吴二,,440524188001010014,5,R,,', '吴二,,440524188001010014,5,R,,')
    expect(same.rows.map(r => r.problems.map(p => `${p.code} ${p.params.line}`))).toEqual([
      [],
      ['twice-in-list 2', 'receipt-twice 2'],
    ])
    expect(read('甲,乙', '1,2').problems.map(p => p.params.column)).toEqual(['姓名', '身份证号'])
    expect(['11010519491231002X', '110105194912310021'].map(idCardChecks)).toEqual([true, false])
  })
})
