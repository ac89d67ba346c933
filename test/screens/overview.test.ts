import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { EquipmentView, SampleView, Text } from '../../gateway/http/contract.ts'
import { systemOf } from '../../rules/plant/systems.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen, signIn } from './browser.ts'
import { type Stub, startStub } from './stub.ts'

/** A second site: one transformer, a board of two sections, a tank with its pumps and a lift; nothing of the demo. */
const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let stub: Stub
let screen: Screen
let page: Page

const both = (words: string): Text => ({ 'zh-CN': `${words}（中）`, en: words })
type Rows = Record<string, readonly [value: number | boolean | string, unit?: string]>
function add(id: string, kind: string, rows: Rows, more: Partial<EquipmentView> = {}): void {
  const points = Object.entries(rows).map(([key, [value, unit]]) => ({
    id: `${id}/${key}` as const,
    key,
    name: both(key),
    kind: typeof value as 'number' | 'boolean',
    unit: unit ?? null,
    enum: null,
    decimals: null,
    scanMs: 1000,
  }))
  stub.world.equipment.push({
    ...{ id, kind, name: both(id), space: null, channel: 'bus-1', protocol: 'modbus-tcp', unit: 1, profile: null },
    ...{ points, certificates: [], system: systemOf({ kind }), fedBy: [], meter: null, busbars: [], ties: [] },
    ...more,
  })
  for (const [key, [value]] of Object.entries(rows)) stub.put(`${id}/${key}`, { value, quality: 'good', reason: null })
}
const point = (id: string) => id as `${string}/${string}`
const bar = (id: string, voltage: string | null, from: string | null) => ({
  ...{ id, name: both(`Section ${id}`), nominal: 400, voltage: voltage === null ? null : point(voltage) },
  fedBy: from === null ? [] : [{ from, closed: point('lv/q1'), tripped: null, power: null, meter: 'em' }],
})

beforeAll(async () => {
  browser = await openBrowser()
  stub = await startStub()
  add('t1', 'transformer', { temperature: [61, 'Cel'], load: [40, '%'] })
  add('gen', 'generator', { running: [false] })
  add('em', 'electricity-meter', { 'power-factor': [0.93], power: [120, 'kW'] })
  add(
    'lv',
    'switchboard',
    { q1: [true], q3: [false], u1: [398, 'V'], u2: [0, 'V'] },
    {
      busbars: [bar('i', 'lv/u1', 't1'), bar('ii', 'lv/u2', null), bar('iii', null, null)],
      ties: [{ between: ['i', 'ii'], closed: point('lv/q3'), tripped: null }],
    },
  )
  const feeder = { closed: [true], tripped: [false], live: [true], current: [31.5, 'A'], power: [18, 'kW'] } as const
  add('f-pumps', 'feeder', feeder, { fedBy: ['lv/i', 'gen'] })
  add('f-shops', 'feeder', feeder, { fedBy: ['lv/ii'] })
  add('tank', 'tank', { level: [62, '%'] })
  add(
    'set',
    'pump',
    { 'pump1-running': [true], 'pump2-running': [false], pressure: [5.2, 'bar'] },
    { fedBy: ['tank', 'f-pumps'] },
  )
  add('lift-9', 'lift', { floor: ['7'], 'door-open': [false], 'person-trapped': [false] })
})
afterAll(() => browser?.close().then(() => stub.close()))
afterEach(async () => {
  expect(screen.complaints).toEqual([])
  await screen.close()
})
const open = async (path: string, options: Parameters<typeof openScreen>[2] = { lang: 'en' }) => {
  screen = await openScreen(browser, stub.url, options)
  page = screen.page
  await signIn(page)
  await go(page, path)
}
const words = (selector: string) =>
  page
    .locator(selector)
    .innerText()
    .then(text => text.replace(/\s+/g, ' '))
const put = (
  id: string,
  value: SampleView['value'],
  quality: SampleView['quality'] = 'good',
  reason: SampleView['reason'] = null,
) => stub.put(id, { value, quality, reason })

it('draws the single line of a site from its own data, and says of each busbar only what is measured', async () => {
  await open('/equipment/by/power')
  await page.waitForSelector('.ov-bar.live')
  expect(await words('[data-node="lv/i"]')).toBe('Section i 398 V')
  expect(await words('[data-node="lv/ii"]')).toBe('Section ii 0 V dead (measured)')
  expect(await words('[data-node="lv/iii"]')).toBe('Section iii voltage not measured')
  expect(await page.locator('.ov-bar.dead').count()).toBe(1)
  expect(await words('[data-node="lv:0"]')).toBe('Bus coupler open')
  expect(await words('[data-node="lv/i:0"]')).toBe('closed 120 kW cos φ 0.93')
  expect(await words('[data-node="f-pumps"]')).toBe('closed 18 kW 31.5 A f-pumps Reserve: gen')

  // A feeder stands right under its drop from the busbar.
  const middle = (selector: string) =>
    page.locator(selector).evaluate(e => e.getBoundingClientRect().x + e.getBoundingClientRect().width / 2)
  expect(
    Math.abs((await middle('[data-node="f-pumps"] .sym')) - (await middle('[data-node="lv/i:0"] .sym'))),
  ).toBeLessThan(2)

  // The coupler closes and the section comes alive: each is seen as it is told, none is concluded from the other.
  put('lv/q3', true)
  await until('the coupler closed', async () => (await words('[data-node="lv:0"]')).includes('closed'))
  expect(await page.locator('.ov-bar.dead').count()).toBe(1)
  put('lv/u2', 397)
  await until('both sections alive', async () => (await page.locator('.ov-bar.live').count()) === 2)

  // A meter that fell silent: no number, no state, another shape.
  put('lv/u2', null, 'bad', 'timeout')
  await page.waitForSelector('.ov-bar.unknown')
  expect(await words('[data-node="lv/ii"]')).toMatch(/^Section ii — ×.* voltage unknown$/)
  put('f-shops/closed', null, 'bad', 'timeout')
  await page.waitForSelector('[data-node="f-shops"] .sym.unknown')
  put('f-shops/closed', true, 'uncertain', 'stale')
  await page.waitForSelector('[data-node="f-shops"] .qm')
  put('f-shops/tripped', true)
  await page.waitForSelector('[data-node="f-shops"] .sym.fault')
  if (shots) await page.screenshot({ path: join(shots, 'overview-power.png'), fullPage: true })

  await page.locator('[data-node="f-pumps"] .eq-a').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/equipment/f-pumps')
  const supply = page.locator('section[aria-label="Supply"]')
  expect((await supply.innerText()).replace(/\s+/g, ' ')).toMatch(/Fed by lv .* gen .* Feeds set/)
})

it('fills a tank by what is measured, names who is trapped, and is a list on a phone', async () => {
  await open('/equipment/by/all', { lang: 'zh-CN', width: 390, theme: 'dark' })
  await page.waitForSelector('[data-equipment="tank"] rect.lv')
  put('tank/level', null, 'bad', 'timeout')
  await page.waitForSelector('[data-equipment="tank"] .ov-tank.unknown')
  expect(await page.locator('[data-equipment="tank"] rect.lv').count()).toBe(0)
  expect(await words('[data-equipment="set"] .ov-pumps')).toBe('1# 运行 2# 停')
  expect(await page.locator('.ov-line').count()).toBe(0)
  expect(await words('[data-equipment="f-pumps"]')).toMatch(/合 备用： gen（中）/)
  expect(await page.locator('[data-equipment="lift-9"].life').count()).toBe(0)
  put('lift-9/person-trapped', true)
  await page.waitForSelector('[data-equipment="lift-9"].life')
  expect(await words('[data-equipment="lift-9"]')).toContain('轿厢困人')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  if (shots) await page.screenshot({ path: join(shots, 'overview-phone.png'), fullPage: true })
})
