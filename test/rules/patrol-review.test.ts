import { expect, it } from 'vitest'
import { actions, move } from '../../rules/flow.ts'
import { challengeOf, challenges } from '../../rules/patrol/challenge.ts'
import { goesTogether, guardWalks } from '../../rules/patrol/figures.ts'
import { dayFrom, roundsOfDay } from '../../rules/patrol/plan.ts'
import { readerLog } from '../../rules/patrol/readerlog.ts'
import { exceptionsOf, reviewRefusal, roundPhase, sealText } from '../../rules/patrol/review.ts'
import { signedText } from '../../rules/patrol/signed.ts'
import { tagFlow, tagStates } from '../../rules/patrol/tag.ts'
import { LEAST_WALKS, learnTravel } from '../../rules/patrol/travel.ts'
import { watchOrigin, watchPointId, watchRounds } from '../../rules/patrol/watch.ts'
import { trustOf } from '../../rules/patrol/words.ts'

const MIN = 60_000
const ZONE = 'Asia/Shanghai'
/** `21 22:05:30` by the clock of Shanghai, November 2026. */
const t = (text: string): number => {
  const [day, h, m, s = 0] = text.split(/[ :]/).map(Number) as [number, number, number, number?]
  return Date.UTC(2026, 10, day, h - 8, m, s)
}
const show = (at: number): string => new Date(at + 8 * 60 * MIN).toISOString().slice(8, 16).replace('T', ' ')

type Walked = Parameters<typeof learnTravel>[0][number]
/** One walk from l2 to l1 each evening: in so many seconds. */
const walk = (day: number, sec: number, more: Partial<Walked> = {}): Walked[] => {
  const at = t('1 22:00') + day * 86_400_000
  const plain = {
    route: 'r',
    person: 'wang',
    device: 'p1',
    trust: 'good',
    verdicts: ['on_time'],
    flags: [],
    valid: true,
  } as const
  return [
    { ...plain, at, checkpoint: 'l2' },
    { ...plain, at: at + sec * 1000, checkpoint: 'l1', ...more },
  ]
}
const many = (n: number, sec: (i: number) => number, more?: Partial<Walked>) =>
  Array.from({ length: n }, (_, i) => walk(i, sec(i), more)).flat()

it('the least time between two points: the quickest twentieth of honest walks, and nothing from too few', () => {
  const learned = (scans: readonly Walked[]) => learnTravel(scans).map(x => [x.from, x.to, x.walks, x.sec])
  expect(learned(many(LEAST_WALKS - 1, () => 90))).toEqual([['l2', 'l1', 19, null]])
  expect(learned(many(20, i => 80 + i))).toEqual([['l2', 'l1', 20, 80]])
  // Of a hundred the fifth: four who ran do not make the rule.
  expect(learned(many(100, i => (i < 4 ? 20 : 80 + i)))).toEqual([['l2', 'l1', 100, 84]])
  // Walks that are no proof: too fast, out of order, typed, by somebody else, with a clock that nobody trusts, with a rest.
  const bad: Partial<Walked>[] = [
    { verdicts: ['on_time', 'too_fast'] },
    { verdicts: ['out_of_order'] },
    { trust: 'typed' },
    { valid: false },
    { flags: ['clock_unsure'] },
    { flags: ['together'] },
    { person: 'li' },
    { device: 'p2' },
    { route: 'other' },
  ]
  expect(bad.flatMap(more => learned(many(30, () => 40, more)))).toEqual([])
  expect(learned(many(30, () => 31 * 60))).toEqual([])
  // In each direction by itself; told late is as good.
  const back = many(20, () => 70).map(s => ({ ...s, checkpoint: s.checkpoint === 'l2' ? 'l1' : 'l2', person: 'li' }))
  const late = many(20, () => 90, { flags: ['late_upload'] })
  expect(learned([...late, ...back])).toEqual([
    ['l1', 'l2', 20, 70],
    ['l2', 'l1', 20, 90],
  ])
})

it('the life of a tag: doubted, then kept, replaced or taken down; what is down does not come back', () => {
  const table = tagStates.map(state => [state, actions(tagFlow, state, 'manager')])
  expect(table).toEqual([
    ['active', ['replace', 'retire']],
    ['suspect', ['clear', 'replace', 'retire']],
    ['replaced', []],
    ['retired', []],
  ])
  expect(move(tagFlow, 'suspect', 'clear', 'guard')).toEqual({ refused: 'not-your-role' })
  expect(move(tagFlow, 'retired', 'replace', 'admin')).toEqual({ refused: 'no-such-move' })
})

it('a round is reviewed once, when it is over, by somebody else, with a reason for each exception; then sealed', () => {
  const open = { closedAt: null, review: null, seal: null }
  const review = { at: 1, by: 'm', reasons: [] }
  expect([
    ...[roundPhase(open), roundPhase({ ...open, closedAt: 1 }), roundPhase({ ...open, closedAt: 1, review })],
    roundPhase({ closedAt: 1, review, seal: { at: 2, by: 'm', hash: 'x' } }),
  ]).toEqual(['running', 'over', 'reviewed', 'sealed'])
  const done = [
    { checkpoint: 'a', verdicts: ['on_time'] as const },
    { checkpoint: 'b', verdicts: ['on_time', 'too_fast'] as const },
    { checkpoint: 'c', verdicts: ['missed'] as const },
    { checkpoint: 'd', verdicts: ['excused'] as const },
  ]
  expect(exceptionsOf(['a', 'b', 'c', 'd', 'e'], done)).toEqual(['b', 'c', 'd', 'e'])
  const give = (...ids: string[]) => ids.map(checkpoint => ({ checkpoint, reason: 'lift-out' as const, note: '' }))
  const ask = (phase: Parameters<typeof reviewRefusal>[0], by: string, given = give('b', 'c')) =>
    reviewRefusal(phase, ['Wang', 'li'], by, ['b', 'c'], given)
  expect([
    ...[
      ask('running', 'chen'),
      ask('reviewed', 'chen'),
      ask('sealed', 'chen'),
      ask('over', 'wang '),
      ask('over', 'LI'),
    ],
    ...[ask('over', 'chen', give('b')), ask('over', 'chen', []), ask('over', 'chen')],
  ]).toEqual([
    ...['patrol-not-over', 'patrol-reviewed', 'patrol-reviewed', 'patrol-own-round', 'patrol-own-round'],
    ...['patrol-reasons-missing', 'patrol-reasons-missing', null],
  ])
  // The same round is the same text, however it was put together, and any change is another.
  expect(sealText({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe(
    sealText({ a: null, b: [1, { c: 'x', d: null }] }),
  )
  expect(sealText({ a: [1, 2] })).not.toBe(sealText({ a: [2, 1] }))
})

it('what a stick signs changes with each field, each record and the batch that it is in', () => {
  const record = {
    n: 1,
    at: '2026-11-21T15:55:00Z',
    tag: '04',
    method: 'stick',
    items: [],
    photos: [],
    note: '',
    said: '',
  }
  const batch = { device: 's1', batch: '7', clock: '2026-11-21T16:00:00Z', records: [record, { ...record, n: 2 }] }
  const texts = [
    batch,
    { ...batch, device: 's2' },
    { ...batch, batch: '8' },
    { ...batch, clock: '2026-11-21T17:00:00Z' },
    { ...batch, records: [record] },
    { ...batch, records: batch.records.toReversed() },
    ...(['at', 'tag', 'checkpoint', 'person', 'method', 'note', 'said'] as const).map(key => ({
      ...batch,
      records: [{ ...record, [key]: 'other' }, batch.records[1]!],
    })),
    { ...batch, records: [{ ...record, items: [{ id: 'a', ok: true, note: '' }] }, batch.records[1]!] },
    { ...batch, records: [{ ...record, photos: ['x'] }, batch.records[1]!] },
  ].map(signedText)
  expect(new Set(texts).size).toBe(15)
  expect(texts[0]).toBe(
    '["gatehouse-patrol-1","s1","7","2026-11-21T16:00:00Z",[[1,"2026-11-21T15:55:00Z","04","","","stick","","",[],[]],[2,"2026-11-21T15:55:00Z","04","","","stick","","",[],[]]]]',
  )
  // Without a signature, or of a tag in doubt, it is worth less than one that was touched; a code stays what it is.
  expect([
    trustOf('nfc', 'stick', true, true),
    trustOf('nfc', 'stick', true, false),
    trustOf('qr', 'qr', true, false),
  ]).toEqual(['good', 'low', 'low'])
})

it('the log of a reader: newest first on the wire, in order here; empty places are left out, and nothing else is taken for one', () => {
  const entry = (n: number, seconds: number, uid: string) =>
    n.toString(16).padStart(8, '0') + seconds.toString(16).padStart(8, '0') + uid
  const uid = '04A21B6A7C5E80'
  const text = entry(258, 1_795_000_060, uid) + entry(257, 1_795_000_000, uid.toLowerCase()) + '0'.repeat(30)
  expect(readerLog(text)).toEqual([
    { n: 257, at: 1_795_000_000_000, uid },
    { n: 258, at: 1_795_000_060_000, uid },
  ])
  expect([readerLog(''), readerLog('12'), readerLog('x'.repeat(30)), readerLog(`${text}0`)]).toEqual([
    [],
    null,
    null,
    null,
  ])
})

it('two devices on one way, point for point: at the third point it is no chance', () => {
  const at = (when: string, checkpoint: string, device: string) => ({ at: t(when), checkpoint, device, route: 'r' })
  const before = [
    ...[
      at('21 22:00', 'l3', 'p1'),
      at('21 22:00:20', 'l3', 'p2'),
      at('21 22:05', 'l2', 'p1'),
      at('21 22:05:40', 'l2', 'p2'),
    ],
    at('21 22:10', 'l1', 'p1'),
  ]
  expect(goesTogether(at('21 22:10:30', 'l1', 'p2'), before)).toBe(true)
  // A colleague who comes five minutes later, or is met once, does not carry two.
  expect(goesTogether(at('21 22:15', 'l1', 'p2'), before)).toBe(false)
  expect(goesTogether(at('21 22:10:30', 'l1', 'p2'), before.slice(2))).toBe(false)
  // The device that was told first is behind: later ones are looked at, too.
  expect(goesTogether(at('21 22:09:30', 'l1', 'p2'), before)).toBe(true)
})

it('a photo of the place is asked of one code in four, and nobody can reckon on it', () => {
  const asked = Array.from({ length: 400 }, (_, i) => challengeOf('seed', `2026-11-21.r.1.${i}`, 'lobby'))
  const some = asked.filter(c => c !== null)
  expect(some.length).toBeGreaterThan(70)
  expect(some.length).toBeLessThan(130)
  expect(new Set(some)).toEqual(new Set(challenges))
  expect(challengeOf('seed', 'x', 'lobby')).toBe(challengeOf('seed', 'x', 'lobby'))
  const other = Array.from({ length: 400 }, (_, i) => challengeOf('other', `2026-11-21.r.1.${i}`, 'lobby'))
  expect(other).not.toEqual(asked)
})

it('a zone whose detectors are isolated is walked each 30 min from the moment on, over midnight and the end of the month', () => {
  const zone = { no: 'Z-20261130-001', space: 'b1', from: t('30 23:10') }
  const at = (when: string) => watchRounds(zone, ZONE, t(when)).map(r => [r.day, show(r.from), r.id.split('.').at(-1)])
  expect(at('30 23:10')).toEqual([
    ['2026-11-30', '30 23:10', '1'],
    ['2026-11-30', '30 23:40', '2'],
    ['2026-11-30', '01 00:10', '3'],
  ])
  // The same rounds whenever they are made, so that none is made twice.
  expect(at('31 00:30').slice(0, 3)).toEqual(at('30 23:10'))
  expect(watchRounds(zone, ZONE, t('30 23:00')).length).toBe(2)
  expect(watchOrigin(watchPointId('night', 'l1'))).toEqual({ route: 'night', checkpoint: 'l1' })
  expect(watchOrigin(watchPointId(null, 'b1'))).toEqual({ route: null, checkpoint: 'b1' })
  // Its own ids are none of a route of the site.
  const site = roundsOfDay(
    { id: 'night', rounds: [{ kind: 'window', from: '22:00', to: '23:00' }] },
    dayFrom('2026-11-30'),
    ZONE,
    '',
  )
  expect(site.some(r => watchRounds(zone, ZONE, t('30 23:10')).some(w => w.id === r.id))).toBe(false)
})

it('who walks how quickly: the shortest and the middle of each guard, the quickest first, without rests and repetitions', () => {
  const at = (
    when: string,
    checkpoint: string,
    person: string,
    route = 'r',
    verdict: 'on_time' | 'duplicate' = 'on_time',
  ) => ({
    ...{ at: t(when), checkpoint, person, route, device: person, trust: 'good' as const, verdicts: [verdict] },
  })
  const scans = [
    ...[
      at('21 22:00', 'l3', 'wang'),
      at('21 22:03', 'l2', 'wang'),
      at('21 22:04', 'l1', 'wang'),
      at('21 23:00', 'l3', 'wang'),
    ],
    ...[at('21 22:00:10', 'l3', 'li'), at('21 22:00:20', 'l3', 'li', 'r', 'duplicate'), at('21 22:00:40', 'l2', 'li')],
    // Between two routes is no walk of either, and of nobody nothing is said.
    ...[at('21 22:30', 'x', 'li', 'other'), at('21 22:31', 'l1', ''), at('21 22:32', 'l2', '')],
  ]
  expect(guardWalks(scans).map(g => [g.person, g.walks, g.shortestMs / 1000, g.medianMs / 1000, g.from, g.to])).toEqual(
    [
      ['li', 1, 30, 30, 'l3', 'l2'],
      ['wang', 2, 60, 60, 'l2', 'l1'],
    ],
  )
  expect(guardWalks([])).toEqual([])
})
