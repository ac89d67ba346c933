import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { fingerprintOf } from '../../drivers/certificates.ts'
import { type Elevator, startElevator } from '../../firmware-sim/elevator.ts'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump } from '../../firmware-sim/pump.ts'
import { issue } from '../support/certificates.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { startTlsProxy } from '../support/tlsproxy.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** Trust, browsing and keys of a channel in a real browser, on the real gateway, to simulated servers. */
const shots = process.env.GATEHOUSE_SHOTS
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-screens-channels-'))
const DAY_MS = 86_400_000
const authority = issue('Site CA', { authority: true })
const converter = issue('converter', { by: authority, names: ['127.0.0.1'] })
/** As a server that nobody renewed the certificate of. */
const expired = issue('lift', {
  rsa: true,
  names: ['urn:gatehouse:firmware-sim:lift', '127.0.0.1'],
  from: Date.now() - 400 * DAY_MS,
  to: Date.now() - 2 * DAY_MS,
})
let browser: Browser
let lift: Elevator
let old: Elevator
let server: ModbusServer
let proxy: Awaited<ReturnType<typeof startTlsProxy>>
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
  lift = await startElevator({ pkiFolder: join(folder, 'lift') })
  const own = join(folder, 'old/server/own')
  for (const [name, text] of [
    ['certs/certificate.pem', expired.certificate],
    ['private/private_key.pem', expired.key],
  ] as const) {
    mkdirSync(join(own, name, '..'), { recursive: true })
    writeFileSync(join(own, name), text)
  }
  old = await startElevator({ pkiFolder: join(folder, 'old') })
  server = await startModbus({ framing: 'tcp', units: new Map([[1, createPump(Date.now)]]) })
  proxy = await startTlsProxy(server.port, { cert: converter.certificate, key: converter.key })
  const site = pumpSite(server.port)
  const secure = { protocol: 'opcua', securityMode: 'SignAndEncrypt', securityPolicy: 'Basic256Sha256', publishMs: 100 }
  const liftOn = (id: string) => ({
    id,
    kind: 'lift',
    name: { 'zh-CN': '电梯', en: 'Lift' },
    space: 'b1',
    channel: `${id}s`,
    points: [{ key: 'fault', node: 'ns=1;s=Lift1.Fault' }],
  })
  g = await startGateway({
    site: {
      ...site,
      channels: [
        { ...site.channels[0]!, port: proxy.port, tls: {} },
        { id: 'lifts', endpoint: lift.endpoint, ...secure },
        { id: 'olds', endpoint: old.endpoint, ...secure },
      ],
      equipment: [...site.equipment, liftOn('lift'), liftOn('old')],
    },
  })
  await g.people()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await g?.stop()
  await Promise.all([lift, old, proxy, server].map(one => one?.stop()))
  await rm(folder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const screen of screens.splice(0)) {
    await screen.close()
    // Chromium writes down each refusal; these two are asked for.
    expect(screen.complaints.filter(c => !/status of (400|503)/.test(c))).toEqual([])
    expect(screen.outside).toEqual([])
  }
})

async function openAs(as: string, lang = 'en', width = 1366): Promise<Page> {
  const screen = await openScreen(browser, g.url, { lang, width })
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', as)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/settings/channels')
  return page
}
const channel = (page: Page, id: string): Locator =>
  page.locator('section.card', { has: page.getByRole('heading', { name: id, exact: true }) })
const group = (card: Locator, title: RegExp): Locator => card.getByRole('region', { name: title })
const grouped = (pem: string | Buffer) =>
  fingerprintOf(new X509Certificate(pem)).match(/.{4}/g)!.join(' ').toUpperCase()
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const latestOf = (point: string) => g.deps.plant()?.latest.get(point as never)

it('a server is trusted after its fingerprint was compared, and no longer; others look on', async () => {
  const page = await openAs('admin')
  const card = channel(page, 'lifts')
  await card.getByText(/the server is not trusted yet/).waitFor({ timeout: 120_000 })
  await card.getByRole('button', { name: 'Certificates' }).click()
  const files = execFileSync('find', [join(folder, 'lift/server/own/certs'), '-name', '*.pem'], { encoding: 'utf8' })
  const real = grouped(readFileSync(files.trim().split('\n')[0]!))
  const met = group(card, /^Servers met/)
  await met.getByText(real).waitFor()
  expect(await met.getByText('valid', { exact: true }).count()).toBe(1)
  await shot(page, 'trust-met-en')
  await met.getByRole('button', { name: 'Trust', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Trust this server?' })
  await dialog.getByText('Compare the fingerprint group by group').waitFor()
  await dialog.getByText(real).waitFor()
  await dialog.getByRole('button', { name: 'Trust', exact: true }).click()
  await card.getByText('session up').waitFor({ timeout: 120_000 })
  await until('a value', () => latestOf('lift/fault')?.value === 0, 15_000)
  const trusted = group(card, /^Trusted servers/)
  await trusted.getByText(real).waitFor()
  expect(await met.getByText('none', { exact: true }).count()).toBe(1)

  const engineer = await openAs('engineer', 'zh-CN', 390)
  const theirs = channel(engineer, 'lifts')
  await theirs.getByRole('button', { name: '证书' }).click()
  await theirs.getByText(real).waitFor()
  expect(await theirs.getByRole('button', { name: /信任|删除/ }).count()).toBe(0)
  expect(await engineer.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await shot(engineer, 'trust-390-zh')

  await trusted.getByRole('button', { name: 'Trust no longer' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Trust no longer' }).click()
  await card.getByText('session down').waitFor({ timeout: 120_000 })
  await until('no value', () => latestOf('lift/fault')?.value === null, 15_000)
  await group(card, /^Servers met/)
    .getByRole('button', { name: 'Trust', exact: true })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Trust', exact: true }).click()
  await card.getByText('session up').waitFor({ timeout: 120_000 })
}, 120_000)

it('an expired certificate is shown as expired, and is not believed though it was trusted', async () => {
  const page = await openAs('admin')
  const card = channel(page, 'olds')
  await card.getByText(/session down/).waitFor({ timeout: 120_000 })
  await card.getByRole('button', { name: 'Certificates' }).click()
  const met = group(card, /^Servers met/)
  await met.getByText(grouped(expired.certificate)).waitFor({ timeout: 120_000 })
  await met.getByText('expired', { exact: true }).waitFor()
  await met.getByRole('button', { name: 'Trust', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Trust', exact: true }).click()
  await group(card, /^Trusted servers/)
    .getByText('expired', { exact: true })
    .waitFor()
  await card.getByText(/a certificate has expired or is not valid yet/).waitFor({ timeout: 120_000 })
  await shot(page, 'trust-expired-en')
  expect(latestOf('old/fault')).toMatchObject({ quality: 'bad', value: null })
}, 120_000)

it('what the server has is browsed, chosen and put into the site, and is read', async () => {
  const page = await openAs('admin')
  const card = channel(page, 'lifts')
  await card.getByText('session up').waitFor({ timeout: 120_000 })
  await card.getByRole('button', { name: 'Browse the server' }).click()
  await card.getByRole('button', { name: 'Open Lift1' }).click()
  await card.getByLabel('Choose MachineRoom').check()
  await card.getByLabel('Choose DoorOpen').check()
  await card.getByText('2 variables chosen').waitFor()
  const put = card.getByRole('button', { name: /Put into the site configuration/ })
  expect(await put.getAttribute('aria-disabled')).toBe('true')
  await card.getByLabel('Equipment id').fill('lift-b')
  const made = JSON.parse(await card.getByLabel('Equipment configuration').last().inputValue())
  expect(made).toMatchObject({ id: 'lift-b', channel: 'lifts' })
  expect(made.points.map((p: { node: string }) => p.node).sort()).toEqual([
    'ns=1;s=Lift1.DoorOpen',
    'ns=1;s=Lift1.MachineRoom',
  ])
  await shot(page, 'browse-en')
  await put.click()
  await card.getByText('Put into the site configuration; it runs.').waitFor()
  const key = made.points.find((p: { node: string }) => p.node.endsWith('MachineRoom')).key
  await until('its value', () => latestOf(`lift-b/${key}`)?.value === 28, 30_000)

  await lift.drop()
  await card.getByText('session down').waitFor({ timeout: 120_000 })
  await card.getByRole('button', { name: 'Open DoorOpen' }).click()
  await card.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 120_000 })
  await lift.restore()
}, 120_000)

it('a Modbus line by TLS: why it is refused, its authority pasted, its certificates shown', async () => {
  const page = await openAs('admin', 'zh-CN')
  const card = channel(page, 'bus')
  await card.getByText(/服务器证书尚未受信任/).waitFor({ timeout: 120_000 })
  await card.getByRole('button', { name: '签发机构 · 尚未设置' }).click()
  const dialog = page.getByRole('dialog', { name: '通道“bus”的签发机构证书（CA）' })
  await dialog.getByLabel('证书（PEM）').first().fill('不是证书')
  await dialog.getByRole('button', { name: '保存签发机构' }).click()
  await dialog.getByRole('alert').waitFor()
  await shot(page, 'tls-authority-zh')
  const file = join(folder, 'ca.pem')
  writeFileSync(file, authority.certificate)
  await dialog.getByLabel('从文件读入：证书（PEM）').setInputFiles(file)
  await until('the file is read', async () =>
    (await dialog.getByLabel('证书（PEM）').first().inputValue()).includes('BEGIN CERTIFICATE'),
  )
  await dialog.getByRole('button', { name: '保存签发机构' }).click()
  await card.getByRole('button', { name: '签发机构 · 已设置' }).waitFor()
  await card.getByText('会话正常').waitFor({ timeout: 120_000 })
  await card.getByRole('button', { name: '证书', exact: true }).click()
  await group(card, /^签发机构/)
    .getByText('CN=Site CA')
    .first()
    .waitFor()
  await group(card, /^网关自己的证书 · 服务器要求时才需设置/).waitFor()
  await until('a value', () => latestOf('p/level')?.quality === 'good', 35_000)
  await shot(page, 'tls-up-zh')
}, 120_000)
