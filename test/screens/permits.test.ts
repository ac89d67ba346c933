import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { permitHere } from '../../gateway/permits.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/** A hot-work permit on a phone, from the application to its close; hours pass by the gateway's clock alone. */
const shots = process.env.GATEHOUSE_SHOTS
const MINUTE = 60_000
/** Monday 23 November 2026, 10:00 in Shanghai: no night, no holiday. */
const START = Date.UTC(2026, 10, 23, 2)
const begun = Date.now()
let ahead = 0
let browser: Browser
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({
    site: quietSite,
    clock: createClock(
      () => START + (Date.now() - begun) + ahead,
      () => performance.now() + ahead,
    ),
  })
  await g.people()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    expect(screen.complaints).toEqual([])
  }
  await browser?.close()
  await g?.stop()
})

async function open(name: string, path: string, lang = 'zh-CN'): Promise<Page> {
  const screen = await openScreen(browser, g.url, { lang, width: 390 })
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await page.waitForSelector('main .card')
  return page
}
const shot = async (page: Page, name: string) => {
  if (!shots) return
  const was = page.viewportSize()!
  for (const [width, height] of [
    [390, 844],
    [1366, 768],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.screenshot({ path: `${shots}/permit-${name}-${width}.png` })
  }
  await page.setViewportSize(was)
}
const phase = (page: Page, wanted: string) => page.waitForSelector(`[data-phase=${wanted}]`)
/** Opens a move of the one permit and does it. @returns what the gateway refused it with */
async function does(page: Page, verb: string): Promise<void> {
  await page.click(`[data-permit] >> role=button[name="${verb}"]`)
  await page.click('dialog button[type=submit]')
}
const refusal = async (page: Page): Promise<string> => {
  const words = await page.waitForSelector('dialog [role=alert]')
  const said = (await words.textContent()) ?? ''
  await page.click('dialog button[type=button]')
  return said
}

it('goes through three approvals, the stamp, the checks, a break, the watch and the photo', async () => {
  const desk = await open('operator', '/permits')
  await desk.click('role=button[name="申请作业票"]')
  const fill = (field: string, value: string) => desk.fill(`dialog [name=${field}]`, value)
  await desk.selectOption('dialog [name=space]', 'b1')
  for (const [field, value] of [
    ['spot', '2# 水泵支架'],
    ['work', '焊接支架'],
    ['company', '安装公司'],
    ['from', '2026-11-23T10:00'],
    ['to', '2026-11-23T16:00'],
    ['guardian', 'engineer'],
    ['guardianPhone', '13800000000'],
    ['worker0', '孙师傅'],
    ['certificate0', 'T4401'],
    ['certificateTo0', '2026-11-22'],
  ] as const)
    await fill(field, value)
  await desk.click('dialog button[type=submit]')
  await desk.waitForSelector('dialog [role=alert] >> text=孙师傅')
  await fill('certificateTo0', '2027-05-31')
  await shot(desk, 'apply')
  await desk.click('dialog button[type=submit]')
  await phase(desk, 'submitted')
  const { id } = g.deps.permits.open()[0]!
  // The other persons agree at their own desks; what each of them may is a table elsewhere.
  const as = await g.people()
  const word = async (who: keyof typeof as, action: string) =>
    (await as[who].post(`/api/v1/permits/${id}/${action}`, {})).status
  expect([await word('operator', 'approve'), await word('manager', 'approve')]).toEqual([403, 403])
  expect([await word('guard', 'approve'), await word('desk', 'approve')]).toEqual([200, 200])
  expect([await word('engineer', 'approve'), await word('manager', 'approve')]).toEqual([422, 200])
  expect(await word('admin', 'stamp')).toBe(200)

  const guardian = await open('engineer', '/permits')
  await phase(guardian, 'issued')
  await does(guardian, '开工')
  expect(await refusal(guardian)).toContain('15 m 内可燃物')
  await guardian.click('[data-permit] >> role=button[name="现场检查"]')
  for (const code of ['combustibles', 'cylinders', 'extinguishers'])
    await guardian.selectOption(`dialog [name=${code}]`, 'ok')
  await shot(guardian, 'check')
  await guardian.click('dialog button[type=submit]')
  await guardian.waitForSelector('dialog', { state: 'detached' })
  const here = () => permitHere({ permits: g.deps.permits, plant: g.deps.plant }, 'b1', g.deps.clock.now())
  expect(here()).toBe(false)
  await does(guardian, '开工')
  await phase(guardian, 'live')
  await shot(guardian, 'live')
  expect(here()).toBe(true)
  await does(guardian, '暂停')
  await phase(guardian, 'suspended')
  expect(here()).toBe(false)
  ahead += 20 * MINUTE
  await does(guardian, '复工')
  await phase(guardian, 'live')
  await does(guardian, '完工')
  await phase(guardian, 'watch')
  await does(guardian, '关闭')
  expect(await refusal(guardian)).toMatch(/还差 60 分钟/)
  ahead += 61 * MINUTE
  await does(guardian, '关闭')
  expect(await refusal(guardian)).toContain('照片')
  await guardian.setInputFiles(`input[name="photo-${id}"]`, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: JPEG })
  await until('the photo is on record', () => g.deps.permits.one(id).photo !== null)
  await shot(guardian, 'watch')
  await does(guardian, '关闭')
  await until('it is closed', () => g.deps.permits.one(id).phase === 'closed')
  await guardian.evaluate(`history.pushState(null, '', '/permits/${id}')`)
  await guardian.waitForSelector('.pm-p >> text=已关闭')
  await shot(guardian, 'sheet')
  expect(g.deps.trail.of('permit', id).map(e => `${e.action} ${e.actor}`)).toEqual([
    ...['submitted operator', 'approve guard', 'approve desk', 'approve manager', 'stamp admin', 'checked engineer'],
    ...['start engineer', 'suspend engineer', 'resume engineer', 'finish engineer', 'photo engineer', 'close engineer'],
  ])
})

it('shows a tag wherever its equipment is, in both languages', async () => {
  const page = await open('engineer', '/equipment/pump-1', 'en')
  await page.click('role=button[name="Hang a tag"]')
  await page.fill('dialog [name=reason]', 'bearing')
  await shot(page, 'tag-new')
  await page.click('dialog button[type=submit]')
  await page.waitForSelector('.eqh .tg >> text=bearing')
  await shot(page, 'tag-equipment')
  await page.click('.eqh .tg')
  await page.waitForSelector('li[data-tag] >> role=button[name="Take it off"]')
  await shot(page, 'tag-list')
  await page.evaluate(`history.pushState(null, '', '/equipment')`)
  await page.waitForSelector('.eqs .tg')
  await page.evaluate(`history.pushState(null, '', '/permits/switching')`)
  await page.click('role=button[name="Write an order"]')
  await page.fill('dialog [name=task]', 'Pump 1 off')
  await page.fill('dialog [name=guardian]', 'admin')
  await page.fill('dialog [name=steps]', 'Open QF1\nProve dead\nLock and tag')
  await page.click('dialog button[type=submit]')
  await page.waitForSelector('[data-switching] ol li')
  await shot(page, 'switching')
})
