import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen } from './browser.ts'

const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
let server: ModbusServer

beforeAll(async () => {
  browser = await openBrowser()
  const pump = createPump(Date.now)
  server = await startModbus({ framing: 'rtu', units: new Map([1, 3, 17].map(unit => [unit, pump])) })
  const channel = { id: 'bus', protocol: 'modbus-rtu-over-tcp', host: '127.0.0.1', port: server.port }
  g = await startGateway({ site: { ...pumpSite(server.port), channels: [channel] } })
})
afterAll(async () => {
  await browser?.close()
  await g.stop()
  await server.stop()
})

it('units are searched with progress, found ones are told apart from known ones, a search can be cancelled', async () => {
  const screen = await openScreen(browser, g.url, { lang: 'en' })
  const { page } = screen
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/settings/detect')
  await until('the channel is offered', async () => (await page.locator('option', { hasText: 'bus' }).count()) > 0)
  await page.getByLabel('Where').selectOption('bus')
  await page.getByLabel('Wait per unit, ms').fill('50')
  await page.getByRole('button', { name: 'Find devices' }).click()
  await page.getByText('Not read meanwhile: bus').waitFor()
  await page.locator('td', { hasText: /^17$/ }).waitFor()
  if (shots) await page.screenshot({ path: join(shots, 'detect-running-en.png'), fullPage: true })
  await page.getByRole('button', { name: 'Cancel the search' }).click()
  await page.getByText('Cancelled').waitFor()
  const rows = page.locator('table tbody tr')
  expect(await rows.allTextContents()).toEqual([
    expect.stringMatching(/^1a reading.*p$/),
    expect.stringMatching(/^3a reading.*new$/),
    expect.stringMatching(/^17a reading.*new$/),
  ])
  expect(await page.getByLabel('Add to the site').inputValue()).toContain('"channel":"bus","unit":17')
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  if (shots) await page.screenshot({ path: join(shots, 'detect-390-en.png'), fullPage: true })
  expect(screen.complaints).toEqual([])
  await screen.close()
})
