import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { createPump, type PumpSet } from '../../firmware-sim/pump.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { pumpSite } from '../support/pumpsite.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** The Command card in a real browser, on the real gateway, to a simulated pump set. */
const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let pump: PumpSet
let server: ModbusServer
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  pump = createPump(Date.now)
  pump.setLevel(60)
  server = await startModbus({ framing: 'tcp', units: new Map([[1, pump]]) })
})
afterEach(async () => {
  for (const screen of screens.splice(0)) {
    await screen.close()
    expect(screen.complaints).toEqual([])
  }
  await g.stop()
  await server.stop()
})

async function begin(change: object = {}) {
  g = await startGateway({ site: pumpSite(server.port, change) })
  await g.people()
  await until('the pump is read', () => g.deps.plant()?.latest.get('p/setpoint')?.quality === 'good')
}
async function open(as: string, options: Parameters<typeof openScreen>[2] = {}): Promise<Page> {
  const screen = await openScreen(browser, g.url, options)
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', as)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/equipment/p')
  await page.locator('.cmds').waitFor()
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const row = (page: Page, name: string) => page.locator('.cmds .lst').first().locator('li', { hasText: name })

it('now, will be, interlocks, reason; the button says verb and object; the result is what was read back', async () => {
  await begin()
  const page = await open('operator', { lang: 'en' })
  await row(page, 'setpoint').first().getByRole('button', { name: 'Set…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Enter the new value.').first().waitFor()
  await dialog.getByLabel('Will be').fill('9')
  await dialog
    .getByText(/Allowed: 1\.00 bar – 8\.00 bar/)
    .first()
    .waitFor()
  await dialog.getByLabel('Will be').fill('5.5')
  const button = dialog.getByRole('button', { name: 'Set setpoint to 5.50 bar' })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  await dialog.getByLabel(/Reason/).fill('more pressure for floor 20')
  await shot(page, 'command-dialog-en')
  await button.click()
  await dialog.getByText(/Done: reads 5.50 bar, after [\d.]+ s\./).waitFor()
  expect(pump.state.setpoint).toBe(5.5)
  await shot(page, 'command-done-en')
  await dialog.getByRole('button', { name: /Close/ }).click()
  await page.locator('.cmds').getByText('more pressure for floor 20').waitFor()
})

it('an interlock that does not hold blocks the start and says why; what nobody knows is said as that', async () => {
  await begin({ confirmWithinS: 1 })
  const page = await open('operator')
  await row(page, 'enable').getByRole('button', { name: '设为退出…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/原因/).fill('检修')
  await dialog.getByRole('button', { name: '将 enable 设为 退出' }).click()
  await dialog.getByText(/已完成：回读 退出/).waitFor()
  await dialog.getByRole('button', { name: /关闭/ }).click()

  pump.setLevel(12)
  await row(page, 'enable').getByRole('button', { name: '设为投入…' }).click()
  await dialog.locator('.ilk .no', { hasText: '水箱液位高于 20 %' }).waitFor()
  await dialog.getByLabel(/原因/).fill('恢复')
  const button = dialog.getByRole('button', { name: '将 enable 设为 投入' })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  await dialog.getByText('联锁条件不满足：水箱液位高于 20 %').first().waitFor()
  await shot(page, 'command-interlock-zh')
  await page.keyboard.press('Escape')

  await row(page, 'setpoint').first().getByRole('button', { name: '设定…' }).click()
  await dialog.getByLabel('将变为').fill('5')
  await dialog.getByLabel(/原因/).fill('试')
  server.setFault(1, { kind: 'mute' })
  await dialog.getByRole('button', { name: '将 setpoint 设为 5.00 bar' }).click()
  await dialog.locator('.note.q', { hasText: '不知道是否已执行' }).waitFor()
  await dialog.getByText(/请到现场查看/).waitFor()
  await shot(page, 'command-unknown-zh')
  await dialog.getByRole('button', { name: /关闭/ }).click()
  await row(page, 'setpoint').first().locator('.cap', { hasText: '设备离线，不能控制' }).waitFor({ timeout: 120_000 })
})

it('what one screen commands the other shows at once, without asking for it', async () => {
  await begin()
  const other = await open('viewer', { lang: 'en' })
  await other.locator('.cmds').getByText('setpoint').first().waitFor()
  const asked: string[] = []
  other.on('request', request => asked.push(new URL(request.url()).pathname))
  const { operator } = await g.people()
  const { body } = await operator.post('/api/v1/commands', { point: 'p/setpoint', value: 5, reason: 'from elsewhere' })
  await other.locator('.cmds').getByText('from elsewhere').waitFor({ timeout: 2000 })
  await until('it is confirmed', () => g.deps.commands.get(String(body.id))?.phase === 'confirmed')
  await other
    .locator('.cmds li', { hasText: 'from elsewhere' })
    .getByText(/Done|done|confirmed/)
    .first()
    .waitFor()
  await other.waitForTimeout(3500)
  expect(asked.filter(path => path.startsWith('/api/v1/commands'))).toEqual([])
})

it('a second person sees it on his own screen and agrees; a viewer is told whose buttons these are', {
  timeout: 120_000,
}, async () => {
  await begin({ secondPerson: true })
  const first = await open('operator')
  await row(first, 'setpoint').first().getByRole('button', { name: '设定…' }).click()
  const dialog = first.getByRole('dialog')
  await dialog.getByLabel('将变为').fill('5')
  await dialog.getByText('须另一人同意后才发送').waitFor()
  await dialog.getByLabel(/原因/).fill('试')
  await dialog.getByRole('button', { name: '将 setpoint 设为 5.00 bar' }).click()
  await dialog.getByText('等待另一人同意，尚未发送。').waitFor()
  const second = await open('admin', { width: 390, theme: 'dark' })
  await second.getByRole('button', { name: '同意并发送' }).waitFor()
  await shot(second, 'command-second-390-dark')
  await second.getByRole('button', { name: '同意并发送' }).click()
  await dialog.getByText(/已完成：回读 5.00 bar/).waitFor()
  const wide = await second.evaluate('document.documentElement.scrollWidth')
  expect(wide).toBeLessThanOrEqual(390)
  const viewer = await open('viewer', { lang: 'en', width: 1920 })
  await viewer.getByText('Not for your role; for: Operator, Administrator').first().waitFor()
  await shot(viewer, 'command-viewer-1920')
})
