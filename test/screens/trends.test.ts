import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addressOf,
  groupMarks,
  lineOf,
  noView,
  scaleOf,
  sound,
  stepFor,
  type Track,
  ticksOf,
  viewOf,
  weekBefore,
  withTail,
  zoomed,
} from '../../dashboard/src/trends.ts'
import type { HistoryMark } from '../../gateway/http/contract.ts'
import { go, openBrowser, openScreen, signIn } from './browser.ts'
import { type Stub, startStub } from './stub.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (at: number) => new Date(at).toISOString()
const point = { id: 'e/p', kind: 'number', unit: 'bar', decimals: null } as const
const row = (at: number, mean: number | null) => ({
  at: iso(at),
  good: mean === null ? 0 : 1,
  ...{ min: mean, max: mean, mean, last: mean, rise: 0 },
})
/** Europe/Berlin in the autumn of 2026: an hour is shown twice on 25 October. */
const berlin = (at: number) => (at < Date.UTC(2026, 9, 25, 1) ? 2 * HOUR : HOUR)

describe('the address', () => {
  it('is the whole page: what is read from it writes it again', () => {
    const views = [
      noView,
      { ...noView, points: ['em-1/power', 'b/t'], preset: 'd7', week: true } as const,
      { ...noView, points: ['泵/压力'], preset: null, from: DAY, to: 2 * DAY, alarms: false, commands: false } as const,
    ]
    for (const view of views) expect(viewOf(addressOf(view).slice('/trends'.length))).toEqual(view)
    expect(addressOf(views[1]!)).toBe('/trends?p=em-1/power,b/t&r=d7&w=1')
  })
  it('of which somebody made nonsense still opens a page', () => {
    for (const search of ['', '?r=century', '?from=yesterday&to=now', '?from=2026-01-02T00:00Z&to=2026-01-01T00:00Z'])
      expect([search, viewOf(search)]).toEqual([search, noView])
    expect(viewOf('?p=a/b,a/b,nonsense,,c/d').points).toEqual(['a/b', 'c/d'])
    expect(viewOf(`?p=${Array.from({ length: 20 }, (_, i) => `e/p${i}`)}`).points).toHaveLength(8)
  })
})

describe('time', () => {
  it('is never asked for in the future, nor finer or coarser than there is', () => {
    const now = 100 * DAY
    expect(zoomed(now - DAY, now, now, 2, now)).toEqual({ from: now - 2 * DAY, to: now })
    expect(zoomed(0, 4 * HOUR, HOUR, 0.5, now)).toEqual({ from: HOUR / 2, to: 2.5 * HOUR })
    expect(sound(5000, 5001, now)).toEqual({ from: 0, to: 10_000 })
    expect([60_000, 8 * HOUR, 30 * DAY, 3650 * DAY].map(ms => stepFor(ms))).toEqual(['1s', '1m', '2h', '1mo'])
  })
  it('a week before is the same time on the wall, also over a clock change', () => {
    const noon = Date.UTC(2026, 9, 27, 11)
    expect(iso(weekBefore(noon, berlin))).toBe('2026-10-20T10:00:00.000Z')
  })
  it('ticks are round on the wall on both sides of a clock change, and none is there twice', () => {
    const ticks = ticksOf(Date.UTC(2026, 9, 24, 20), Date.UTC(2026, 9, 26, 0), berlin, 6)
    expect(ticks.map(at => iso(at + berlin(at)).slice(8, 16))).toEqual([
      ...['25T00:00', '25T06:00', '25T12:00', '25T18:00', '26T00:00'],
    ])
  })
})

describe('lines', () => {
  const track = (rows: Track['rows'], end: number): Track => ({ point, rows, end })
  it('a gap is never bridged, neither in the middle nor at an end', () => {
    const one = track([row(10, 1), row(20, 2), row(30, null), row(40, 4)], 50)
    const scale = scaleOf([one], 0, 60)!
    const { line, gaps } = lineOf(one, 0, 60, scale, 60, 100)
    expect(line.match(/M/g)).toHaveLength(2)
    expect(line.replace(/ [\d.]+/g, '')).toBe('M10H20L20H30M40H50')
    expect(gaps).toEqual([
      { from: 0, to: 10 },
      { from: 30, to: 40 },
      { from: 50, to: 60 },
    ])
    expect(scaleOf([track([row(10, null)], 20)], 0, 60)).toBe(null)
  })
  it('the live tail begins where the history was read, holds what came last, and breaks where nothing good came', () => {
    const rows = [row(0, 1), row(10, 2)]
    const tail = [
      { at: 5, value: 1.5 },
      { at: 14, value: 3 },
      { at: 16, value: null },
      { at: 18, value: 4 },
    ]
    expect(withTail(rows, 12, tail).map(r => [Date.parse(r.at), r.good, r.mean ?? null])).toEqual([
      [0, 1, 1],
      [10, 1, 2],
      [12, 1, 1.5],
      [14, 1, 3],
      [16, 0, null],
      [18, 1, 4],
    ])
  })
})

describe('marks', () => {
  const mark = (at: number, severity: HistoryMark['severity'], until: number | null = null): HistoryMark => ({
    ...{ kind: severity ? 'alarm' : 'command', id: `${at}`, point: 'e/p', at: iso(at), earlier: false },
    ...{ until: until === null ? null : iso(until), text: { 'zh-CN': '', en: '' }, severity },
    ...{ by: null, reason: null, value: null, phase: null, demo: false },
  })
  it('those that would lie on each other are one of the worst severity; what is over before the span is not there', () => {
    const groups = groupMarks([mark(0, 'high', 5), mark(20, null), mark(21, 'life'), mark(80, 'low')], 10, 110, 1000)
    expect(groups.map(g => [g.x, g.marks.length, g.severity, g.room])).toEqual([
      [100, 2, 'life', 578],
      [700, 1, 'low', 278],
    ])
  })
})

describe('on the page', () => {
  const shots = process.env.GATEHOUSE_SHOTS
  let browser: Browser
  let stub: Stub
  beforeAll(async () => {
    browser = await openBrowser()
    stub = await startStub()
  })
  afterAll(async () => {
    await browser?.close()
    await stub.close()
  })
  const words = {
    'zh-CN': {
      find: '名称、位置或编号',
      type: '水泵 压力',
      trip: '水泵跳闸',
      cmd: '频率给定',
      week: '对比上周同时段',
      hold: '定格',
    },
    en: {
      find: 'Name, place or id',
      type: 'pump pressure',
      trip: 'Pump tripped',
      cmd: 'Frequency',
      week: 'Last week',
      hold: 'Hold',
    },
  } as const
  for (const [lang, width, theme] of [
    ['zh-CN', 390, 'light'],
    ['en', 1366, 'dark'],
    ['zh-CN', 1920, 'dark'],
  ] as const)
    it(`${lang} ${theme} ${width}: points are found, drawn in lanes with marks and last week${width === 1920 ? '' : ', zoomed, and undone'}`, async () => {
      const say = words[lang]
      const screen = await openScreen(browser, stub.url, { lang, theme, width })
      const { page } = screen
      await signIn(page)
      await go(page, '/trends?p=pump-b1-01/frequency,pump-b1-01/power,pump-b1-01/running&r=h24')
      await page.locator('.tds-lane').nth(2).waitFor()
      await page.getByPlaceholder(say.find).fill(say.type)
      await page.locator('.tds-found [role=option]').first().waitFor()
      await page.keyboard.press('Enter')
      await page.locator('.tds-lane').nth(3).waitFor()
      expect(new URL(page.url()).search).toMatch(/^\?p=(pump-b1-01\/\w+,){3}[\w-]+\/[\w-]*pressure/)
      // A fifth unit has no axis, and says so.
      await page.getByPlaceholder(say.find).fill('pump-b1-01/motor')
      await page.locator('.tds-found [aria-disabled=true]').first().waitFor()
      await page.keyboard.press('Escape')
      // The gap of every point is hatched and its line is broken by it.
      expect(await page.locator('.tds-lane .missing').count()).toBeGreaterThanOrEqual(4)
      expect((await page.locator('.tds-lane .line').first().getAttribute('d'))!.match(/M/g)).toHaveLength(2)
      await page.locator('.tds-ml li', { hasText: say.trip }).waitFor()
      await page.locator('.tds-ml li', { hasText: say.cmd }).waitFor()
      expect(await page.locator('.tds-k').count()).toBe(3)
      await page.getByLabel(say.week).check()
      await page.locator('.tds-lane .ghost').nth(3).waitFor()
      expect(new URL(page.url()).search).toMatch(/&w=1$/)
      if (shots) await page.screenshot({ path: join(shots, `trends-${lang}-${theme}-${width}.png`), fullPage: true })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      const remove = (await page.locator('.tds-t .ib').last().boundingBox())!
      expect(remove.x + remove.width).toBeLessThanOrEqual(width - 12)
      if (width === 1920) {
        expect([screen.complaints, screen.outside]).toEqual([[], []])
        await screen.close()
        return
      }
      const live = page.url()
      if (width > 700) {
        const box = (await page.locator('.tds-p').boundingBox())!
        await page.mouse.move(box.x + box.width * 0.25, box.y + 40)
        await page.mouse.down()
        await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 })
        await page.locator('.tds-sel').waitFor()
        await page.mouse.up()
      } else {
        await page.locator('.tds-p').focus()
        await page.keyboard.press('+')
      }
      await page.waitForURL(/from=.*&to=/)
      const asked = new URL(page.url()).searchParams
      const hours = (Date.parse(asked.get('to')!) - Date.parse(asked.get('from')!)) / HOUR
      expect(Math.round(hours)).toBe(width > 700 ? 6 : 12)
      // What is in the address is what a colleague gets.
      if (width > 700) await page.reload()
      await page.locator('.tds-lane').nth(3).waitFor()
      await page.locator('.tds-lane .ghost').nth(3).waitFor()
      await page.goBack()
      await page.waitForURL(live)
      await page.getByRole('button', { name: say.hold }).waitFor()
      expect([screen.complaints, screen.outside]).toEqual([[], []])
      await screen.close()
    })
})
