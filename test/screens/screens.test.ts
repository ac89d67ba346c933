import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmView } from '../../gateway/http/contract.ts'
import { agreeToChanges, go, openBrowser, openScreen, type Screen, signIn } from './browser.ts'
import { findPressure, seeProfiles } from './commission.ts'
import { type Stub, startStub } from './stub.ts'

let browser: Browser
let stub: Stub
let screen: Screen
let page: Page

beforeAll(async () => {
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
/** Asked from outside: what waits inside the page is an eval, which the gateway's policy refuses. */
const holds = (truth: string) => expect.poll(() => page.evaluate(`Boolean(${truth})`), { timeout: 5000 }).toBe(true)
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
    stub.state.waitS = 2
    await page.fill('input[name=password]', 'wrong')
    await page.keyboard.press('Enter')
    for (const n of [2, 1]) await see(`Too many attempts. Try again in ${n} s.`)
    stub.state.waitS = 0
    await see('You can try again now.')
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
    stub.put('pump-b1-01/pressure', { value: 0.52, quality: 'good', reason: null })
    await see('0.5200')
    const frequency = page.locator('.pts tr', { hasText: '频率' })
    await frequency.getByText('42', { exact: true }).waitFor()
    for (const [value, shown] of [
      [49.98, '49.98'],
      [50, '50.00'],
      [0, '0.00'],
    ] as const) {
      stub.put('pump-b1-01/frequency', { value, quality: 'good', reason: null })
      await frequency.getByText(shown, { exact: true }).waitFor()
    }
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

  it('of ten thousand points only those in sight are drawn; one far down stands where it is scrolled to, and changes', async () => {
    const [like] = stub.world.equipment
    const points = Array.from({ length: 10_000 }, (_, n) => ({
      ...like!.points[0]!,
      id: `cabinet/r${n}` as const,
      key: `r${n}`,
      name: { 'zh-CN': `寄存器 ${n}`, en: `Register ${n}` },
    }))
    stub.world.equipment.push({ ...like!, id: 'cabinet', points })
    const put = (add: number) => {
      for (const [n, { id }] of points.entries()) stub.put(id, { value: n + add, quality: 'good', reason: null }, false)
    }
    put(20_000)
    await open({ lang: 'en' })
    await go(page, '/equipment/cabinet')
    const row = (n: number) =>
      page.locator('.pts tr[data-row]', { has: page.getByText(`Register ${n}`, { exact: true }) })
    const rows = () => page.evaluate('document.querySelectorAll(".pts tr[data-row]").length') as Promise<number>
    await row(3).getByText('20,003').waitFor()
    expect(await rows()).toBeLessThan(160)
    // Some 7,000 rows down: the bar of the window knows of all of them.
    await page.evaluate(`{
      const body = document.querySelector('.pts tbody').getBoundingClientRect()
      window.scrollTo(0, scrollY + body.top + body.height * 0.7)
    }`)
    await expect.poll(() => page.locator('.pts tr[data-row]').first().getAttribute('aria-rowindex')).toMatch(/^6\d{3}$/)
    const at = Number(await page.locator('.pts tr[data-row]').nth(30).getAttribute('aria-rowindex')) - 2
    await row(at)
      .getByText((20_000 + at).toLocaleString('en'))
      .waitFor()
    put(30_000)
    await row(at)
      .getByText((30_000 + at).toLocaleString('en'))
      .waitFor()
    expect(await rows()).toBeLessThan(160)
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

  it('keys are for the list from the start; after each acknowledgement the next unacknowledged row is chosen', async () => {
    stub.world.alarms.set('r:a', alarm('r:a', { severity: 'high', text: { 'zh-CN': '甲', en: 'A' } }))
    stub.world.alarms.set('r:b', alarm('r:b', { severity: 'low', text: { 'zh-CN': '乙', en: 'B' } }))
    await open()
    const chosen = page.locator('.alm tr[aria-selected=true]')
    await chosen.filter({ hasText: '困人' }).waitFor()
    await page.evaluate('document.activeElement.blur()')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await chosen.filter({ hasText: '甲' }).waitFor()
    // Downwards first, over what is acknowledged; then what was left above.
    const left = ['配电室温度高', '乙', '跳闸']
    for (const text of left) {
      await page.keyboard.press('Enter')
      await chosen.filter({ hasText: text }).waitFor()
      expect(await page.evaluate('document.activeElement.innerText'), text).toContain(text)
    }
    await page.keyboard.press('Enter')
    await see('全部已确认')
    expect([...stub.world.alarms.values()].filter(one => !one.acked)).toEqual([])
    expect(stub.asked.filter(one => one.endsWith('acknowledge')).length).toBe(4)
  })

  it('one that was taken out of the site is never said to be normal, nor is its order', async () => {
    await open()
    const [tripped] = [...stub.world.alarms.values()].filter(one => one.workorder === 'o1')
    if (!tripped) throw new Error('no alarm with an order')
    await page.locator('.alm tr', { hasText: '跳闸' }).waitFor()
    stub.putAlarm({
      ...tripped,
      active: false,
      acked: true,
      retired: true,
      state: 'NORM',
      clearedAt: new Date().toISOString(),
    })
    await page.locator('.alm tr', { hasText: '跳闸' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '全部' }).click()
    const row = page.locator('.alm tr', { hasText: '跳闸' })
    await row.getByText('已移出站点，不再监视').waitFor()
    expect(await row.textContent()).not.toMatch(/恢复|历时/)
    const order = stub.world.orders.get('o1')
    if (order) stub.putOrder({ ...order, alarmActive: false, alarmRetired: true })
    await go(page, '/orders/o1')
    await page.locator('.ord').getByText('报警已移出站点，不再监视').waitFor()
    expect(await page.locator('.ord').textContent()).not.toContain('已恢复')
  })

  it('a disk that cannot be written is said on every page, with what is not recorded; nothing can be acknowledged', async () => {
    await open()
    stub.putStorage(new Date().toISOString(), [
      {
        id: 'w1',
        severity: 'low',
        text: { 'zh-CN': '水位低', en: 'Level low' },
        equipmentName: { 'zh-CN': '水箱', en: 'Tank' },
      },
      {
        id: 'w2',
        severity: 'life',
        text: { 'zh-CN': '困人', en: 'Trapped' },
        equipmentName: { 'zh-CN': '电梯', en: 'Lift' },
      },
    ])
    const note = page.locator('.note.life')
    await note.getByText(/^磁盘无法写入，自 \d\d:\d\d:\d\d 起$/).waitFor()
    expect(await note.locator('li').allTextContents()).toEqual([
      '生命困人 · 电梯 · 已发生，尚未记录',
      '低水位低 · 水箱 · 已发生，尚未记录',
    ])
    const button = page.getByRole('button', { name: '确认报警：2# 生活水泵 故障跳闸' })
    expect(await button.getAttribute('title')).toBe('磁盘无法写入，现在不能记录')
    await button.click({ force: true })
    let seen = 0
    for (const path of ['/equipment', '/orders/o1', '/settings/site', '/nowhere']) {
      await go(page, path)
      await note.waitFor()
      seen++
    }
    expect(seen).toBe(4)
    await go(page, '/orders/o1')
    expect(await page.getByRole('button', { name: '接单' }).getAttribute('title')).toBe('磁盘无法写入，现在不能记录')
    expect(stub.asked.filter(one => one.startsWith('POST') && !one.endsWith('session'))).toEqual([])
    // Closed sockets are opened again; it is said again to the screen that comes back, and taken back.
    stub.closeSockets()
    await page.locator('.note.q').waitFor({ timeout: 6000 })
    await page.locator('.note.q').waitFor({ state: 'detached', timeout: 6000 })
    await note.waitFor()
    stub.putStorage(null)
    await note.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '接单' }).click()
    await page.locator('.ord .chip', { hasText: '在途' }).waitFor()
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
    expect(await page.getByLabel('您写的原因（可复制）').inputValue()).toBe('误报')
  })

  it('that move while a dialog is open close it and say so; what was typed can be copied', async () => {
    await open({ lang: 'en' })
    await go(page, '/orders/o5')
    await page.getByRole('button', { name: 'Cancel order' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('textarea').fill('lamp is off by plan')
    const order = stub.world.orders.get('o5')
    if (order) stub.putOrder({ ...order, phase: 'cancelled' })
    await dialog.waitFor({ state: 'detached' })
    await see('The order changed while you were writing: it is now "Cancelled". This step was not done.')
    expect(await page.getByLabel('The reason you wrote (to copy)').inputValue()).toBe('lamp is off by plan')
    expect(stub.asked.filter(one => one.endsWith('/cancel'))).toEqual([])

    // Who has repaired and closes alone is asked why nobody else looked.
    const fixed = stub.world.orders.get('o4')
    if (fixed) stub.putOrder({ ...fixed, alarmActive: false, fixedBy: 'admin' })
    await go(page, '/orders/o4')
    await page.getByRole('button', { name: 'Verify and close…' }).click()
    await dialog.getByText('You repaired it yourself: say why nobody else looked.').waitFor()
    expect(await dialog.textContent()).not.toContain('still active')
    await dialog.locator('textarea').fill('alone at night')
    await dialog.getByRole('button', { name: /Verify and close WO-/ }).click()
    await see('Reason: alone at night')
  })
})

describe('by keyboard alone', () => {
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** What comes of a key comes when the machine has the time for it: a second, as `expect.poll` waits, is little at load 15. */
  const comes = (look: () => unknown) => expect.poll(look, { timeout: 60_000 })
  /**
   * Enter, as soon as it is heard: what has the focus, or what Enter in a field would press, is not blocked. On a busy machine
   * the link may be late for a moment, and what is pressed then is refused as it has to be.
   */
  const enter = async () => {
    const deaf = `(() => {
      const { activeElement: at } = document
      return (at.matches('input') ? at.form?.querySelector('[type=submit]') : at)?.ariaDisabled === 'true'
    })()`
    await comes(() => page.evaluate(deaf)).toBe(false)
    await press('Enter')
  }
  /** A dialog has come, and the first of its fields has the focus. */
  const typeable = () =>
    comes(() => page.evaluate('document.activeElement.matches("dialog input, dialog textarea")')).toBe(true)
  /**
   * The dialog is off the page. Esc hides it at once, and the page hears of it a moment later: a key that comes in between
   * opens what the page then closes. A role does not see what is hidden, so it is asked for by its element.
   */
  const left = () => comes(() => page.locator('dialog').count()).toBe(0)
  /** What has the focus: its words, whether a ring is drawn round it, and whether it is in sight. */
  const focused = () =>
    page.evaluate(`(() => {
      const { activeElement: at } = document
      const name = at === document.body ? '' : at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText
      const ring = [at, at.closest('.inp')].some(one => one && getComputedStyle(one).outlineStyle !== 'none')
      const { top, bottom } = at.getBoundingClientRect()
      return { name: name.trim(), ring, seen: bottom > 0 && top < innerHeight }
    })()`) as Promise<{ name: string; ring: boolean; seen: boolean }>
  /** Goes on with Tab until something of this name has the focus; each stop on the way is drawn and in sight. */
  const tabTo = async (name: RegExp): Promise<string> => {
    for (let stops = 1; stops <= 80; stops++) {
      await press('Tab')
      const at = await focused()
      if (at.name === '') continue
      expect(at, at.name).toMatchObject({ ring: true, seen: true })
      if (name.test(at.name)) return at.name
    }
    throw new Error(`${name} is not reached`)
  }

  it('the main jobs are done; the focus is seen, and goes back to where it was when a dialog is left', async () => {
    await open({ lang: 'en' })
    const jobs: string[] = []
    // The list hears the keys once the focus has followed one of them; its button is blocked as long as Enter would be.
    await page.locator('.alm tr[aria-selected=true]').waitFor()
    await comes(async () => {
      await press('ArrowDown')
      return page.evaluate('document.activeElement.matches(".alm tr[aria-selected=true]")')
    }).toBe(true)
    await page.locator('.alm tr[aria-selected=true] .btn:not([aria-disabled])', { hasText: 'Acknowledge' }).waitFor()
    await press('Enter')
    await comes(() => stub.asked.filter(one => one.endsWith('acknowledge')).length).toBe(1)
    jobs.push('acknowledge')

    await tabTo(/alarm sound on at this screen/)
    await enter()
    await comes(async () => (await focused()).name).toMatch(/sound off/)
    jobs.push('sound')

    await press('Control+k')
    await page.getByRole('dialog').waitFor()
    await comes(() => page.evaluate('document.activeElement.role')).toBe('combobox')
    await page.keyboard.insertText('People')
    await page.locator('.find [role=option]', { hasText: 'People' }).first().waitFor()
    await enter()
    await page.getByRole('heading', { name: 'People' }).first().waitFor()
    await comes(() => page.evaluate('document.activeElement.id')).toBe('page')
    jobs.push('search')

    // Left by the button that says so, by Esc, and by having done it: each time the focus is where it began.
    const opener = await tabTo(/^New person$/)
    for (const leave of [() => tabTo(/^Cancel/).then(enter), () => press('Escape')]) {
      await enter()
      await page.getByRole('dialog').waitFor()
      await leave()
      await left()
      await comes(async () => (await focused()).name).toBe(opener)
    }
    await enter()
    await page.getByRole('dialog').waitFor()
    await typeable()
    await page.keyboard.insertText('wang')
    await tabTo(/assword/)
    await page.keyboard.insertText('long-enough-1')
    await enter()
    await page.locator('tr', { hasText: 'wang' }).waitFor()
    await comes(async () => (await focused()).name).toBe(opener)
    jobs.push('account')

    await go(page, '/orders')
    await page.getByRole('link', { name: 'Domestic pump 2 tripped' }).waitFor()
    await tabTo(/^Domestic pump 2 tripped/)
    await enter()
    // Along its flow, and a reason where one is needed: the alarm is still active, closing is not believed without.
    for (const [step, then] of [
      ['Accept', 'On the way'],
      ['Record arrival', 'Working'],
      ['Record repaired', 'To verify'],
      ['Verify and close', null],
    ] as const) {
      await page.locator('.ord').getByRole('button', { name: step }).first().waitFor()
      await tabTo(new RegExp(`^${step}`))
      await enter()
      if (then) await page.locator('.ord .chip', { hasText: then }).waitFor()
      jobs.push(step)
    }
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await dialog.getByRole('button', { name: /Verify and close WO-/ }).getAttribute('aria-disabled')).toBe(
      'true',
    )
    await press('Escape')
    await left()
    await comes(async () => (await focused()).name).toMatch(/^Verify and close/)
    await enter()
    await dialog.waitFor()
    await typeable()
    await page.keyboard.insertText('sensor replaced <b>later</b>')
    await tabTo(/^Verify and close WO-/)
    await enter()
    await page.locator('.ord .chip', { hasText: 'Closed' }).waitFor()
    await see('Reason: sensor replaced <b>later</b>')
    expect(stub.world.orders.get('o1')?.phase).toBe('closed')
    await page.locator('.orl tr', { hasText: 'Domestic pump 2 tripped' }).waitFor({ state: 'detached' })
    console.log(`${jobs.length} jobs by keyboard alone: ${jobs.join(', ')}`)
    expect(jobs.length).toBe(8)
  })
})

describe('settings', () => {
  it('a start without a site is said on every page and leads to the problems; a mended file runs', async () => {
    Object.assign(stub.state, { degraded: true, nothingRuns: true })
    await open({ lang: 'en' })
    await see('No site is running: no device is read, no alarm is raised.')
    await agreeToChanges(page)
    await page.getByRole('link', { name: 'See the problems' }).click()
    await see('There is no channel "meterz".')
    await page.getByRole('button', { name: 'Go to line 4' }).click()
    const area = page.locator('.ed textarea')
    expect(await page.evaluate('getSelection().toString()')).toBe('  },')
    await area.fill('{"channels": "meterz"}')
    await page.getByRole('button', { name: 'Save and run' }).click()
    await see('Problems found: 2. Not saved.')
    await area.fill('{')
    await page.getByRole('button', { name: 'Save and run' }).click()
    await see('Problems found: 1. Not saved.')
    await see('This is not JSON.')
    expect(await page.locator('.probs .cap').allTextContents()).toEqual(['error'])
    await area.fill('{"mended": true}')
    await page.getByRole('button', { name: 'Check' }).click()
    await see('Check passed, can be saved')
    await page.getByRole('button', { name: 'Save and run' }).click()
    await see(/^Saved and running/)
    await page.locator('.note', { hasText: 'No site is running: no device' }).waitFor({ state: 'detached' })
  })

  it('the open site page follows the file on disk, and never takes away what is being typed', async () => {
    await open({ lang: 'en' })
    await go(page, '/settings/site')
    const area = page.locator('.ed textarea')
    await holds('document.querySelector(".ed textarea").value.includes("demo-plaza")')
    stub.editSite('{"channels": "meterz"}', true)
    await see('There is no channel "meterz".')
    await see('The configuration on disk has problems; the last good one is running.')
    expect(await area.inputValue()).toBe('{"channels": "meterz"}')
    await area.fill('{"mine": 1}')
    stub.editSite('{"theirs": 1}')
    await see('The configuration on disk is running.')
    await see('The file on disk has changed')
    await see('No problems')
    expect(await area.inputValue()).toBe('{"mine": 1}')
    await page.getByRole('button', { name: 'Load from disk (drops my changes)' }).click()
    await holds('document.querySelector(".ed textarea").value === \'{"theirs": 1}\'')
    await page.getByText('The file on disk has changed').waitFor({ state: 'detached' })
  })

  it('what is not saved is asked about on every way out, and only then', async () => {
    await open({ lang: 'en' })
    const rail = (name: string) => page.locator('nav.rail').getByRole('link', { name }).click()
    const path = () => page.evaluate('location.pathname')
    const area = page.locator('.ed textarea')
    const question = page.getByRole('dialog', { name: 'Not saved yet' })
    await rail('Equipment')
    await holds('location.pathname === "/equipment"')
    await rail('Settings')
    await holds('document.querySelector(".ed textarea")?.value.includes("demo-plaza")')
    await rail('Equipment')
    await holds('location.pathname === "/equipment"')
    await page.goBack()
    await area.fill('{"mine": 1}')
    const ways: Readonly<Record<string, () => Promise<unknown>>> = {
      rail: () => rail('Equipment'),
      tab: () => page.getByRole('link', { name: 'Channels', exact: true }).click(),
      back: () => page.goBack({ waitUntil: 'commit', timeout: 2000 }).catch(() => {}),
      out: () => page.getByRole('button', { name: 'Sign out' }).first().click(),
      search: async () => {
        await page.keyboard.press('Control+k')
        await page.keyboard.type('trends')
        await page.getByRole('option').first().waitFor()
        await page.keyboard.press('Enter')
      },
    }
    let asked = 0
    for (const [name, way] of Object.entries(ways)) {
      await way()
      await question.waitFor()
      expect([name, await path()]).toEqual([name, '/settings/site'])
      // Enter stays: it is what the hand does without reading.
      await page.keyboard.press(asked % 2 === 0 ? 'Escape' : 'Enter')
      await question.waitFor({ state: 'detached' })
      expect([name, await path(), await area.inputValue()]).toEqual([name, '/settings/site', '{"mine": 1}'])
      asked++
    }
    expect(asked).toBe(5)
    await rail('Equipment')
    await question.getByRole('button', { name: 'Leave without saving' }).click()
    await holds('location.pathname === "/equipment"')
    await rail('Settings')
    await holds('document.querySelector(".ed textarea")?.value.includes("demo-plaza")')
  })

  it('a role is told at once what it may not see, with no false count and nothing asked in vain', async () => {
    // Not where billing begins its work: the readings are no business of this stub.
    stub.state.start = 'equipment'
    await open({ as: 'billing', lang: 'en' })
    let seen = 0
    for (const path of [
      '/alarms',
      '/orders',
      '/orders/o1',
      '/settings/site',
      '/settings/channels',
      '/settings/people',
    ]) {
      await go(page, path)
      await see('Your role may not see this page')
      expect(await page.locator('header .sub, main .sk, main em').filter({ hasText: /\d|^$/ }).count(), path).toBe(0)
      seen++
    }
    expect(seen).toBe(6)
    expect(stub.asked.filter(one => /alarms|workorders|site|channels|users/.test(one))).toEqual([])
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
    '/plan',
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
  it('prints on white paper with its title, its time and its table, and without what can only be pressed', async () => {
    await open({ theme: 'dark' })
    await go(page, '/alarms')
    await page.locator('.paper').waitFor({ state: 'hidden' })
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: 703, height: 1000 })
    await page.getByText(/^示范广场 · \d{4}-\d\d-\d\d \d\d:\d\d 打印，打印人 admin$/).waitFor()
    const ink = await page.evaluate(
      `[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.querySelector('h1')).color]`,
    )
    expect(ink).toEqual(['rgb(255, 255, 255)', 'rgb(24, 32, 38)'])
    await page.getByRole('columnheader', { name: '优先级' }).waitFor()
    for (const gone of ['nav.rail', '.strip', 'main .btn'])
      expect(await page.locator(gone).first().isVisible()).toBe(false)
  })
  it('fits 390, 1366 and 1920 px in both languages', async () => {
    await open({ theme: 'dark' })
    let seen = 0
    for (const path of paths) {
      await go(page, path)
      await page.locator('main .sk').first().waitFor({ state: 'detached' })
      await holds('!document.querySelector("main .sk") && document.querySelector("h1")?.textContent')
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
