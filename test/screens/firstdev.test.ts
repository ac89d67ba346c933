import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMeter } from '../../firmware-sim/meter.ts'
import { type ModbusDevice, type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/wait.ts'
import { axeFinds } from './axe.ts'
import { go, openBrowser, openScreen } from './browser.ts'

const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
let server: ModbusServer
beforeAll(async () => {
  browser = await openBrowser()
  const units = new Map<number, ModbusDevice>([
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
  expect(await axeFinds(page)).toEqual([])
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

  // Its first alarms are watched: those of its kind, and its silence.
  const watched = g.deps
    .plant()!
    .site.rules.flatMap(r => (r.points.some(p => p.startsWith('main-meter/')) ? [r.id] : []))
  expect(watched).toContain('meters.overvoltage')
  server.setFault(1, { kind: 'mute' })

  // The next device is of no known model. Another model does not pass, whatever it answers; one is built from its registers.
  await go(page, '/settings/add')
  await page.getByLabel('Connection').selectOption('net-1')
  await page.fill('input[name=unit]', '4')
  await page.getByRole('button', { name: 'Look at this one' }).click()
  await page.getByText('It answers, but proves to be none of the models.').waitFor()
  await page.locator('select[name=model]').selectOption('eastron-sdm630')
  await page.getByText('It answers, but it is not this model').waitFor()
  expect(await page.locator('.val').count()).toBe(0)
  await page.getByText('It does not answer as this model and cannot be added.').waitFor()
  await page.locator('select[name=model]').selectOption(':own')
  await page.getByLabel('Table').selectOption('input')
  const row = page.locator('.raw tbody tr').nth(1)
  await row.locator('button.cell').first().click()
  await page.getByLabel('Key').fill('level')
  await page.getByLabel('Scale').fill('0.1')
  await page.locator('tr', { hasText: 'level' }).locator('.val.good').waitFor()
  await shot(page, '6-registers-en')
  expect(await axeFinds(page)).toEqual([])
  await page.getByRole('button', { name: '中' }).click()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('heading', { name: '实时寄存器' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await shot(page, '7-390-zh')
  await page.fill('input[name=device]', '消防水箱')
  await page.getByRole('button', { name: '加入项目' }).click()
  await page.getByRole('button', { name: '保存这些改动' }).click()
  await page.waitForURL('**/equipment/meter')
  const profile = JSON.parse(readFileSync(join(g.data, 'profiles', 'meter.json'), 'utf8'))
  expect(profile).toMatchObject({
    id: 'meter',
    name: { 'zh-CN': '消防水箱' },
    points: [{ key: 'level', table: 'input', address: 1, type: 'uint16', scale: 0.1 }],
  })
  expect(g.deps.plant()!.site.equipment.map(e => [e.id, e.profile])).toContainEqual(['meter', 'meter'])

  // The meter that fell silent has become the first alarm.
  await until('the first alarm', () => JSON.stringify(g.deps.alarms.open()).includes('main-meter'))
  expect(screen.complaints).toEqual([])
  expect(screen.outside).toEqual([])
  await screen.close()
})

it('a second browser that comes too late is told, and can sign in', async () => {
  const screen = await openScreen(browser, g.url, { lang: 'en' })
  // The box belongs to somebody: it asks for a name and a password like any other.
  expect(await screen.page.locator('input[name=setup-code]').count()).toBe(0)
  await screen.page.getByRole('button', { name: 'Sign in' }).waitFor()
  await screen.close()
})
