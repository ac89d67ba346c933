import { expect, it } from 'vitest'
import { wordsOf } from './prove/all.ts'
import {
  judgeBackups,
  p99OfAll,
  shortOfBatches,
  shortOfFires,
  shortOfKills,
  shortOfNames,
  shortOfSequences,
  shortOfTampering,
} from './prove/enough.ts'
import { evennessOf, judgeEven } from './prove/fuzz/even.ts'
import { CODES, codeOf, countOf, lastLine, Misasked, type Row, readEnd, table } from './prove/proof.ts'
import { proofs } from './prove/proofs.ts'
import { grows, seenFrom, slopeOf } from './prove/soak/steady.ts'

const row = (ended: Row['ended'], proof = 'kill 500'): Row => ({
  ...{ proof, what: 'kill -9 under load', figure: '500 kills, 0 lost', demanded: '0 lost', ended, seconds: 9 },
})

it('the table of all proofs: what was not run is said, and never counts as held', () => {
  const rows = [
    row('held'),
    row('NOT HELD', 'trail 10000'),
    { ...row('not run', 'install'), figure: 'root is missing' },
  ]
  const text = table(rows)
  expect(text).toMatch(/^proof +what +figure +demanded +held +s$/m)
  expect(text).toMatch(/^kill 500 .* held +9$/m)
  expect(text).toMatch(/^trail 10000 .* NOT HELD +9$/m)
  expect(text).toContain('3 proofs: 1 held, 1 not held, 1 not run')
  expect(text).toMatch(/^NOT RUN: install: root is missing$/m)
  expect([codeOf(rows), codeOf([row('held')]), codeOf([row('held'), row('not run')])]).toEqual([1, 0, 3])
})

it('how a proof ended is read from its last line and its exit code, which have to agree', () => {
  for (const ended of ['held', 'NOT HELD', 'not run'] as const)
    expect(readEnd(CODES[ended], `much\n${lastLine(ended, '7 of 7')}\n`)).toEqual({ ended, figure: '7 of 7' })
  const died: [code: number | null, output: string][] = [
    [null, 'holds: 1'],
    [1, 'holds: 1'],
    [0, 'much, and no last line'],
    [0, ''],
    [0, 'DOES NOT HOLD: 1 lost'],
  ]
  for (const [code, output] of died) expect(readEnd(code, output).ended).toBe('NOT HELD')
})

it('each proof has a full and a short form, and a number of its own makes no more than the full one', () => {
  const names = Object.keys(proofs)
  expect(names.length).toBeGreaterThan(13)
  for (const proof of Object.values(proofs)) {
    expect(wordsOf(proof, [])).toEqual(proof.full)
    expect(wordsOf(proof, ['--quick'])).toEqual(proof.quick)
    const [full] = proof.full.map(Number)
    if (full !== undefined) {
      expect(Number(proof.quick[0])).toBeLessThan(full)
      expect(wordsOf(proof, ['3'])).toEqual([String(Math.min(3, full))])
    }
  }
  expect(() => wordsOf(proofs.kill!, ['many'])).toThrow('--quick')
})

it('asked for no figure, or for a kind that there is not, a proof proves nothing and says so', async () => {
  expect([countOf([]), countOf(['1']), countOf(['500'])]).toEqual([undefined, 1, 500])
  for (const words of [['0'], ['-3'], ['2.5'], ['many'], ['--quick'], ['500', 'more'], ['']])
    expect(() => countOf(words)).toThrow(Misasked)
  // Each of them says no before it begins: nothing of what it needs is even loaded.
  let asked = 0
  for (const [name, proof] of Object.entries(proofs)) {
    await expect(proof.run(['nothing']), name).rejects.toThrow(Misasked)
    asked++
  }
  expect(asked).toBe(Object.keys(proofs).length)
})

it('a run that did too little found nothing, and does not hold', () => {
  const broker = {
    ...{ acknowledged: { 1: 1400, 2: 1400 }, retained: 300, lost: [], doubled: [], disorder: [] },
    ...{ reconnects: 0, wills: 0 },
  }
  const killed = {
    ...{ kills: 500, acknowledged: 30_000, lost: [], doubled: [], raised: 400, orders: 20 },
    ...{ slowestStartMs: 900, chainBroken: null, broker },
  }
  const names = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`kind${i}`, 41]))
  const cases: [what: string, short: readonly string[], said: RegExp | null][] = [
    ['kills', shortOfKills(500, killed), null],
    ['killed before the end', shortOfKills(500, { ...killed, kills: 499 }), /^kills 499, not 500$/],
    ['nobody was let in', shortOfKills(500, { ...killed, acknowledged: 12 }), /acknowledged 12/],
    ['no alarm came', shortOfKills(500, { ...killed, raised: 0 }), /alarms raised 0/],
    ['no order was opened', shortOfKills(500, { ...killed, orders: 0 }), /orders 0/],
    ['the witness was away', shortOfKills(500, { ...killed, broker: null }), /PUBACKs 0.* PUBCOMPs 0.* retained 0/],
    ['fires', shortOfFires(100, { kills: 100, fires: 15, locksTried: 738 }), null],
    ['no lock was tried', shortOfFires(100, { kills: 100, fires: 15, locksTried: 3 }), /locks tried 3, not 101/],
    ['batches', shortOfBatches(60, { kills: 60, acknowledged: 657, issued: 163 }), null],
    ['none was issued', shortOfBatches(60, { kills: 60, acknowledged: 657, issued: 0 }), /issued 0, not 15/],
    ['the trail', shortOfTampering(10_000, { tried: 10_000, changed: 8937 }), null],
    ['changed nothing', shortOfTampering(10_000, { tried: 10_000, changed: 0 }), /changed 0/],
    ['doors', shortOfSequences(1000, { sequences: 1000, shown: 5000, wrong: 0 }), null],
    ['nobody came', shortOfSequences(1000, { sequences: 1000, shown: 0, wrong: 0 }), /shown 0, not 50/],
    ['half of them', shortOfSequences(1000, { sequences: 500, shown: 5000, wrong: 0 }), /sequences 500, not 1000/],
    ['none at all', shortOfSequences(1000, {}), /sequences 0/],
    ['names', shortOfNames(200, names), null],
    ['one kind kept none', shortOfNames(200, { ...names, kind3: 0 }), /^kept as kind3 0, not 20$/],
    ['no kind was tried', shortOfNames(200, {}), /kinds 0/],
  ]
  for (const [what, short, said] of cases)
    if (said) expect(short.join(' '), what).toMatch(said)
    else expect([what, short]).toEqual([what, []])
})

it('backups that hurt are told from a machine that was late before them', () => {
  const seen = {
    ...{ backups: 50, wrong: [], acknowledged: 900, alarmsRaised: 40, notRecorded: 0 },
    ...{ scansLostBefore: 0, scansLostShare: 0.0002, delayP99BeforeMs: 11, delayMs: 14 },
  }
  // Each with a stall that every third look meets: half of the backups show nothing of it.
  const stalled = Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? 45 : 1))
  const twoLate = Array.from({ length: 50 }, (_, i) => (i < 2 ? 45 : 1))
  expect([p99OfAll(stalled), p99OfAll(twoLate), p99OfAll([3, 1, 2]), p99OfAll([])]).toEqual([45, 1, 3, Number.NaN])
  const cases: [what: string, of: Partial<typeof seen>, wanted: ReturnType<typeof judgeBackups>][] = [
    ['each whole, nobody disturbed', {}, 'held'],
    ['one was not made', { backups: 49 }, 'not held'],
    ['a sample was not recorded', { notRecorded: 1 }, 'not held'],
    ['nobody asked for anything', { acknowledged: 0 }, 'not held'],
    ['no alarm came', { alarmsRaised: 0 }, 'not held'],
    ['late, and only with backups', { delayMs: 45 }, 'not held'],
    ['late already', { delayMs: 45, delayP99BeforeMs: 31 }, 'busy'],
    ['scans lost, and only with backups', { scansLostShare: 0.02 }, 'not held'],
    ['scans lost already', { scansLostShare: 0.02, scansLostBefore: 0.03 }, 'busy'],
    [
      'late already, scans lost only with backups',
      { delayMs: 45, delayP99BeforeMs: 31, scansLostShare: 0.02 },
      'not held',
    ],
    ['not known how late', { delayMs: Number.NaN }, 'not held'],
    ['on a busy machine one was not made', { backups: 49, delayP99BeforeMs: 99, delayMs: 99 }, 'not held'],
  ]
  for (const [what, of, wanted] of cases) expect([what, judgeBackups(50, { ...seen, ...of })]).toEqual([what, wanted])
})

it('a device that is asked unevenly, or no more at all, is found; a machine with other work says nothing', () => {
  /** Asked each 100 ms of so many seconds, but where it was not. */
  const asked = (seconds: number, lateMs = 0, untilS = seconds) =>
    evennessOf(
      Array.from({ length: untilS * 10 }, (_, i) => i * 100 + (i % 20 === 19 ? lateMs : 0)),
      [0, seconds * 1000],
      [],
      100,
    )
  const calm = asked(20)
  expect(calm).toEqual({ polls: 200, share: 1, p99Ms: 100, mostMs: 100, silentMs: 100 })
  const cases: [what: string, calm: typeof calm, under: typeof calm, wanted: ReturnType<typeof judgeEven>][] = [
    ['as before', calm, asked(300), 'even'],
    ['one in twenty a little late', calm, asked(300, 60), 'even'],
    ['one in twenty three times as late', calm, asked(300, 250), 'uneven'],
    ['after 10 s no more', calm, asked(300, 0, 10), 'uneven'],
    ['not once', calm, asked(300, 0, 0), 'uneven'],
    ['in the last 3 of 300 s no more', calm, asked(300, 0, 297), 'uneven'],
    ['it was late before', asked(20, 90), asked(300, 90), 'busy'],
    ['it was hardly asked before', asked(20, 0, 5), asked(300), 'busy'],
  ]
  for (const [what, before, under, wanted] of cases)
    expect([what, judgeEven(before, under, 100)]).toEqual([what, wanted])
  // It stood still for 10 s because it was measured: not its own fault, and nothing was due then.
  const halted = evennessOf(
    [...Array.from({ length: 100 }, (_, i) => i * 100), ...Array.from({ length: 100 }, (_, i) => 20_000 + i * 100)],
    [0, 30_000],
    [[9950, 19_950]],
    100,
  )
  expect([halted.share, halted.mostMs]).toEqual([1, 100])
})

const bound = { perHour: 3, step: 8 }
/** Looks at a process: every 5 s for so many minutes, with what it has then. */
const looksOf = (minutes: number, mb: (atH: number, i: number) => number) =>
  Array.from({ length: minutes * 12 }, (_, i) => ({ atH: i / 720, mb: mb(i / 720, i) }))
/** As memory goes: up while work is done, down when it is collected. */
const saw = (i: number) => (i * 7) % 23

it('what grows for certain is found, what comes and goes is no growth, and what is not known does not hold', () => {
  const cases: [what: string, minutes: number, mb: (atH: number, i: number) => number, grows: boolean][] = [
    ['a saw that stays where it is', 240, (_, i) => 200 + saw(i), false],
    ['a leak of 10 an hour under the same saw', 240, (h, i) => 200 + saw(i) + 10 * h, true],
    ['a leak just below the bound', 240, (h, i) => 200 + saw(i) + 2.5 * h, false],
    ['it gets less', 240, (h, i) => 200 + saw(i) - 10 * h, false],
    ['something large that is gone with the next look', 240, (_, i) => 200 + (i % 50 === 49 ? 300 : 0), false],
    ['as much, seen in the last look alone', 240, (_, i) => (i === 2879 ? 500 : 200), false],
    ['one step within what comes and goes', 240, (h, i) => 200 + saw(i) + (h > 2 ? 6 : 0), false],
    ['4 minutes of a leak too slow for 4 minutes', 4, (h, i) => 200 + saw(i) + 10 * h, false],
    ['4 minutes of one that is fast enough', 4, (h, i) => 200 + saw(i) + 1000 * h, true],
    ['too few looks for a word', 1, () => 200, true],
    ['no look', 0, () => 200, true],
    ['a figure that could not be read', 240, () => Number.NaN, true],
  ]
  for (const [what, minutes, mb, wanted] of cases)
    expect([what, grows(slopeOf(looksOf(minutes, mb), 'mb'), bound)]).toEqual([what, wanted])
})

it('a run says from which growth on it would have seen one: a short one from a fast one', () => {
  const from = (minutes: number) =>
    seenFrom(
      slopeOf(
        looksOf(minutes, (_, i) => 200 + saw(i)),
        'mb',
      )!,
      bound,
    )
  expect([from(4) > 100, from(240) < 6]).toEqual([true, true])
  // And it is true: twice as much is seen by the same run.
  for (const minutes of [4, 30, 240]) {
    const leak = 2 * from(minutes)
    expect(
      grows(
        slopeOf(
          looksOf(minutes, (h, i) => 200 + saw(i) + leak * h),
          'mb',
        ),
        bound,
      ),
    ).toBe(true)
  }
})
