import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { pagesOf, sheetMm } from '../support/pdf.ts'
import { both, quietSite } from '../support/sites.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/** The sheet of a plant room: a line is written, put right and missed; the plant writes its own, and a phone confirms it. */
const shots = process.env.GATEHOUSE_SHOTS
const MINUTE = 60_000
/** Two minutes past noon in Shanghai, at whatever hour this runs. */
const NOON = Date.UTC(2026, 10, 23, 4, 2)
const began = performance.now()
let ahead = 0
let browser: Browser
let g: TestGateway
const screens: Screen[] = []

const room = {
  ...{ id: 'lv', name: { 'zh-CN': '低压配电运行记录', en: 'Low-voltage run record' }, by: ['engineer'] },
  columns: [
    { point: 'pump-1/pressure', name: { 'zh-CN': '压力', en: 'Pressure' }, normal: [2, 6] },
    {
      ...{ key: 'smell', name: { 'zh-CN': '异味', en: 'Smell' } },
      choices: [
        { id: 'none', text: { 'zh-CN': '无', en: 'none' } },
        { id: 'burnt', text: { 'zh-CN': '焦味', en: 'burnt' }, ok: false },
      ],
    },
    { key: 'oil', equipment: 'pump-1', name: { 'zh-CN': '油位', en: 'Oil level' }, unit: 'mm', optional: true },
  ],
  times: [{ from: '08:00', to: '20:00', everyMin: 60 }],
}
const plant = {
  ...{ id: 'hvac', name: { 'zh-CN': '空调运行记录', en: 'Air-conditioning run record' } },
  columns: [{ point: 'pump-1/pressure', name: both('pressure') }],
  follows: { point: 'pump-1/tripped', everyMin: 60 },
  preStart: [
    {
      ...{ equipment: 'pump-1', start: 'tripped', running: 'tripped' },
      items: [{ key: 'valves', name: { 'zh-CN': '阀门', en: 'Valves' }, kind: 'ok' }],
    },
  ],
}

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({
    clock: createClock(
      () => NOON + ahead + performance.now() - began,
      () => performance.now() + ahead,
    ),
    site: { ...quietSite, site: { ...quietSite.site, timezone: 'Asia/Shanghai' }, runRecords: [room, plant] },
  })
  await g.people()
  feed(g, 'pump-1/pressure', 7)
  feed(g, 'pump-1/tripped', false)
  g.deps.runRecords.look()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    expect(screen.complaints).toEqual([])
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
  await page.goto(g.url + path)
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const later = (minutes: number) => {
  ahead += minutes * MINUTE
  g.deps.runRecords.look()
}
const fits = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth')

it('a line: taken from the plant, asks for what only a person sees and for a word on what is out of its range; then put right', async () => {
  const page = await open('engineer', '/runrecords')
  // The first day of a form makes nobody late: the line of noon was before it. Somebody wants one all the same.
  await page.getByRole('link', { name: '低压配电运行记录' }).click()
  await page.getByRole('button', { name: '临时加抄' }).click()
  await page.locator('[data-todo=write]').click()
  const form = page.getByRole('dialog')
  await form.getByText('的数值').waitFor()
  const confirm = form.getByRole('button', { name: '以 engineer 确认' })
  await form.getByText('还没填：异味').first().waitFor()
  expect(await confirm.getAttribute('aria-disabled')).toBe('true')
  await form.getByLabel('异味').selectOption('none')
  await form.getByText('超出正常范围：压力').first().waitFor()
  await shot(page, 'runrecords-write')
  await form.getByLabel('备注').fill('出口阀未开足')
  await form.getByLabel('油位').fill('120')
  await confirm.click()
  const row = page.locator('tr[data-phase=done]')
  await row.waitFor()
  expect(await row.innerText()).toMatch(/▲[\s\S]*7[\s\S]*120[\s\S]*无[\s\S]*engineer[\s\S]*出口阀未开足/)
  await row.getByRole('button', { name: '更正' }).click()
  await form.getByLabel('油位').fill('12')
  await form.getByText('请写明原因').first().waitFor()
  await form.getByLabel('为何更正').fill('多写了一个零')
  await form.getByRole('button', { name: '以 engineer 更正' }).click()
  await page.locator('tr.rr-gone').waitFor()
  // The old line stays, struck out, with its value; the new one says why.
  expect(await page.locator('tr.rr-gone').innerText()).toContain('120')
  expect(await page.locator('tr[data-phase=done]:not(.rr-gone)').innerText()).toMatch(
    /12[\s\S]*多写了一个零（engineer）/,
  )
  await shot(page, 'runrecords-sheet')
  expect(await fits(page)).toBe(true)
})

it('on paper: a landscape sheet with places to sign, without buttons', async () => {
  const page = await open('manager', '/runrecords/lv', { lang: 'en', theme: 'dark' })
  await page.locator('tr.rr-gone').waitFor()
  expect(await page.getByRole('button', { name: 'Extra line' }).count()).toBe(0)
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByText('Engineering supervisor:').isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false)
  expect(await page.getByText(`Up to entry ${g.deps.trail.head()} of the trail`).isVisible()).toBe(true)
  const pdf = await page.pdf({ preferCSSPageSize: true })
  expect([sheetMm(pdf), pagesOf(pdf)]).toEqual([[297, 210], 1])
  // Nothing of the table runs off the paper.
  const edges = 'document.querySelector(".rr-t").getBoundingClientRect().right <= innerWidth'
  expect(await page.evaluate(edges)).toBe(true)
})

it('the plant starts: its line waits, and a phone confirms it', async () => {
  feed(g, 'pump-1/tripped', true)
  g.deps.runRecords.look()
  const page = await open('operator', '/runrecords/hvac', { lang: 'en', width: 390, theme: 'dark' })
  await page.getByText('automatic, not confirmed').waitFor()
  await shot(page, 'runrecords-390')
  await page.locator('[data-todo=confirm]').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm as operator' }).click()
  await page.locator('tr[data-phase=done]').waitFor()
  expect(await page.locator('tr[data-phase=done]').innerText()).toMatch(/start[\s\S]*7[\s\S]*operator/)
  expect(await fits(page)).toBe(true)
})

it('before a start: the list is gone through on a phone; a start by hand without one asks for its reason', async () => {
  const page = await open('operator', '/runrecords/hvac', { width: 390 })
  const part = page.locator('[data-part=pre-start]')
  await part.getByText('没有启动前检查记录').waitFor()
  // The plant was started at its own panel in the case before.
  const entry = part.locator('[data-entry=unchecked]')
  await entry.getByText('未做启动前检查就启动').waitFor()
  await entry.getByRole('button', { name: '说明启动原因' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('为何未检查就启动').fill('调试')
  await form.getByRole('button', { name: '说明启动原因' }).click()
  await entry.getByText('原因：调试（operator）').waitFor()
  await part.getByRole('button', { name: '逐项检查' }).click()
  await form.getByText('还没填：阀门').first().waitFor()
  await form.getByLabel('阀门').selectOption('ok')
  await shot(page, 'prestart-dialog-390')
  await form.getByRole('button', { name: '以 operator 签认' }).click()
  await part.getByText('前可以启动').waitFor()
  await shot(page, 'prestart-390')
  expect(await fits(page)).toBe(true)
  const wide = await open('manager', '/runrecords/hvac', { lang: 'en', theme: 'dark' })
  await wide.getByText('check list done').waitFor()
  expect(await wide.getByRole('button', { name: 'Go through the list' }).count()).toBe(0)
  await shot(wide, 'prestart-wide')
})

it('nobody writes: missed, and whoever may says why', async () => {
  later(120)
  const page = await open('admin', '/runrecords/lv')
  const row = page.locator('tr[data-phase=missed]').first()
  await row.waitFor()
  expect(await row.innerText()).toContain('漏抄：无人抄录')
  await row.getByRole('button', { name: '说明原因' }).click()
  await page.getByRole('dialog').getByLabel('为何无人抄录').fill('全员抢修')
  await page.getByRole('dialog').getByRole('button', { name: '说明原因' }).click()
  await row.getByText('原因：全员抢修（admin）').waitFor()
  await shot(page, 'runrecords-missed')
  await page.goto(`${g.url}/runrecords`)
  await page.locator('tr[data-form=lv]').waitFor()
  await shot(page, 'runrecords-list')
})
