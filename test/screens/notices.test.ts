import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { mailServer } from '../support/smtp.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** Settings › Notices, by its forms alone, from nothing to a letter. */
const shots = process.env.GATEHOUSE_SHOTS
const folder = tempFolder()
let browser: Browser
let g: TestGateway
let mail: Awaited<ReturnType<typeof mailServer>>
let screen: Screen
let page: Page

beforeAll(async () => {
  mail = await mailServer()
  g = await startGateway({ site: quietSite, data: folder.path })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await g?.stop()
  await mail?.stop()
  folder.remove()
})
afterEach(async () => {
  await screen.close()
  expect(screen.outside).toEqual([])
  expect(screen.complaints).toEqual([])
})

const file = () =>
  JSON.parse(readFileSync(join(folder.path, 'secrets', 'notify.json'), 'utf8')) as Record<string, never>
async function open(o: Parameters<typeof openScreen>[2]) {
  screen = await openScreen(browser, g.url, o)
  page = screen.page
  page.setDefaultTimeout(12_000)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/settings/notify')
  await page.waitForSelector('main h2')
}
const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const fits = async () => expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
const fill = (label: string | RegExp, text: string, nth = 0) =>
  page.locator('dialog').getByLabel(label).nth(nth).fill(text)
const why = () => page.locator('dialog .why').textContent()
const save = () => page.click('dialog button[type=submit]')
const closed = () => page.waitForSelector('dialog', { state: 'detached' })

it('in Chinese: a channel, a roster with shifts and a ladder, each wrong entry named beside its field, and who would be told', async () => {
  await open({ lang: 'zh-CN', width: 1366 })
  await page.waitForSelector('text=没有通知渠道')

  // By keyboard alone: the button, the kind, the fields in their order.
  await page.getByRole('button', { name: '添加渠道' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog')
  await page.keyboard.press('Escape')
  await closed()
  await page.keyboard.press('Enter')
  await page.locator('dialog').getByLabel('种类').selectOption('email')
  await fill(/^代号/, 'e mail')
  await page.waitForSelector('dialog .wrong >> text=/代号：字母/')
  await fill(/^代号/, 'mail')
  await fill(/^邮件服务器/, '127.0.0.1')
  await page.locator('dialog').getByLabel('加密').selectOption('none')
  await fill(/^端口/, '99999')
  await page.waitForSelector('dialog .wrong >> text=端口：1 到 65535')
  await fill(/^端口/, String(mail.port))
  await fill(/^发件人/, 'plaza')
  await page.waitForSelector('dialog .wrong >> text=/写成 duty@example.com/')
  await fill(/^发件人/, 'plaza@example.com')
  await fill('密码', 'a secret of ours')
  await shot('channel-form-zh-1366')
  await save()
  await closed()
  await page.waitForSelector('text=已保存，立即生效：mail')
  // It is written, and never read again.
  expect(file()).toMatchObject({ channels: [{ id: 'mail', options: { password: 'a secret of ours' } }] })
  expect(await page.textContent('body')).not.toContain('a secret of ours')

  await page.getByRole('button', { name: '添加值班表' }).click()
  await fill(/^代号/, 'duty')
  await fill(/^姓名|^名称/, '张工')
  expect(await why()).toBe('张工：要有电话或邮箱')
  await fill('邮箱', 'zhang@example.com')
  await page.getByRole('button', { name: '添加时段' }).click()
  await fill(/^从/, '8点')
  await page.waitForSelector('dialog .wrong >> text=时间写成 08:00 的样子')
  await fill(/^从/, '08:00')
  await fill(/^到/, '20:00')
  await page.getByRole('button', { name: '添加人员' }).click()
  await fill(/^姓名|^名称/, '吴工', 1)
  await fill('邮箱', 'wu@example.com', 1)
  await page.getByRole('button', { name: '添加时段' }).nth(1).click()
  await shot('roster-form-zh-1366')
  await save()
  await closed()
  await page.waitForSelector('text=/现在当班：(张工|吴工)/')

  await page.getByRole('button', { name: '添加升级' }).click()
  await fill(/^代号/, 'alarms')
  await page.getByRole('button', { name: '添加一级' }).click()
  await fill(/^几分钟后/, '0', 1)
  await page.waitForSelector('dialog .wrong >> text=要晚于上一级（0 分钟）')
  await fill(/^几分钟后/, '10', 1)
  await shot('ladder-form-zh-1366')
  await save()
  await closed()

  const preview = page.getByRole('region', { name: '会通知谁' })
  await preview.locator('text=/03:00.*会通知 1 人/').waitFor()
  expect(await preview.locator('.exl').first().textContent()).toContain('吴工')
  await preview.getByLabel('时间').fill('12:00')
  await preview.locator('.exl >> text=张工').first().waitFor()
  await preview.getByLabel('优先级').selectOption('low')
  await preview.locator('text=/不会通知任何人/').waitFor()

  await page.getByRole('button', { name: '用 mail 发送测试' }).click()
  await page.waitForSelector('text=/对方已接收/')
  expect(mail.letters.length).toBe(1)

  // What others need cannot just go.
  const drop = page.getByRole('button', { name: '移除 duty' })
  expect(await drop.getAttribute('aria-disabled')).toBe('true')
  expect(await drop.getAttribute('title')).toBe('正被使用：alarms。请先修改它们。')
  for (const width of [390, 1366, 1920]) {
    await page.setViewportSize({ width, height: 900 })
    await fits()
    await shot(`notices-zh-${width}`)
  }
})

it('in English, on a telephone: a kept secret stays unless it sends elsewhere; groups, late orders, removal', async () => {
  await open({ lang: 'en', width: 390 })
  await page.getByRole('button', { name: 'Change mail' }).click()
  await fill('Sender', 'gate@example.com')
  await shot('channel-form-en-390')
  await save()
  await closed()
  expect(file()).toMatchObject({ channels: [{ options: { from: 'gate@example.com', password: 'a secret of ours' } }] })

  await page.getByRole('button', { name: 'Change mail' }).click()
  await fill(/^Mail server/, 'mail.elsewhere.example')
  await page.waitForSelector('dialog .wrong >> text=/enter the secrets anew/')
  expect(await page.locator('dialog button[type=submit]').getAttribute('aria-disabled')).toBe('true')
  await page.getByRole('button', { name: 'Replace: Password' }).click()
  await fill('Password', 'another')
  await save()
  await closed()
  expect(file()).toMatchObject({ channels: [{ options: { host: 'mail.elsewhere.example', password: 'another' } }] })

  await page.getByRole('button', { name: 'Add a group' }).click()
  await fill(/^Short name/, 'tenants')
  await fill('Name, Chinese', '租户')
  await fill('Name, English', 'Tenants')
  await page.locator('dialog').getByRole('checkbox', { name: 'mail' }).check()
  await fill(/^People/, 'A-1502, a1502@example.com\nA-1503')
  await page.waitForSelector('dialog .wrong >> text=/Line 2/')
  await fill(/^People/, 'A-1502, a1502@example.com\nA-1503, 136 0000 0000, en')
  await save()
  await closed()
  await page.waitForSelector('text=2 people (mail)')

  await page.getByRole('button', { name: 'Change Late orders' }).click()
  await page.locator('dialog').getByRole('checkbox', { name: 'mail' }).check()
  await page.locator('dialog').getByLabel('Engineer').selectOption('duty')
  await fill(/^In a flood/, '10')
  await fits()
  await shot('rest-form-en-390')
  await save()
  await closed()
  await page.waitForSelector('text=Late orders and complaints: Engineer → duty, by mail')
  expect(file()).toMatchObject({
    flood: { everyMin: 10 },
    groups: [{ people: [{}, { name: 'A-1503', phone: '13600000000', language: 'en' }] }],
  })

  await page.getByRole('button', { name: 'Remove Tenants' }).click()
  await page.waitForSelector('text=Remove Tenants?')
  await save()
  await closed()
  await page.waitForSelector('text=Removed: Tenants')
  await fits()
  await shot('notices-en-390')
  // The whole as text, for who wants it; with dots for what is secret.
  await page.click('summary:has-text("File of the notice settings")')
  const text = await page.inputValue('.ed textarea')
  expect(JSON.parse(text)).toMatchObject({ channels: [{ options: { password: '••••••••' } }], groups: [] })
})
