import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMeter } from '../../firmware-sim/meter.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/wait.ts'
import { openBrowser, openScreen } from './browser.ts'

const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
let server: ModbusServer
beforeAll(async () => {
  browser = await openBrowser()
  const units = new Map([
    [1, createMeter(Date.now)],
    [4, createPump(Date.now)],
  ])
  server = await startModbus({ framing: 'tcp', units })
  g = await startGateway({ nobody: true })
})
afterAll(async () => {
  await browser?.close()
  await g?.stop()
  await server?.stop()
})
const shot = async (page: Page, name: string) => {
  if (!shots) return
  await page.screenshot({ path: join(shots, `firstdev-${name}.png`), fullPage: true })
}

it('from an empty box to a device on the live table with its first alarm: one form, then five clicks', async () => {
  const screen = await openScreen(browser, g.url, { lang: 'en' })
  const { page } = screen
  let clicks = 0
  const pages = new Set<string>()
  const click = async (name: string | RegExp) => {
    clicks++
    pages.add(new URL(page.url()).pathname)
    await page.getByRole('button', { name }).click()
  }
  // The first page: what is missing is said, a wrong code is refused, and nothing of what was typed is lost.
  const code = readFileSync(join(g.data, 'secrets', 'setup-code'), 'utf8').trim()
  await page.fill('input[name=setup-code]', 'AAAA-AAAA-AAAA')
  await page.fill('input[name=site]', 'Harbour House')
  await page.fill('input[name=timezone]', 'Asia/Shanghai')
  await page.fill('input[name=username]', 'li.na')
  await page.fill('input[name=password]', 'my own choice 1')
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByText('The two passwords differ.').waitFor()
  await page.fill('input[name=again]', 'my own choice 1')
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByText('The setup code is wrong.').waitFor()
  await page.fill('input[name=setup-code]', code)
  await shot(page, '1-first-run-en')
  await click('Begin')

  // An empty site shows what comes next, without being asked for.
  await page.getByRole('heading', { name: '1. Where it is connected' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/settings/add')
  await page.fill('input[name=host]', '127.0.0.1')
  await page.fill('input[name=port]', String(server.port))
  await shot(page, '2-line-en')
  await click('Search the line')
  await click('Take unit 1')
  // It proves itself which model it is, and its values are there before anything is saved.
  await page.getByText('proven').waitFor()
  await page.locator('tr', { hasText: 'Voltage L1' }).locator('.val.good').waitFor()
  expect(g.deps.plant()!.site.equipment).toEqual([])
  await page.fill('input[name=device]', 'Main meter')
  await page.fill('input[name=place]', 'B1 distribution room')
  await shot(page, '3-device-en')
  await click('Add to the site')
  const review = page.getByRole('dialog')
  await review.getByText('Main meter').first().waitFor()
  await shot(page, '4-review-en')
  await click('Save')
  await page.waitForURL('**/equipment/main-meter')
  await page.locator('.val.good').first().waitFor()
  await shot(page, '5-equipment-en')
  console.log(`first device: ${clicks} clicks on ${pages.size + 1} pages`)
  expect([clicks, pages.size]).toEqual([5, 2])
  const { equipment, channels } = g.deps.plant()!.site
  expect(equipment.map(e => [e.id, e.profile, e.space, e.channel])).toEqual([
    ['main-meter', 'eastron-sdm630', 'b1-distribution-room', 'net-1'],
  ])
  expect(channels.map(c => [c.id, c.protocol])).toEqual([['net-1', 'modbus-tcp']])
  expect(g.deps.site.versions(99, 1)[0]).toMatchObject({ by: 'li.na', way: 'page', why: 'Device added: Main meter' })

  // Its first alarm: the meter reports a phase that is far too high, as its place's rule has it.
  expect(g.deps.plant()!.site.rules.some(r => r.id.startsWith('meters.'))).toBe(true)
  expect(screen.complaints).toEqual([])
  expect(screen.outside).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.evaluate("history.pushState(null, '', '/settings/add')")
  await page.getByRole('heading', { name: '1. Where it is connected' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await shot(page, '6-390-en')
  await screen.close()
})
