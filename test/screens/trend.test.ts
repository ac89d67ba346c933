import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axis, draw, timeTicks } from '../../dashboard/src/trend.ts'
import type { HistorySeries } from '../../gateway/http/contract.ts'
import { go, openBrowser, openScreen, signIn } from './browser.ts'
import { type Stub, startStub } from './stub.ts'

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

describe('what is drawn', () => {
  const row = (at: number, mean: number | null, rise = 0) => ({
    at: new Date(at).toISOString(),
    good: mean === null ? 0 : 1,
    ...{ min: mean === null ? null : mean - 1, max: mean === null ? null : mean + 1, mean, last: mean, rise },
  })
  const series = (rows: HistorySeries['rows'], demo: HistorySeries['demo'] = []): HistorySeries => ({
    ...{ point: 'e/p', kind: 'number', unit: null, demo, coarse: [], truncated: false, rows },
  })
  it('a gap is never bridged by a line, and is marked', () => {
    const drawn = draw(series([row(0, 1), row(10, 2), row(20, null), row(30, null), row(40, 5)]), 0, 50, false)!
    expect(drawn.line.match(/M/g)).toHaveLength(2)
    expect(drawn.line.match(/[ML][\d.]+/g)!.map(p => Number(p.slice(1)))).toEqual([0, 200, 200, 400, 800, 1000])
    expect(drawn.gaps).toEqual([{ from: 0.4, to: 0.8 }])
    expect([drawn.low <= 0, drawn.high >= 6]).toEqual([true, true])
  })
  it('what was made up is where it was made up; nothing at all is nothing', () => {
    const demo = [{ from: new Date(0).toISOString(), to: new Date(25).toISOString() }]
    expect(draw(series([row(0, 1), row(25, 1)], demo), 0, 50, false)!.demo).toEqual([{ from: 0, to: 0.5 }])
    expect(draw(series([row(0, null)]), 0, 50, false)).toBe(null)
  })
  it('a counter is bars from nought', () => {
    const drawn = draw(series([row(0, 100, 4), row(25, 104, 2)]), 0, 50, true)!
    expect([drawn.low, drawn.high, drawn.line]).toEqual([0, 4, ''])
    expect(drawn.bars.map(bar => [bar.x, bar.w, bar.y])).toEqual([
      [50, 400, 0],
      [550, 400, 50],
    ])
  })
  it('axes have round numbers and round times of the site', () => {
    expect(axis(0.2, 0.9).ticks).toEqual([0, 0.5, 1])
    expect(axis(229.2, 231.4).ticks).toEqual([229, 230, 231, 232])
    expect(axis(7, 7).ticks.length).toBeGreaterThan(1)
    const day = timeTicks(Date.UTC(2026, 10, 20, 3), Date.UTC(2026, 10, 21, 3), 8 * 3_600_000)
    expect(day.map(at => (at / 3_600_000 + 8) % 24)).toEqual([12, 18, 0, 6])
  })
})

describe('on the page', () => {
  for (const lang of ['zh-CN', 'en'] as const)
    for (const width of [390, 1366, 1920]) {
      const theme = (lang === 'en') === (width === 1366) ? 'dark' : 'light'
      it(`${lang} ${theme} ${width}: the trend of the leading point, its gap and what is demo data`, async () => {
        const screen = await openScreen(browser, stub.url, { lang, theme, width })
        const { page } = screen
        await signIn(page)
        await go(page, '/equipment/pump-b1-01')
        const words = lang === 'en' ? ['Demo data', 'No good data', '7 d'] : ['演示数据', '无有效数据', '7 天']
        await page.locator('.trd .trd-d em', { hasText: words[0]! }).waitFor()
        await page.locator('.trd-f .gap', { hasText: words[1]! }).waitFor()
        expect((await page.locator('.trd-p .line').getAttribute('d'))!.match(/M/g)).toHaveLength(2)
        await page.locator('.trd .tabs button', { hasText: words[2]! }).click()
        await page.locator('.trd .tabs [aria-pressed=true]', { hasText: words[2]! }).waitFor()
        await page.locator('.trd-p').focus()
        await page.keyboard.press('ArrowLeft')
        await page.locator('.trd-s b', { hasText: /\d/ }).waitFor()
        if (width > 700) expect(await page.locator('.pts .spk').count()).toBeGreaterThan(1)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        if (shots) await page.screenshot({ path: join(shots, `trend-${lang}-${theme}-${width}.png`), fullPage: true })
        expect([screen.complaints, screen.outside]).toEqual([[], []])
        await screen.close()
      })
    }

  it('demo data is taken away by two presses, and is no longer on the page', async () => {
    const screen = await openScreen(browser, stub.url, { lang: 'zh-CN' })
    const { page } = screen
    await signIn(page)
    await go(page, '/settings/history')
    await page.getByText('占用磁盘').waitFor()
    if (shots) await page.screenshot({ path: join(shots, 'history-zh.png'), fullPage: true })
    await page.getByRole('button', { name: '删除演示数据' }).click()
    await page.getByRole('button', { name: '确认删除，不可恢复' }).click()
    await page.getByRole('button', { name: '确认删除，不可恢复' }).waitFor({ state: 'detached' })
    expect(stub.asked).toContain('DELETE /api/v1/history/demo')
    await go(page, '/equipment/pump-b1-01')
    await page.locator('.trd-f .gap').waitFor()
    expect(await page.getByText('演示数据').count()).toBe(0)
    expect(screen.complaints).toEqual([])
    await screen.close()
  })
})
