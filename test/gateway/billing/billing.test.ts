import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { verifyBatch } from '../../../gateway/billing/verify.ts'
import { GatehouseError } from '../../../gateway/core/errors.ts'
import { openBilling } from '../../../gateway/records/billing.ts'
import { openMeterBook } from '../../../gateway/records/meterbook.ts'
import { openReadings } from '../../../gateway/records/readings.ts'
import type { Note } from '../../../gateway/records/trail.ts'
import type { Site } from '../../../gateway/site/site.ts'
import type { Role } from '../../../rules/flow.ts'
import type { Meter } from '../../../rules/readings/book.ts'
import { billingOn } from '../../support/billing.ts'
import { records } from '../../support/records.ts'

const secrets = mkdtempSync(join(tmpdir(), 'gatehouse-billing-'))
afterAll(() => rmSync(secrets, { recursive: true, force: true }))
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`)
const [OCT, NOV, MID, DEC] = ['2026-10-01', '2026-11-01', '2026-11-16', '2026-12-01'].map(midnight) as [
  number,
  number,
  number,
  number,
]
const by = (name: string, role: Role) => ({ name, role })
const [eva, bo, mo] = [by('eva', 'engineer'), by('bo', 'billing'), by('mo', 'manager')]
const site = {
  ...{ id: 'demo', name: { 'zh-CN': '示范', en: 'Demo' }, timezone: 'Asia/Shanghai' },
  tariffs: [
    {
      ...{ id: 't', kind: 'electricity', use: 'shop', unit: 'kW.h', currency: 'CNY' },
      prices: [
        { from: '2026-01-01', price: '0.5' },
        { from: '2026-11-16', price: '0.6' },
      ],
    },
    {
      id: 'w',
      kind: 'electricity',
      use: 'works',
      unit: 'kW.h',
      currency: 'CNY',
      prices: [{ from: '2026-01-01', periods: [{ period: 'peak', price: '1', spans: [] }] }],
    },
  ],
} as unknown as Site

const meter = (serial: string): Meter => ({
  ...{ serial, medium: 'electricity', maker: '', model: '', accuracy: 1, seal: '' },
  registers: [{ code: 'total', digits: 6, decimals: 1, unit: 'kW.h', maxPerHour: 1_000, source: null }],
})
/** Two shops and a decoration site, read at three midnights. */
function world() {
  const r = records()
  r.time.now = DEC + 3 * 3_600_000
  const open = (from: typeof r) => {
    const [meterBook, readings, billingRecords] = [openMeterBook(from.db), openReadings(from.db), openBilling(from.db)]
    const parts = billingOn(from, {
      ...{ secrets, meterBook, readings, billingRecords, site: () => site },
      clock: { now: () => from.time.now, every: () => () => {} } as never,
    })
    return { ...parts, meterBook, readings, r: from }
  }
  const w = open(r)
  r.trail.change(eva, note => {
    for (const [id, use] of [
      ['S1', 'shop'],
      ['S2', 'shop'],
      ['C1', 'works'],
    ] as const) {
      w.meterBook.put(note, {
        id,
        unit: `门 ${id}`,
        medium: 'electricity',
        parent: null,
        role: 'main',
        use,
        closed: false,
      })
      w.meterBook.install(
        note,
        meter(`m-${id}`),
        { point: id, meter: `m-${id}`, from: OCT, opening: { total: 0 } },
        1_000_000,
      )
    }
  })
  const saw = (at: number, all: Readonly<Record<string, number>>) =>
    r.trail.change(eva, note => {
      for (const [point, index] of Object.entries(all))
        w.readings.add(
          note,
          {
            ...{ point, meter: `m-${point}`, register: 'total', at, index, quality: 'manual', reason: null },
            ...{ validation: 'valid', finding: null, measuredAt: at, demo: false },
          },
          'eva',
          '',
        )
    })
  saw(NOV, { S1: 1_000, S2: 2_000, C1: 30 })
  saw(MID, { S1: 1_400 })
  saw(DEC, { S1: 1_905, S2: 2_500 })
  return { ...w, saw, again: () => open(r.again()) }
}
type World = ReturnType<typeof world>
/** What came of it: the phase it is in, or the code of the refusal. */
function does(w: Pick<World, 'r'>, make: (note: Note) => { readonly phase: string }): string {
  try {
    return w.r.trail.change(eva, make).phase
  } catch (error) {
    if (error instanceof GatehouseError) return error.code
    throw error
  }
}
const N = 'demo-2026-11-all-v1'
function issued(w: World): void {
  expect(does(w, note => w.desk.prepare(note, '2026-11', 'all', eva))).toBe('draft')
  expect(does(w, note => w.desk.waive(note, N, 'C1/total', eva, '门锁'))).toBe('draft')
  expect(does(w, note => w.desk.approve(note, N, w.desk.preview(N).seen, mo))).toBe('issued')
}
const lines = (w: Pick<World, 'desk'>, name = N) =>
  w.desk.sealed(name).batch.rows.map(r => [r.line, r.consumption, r.price, r.amount, r.was, r.difference])

describe('a month is billed', () => {
  it('as a diary', () => {
    const w = world()
    const says = (make: (note: Note) => { readonly phase: string }) => does(w, make)
    expect(says(note => w.desk.prepare(note, '2026-12', 'all', eva))).toBe('batch-too-early')
    expect(says(note => w.desk.prepare(note, '2026-13', 'all', eva))).toBe('invalid-input')
    expect(says(note => w.desk.prepare(note, '2026-11', 'nobody', eva))).toBe('not-found')
    expect(says(note => w.desk.prepare(note, '2026-11', 'all', eva))).toBe('draft')
    expect(says(note => w.desk.prepare(note, '2026-11', 'all', bo))).toBe('batch-exists')
    const first = w.desk.preview(N)
    expect(first.open.map(u => [u.id, u.blocked.map(b => b.code)])).toEqual([['C1/total', ['missing-reading']]])
    expect(says(note => w.desk.approve(note, N, first.seen, mo))).toBe('batch-open')
    expect(says(note => w.desk.waive(note, N, 'S1/total', eva, 'x'))).toBe('not-found')
    expect(says(note => w.desk.waive(note, N, 'C1/total', eva, '门锁'))).toBe('draft')
    const { seen } = w.desk.preview(N)
    expect(says(note => w.desk.approve(note, N, seen, { ...eva, role: 'manager' }))).toBe('batch-own')
    expect(says(note => w.desk.approve(note, N, seen, bo))).toBe('not-your-role')
    // What came in since he looked is approved by nobody.
    w.saw(DEC, { S2: 2_600 })
    expect(says(note => w.desk.approve(note, N, seen, mo))).toBe('batch-changed')
    expect(says(note => w.desk.approve(note, N, w.desk.preview(N).seen, mo))).toBe('issued')
    expect(says(note => w.desk.approve(note, N, seen, mo))).toBe('batch-no-such-move')
    expect(says(note => w.desk.waive(note, N, 'S1/total', eva, 'x'))).toBe('batch-no-such-move')
    expect(lines(w)).toEqual([
      ['S1/total/1', '40', '0.5', '20.00', '', ''],
      ['S1/total/2', '50.5', '0.6', '30.30', '', ''],
      // The price changed at a moment that nobody read: the line is whole, its amount open.
      ['S2/total', '60', '', '', '', ''],
    ])
    expect(w.desk.sealed(N).batch.waived).toEqual([{ line: 'C1/total', unit: '门 C1', by: 'eva', reason: '门锁' }])
  })

  it('its files are good, the same bytes each time, and after a restart', async () => {
    const w = world()
    issued(w)
    const kinds = ['csv', 'xlsx', 'json'] as const
    const first = await Promise.all(kinds.map(format => w.file(N, format)))
    for (const bytes of first) expect(verifyBatch(bytes, w.publicKey)).toMatchObject({ faults: [], keyKnown: true })
    w.saw(DEC, { S2: 2_700 })
    for (const [i, format] of kinds.entries()) expect((await w.file(N, format)).equals(first[i]!)).toBe(true)
    const next = w.again()
    for (const [i, format] of kinds.entries()) expect((await next.file(N, format)).equals(first[i]!)).toBe(true)
    expect(next.publicKey).toBe(w.publicKey)
  })
  it('of readings that were made up for the demo says so', () => {
    const w = world()
    w.r.trail.change(eva, note => w.desk.prepare(note, '2026-11', 'all', eva))
    expect(w.desk.preview(N).batch.head.kind).toBe('first')
    const { point, meter, register, at, index, quality } = w.readings.at(DEC).find(r => r.point === 'S1')!
    const made = { reason: null, validation: 'valid', finding: null, measuredAt: at, demo: true } as const
    w.r.trail.change(eva, note =>
      w.readings.add(note, { point, meter, register, at, index, quality, ...made }, 'eva', ''),
    )
    expect(w.desk.preview(N).batch.head.kind).toBe('demo first')
  })
  it('a draft has no file', async () => {
    const w = world()
    w.r.trail.change(eva, note => w.desk.prepare(note, '2026-11', 'all', eva))
    await expect(w.file(N, 'csv')).rejects.toMatchObject({ code: 'batch-draft' })
  })
})

describe('what billing answers', () => {
  it('is matched line by line: what differs leaves it issued, all the same accepts it', () => {
    const w = world()
    issued(w)
    const all = w.desk.sealed(N).batch.rows.map(r => ({ line: r.line, consumption: r.consumption }))
    expect(does(w, note => w.desk.acknowledge(note, N, all.slice(1), mo))).toBe('not-your-role')
    expect(does(w, note => w.desk.acknowledge(note, N, all.slice(1), bo))).toBe('issued')
    expect(w.billing.get(N).answer?.matched).toMatchObject({ same: 2, missing: ['S1/total/1'] })
    expect(does(w, note => w.desk.acknowledge(note, N, all, bo))).toBe('accepted')
    expect(does(w, note => w.desk.acknowledge(note, N, all, bo))).toBe('batch-no-such-move')
  })
})

describe('a correction', () => {
  it('holds only what is different, says why, and takes the place of what it corrects', () => {
    const w = world()
    issued(w)
    const v2 = 'demo-2026-11-all-v2'
    expect(does(w, note => w.desk.correct(note, N, bo, 'S2 读错', {}))).toBe('batch-nothing-new')
    // Refused, so nothing of it stayed.
    expect(w.billing.find(v2)).toBeUndefined()
    w.saw(DEC, { S2: 2_450 })
    expect(does(w, note => w.desk.correct(note, N, bo, 'S2 读错', {}))).toBe('draft')
    expect(does(w, note => w.desk.correct(note, N, bo, 'again', {}))).toBe('batch-exists')
    expect(w.desk.preview(v2).batch.head).toMatchObject({ kind: 'correction', supersedes: N, sequence: '2' })
    w.r.trail.change(eva, note => w.desk.waive(note, v2, 'C1/total', eva, '门锁'))
    expect(does(w, note => w.desk.approve(note, v2, w.desk.preview(v2).seen, mo))).toBe('issued')
    expect(lines(w, v2)).toEqual([['S2/total', '45', '', '', '50', '-5']])
    expect(w.billing.get(N).phase).toBe('corrected')
    expect(w.desk.sealed(v2).batch.head.before).toBe(w.desk.sealed(N).seal.sha256)
    expect(does(w, note => w.desk.correct(note, N, bo, 'x', {}))).toBe('batch-no-such-move')
    expect(does(w, note => w.desk.correct(note, v2, bo, 'x', {}))).toBe('batch-nothing-new')
  })
})

it('a change that is taken back leaves no batch, no number, and nothing on the trail', () => {
  const w = world()
  w.r.trail.change(eva, note => w.desk.prepare(note, '2026-11', 'shops', eva))
  const name = 'demo-2026-11-shops-v1'
  const { seen } = w.desk.preview(name)
  expect(() =>
    w.r.trail.change(mo, note => {
      w.desk.approve(note, name, seen, mo)
      throw new Error('the disk is full')
    }),
  ).toThrow('the disk is full')
  expect(w.billing.get(name).phase).toBe('draft')
  expect(w.billing.lastIssued()).toBeUndefined()
  expect(does(w, note => w.desk.approve(note, name, seen, mo))).toBe('issued')
})
