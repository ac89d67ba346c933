import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { agreeToChanges, go, openBrowser, openScreen } from './browser.ts'

const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({ site: quietSite })
})
afterAll(async () => {
  await browser?.close()
  await g.stop()
})

it('a table is tried, its problems are shown by line and column, and the corrected one is imported', async () => {
  const screen = await openScreen(browser, g.url, { lang: 'zh-CN', width: 1366 })
  const { page } = screen
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/settings/table')
  const put = (text: string) =>
    page.setInputFiles('input[type=file]', { name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  const head = 'equipment,kind,channel,unit,point,table,address,type\n'

  await put(`${head}m-2,meter,bus,2,power,input,70000,float32\nm-2,meter,bus,2,volts,inputs,4,uint16\n`)
  await page.getByText('2 处问题，什么都没有改').waitFor()
  const rows = page.locator('table').first().locator('tbody tr')
  expect(await rows.count()).toBe(2)
  expect(await rows.nth(0).textContent()).toMatch(/^2address/)
  expect(await rows.nth(1).textContent()).toMatch(/^3table/)
  const button = page.getByRole('button', { name: /导入 3 处改动/ })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  if (shots) await page.screenshot({ path: join(shots, 'table-bad-zh.png'), fullPage: true })

  await put(`${head}m-2,meter,bus,2,power,input,12,float32\n`)
  await page.getByText('试算通过，还没有改动').waitFor()
  expect(g.deps.plant()!.site.equipment.length).toBe(1)
  await agreeToChanges(page)
  await page.getByRole('button', { name: '导入 2 处改动' }).click()
  await page.getByText('已导入并运行，原文件已备份').waitFor()
  expect(g.deps.plant()!.site.equipment.map(e => e.id)).toEqual(['pump-1', 'm-2'])
  if (shots) await page.screenshot({ path: join(shots, 'table-done-zh.png'), fullPage: true })
  const download = page.waitForEvent('download')
  await page.getByText('下载 CSV').click()
  expect((await download).suggestedFilename()).toBe('gatehouse-points.csv')
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  expect(screen.complaints).toEqual([])
  await screen.close()
})
