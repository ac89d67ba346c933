import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
import { agreeToChanges, go, openBrowser, openScreen, signIn } from './browser.ts'

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

it('the review of a table shows each difference; left it changes nothing, agreed to it runs, and it is taken back', async () => {
  const screen = await openScreen(browser, g.url, { lang: 'en', width: 1366 })
  const { page } = screen
  await signIn(page, 'admin', PASSWORD)
  page.setDefaultTimeout(12_000)
  await go(page, '/settings/table')
  const before = g.deps.site.view().text
  const head = 'equipment,kind,channel,unit,point,table,address,type\n'
  const text = `${head}pump-1,pump,bus,1,speed,input,7,uint16\nm-3,meter,bus,3,power,input,12,float32\n`
  await page.setInputFiles('input[type=file]', { name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  const take = page.getByRole('button', { name: /^Import \d+ changes?$/ })
  const review = page.locator('dialog.rvw')
  await take.click()
  const shown = await review.locator('tbody tr').allInnerTexts()
  expect(shown.join(' ')).toMatch(/speed/)
  expect(shown.join(' ')).toMatch(/m-3/)
  if (shots) await page.screenshot({ path: join(shots, 'table-review-en.png') })
  await page.keyboard.press('Escape')
  await review.waitFor({ state: 'detached' })
  expect(g.deps.site.view().text).toBe(before)
  const ids = () => g.deps.plant()!.site.equipment.map(e => e.id)
  expect(ids()).not.toContain('m-3')

  await take.click()
  await review.getByLabel(/^Why/).fill('the third meter')
  await review.locator('button[type=submit]').click()
  await page.getByText(/^Imported and running/).waitFor()
  expect(ids()).toContain('m-3')
  expect(g.deps.plant()!.points.has('pump-1/speed')).toBe(true)

  await go(page, '/settings/changes')
  const row = page.locator('.chgs li').first()
  await row.getByText('Why: the third meter').waitFor()
  await row.getByRole('button', { name: 'Take back' }).click()
  await page.locator('dialog').getByLabel(/^Why/).fill('it came too early')
  await page.locator('dialog button[type=submit]').click()
  await until('the table is taken back', () => !ids().includes('m-3'))
  expect(g.deps.plant()!.points.has('pump-1/speed')).toBe(false)
  expect(JSON.parse(g.deps.site.view().text)).toEqual(JSON.parse(before))
  expect(screen.complaints).toEqual([])
  await screen.close()
})

it('a document of equipment is added, taken away as a file, and removed', async () => {
  const screen = await openScreen(browser, g.url, { lang: 'zh-CN', width: 390 })
  const { page } = screen
  await signIn(page, 'admin', PASSWORD)
  page.setDefaultTimeout(12_000)
  await go(page, '/equipment/pump-1')
  const card = page.getByRole('region', { name: '资料', exact: true })
  await card.getByText('还没有资料').waitFor()
  await card.getByRole('button', { name: '添加资料' }).click()
  const bytes = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n')
  const choose = (name: string, buffer: Buffer) =>
    page.setInputFiles('dialog input[type=file]', { name, mimeType: 'application/pdf', buffer })
  // What only calls itself a document is refused, and the form stays.
  await choose('水泵说明书.pdf', Buffer.from('<script>alert(1)</script>, many words'))
  await page.locator('dialog button[type=submit]').click()
  await page.locator('dialog').getByText('不是 PDF、PNG 或 JPEG 文件').waitFor()
  await choose('水泵说明书.pdf', bytes)
  await page.locator('dialog button[type=submit]').click()
  const link = card.getByRole('link', { name: '下载 水泵说明书.pdf' })
  await link.waitFor()
  if (shots) await page.screenshot({ path: join(shots, 'documents-zh-390.png'), fullPage: true })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  const download = page.waitForEvent('download')
  await link.click()
  expect((await download).suggestedFilename()).toBe('水泵说明书.pdf')
  await card.getByRole('button', { name: '移除资料 水泵说明书.pdf' }).click()
  await page.locator('dialog button[type=submit]').click()
  await card.getByText('还没有资料').waitFor()
  expect(screen.complaints).toEqual([])
  await screen.close()
})
