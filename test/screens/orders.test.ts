import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { readCode } from '../support/readcode.ts'
import { quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** From a report to the return visit in a real browser, on the real gateway. */
const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  g = await startGateway({ site: quietSite })
  await g.people()
})
afterEach(async () => {
  for (const screen of screens.splice(0)) {
    await screen.close()
    expect(screen.complaints).toEqual([])
    expect(screen.outside).toEqual([])
  }
  await g.stop()
})

async function open(as: string, options: Parameters<typeof openScreen>[2] = {}): Promise<Page> {
  const screen = await openScreen(browser, g.url, options)
  screens.push(screen)
  const { page } = screen
  page.setDefaultTimeout(20_000)
  await page.fill('input[name=username]', as)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/orders')
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
/** Wider than its window, or smaller than 12 px: measured on what is drawn. */
const measure = `(() => {
  const small = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let n; (n = words.nextNode()); ) {
    if (!n.data.trim() || !n.parentElement.checkVisibility()) continue
    if (parseFloat(getComputedStyle(n.parentElement).fontSize) < 12) small.push(n.data.trim())
  }
  return { wide: document.documentElement.scrollWidth - innerWidth, small }
})()`
async function fits(page: Page, name: string) {
  for (const lang of ['中', 'EN'])
    for (const width of [390, 1366, 1920]) {
      await page
        .getByRole('button', { name: lang === '中' ? /^中/ : /^EN/, exact: false })
        .first()
        .click()
      await page.setViewportSize({ width, height: 900 })
      expect([lang, width, await page.evaluate(measure)]).toEqual([lang, width, { wide: 0, small: [] }])
      await shot(page, `${name}-${lang === '中' ? 'zh' : 'en'}-${width}`)
    }
  await page.setViewportSize({ width: 1366, height: 900 })
}
const chip = (page: Page, text: string) => page.locator('.ord .chip', { hasText: text }).waitFor()

it('the desk takes a report by keyboard; the crew pauses it, repairs it; the desk closes it and asks', async () => {
  const page = await open('desk', { lang: 'en' })
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  const send = dialog.getByRole('button', { name: 'Send the report' })
  expect(await send.getAttribute('aria-disabled')).toBe('true')
  await dialog.getByText('Still missing: Kind').waitFor()
  await dialog.getByLabel('Kind').selectOption('door')
  await dialog.getByLabel('What is wrong').fill('lock jams <b>n</b>')
  await dialog.getByLabel('Room or place').fill('A-1502')
  await dialog.getByLabel('Name').fill('Ms Chen')
  await dialog.getByRole('textbox', { name: 'Telephone' }).fill('138')
  await shot(page, 'report')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^WO-/ }).waitFor()
  await chip(page, 'To accept')
  await page.locator('.ord').getByText('A-1502 lock jams <b>n</b>').first().waitFor()
  await page.locator('.ord').getByText('Ms Chen 138').waitFor()
  const at = new URL(page.url()).pathname

  const crew = await open('engineer')
  await go(crew, at)
  await crew.getByRole('button', { name: '接单' }).click()
  await chip(crew, '在途')
  await crew.getByRole('button', { name: '暂停…' }).click()
  const asked = crew.getByRole('dialog')
  await asked.getByLabel('等什么').selectOption('part')
  const until = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 16)
  await asked.getByLabel('预计到').fill(until)
  await asked.getByRole('button', { name: /暂停 WO-/ }).click()
  await chip(crew, '暂停')
  await crew.locator('.ord .clk.held', { hasText: '等备件，至' }).first().waitFor()
  await crew.locator('.orl .gh', { hasText: '暂停' }).waitFor()
  await fits(crew, 'paused')
  await crew.getByRole('button', { name: '中', exact: true }).click()
  await crew.getByRole('button', { name: '看板' }).click()
  await crew.locator('.bd-c', { hasText: '暂停' }).locator('.bd-k').waitFor()
  await fits(crew, 'board')
  await crew.getByRole('button', { name: '中', exact: true }).click()
  await crew.getByRole('button', { name: '列表' }).click()
  await crew.getByRole('button', { name: '登记到场' }).click()
  await chip(crew, '处理中')
  await crew.getByRole('button', { name: '登记用料' }).click()
  await asked.getByLabel('名称').fill('锁芯')
  await asked.getByLabel('数量').fill('2')
  await asked.getByRole('button', { name: '登记用料' }).click()
  await crew.locator('.exl', { hasText: '锁芯' }).waitFor()
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  await crew.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: png })
  await crew.locator('.phs img').waitFor()
  await crew
    .locator('input[type=file]')
    .setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: Buffer.from('no photo at all, sorry') })
  await crew.getByText('不是 JPEG、PNG 或 WebP 照片。').waitFor()
  await crew.getByRole('button', { name: '登记修好' }).click()
  await chip(crew, '待验证')

  await chip(page, 'To verify')
  await page.getByRole('button', { name: 'Verify and close' }).click()
  await chip(page, 'Closed')
  await page.getByRole('button', { name: /^Return visit/ }).click()
  await page.locator('.orl tr', { hasText: 'lock jams' }).waitFor()
  await page.getByRole('button', { name: 'Record return visit' }).click()
  await dialog.getByLabel('Was it solved?').selectOption('no')
  await dialog.getByText('the order goes back to the crew').waitFor()
  await dialog.getByRole('button', { name: 'Record return visit' }).click()
  await chip(page, 'On the way')
  await fits(page, 'detail')
}, 120_000)

it('who scans the code on a pump reports without signing in, sees how far it is, and says whether it works', async () => {
  const people = await g.people()
  const { path } = (await people.desk.get('/api/v1/equipment/pump-1/report-link')).body as { path?: string }
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
  const phone = await context.newPage()
  phone.setDefaultTimeout(20_000)
  const complaints: string[] = []
  phone.on('pageerror', error => complaints.push(String(error)))
  await phone.goto(g.url + path)
  await phone.getByText('水泵').first().waitFor()
  await phone.getByRole('button', { name: '提交报修' }).click()
  await phone.getByText('还缺：报修事项').waitFor()
  await phone.getByLabel('报修事项').fill('有异响')
  await phone.getByLabel('类别').selectOption('civil')
  expect(await phone.evaluate(measure)).toEqual({ wide: 0, small: [] })
  await shot(phone, 'intake')
  await phone.getByRole('button', { name: '提交报修' }).click()
  await phone.getByText('已受理').waitFor()
  expect(new URL(phone.url()).pathname).toMatch(/^\/receipt\/r_/)
  const [order] = (await people.admin.get('/api/v1/workorders')).body.items
  for (const action of ['accept', 'arrive', 'fix'])
    await people.engineer.post(`/api/v1/workorders/${order!.id}/${action}`)
  await phone.reload()
  await phone.getByText('现在好了吗？').waitFor()
  await shot(phone, 'receipt')
  await phone.getByRole('button', { name: '解决了', exact: true }).click()
  await phone.getByText('已确认').waitFor()
  expect((await people.admin.get(`/api/v1/workorders/${order!.id}`)).body.verifiedBy).toBe('requester')

  await phone.goto(`${g.url}/report/pump-1~AAAAAAAAAAAAAAAA`)
  await phone.getByText('此链接无效').waitFor()
  expect(complaints).toEqual([])
  await context.close()

  const page = await open('desk', { lang: 'en' })
  await go(page, '/equipment/pump-1')
  await page.getByRole('button', { name: 'Report code' }).click()
  const image = page.getByRole('img', { name: 'Report code: Pump' })
  await image.waitFor()
  // What a telephone would read in the picture as it is drawn.
  const qr = await image.evaluate(svg => {
    const path = svg.querySelector('path')!.getAttribute('d')!
    return { size: Number(svg.getAttribute('viewBox')!.split(' ')[2]), path }
  })
  expect(readCode(qr.path, qr.size)).toBe(new URL(path!, g.url).href)
  await page.getByText('does not say by which address').waitFor()
  await shot(page, 'code')
})
