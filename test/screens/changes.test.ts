import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { edited } from '../support/edit.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** A change of the site as its author goes through it: seen, reasoned, saved, looked at later, taken back; two at once. */
const shots = process.env.GATEHOUSE_SHOTS
let browser: Browser
let g: TestGateway
let screen: Screen
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({ site: JSON.stringify(quietSite, null, 2) })
  screen = await openScreen(browser, g.url, { lang: 'en' })
  page = screen.page
  page.setDefaultTimeout(15_000)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
})
afterAll(async () => {
  await screen?.close()
  await browser?.close()
  await g?.stop()
  expect(screen.complaints).toEqual([])
  expect(screen.outside).toEqual([])
})
const dialog = () => page.locator('dialog.rvw')
const submit = () => dialog().locator('button[type=submit]')
const text = () => g.deps.site.view().text
const delayOf = () => g.deps.plant()!.site.rules.find(r => r.id === 'tripped')!.delayOnS
async function fits(name: string) {
  for (const [lang, width] of [
    ['中', 390],
    ['EN', 1366],
    ['中', 1920],
    ['EN', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 844 })
    await page.evaluate(
      `[...document.querySelectorAll('button')].find(b => b.textContent.startsWith('${lang}')).click()`,
    )
    expect([name, width, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([
      name,
      width,
      0,
    ])
    if (shots) await page.screenshot({ path: join(shots, `${name}-${lang === '中' ? 'zh' : 'en'}-${width}.png`) })
  }
  await page.setViewportSize({ width: 1366, height: 900 })
}
const type = (next: string) => page.locator('main textarea').first().fill(next)

it('shows what changes, asks why where an alarm is touched, and takes it back by keyboard', async () => {
  await go(page, '/settings/site')
  await type(edited(JSON.parse(text()) as object, { 'rules.0.delayOnS': 30 }))
  await page.getByRole('button', { name: 'Save and run' }).click()
  await dialog().getByText('touches alarms').waitFor()
  expect(await dialog().locator('tbody tr').innerText()).toMatch(/Rule[\s\S]*tripped › delay on[\s\S]*30 s/)
  expect(await submit().getAttribute('aria-disabled')).toBe('true')
  await fits('review')
  // Left: nothing is saved, nothing typed is lost.
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  expect(delayOf()).toBe(0)
  await page.getByRole('button', { name: 'Save and run' }).click()
  await dialog().getByLabel(/^Why/).fill('waves in the pipe')
  await submit().click()
  await page.getByText(/^Saved and running/).waitFor()
  expect(delayOf()).toBe(30)

  await go(page, '/settings/changes')
  const row = page.locator('.chgs li').first()
  await row.getByText('Why: waves in the pipe').waitFor()
  expect(await row.innerText()).toContain('admin')
  await row.locator('summary').click()
  await row.getByText('30 s').waitFor()
  await fits('changes')
  await row.getByRole('button', { name: /^Take back: version/ }).focus()
  await page.keyboard.press('Enter')
  await dialog().getByLabel(/^Why/).fill('the pipe is mended')
  await submit().focus()
  await page.keyboard.press('Enter')
  await page.getByText('is taken back and the site runs on').waitFor()
  expect(delayOf()).toBe(0)
  await page.getByText('takes back version').waitFor()
})

it('many at once: found, chosen, shown as a list of changes, saved as one version', async () => {
  await go(page, '/settings/bulk')
  await page.getByLabel('What', { exact: true }).selectOption('points')
  await page.getByLabel('Choose all that are found').check()
  const count = (JSON.parse(text()) as { equipment: { points: object[] }[] }).equipment.flatMap(e => e.points).length
  expect(count).toBeGreaterThan(1)
  await page.getByText(`${count} chosen of ${count}`).waitFor()
  const show = page.getByRole('button', { name: /^Show the changes/ })
  expect(await show.getAttribute('aria-disabled')).toBe('true')
  await page.getByLabel('New value').fill('5')
  await fits('bulk')
  await show.click()
  await dialog().getByText('5 s').first().waitFor()
  expect(await dialog().locator('tbody tr').count()).toBe(count)
  await submit().click()
  await page.getByText('Saved and running').waitFor()
  const scans = g.deps
    .plant()!
    .site.equipment.flatMap(e => e.points.filter(p => p.id !== `${e.id}/online`).map(p => p.scanMs))
  expect(scans.filter(ms => ms === 5000).length).toBe(count)
  // A limit is not changed without a reason, and nothing that is no limit at all.
  await page.locator('.blk select').first().selectOption('range')
  await page.getByLabel('At least').fill('9')
  await page.getByLabel('At most').fill('1')
  await page.getByText('Enter both limits, the lower one first').waitFor()
  await page.getByLabel('At most').fill('16')
  await show.click()
  await dialog().getByText('touches a limit').first().waitFor()
  expect(await submit().getAttribute('aria-disabled')).toBe('true')
  await page.keyboard.press('Escape')
})

it('two at once: the second sees what the first saved, and both are there', async () => {
  await go(page, '/settings/site')
  await type(edited(JSON.parse(text()) as object, { 'site.name.en': 'Other plaza', 'rules.0.delayOffS': 4 }))
  const other = { name: 'wang', role: 'admin' }
  const { hash } = g.deps.site.view()
  const theirs = edited(JSON.parse(text()) as object, { 'rules.0.delayOnS': 15, 'rules.0.delayOffS': 9 })
  await g.deps.site.save(theirs, hash, other, { why: 'tried at night', way: 'text' })
  await page.getByRole('button', { name: 'Save and run' }).click()
  await dialog().getByLabel(/^Why/).fill('mine')
  await submit().click()
  await dialog().getByText('Saved meanwhile by wang').waitFor()
  await dialog().getByText('Changed by both').waitFor()
  await fits('merge')
  await dialog().getByLabel(/^Why/).fill('mine')
  await submit().click()
  await page.getByText(/^Saved and running/).waitFor()
  const now = JSON.parse(text()) as { site: { name: object }; rules: object[] }
  expect(now.site.name).toMatchObject({ en: 'Other plaza' })
  expect(now.rules[0]).toMatchObject({ delayOnS: 15, delayOffS: 9 })
})
