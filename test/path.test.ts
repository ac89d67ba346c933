import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser, openScreen, type Screen } from './screens/browser.ts'
import { signIn as signInByApi } from './support/api.ts'
import { type Building, startBuilding } from './support/building.ts'
import { type Started, startGatewayProcess } from './support/fresh.ts'
import { until } from './support/wait.ts'

/** The whole path as a person sees it: real devices on the wire, the real process, a real browser. */

const PASSWORD = 'the path from end to end'
const data = mkdtempSync(join(tmpdir(), 'gatehouse-path-'))
let building: Building
let gateway: Started
let browser: Browser
let screen: Screen
let mqtt: MqttClient
/** Retained alarms as a machine outside has them: emptied when normal. */
const alarmsOutside = new Map<string, { severity: string; state: string }>()
const records: string[] = []

const start = () =>
  startGatewayProcess(
    data,
    { GATEHOUSE_ADMIN_PASSWORD: PASSWORD, GATEHOUSE_HTTP: at, GATEHOUSE_MQTT: '127.0.0.1:0' },
    30_000,
  )
let at = '127.0.0.1:0'

beforeAll(async () => {
  building = await startBuilding()
  writeFileSync(join(data, 'site.json'), JSON.stringify(building.site()))
  ;[gateway, browser] = await Promise.all([start(), openBrowser()])
  // The same address after a restart, as a site has it: the page must find back by itself.
  at = gateway.run.http
  screen = await openScreen(browser, `http://${gateway.run.http}`, { lang: 'en' })
  await screen.page.fill('input[name=username]', 'admin')
  await screen.page.fill('input[name=password]', PASSWORD)
  await screen.page.keyboard.press('Enter')
  await screen.page.waitForSelector('nav.rail')
  const api = await signInByApi(`http://${gateway.run.http}`, 'admin', PASSWORD)
  const made = await api.post('/api/v1/broker-accounts', {
    name: 'outside',
    password: PASSWORD,
    subscribe: ['gatehouse/#'],
  })
  expect(made.status).toBe(201)
  mqtt = await connectAsync(`mqtt://${gateway.run.mqtt}`, { username: 'outside', password: PASSWORD })
  mqtt.on('message', (topic, payload) => {
    const [, , word, ...rest] = topic.split('/')
    if (word === 'alarms' && payload.length > 0) alarmsOutside.set(rest.join('/'), JSON.parse(payload.toString()))
    if (word === 'alarms' && payload.length === 0) alarmsOutside.delete(rest.join('/'))
    if (word === 'records') records.push(`${rest[0]} ${(JSON.parse(payload.toString()) as { action: string }).action}`)
  })
  await mqtt.subscribeAsync('gatehouse/#', { qos: 1 })
}, 120_000)

afterAll(async () => {
  await mqtt?.endAsync(true)
  await browser?.close()
  await gateway?.end('SIGKILL')
  building?.stop()
  rmSync(data, { recursive: true, force: true })
})

const row = (page: Page, text: string) => page.locator('.alm tbody tr', { hasText: text })

it('a pump trips: alarm, order with deadlines, acknowledged, repaired, normal, closed', async () => {
  const { page } = screen
  await page.goto(`http://${gateway.run.http}/alarms`)
  await page.waitForSelector('.strip')
  expect(await row(page, 'Booster pump tripped').count()).toBe(0)

  await building.act('pump/trip', { pump: 1 })
  await row(page, 'Booster pump tripped').waitFor()
  await page.waitForSelector('.strip .high.unack')
  await until('the alarm outside', () => alarmsOutside.get('pump-tripped:booster-b1:pump1-tripped')?.state === 'UNACK')

  await row(page, 'Booster pump tripped')
    .getByRole('button', { name: /acknowledge/i })
    .click()
  await until('acknowledged by admin', async () =>
    (await row(page, 'Booster pump tripped').innerText()).includes('admin'),
  )
  expect(await page.locator('.strip .high.unack').count()).toBe(0)

  await row(page, 'Booster pump tripped').locator('a[href^="/orders/"]').click()
  const order = page.locator('.ord')
  await order.waitFor()
  expect(await order.innerText()).toMatch(/WO-\d{8}-001/)
  // Water is urgent: there in 15 minutes, working again in 6 hours [requirements N01, N02, N05].
  expect(await order.innerText()).toMatch(/15 min[\s\S]*1[45]:\d\d left[\s\S]*6 h/)
  const phase = (name: string) => order.locator('.chip', { hasText: name }).waitFor()
  await phase('To accept')
  for (const [button, next] of [
    ['Accept', 'On the way'],
    ['Record arrival', 'Working'],
    ['Record repaired', 'To verify'],
  ] as const) {
    await order.getByRole('button', { name: button }).click()
    await phase(next)
  }

  // Repaired is not normal: while the point says "tripped", closing needs a reason.
  await order.getByRole('button', { name: 'Verify and close' }).click()
  const dialog = page.locator('dialog[open], [role=dialog]')
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })

  await building.act('pump/reset')
  await until('cleared', () => !alarmsOutside.has('pump-tripped:booster-b1:pump1-tripped'), 15_000)
  await order.getByRole('button', { name: 'Verify and close' }).click()
  // The same hands repaired and close: the reason why nobody else looked is asked for.
  await dialog.waitFor()
  await dialog.locator('textarea, input').first().fill('alone on the night shift')
  await dialog.getByRole('button', { name: 'Verify and close' }).click()
  await phase('Closed')
  await page.goto(`http://${gateway.run.http}/alarms`)
  await page.waitForSelector('.strip')
  await until('no row left', async () => (await row(page, 'Booster pump tripped').count()) === 0)
  // Whether the station stood still meanwhile depends on how soon the next pump took over.
  const ofOrder = records.filter(r => r.startsWith('workorder') && !r.includes('downtime'))
  expect(ofOrder).toEqual(['opened', 'accept', 'arrive', 'fix', 'close'].map(action => `workorder ${action}`))
  expect(records.filter(r => r.startsWith('alarm'))).toEqual(
    ['raised', 'acknowledged', 'cleared'].map(a => `alarm ${a}`),
  )
}, 120_000)

it('a person is trapped in the lift: life, over OPC UA, in Chinese', async () => {
  const { page } = screen
  await page.getByRole('button', { name: '中' }).click()
  await building.act('lift/trap')
  await row(page, '电梯困人').waitFor()
  expect(await row(page, '电梯困人').innerText()).toContain('生命')
  await building.act('lift/release')
  await row(page, '电梯困人').getByRole('button', { name: /确认/ }).click()
  await until('normal again', async () => (await row(page, '电梯困人').count()) === 0, 15_000)
}, 120_000)

it('a silent meter: its values are bad at once, never zero, and come back', async () => {
  const { page } = screen
  await page.goto(`http://${gateway.run.http}/equipment/em-b1-01`)
  const power = page.locator('tr', { hasText: '总有功功率' }).first()
  await until('a good value', async () => /\d/.test(await power.locator('.val .n').innerText()))
  await building.act('meter/fault', { kind: 'mute' })
  await until('a dash with its reason', async () => {
    const text = await power.locator('.val').innerText()
    return text.startsWith('—') && text.includes('超时')
  })
  await building.act('meter/fault', { kind: null })
  await until('good again', async () => /\d/.test(await power.locator('.val .n').innerText()), 25_000)
}, 120_000)

it('the gateway dies under an open page: said within 5 s, and all is right again by itself', async () => {
  const { page } = screen
  await building.act('pump/trip', { pump: 2 })
  await page.goto(`http://${gateway.run.http}/alarms`)
  await row(page, '生活水泵跳闸').waitFor()
  const died = performance.now()
  await gateway.end('SIGKILL')
  await page.locator('.note.q').first().waitFor({ timeout: 5000 })
  console.log(`disconnection shown after ${Math.round(performance.now() - died)} ms`)
  gateway = await start()
  await page.locator('.note.q').first().waitFor({ state: 'hidden', timeout: 120_000 })
  // Neither forgotten nor raised again: the same occurrence, the same order.
  await until('one alarm', async () => (await row(page, '生活水泵跳闸').count()) === 1)
  expect(await row(page, '生活水泵跳闸').innerText()).not.toContain('第 2 次')
  await row(page, '生活水泵跳闸').getByRole('button', { name: /确认/ }).click()
  await until('acknowledged', async () => (await row(page, '生活水泵跳闸').innerText()).includes('admin'))
  expect(screen.complaints).toEqual([])
  expect(screen.outside).toEqual([])
}, 120_000)
