import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { writeCsv } from '../../gateway/csv.ts'
import { GOOD } from '../../gateway/history/codes.ts'
import { openReadingKeeper } from '../../gateway/readings/keeper.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { openReadings } from '../../gateway/records/readings.ts'
import { checkSite, type Site } from '../../gateway/site/site.ts'
import { monthSpan } from '../../rules/readings/boundary.ts'
import { records } from '../support/records.ts'

/** The ends of days and months as a site has set them, the meter's own frozen register, and what was walked for a month. */
const HOUR = 3_600_000
const zone = 'Asia/Shanghai'
const at = (wall: string) => Date.parse(`${wall.replace(' ', 'T')}:00+08:00`)
const shown = (ms: number) => new Date(ms + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ')
const eva = { name: 'eva', role: 'engineer' as const }
let w: ReturnType<typeof world>

function world() {
  const r = records()
  const samples = new Map<string, { at: number; value: number }[]>()
  const point = (id: string) => ({ id, key: 'e', name: { 'zh-CN': '电', en: 'e' }, kind: 'number', unit: 'kW.h' })
  const site = {
    ...{ timezone: zone, spaces: new Map(), readings: { time: '00:00', monthDay: 1 } },
    equipment: [{ id: 'em-1', kind: 'electricity-meter', points: [point('em-1/e'), point('em-1/day')] }],
  }
  const failures: unknown[] = []
  const book = openMeterBook(r.db)
  const readings = openReadings(r.db)
  const keeper = openReadingKeeper({
    ...{ trail: r.trail, book, readings, site: () => site as unknown as Site },
    clock: { now: () => r.time.now, every: () => () => {} } as never,
    history: {
      raw: async (points: readonly { id: string }[], start: number, end: number) =>
        points.map(({ id }) => {
          const all = (samples.get(id) ?? []).filter(s => s.at >= start && s.at < end)
          const [times, values, codes] = [all.map(s => s.at), all.map(s => s.value), all.map(() => GOOD)]
          return { ...{ n: all.length, times, values, codes }, demo: [], coarse: [], truncated: false }
        }),
    } as never,
    failed: error => failures.push(error),
  })
  const saw = (id: string, wall: string, value: number) =>
    samples.set(id, [...(samples.get(id) ?? []), { at: at(wall), value }])
  /** The gateway looks at this moment of the site. */
  async function until(wall: string): Promise<void> {
    r.time.now = at(wall)
    keeper.freeze.look()
    await keeper.freeze.done()
    if (failures.length > 0) throw failures[0]
  }
  const ends = () =>
    readings
      .freezes(100)
      .map(f => shown(f.at))
      .toReversed()
  return { r, site, book, readings, keeper, saw, until, ends }
}
const HEAD = ['计量点', '单元', '介质', '表号', '整数位', '小数位', '起码', '安装日期', '点位', '冻结点']
const hang = (...rows: string[][]) =>
  w.r.trail.change(eva, note =>
    w.keeper.lists.write(note, Buffer.from(`\ufeff${writeCsv([HEAD, ...rows])}`), w.r.time.now),
  )

beforeEach(() => {
  w = world()
  w.r.time.now = at('2026-10-20 10:00')
})
afterEach(() => w.r.end())

describe('another end of the day and of the month', () => {
  beforeEach(() => {
    hang(
      ['E-1', '101', '电', '7001', '5', '1', '100', '2026-10-19', 'em-1/e', ''],
      ['W-1', '101', '水', '3001', '5', '2', '0', '2026-10-19', '', ''],
    )
  })
  it('a diary: midnight, then eight in the morning, then 24:00 of the 25th; each day once, each month once', async () => {
    await w.until('2026-10-22 15:00')
    w.site.readings = { time: '08:00', monthDay: 1 }
    // What was set at three in the afternoon counts from the next morning on: the day has 32 hours.
    await w.until('2026-10-25 15:00')
    expect(w.ends().map(e => e.slice(5))).toEqual([
      '10-20 00:00',
      '10-21 00:00',
      '10-22 00:00',
      '10-23 08:00',
      '10-24 08:00',
      '10-25 08:00',
    ])
    await w.until('2026-11-02 15:00')
    w.site.readings = { time: '24:00', monthDay: 25 }
    await w.until('2026-12-27 15:00')
    const days = w.ends()
    // As many ends as days have gone by: 20 October to 27 December.
    expect([days.length, new Set(days).size]).toEqual([69, 69])
    expect([...w.readings.months()].map(([month, end]) => [month, shown(end)])).toEqual([
      ['2026-10', '2026-11-01 08:00'],
      ['2026-11', '2026-11-26 00:00'],
      ['2026-12', '2026-12-26 00:00'],
    ])
    const { from, to } = monthSpan('2026-11', zone, w.site.readings, w.readings.months())
    expect([shown(from), shown(to)]).toEqual(['2026-11-01 08:00', '2026-11-26 00:00'])
    // What a person reads is asked for at the ends of months, and at no other.
    expect(w.readings.of('W-1', 'total', 0, w.r.time.now).map(r => shown(r.at))).toEqual([
      ...['2026-11-01 08:00', '2026-11-26 00:00', '2026-12-26 00:00'],
    ])
  })
  it('months of before this was set were ended by their midnights, and stay so', async () => {
    await w.until('2026-11-05 15:00')
    w.r.db.prepare('DELETE FROM reading_month').run()
    w.site.readings = { time: '24:00', monthDay: 25 }
    await w.until('2026-11-27 15:00')
    expect([...w.readings.months()].map(([month, end]) => [month, shown(end)])).toEqual([
      ['2026-10', '2026-11-01 00:00'],
      ['2026-11', '2026-11-26 00:00'],
    ])
  })
})

it('what site.json says wrongly of it is said in both languages, with what to write', () => {
  const head = { site: { id: 'docs', name: { 'zh-CN': '例', en: 'x' }, timezone: zone } }
  const said = (readings: object) =>
    checkSite(JSON.stringify({ ...head, readings }), drivers, profiles).problems.map(p => [
      p.path,
      p.text.en,
      p.text['zh-CN'],
    ])
  expect(said({ time: '24:00', monthDay: 25 })).toEqual([])
  expect(said({ time: '25:00', monthDay: 32 })).toEqual([
    ['readings.time', expect.stringContaining('hh:mm'), expect.stringContaining('hh:mm')],
    ['readings.monthDay', 'It must be at most 31.', '必须不大于 31。'],
  ])
  expect(said({ hour: 8 }).map(([path]) => path)).toEqual(['readings.hour'])
})

describe('a month that somebody walked', () => {
  beforeEach(() => {
    hang(['W-1', '101', '水', '3001', '5', '2', '0', '2026-10-19', '', ''])
  })
  const read = (wall: string, index: string) => {
    w.r.time.now = Math.max(w.r.time.now, at(wall))
    w.r.trail.change(eva, note => w.keeper.add(note, 'W-1', 'total', index, at(wall), '', eva))
  }
  const end = () => {
    const r = w.readings.of('W-1', 'total', at('2026-11-01 00:00'), at('2026-11-01 00:00'))[0]!
    return [r.index, r.quality, r.measuredAt === null ? null : shown(r.measuredAt)]
  }
  it('the day before it ended: with the time at which it was read', async () => {
    read('2026-10-31 09:00', '7.5')
    await w.until('2026-11-01 02:00')
    expect(end()).toEqual([750, 'manual', '2026-10-31 09:00'])
  })
  it('half an hour after it, before the gateway has looked', async () => {
    read('2026-11-01 00:30', '7.5')
    await w.until('2026-11-01 02:00')
    expect(end()).toEqual([750, 'manual', '2026-11-01 00:30'])
  })
  it('to the minute, before the gateway has looked: it counts, and the others are read all the same', async () => {
    w.r.time.now = at('2026-10-20 11:00')
    hang(['E-1', '101', '电', '7001', '5', '1', '100', '2026-10-19', 'em-1/e', ''])
    w.saw('em-1/e', '2026-10-31 23:58', 150)
    read('2026-11-01 00:00', '7.5')
    await w.until('2026-11-02 02:00')
    expect(end()).toEqual([750, 'manual', '2026-11-01 00:00'])
    expect(w.readings.at(at('2026-11-01 00:00')).map(r => [r.point, r.index])).toEqual([
      ['E-1', 1500],
      ['W-1', 750],
    ])
    expect(w.ends().at(-1)).toBe('2026-11-02 00:00')
  })
  it('a door that was locked does not take away what is known of that moment', async () => {
    read('2026-10-31 09:00', '7.5')
    await w.until('2026-11-01 02:00')
    const at1 = at('2026-11-01 00:00')
    w.r.trail.change(eva, note => w.keeper.addUnread(note, 'W-1', 'total', at1, 'locked', '', eva))
    expect(end()).toEqual([750, 'manual', '2026-10-31 09:00'])
  })
  it('a week before it: that is no reading of its end', async () => {
    read('2026-10-25 09:00', '7.5')
    await w.until('2026-11-01 02:00')
    expect(end()).toEqual([null, 'missing', null])
  })
})

describe('what the meter itself has frozen', () => {
  const kept = (wall: string) => {
    const r = w.readings.of('E-1', 'total', at(wall), at(wall))[0]!
    return [r.index, r.quality, r.reason]
  }
  it('is taken where it can be of that midnight, else what the gateway saw; each says which it is', async () => {
    hang(['E-1', '101', '电', '7001', '5', '1', '100', '2026-10-19', 'em-1/e', 'em-1/day'])
    w.saw('em-1/e', '2026-10-20 23:58', 150)
    w.saw('em-1/day', '2026-10-20 23:58', 120)
    w.saw('em-1/e', '2026-10-21 00:03', 150.8)
    w.saw('em-1/day', '2026-10-21 00:10', 150.4)
    // The next midnight its clock is wrong, and it still shows the day before.
    w.saw('em-1/e', '2026-10-21 23:58', 170)
    w.saw('em-1/e', '2026-10-22 00:03', 170.2)
    w.saw('em-1/day', '2026-10-22 00:10', 150.4)
    await w.until('2026-10-22 15:00')
    expect(kept('2026-10-21 00:00')).toEqual([1504, 'actual', 'own-register'])
    expect(kept('2026-10-22 00:00')).toEqual([1700, 'actual', null])
    const lines = w.r.trail.head()
    hang(['E-1', '101', '电', '7001', '5', '1', '100', '2026-10-19', 'em-1/e', 'em-1/day'])
    expect(w.r.trail.head()).toBe(lines)
  })
  it('a point that the site does not have is said in the list', () => {
    const answer = hang(['E-1', '101', '电', '7001', '5', '1', '100', '2026-10-19', '', 'em-9/day'])
    expect(answer.rows[0]!.problems.map(p => p.code)).toEqual(['source-unknown'])
  })
})
