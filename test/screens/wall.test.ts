import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { both, quietSite } from '../support/sites.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

const shots = process.env.GATEHOUSE_SHOTS
const PLAN = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><g id="b1"><rect class="room" x="20" y="20" width="160" height="120"/></g></svg>`
/** With the pump's ten alarms, which is no flood yet. */
const rooms = Array.from({ length: 9 }, (_, n) => `room-${n}` as const)
const folder = tempFolder()
let browser: Browser
let g: TestGateway
let as: Record<Role, Api>
let stopped = false
const open: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser(['--autoplay-policy=no-user-gesture-required'])
  mkdirSync(join(folder.path, 'plans'))
  writeFileSync(join(folder.path, 'plans', 'floor.svg'), PLAN)
  const plans = [{ id: 'floor', name: { 'zh-CN': '地下一层平面', en: 'Basement floor' }, places: {} }]
  const equipment = [
    ...quietSite.equipment,
    ...rooms.map((id, n) => ({
      ...{ id, kind: 'room-sensor', name: both(id), space: 'b1', channel: 'bus', unit: 2 + n },
      points: [{ key: 'hot', table: 'discrete', address: 0, type: 'bool', scanMs: 3_600_000 }],
    })),
  ]
  const points = Array.from({ length: 2000 }, (_, n) => ({
    ...{ key: `r${n}`, name: both(`Register ${n}`), table: 'holding', address: n, type: 'uint16', scanMs: 3_600_000 },
  }))
  equipment.push({ ...quietSite.equipment[0]!, id: 'cabinet', kind: 'io-module', unit: 40, points } as never)
  const hot = {
    id: 'hot',
    points: ['room-*/hot'],
    when: { equals: true },
    severity: 'low',
    text: both('Hotter than its limit while its fan stands still'),
  }
  const site = { ...quietSite, plans, equipment, rules: [...quietSite.rules, hot] }
  g = await startGateway({ site, data: folder.path })
  as = await g.people()
})
afterAll(async () => {
  await browser?.close()
  if (!stopped) await g.stop()
  folder.remove()
})

async function desk(name: string, lang: 'zh-CN' | 'en', width = 1920): Promise<Page> {
  const screen = await openScreen(browser, g.url, { lang, width, theme: 'dark' })
  open.push(screen)
  const { page } = screen
  await page.setViewportSize({ width, height: (width * 9) / 16 })
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await page.goto(`${g.url}/wall`)
  await page.waitForSelector('.wm')
  return page
}
const count = (page: Page, severity: string) => page.locator(`[data-count=${severity}] > b`).textContent()
const foot = (page: Page, what: string) => page.locator(`[data-foot=${what}]`).innerText()

describe('the wall of the control room', { timeout: 120_000 }, () => {
  let wall: Page
  let operator: Page
  it('is let in by the code that it shows, and offers nothing that could be pressed wrongly', async () => {
    operator = await desk('operator', 'en')
    const context = await browser.newContext({
      viewport: { width: 1920, height: 1080 },
      locale: 'zh-CN',
      colorScheme: 'dark',
    })
    wall = await context.newPage()
    await wall.goto(`${g.url}/pair`)
    await wall.getByText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/).waitFor()
    const code = await wall.locator('[data-code]').textContent()
    expect((await as.manager.post('/api/v1/displays', { code, name: 'wall-1' })).status).toBe(201)
    await wall.waitForSelector('.wm', { timeout: 15_000 })
    expect(new URL(wall.url()).pathname).toBe('/wall')
    // A display that wanders comes back: it has this one page.
    await wall.goto(`${g.url}/settings/people`)
    await wall.waitForSelector('.wm')
    expect(new URL(wall.url()).pathname).toBe('/wall')
    expect(await wall.locator('nav.rail').count()).toBe(0)
  })
  it('is calm when nothing is wrong, and says what nobody measures here', async () => {
    // Until the gateway has said so nobody calls it calm.
    await wall.locator('.al').getByText('没有报警').waitFor()
    for (const severity of ['life', 'high', 'medium', 'low'])
      expect([severity, await count(wall, severity)]).toEqual([severity, '0'])
    expect(await wall.locator('.pn.hot, .ar, .wc .hit').count()).toBe(0)
    expect((await foot(wall, 'fire')).match(/本项目未接入/g)?.length).toBe(5)
    expect(await foot(wall, 'lifts')).toContain('本项目未接入')
    expect(await foot(wall, 'doors')).toContain('本项目未接入')
    expect((await foot(operator, 'fire')).match(/not connected here/g)?.length).toBe(5)
  })
  it('shows an alarm with its place, its curve and what is known of it, at every screen', async () => {
    feed(g, 'pump-1/pressure', 4)
    feed(g, 'pump-1/tripped', true, 1)
    for (const page of [wall, operator]) {
      await page.waitForSelector('.ar.high.tint.sel')
      expect(await count(page, 'high')).toBe('1')
      await page.waitForSelector('.plan[data-lit=b1] .pl-place.high.sel')
      await page.waitForSelector('[data-trend="pump-1/pressure"]')
    }
    expect(await wall.locator('.wr').innerText()).toContain('这条报警没有配置处置流程')
    expect(await operator.locator('.wr').innerText()).toMatch(/Open order\s+yes/)
    if (shots) await wall.screenshot({ path: join(shots, 'wall-zh-1920-dark.png') })
  })
  it('a display acknowledges and silences nothing, whatever is pressed', async () => {
    expect(await wall.locator('.wl .card-f').innerText()).toContain('本屏只显示')
    expect(await wall.getByText('F8').count()).toBe(0)
    await wall.keyboard.press('Enter')
    await wall.keyboard.press('F8')
    await wall.waitForTimeout(300)
    expect(g.deps.alarms.open()[0]!.acked).toBe(false)
    expect(g.deps.alarmSound.silence()).toBeNull()
  })
  it('what one person on duty does stands on the other screen at once, with his name', async () => {
    await operator.waitForSelector('.wb-s kbd')
    await operator.keyboard.press('F8')
    await wall.getByText('operator 已消音').waitFor({ timeout: 5000 })
    const at = performance.now()
    await operator.keyboard.press('Enter')
    await wall.locator('.ar .a2').getByText('operator').waitFor({ timeout: 5000 })
    const tookMs = performance.now() - at
    console.log(`shown on the other screen after ${Math.round(tookMs)} ms`)
    expect(tookMs).toBeLessThan(3000)
    expect(await wall.locator('.ar .a2').innerText()).toMatch(/已确认\s*operator/)
    expect(await wall.locator('[data-oldest]').textContent()).toBe('–')
    expect(await wall.locator('.pn.hot').count()).toBe(0)
  })
  it('knows an alarm that came after the gateway had answered with the list and before the answer was here', async () => {
    const answered = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const link = wall.waitForEvent('websocket')
    await wall.route(
      '**/api/v1/alarms?*',
      async route => {
        const response = await route.fetch()
        answered.resolve()
        await released.promise
        await route.fulfill({ response })
      },
      { times: 1 },
    )
    await wall.reload()
    const hears = async (word: string) =>
      (await link).waitForEvent('framereceived', { predicate: ({ payload }) => String(payload).includes(word) })
    await Promise.all([answered.promise, hears('"kind":"beat"')])
    const told = hears('"kind":"alarm"')
    feed(g, 'room-0/hot', true)
    await told
    expect(await wall.locator('.al').innerText()).toContain('正在读取报警')
    released.resolve()
    await wall.locator('[data-count=low] > b').getByText('1').waitFor({ timeout: 10_000 })
  })
  it('more than fits is counted, and arrows bring it into sight', async () => {
    for (const id of rooms) feed(g, `${id}/hot`, true)
    await operator.locator('[data-count=low] > b').getByText('9').waitFor()
    const rows = await operator.locator('.ar').count()
    expect(rows).toBeLessThan(10)
    expect(await operator.locator('.wl .card-f').innerText()).toContain(`${10 - rows} more`)
    await operator.keyboard.press('End')
    await operator.waitForSelector('.ar.low.sel')
    expect(await operator.locator('.ar').count()).toBe(rows)
    // No row is cut at the foot of the list.
    const cut = await operator.evaluate(`(() => {
      const box = document.querySelector('.al').getBoundingClientRect()
      return [...document.querySelectorAll('.ar')].filter(row => row.getBoundingClientRect().bottom > box.bottom + 1).length
    })()`)
    expect(cut).toBe(0)
  })
  it('holds at every width: nothing is wider than the window', async () => {
    for (const [width, height] of [
      [390, 844],
      [1366, 768],
      [1920, 1080],
      [3840, 2160],
    ] as const) {
      await operator.setViewportSize({ width, height })
      expect([width, await operator.evaluate('document.documentElement.scrollWidth')]).toEqual([width, width])
      if (width > 900)
        expect([width, await operator.evaluate('document.documentElement.scrollHeight')]).toEqual([width, height])
      // On a phone a name takes two lines, and its row is as high as its words.
      const cut = `[...document.querySelectorAll('.ar')].filter(row => row.scrollHeight > row.clientHeight + 1).length`
      expect([width, await operator.evaluate(cut)]).toEqual([width, 0])
    }
  })
  it('a table of 2,000 points draws what is in sight, is scrolled to its end, and is searched', async () => {
    await operator.setViewportSize({ width: 1366, height: 768 })
    await operator.goto(`${g.url}/equipment/cabinet`)
    const rows = operator.locator('.pts tr[data-row]')
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(160)
    const drawn = async () => (await rows.allTextContents()).map(text => /Register \d+/.exec(text)?.[0])
    expect(await drawn()).toContain('Register 0')
    await operator.evaluate('window.scrollTo(0, document.body.scrollHeight)')
    await operator.getByText('Register 1999', { exact: true }).waitFor()
    expect(await rows.count()).toBeLessThan(160)
    expect(await drawn()).not.toContain('Register 0')
    await operator.getByPlaceholder('Find a point by name').fill('register 1234')
    await operator.getByText('1 of 2,001 points').waitFor()
    await expect.poll(drawn, { timeout: 10_000 }).toEqual(['Register 1234'])
    feed(g, 'cabinet/r1234', 77)
    await operator.locator('.pts .val .n').getByText('77').waitFor()
  })
  it('that hears nothing any more says so within five seconds, large, and shows nothing old as if it were now', async () => {
    stopped = true
    const at = performance.now()
    await g.stop()
    await wall.locator('.wx h1').waitFor({ timeout: 8000 })
    const tookMs = performance.now() - at
    console.log(`said after ${Math.round(tookMs)} ms`)
    expect(tookMs).toBeLessThan(6000)
    expect(await wall.locator('.wx').innerText()).toMatch(
      /与网关的连接已断[\s\S]*画面停在 \d\d:\d\d:\d\d[\s\S]*现在可能已变/,
    )
    expect(await wall.locator('.wm, .wf, .ar').count()).toBe(0)
    for (const severity of ['life', 'high', 'medium', 'low']) expect(await count(wall, severity)).toBe('–')
    const letters = await wall.evaluate(
      "Number.parseFloat(getComputedStyle(document.querySelector('.wx h1')).fontSize)",
    )
    expect(letters).toBeGreaterThanOrEqual(64)
    if (shots) await wall.screenshot({ path: join(shots, 'wall-lost-zh.png') })
    for (const screen of open) expect([screen.complaints, screen.outside]).toEqual([[], []])
  })
})
