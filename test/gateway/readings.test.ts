import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { writeCsv } from '../../gateway/csv.ts'
import { GOOD, NOT_RECORDED } from '../../gateway/history/codes.ts'
import { meterBalance } from '../../gateway/readings/balances.ts'
import { midnights } from '../../gateway/readings/days.ts'
import { openReadingKeeper } from '../../gateway/readings/keeper.ts'
import { readingViews } from '../../gateway/readings/views.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { openReadingChecks } from '../../gateway/records/readingchecks.ts'
import { openReadings } from '../../gateway/records/readings.ts'
import type { Site } from '../../gateway/site/site.ts'
import { records } from '../support/records.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const zone = 'Asia/Shanghai'
/** Midnight in Shanghai. */
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`)
const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const eva = { name: 'eva', role: 'engineer' as const }

/** A site with the meters of three shops, whose history the test writes. */
function world() {
  const r = records()
  const failures: unknown[] = []
  const samples = new Map<string, { at: number; value: number; code: number }[]>()
  const point = (id: string, more = {}) => ({
    id,
    key: 'energy',
    name: both('电', 'e'),
    kind: 'number',
    unit: 'kW.h',
    ...more,
  })
  const site = {
    timezone: zone,
    spaces: new Map([
      ['s101', { id: 's101', kind: 'unit', name: both('101 商铺', 'Shop 101'), use: 'shop' }],
      ['s999', { id: 's999', kind: 'unit', name: both('999 商铺', 'Shop 999'), use: 'shop' }],
    ]),
    equipment: [
      {
        ...{ id: 'em-1', kind: 'electricity-meter', name: both('101 商铺电表', 'Meter of shop 101') },
        points: [
          point('em-1/e'),
          point('em-2/e'),
          point('em-0/e', { multiplier: 600 }),
          point('em-1/p', { unit: 'kW' }),
        ],
      },
    ],
  } as unknown as Site
  const trust = { safe: true }
  const open = (from: ReturnType<typeof records>) => {
    const book = openMeterBook(from.db)
    const readings = openReadings(from.db)
    const keeper = openReadingKeeper({
      ...{ trail: from.trail, book, readings, site: () => site },
      clock: { now: () => from.time.now, every: () => () => {} } as never,
      history: {
        raw: async (points: readonly { id: string }[], start: number, end: number) =>
          points.map(({ id }) => {
            const all = (samples.get(id) ?? []).filter(s => s.at >= start && s.at < end)
            return {
              ...{
                n: all.length,
                times: all.map(s => s.at),
                values: all.map(s => s.value),
                codes: all.map(s => s.code),
              },
              ...{ demo: [], coarse: [], truncated: false },
            }
          }),
      } as never,
      failed: error => failures.push(error),
      safe: () => trust.safe,
    })
    const balance = meterBalance({ book, readings, checks: openReadingChecks(from.db), site: () => site })
    return { book, readings, keeper, views: readingViews({ book, readings, keeper, balance }, () => site) }
  }
  return {
    ...open(r),
    ...{ r, failures, trust },
    again: () => {
      const next = r.again()
      return { ...open(next), r: next }
    },
    saw: (id: string, at: number, value: number, code = GOOD) =>
      samples.set(id, [...(samples.get(id) ?? []), { at, value, code }]),
    forget: () => samples.clear(),
  }
}
const HEAD = ['计量点', '单元', '介质', '上级', '角色', '表号', '整数位', '小数位', '倍率', '起码', '安装日期', '点位']
const list = (...rows: string[][]) => Buffer.from(`\ufeff${writeCsv([HEAD, ...rows])}`)
const shops = list(
  ['E-0', '商场', '电', '', '总表', '7000', '6', '0', '', '0', '2026-10-01', 'em-0/e'],
  ['E-101', 's101', '电', 'E-0', '', '7001', '5', '1', '1', '99990', '2026-10-01', 'em-1/e'],
  ['E-102', '102', '电', 'E-0', '', '7002', '5', '1', '20', '100', '2026-10-01', 'em-2/e'],
  ['W-102', '102', '水', '', '', '3001', '5', '2', '0.1', '12.5', '2026-10-01', ''],
  ['E-103', '103', '电', 'E-0', '', '', '', '', '', '', '', ''],
)
const refusal = (work: () => unknown): string => {
  try {
    work()
    return 'done'
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    return error.code
  }
}
let w: ReturnType<typeof world>
const ends: (() => void)[] = []
beforeEach(() => {
  w = world()
  ends.push(w.r.end)
  w.r.time.now = midnight('2026-10-02') + 10 * HOUR
})
afterAll(() => {
  for (const end of ends) end()
})
const write = (file: Buffer) => w.r.trail.change(eva, note => w.keeper.lists.write(note, file, w.r.time.now))
/** All meters as they were at a midnight, and the time half past one after it. */
async function day(date: string, values: Record<string, number>, of = w) {
  for (const [id, value] of Object.entries(values)) of.saw(id, midnight(date) - 60_000, value)
  of.r.time.now = midnight(date) + 1.5 * HOUR
  of.keeper.freeze.look()
  await of.keeper.freeze.done()
}

describe('the meter book from a list', () => {
  it('a dry run says what would come and changes nothing; then it is there, and once more changes nothing', () => {
    expect(w.keeper.lists.dryRun(shops, w.r.time.now)).toMatchObject({
      written: false,
      counts: { rows: 5, wrong: 0, gaps: 1, points: 5, meters: 4 },
    })
    expect(w.book.book().points).toEqual([])
    expect(write(shops).written).toBe(true)
    const lines = w.r.trail.head()
    expect(w.views.point('E-102', w.r.time.now).meter).toMatchObject({ serial: '7002', multiplier: '20' })
    // What the gateway multiplies by is the multiplier of the book.
    expect(w.views.point('E-0', w.r.time.now).meter!.multiplier).toBe('600')
    expect(write(shops)).toMatchObject({ written: true, counts: { points: 0, meters: 0 } })
    expect(w.r.trail.head()).toBe(lines)
  })
  it('one row that cannot be so, and nothing is written', () => {
    const bad = list(
      ['E-101', 's101', '电', 'E-9', '', '7001', '5', '1', '1', '999990', '2026-10-01', 'em-1/e'],
      ['E-102', '102', '电', '', '', '7001', '5', '1', 'x', '', '2026-13-01', 'em-9/e'],
      ['E-103', '103', '水', '', '主', '7003', '12', '1', '1', '1', '2027-01-01', 'em-1/p'],
      ['E-0', '商场', '电', 'E-0', '', '7000', '5', '1', '60', '0', '', 'em-0/e'],
      ['E-101', 's101', '电', 'E-9', '', '7001', '5', '1', '1', '1', '', ''],
    )
    const read = write(bad)
    expect(read.written).toBe(false)
    expect(read.rows.map(row => row.problems.map(p => p.code))).toEqual([
      ['opening-form', 'parent-unknown'],
      ['opening-missing', 'multiplier-form', 'date-form', 'source-unknown', 'meter-elsewhere'],
      ['word-unknown', 'digits-form', 'date-ahead', 'source-unit'],
      ['source-multiplied', 'parent-loop'],
      ['twice-in-list', 'parent-unknown'],
    ])
    expect(w.book.book().points).toEqual([])
    expect(write(list()).rows).toEqual([])
    expect(refusal(() => write(Buffer.from('PK\u0003\u0004 no workbook')))).toBe('meter-list-unreadable')
  })
  it('another meter at a place that has one is an exchange, and no line of a list', () => {
    write(shops)
    const other = write(list(['E-101', 's101', '电', 'E-0', '', '7009', '5', '1', '1', '0', '', 'em-1/e']))
    expect(other.rows[0]!.problems.map(p => p.code)).toEqual(['other-meter'])
  })
})

describe('all meters at midnight', () => {
  beforeEach(() => write(shops))
  const counts = () => {
    const { total, read, missing, uncertain } = w.views.day(null, w.r.time.now).counts
    return [total, read, missing, uncertain]
  }
  const of = (point: string) => w.views.day(null, w.r.time.now).items.find(i => i.point === point)!

  it('reads each once; says which is missing and why; a restart reads nothing again', async () => {
    await day('2026-10-03', { 'em-0/e': 2400, 'em-1/e': 99_995.04 })
    expect(counts()).toEqual([3, 2, 1, 0])
    expect(of('E-101')).toMatchObject({ index: '99995.0', quality: 'actual', before: { index: '99990.0' } })
    expect(of('E-101').unitName).toEqual(both('101 商铺', 'Shop 101'))
    // The meter as people call it; the other one is no equipment of the site.
    expect([of('E-101').pointName, of('E-102').pointName]).toEqual([both('101 商铺电表', 'Meter of shop 101'), null])
    expect(of('E-102')).toMatchObject({ index: null, quality: 'missing', reason: 'no-sample' })
    const lines = w.r.trail.head()
    const next = w.again()
    ends[ends.length - 1] = next.r.end
    next.r.time.now = midnight('2026-10-03') + 2 * HOUR
    next.keeper.freeze.look()
    await next.keeper.freeze.done()
    expect(next.r.trail.head()).toBe(lines)
    expect(next.readings.at(midnight('2026-10-03')).length).toBe(3)
  })
  it('a clock that is set years ahead closes no day; put right, each day is read once, with what the history has', async () => {
    await day('2026-10-03', { 'em-1/e': 99_995 })
    w.saw('em-1/e', midnight('2026-10-04') - 60_000, 99_996)
    // Set ahead at 10 in the morning, seen at once, put right after half an hour.
    w.trust.safe = false
    w.r.time.now = midnight('2036-10-04')
    w.keeper.freeze.look()
    await w.keeper.freeze.done()
    const read = ['2026-10-03', '2026-10-02'].map(midnight)
    expect(w.readings.freezes(10).map(f => f.at)).toEqual(read)
    w.r.time.now = midnight('2026-10-04') + 1.5 * HOUR
    w.keeper.freeze.look()
    await w.keeper.freeze.done()
    expect(w.readings.freezes(10).map(f => f.at)).toEqual(read)
    w.trust.safe = true
    await day('2026-10-04', {})
    await day('2026-10-05', { 'em-1/e': 99_997 })
    expect(w.readings.freezes(10).map(f => f.at)).toEqual([...['2026-10-05', '2026-10-04'].map(midnight), ...read])
    expect(of('E-101')).toMatchObject({ index: '99997.0', before: { index: '99996.0' } })
  })
  it('days that a wrong clock closed ahead of time keep nobody from reading those before them', async () => {
    await day('2026-10-03', { 'em-1/e': 99_995 })
    // Off for the night, and a wrong clock at the start that nothing contradicts.
    await day('2030-01-10', {})
    expect(w.readings.freezes(100).filter(f => f.at > midnight('2027-01-01'))).not.toEqual([])
    // Put right: the next days are read, and the month ends.
    const indexAt = (date: string) => w.readings.at(midnight(date)).find(r => r.point === 'E-101')?.index
    await day('2026-10-04', { 'em-1/e': 99_997 })
    expect(indexAt('2026-10-04')).toBe(999_970)
    await day('2026-11-01', { 'em-1/e': 99_999 })
    expect(indexAt('2026-11-01')).toBe(999_990)
    expect([...w.readings.months().keys()]).toContain('2026-10')
  })
  it('what a person reads is asked for on the first of a month, and then what is wanting waits for somebody', async () => {
    w.r.time.now = midnight('2026-10-31') + 2 * HOUR
    await day('2026-11-01', {})
    const first = w.readings.at(midnight('2026-11-01'))
    expect(first.map(r => [r.point, r.reason])).toEqual([
      ['E-0', 'no-sample'],
      ['E-101', 'no-sample'],
      ['E-102', 'no-sample'],
      ['W-102', 'no-source'],
    ])
    expect(w.readings.waitingCount()).toBe(4)
    expect(w.readings.at(midnight('2026-10-31')).length).toBe(3)
  })
  it('is not read before the values around it have come', async () => {
    w.saw('em-1/e', midnight('2026-10-03') - 1, 99_991)
    w.r.time.now = midnight('2026-10-03') + 0.9 * HOUR
    expect(w.keeper.freeze.due().map(at => at - midnight('2026-10-02'))).toEqual([0])
  })
  it('after two days away: each midnight from what the history has of it, and where nobody was there it says so', async () => {
    await day('2026-10-02', {})
    w.saw('em-1/e', midnight('2026-10-03') - 60_000, 99_991)
    w.saw('em-1/e', midnight('2026-10-03') + 60_000, 0, NOT_RECORDED)
    w.saw('em-1/e', midnight('2026-10-04') - 30 * 60_000, 0, NOT_RECORDED)
    await day('2026-10-05', { 'em-1/e': 99_993 })
    const read = (date: string) => {
      const r = w.readings.at(midnight(date)).find(one => one.point === 'E-101')!
      return [r.index, r.reason]
    }
    expect([read('2026-10-03'), read('2026-10-04'), read('2026-10-05')]).toEqual([
      [999_910, null],
      [null, 'gateway-off'],
      [999_930, null],
    ])
  })
  it('no half: when the disk takes nothing, nothing of that midnight is there, and it is read at the next look', async () => {
    w.r.db
      .prepare(
        "CREATE TRIGGER full BEFORE INSERT ON reading WHEN (SELECT count(*) FROM reading) = 2 BEGIN SELECT RAISE(ABORT, 'full'); END",
      )
      .run()
    const at = midnight('2026-10-02')
    await day('2026-10-02', {})
    expect(w.failures.length).toBe(1)
    expect([w.readings.at(at), w.readings.freezeAt(at)]).toEqual([[], null])
    w.r.db.prepare('DROP TRIGGER full').run()
    w.keeper.freeze.look()
    await w.keeper.freeze.done()
    expect(w.readings.at(at).length).toBe(3)
  })
  it('over the end of the scale and times its multiplier: what was used, to the digit', async () => {
    await day('2026-10-02', { 'em-0/e': 1200, 'em-1/e': 99_995, 'em-2/e': 100.5 })
    await day('2026-10-03', { 'em-0/e': 1800, 'em-1/e': 5.3, 'em-2/e': 112 })
    const used = (id: string) =>
      w.views.life(id, 'total', midnight('2026-10-02'), midnight('2026-10-03'), w.r.time.now).days[0]
    expect(used('E-101')).toMatchObject({ used: '10.3', findings: [{ code: 'rollover' }], blocked: [] })
    expect(used('E-102')).toMatchObject({ used: '230' })
    expect(w.views.balances(midnight('2026-10-02'), midnight('2026-10-03')).items).toMatchObject([
      // Shop 103 has no meter: the sum behind is not known.
      { parent: 'E-0', used: '600', behind: null, state: 'unknown', wanting: ['E-103'] },
    ])
    expect(w.views.day(null, w.r.time.now).gaps).toEqual([
      { unit: '103', unitName: null, medium: 'electricity' },
      { unit: 's999', unitName: both('999 商铺', 'Shop 999'), medium: null },
    ])
  })

  it('one that stands still for a week, though it used to count, waits; one that nobody uses does not', async () => {
    for (let d = 3; d <= 20; d++) {
      const date = `2026-10-${String(d).padStart(2, '0')}`
      await day(date, { 'em-1/e': 99_990 + Math.min(d, 9) * 0.9, 'em-2/e': 100 })
    }
    const found = (point: string) =>
      [15, 16, 17, 20].map(d => w.readings.at(midnight(`2026-10-${d}`)).find(r => r.point === point)?.finding)
    expect(found('E-101')).toEqual([null, 'stuck', 'stuck', 'stuck'])
    expect(found('E-102')).toEqual([null, null, null, null])
    w.forget()
    await day('2026-10-21', { 'em-1/e': 99_999.5 })
    expect(w.readings.at(midnight('2026-10-21'))[1]).toMatchObject({ validation: 'valid', finding: null })
  })

  describe('a reading that waits', () => {
    const decide = (n: number, more: object) =>
      w.keeper.decide(
        n,
        { ...{ decision: 'accept', index: null, quality: 'manual', reason: null, note: '现场核对' }, ...more } as never,
        eva,
      )
    beforeEach(async () => {
      await day('2026-10-02', { 'em-1/e': 99_990 })
      await day('2026-10-03', { 'em-1/e': 0.4 })
      // It began again, and goes on from there.
      w.forget()
      await day('2026-10-04', { 'em-1/e': 60_000 })
    })
    it('turned over at once: that is no doubt', () =>
      expect(w.readings.at(midnight('2026-10-03'))[1]).toMatchObject({ validation: 'valid', index: 4 }))
    it('is not for billing until somebody decides; then it is, once, and the trail says who', () => {
      const [waits] = w.readings.waiting(10).filter(r => r.point === 'E-101')
      expect(waits).toMatchObject({ validation: 'uncertain', finding: 'too-much', index: 600_000 })
      const life = () =>
        w.views.life('E-101', 'total', midnight('2026-10-03'), midnight('2026-10-04'), w.r.time.now).days[0]!
      expect(life()).toMatchObject({ used: null, blocked: [{ code: 'uncertain-reading' }] })
      expect(refusal(() => decide(waits!.n, { decision: 'replace' }))).toBe('reading-no-index')
      expect(refusal(() => decide(waits!.n, { decision: 'replace', index: '12.34' }))).toBe('reading-index')
      expect(decide(waits!.n, { decision: 'replace', index: '12.3', reason: 'corrected' })).toMatchObject({
        index: 123,
        quality: 'manual',
      })
      expect(life().used).toBe('11.9')
      expect(refusal(() => decide(waits!.n, {}))).toBe('reading-decided')
      expect(w.readings.versions('E-101', 'total', midnight('2026-10-04')).map(r => [r.index, r.validation])).toEqual([
        [600_000, 'uncertain'],
        [123, 'accepted'],
      ])
      const told = w.r.trail.of('reading', String(waits!.n))
      expect(told).toMatchObject([
        { actor: 'eva', action: 'replace', data: { was: 600_000, index: 123, note: '现场核对' } },
      ])
    })
    it('a register that began again is not accepted as if it had turned over: that would bill all of its scale', async () => {
      await day('2026-10-05', {})
      decide(w.readings.waiting(9)[0]!.n, {})
      w.forget()
      await day('2026-10-06', { 'em-1/e': 1.2 })
      const [waits] = w.readings.waiting(9).filter(r => r.at === midnight('2026-10-06'))
      expect(waits).toMatchObject({ finding: 'reset', index: 12 })
      expect(refusal(() => decide(waits!.n, {}))).toBe('reading-lower')
      expect(refusal(() => decide(waits!.n, { decision: 'replace', index: '1.1' }))).toBe('reading-lower')
      // The same meter, from nought on.
      w.r.trail.change(eva, note =>
        w.keeper.exchange(
          note,
          'E-101',
          {
            ...{ at: midnight('2026-10-05') + 10 * HOUR, closing: { total: '60003' }, opening: { total: '0' } },
            ...{ meter: null, witness: '王强', reason: '清零' },
          },
          w.r.time.now,
        ),
      )
      expect(w.readings.waiting(9)).toEqual([])
      const { days } = w.views.life('E-101', 'total', midnight('2026-10-04'), midnight('2026-10-06'), w.r.time.now)
      expect(days.map(d => [d.used, d.blocked.map(b => b.code)])).toEqual([
        [null, ['missing-reading']],
        [null, ['missing-reading']],
      ])
      const whole = w.views.life('E-101', 'total', midnight('2026-10-04'), midnight('2026-10-06'), w.r.time.now)
      expect(whole.used).toBe('4.2')
    })
    it('nothing can be accepted where nothing was read', () => {
      const missing = w.readings.at(midnight('2026-10-04')).find(r => r.point === 'E-102')
      expect(refusal(() => decide(missing!.n, {}))).toBe('reading-no-index')
      decide(missing!.n, { decision: 'reject' })
      expect(refusal(() => decide(missing!.n, { decision: 'reject' }))).toBe('reading-decided')
    })
    it('an exchange that is entered later explains what came after it', async () => {
      await day('2026-10-05', { 'em-1/e': 60_010 })
      const wait = () =>
        w.readings
          .waiting(50)
          .filter(r => r.point === 'E-101')
          .map(r => r.index)
      expect(wait()).toEqual([600_100, 600_000])
      const exchange = (more: object = {}) =>
        w.r.trail.change(eva, note =>
          w.keeper.exchange(
            note,
            'E-101',
            {
              ...{ at: midnight('2026-10-03') + 10 * HOUR, closing: { total: '2.4' }, opening: { total: '59990' } },
              meter: {
                serial: '7009',
                maker: '',
                model: '',
                accuracy: 1,
                seal: 'S-2',
                digits: 5,
                decimals: 1,
                source: 'em-1/e',
              },
              ...{ witness: '王强', reason: '到期轮换', ...more },
            },
            w.r.time.now,
          ),
        )
      expect(refusal(() => exchange({ closing: {} }))).toBe('exchange-index')
      expect(refusal(() => exchange({ at: w.r.time.now + 1 }))).toBe('exchange-time')
      expect(w.book.here('E-101', w.r.time.now)?.meter).toBe('7001')
      exchange()
      expect(wait()).toEqual([])
      const { days, used } = w.views.life(
        'E-101',
        'total',
        midnight('2026-10-02'),
        midnight('2026-10-05'),
        w.r.time.now,
      )
      expect(days.map(d => d.used)).toEqual(['10.4', '12', '10'])
      expect(used).toBe('32.4')
      expect(days[1]!.segments.map(s => [s.meter, s.opening, s.closing])).toEqual([
        ['7001', '0.4', '2.4'],
        ['7009', '59990.0', '60000.0'],
      ])
    })
    it('a multiplier that changes counts from its moment on', async () => {
      w.r.time.now = midnight('2026-10-04') + 12 * HOUR
      await day('2026-10-05', { 'em-2/e': 120 })
      const n = w.readings.at(midnight('2026-10-04')).find(r => r.point === 'E-102')
      decide(n!.n, { decision: 'replace', index: '110', quality: 'estimated', reason: 'daily-average' })
      const set = (index: string) =>
        w.r.trail.change(eva, note =>
          w.keeper.setMultiplier(
            note,
            'E-102',
            { from: midnight('2026-10-04') + HOUR, multiplier: '40', index: { total: index }, evidence: 'CT 200/5' },
            w.r.time.now,
          ),
        )
      set('112')
      const { days } = w.views.life('E-102', 'total', midnight('2026-10-04'), midnight('2026-10-05'), w.r.time.now)
      // 2 x 20 and 8 x 40, on a reading that was estimated.
      expect(days[0]).toMatchObject({ used: '360', quality: 'estimated' })
      expect(refusal(() => set('113'))).toBe('exchange-time')
    })
    it('what a person reads goes in the place of what is missing', () => {
      const add = (index: string) =>
        w.r.trail.change(eva, note => w.keeper.add(note, 'W-102', 'total', index, midnight('2026-10-04'), '', eva))
      expect(add('13.25')).toMatchObject({ quality: 'manual', validation: 'valid', index: 1325, by: 'eva' })
      expect(refusal(() => add('13.255'))).toBe('reading-index')
      expect(add('9.00')).toMatchObject({ validation: 'uncertain' })
      expect(w.readings.at(midnight('2026-10-04')).filter(r => r.point === 'W-102').length).toBe(1)
    })
  })
})

it('midnights are those of the site, over a change of its clocks as well', () => {
  const shown = (from: string, to: string, where: string) =>
    midnights(Date.parse(from), Date.parse(to), where).map(at => new Date(at).toISOString().slice(5, 16))
  expect(shown('2026-10-30T17:00:00Z', '2026-11-02T00:00:00Z', zone)).toEqual(['10-31T16:00', '11-01T16:00'])
  expect(shown('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z', 'Europe/Berlin')).toEqual(['10-24T22:00', '10-25T23:00'])
  expect(midnights(midnight('2026-10-03'), midnight('2026-10-03') + DAY, zone).length).toBe(1)
})
