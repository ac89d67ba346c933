import { afterEach, describe, expect, it } from 'vitest'
import { batchDuty } from '../../../gateway/billing/duty.ts'
import { billedSite, eva, mo } from '../../support/billing.ts'

const closing: (() => unknown)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})
const works = { group: 'works', day: 15, quarterEndDay: null, time: '08:00' } as const
const all = { group: 'all', day: 25, quarterEndDay: 4, time: '08:00' } as const
const homes = { group: 'homes', day: 1, quarterEndDay: null, time: '00:00' } as const
type W = ReturnType<typeof billedSite>
const at = (w: W, wall: string) => {
  w.clock.jump(Date.parse(`${wall}:00+08:00`) - w.clock.now())
  w.r.time.now = w.clock.now()
  w.calendar.look()
}
const batches = (w: W) =>
  w.billing
    .list(100)
    .map(b => `${b.name} ${b.phase} ${b.preparedBy}`)
    .sort()
const scheduled = (w: W) =>
  w.r.trail.after(0, 10_000).filter(e => e.kind === 'billing-batch' && e.action === 'scheduled')

describe('the calendar prepares batches', () => {
  it('as a diary: on its day, once, with what blocks it, and never approves', async () => {
    let w = billedSite({ schedules: [works, homes] }, { start: '2026-11-10T12:00:00+08:00' })
    w.calendar.look()
    at(w, '2026-11-15T07:59')
    expect(batches(w)).toEqual([])
    at(w, '2026-11-15T08:00')
    expect(batches(w)).toEqual(['plaza-2026-10-works-v1 draft gateway'])
    // Two starts, a clock that goes back and comes again.
    w.calendar.look()
    at(w, '2026-11-14T12:00')
    at(w, '2026-11-15T09:00')
    w = await w.again()
    w.calendar.look()
    expect([batches(w).length, scheduled(w).length]).toEqual([1, 1])
    expect(scheduled(w)[0]!.data).toEqual({
      period: '2026-10',
      group: 'works',
      lines: 1,
      open: 0,
      lateMin: 0,
      blocked: [],
    })
    // A person gives it up: it is not made again behind his back.
    w.change(eva, note => w.desk.withdraw(note, 'plaza-2026-10-works-v1', eva))
    at(w, '2026-11-16T00:00')
    expect(batches(w)).toEqual(['plaza-2026-10-works-v1 withdrawn gateway'])
    // Off over the next one, whose last reading is missing: prepared late, and it says what blocks it.
    w = await w.again('2027-01-20T10:00:00+08:00')
    closing.push(() => w.r.end())
    w.calendar.look()
    expect(batches(w)).toEqual([
      'plaza-2026-10-works-v1 withdrawn gateway',
      'plaza-2026-11-works-v1 draft gateway',
      'plaza-2026-12-works-v1 draft gateway',
    ])
    const late = scheduled(w).at(-1)!
    expect(late.data).toMatchObject({ lines: 0, open: 1, lateMin: 5 * 1440 + 120 })
    expect(late.data.blocked).toEqual([{ line: 'C1/total', unit: '门 C1', why: 'missing-reading' }])
    expect(w.failures).toEqual([])
  })

  it('waits for the readings of the last midnight, but not for ever', () => {
    const w = billedSite({ schedules: [{ ...works, day: 1, time: '00:30' }] }, { start: '2026-12-20T00:00:00+08:00' })
    closing.push(() => w.r.end())
    w.calendar.look()
    at(w, '2027-01-01T00:30')
    expect(batches(w)).toEqual([])
    at(w, '2027-01-01T06:29')
    expect(batches(w)).toEqual([])
    w.saw('2027-01-01', { C1: 100, S1: 2000 })
    at(w, '2027-01-01T06:29')
    expect(batches(w)).toEqual(['plaza-2026-12-works-v1 draft gateway'])
    at(w, '2027-02-01T06:29')
    expect(batches(w).length).toBe(1)
    at(w, '2027-02-01T06:30')
    expect(batches(w).length).toBe(2)
  })

  it('leaves alone what a person was quicker with, and a kind that nobody is of', () => {
    const w = billedSite({ schedules: [all, homes] }, { start: '2026-12-01T06:00:00+08:00' })
    closing.push(() => w.r.end())
    w.calendar.look()
    w.change(eva, note => w.desk.prepare(note, '2026-11', 'all', eva))
    at(w, '2026-12-04T08:00')
    at(w, '2027-01-05T08:00')
    expect(batches(w)).toEqual(['plaza-2026-11-all-v1 draft eva'])
    expect(w.calendar.next()[0]).toMatchObject({ group: 'all', period: '2026-12' })
  })

  it('a schedule that is taken away and set up again asks for nothing of the time between', () => {
    const schedules: (typeof works)[] = [works]
    const w = billedSite({ schedules }, { start: '2026-11-01T06:00:00+08:00' })
    closing.push(() => w.r.end())
    w.calendar.look()
    schedules.pop()
    at(w, '2026-11-20T06:00')
    schedules.push(works)
    at(w, '2026-11-20T06:01')
    at(w, '2026-12-14T06:01')
    expect(batches(w)).toEqual([])
    at(w, '2026-12-15T08:00')
    expect(batches(w)).toEqual(['plaza-2026-11-works-v1 draft gateway'])
  })

  it('whoever leaves points out of what the calendar prepared does not approve it', () => {
    const w = billedSite({ schedules: [works] }, { start: '2026-12-10T06:00:00+08:00' })
    closing.push(() => w.r.end())
    w.calendar.look()
    at(w, '2027-01-20T08:00')
    at(w, '2027-01-20T20:00')
    const N = 'plaza-2026-12-works-v1'
    w.change(mo, note => w.desk.waive(note, N, 'C1/total', mo, '门锁'))
    const { seen } = w.desk.preview(N)
    const approve = (by: typeof mo) => () => w.change(by, note => w.desk.approve(note, N, seen, by).phase)
    expect(approve(mo)).toThrow('somebody else has to')
    expect(approve({ ...mo, name: 'ma' })()).toBe('issued')
  })
})

it('calls whoever approves, in both languages', () => {
  const orders = { channels: ['post'], rosters: { manager: 'bosses' }, quiet: [] } as never
  const base = { at: 0, site: { 'zh-CN': '广场', en: 'Plaza' }, timezone: 'Asia/Shanghai', seq: 1 }
  const entry = (action: string, data: object) => ({ id: 'b1', kind: 'billing-batch', action, data, time: 0 }) as never
  const blocked = [{ line: 'C1/total', unit: '门 C1', why: 'missing-reading' }]
  const told = batchDuty(entry('scheduled', { lines: 3, open: 2, blocked }), orders, base)!
  expect(told.to).toMatchObject({ channels: ['post'], rosters: ['bosses'] })
  expect([told.told.text.en, told.told.text['zh-CN'], told.told.about?.head.en]).toMatchInlineSnapshot(`
    [
      "3 lines, and 2 points to be decided: 门 C1 C1/total no reading at the boundary and more",
      "3 行，另有 2 个计量点待处理：门 C1 C1/total 边界时刻缺读数 等",
      "BATCH b1 is prepared",
    ]
  `)
  const stuck = batchDuty(
    entry('delivery-stuck', { where: '/mnt/erp', tries: 9, why: 'not-found', detail: '/mnt/erp' }),
    orders,
    base,
  )!
  expect(stuck.told.text.en).toContain('/mnt/erp, tried 9 times')
  expect(batchDuty(entry('issued', {}), orders, base)).toBe(null)
  expect(batchDuty(entry('scheduled', { lines: 3, open: 0, blocked: [] }), undefined, base)).toBe(null)
})
