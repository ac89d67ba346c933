import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { writeCsv } from '../../gateway/csv.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/** A unit changes its tenant: one form, signed by both, printed. Meters are walked on a phone, with and without a network. */
const shots = process.env.GATEHOUSE_SHOTS
/** Noon in Shanghai, the second day after the end of a month. */
const NOON = Date.UTC(2026, 10, 2, 4)
const began = performance.now()
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const picture = { name: 'meter.png', mimeType: 'image/png', buffer: PNG }
const HEAD = ['计量点', '单元', '介质', '表号', '整数位', '小数位', '起码', '安装日期', '余额点']
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
  const people = await g.people()
  const rows = [
    ['E-101', '101', '电', '70010001', '5', '1', '100', '2026-09-01', 'pump-1/pressure'],
    ['W-101', '101', '水', '30010001', '5', '2', '12.5', '2026-09-01', ''],
    ['W-102', '102', '水', '30010002', '5', '2', '0', '2026-09-01', ''],
  ]
  const file = Buffer.from(`\ufeff${writeCsv([HEAD, ...rows])}`).toString('base64')
  await people.engineer.post('/api/v1/meter-lists', { file, dryRun: false })
  const head = ['序号', '计量点', '位置', '拍照', '编码']
  const places = [
    ['1', 'W-102', '一层水井', '否', ''],
    ['2', 'W-101', '一层水井', '是', 'QR-W101'],
    ['3', 'E-101', '一层配电间', '否', ''],
  ]
  const walk = Buffer.from(`\ufeff${writeCsv([head, ...places])}`).toString('base64')
  await people.engineer.post('/api/v1/meter-walk/list', { file: walk, dryRun: false })
  // What each has used until the end of September, so that it is known what is usual.
  for (const [point, index] of [
    ['E-101', '400'],
    ['W-101', '22.5'],
    ['W-102', '10'],
  ] as const)
    await people.engineer.post(`/api/v1/service-points/${point}/readings`, { index, at: '2026-09-30T16:00:00Z' })
  g.deps.readingKeeper.freeze.look()
  await g.deps.readingKeeper.freeze.done()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    // Without a network the browser says so each time.
    expect(screen.complaints.filter(c => !c.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
  }
  await browser?.close()
  await g?.stop()
})
async function open(name: string, path: string, options: Parameters<typeof openScreen>[2] = {}): Promise<Page> {
  const screen = await openScreen(browser, g.url, options)
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await page.goto(`${g.url}${path}`)
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `byhand-${name}.png`), fullPage: true })
}
const fits = async (page: Page, width: number) =>
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)

it('a change of tenant: what is missing stands on the form, both sign, and it becomes a sheet of paper', async () => {
  const page = await open('billing', '/readings/special')
  await page.getByText('还没有抄表单').waitFor()
  await page.getByRole('button', { name: '新开抄表单' }).click()
  const dialog = page.locator('dialog')
  await dialog.locator('select[name=kind]').selectOption('tenant')
  for (const [name, value] of Object.entries({ unit: '102', outgoing: '张三', incoming: '李四' }))
    await dialog.locator(`input[name=${name}]`).fill(value)
  await dialog.getByText('自此时刻起由另一方付费').waitFor()
  await shot(page, 'new')
  await dialog.getByRole('button', { name: '开单' }).click()
  const lines = page.getByRole('list', { name: '表计' })
  await lines.getByText('表计台账中没有这一项的计量点').waitFor()
  const sign = page.getByRole('button', { name: '签字', exact: true })
  expect(await sign.getAttribute('aria-disabled')).toBe('true')
  await page.locator('input[name=index-0]').fill('8.00')
  await page.getByText('请先保存已填内容').waitFor()
  await page.getByRole('button', { name: '保存已填内容' }).click()
  await lines.getByText('小于上次的 10.00').waitFor()
  await page.locator('input[name=photo-0]').setInputFiles(picture)
  await page.getByRole('img', { name: '表 30010002 的照片' }).waitFor()
  await page.locator('input[name=index-0]').fill('18.75')
  await page.getByRole('button', { name: '保存已填内容' }).click()
  await page.getByText('已保存。').waitFor()
  expect(await lines.getByText('小于上次').count()).toBe(0)
  await shot(page, 'form')
  await sign.click()
  const pad = (await dialog.locator('canvas').boundingBox())!
  await page.mouse.move(pad.x + 40, pad.y + 60)
  await page.mouse.down()
  await page.mouse.move(pad.x + 180, pad.y + 30, { steps: 8 })
  await page.mouse.move(pad.x + 260, pad.y + 90, { steps: 8 })
  await page.mouse.up()
  await shot(page, 'sign')
  await dialog.getByRole('button', { name: '签字', exact: true }).click()
  await page.getByRole('img', { name: '李四 的签名' }).waitFor()
  await page.getByText('水电气表码确认单').waitFor()
  expect(await page.locator('article').innerText()).toMatch(/18\.75[\s\S]*迁入方：李四[\s\S]*物业方：billing/)
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 794, height: 1123 })
  expect(await page.getByRole('button', { name: '打印' }).isVisible()).toBe(false)
  await fits(page, 794)
  await shot(page, 'sheet')
})

it('on a phone: scanned, compared, judged at once, put down without a network and taken once', async () => {
  const page = await open('operator', '/meters', { lang: 'en', width: 390, theme: 'dark' })
  await page.locator('.rd[data-kept=true]').waitFor()
  await page.getByRole('heading', { name: '0 of 3 read, 3 due' }).waitFor()
  // In the order of the places.
  expect(await page.locator('.rd-l > li').evaluateAll(all => all.map(li => li.getAttribute('data-point')))).toEqual([
    ...['W-102', 'W-101', 'E-101'],
  ])
  await fits(page, 390)
  const type = async (text: string) => {
    for (const key of text) await page.getByRole('button', { name: key, exact: true }).click()
  }
  const search = page.getByLabel('Meter number or code')
  await search.fill('77')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('No meter of the walk has this number or code.').waitFor()
  await search.fill('QR-W101')
  await page.keyboard.press('Enter')
  await page.getByText('The code is that of this meter.').waitFor()
  await type('33.25')
  const take = page.getByRole('button', { name: 'Take 33.25' })
  expect(await take.isDisabled()).toBe(true)
  await page.getByText('A photo is asked for here.').waitFor()
  await page.locator('input[name=photo]').setInputFiles(picture)
  await take.click()
  await page.getByText('30010001 is taken.').waitFor()
  await page.getByRole('heading', { name: '1 of 3 read, 2 due' }).waitFor()

  await page.context().setOffline(true)
  await page.reload()
  await page.locator('[data-point=W-102] > button').click()
  await page.getByText('Compare the number on the meter: 30010002').waitFor()
  await type('9.5')
  await page.getByText('below 18.75, the last reading').waitFor()
  const anyway = page.getByRole('button', { name: 'Take 9.5 all the same' })
  expect(await anyway.isDisabled()).toBe(true)
  await page.locator('input[name=remark]').fill('the dial was turned by the plumber')
  await shot(page, 'phone')
  await anyway.click()
  await page.getByText('1 to send').waitFor()
  await page.locator('[data-point=E-101] > button').click()
  await page.getByRole('button', { name: 'Locked' }).click()
  await page.getByText('2 to send').waitFor()
  expect(g.deps.meterWalk.of('W-102', 9)).toEqual([])
  await shot(page, 'phone-offline')
  await page.context().setOffline(false)
  await page.getByRole('heading', { name: '2 of 3 read, 0 due' }).waitFor()
  await page.locator('.net', { hasText: 'to send' }).waitFor({ state: 'detached' })
  const taken = (point: string) => g.deps.meterWalk.of(point, 9).map(t => [t.result, t.index, t.unread, t.remark])
  expect([taken('W-102'), taken('E-101')]).toEqual([
    [['doubtful', '9.5', null, 'the dial was turned by the plumber']],
    [['unread', null, 'locked', '']],
  ])
  await page.getByLabel('List all').check()
  await page.locator('[data-point=W-102][data-state=doubtful]').waitFor()
  await fits(page, 390)
  await shot(page, 'phone-done')
})

it('somebody who only reads meters finds the walk and the forms; they fit a phone in the dark', async () => {
  const page = await open('operator', '/readings', { width: 390, theme: 'dark' })
  await page.getByText('本轮为 2026-11-01 00:00 的月末抄表').waitFor()
  expect(await page.getByRole('button', { name: '导入列表' }).count()).toBe(0)
  await fits(page, 390)
  await shot(page, 'walk-390')
  await page.getByRole('link', { name: '交接抄表' }).click()
  await page.getByRole('button', { name: '新开抄表单' }).click()
  await page.locator('dialog input[name=unit]').fill('101')
  await page.locator('dialog input[name=incoming]').fill('王五')
  await page.getByRole('button', { name: '开单' }).click()
  await page.locator('select[name=unread-1]').selectOption('locked')
  await page.locator('input[name=index-0]').fill('410')
  await page.getByRole('button', { name: '保存已填内容' }).click()
  await page.getByText('已保存。').waitFor()
  await page.getByText('还有 1 行缺表码或照片').waitFor()
  await fits(page, 390)
  await shot(page, 'form-390')
})

it('the office sees how far the walk is; a prepaid meter shows what was put on it', async () => {
  const page = await open('engineer', '/readings/walk', { lang: 'en', width: 1920 })
  await page.locator('.sub', { hasText: '2 of 3 read, 0 due' }).waitFor()
  await page.getByText('For the end of the month at 2026-11-01 00:00').waitFor()
  await page
    .getByRole('row', { name: /30010002/ })
    .getByText('the dial was turned by the plumber')
    .waitFor()
  await shot(page, 'walk')
  await page.getByRole('button', { name: 'Import the list' }).click()
  const dialog = page.locator('dialog')
  const csv = (...rows: string[][]) => ({
    ...{ name: 'walk.csv', mimeType: 'text/csv' },
    buffer: Buffer.from(writeCsv([['service point', 'index', 'read at'], ...rows])),
  })
  await dialog.locator('input[name=list]').setInputFiles(csv(['E-101', '500', '']))
  await dialog.getByRole('button', { name: 'Check the list' }).click()
  await dialog.getByText('An index without the time at which it was read').waitFor()
  await dialog.locator('input[name=list]').setInputFiles(csv(['E-101', '700', '2026-11-02 11:00']))
  await dialog.getByRole('button', { name: 'Check the list' }).click()
  await dialog.getByText('1 row: 1 reading, 0 not read, 0 with a problem.').waitFor()
  await dialog.getByRole('button', { name: 'Write places and readings' }).click()
  await dialog.getByText('1 reading and 0 not read are taken, 0 of them doubtful.').waitFor()
  await shot(page, 'import')
  await dialog.getByRole('button', { name: /Close/ }).click()
  await page.locator('.sub', { hasText: '3 of 3 read' }).waitFor()

  await page.goto(`${g.url}/readings/E-101`)
  const card = page.getByRole('region', { name: 'Balance and top-ups' })
  await card.getByText('What is left on the meter is not known.').waitFor()
  await card.getByRole('button', { name: 'Enter a top-up' }).click()
  for (const [name, value] of Object.entries({ at: '2026-11-01T10:00', amount: '200', receipt: 'R-7' }))
    await dialog.locator(`input[name=${name}]`).fill(value)
  await dialog.getByRole('button', { name: 'Enter', exact: true }).click()
  await card.getByRole('row', { name: /R-7/ }).getByText('200').waitFor()
  await shot(page, 'life')
})
