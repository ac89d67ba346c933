import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { GATEWAY } from '../../gateway/core/events.ts'
import type { RegisterCode } from '../../rules/readings/book.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/** What the rules found is decided on; a main that does not come out is an alarm with its place; a multiplier needs two people. */
const shots = process.env.GATEHOUSE_SHOTS
/** Half past one at night of the 3 December in Shanghai. */
const NOW = Date.parse('2026-12-03T01:30:00+08:00')
const DAY = 86_400_000
const midnight = (daysAgo: number) => Date.parse('2026-12-03T00:00:00+08:00') - daysAgo * DAY
const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
const site = {
  ...quietSite,
  spaces: [
    { id: 'b1', kind: 'building', name: both('一号楼', 'Building 1'), area: 1000 },
    { id: 's1', kind: 'unit', parent: 'b1', name: both('101 商铺', 'Shop 101'), use: 'shop' },
    { id: 's2', kind: 'unit', parent: 'b1', name: both('102 商铺', 'Shop 102'), use: 'shop' },
  ],
}
const began = performance.now()
let browser: Browser
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  if (shots) mkdirSync(shots, { recursive: true })
  browser = await openBrowser()
  g = await startGateway({
    clock: createClock(
      () => NOW + performance.now() - began,
      () => performance.now(),
    ),
    site,
  })
  await g.people()
  const { trail, meterBook, readings, readingDesk } = g.deps
  trail.change(GATEWAY, note => {
    for (const [id, unit, parent] of [
      ['E-0', 'b1', null],
      ['E-101', 's1', 'E-0'],
      ['E-102', 's2', 'E-0'],
    ] as const) {
      const role = parent === null ? ('main' as const) : ('sub' as const)
      const use = parent === null ? ('public' as const) : ('shop' as const)
      meterBook.put(note, { id, unit, medium: 'electricity', parent, role, use, closed: false })
      const codes: RegisterCode[] = parent === null ? ['total', 'peak', 'valley'] : ['total']
      const registers = codes.map(code => ({
        ...{ code, digits: 6, decimals: 1, unit: 'kW.h', maxPerHour: 10_000, source: `x/${id}` as never },
      }))
      const plate = { medium: 'electricity' as const, maker: '', model: '', accuracy: 1, seal: '' }
      meterBook.install(
        note,
        { ...plate, serial: `M${id}`, registers },
        { point: id, meter: `M${id}`, from: midnight(40), opening: Object.fromEntries(codes.map(c => [c, 0])) },
        1_000_000,
      )
    }
    const at: Record<string, number> = { 'E-0': 0, 'E-101': 0, 'E-102': 0 }
    for (let ago = 39; ago >= 0; ago--) {
      // Shop 101 counts as good as nothing since five days; shop 102 was not read this night.
      const rises: Record<string, number> = { 'E-0': 2040, 'E-101': ago < 5 ? 100 : 1000, 'E-102': 1000 }
      for (const id of Object.keys(rises)) at[id] = at[id]! + rises[id]!
      const row = (point: string, register: RegisterCode, index: number | null) => ({
        ...{ point, meter: `M${point}`, register, at: midnight(ago), index, reason: null, finding: null },
        ...{ quality: index === null ? ('missing' as const) : ('actual' as const), measuredAt: midnight(ago) },
        ...{ validation: index === null ? ('uncertain' as const) : ('valid' as const), demo: false },
      })
      const total = at['E-0']!
      readings.freeze(
        note,
        midnight(ago),
        [
          ...[row('E-0', 'total', total), row('E-0', 'peak', total / 2), row('E-0', 'valley', total / 2)],
          ...[row('E-101', 'total', at['E-101']!), row('E-102', 'total', ago === 0 ? null : at['E-102']!)],
        ],
        midnight(ago) + 3_600_000,
        { 32: '2026-10', 2: '2026-11' }[ago] ?? null,
      )
    }
  })
  readingDesk.checks.look()
  await readingDesk.checks.done()
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
  await page.goto(`${g.url}${path}`)
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `checks-${name}.png`), fullPage: true })
}
const narrow = async (page: Page) =>
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)

it('what the rules found: somebody is sent, something is estimated, something is so', async () => {
  const page = await open('engineer', '/readings')
  const queue = page.getByRole('table', { name: '待处理异常' })
  await queue.getByText('1 天用 10 kWh，平时 30 至 250 kWh，为平时的 10%。').first().waitFor()
  expect(await queue.locator('tbody tr').count()).toBe(5)
  await shot(page, 'queue')
  const dialog = page.locator('dialog')
  const newest = page.getByRole('button', { name: '处理 101 商铺：用量偏低' }).first()
  await newest.click()
  await dialog.getByText('估读表码').waitFor()
  await dialog.getByLabel('派人现场核表').check()
  await dialog.locator('input[name=note]').fill('怀疑表停走')
  await shot(page, 'act')
  await dialog.getByRole('button', { name: '保存' }).click()
  await queue.getByRole('link', { name: '已派人现场核表' }).click()
  await page.getByText('现场核表：101 商铺，表 ME-101。').first().waitFor()
  await page.getByText('抄录表码，并拍下表盘').first().waitFor()
  await page.goBack()

  // The one that nobody read: an estimate, which says what it rests on.
  await page.getByRole('button', { name: '102 商铺，表 ME-102' }).first().click()
  await dialog.getByLabel('估读计入').check()
  await dialog.getByText('估读表码 4000.0：按前三周同日平均估算').waitFor()
  await dialog.locator('input[name=note]').fill('集中器掉线')
  await dialog.getByRole('button', { name: '保存' }).click()
  await page.getByText('估读 · 已确认').first().waitFor()

  await newest.click()
  await dialog.locator('input[name=note]').fill('商户停业')
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect.poll(() => queue.locator('tbody tr').count()).toBe(4)
})

it('a main that does not come out is an alarm at its place, with an order and where to look first', async () => {
  g.deps.readingDesk.checks.look()
  await g.deps.readingDesk.checks.done()
  const page = await open('engineer', '/alarms', { lang: 'en', theme: 'dark' })
  await page.getByText('Meter balance over its limit').first().waitFor()
  await page.getByText('look first at E-101').first().waitFor()
  await page.getByText('Building 1').first().waitFor()
  await shot(page, 'alarm')
  const order = g.deps.workorders.list('open', 10).find(o => o.origin === 'alarm')
  expect([order?.space, order?.text.en]).toEqual(['b1', expect.stringContaining('(limit 3 %)')])
  await page.goto(`${g.url}/readings`)
  const balance = page.getByRole('table', { name: 'Balance of main meters' })
  await balance.getByText('Look first at:').waitFor()
  await shot(page, 'balance')
})

it('another multiplier: one asks, another approves; and day by day for a tenant who asks', async () => {
  const page = await open('engineer', '/readings/E-101')
  const dialog = page.locator('dialog')
  await page.getByRole('button', { name: '变更倍率' }).click()
  for (const [name, value] of Object.entries({
    ...{ multiplier: '30', from: '2026-12-02T10:00', 'index-total': '3545.0', evidence: '互感器 150/5' },
  }))
    await dialog.locator(`input[name=${name}]`).fill(value)
  await shot(page, 'multiplier-ask')
  await dialog.getByRole('button', { name: '提交复核' }).click()
  const table = page.getByRole('table', { name: '倍率' })
  await table.getByText('待另一人复核').waitFor()
  expect(await table.getByRole('button', { name: '复核通过' }).getAttribute('aria-disabled')).toBe('true')
  const other = await open('manager', '/readings/E-101', { lang: 'en', width: 390, theme: 'dark' })
  await other.getByRole('button', { name: 'Approve' }).click()
  await other.getByText('asked for by engineer, approved by manager').waitFor()
  await narrow(other)
  await shot(other, 'multiplier-phone')

  await other.getByRole('link', { name: 'Use day by day' }).click()
  const days = other.getByRole('table', { name: 'Use day by day' })
  await days.getByText('2026-11-30').waitFor()
  expect(await days.locator('tbody tr').count()).toBe(8)
  await narrow(other)
  await shot(other, 'days-phone')
  await page.goto(`${g.url}/readings/E-102/days`)
  await page.getByRole('table', { name: '按日用量' }).getByText('2026-11-30').waitFor()
  await shot(page, 'days')
})

it('the overview of a month: by use, building, period and m², and what is not known', async () => {
  const page = await open('manager', '/consumption')
  await page.getByRole('button', { name: '概览' }).click()
  await page.getByLabel('统计期').selectOption('2026-11')
  const card = page.getByRole('region', { name: '电' })
  await card.getByText('6,120.0 kWh', { exact: true }).first().waitFor()
  await card.getByText('6.120 kWh/m²').first().waitFor()
  await shot(page, 'overview')
  const phone = await open('manager', '/consumption', { lang: 'en', width: 390, theme: 'dark' })
  await phone.getByRole('button', { name: 'Overview' }).click()
  await phone.getByText('area 1,000 m²').waitFor()
  await narrow(phone)
  await shot(phone, 'overview-phone')
})
