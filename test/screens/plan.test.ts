import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { demoSpaces } from '../../gateway/demo/place.ts'
import { demoPlans, writeDemoPlans } from '../../gateway/demo/plans.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** The demo's own drawings and spaces, with three devices whose values come from the test. */
const [pump] = quietSite.equipment
const devices = [
  { ...pump, space: 'pump-house' },
  { ...pump, id: 'pump-2', unit: 2, space: 'fire-pump-room', name: { 'zh-CN': '消防泵', en: 'Fire pump' } },
  { ...pump, id: 'lift-1', unit: 3, kind: 'lift', space: 'tower-a', name: { 'zh-CN': '电梯', en: 'Lift' } },
  { ...pump, id: 'meter-1', unit: 4, kind: 'meter', space: 'b1', name: { 'zh-CN': '楼层表', en: 'Floor meter' } },
]
const spot = { id: 'spot', space: 'pump-house', places: { 'pump-1': [70, 50] } }
const site = {
  ...quietSite,
  spaces: demoSpaces(),
  equipment: devices,
  plans: [...demoPlans(new Set()), spot, { id: 'bad', name: { 'zh-CN': '坏图', en: 'Bad' } }],
}
const HOSTILE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">
  <rect width="9" height="9" onclick="window.hacked=1"/></svg>`
/** An own drawing of somebody else: ids and classes that are also words of the page. */
const FOREIGN = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 80"><metadata><x>y</x></metadata>
  <rect id="page" class="shell rail" style="fill:none;stroke:#000" width="100" height="80"/><text x="5" y="9">Hall</text></svg>`

const root = join(import.meta.dirname, '../..')
const shots = process.env.GATEHOUSE_SHOTS
const folder = tempFolder()
let browser: Browser
let g: TestGateway
let screen: Screen
let page: Page

beforeAll(async () => {
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'dashboard', '--logLevel', 'error'], {
    cwd: root,
    stdio: 'inherit',
  })
  browser = await openBrowser()
  writeDemoPlans(folder.path)
  mkdirSync(join(folder.path, 'plans'), { recursive: true })
  writeFileSync(join(folder.path, 'plans', 'bad.svg'), HOSTILE)
  writeFileSync(join(folder.path, 'plans', 'spot.svg'), FOREIGN)
  g = await startGateway({ site, data: folder.path })
})
afterAll(async () => {
  await browser?.close()
  await g.stop()
  folder.remove()
})
afterEach(async () => {
  expect(screen.complaints).toEqual([])
  expect(screen.outside).toEqual([])
  await screen.close()
})
const open = async (options: Parameters<typeof openScreen>[2] = {}) => {
  screen = await openScreen(browser, g.url, options)
  page = screen.page
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
}
const picture = async (name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `plan-${name}.png`), fullPage: true })
}
/** All four answer, and nothing is wrong. */
const calm = () => {
  for (const { id } of devices) {
    feed(g, `${id}/online`, true)
    feed(g, `${id}/tripped`, false)
    feed(g, `${id}/pressure`, 20)
  }
}
const place = (id: string) => page.locator(`.pl [data-place="${id}"]`)
const looks = async (id: string) => (await place(id).getAttribute('class'))!.split(' ').filter(w => w !== 'pl-place')

describe('the plan', () => {
  it('is drawn, calm at first; an alarm colours its room, and what is worse colours it anew', async () => {
    calm()
    await open()
    await go(page, '/plan/b1')
    await place('pump-house').waitFor()
    expect(await page.locator('.pl [data-place]').count()).toBe(11)
    await page.getByText('这里一切正常').waitFor()
    expect((await looks('pump-house')).join('')).toBe('')
    expect(await place('pump-house').getAttribute('aria-label')).toBe('生活水泵房 · 正常')
    await picture('calm')

    feed(g, 'pump-1/tripped', true)
    await page.locator('.pl [data-place="pump-house"].high.tint').waitFor()
    expect(await place('pump-house').getAttribute('aria-label')).toBe('生活水泵房 · 高, 1 条报警')
    expect((await looks('fire-pump-room')).join('')).toBe('')
    await page.locator('.pl-abn li', { hasText: '生活水泵房' }).locator('.pri.high').waitFor()
    // No data is not an alarm: another mark, another fill, and its own words.
    feed(g, 'pump-2/online', false)
    await page.locator('.pl [data-place="fire-pump-room"].unk').waitFor()
    await page.locator('.pl-abn li', { hasText: '消防水泵房' }).getByText('1 台无数据').waitFor()
    await picture('alarm')

    await place('pump-house').click()
    const here = page.locator('.pl-here')
    await here.getByText('水泵跳闸').waitFor()
    await here.getByText('20', { exact: true }).waitFor()
    await here.getByRole('link', { name: '水泵' }).click()
    await page.waitForURL(/equipment\/pump-1$/)
    await page.getByRole('link', { name: '在平面图上显示' }).click()
    await page.waitForURL(/plan\/spot\?at=pump-1$/)
  })
})
