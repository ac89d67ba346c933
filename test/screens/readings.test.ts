import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { writeCsv } from '../../gateway/csv.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/** A list of meters is looked through and written; what nobody has read is asked for and entered; a meter is exchanged. */
const shots = process.env.GATEHOUSE_SHOTS
/** Noon in Shanghai. */
const NOON = Date.UTC(2026, 10, 3, 4)
const began = performance.now()
let browser: Browser
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({
    clock: createClock(
      () => NOON + performance.now() - began,
      () => performance.now(),
    ),
    site: quietSite,
  })
  await g.people()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    expect(screen.complaints).toEqual([])
  }
  await browser?.close()
  await g?.stop()
})

async function open(name: string, options: Parameters<typeof openScreen>[2] = {}): Promise<Page> {
  const screen = await openScreen(browser, g.url, options)
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await page.goto(`${g.url}/readings`)
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `readings-${name}.png`), fullPage: true })
}
const HEAD = ['计量点', '单元', '介质', '表号', '整数位', '小数位', '倍率', '起码', '安装日期']
const file = (...rows: string[][]) => ({
  ...{ name: 'meters.csv', mimeType: 'text/csv' },
  buffer: Buffer.from(`\ufeff${writeCsv([HEAD, ...rows])}`),
})
const good = [
  ['W-101', '101', '水', '3001', '5', '2', '', '12.5', '2026-10-20'],
  ['W-102', '102', '水', '', '', '', '', '', ''],
]

it('from a list to a reading that counts, and over an exchange', async () => {
  const page = await open('engineer')
  await page.getByText('还没有读数').waitFor()
  await page.getByRole('button', { name: '导入表计' }).click()
  const dialog = page.locator('dialog')
  const check = () => dialog.getByRole('button', { name: '检查列表' }).click()
  await dialog.locator('input[name=list]').setInputFiles(file([...good[0]!.slice(0, 7), '1234567', '2026-10-20']))
  await check()
  await dialog.getByText('起码“1234567”不在表的位数之内').waitFor()
  await shot(page, 'list')
  await dialog.locator('input[name=list]').setInputFiles(file(...good))
  await check()
  await dialog.getByText('共 2 行：新增计量点 2 个、表 1 块，未装表 1，有问题 0。').waitFor()
  expect(g.deps.meterBook.book().points).toEqual([])
  await dialog.getByRole('button', { name: '写入表计台账' }).click()
  await dialog.getByText('新增计量点 2 个、表 1 块').waitFor()
  await dialog.getByRole('button', { name: /关闭/ }).click()

  g.deps.readingKeeper.freeze.look()
  await g.deps.readingKeeper.freeze.done()
  await page.reload()
  await page.getByText('这一天没有由网关抄读的表').waitFor()
  // Who is served without a meter.
  await page.getByRole('region', { name: '无表计量' }).getByText('102 · 水').waitFor()
  await page.getByLabel('抄表时刻').selectOption({ label: '2026-11-01 零点' })
  await page.locator('.sub', { hasText: '已抄 0/1、缺 1' }).waitFor()
  await page.getByText('该表须人工抄录').first().waitFor()
  await page.getByRole('button', { name: '101，表 3001' }).click()
  await dialog.locator('input[name=index]').fill('20.75')
  await dialog.locator('input[name=note]').fill('现场抄录')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.locator('.sub', { hasText: '已抄 1/1' }).waitFor()
  await page.getByText('1 个寄存器已全部抄到，无存疑。').waitFor()
  await shot(page, 'day')

  await page.getByRole('link', { name: '101' }).first().click()
  await page.getByRole('button', { name: '登记换表' }).click()
  for (const [name, value] of Object.entries({
    ...{ at: '2026-11-02T10:00', closing: '21.00', opening: '0', serial: '3009', witness: '王强', reason: '到期轮换' },
  }))
    await dialog.locator(`input[name=${name}]`).fill(value)
  await dialog.getByRole('button', { name: '保存' }).click()
  const meters = page.getByRole('table', { name: '装过的表' })
  await meters.getByText('3009').waitFor()
  expect(await meters.locator('tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(/3001\s+2026-10-20\s+12\.50 m³\s+2026-11-02\s+21\.00 m³/),
    expect.stringMatching(/3009\s+2026-11-02\s+0\.00 m³\s+在用/),
  ])
  await shot(page, 'life')
})

it('fits a phone, and somebody whom it is none of their business does not see it', async () => {
  const phone = await open('billing', { lang: 'en', width: 390, theme: 'dark' })
  await phone.getByLabel('Which midnight').selectOption({ label: 'at midnight of 2026-11-01' })
  await phone.locator('#page b', { hasText: '1 of 1 read' }).waitFor()
  await shot(phone, 'phone')
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  expect(await phone.getByRole('button', { name: 'Import meters' }).count()).toBe(0)
  const guard = await open('guard', { lang: 'en' })
  await guard.waitForSelector('main')
  expect(await guard.getByText('Index').count()).toBe(0)
  expect(await guard.locator('nav.rail').getByText('Readings').count()).toBe(0)
})

it('a clock that nobody can believe closes no day: said where meters are read, until somebody has looked at a watch', async () => {
  g.deps.access.state.believed(g.deps.clock.now() + 86_400_000)
  const page = await open('manager', { lang: 'en' })
  await page.getByText('no day of the meters is read').waitFor()
  await shot(page, 'clock')
  await page.getByRole('button', { name: 'The time is right' }).click()
  const asked = page.getByRole('dialog')
  await asked.getByText('By the gateway it is').waitFor()
  await asked.getByLabel('How it was checked').fill('against my telephone')
  await asked.getByRole('button', { name: 'The time is right' }).click()
  await page.getByText('no day of the meters is read').waitFor({ state: 'detached' })
  expect((await g.deps.trail.of('access', 'clock')).map(e => e.action)).toEqual(['confirmed'])
})
