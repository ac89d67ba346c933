import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
import { agreeToChanges, go, openBrowser, openScreen, type Screen } from './browser.ts'

/** The settings of orders and planned work, as whoever looks after them changes them, and the figures of orders. */
const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
let screen: Screen
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({ site: quietSite })
  screen = await openScreen(browser, g.url, { lang: 'en' })
  page = screen.page
  page.setDefaultTimeout(20_000)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await agreeToChanges(page)
})
afterAll(async () => {
  await screen?.close()
  await browser?.close()
  await g?.stop()
  expect(screen.complaints).toEqual([])
})

const measure = `(() => {
  const small = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let n; (n = words.nextNode()); ) {
    if (!n.data.trim() || !n.parentElement.checkVisibility()) continue
    if (parseFloat(getComputedStyle(n.parentElement).fontSize) < 12) small.push(n.data.trim())
  }
  return { wide: document.documentElement.scrollWidth - innerWidth, small }
})()`
async function fits(name: string) {
  for (const lang of ['中', 'EN'])
    for (const width of [390, 1366, 1920]) {
      await page
        .getByRole('button', { name: lang === '中' ? /^中/ : /^EN/ })
        .first()
        .click()
      await page.setViewportSize({ width, height: 900 })
      expect([name, lang, width, await page.evaluate(measure)]).toEqual([name, lang, width, { wide: 0, small: [] }])
      if (shots)
        await page.screenshot({
          path: join(shots, `${name}-${lang === '中' ? 'zh' : 'en'}-${width}.png`),
          fullPage: true,
        })
    }
  await page.setViewportSize({ width: 1366, height: 900 })
}
const site = () =>
  JSON.parse(readFileSync(join(g.data, 'site.json'), 'utf8')) as {
    orders?: Record<string, unknown>
    maintenance?: object[]
    access?: object
  }
const card = (heading: string) => page.locator('section.card', { hasText: heading })

it('times, pauses, what is urgent and who is told are changed on a page; what is wrong is said and nothing is saved', async () => {
  await go(page, '/settings/orders')
  const general = card('Times: General')
  await general.getByLabel('Restore within', { exact: true }).fill('0')
  await general.getByText('Enter a time above 0').first().waitFor()
  expect(await general.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true')
  await general.getByLabel('Restore within', { exact: true }).fill('2')
  await general.getByLabel('waiting for a permit').uncheck()
  await general.getByRole('button', { name: 'Save' }).click()
  await general.getByText('Saved and running').waitFor()
  expect(site().orders).toEqual({
    policies: { general: { restoreMin: 2880, pauses: ['occupant', 'part', 'utility'] } },
  })

  const steps = card('Escalation')
  await steps.getByLabel('Per cent of the time').nth(4).fill('100')
  await steps.getByRole('button', { name: 'Save' }).click()
  await steps.getByText('Two steps of the escalation are at 100 %').waitFor()
  expect(site().orders!.escalation).toBeUndefined()
  await steps.getByLabel('Per cent of the time').nth(4).fill('300')
  await steps.getByRole('button', { name: 'Save' }).click()
  await steps.getByText('Saved and running').waitFor()
  expect((site().orders!.escalation as { pct: number }[]).map(s => s.pct)).toEqual([50, 75, 100, 150, 300])

  const sorting = card('Urgent, the same trouble')
  await sorting.getByLabel('Doors and locks').check()
  await sorting.getByLabel('Return visit within', { exact: true }).fill('1')
  await sorting.getByRole('button', { name: 'Save' }).click()
  await sorting.getByText('Saved and running').waitFor()
  expect(site().orders).toMatchObject({ urgent: ['water', 'power', 'gas', 'lift', 'fire', 'door'], visitHours: 24 })

  await page.getByRole('button', { name: 'Add a failure class' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Id').fill('water')
  await dialog.getByLabel('Name, Chinese').fill('轴承')
  await dialog.getByLabel('Name, English').fill('Bearing')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByText('There is a failure class "water" already').waitFor()
  await dialog.getByLabel('Id').fill('bearing')
  await page.keyboard.press('Enter')
  await page.getByText('bearing', { exact: true }).waitFor()
  await fits('order-settings')

  const saved = g.deps.trail.before(Number.MAX_SAFE_INTEGER, 100).filter(e => e.kind === 'site' && e.action === 'saved')
  expect(saved.map(e => e.actor)).toEqual(Array(4).fill('admin'))
}, 120_000)

it('telephones, emergency plan, certificates and control room are changed by forms, and run', async () => {
  await page.getByRole('button', { name: /^EN/ }).first().click()
  await go(page, '/settings/emergency')
  const dialog = page.getByRole('dialog')
  const field = (label: string, of = 'input, textarea') => dialog.getByLabel(label).and(dialog.locator(of))
  const put = async (button: string, fields: Readonly<Record<string, string>>) => {
    await page.getByRole('button', { name: button }).click()
    for (const [label, value] of Object.entries(fields)) await field(label).fill(value)
  }
  const save = async () => {
    await dialog.getByRole('button', { name: 'Save' }).click()
    // The list of changes is a dialog of its own, which stands over the form until it is agreed to.
    await until('the form is closed', async () => (await dialog.count()) === 0)
  }
  await put('Add a telephone', {
    ...{ Id: 'lift-rescue', 'Name, Chinese': '救援平台', 'Name, English': 'Rescue platform', Telephone: 'x' },
  })
  await dialog.getByText('Digits, blanks and -').waitFor()
  await field('Telephone').fill('96333')
  await field('Kind', 'select').selectOption('lift-rescue')
  await save()
  await put('Change People trapped in a lift', { 'Measures, Chinese': '安抚\n断电', 'Measures, English': 'Calm them' })
  await dialog.getByText('Both languages need as many lines').waitFor()
  await dialog.getByLabel('Measures, English').fill('Calm them\nCut power')
  await dialog.getByLabel('Last gone through on').fill('2026-11-22')
  if (shots) await page.screenshot({ path: join(shots, 'measures-dialog.png') })
  await save()
  await put('Add a certificate', { Id: 'boiler', Number: 'TS-1', 'Holds until': '2020-01-31' })
  await field('Equipment', 'select').selectOption('pump-1')
  await save()
  await put('Add a post', {
    ...{
      'Post, Chinese': '总指挥',
      'Post, English': 'In command',
      'Duties, Chinese': '指挥',
      'Duties, English': 'Leads',
    },
  })
  await save()
  const room = card('The gateway looks after who keeps the control room')
  await room.getByRole('checkbox').check()
  await room.getByLabel('People at least').fill('1')
  await room.getByRole('button', { name: 'Save' }).click()
  await page.getByText('until 2020-01-31 · TS-1').waitFor()
  await fits('emergency')
  await page.getByRole('button', { name: /^EN/ }).first().click()
  expect(site()).toMatchObject({
    contacts: [{ id: 'lift-rescue', kind: 'lift-rescue', phone: '96333' }],
    emergencyPlan: {
      organisation: [{ post: { en: 'In command' } }],
      chapters: [{ hazard: 'lift', measures: [{ en: 'Calm them' }, { en: 'Cut power' }], reviewed: '2026-11-22' }],
    },
    equipment: [{ id: 'pump-1', certificates: [{ id: 'boiler', kind: 'inspection', no: 'TS-1' }] }],
    controlRoom: { least: 1, everyMin: [30, 120] },
  })
  // It runs: the paper that ran out is an alarm, and whoever keeps the room says so on its page.
  await go(page, '/alarms')
  await page.getByText('Control room: 0 on duty, 1 needed. Too few.').waitFor()
  await fits('control-room')
  await page.getByRole('button', { name: /^EN/ }).first().click()
  await page.getByRole('button', { name: 'Come on duty' }).click()
  await page.getByText('Control room: 1 on duty, 1 needed').waitFor()
  await page.getByText('96333').waitFor()
  await until('the paper is an alarm', () => g.deps.alarms.open().some(a => a.point === 'pump-1/certificate.boiler'))
  // Taken away again, with one more word.
  await go(page, '/settings/emergency')
  await page.getByRole('button', { name: 'Remove Rescue platform' }).click()
  await dialog.getByText('The trail and the backup of the file').waitFor()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No telephones').waitFor()
}, 120_000)

it('how long events of doors and photos of visitors are kept is changed where retention stands', async () => {
  await go(page, '/settings/history')
  const keep = card('Kept of doors and visitors')
  const save = keep.getByRole('button', { name: 'Save' })
  const days = (key: string) => keep.locator(`input[name=${key}]`)
  await until('as it is without', async () => (await days('visitorPhotoDays').inputValue()) === '30')
  await keep.getByText('Photos of visitors, days after the visit (1–3,650)').waitFor()
  for (const [key, wrong] of [
    ['visitorPhotoDays', '0'],
    ['visitorPhotoDays', '1.5'],
    ['keepDays', '179'],
  ] as const) {
    const was = await days(key).inputValue()
    await days(key).fill(wrong)
    expect([wrong, await save.getAttribute('aria-disabled')]).toEqual([wrong, 'true'])
    await days(key).fill(was)
  }
  await days('visitorPhotoDays').fill('14')
  await save.click()
  await keep.getByRole('status').waitFor()
  // Only what was changed is written.
  expect(site().access).toEqual({ visitorPhotoDays: 14 })
  await until('it runs', () => g.deps.plant()?.site.access.visitorPhotoDays === 14)
  await fits('access-keep')
  await page.getByRole('button', { name: /^EN/ }).first().click()
}, 120_000)

it('a plan of work is added, changed and stopped; its order is there', async () => {
  await page.getByRole('button', { name: /^EN/ }).first().click()
  await go(page, '/settings/maintenance')
  await page.getByText('No planned work').waitFor()
  await page.getByRole('button', { name: 'Add a plan' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Id: lower-case letters').waitFor()
  await dialog.getByLabel('Id').fill('pump-check')
  await dialog.getByLabel('Name, Chinese').fill('水泵检查')
  await dialog.getByLabel('Name, English').fill('Pump check')
  await dialog.getByLabel('How often').selectOption('week')
  await dialog.getByLabel('While the plant is stopped').selectOption('month')
  await dialog.getByLabel('Point that says').fill('nothing')
  await dialog.getByRole('listbox', { name: 'Equipment' }).selectOption('pump-1')
  await dialog.getByLabel('What to look at').fill('oil\nnoise')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').waitFor()
  if (shots) await page.screenshot({ path: join(shots, 'plan-dialog.png') })
  await dialog.getByLabel('While the plant is stopped').selectOption('')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Devices: 1').waitFor()
  expect(site().maintenance).toMatchObject([{ id: 'pump-check', every: 'week', equipment: ['pump-1'] }])
  await page.getByRole('button', { name: 'Change: Pump check' }).click()
  await dialog.getByLabel('How often').selectOption('shift')
  await dialog.getByLabel('Shifts begin at').fill('25:00')
  await dialog.getByText('Shifts: times as').waitFor()
  await dialog.getByLabel('Shifts begin at').fill('08:00 20:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Each shift').first().waitFor()
  await fits('plans')
  await page.getByRole('button', { name: /^EN/ }).first().click()
  await page.getByRole('button', { name: 'Stop: Pump check' }).click()
  await dialog.getByText('No more orders are made of it').waitFor()
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('No planned work').waitFor()
  expect(site().maintenance).toEqual([])
}, 120_000)

it('the figures of orders are read on a page, and say when they are of too few', async () => {
  await go(page, '/orders')
  await page.getByRole('link', { name: 'Order figures' }).click()
  const row = page.getByRole('row', { name: /Fixed at the first try/ })
  await row.getByText('too few').waitFor()
  await row.getByText('0 of 0').waitFor()
  await fits('order-figures')
}, 120_000)
