import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PointId } from '../../drivers/point.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { both, head, quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

const pictures = process.env.GATEHOUSE_PICTURES
const contacts = Array.from({ length: 60 }, (_, i) => `c-${i + 1}`)
const bit = (key: string, address: number) => ({ key, table: 'discrete', address, type: 'bool', scanMs: 60_000 })
const site = {
  ...head,
  channels: quietSite.channels,
  equipment: [
    ...quietSite.equipment,
    {
      id: 'cabinet',
      kind: 'io-module',
      name: { 'zh-CN': '输入柜', en: 'I/O cabinet' },
      space: 'b1',
      channel: 'bus',
      unit: 2,
      points: contacts.map(bit),
    },
    {
      id: 'feeder',
      kind: 'switchgear',
      name: { 'zh-CN': '水泵馈线', en: 'Pump feeder' },
      space: 'b1',
      channel: 'bus',
      unit: 3,
      points: [bit('dead', 0), bit('trapped', 1)],
    },
  ],
  rules: [
    { ...quietSite.rules[0], latched: true },
    { id: 'contact', points: ['cabinet/*'], when: { equals: true }, severity: 'low', text: both('触点 contact') },
    {
      id: 'dead',
      points: ['feeder/dead'],
      when: { equals: true },
      severity: 'high',
      text: { 'zh-CN': '馈线失电', en: 'Feeder dead' },
      causes: ['pump-*/*'],
    },
    {
      id: 'trapped',
      points: ['feeder/trapped'],
      when: { equals: true },
      severity: 'life',
      text: { 'zh-CN': '困人', en: 'Person trapped' },
    },
  ],
}

let browser: Browser
let g: TestGateway
let screen: Screen
const words = {
  'zh-CN': {
    more: '更多：水泵跳闸',
    reason: '原因',
    shelve: '搁置',
    aside: '已搁置与抑制',
    flood: '报警泛滥',
    take: '采纳',
    undo: '撤销',
    figures: '报警指标',
    consequence: '连带报警，起因：馈线失电',
    reset: '复位',
  },
  en: {
    more: 'More: Pump tripped',
    reason: 'Reason',
    shelve: 'Shelve',
    aside: 'Put aside',
    flood: 'Alarm flood',
    take: 'Take it',
    undo: 'Undo',
    figures: 'Key figures',
    consequence: 'Consequence of: Feeder dead',
    reset: 'Reset',
  },
} as const
type Lang = keyof typeof words

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  g = await startGateway({ site })
})
afterEach(async () => {
  await screen.close()
  await g.stop()
})

async function open(lang: Lang, width = 1366): Promise<Page> {
  screen = await openScreen(browser, g.url, { lang, width })
  const { page } = screen
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/alarms')
  return page
}
const on = (...points: PointId[]) => {
  for (const point of points) feed(g, point, true)
}
async function picture(page: Page, name: string) {
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}
const seen = (page: Page, text: string) => page.getByText(text).first().waitFor()

describe.each(['zh-CN', 'en'] as const)('alarms on the page, %s', lang => {
  const w = words[lang]
  const of = (text: { readonly 'zh-CN': string; readonly en: string }) => text[lang]
  const tripped = of(quietSite.rules[0]!.text)

  it('are shelved with a reason, stand under "put aside", and come back as acknowledged', async () => {
    const page = await open(lang)
    on('pump-1/tripped')
    await page.getByRole('button', { name: w.more }).click()
    await page.getByRole('dialog').getByRole('combobox').first().selectOption('shelve')
    await page.getByLabel(w.reason).fill('seal on order')
    await picture(page, `${lang}-shelve`)
    await page.getByRole('dialog').getByRole('button', { name: w.shelve }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.locator('.strip').textContent()).not.toContain('1')
    await page.getByRole('button', { name: w.aside }).click()
    await seen(page, 'seal on order')
    await picture(page, `${lang}-aside`)
    await page.getByRole('button', { name: w.more }).click()
    await page.getByRole('dialog').locator('button.pri').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(g.deps.alarms.get('tripped:pump-1:tripped')).toMatchObject({ active: true, acked: true, shelved: null })
    expect(screen.complaints).toEqual([])
  })

  it('are reset when they are latched', async () => {
    const page = await open(lang)
    on('pump-1/tripped')
    feed(g, 'pump-1/tripped', false)
    await seen(page, tripped)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: w.more }).click()
    await page.getByRole('dialog').getByRole('combobox').first().selectOption('reset')
    await page.getByRole('dialog').getByRole('button', { name: w.reset }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.locator('main .empty').waitFor()
    expect(g.deps.alarms.get('tripped:pump-1:tripped')!.resetNeeded).toBe(false)
  })

  it('that are a consequence stand under their cause, not in the list', async () => {
    const page = await open(lang)
    on('feeder/dead', 'pump-1/tripped')
    await seen(page, of(site.rules[2]!.text!))
    expect(await page.getByText(tripped).count()).toBe(0)
    await page.getByRole('button', { name: w.aside }).click()
    await seen(page, w.consequence)
    expect(screen.complaints).toEqual([])
  })

  it('are grouped in a flood, people in danger alone and counted as they come', async () => {
    const page = await open(lang)
    on(...contacts.map(c => `cabinet/${c}` as const))
    await seen(page, w.flood)
    await page.locator('[data-count]', { hasText: /^60$/ }).waitFor()
    on('feeder/trapped')
    await seen(page, of(site.rules[3]!.text!))
    await picture(page, `${lang}-flood`)
    expect(await page.locator('tr[tabindex]').count()).toBe(1)
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(screen.complaints).toEqual([])
  })

  it('have their key figures, and a remedy is taken and taken back by one click each', async () => {
    for (let i = 0; i < 6; i++) {
      on('cabinet/c-1')
      feed(g, 'cabinet/c-1', false)
    }
    const page = await open(lang)
    await page.getByRole('link', { name: w.figures }).click()
    await page.getByRole('button', { name: w.take }).waitFor()
    await picture(page, `${lang}-figures`)
    const rule = () => g.deps.plant()?.site.rules.find(r => r.id === 'contact')?.delayOffS
    await page.getByRole('button', { name: w.take }).click()
    await page.getByRole('button', { name: w.undo }).waitFor()
    expect(rule()).toBe(15)
    await page.getByRole('button', { name: w.undo }).click()
    await page.getByRole('button', { name: w.take }).waitFor()
    expect(rule()).toBe(0)
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(screen.complaints).toEqual([])
  })
})
