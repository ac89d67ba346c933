import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import type { HandoverCrewView } from '../../gateway/http/contract.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { both, quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** A shift refused for too few, then completed and signed by both, at a screen at which a third person is signed in. */
const shots = process.env.GATEHOUSE_SHOTS
/** The site's clock shows 19:45 of a Saturday when the gateway begins, whatever time it is here. */
const START = Date.UTC(2026, 10, 21, 11, 45)
const zero = performance.now()
let browser: Browser
let g: TestGateway
let as: Record<Role, Api>
let screen: Screen
let page: Page

const named = (account: string, name: string) => ({ name, account })
const crew = {
  ...{ id: 'engineering', name: both('Engineers') },
  people: [named('engineer', 'Wang'), named('operator', 'Li'), named('guard', 'Zhao'), named('desk', 'Qian')],
  times: [
    { id: 'day', name: both('Day'), from: '08:00', to: '20:00', least: 1, who: ['Wang', 'Li'] },
    {
      ...{ id: 'night', name: both('Night'), from: '20:00', to: '08:00' },
      ...{ least: 2, who: ['Zhao', 'Qian'], lead: 'Zhao' },
    },
  ],
  checks: [{ id: 'room', name: both('Room cleaned') }],
  counted: [{ id: 'torch', name: both('Torches'), count: 4 }],
}

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({
    clock: createClock(() => START + performance.now() - zero),
    site: { ...quietSite, shifts: [crew] },
  })
  g.deps.handover.look()
  as = await g.people()
  screen = await openScreen(browser, g.url, { lang: 'en' })
  page = screen.page
  await page.fill('input[name=username]', 'manager')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/handover')
})
afterAll(async () => {
  await screen?.close()
  await browser?.close()
  await g?.stop()
  expect(screen.complaints).toEqual([])
})

const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `handover-${name}.png`), fullPage: true })
}
const state = async () => {
  const { items } = (await as.manager.get('/api/v1/crews')).body as unknown as { items: HandoverCrewView[] }
  const { sheet, duty } = items[0]!
  return `${sheet?.phase} ${duty.names.join('+')} ${duty.byClock ? 'plan' : 'signed'}`
}
const card = () => page.getByRole('region', { name: 'Handing over', exact: true })
async function sign(verb: string, account: string, password: string) {
  await card().getByRole('button', { name: verb, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Who signs').selectOption(account)
  await dialog.getByLabel('His own password').fill(password)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  return dialog
}

it('is refused for too few, then completed and signed by both', async () => {
  // Nothing is done yet: it can't even be called prepared.
  await page.getByText('the preparation is not finished').first().waitFor()
  await page.getByLabel('Room cleaned').check()
  await page.getByLabel('Torches').fill('3')
  await page.getByLabel('Why the number of Torches differs').fill('One is lent to the lift firm')
  await page.getByRole('button', { name: 'Save: Torches' }).click()
  const prepared = card().getByRole('button', { name: 'Prepared', exact: true })
  await expect.poll(() => prepared.getAttribute('aria-disabled')).toBeNull()
  await prepared.click()
  // One of two has come.
  await page.getByLabel('Zhao leading hand').check()
  await page.getByText('Relief: 1 here, 2 needed').waitFor()
  await card().getByText('the relief has too few people').first().waitFor()
  expect(await card().getByRole('button', { name: 'Sign out' }).getAttribute('aria-disabled')).toBe('true')
  await shot('too-few')
  await card().getByRole('button', { name: 'Refuse', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Which case').selectOption('relief-below-minimum')
  await dialog.getByLabel('What happened').fill('Qian is stuck in traffic')
  await dialog.getByRole('button', { name: 'Refuse the handover' }).click()
  await page.getByText('Refused: the relief has too few people').waitFor()
  expect(await state()).toBe('refused Wang+Li plan')

  await card().getByRole('button', { name: 'Prepare again' }).click()
  await prepared.click()
  await page.getByLabel('Qian', { exact: true }).check()
  await page.getByText('Relief: 2 here, 2 needed').waitFor()
  const wrong = await sign('Sign out', 'engineer', 'not his password')
  await wrong.getByText('The name or the password of the signer is wrong.').waitFor()
  await wrong.getByRole('button', { name: 'Cancel' }).click()
  await sign('Sign out', 'engineer', PASSWORD)
  await page.getByText('Wang has signed for the outgoing crew').waitFor()
  expect(await state()).toBe('signed_out Wang+Li plan')
  await shot('signed-out')
  await sign('Sign in', 'guard', PASSWORD)
  await page.getByText('On duty: Zhao, Qian').waitFor()
  expect(await state()).toBe('preparing Zhao+Qian signed')
  // The one at this screen is who he was.
  expect(await page.locator('.rail .who').textContent()).toContain('manager')

  await page.getByText('Wang → Zhao').click()
  await page.getByText('Covered by both signatures').waitFor()
  const paper = await page.locator('.rp-p').textContent()
  const [past] = ((await as.manager.get('/api/v1/handovers')).body as unknown as { items: { checkpoint: object }[] })
    .items
  const { covers, trailHash } = past!.checkpoint as { covers: string; trailHash: string }
  for (const said of [covers, trailHash, 'One is lent to the lift firm', 'Qian is stuck in traffic'])
    expect(paper).toContain(said)
  await shot('paper')
})
