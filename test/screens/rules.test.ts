import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
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

const shots = process.env.GATEHOUSE_SHOTS
const shot = (name: string) => (shots ? page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }) : null)
const TEST = 'test.tripped:pump-1:tripped'
const step = (name: string) => page.locator(`[data-step=${name}]`).getAttribute('data-result')

it('a rule that was never proved is tested from its row to its report, marked as a test all the way', async () => {
  feed(g, 'pump-1/tripped', false)
  await open({ lang: 'zh-CN', width: 1366 })
  await shot('proof-0-rules')
  await row('水泵跳闸').getByRole('link', { name: '从未' }).click()
  await page
    .locator('[data-provable]')
    .getByRole('button', { name: /测试报警/ })
    .click()
  await dialog()
    .getByLabel(/^测试值/)
    .waitFor()
  expect(await page.locator('dialog button[type=submit]').getAttribute('aria-disabled')).toBe('true')
  await dialog().getByLabel(/^原因/).fill('月度测试')
  await shot('proof-1-ask')
  await submit()
  await page.locator('[data-test-note]', { hasText: '正在进行报警测试' }).waitFor()
  await until('the page is known to show it', () => (g.deps.proofKeeper.running()?.shown.length ?? 0) > 0)
  expect(await page.locator('.strip').textContent()).toContain('测试 1')
  await shot('proof-2-running')
  await go(page, '/alarms')
  const line = page.locator('table.alm tbody tr', { hasText: '【测试】水泵跳闸' })
  await line.getByRole('button', { name: /^确认/ }).waitFor()
  await shot('proof-3-alarms')
  // Nothing of the plant is drawn as being in alarm.
  await go(page, '/equipment/pump-1')
  await page.locator('section', { hasText: '报警与测试' }).first().waitFor()
  expect(await page.locator('section.pts tr.tint').count()).toBe(0)
  await shot('proof-4-equipment')
  await page.locator('[data-test-note]').getByRole('link').click()
  await page.getByRole('button', { name: '撤去测试值' }).click()
  await until('the values are gone', () => g.deps.proofKeeper.running()?.returnedAt)
  await until('it is normal again', () => g.deps.alarms.get(TEST)?.active === false)
  await go(page, '/alarms')
  await line.getByRole('button', { name: /^确认/ }).click()
  await until('the test is over', () => g.deps.proofKeeper.running() === null)
  const [done] = g.deps.proofs.list('tripped', 1)
  await go(page, `/alarms/tests/${done!.id}`)
  await page.locator('[data-step=acknowledged][data-result=proved]').waitFor()
  expect([await step('raised'), await step('shown'), await step('acknowledged'), await step('cleared')]).toEqual(
    Array(4).fill('proved'),
  )
  expect(await step('told')).toBe('not-proved')
  await page.locator('[data-test-note]').waitFor({ state: 'detached' })
  await shot('proof-5-report')
  await page.emulateMedia({ media: 'print' })
  await shot('proof-6-paper')
  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await shot('proof-7-narrow')
  await go(page, '/alarms/tests')
  await shot('proof-8-list')
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await go(page, '/settings/rules')
  await row('水泵跳闸')
    .getByRole('link', { name: /^20\d\d-/ })
    .waitFor()
})
