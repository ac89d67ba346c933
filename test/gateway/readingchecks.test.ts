import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Sample } from '../../drivers/point.ts'
import { GatehouseError } from '../../gateway/core/errors.ts'
import { GATEWAY } from '../../gateway/core/events.ts'
import { readingSettingsOf } from '../../gateway/readings/schema.ts'
import { openReadingParts } from '../../gateway/readings/wiring.ts'
import { openBilling } from '../../gateway/records/billing.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { type NewReading, openReadings } from '../../gateway/records/readings.ts'
import { workorders } from '../../gateway/records/workorders.ts'
import { balancePoint } from '../../rules/readings/alarm.ts'
import type { MeterMedium, RegisterCode } from '../../rules/readings/book.ts'
import { records } from '../support/records.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Midnight in Shanghai, of day `d` of October 2026: 32 is the first of November. */
const oct = (d: number) => Date.parse('2026-10-01T00:00:00+08:00') + (d - 1) * DAY
/** The month that ends with this midnight; null: none. */
const monthEnded = (at: number): string | null => {
  const day = new Date(at + 8 * HOUR).toISOString().slice(0, 10)
  return day.endsWith('-01') ? new Date(at - DAY).toISOString().slice(0, 7) : null
}
const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const eva = { name: 'eva', role: 'engineer' as const }
const max = { name: 'max', role: 'manager' as const }

/** Meters of a corridor whose readings the test writes. Two decimals, a meter a day of ten units as a rule. */
function world() {
  const r = records()
  const [book, readings, billing] = [openMeterBook(r.db), openReadings(r.db), openBilling(r.db)]
  const told: Sample[] = []
  const watched = new Set<string>()
  const failures: unknown[] = []
  /** kW and rise of each hour, by point. */
  const hours = new Map<string, { rise: number[]; mean?: number[] }>()
  const settings: { raw: Parameters<typeof readingSettingsOf>[0] } = { raw: null }
  const orders = workorders(r.db, () => '20261101')
  const point = (id: string, key: string, unit: string) => ({ id, key, unit, name: both(id, id), kind: 'number' })
  const site = () => ({
    timezone: 'Asia/Shanghai',
    spaces: new Map(
      [
        { id: 'f1', kind: 'floor', name: both('一层', 'Floor 1') },
        { id: 's1', kind: 'unit', parent: 'f1', name: both('101 商铺', 'Shop 101'), use: 'shop' },
        { id: 's9', kind: 'unit', parent: 'f1', name: both('109 商铺', 'Shop 109'), use: 'shop', state: 'vacant' },
      ].map(s => [s.id, s]),
    ),
    equipment: [
      {
        id: 'em',
        kind: 'electricity-meter',
        points: [point('em/energy-import', 'energy-import', 'kW.h'), point('em/power', 'power', 'kW')],
      },
      { id: 'wm', kind: 'water-meter', points: [point('wm/volume', 'volume', 'm3')] },
    ],
    readingChecks: readingSettingsOf(settings.raw),
  })
  const parts = openReadingParts({
    clock: { now: () => r.time.now, every: () => () => {} } as never,
    log: { error: (detail: unknown) => failures.push(detail) } as never,
    history: {
      steps: async (points: readonly { id: string }[], edges: Float64Array) =>
        points.map(({ id }) => {
          const of = hours.get(id)
          const n = edges.length - 1
          return {
            goodMs: new Float64Array(n).fill(of ? HOUR : 0),
            rise: Float64Array.from({ length: n }, (_, i) => of?.rise[i] ?? 0),
            mean: Float64Array.from({ length: n }, (_, i) => of?.mean?.[i] ?? 0),
          }
        }),
    } as never,
    kept: {
      ...{ db: r.db, trail: r.trail, meterBook: book, readings, billingRecords: billing, workorders: orders },
      registers: { list: () => [] } as never,
    },
    plant: () =>
      ({
        site: site(),
        alarms: {
          watch: (ids: string[]) => void ids.map(id => watched.add(id)),
          samples: (s: Sample[]) => told.push(...s),
        },
      }) as never,
  })
  const hang = (
    id: string,
    more: {
      unit?: string
      medium?: MeterMedium
      parent?: string
      role?: 'main' | 'sub'
      source?: string
      codes?: RegisterCode[]
      multiplier?: number
      from?: number
    } = {},
  ) => {
    const { medium = 'electricity', codes = ['total'], source = `x/${id}` } = more
    r.trail.change(GATEWAY, note => {
      book.put(note, {
        ...{ id, unit: more.unit ?? id, medium, parent: more.parent ?? null, role: more.role ?? 'sub', use: 'shop' },
        closed: false,
      })
      const registers = codes.map(code => ({
        ...{ code, digits: 6, decimals: 2, unit: medium === 'electricity' ? 'kW.h' : 'm3', maxPerHour: 10_000 },
        source: code === 'total' ? (source as never) : null,
      }))
      book.install(
        note,
        { serial: `M-${id}`, medium, maker: '', model: '', accuracy: 1, seal: '', registers },
        {
          point: id,
          meter: `M-${id}`,
          from: more.from ?? oct(-60),
          opening: Object.fromEntries(codes.map(c => [c, 0])),
        },
        (more.multiplier ?? 1) * 1_000_000,
      )
    })
  }
  const reading = (of: string, at: number, index: number | null, more: Partial<NewReading> = {}): NewReading => {
    const [id, register = 'total'] = of.split('/') as [string, RegisterCode?]
    return {
      ...{ point: id, meter: `M-${id}`, register, at, index, quality: index === null ? 'missing' : 'actual' },
      ...{
        reason: null,
        validation: index === null ? 'uncertain' : 'valid',
        finding: null,
        measuredAt: at,
        demo: false,
      },
      ...more,
    }
  }
  const at: Record<string, number> = {}
  return {
    ...{ r, book, readings, billing, parts, told, watched, failures, hours, settings, hang, reading, orders, at },
    /** A day ends: each meter has gone on by so many steps; null: it was not read. */
    day(d: number, rises: Record<string, number | null | NewReading>) {
      const made = Object.entries(rises).map(([of, rise]) => {
        if (typeof rise === 'object' && rise !== null) return rise
        if (rise !== null) at[of] = (at[of] ?? 0) + rise
        return reading(of, oct(d), rise === null ? null : at[of]!)
      })
      r.time.now = oct(d) + 90 * 60_000
      r.trail.change(GATEWAY, note => readings.freeze(note, oct(d), made, r.time.now, monthEnded(oct(d))))
    },
    async look() {
      parts.checks.look()
      await parts.checks.done()
      expect(failures).toEqual([])
    },
    open: () =>
      parts.desk.queue.list().items.map(e => `${e.point} ${e.check} ${e.period}${e.state === 'field' ? ' field' : ''}`),
  }
}
let w: ReturnType<typeof world>
const ends: (() => void)[] = []
beforeEach(() => {
  w = world()
  ends.push(w.r.end)
})
afterAll(() => {
  for (const end of ends) end()
})
const code = (work: () => unknown): string => {
  try {
    work()
    return 'done'
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    return error.code
  }
}
/** Each day of a span, the same. */
const days = (from: number, to: number, rises: Record<string, number | null>) => {
  for (let d = from; d <= to; d++) w.day(d, rises)
}
const found = () => w.r.told.filter(e => e.kind === 'reading-exception').map(e => e.action)

describe('each day and month that was read is looked at', () => {
  it('as usual: nothing; a day of three times as much: its numbers, and a month like it holds its line back', async () => {
    w.hang('a')
    days(1, 30, { a: 1000 })
    await w.look()
    expect(w.open()).toEqual([])
    w.day(31, { a: 3200 })
    await w.look()
    expect(w.open()).toEqual(['a high day'])
    const [e] = w.parts.desk.queue.list().items
    expect(e!.text).toEqual({
      'zh-CN': '1 天用 32 kWh，平时 3 至 25 kWh，为平时的 3.2 倍。',
      en: 'Used 32 kWh in 1 day, usual 3 to 25 kWh: 3.2 times as much as usual.',
    })
    // A feast is no reason not to bill.
    expect(e!.blocks).toBe(false)
    const lines = w.r.trail.head()
    await w.look()
    expect(w.r.trail.head()).toBe(lines)
    days(32, 61, { a: 1000 })
    days(62, 92, { a: 3000 })
    await w.look()
    // October had no September to compare with; December is three times November.
    expect(w.open().filter(x => x.endsWith('month'))).toEqual([])
    days(93, 93, { a: 3000 })
    await w.look()
    expect(w.open().filter(x => x.endsWith('month'))).toEqual(['a high month'])
    expect([...w.parts.desk.queue.blocking(oct(62), oct(93)).keys()]).toEqual(['a/total'])
    expect([...w.parts.desk.queue.blocking(oct(32), oct(62)).keys()]).toEqual([])
  })
  it('a month in which the meter was hung up says nothing of what is usual', async () => {
    w.hang('a', { from: oct(24) })
    days(25, 62, { a: 1000 })
    await w.look()
    expect(w.open()).toEqual([])
  })
  it('tariff registers that do not add up: one exception that goes on, and is not asked again once it was accepted', async () => {
    w.hang('a', { codes: ['total', 'peak', 'valley'] })
    days(1, 3, { a: 1000, 'a/peak': 600, 'a/valley': 398 })
    await w.look()
    expect(w.open()).toEqual([])
    days(4, 6, { a: 1000, 'a/peak': 600, 'a/valley': 300 })
    await w.look()
    expect(w.open()).toEqual(['a sum-check day'])
    const [e] = w.parts.desk.queue.list().items
    expect([e!.at, e!.blocks]).toEqual([new Date(oct(6)).toISOString(), true])
    expect(e!.text.en).toBe('Tariff registers add up to 9 kWh, the total says 10 kWh: 1 kWh apart (allowed: 0.05 kWh).')
    w.parts.desk.queue.act(e!.n, 'accept', 'the clock of the meter', eva)
    expect(code(() => w.parts.desk.queue.act(e!.n, 'accept', 'again', eva))).toBe('exception-decided')
    days(7, 9, { a: 1000, 'a/peak': 600, 'a/valley': 300 })
    await w.look()
    expect(w.open()).toEqual([])
    const last = w.r.told.findLast(entry => entry.kind === 'reading-exception')!
    expect([last.actor, last.action, last.data]).toEqual([
      'eva',
      'accepted',
      expect.objectContaining({ rule: 'sum-check', note: 'the clock of the meter' }),
    ])
  })
  it('nothing counted where somebody lives, until it counts again; a vacant unit may stand still', async () => {
    w.hang('a')
    w.hang('v', { unit: 's9' })
    days(1, 9, { a: 0, v: 0 })
    await w.look()
    expect(w.open()).toEqual(['a zero-use day'])
    w.day(10, { a: 5, v: 0 })
    await w.look()
    expect(w.open()).toEqual([])
    expect(found()).toEqual(['found', 'gone'])
  })
  it('a vacant unit that uses water at night, a main that never rests, a CT that is entered wrongly', async () => {
    w.hang('v', { unit: 's9', medium: 'water', source: 'wm/volume' })
    w.hang('m', { medium: 'water', role: 'main', source: 'wm/volume' })
    w.hang('e', { source: 'em/energy-import', multiplier: 80 })
    w.hours.set('wm/volume', { rise: Array(24).fill(0.2) })
    w.hours.set('em/energy-import', { rise: Array(24).fill(1) })
    w.hours.set('em/power', { rise: [], mean: Array(24).fill(100) })
    days(1, 2, { v: 480, m: 480, e: 2400 })
    await w.look()
    expect(w.open().toSorted()).toEqual(['e power-check day', 'm night-flow day', 'v vacant-use day'])
    const text = w.parts.desk.queue.list().items.find(e => e.check === 'power-check')!.text
    expect(text.en).toBe(
      '1920 kWh by the multiplier, 2400 kWh by the measured power: 20 % apart (allowed: 3 %). Check the multiplier.',
    )
  })
  it('limits and checks that the site has said otherwise', async () => {
    w.settings.raw = { limits: { highPercent: 400 }, off: ['low'], balance: {}, balanceOf: {} }
    w.hang('a')
    w.hang('b')
    days(1, 30, { a: 1000, b: 1000 })
    w.day(31, { a: 3200, b: 10 })
    await w.look()
    expect(w.open()).toEqual([])
  })
  it('two neighbours in the wrong lines of a round', async () => {
    w.hang('a', { unit: 's1' })
    w.hang('b', { unit: 's9' })
    days(1, 3, { a: 1000, b: 1000 })
    const [a, b] = [w.reading('a', oct(4), 5_004_000), w.reading('b', oct(4), 4000)]
    const waits = { validation: 'uncertain', quality: 'manual' } as const
    w.r.trail.change(GATEWAY, note => {
      // b is an old meter.
      w.readings.freeze(note, oct(4) - HOUR, [w.reading('b', oct(4) - HOUR, 5_003_900)], oct(4))
    })
    w.r.time.now = oct(4) + 2 * HOUR
    w.r.trail.change(GATEWAY, note =>
      w.readings.freeze(
        note,
        oct(4),
        [
          { ...a, ...waits, finding: 'too-much' },
          { ...b, ...waits, finding: 'negative' },
        ],
        oct(4),
      ),
    )
    await w.look()
    expect(w.open()).toEqual(['a swapped day', 'b swapped day'])
    expect(w.parts.desk.queue.list().items[0]!.text.en).toContain('With the reading of b')
  })
})

describe('what a person makes of it', () => {
  it('somebody is sent: one order with what to read, however often', async () => {
    w.hang('a', { unit: 's1', source: 'em/energy-import' })
    days(1, 9, { a: 0 })
    await w.look()
    const [e] = w.parts.desk.queue.list().items
    const sent = w.parts.desk.queue.act(e!.n, 'field', 'please look', eva)
    expect(w.open()).toEqual(['a zero-use day field'])
    const order = w.orders.get(sent.workorder!)!
    expect(order).toMatchObject({ equipment: 'em', space: 's1', class: 'general', crew: 'electrical' })
    expect(order.text.en).toBe(
      'Look at the meter: Shop 101, meter M-a. In use, and nothing counted for 8 days (limit: 7).',
    )
    expect(order.items.map(i => i.id)).toEqual(['index', 'plate', 'multiplier', 'seal'])
    w.parts.desk.queue.act(e!.n, 'field', 'once more', eva)
    expect(w.orders.openCount()).toBe(1)
  })
  it('a missing reading is estimated from the weekdays, says so, and goes back when the meter shows less', async () => {
    w.hang('a')
    days(1, 30, { a: 1000 })
    w.day(31, { a: null })
    await w.look()
    const missing = w.readings.at(oct(31))[0]!
    expect(w.parts.keeper.estimates.proposal(missing)).toEqual({ index: '310.00', reason: 'same-weekdays' })
    const made = w.parts.desk.queue.estimate(missing.n, 'the radio was broken', eva)
    expect(made).toMatchObject({ index: 31_000, quality: 'estimated', reason: 'same-weekdays', by: 'eva' })
    // Both are kept.
    expect(w.readings.versions('a', 'total', oct(31)).map(r => [r.index, r.quality])).toEqual([
      [null, 'missing'],
      [31_000, 'estimated'],
    ])
    expect(code(() => w.parts.desk.queue.estimate(missing.n, 'again', eva))).toBe('reading-decided')
    w.r.time.now = oct(32) + HOUR
    const read = w.r.trail.change(eva, note =>
      w.parts.keeper.add(note, 'a', 'total', '304', oct(32), 'on the spot', eva),
    )
    expect(read.validation).toBe('valid')
    expect(w.readings.versions('a', 'total', oct(31)).map(r => [r.index, r.reason])).toEqual([
      [null, null],
      [31_000, 'same-weekdays'],
      [30_200, 'trued-up'],
    ])
    const life = w.parts.views.life('a', 'total', oct(30), oct(32), w.r.time.now)
    expect(life.days.map(d => [d.used, d.quality])).toEqual([
      ['2', 'estimated'],
      ['2', 'estimated'],
    ])
  })
  it('estimates nothing where nothing is known', () => {
    w.hang('a')
    w.day(1, { a: null })
    expect(code(() => w.parts.desk.queue.estimate(w.readings.at(oct(1))[0]!.n, 'x', eva))).toBe('no-estimate')
    expect(w.readings.at(oct(1))[0]!.index).toBeNull()
  })
  it('the third month that is estimated sends somebody by itself', async () => {
    w.hang('a')
    days(-25, 0, { a: 1000 })
    w.day(1, { a: null })
    w.day(32, { a: null })
    w.day(62, { a: null })
    for (const [i, d] of [1, 32, 62].entries()) {
      w.parts.desk.queue.estimate(w.readings.at(oct(d))[0]!.n, 'nobody at home', eva)
      await w.look()
      expect([i, w.open().filter(x => x.includes('estimated-long'))]).toEqual([
        i,
        i < 2 ? [] : ['a estimated-long month field'],
      ])
    }
    expect(w.orders.openCount()).toBe(1)
  })
})

describe('a main meter and those behind it', () => {
  const state = () => {
    const last = w.told.findLast(s => s.point === balancePoint('main'))
    return last?.quality === 'good' ? last.value : (last?.quality ?? null)
  }
  beforeEach(() => {
    w.hang('main', { unit: 's1', role: 'main' })
    w.hang('a', { parent: 'main' })
    w.hang('b', { parent: 'main' })
  })
  it('within the limit, outside it with where to look first, and not known is no number', async () => {
    days(1, 30, { main: 2040, a: 1000, b: 1000 })
    await w.look()
    expect([state(), [...w.watched]]).toEqual([false, ['gatehouse.meters/main']])
    days(31, 37, { main: 2040, a: 400, b: 1000 })
    await w.look()
    expect(state()).toBe(true)
    expect(w.parts.balance.said(balancePoint('main'))).toEqual({
      text: {
        'zh-CN':
          '总表 main：7 天进 142.8 kWh，分表合计 98 kWh，相差 31.37%（限值 3%）；先查 a：只计到 28 kWh，平时 70 kWh',
        en: 'main: 142.8 kWh in 7 days, 98 kWh behind it, 31.37 % apart (limit 3 %); look first at a: counted only 28 kWh, usual 70 kWh',
      },
      space: 's1',
    })
    w.day(38, { main: 2040, a: null, b: 1000 })
    await w.look()
    expect(state()).toBe('bad')
    const { items } = w.parts.views.balances(oct(31), oct(38))
    expect(items.map(b => [b.state, b.lost, b.wanting])).toEqual([['unknown', null, ['a']]])
  })
  it('a limit of its own', async () => {
    w.settings.raw = { limits: {}, off: [], balance: { electricity: 1 }, balanceOf: { main: 40 } }
    days(1, 8, { main: 2040, a: 1000, b: 300 })
    await w.look()
    expect(state()).toBe(false)
  })
})

describe('another multiplier', () => {
  const asked = (d: number) => ({ from: oct(d), multiplier: '100', index: { total: '90.00' }, evidence: 'CT 500/5' })
  const ask = (d: number, by = eva) =>
    w.r.trail.change(by, note => w.parts.desk.multipliers.ask(note, 'a', asked(d), by.name, w.r.time.now))
  const approve = (n: number, by: typeof eva | typeof max) =>
    w.r.trail.change(by, note => w.parts.desk.multipliers.approve(note, n, by.name, '', w.r.time.now))
  const factors = () => w.book.book().multipliers.map(m => m.micro / 1_000_000)
  beforeEach(() => {
    w.hang('a', { multiplier: 80 })
    w.r.time.now = oct(40)
  })
  it('counts when another person has approved it, and not before', () => {
    const { n, state, index } = ask(33)
    expect([state, index, factors()]).toEqual(['asked', { total: '90.00' }, [80]])
    expect(code(() => approve(n, eva))).toBe('multiplier-own')
    expect(factors()).toEqual([80])
    expect(approve(n, max)).toMatchObject({ state: 'approved', askedBy: 'eva', decidedBy: 'max' })
    expect(factors()).toEqual([80, 100])
    expect(code(() => approve(n, max))).toBe('multiplier-decided')
  })
  it('never inside a month that was billed, also when that was billed only since', () => {
    const early = ask(20)
    w.r.trail.change(max, note =>
      w.billing.put(
        note,
        {
          ...{ name: 'b', period: '2026-10', group: 'shops', version: 1, phase: 'issued', preparedBy: 'x' },
          ...{ preparedAt: oct(33), why: '', reasons: {}, waived: [], answer: null },
          issued: {
            ...{ sequence: 1, by: 'y', at: oct(33), lines: 1, totals: [] },
            sha256: '',
            signature: '',
            key: '',
          },
        },
        'issued',
      ),
    )
    expect(code(() => ask(31))).toBe('multiplier-issued')
    expect(code(() => approve(early.n, max))).toBe('multiplier-issued')
    expect(factors()).toEqual([80])
    expect(w.parts.desk.multipliers.of('a').items.map(a => a.state)).toEqual(['asked'])
    expect(code(() => ask(32))).toBe('done')
  })
})

describe('day by day, for a tenant who asks', () => {
  it('has each day with its quality beside the week, month and year before; a sum with a day missing is none', () => {
    w.hang('a', { unit: 's1' })
    days(1, 38, { a: 1000 })
    days(39, 44, { a: 1500 })
    w.day(45, { a: null })
    const week = w.parts.desk.dailyUse('a', 'total', '2026-11-06', '2026-11-12')
    expect(week.days.map(d => [d.day, d.used, d.weekBefore, d.monthBefore, d.yearBefore])).toEqual([
      ['2026-11-06', '10', '10', '10', null],
      ...[7, 8, 9, 10, 11, 12].map(d => [`2026-11-${String(d).padStart(2, '0')}`, '15', '10', '10', null]),
    ])
    expect([week.used, week.week, week.month, week.year]).toEqual([
      '100',
      { used: '70', percent: 42.9 },
      { used: '70', percent: 42.9 },
      { used: null, percent: null },
    ])
    const gap = w.parts.desk.dailyUse('a', 'total', null, '2026-11-13')
    expect([gap.from, gap.used, gap.known]).toEqual(['2026-11-07', null, 6])
    expect(gap.days.at(-1)).toMatchObject({ used: null, quality: 'missing' })
    expect(gap.days.at(-1)!.reasons[0]!.en).toBe('no reading at the boundary')
    const rows = w.parts.desk.dailyRows(gap, 'en')
    expect(rows.at(-1)!.slice(0, 8)).toEqual([
      ...['2026-11-13', 'Shop 101', 'a', 'electricity', '', 'kW.h', 'missing', 'no reading at the boundary'],
    ])
    expect(code(() => w.parts.desk.dailyUse('a', 'total', '2026-13-01', null))).toBe('invalid-input')
  })
})
