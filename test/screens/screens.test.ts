import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmView } from '../../gateway/http/contract.ts'
import { go, openBrowser, openScreen, type Screen, signIn } from './browser.ts'
import { findPressure, seeProfiles } from './commission.ts'
import { type Stub, startStub } from './stub.ts'

const root = join(import.meta.dirname, '../..')
let browser: Browser
let stub: Stub
let screen: Screen
let page: Page

beforeAll(async () => {
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'dashboard', '--logLevel', 'error'], {
    cwd: root,
    stdio: 'inherit',
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
})
beforeEach(async () => {
  stub = await startStub()
})
afterEach(async () => {
  await screen.close()
  await stub.close()
  expect(screen.outside).toEqual([])
  expect(screen.complaints).toEqual([])
})
const open = async (options: Parameters<typeof openScreen>[2] & { as?: string } = {}): Promise<void> => {
  screen = await openScreen(browser, stub.url, options)
  page = screen.page
  await signIn(page, options.as ?? 'admin')
}
const see = (text: string | RegExp) => page.getByText(text).first().waitFor()
const alarm = (id: string, more: Partial<AlarmView>): AlarmView => {
  const like = [...stub.world.alarms.values()][0] as AlarmView
  return {
    ...like,
    id,
    acked: false,
    ackedBy: null,
    ackedAt: null,
    active: true,
    state: 'UNACK',
    workorder: null,
    ...more,
  }
}

describe('signing in', () => {
  it('says in words what was wrong, in both languages, and keeps what was typed', async () => {
    screen = await openScreen(browser, stub.url)
    page = screen.page
    await see('示范广场')
    await page.fill('input[name=username]', 'admin')
    await page.fill('input[name=password]', 'wrong')
    await page.keyboard.press('Enter')
    await see('用户名或密码不对。')
    await page.getByRole('button', { name: 'English' }).click()
    await see('Forgotten? An administrator resets it')
    expect(await page.inputValue('input[name=username]')).toBe('admin')
    await page.fill('input[name=password]', 'wrong')
    await page.keyboard.press('Enter')
    await see('The user name or the password is wrong.')
    await signIn(page)
    await see('Alarms')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForSelector('input[name=username]')
  })
})

describe('live', () => {
  it('a value changes on the page; bad data shows a dash and its reason, never the last number', async () => {
    await open()
    await go(page, '/equipment/pump-b1-01')
    await see('0.5213')
    stub.put('pump-b1-01/pressure', { value: 0.4466, quality: 'good', reason: null })
    await see('0.4466')
    stub.put('pump-b1-01/pressure', { value: null, quality: 'bad', reason: 'timeout' })
    const row = page.locator('.pts tr', { hasText: '出口压力' })
    await row.getByText('超时').waitFor()
    expect(await row.textContent()).toContain('—')
    expect(await row.textContent()).not.toContain('0.4466')
    stub.put('pump-b1-01/running', { value: false, quality: 'good', reason: null })
    await page.locator('.hd .st', { hasText: '停' }).waitFor()
    stub.put('pump-b1-01/online', { value: false, quality: 'good', reason: null })
    await page.locator('.hd .st.unknown').waitFor()
    await page.locator('.hd .sym.unknown').waitFor()
  })

  it('a lost link is said within 5 s, values keep, buttons say why; afterwards all is as the gateway has it', async () => {
    await open()
    await go(page, '/equipment/pump-b1-02')
    await see('F07 过流')
    stub.silence(true)
    const start = Date.now()
    await page.locator('.note.q', { hasText: '与网关断开' }).waitFor({ timeout: 6000 })
    const took = Date.now() - start
    console.log(`silence was seen after ${took} ms`)
    expect(took).toBeLessThan(5500)
    expect(await page.locator('.note.q').textContent()).toMatch(/画面停在 \d\d:\d\d:\d\d.*第 \d+ 次/)
    await see('F07 过流')
    const button = page.getByRole('button', { name: '确认报警：2# 生活水泵 故障跳闸' })
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await button.click({ force: true })
    expect(stub.asked.filter(one => one.startsWith('POST') && one.endsWith('acknowledge'))).toEqual([])
    // While nobody watches, the world goes on.
    stub.world.alarms.set(
      'r:new',
      alarm('r:new', { equipment: 'pump-b1-02', text: { 'zh-CN': '断线时的报警', en: 'x' } }),
    )
    stub.put('pump-b1-02/fault-code', { value: 0, quality: 'good', reason: null })
    stub.silence(false)
    await see('断线时的报警')
    await page.locator('.note.q').waitFor({ state: 'detached' })
    await page.locator('tr', { hasText: '故障代码' }).getByText('无').waitFor()
  })

  it('closed sockets are opened again', async () => {
    await open()
    await page.locator('.conn', { hasText: 's' }).waitFor()
    stub.closeSockets()
    await page.locator('.note.q').waitFor({ timeout: 6000 })
    await page.locator('.note.q').waitFor({ state: 'detached', timeout: 6000 })
  })
})

describe('alarms', () => {
  it('arrive in strip and list, the chosen row stays chosen, Enter acknowledges', async () => {
    await open()
    const strip = page.locator('.strip')
    await strip.locator('.high', { hasText: '1' }).waitFor()
    const rows = page.locator('.alm tbody tr')
    await rows.nth(1).click()
    expect(await rows.nth(1).textContent()).toContain('2# 生活水泵 故障跳闸')
    const life = alarm('r:life', {
      severity: 'life',
      raisedAt: new Date().toISOString(),
      text: { 'zh-CN': '火警', en: 'Fire' },
    })
    stub.putAlarm(life)
    await strip.locator('.life.unack', { hasText: '2' }).waitFor()
    await page.locator('.alm tbody tr', { hasText: '火警' }).waitFor()
    expect(await rows.nth(0).textContent()).toContain('火警')
    // The row under the hand is still the same one, and has the keyboard.
    expect(await page.locator('.alm tr[aria-selected=true]').textContent()).toContain('2# 生活水泵 故障跳闸')
    await page.keyboard.press('Enter')
    await page.locator('.alm tr', { hasText: '2# 生活水泵 故障跳闸' }).getByText('admin').waitFor()
    expect(stub.world.alarms.get('r:pump-b1-02:tripped')?.state).toBe('ACKED')
    await strip.locator('.high.ack').waitFor()
    // Up to the life alarm; acknowledged by its button it keeps its ground until normal.
    await page.keyboard.press('Home')
    await page.getByRole('button', { name: '确认报警：火警' }).click()
    await page.locator('.alm tr.life.tint', { hasText: '火警' }).getByText('admin').waitFor()
    expect(stub.world.alarms.get('r:life')?.state).toBe('ACKED')
    stub.putAlarm({ ...life, active: false, acked: true, state: 'NORM' })
    await page.locator('.alm tbody tr', { hasText: '火警' }).waitFor({ state: 'detached' })
  })

  it('bad data is said beside the alarm that it freezes; a viewer cannot acknowledge and is told so', async () => {
    await open({ as: 'viewer', lang: 'en' })
    await page
      .locator('.alm tr', { hasText: 'Garage feeder load high' })
      .getByText('Data timed out: alarm is frozen')
      .waitFor()
    stub.put('pump-b1-02/tripped', { value: null, quality: 'bad', reason: 'offline' })
    await page.locator('.alm tr', { hasText: 'Domestic pump 2 tripped' }).getByText('Data offline').waitFor()
    const button = page.getByRole('button', { name: 'Acknowledge: Domestic pump 2 tripped' })
    expect(await button.getAttribute('title')).toBe('Your role cannot acknowledge')
  })

  it('a quiet day says what would be here', async () => {
    stub.world.alarms.clear()
    await open({ lang: 'en' })
    await see('No alarms')
    expect(await page.locator('.strip .nil').count()).toBe(4)
  })
})

describe('orders', () => {
  it('move along their flow, ask for a reason where one is needed', async () => {
    await open({ lang: 'en' })
    await go(page, '/orders')
    await page.getByRole('link', { name: 'Domestic pump 2 tripped' }).click()
    await page.getByRole('button', { name: 'Accept' }).click()
    await page.locator('.ord .chip', { hasText: 'On the way' }).waitFor()
    await page.getByRole('button', { name: 'Record arrival' }).click()
    await page.getByRole('button', { name: 'Record repaired' }).click()
    await page.locator('.ord .chip', { hasText: 'To verify' }).waitFor()
    // The alarm is still active: closing is not believed without a reason.
    await page.getByRole('button', { name: 'Verify and close' }).click()
    const dialog = page.getByRole('dialog')
    const verb = dialog.getByRole('button', { name: /Verify and close WO-/ })
    expect(await verb.getAttribute('aria-disabled')).toBe('true')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Verify and close' }).click()
    await dialog.locator('textarea').fill('sensor replaced <b>later</b>')
    await verb.click()
    await page.locator('.ord .chip', { hasText: 'Closed' }).waitFor()
    await see('Reason: sensor replaced <b>later</b>')
    expect(stub.world.orders.get('o1')?.phase).toBe('closed')
    await page.locator('.orl tr', { hasText: 'Domestic pump 2 tripped' }).waitFor({ state: 'detached' })
  })

  it('tell who was faster, and for whom a step is', async () => {
    await open({ as: 'operator' })
    await go(page, '/orders/o2')
    await see('你的角色不能做；可做：工程、管理员')
    expect(await page.getByRole('button', { name: '登记到场' }).getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('button', { name: '作废' }).click()
    await page.getByRole('dialog').locator('textarea').fill('误报')
    const order = stub.world.orders.get('o2')
    if (order) stub.world.orders.set('o2', { ...order, phase: 'arrived', assignee: '王工' })
    await page.getByRole('button', { name: /作废 WO-/ }).click()
    await see('工单刚被别人改过。')
    await page.locator('.ord .chip', { hasText: '处理中' }).waitFor()
  })
})

describe('settings', () => {
  it('a start without a site is said on every page and leads to the problems; a mended file runs', async () => {
    Object.assign(stub.state, { degraded: true, nothingRuns: true })
    await open({ lang: 'en' })
    await see('No site is running: no device is read, no alarm is raised.')
    await page.getByRole('link', { name: 'See the problems' }).click()
    await see('There is no channel "meterz".')
    await page.getByRole('button', { name: 'Go to line 4' }).click()
    const area = page.locator('.ed textarea')
    expect(await page.evaluate('getSelection().toString()')).toBe('  },')
    await area.fill('{"channels": "meterz"}')
    await page.getByRole('button', { name: 'Save and run' }).click()
    await see('2 problems found, not saved')
    await area.fill('{"mended": true}')
    await page.getByRole('button', { name: 'Check' }).click()
    await see('Check passed, can be saved')
    await page.getByRole('button', { name: 'Save and run' }).click()
    await see(/^Saved and running/)
    await page.locator('.note', { hasText: 'No site is running: no device' }).waitFor({ state: 'detached' })
  })

  it('people, tokens and accounts are made; secrets are shown once', async () => {
    await open({ lang: 'en' })
    await go(page, '/settings/people')
    await page.getByRole('button', { name: 'New person' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('User name').fill('wang')
    await dialog.locator('input[type=password]').fill('long-enough-1')
    await dialog.getByRole('button', { name: 'New person' }).click()
    await page.locator('tr', { hasText: 'wang' }).waitFor()
    await go(page, '/settings/tokens')
    await see('No tokens')
    await page.getByRole('button', { name: 'New token' }).click()
    await dialog.locator('input').fill('energy board')
    await dialog.getByRole('button', { name: 'New token' }).click()
    await dialog.getByText('Shown only this once').waitFor()
    expect(await dialog.locator('input').inputValue()).toMatch(/^gh_/)
    await dialog.getByRole('button', { name: /Close/ }).click()
    await page.locator('tr', { hasText: 'energy board' }).waitFor()
    expect(await page.content()).not.toContain('gh_0123')
    await go(page, '/settings/broker')
    await page.getByRole('button', { name: 'New account' }).click()
    await dialog.getByLabel('Account name').fill('bms')
    await dialog.getByLabel(/May subscribe/).fill('gatehouse/#\n')
    await dialog.getByRole('button', { name: 'New account' }).click()
    await dialog.getByText('Shown only this once').waitFor()
    expect(await dialog.locator('input').inputValue()).toBe('made-by-the-gateway')
  })

  it('the number on the display finds how its registers are to be read; drafts are said to be drafts', async () => {
    await open({ lang: 'en' })
    await findPressure(page, stub)
    await seeProfiles(page)
  })
})

describe('every page', () => {
  const paths = [
    '/alarms',
    '/equipment',
    '/equipment/pump-b1-02',
    '/equipment/odd-01',
    '/orders',
    '/orders/o1',
    '/settings/site',
    '/settings/channels',
    '/settings/profiles',
    '/settings/byteOrder',
    '/settings/people',
    '/settings/tokens',
    '/settings/broker',
    '/settings/me',
    '/nowhere',
  ]
  // Smallest text, page wider than its window, text cut off by its own frame: measured on what is drawn.
  const measure = `(() => {
    const small = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let n; (n = words.nextNode()); ) {
      if (!n.data.trim() || !n.parentElement.checkVisibility()) continue
      if (parseFloat(getComputedStyle(n.parentElement).fontSize) < 12) small.push(n.data.trim())
    }
    return { wide: document.documentElement.scrollWidth - innerWidth, small, hacked: window.hacked ?? null,
      other: document.documentElement.lang === 'en' ? document.querySelector('nav.rail').innerText.match(/[\\u4e00-\\u9fff]/)?.[0] ?? null : null }
  })()`
  it('fits 390, 1366 and 1920 px in both languages', async () => {
    await open({ theme: 'dark' })
    let seen = 0
    for (const path of paths) {
      await go(page, path)
      await page.locator('main .sk').first().waitFor({ state: 'detached' })
      await page.waitForFunction('!document.querySelector("main .sk") && document.querySelector("h1")?.textContent')
      for (const lang of ['中', 'EN']) {
        await page.getByRole('button', { name: lang, exact: true }).click()
        for (const width of [390, 1366, 1920]) {
          await page.setViewportSize({ width, height: 900 })
          const found = await page.evaluate(measure)
          expect(found, `${path} ${lang} ${width}`).toEqual({ wide: 0, small: [], hacked: null, other: null })
          seen++
        }
      }
    }
    console.log(`${seen} pictures measured`)
    expect(seen).toBe(paths.length * 6)
  })
})
