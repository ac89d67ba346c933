import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { head, quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

const device = (id: string, kind: string, zh: string, en: string, keys: readonly string[], unit: number) => ({
  id,
  kind,
  name: { 'zh-CN': zh, en },
  space: 'b1',
  channel: 'bus',
  unit,
  points: keys.map((key, address) => ({ key, table: 'discrete', address, type: 'bool', scanMs: 60_000 })),
})
const rule = (id: string, point: string, runbook: string, zh: string, en: string) => ({
  id,
  points: [point],
  when: { equals: true },
  severity: 'life',
  text: { 'zh-CN': zh, en },
  runbook,
})
const site = {
  ...head,
  channels: quietSite.channels,
  equipment: [
    device('gas-1', 'gas-detector', '厨房燃气探测器', 'Kitchen gas detector', ['alarm'], 1),
    device('valve-b1', 'valve', 'B1 供水阀', 'Valve B1', ['leaking', 'closed'], 2),
  ],
  rules: [
    rule('gas', 'gas-1/alarm', 'gas-leak', '燃气泄漏', 'Gas leak alarm'),
    rule('leak', 'valve-b1/leaking', 'burst-pipe', '水管爆裂', 'Pipe has burst'),
  ],
  contacts: [
    { id: 'duty', kind: 'duty', name: { 'zh-CN': '配电室', en: 'Distribution room' }, phone: '8001' },
    { id: 'gas', kind: 'gas-company', name: { 'zh-CN': '燃气抢修', en: 'Gas company' }, phone: '000 0103' },
  ],
}

const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
let screen: Screen
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({ site })
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
const open = async (options: Parameters<typeof openScreen>[2] = {}): Promise<void> => {
  screen = await openScreen(browser, g.url, options)
  page = screen.page
  page.setDefaultTimeout(20_000)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
}
const shot = (name: string) =>
  shots ? page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }) : undefined
const stepAt = (text: string) => page.locator('.step', { has: page.locator('.x', { hasText: text }) })
const wide = async () => Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))

describe('a gas leak, in Chinese', () => {
  it('the alarm leads to the runbook; "do not operate switches" is first, and all others wait for it', async () => {
    await open()
    feed(g, 'gas-1/alarm', true)
    await page.locator('.alm a', { hasText: '天然气泄漏' }).click()
    await page.locator('.rb-w', { hasText: '严禁操作任何电器开关' }).waitFor()
    expect(await page.locator('.step').first().textContent()).toContain('严禁操作电器开关')
    expect(await page.locator('.step [class*=y]', { hasText: '须先完成' }).count()).toBe(10)
    await shot('runbook-gas-zh')
    expect(await page.getByRole('button', { name: '做这一步' }).count()).toBe(0)
    await stepAt('已告知现场所有人').getByRole('button', { name: '已完成' }).click()
    await stepAt('已告知现场所有人').getByText('admin').waitFor()
    await stepAt('疏散人员').getByRole('button', { name: '做这一步' }).click()
    await stepAt('疏散人员').getByRole('button', { name: '已完成' }).click()
    await page.locator('.step.done', { hasText: '疏散人员' }).waitFor()
    await page.locator('.tl-r', { hasText: '完成一步' }).first().waitFor()
    await page.locator('.rb-n', { hasText: '停气通知' }).waitFor()
  })
})

describe('a burst pipe on a telephone, in English', () => {
  it('danger is set, the power comes first, and the report is built from what was done', async () => {
    await open({ lang: 'en', width: 390 })
    feed(g, 'valve-b1/leaking', true)
    await go(page, '/runbooks')
    await page.locator('.run-l', { hasText: 'Burst pipe' }).click()
    await page.getByRole('button', { name: 'There is danger' }).click()
    const power = stepAt("cut that zone's power")
    await power.waitFor()
    expect(await power.getByRole('button', { name: 'Leave out' }).count()).toBe(0)
    await stepAt('close the supply valve').getByText('First comes').waitFor()
    expect(await wide()).toBeLessThanOrEqual(0)
    await shot('runbook-burst-en-390')
    await power.getByLabel('Who answered').fill('Zhao')
    expect(await power.getByRole('button', { name: 'Call made' }).getAttribute('aria-disabled')).toBe('true')
    await power.getByLabel('Zone (feeder)').fill('B1 sockets')
    expect(await power.locator('a[href="tel:8001"]').count()).toBe(1)
    await power.getByRole('button', { name: 'Call made' }).click()
    await stepAt("cut that zone's power").getByText('B1 sockets').waitFor()
    await stepAt('Send repair staff').getByRole('button', { name: 'Done' }).click()
    const valve = stepAt('close the supply valve')
    await valve.getByRole('button', { name: 'Done' }).click()
    await page.locator('.step.done .x', { hasText: 'close the supply valve' }).waitFor()
    await stepAt('Hang the sign')
      .locator('input[type=file]')
      .setInputFiles({
        name: 'sign.png',
        mimeType: 'image/png',
        buffer: Buffer.from(
          'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
          'base64',
        ),
      })
    await stepAt('Hang the sign').getByRole('button', { name: 'Done, with the photo' }).click()
    await page.locator('.step.done', { hasText: 'Hang the sign' }).getByRole('link', { name: 'Photo' }).waitFor()
    await stepAt('Report to the office').getByLabel('Cause').fill('Joint gave way')
    await stepAt('Report to the office').getByRole('button', { name: 'Record, done' }).click()
    await stepAt('Repair;').getByLabel('Handling').fill('New joint DN50')
    await stepAt('Repair;').getByRole('button', { name: 'Record, done' }).click()
    await stepAt('open the valve').getByRole('button', { name: 'Done' }).click()
    await page.getByText('1 step left, first: Customer service tells the merchants').waitFor()
    await stepAt('tells the merchants').getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Complete' }).click()
    await page.getByRole('link', { name: 'Incident report' }).click()
    const paper = page.locator('.rp-p')
    await paper.getByText('Joint gave way').first().waitFor()
    for (const text of ['New joint DN50', '1 to administration, 1 kept by engineering', 'IR-'])
      expect(await paper.textContent()).toContain(text)
    expect(await wide()).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Sign the report' }).click()
    await paper.getByText(/Signed: admin/).waitFor()
    await shot('report-en-390')
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('nav.rail').isVisible()).toBe(false)
    expect(await paper.isVisible()).toBe(true)
  })
})
