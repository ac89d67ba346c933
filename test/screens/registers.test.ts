import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { quietSite } from '../support/sites.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/** A key is given out, refused a second time and brought back; a slip is used once at the gate. */
const shots = process.env.GATEHOUSE_SHOTS
/** Noon in Shanghai: the day of a slip does not end while this runs. */
const NOON = Date.UTC(2026, 10, 23, 4)
const began = performance.now()
let browser: Browser
let g: TestGateway
let as: Record<Role, Api>
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
  const gates = [{ id: 'east', name: { 'zh-CN': '东门', en: 'East gate' } }]
  g = await startGateway({
    clock: createClock(
      () => NOON + performance.now() - began,
      () => performance.now(),
    ),
    site: { ...quietSite, access: { gates } },
  })
  as = await g.people()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    expect(screen.complaints.filter(c => !/Service-?Worker|ERR_FAILED/i.test(c))).toEqual([])
  }
  await browser?.close()
  await g?.stop()
})

async function open(name: string, path: string, options: Parameters<typeof openScreen>[2] = {}): Promise<Page> {
  const screen = await openScreen(browser, g.url, options)
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await page.goto(g.url + path)
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const entry = async (api: Api, id: string) => (await api.get(`/api/v1/register-entries/${id}`)).body
const made = async (register: string, values: object, photo: string | null = null) => {
  const { id, no } = (await as.desk.post(`/api/v1/registers/${register}`, { values })).body as {
    id?: string
    no?: string
  }
  if (photo !== null) {
    const type = { 'content-type': 'image/jpeg' }
    const sent = await as.desk.send('POST', `/api/v1/register-entries/${id}/fields/${photo}/photo`, JPEG, type)
    expect(sent.status).toBe(200)
  }
  return { id: id!, no: no! }
}
const approve = async (id: string, values: object) =>
  expect((await as.manager.post(`/api/v1/register-entries/${id}/moves/approve`, { values })).status).toBe(200)

let desk: Page
it('a key: put down on the page, given out, refused a second time, brought back; on the phone as well', async () => {
  desk = await open('desk', '/registers', { width: 390 })
  const page = desk
  await page.waitForSelector('table')
  await shot(page, 'registers-390')
  await page.getByRole('link', { name: '钥匙', exact: true }).click()
  await page.getByRole('button', { name: '登记', exact: true }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('钥匙名称').fill('A-1502')
  await form.getByLabel('类别').selectOption('unit')
  await shot(page, 'registers-form-390')
  await form.getByRole('button', { name: '保存登记' }).click()
  await page.waitForSelector('h2[data-phase=in]')
  const { id } = (await as.desk.get('/api/v1/registers/keys')).body.items[0] as { id: string }
  await page.locator('[data-move=give]').click()
  // Nothing is sent before what is needed is there.
  expect(await form.getByRole('button', { name: '借出' }).getAttribute('aria-disabled')).toBe('true')
  await form.getByLabel('借用人', { exact: true }).fill('李建国')
  await form.getByLabel('用途').fill('看房')
  // Somebody else was faster.
  const give = { values: { borrower: '王', purpose: '看房' } }
  expect((await as.guard.post(`/api/v1/register-entries/${id}/moves/give`, give)).status).toBe(200)
  await form.getByRole('button', { name: '借出' }).click()
  await form.getByText('的状态是“借出”').waitFor()
  await shot(page, 'registers-refused-390')
  await form.getByRole('button', { name: '取消' }).click()
  await page.waitForSelector('h2[data-phase=out]')
  await page.locator('[data-move=back]').click()
  await form.getByRole('button', { name: '归还', exact: true }).click()
  await page.waitForSelector('h2[data-phase=in]')
  expect(await entry(as.desk, id)).toMatchObject({ phase: 'in' })
  await page.getByText('看房').waitFor()
  await shot(page, 'registers-key-390')
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
})

it('a slip: its number at the gate lets the goods out once, then no more; on paper it has two parts', async () => {
  const firm = { company: 'Hailan Trading', until: '2027-11-30' }
  const signer = await made('signers', { ...firm, signer: 'Chen' }, 'specimen')
  await approve(signer.id, {})
  const items = [{ name: 'desk', quantity: 2, unit: 'pcs' }]
  const facts = { company: firm.company, signer: signer.no, day: '2026-11-23', carrier: 'Liu', items }
  const slip = await made('goods', facts, 'pictures')
  await approve(slip.id, { specimenOk: true })

  const gate = await open('guard', '/gate', { lang: 'en' })
  await gate.waitForSelector('.gf input')
  const show = async (verdict: string) => {
    await gate.fill('.gf input', slip.no)
    await gate.press('.gf input', 'Enter')
    await gate.waitForSelector(`[data-slip=${verdict}]`)
  }
  await show('yes')
  await shot(gate, 'registers-gate')
  const form = gate.getByRole('dialog')
  await gate.locator('[data-move=part]').click()
  await form.getByRole('textbox').fill('1')
  await form.getByLabel('The goods are those of the list').check()
  await form.getByRole('button', { name: 'Let some through' }).click()
  await gate.waitForSelector('[data-phase=partly]')
  await gate.locator('[data-move=pass]').click()
  await form.getByLabel('The goods are those of the list').check()
  await form.getByRole('button', { name: 'Let all through' }).click()
  await gate.waitForSelector('[data-slip=no][data-phase=gone]')
  expect(await gate.locator('[data-move]').count()).toBe(0)
  await gate.getByRole('button', { name: 'Close' }).click()
  await show('no')
  await shot(gate, 'registers-gate-used')

  const page = desk
  await page.setViewportSize({ width: 1366, height: 900 })
  await page.goto(`${g.url}/registers/goods/${slip.no}/slip`)
  await page.waitForSelector('.rg-part')
  expect(await page.locator('.rg-part').count()).toBe(2)
  await shot(page, 'registers-slip')
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('.rg-part svg').first().isVisible()).toBe(true)
  expect(await page.locator('.rg-x').first().isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })
  // The month so far: a number opens the rows that it counts; on paper it is the page alone.
  await page.goto(`${g.url}/month/2026-11`)
  const used = page.locator('[data-counter=slips-used]')
  await used.getByRole('button').click()
  await page.getByRole('dialog').getByRole('link', { name: slip.no }).waitFor()
  await page.keyboard.press('Escape')
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('nav.rail').isVisible()).toBe(false)
  expect(await page.locator('.mo-p').isVisible()).toBe(true)
  await page.emulateMedia({ media: 'screen' })
  await shot(page, 'month')
  // The form of the manual: one row for the time the key went out, its return beside it.
  await page.goto(`${g.url}/registers/keys/form`)
  const row = page.locator('.rg-form tbody tr')
  await row.first().waitFor()
  expect(await row.count()).toBe(1)
  expect(await row.innerText()).toContain('A-1502')
  await shot(page, 'registers-form')
  if (!shots) return
  for (const register of ['', '/keys', '/goods', `/goods/${slip.no}`]) {
    await page.goto(`${g.url}/registers${register}`)
    await page.waitForSelector('main .card')
    await shot(page, `registers-en${register.replaceAll('/', '-')}`)
  }
})
