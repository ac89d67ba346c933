import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { go } from './browser.ts'
import type { Stub } from './stub.ts'

/** The byte-order helper as its user goes through it: three looks, each with another number. */
export async function findPressure(page: Page, stub: Stub): Promise<void> {
  await go(page, '/settings/byteOrder')
  await page.getByLabel('Address', { exact: true }).fill('90')
  await page.getByRole('button', { name: 'Read', exact: true }).click()
  await page.getByText('The device refused with exception 02.').waitFor()
  await page.getByLabel('Address', { exact: true }).fill('98')
  await page.getByRole('button', { name: 'Read', exact: true }).click()
  await page.locator('.reg tr', { hasText: '4082' }).waitFor()
  const shown = page.getByLabel('What does the device show?')
  await shown.fill('0')
  await page.getByText('0 fits every empty register.').waitFor()
  const look = async (text: string, bar: number) => {
    stub.state.bar = bar
    await shown.fill(text)
    await page.getByRole('button', { name: /^Look/ }).click()
  }
  await look('4.1', 4.0683)
  await page.getByText('2 more.').waitFor()
  await page.getByText('Not confirmed').waitFor()
  const first = await page.locator('.cand tbody tr').count()
  await look('4.1', 4.0721)
  await page.getByText('(same number, does not count)').waitFor()
  await page.getByText('2 more.').waitFor()
  await look('4.253', 4.2531)
  await page.getByText('1 more.').waitFor()
  await look('3.97', 3.9701)
  await page.getByText('Agrees with three looks').waitFor()
  expect(await page.locator('.cand tbody tr').count()).toBeLessThan(first)
  await page.getByLabel('Key').fill('pressure')
  await page.getByLabel('Unit (UCUM)').fill('bar')
  expect(JSON.parse(await page.locator('.coc pre').innerText())).toEqual({
    key: 'pressure',
    table: 'holding',
    address: 100,
    type: 'float32',
    order: 'CDAB',
    unit: 'bar',
  })
  // A number that no reading gives ends the guess; another place forgets everything.
  await look('77.7', 3.9701)
  await page.getByText('No reading gives this number').waitFor()
  await page.getByLabel('Unit', { exact: true }).fill('8')
  await page.getByText('Nothing read yet').waitFor()
  await page.getByText('Nothing found yet').waitFor()
}

/** Drafts are said to be drafts. */
export async function seeProfiles(page: Page): Promise<void> {
  await go(page, '/settings/profiles')
  await page.locator('tr', { hasText: 'abb-b23' }).getByText('In use elsewhere').waitFor()
  await page.locator('tr', { hasText: 'grundfos-cim' }).getByText('Draft').waitFor()
  expect(await page.locator('tbody tr').count()).toBeGreaterThanOrEqual(28)
}
