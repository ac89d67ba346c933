import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { mailServer } from '../support/smtp.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const site = {
  ...quietSite,
  orders: { address: 'https://gate.example' },
  rules: [
    ...quietSite.rules.filter(r => r.id === 'tripped'),
    {
      id: 'danger',
      points: ['pump-*/pressure'],
      when: { above: 50 },
      severity: 'life',
      text: both('管道将爆裂', 'Pipe about to burst'),
    },
  ],
}
const shots = process.env.GATEHOUSE_SHOTS
const folder = tempFolder()
let browser: Browser
let g: TestGateway
let mail: Awaited<ReturnType<typeof mailServer>>
let screen: Screen
let page: Page

beforeAll(async () => {
  mail = await mailServer()
  mkdirSync(join(folder.path, 'secrets'), { recursive: true })
  const options = { host: '127.0.0.1', port: mail.port, security: 'none', from: 'plaza@example.com' }
  const notify = {
    channels: [
      { id: 'mail', kind: 'email', events: [], options },
      { id: 'robot', kind: 'wecom', events: [], options: { url: 'http://127.0.0.1:1/send?key=secret-key' } },
    ],
    rosters: [{ id: 'duty', people: [{ name: '张工', email: 'zhang@example.com' }] }],
    ladders: [{ id: 'alarms', levels: [{ afterMin: 0, roster: 'duty', channels: ['mail'] }] }],
    groups: [
      {
        id: 'tenants',
        name: both('租户', 'Tenants'),
        channels: ['mail'],
        people: [{ name: '101', email: 'a@example.com' }],
      },
    ],
  }
  writeFileSync(join(folder.path, 'secrets', 'notify.json'), JSON.stringify(notify))
  g = await startGateway({ site, data: folder.path })
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
  // Chromium writes down that it plays nothing before a click; that is what the page says as well.
  expect(screen.complaints.filter(c => !/AudioContext was not allowed/.test(c))).toEqual([])
})

/** What the page says that it plays. */
const listen = (p: Page) =>
  p.addInitScript(`window.heard = []; addEventListener('gatehouse:sound', e => window.heard.push(e.detail))`)
const heard = (p: Page) =>
  p.evaluate('window.heard') as Promise<{ kind: string; severity: string; text: string; live: number }[]>
const forget = (p: Page) => p.evaluate('window.heard.length = 0')
const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`) })
}
async function open(path: string, o: Parameters<typeof openScreen>[2] = {}) {
  screen = await openScreen(browser, g.url, o)
  page = screen.page
  page.setDefaultTimeout(60_000)
  await listen(page)
  await page.reload()
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  if (path !== '') await go(page, path)
}
const quiet = async () => {
  feed(g, 'pump-1/tripped', false)
  feed(g, 'pump-1/pressure', 1)
  await until('quiet', () => g.deps.alarms.open().every(a => !a.active || !a.point.startsWith('pump-1/')))
  for (const a of g.deps.alarms.open())
    if (!a.acked) g.deps.plant()!.alarms.acknowledge(a.id, { name: 'x', role: 'admin' })
}

describe('the sound of the control room', () => {
  it('says that it is off until a click, sounds until acknowledged, is silenced by name, and a new danger breaks it', async () => {
    await open('', { lang: 'en' })
    await page.click('button[title="Turn alarm sound on at this screen"]')
    feed(g, 'pump-1/tripped', true)
    await page.waitForSelector('text=Sounding: active alarms not acknowledged: 1')
    await until('a tone', async () => (await heard(page)).some(h => h.kind === 'tone'))
    const said = (await heard(page)).find(h => h.kind !== 'tone')!
    expect(said.text).toBe('Basement 1, Pump, Pump tripped')
    await until('it comes again', async () => (await heard(page)).filter(h => h.kind === 'tone').length >= 2)
    await shot('sound-en')

    await page.click('text=Silence for 10 min')
    await page.waitForSelector('text=/Silenced by admin until/')
    expect(g.deps.alarms.get('tripped:pump-1:tripped')!.acked).toBe(false)
    await forget(page)
    await shot('silenced-en')
    feed(g, 'pump-1/pressure', 60)
    await page.waitForSelector('text=Sounding: active alarms not acknowledged: 2')
    await until('the danger', async () => (await heard(page)).filter(h => h.kind === 'tone').length >= 2)
    const news = await heard(page)
    expect(new Set(news.map(h => h.severity))).toEqual(new Set(['life']))
    expect(Math.max(...news.map(h => h.live))).toBeLessThanOrEqual(10)

    // A page that was just opened plays nothing: it says so, and one click is enough.
    const opened = await page.context().newPage()
    opened.setDefaultTimeout(60_000)
    await page.close()
    page = opened
    await listen(page)
    // Whatever a test evaluates in a page counts as a click there: the page says by itself what it shows.
    await page.addInitScript(`new MutationObserver((_, eyes) => {
      if (!document.body?.innerText.includes('Sound is off until you click')) return
      eyes.disconnect()
      console.info('it is off')
    }).observe(document, { childList: true, subtree: true })`)
    const off = page.waitForEvent('console', message => message.text() === 'it is off')
    await page.goto(g.url)
    await off
    await shot('blocked-en')
    expect(await heard(page)).toEqual([])
    await page.click('main button:has-text("Turn sound on")')
    await until('a tone', async () => (await heard(page)).some(h => h.kind === 'tone'))
    await quiet()
    await page.waitForSelector('text=/Sounding/', { state: 'detached' })
    await forget(page)
    await page.waitForTimeout(3500)
    expect(await heard(page)).toEqual([])
  })
})

describe('the link in a notice', () => {
  it.each([
    ['zh-CN', 390, '我是 张工，确认', '已由 张工 确认'],
    ['en', 1366, 'I am 张工: acknowledge', 'Acknowledged by 张工'],
  ] as const)('%s at %d: the page asks, the button acknowledges', async (lang, width, ask, done) => {
    await quiet()
    mail.letters.length = 0
    feed(g, 'pump-1/tripped', true)
    await until('the letter', () => mail.letters.length > 0)
    const path = /gate\.example(\/a\/[\w-]+)/.exec(mail.letters[0]!.text)![1]!
    screen = await openScreen(browser, g.url, { lang, width })
    page = screen.page
    await page.goto(g.url + path)
    await page.waitForSelector(`text=${ask}`)
    await shot(`link-${lang}-${width}`)
    expect(g.deps.alarms.get('tripped:pump-1:tripped')!.acked).toBe(false)
    await page.click(`text=${ask}`)
    await page.waitForSelector(`text=/${done}/`)
    await shot(`linkdone-${lang}-${width}`)
    expect(g.deps.alarms.get('tripped:pump-1:tripped')).toMatchObject({ acked: true, ackedBy: '张工' })
  })
})

describe('Settings › Notices', () => {
  it('fits all sizes, shows no secret, tests a channel, says what is wrong with a file, and saves', async () => {
    await open('/settings/notify', { lang: 'zh-CN' })
    await page.waitForSelector('.ntf li')
    expect(await page.textContent('main')).not.toContain('secret-key')
    expect(await page.inputValue('.ed textarea')).not.toContain('secret-key')
    await page.waitForSelector('text=现在当班：张工')
    const test = page.getByRole('button', { name: /发送测试/ })
    await test.nth(0).click()
    await page.waitForSelector('text=对方已接收：张工')
    await test.nth(1).click()
    await page.waitForSelector('text=/未送达：连接不上/')
    for (const [width, lang] of [
      [390, '中'],
      [1366, '中'],
      [1920, 'EN'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.click(`.langs button:has-text("${lang}")`)
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await shot(`notify-${width}`)
    }
    await page.waitForSelector('text=/Not taken: no connection/')
    await page.click('summary:has-text("File of the notice settings")')
    await page.fill('.ed textarea', '{')
    await page.click('button:has-text("Check")')
    await page.waitForSelector('.note.no >> text=/JSON/')
    await page.click('text=Discard changes')
    const text = await page.inputValue('.ed textarea')
    await page.fill('.ed textarea', text.replace('"id": "alarms"', '"id": "night"'))
    await page.click('button:has-text("Save")')
    await page.waitForSelector('text=Saved, and in use')
    await page.waitForSelector('text=Ladder night')
  })
})

describe('a notice of an outage', () => {
  it('is read, confirmed and sent on the page of the runbook, which then says who got it', async () => {
    const admin = await g.admin()
    const { body: run } = await admin.post('/api/v1/runs', { runbook: 'external-outage' })
    await open(`/runbooks/${run.id}`, { lang: 'zh-CN' })
    await page.click('button:has-text("发送通知")')
    await page.waitForSelector('dialog')
    expect(await page.textContent('dialog')).toContain('还有待填写的内容')
    for (const area of await page.locator('dialog textarea').all())
      await area.fill((await area.inputValue()).replace('（待填写）', '18:00').replace('(to be filled in)', '18:00'))
    await page.check('dialog input[type=checkbox]')
    await shot('outage-dialog')
    mail.letters.length = 0
    await page.click('dialog button[type=submit]')
    await page.waitForSelector('text=已送达 1 / 1 人', { timeout: 120_000 })
    await shot('outage-sent')
    expect(mail.letters[0]!.text).toContain('预计恢复：18:00')
  })
})
