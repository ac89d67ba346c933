import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { agreeToChanges, go, openBrowser, openScreen, type Screen } from './browser.ts'

/** Settings › Alarm rules against the real gateway: what is done on the page is what the site runs by. */
let browser: Browser
let g: TestGateway
let screen: Screen
let page: Page

beforeAll(async () => {
  g = await startGateway({ site: quietSite })
  browser = await openBrowser()
  feed(g, 'pump-1/pressure', 3)
})
afterAll(async () => {
  await browser?.close()
  await g?.stop()
})
afterEach(async () => {
  await screen.close()
  expect(screen.outside).toEqual([])
  expect(screen.complaints).toEqual([])
})

async function open(o: Parameters<typeof openScreen>[2]) {
  screen = await openScreen(browser, g.url, o)
  page = screen.page
  page.setDefaultTimeout(12_000)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await agreeToChanges(page)
  await go(page, '/settings/rules')
}
const running = (id: string) => g.deps.plant()?.site.rules.find(r => r.id === id)
const dialog = () => page.locator('dialog')
const submit = () => page.click('dialog button[type=submit]')
const row = (words: string) => page.locator('table.rls tr', { hasText: words })

it('in Chinese: tuned, tried against the last 30 days, off, and back to as delivered', async () => {
  await open({ lang: 'zh-CN', width: 1366 })
  await page.getByRole('button', { name: '调整：水泵跳闸' }).click()
  await dialog()
    .getByLabel(/^触发延时/)
    .fill('x')
  await page.waitForSelector('dialog .wrong >> text=请填数')
  await dialog()
    .getByLabel(/^触发延时/)
    .fill('7')
  await dialog().getByRole('button', { name: /试算/ }).click()
  await page.waitForSelector('dialog >> text=/过去 30 天会报警 0 次/')
  await submit()
  await page.waitForSelector('text=已保存并运行：水泵跳闸')
  expect(running('tripped')).toMatchObject({ delayOnS: 7 })
  expect(await row('水泵跳闸').textContent()).toContain('已调整')

  await page.getByRole('button', { name: '调整：水泵跳闸' }).click()
  await dialog().getByLabel(/^使用/).selectOption('off')
  await submit()
  await row('水泵跳闸').locator('text=停用').first().waitFor()
  expect(running('tripped')).toBeUndefined()

  await page.getByRole('button', { name: '调整：水泵跳闸' }).click()
  await dialog().getByRole('button', { name: '恢复出厂设定' }).click()
  await page.waitForSelector('text=已恢复出厂设定：水泵跳闸')
  expect(running('tripped')).toMatchObject({ delayOnS: 0 })
  expect(await row('水泵跳闸').textContent()).toContain('出厂设定')
})

it('in English, on a telephone: added, tried, refused when it is wrong, and removed', async () => {
  await open({ lang: 'en', width: 390 })
  await page.getByRole('button', { name: 'Add a rule' }).click()
  const put = (label: RegExp, text: string) => dialog().getByLabel(label).first().fill(text)
  await put(/^Points/, 'pump-*/pressure')
  await put(/^Id/, 'too-high')
  await put(/Chinese/, '压力过高')
  await put(/English/, 'Pressure too high')
  expect(await dialog().locator('.why').textContent()).not.toBe('')
  await put(/^Limit/, '2')
  await dialog()
    .getByRole('button', { name: /30 days/ })
    .click()
  await page.waitForSelector('dialog >> text=/in the last 30 days|would/i')
  await submit()
  await page.waitForSelector('text=/Added.*Pressure too high/')
  expect(running('too-high')).toMatchObject({ when: { above: 2 } })
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)

  await page.getByRole('button', { name: 'Remove the rule: Pressure too high' }).click()
  await submit()
  await page.waitForSelector('text=/Removed: Pressure too high/i')
  expect(running('too-high')).toBeUndefined()
  const trail = g.deps.trail.after(0, 1000).filter(e => e.kind === 'rule' || (e.kind === 'site' && e.data.rule))
  expect(trail.length).toBeGreaterThanOrEqual(4)
})
