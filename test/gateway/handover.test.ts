import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { type Filling, openHandover } from '../../gateway/handover/handover.ts'
import { relieve } from '../../gateway/handover/relieve.ts'
import { contentHash, coversOf, verifySheet } from '../../gateway/handover/verify.ts'
import { signedDuty } from '../../gateway/notices/shift.ts'
import { emptyConfig, peopleAt } from '../../gateway/out/notify/config.ts'
import { openHandovers } from '../../gateway/records/handovers.ts'
import { permits as openPermits } from '../../gateway/records/permits.ts'
import { tags as openTags } from '../../gateway/records/tags.ts'
import { crewSchema, crewsOf } from '../../gateway/site/crewschema.ts'
import { calendarOf } from '../../gateway/site/schedules.ts'
import type { HandoverLine, Relief, Sheet } from '../../rules/handover.ts'
import { moveTag, type Tag } from '../../rules/tag.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'

const MIN = 60_000
const name = (word: string) => ({ 'zh-CN': word, en: word })
const calendar = calendarOf({ holidays: ['2026-11-23'], workdays: [] })
const raw = crewSchema.parse({
  id: 'room',
  name: name('room'),
  people: ['wang', 'li', 'zhao', 'qian', 'sun'].map(one => ({ name: one, account: one })),
  times: [
    { id: 'day', name: name('day'), from: '08:00', to: '20:00', least: 2, who: ['wang', 'li'], lead: 'wang' },
    {
      ...{ id: 'night', name: name('night'), from: '20:00', to: '08:00', least: 2 },
      ...{ who: ['zhao', 'qian'], lead: 'zhao', standIn: 'qian' },
    },
  ],
  counted: [{ id: 'torch', name: name('torch'), count: 4 }],
  checks: [{ id: 'clean', name: name('clean') }],
  rosters: ['room'],
})
const problems: string[] = []
const crews = crewsOf([raw], calendar, (_, code) => problems.push(code))

let r: ReturnType<typeof records>
let shift: ReturnType<typeof life>
beforeEach(() => {
  r = records()
  // 19:40 by the clocks of the site, on a Saturday.
  r.time.now = Date.UTC(2026, 10, 21, 11, 40)
  shift = life()
})
afterEach(() => r.end())

/** A gateway begun on the records as they are, and what people do at its page, each in one word. */
function life(lines: HandoverLine[] = []) {
  const kept = openHandovers(r.db, () => '20261121')
  const permits = openPermits(r.db, () => '20261121')
  const tags = openTags(r.db, () => '20261121')
  const failed: unknown[] = []
  const handover = openHandover({
    clock: { ...manualClock(), now: () => r.time.now },
    ...{ trail: r.trail, records: kept, failed: error => failed.push(error) },
    site: () => ({ crews, timezone: 'Asia/Shanghai', calendar }),
    sources: () => [{ id: 'alarms', name: name('alarms'), lines: () => lines }],
    relieve: relieve({ permits, tags }),
  })
  const tries = (work: () => void): string => {
    try {
      work()
      return kept.open('room')?.phase ?? 'none'
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
      const { why } = error.params
      return typeof why === 'object' ? `${error.code}: ${why.en}` : error.code
    }
  }
  const by = (who: string) => ({ name: who, role: 'operator' as const })
  handover.look()
  return {
    ...{ handover, kept, failed, lines, permits, tags, tries, by },
    fill: (ask: Filling) => tries(() => handover.fill('room', ask, by('wang'))),
    does: (what: 'prepare' | 'resume' | 'signOut' | 'signIn', who: string) =>
      tries(() => handover[what]('room', by(who), 'wang')),
    refuse: (code: Parameters<typeof handover.refuse>[1]) => tries(() => handover.refuse('room', code, 'so', by('li'))),
    comes: (...relief: (string | Relief)[]) =>
      tries(() =>
        handover.fill(
          'room',
          { relief: relief.map(one => (typeof one === 'string' ? { name: one, fit: true, insteadOf: null } : one)) },
          by('wang'),
        ),
      ),
    prepared() {
      this.fill({ check: { id: 'clean', done: true } })
      this.fill({ count: { id: 'torch', n: 4, remark: '' } })
      return this.does('prepare', 'wang')
    },
    duty: () => {
      const { duty } = handover.state('room')
      return `${duty.byClock ? 'plan' : 'signed'}: ${duty.names.join('+')}`
    },
    /** Looks every minute up to a moment of the site's clock, and what was told meanwhile. */
    until(day: number, hour: number, minute = 0) {
      const from = r.trail.head()
      const end = Date.UTC(2026, 10, day, hour - 8, minute)
      for (; r.time.now < end; r.time.now += MIN) handover.look()
      r.time.now = end
      handover.look()
      return r.trail
        .after(from, 1000)
        .filter(e => e.action === 'escalated')
        .map(e => {
          const { step, tell } = e.data as { step: number; tell: string[] }
          return `${new Date(e.time + 480 * MIN).toISOString().slice(8, 16)} ${step} ${tell.join('+')}`
        })
    },
  }
}

const P = 'handover-refused: the preparation is not finished'
const FEW = 'the relief has too few people'
const LEAD = 'neither the leading hand of the relief nor the stand-in is there'
const UNFIT = 'somebody of the relief is drunk or not clear in mind, and nobody stands in'
const drunk = (who: string): Relief => ({ name: who, fit: false, insteadOf: null })
const standsIn = (who: string, insteadOf: string): Relief => ({ name: who, fit: true, insteadOf })

describe('P-15: the four cases in which a shift is not handed over', () => {
  const cases: readonly [string, readonly (string | Relief)[], string][] = [
    ['all is well', ['zhao', 'sun'], 'signed_out'],
    ['too few', ['zhao'], `handover-refused: ${FEW}`],
    ['nobody', [], `handover-refused: ${FEW}; ${LEAD}`],
    ['no leading hand', ['li', 'sun'], `handover-refused: ${LEAD}`],
    ['the stand-in', ['qian', 'sun'], 'signed_out'],
    ['drunk', ['qian', 'sun', drunk('zhao')], `handover-refused: ${UNFIT}`],
    ['drunk, and one stands in', ['qian', standsIn('sun', 'zhao'), drunk('zhao')], 'signed_out'],
    ['whoever stands in for the lead leads', [standsIn('sun', 'zhao'), 'li', drunk('zhao')], 'signed_out'],
    ['drunk people do not count', [drunk('sun'), 'zhao'], `handover-refused: ${FEW}; ${UNFIT}`],
  ]
  it.each(cases)('%s', (_, relief, outcome) => {
    expect(shift.prepared()).toBe('ready')
    shift.comes(...relief)
    expect(shift.does('signOut', 'wang')).toBe(outcome)
    expect(shift.duty()).toBe('plan: wang+li')
  })
  it('preparation: checks, counts that differ, and problems of the own shift without a reason', () => {
    const line = { kind: 'standing', text: name('leak'), link: null }
    shift.lines.push({ key: 'new', ...line, since: r.time.now, asks: true })
    shift.lines.push({ key: 'old', ...line, since: r.time.now - 86_400_000, asks: true })
    expect([shift.does('prepare', 'wang'), shift.does('signOut', 'wang')]).toEqual([
      'handover-unfinished',
      'handover-no-move',
    ])
    expect(shift.fill({ check: { id: 'clean', done: true } })).toBe('preparing')
    expect(shift.fill({ count: { id: 'torch', n: 3, remark: '' } })).toBe('preparing')
    expect(shift.handover.state('room').filled?.open).toEqual({ checks: [], counts: ['torch'], remarks: ['new'] })
    shift.fill({ count: { id: 'torch', n: 3, remark: 'one lent to the lift room' } })
    shift.fill({ remark: { keys: ['new'], text: 'part ordered' } })
    expect(shift.does('prepare', 'wang')).toBe('ready')
    shift.comes('zhao', 'qian')
    // Something happens while both stand there.
    shift.lines.push({ key: 'newer', ...line, since: r.time.now, asks: true })
    expect(shift.does('signOut', 'wang')).toBe(P)
    // What is taken back is to be prepared again.
    expect(shift.fill({ check: { id: 'clean', done: false } })).toBe('preparing')
  })
})

it('both sign, different people, each of his own crew; the outgoing crew is on duty until the second signature', () => {
  shift.prepared()
  shift.comes('zhao', 'sun', drunk('qian'))
  shift.comes('zhao', standsIn('sun', 'qian'), drunk('qian'))
  expect(shift.does('signIn', 'zhao')).toBe('handover-no-move')
  expect(shift.does('signOut', 'zhao')).toBe('handover-not-outgoing')
  expect(shift.does('signOut', 'admin')).toBe('handover-not-outgoing')
  const head = r.trail.head()
  expect(shift.does('signOut', 'li')).toBe('signed_out')
  expect([shift.duty(), shift.fill({ note: 'late' })]).toEqual(['plan: wang+li', 'handover-no-move'])
  expect(shift.does('signIn', 'li')).toBe('handover-same-person')
  expect([shift.does('signIn', 'wang'), shift.does('signIn', 'qian')]).toEqual([
    'handover-not-incoming',
    'handover-not-incoming',
  ])
  expect(shift.does('signIn', 'zhao')).toBe('preparing')
  expect(shift.duty()).toBe('signed: zhao+sun')

  const [sheet] = shift.kept.list('room', 10)
  expect([sheet?.cut?.seq, sheet?.signedOut?.name, sheet?.signedIn?.name]).toEqual([head, 'li', 'zhao'])
  // The signature covers the trail up to the cut, and each word of the sheet.
  const { seq, trailHash, content, hash } = sheet!.cut!
  expect(trailHash).toBe(Buffer.from(r.trail.hashAt(head)!).toString('hex'))
  expect([contentHash(content), coversOf(sheet!.no, seq, trailHash, hash)]).toEqual([hash, sheet?.signedIn?.covers])
  expect(contentHash({ ...content, notes: [{ text: 'x', by: 'li', at: 0 }] })).not.toBe(hash)
  const signed = r.trail.of('handover', sheet!.id).filter(e => e.action.startsWith('signed'))
  expect(signed.map(e => [e.action, e.actor, e.data.covers, e.data.cut])).toEqual([
    ['signed-out', 'li', sheet!.signedOut!.covers, head],
    ['signed-in', 'zhao', sheet!.signedOut!.covers, head],
  ])
  expect(r.trail.verify()).toBeNull()
  // A restart knows the same.
  shift = life()
  expect(shift.duty()).toBe('signed: zhao+sun')
})

it('a sheet, a cut or a signature that is changed in the table afterwards no longer fits', () => {
  shift.fill({ note: 'pump 2 drips' })
  shift.prepared()
  shift.comes('zhao', 'qian')
  expect(verifySheet(shift.kept.open('room')!, r.trail)).toBeNull()
  shift.does('signOut', 'wang')
  expect(verifySheet(shift.kept.open('room')!, r.trail)).toBe('fits')
  shift.does('signIn', 'zhao')
  const [sheet] = shift.kept.list('room', 1)
  const cut = sheet!.cut!
  const said = (change: Partial<Sheet>) => verifySheet({ ...sheet!, ...change }, r.trail)
  const written = (content: Partial<typeof cut.content>) => ({ ...cut, content: { ...cut.content, ...content } })
  // Whoever changes the sheet and puts all hashes right still has the trail against him.
  const forged = written({ notes: [] })
  const hash = contentHash(forged.content)
  const covers = coversOf(sheet!.no, cut.seq, cut.trailHash, hash)
  const signed = { signedOut: { ...sheet!.signedOut!, covers }, signedIn: { ...sheet!.signedIn!, covers } }
  const changed: [string, Partial<Sheet>, string][] = [
    ['nothing', {}, 'fits'],
    ['a note that is shown', { notes: [] }, 'content'],
    ['a count that is shown', { counts: {} }, 'content'],
    ['a note that was signed', { cut: forged }, 'content'],
    ['both, and its hash', { notes: [], cut: { ...forged, hash } }, 'signature'],
    ['all of it', { notes: [], cut: { ...forged, hash }, ...signed }, 'signature'],
    ['where the trail was cut', { cut: { ...cut, seq: cut.seq - 1 } }, 'trail'],
    ['who signed', { signedIn: { ...sheet!.signedIn!, account: 'sun' } }, 'signature'],
  ]
  for (const [what, change, wanted] of changed) expect([what, said(change)]).toEqual([what, wanted])
  expect(verifySheet(sheet!, { ...r.trail, hashAt: () => new Uint8Array(32) })).toBe('trail')
})

describe('work that goes on over a change of shifts', () => {
  /** A permit under which people work, and a tag of whoever is going home. */
  function work() {
    const who = { name: 'wang', role: 'engineer' as const }
    const live = (space: string) =>
      r.trail.change(who, note => {
        const made = shift.permits.add(
          note,
          {
            ...{ kind: 'hot-work', grade: 'second', space, spot: 'x', work: 'weld', company: '', outdoor: false },
            ...{ gas: false, workers: [], guardian: 'sun', guardianPhone: '', validFrom: 0, validTo: 9e12 },
          },
          'wang',
          r.time.now,
        )
        return shift.permits.put(note, { ...made, phase: 'live', spans: [{ from: 0, to: null }] }, 'start').id
      })
    const hang = (equipment: string, to: string | null) =>
      r.trail.change(who, note => {
        const tag = shift.tags.hang(
          note,
          { equipment, reason: 'x', order: null, permit: null, verified: '' },
          'wang',
          0,
        )
        return to === null
          ? tag.id
          : shift.tags.put(note, moveTag(tag, 'offer', 'wang', { to }, 1) as Tag, 'offer', {}).id
      })
    return { a: live('b1'), b: live('b2'), mine: hang('p1', 'zhao'), other: hang('p2', 'qian'), kept: hang('p3', null) }
  }
  const signs = (who: string, permits: string[], tags: string[], role: 'operator' | 'desk' = 'operator') =>
    shift.tries(() => shift.handover.signIn('room', { name: who, role }, 'wang', undefined, { permits, tags }))
  it('goes on where the relief has looked at it, and stops at once where not; tags that are offered are taken', () => {
    const { a, b, mine, other, kept } = work()
    shift.prepared()
    shift.comes('zhao', 'qian')
    shift.does('signOut', 'wang')
    // None of this is half done: the crew before is on duty, and the permits are as they were.
    expect([signs('zhao', [], [kept]), signs('zhao', [], [other]), signs('zhao', [a], [], 'desk')]).toEqual([
      ...['tag-not-offered', 'tag-not-offered', 'not-allowed'],
    ])
    expect([shift.duty(), shift.permits.one(b).phase]).toEqual(['plan: wang+li', 'live'])
    expect(signs('zhao', [a], [mine])).toBe('preparing')
    expect([shift.permits.one(a).phase, shift.permits.one(a).validated.map(v => v.by)]).toEqual(['live', ['zhao']])
    expect(shift.permits.one(b)).toMatchObject({ phase: 'suspended', suspended: { reason: 'handover', by: 'zhao' } })
    expect([shift.tags.one(mine).owner, shift.tags.one(other).owner, shift.tags.one(kept).owner]).toEqual([
      ...['zhao', 'wang', 'wang'],
    ])
    const [sheet] = shift.kept.list('room', 1)
    const entry = r.trail.of('handover', sheet!.id).find(e => e.action === 'signed-in')!
    expect([entry.data.validated, entry.data.suspended, entry.data.taken]).toEqual([
      ...[[shift.permits.one(a).no], [shift.permits.one(b).no], [shift.tags.one(mine).no]],
    ])
  })
  it('whose guardian goes home is not let go on, until another watches', () => {
    const { a, b } = work()
    const guard = (guardian: string) =>
      r.trail.change(shift.by('wang'), note => shift.permits.put(note, { ...shift.permits.one(a), guardian }, 'x'))
    guard('wang')
    shift.prepared()
    shift.comes('zhao', 'qian')
    shift.does('signOut', 'wang')
    expect([signs('zhao', [a], []), shift.permits.one(a).phase]).toEqual(['permit-guardian-leaves', 'live'])
    // Somebody of the crew that comes watches: his shift begins.
    guard('qian')
    expect(signs('zhao', [a], [])).toBe('preparing')
    expect([shift.permits.one(a).phase, shift.permits.one(b).phase]).toEqual(['live', 'suspended'])
  })
  it('a crew that does not see permits stops none', () => {
    const { a } = work()
    const done = r.trail.change(shift.by('zhao'), note =>
      relieve(shift)(note, { sees: ['alarms'] }, { permits: [], tags: [] }, shift.by('zhao'), 1),
    )
    expect([done, shift.permits.one(a).phase]).toEqual([{ validated: [], suspended: [], taken: [] }, 'live'])
  })
})

it('a sheet that is refused after the first signature is cut anew, and the supervisor is told at once', () => {
  shift.prepared()
  shift.comes('zhao', 'qian')
  shift.does('signOut', 'wang')
  const first = shift.kept.open('room')!.cut!.seq
  expect(shift.refuse('relief-unfit')).toBe('refused')
  expect(shift.until(21, 19, 42)).toEqual(['21T19:40 0 manager'])
  expect([shift.does('signIn', 'zhao'), shift.duty()]).toEqual(['handover-no-move', 'plan: wang+li'])
  expect(shift.does('resume', 'li')).toBe('preparing')
  shift.does('prepare', 'wang')
  expect(shift.does('signOut', 'wang')).toBe('signed_out')
  expect(shift.kept.open('room')!.cut!.seq).toBeGreaterThan(first)
  expect(shift.kept.open('room')!.refused.map(one => [one.code, one.seen])).toEqual([['relief-unfit', []]])
})

describe('time', () => {
  it('a night belongs to the day on which it began; nobody hands over hours too early', () => {
    shift.prepared()
    shift.comes('zhao', 'qian')
    r.time.now = Date.UTC(2026, 10, 21, 11, 29)
    expect(shift.does('signOut', 'wang')).toBe('handover-early')
    r.time.now += MIN
    expect([shift.does('signOut', 'wang'), shift.does('signIn', 'zhao')]).toEqual(['signed_out', 'preparing'])
    // 01:00 of Sunday.
    r.time.now = Date.UTC(2026, 10, 21, 17)
    const { sheet, filled, shift: now } = shift.handover.state('room')
    expect([sheet?.served, now]).toEqual([now, sheet?.served])
    expect([sheet?.served.shift, new Date(sheet!.served.day * 86_400_000).toISOString().slice(0, 10)]).toEqual([
      'night',
      '2026-11-21',
    ])
    expect([filled?.next?.shift, filled!.next!.day - sheet!.served.day]).toEqual(['day', 1])
  })
  it('nobody takes over: the crew stays, the supervisor is told 15 min, 45 min and 2 h 15 after, then every two hours', () => {
    expect(shift.until(22, 0)).toEqual(['21T20:15 1 manager', '21T20:45 2 manager', '21T22:15 3 manager+admin'])
    expect(shift.until(22, 1)).toEqual(['22T00:15 4 manager+admin'])
    // By the plan it is the night crew's, as nobody ever signed; after a signature it would be whoever signed.
    expect(shift.duty()).toBe('plan: zhao+qian')
    // Nobody looked for a day: each thing once. The shift whose time it is takes over.
    r.time.now = Date.UTC(2026, 10, 23, 3)
    expect(shift.until(23, 11, 1)).toEqual(['23T11:00 5 manager+admin'])
    expect(shift.handover.state('room').filled?.next?.shift).toBe('day')
    expect(shift.kept.open('room')?.served.shift).toBe('day')
  })
  it('whoever has signed stays on duty, whatever the clock says', () => {
    shift.prepared()
    shift.comes('zhao', 'qian')
    shift.does('signOut', 'wang')
    shift.does('signIn', 'zhao')
    shift.until(22, 8, 0)
    expect(shift.until(22, 9, 0)).toEqual(['22T08:15 1 manager', '22T08:45 2 manager'])
    expect(shift.duty()).toBe('signed: zhao+qian')
  })
  it('a clock that is set back loses nothing, keeps nobody, and does not make anybody silent', () => {
    expect(shift.until(22, 0, 30).length).toBe(4)
    // Three hours back: what was told looks like the future; still late, so it is told again at once, and once.
    r.time.now -= 3 * 60 * MIN
    expect(shift.until(21, 22, 16)).toEqual(['21T21:30 5 manager+admin'])
    // A week before the shift itself: clearly wrong, and no reason to keep a crew.
    shift.prepared()
    shift.comes('zhao', 'qian')
    r.time.now -= 7 * 86_400_000
    expect(shift.does('signOut', 'wang')).toBe('signed_out')
    expect(shift.does('signIn', 'zhao')).toBe('preparing')
    expect(shift.kept.open('room')?.served.shift).toBe('night')
    expect(r.trail.verify()).toBeNull()
  })
})

it('each entry of the trail is in exactly one sheet, however often it is refused, restarted or the clock is moved', () => {
  let seed = 8
  const random = (n: number) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return Math.floor((seed / 0x7fffffff) * n)
  }
  const people = ['wang', 'li', 'zhao', 'qian', 'sun']
  const start = shift.kept.open('room')!.fromSeq
  for (let i = 0; i < 400; i++) {
    const who = people[random(5)]!
    const turn = random(12)
    if (turn < 2) r.trail.change({ name: who, role: 'operator' }, note => note('alarm', 'x', 'raised'))
    else if (turn === 2) shift.refuse('relief-unfit')
    else if (turn === 3) shift.does('resume', who)
    else if (turn === 4) r.time.now += (random(14) - 2) * 60 * MIN
    else if (turn === 5) shift = life()
    else if (turn < 8) {
      shift.prepared()
      shift.comes(...people.slice(0, 2 + random(4)))
    } else if (turn < 10) people.some(one => shift.does('signOut', one) === 'signed_out')
    else people.some(one => shift.does('signIn', one) === 'preparing')
  }
  const sheets = [...shift.kept.list('room', 1000)].reverse()
  expect(sheets.length).toBeGreaterThan(5)
  let next = start
  let seen = 0
  for (const { fromSeq, cut } of sheets) {
    expect(fromSeq).toBe(next)
    seen += shift.kept.entries(fromSeq, cut!.seq).reduce((sum, { n }) => sum + n, 0)
    next = cut!.seq
  }
  expect([shift.kept.open('room')?.fromSeq, seen]).toEqual([next, next - start])
  expect(shift.failed).toEqual([])
})

it('notices: of a roster whose crew signs, whoever has taken over is told; the others keep their times', () => {
  const always = { phone: '13900000000' }
  const config = {
    ...emptyConfig,
    rosters: [
      {
        id: 'room',
        people: [
          { name: 'wang', ...always, shifts: [{ from: '00:00', to: '24:00' }] },
          { name: 'zhao', ...always, shifts: [{ from: '03:00', to: '03:01' }] },
          { name: 'boss', ...always },
        ],
      },
    ],
  }
  const told = () =>
    peopleAt(signedDuty(config, shift.handover.onShift), 'room', false, r.time.now, 'Asia/Shanghai').map(p => p.name)
  expect(told()).toEqual(['wang', 'boss'])
  shift.prepared()
  shift.comes('zhao', 'qian')
  shift.does('signOut', 'wang')
  expect(told()).toEqual(['wang', 'boss'])
  shift.does('signIn', 'zhao')
  expect(told()).toEqual(['zhao', 'boss'])
})

it('site.json: what is wrong with a crew is said', () => {
  expect(problems).toEqual([])
  const found: string[] = []
  const [day, night] = raw.times
  const wrong = {
    ...raw,
    people: [...raw.people, { name: 'li' }],
    times: [
      { ...day!, to: '19:00', lead: 'nobody' },
      { ...night!, id: 'day', least: 9 },
    ],
  }
  crewsOf([wrong, raw], calendar, (path, code) => found.push(`${path.join('.')} ${code}`))
  expect(found).toEqual([
    'shifts.0.people.5.name person-twice',
    'shifts.0.times.0 person-unknown',
    'shifts.0.times.1.id duplicate-id',
    'shifts.0.times.1.least shift-too-few',
    'shifts.0 shift-gap',
    'shifts.1.rosters.0 roster-twice',
  ])
})
