import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { JPEG } from '../support/listfiles.ts'
import { both, quietSite } from '../support/sites.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** A night round on a phone that has no network: one floor left out, one tag broken, one open flame without a permit. */
const shots = process.env.GATEHOUSE_SHOTS
const MINUTE = 60_000
let ahead = 0
let browser: Browser
let g: TestGateway
let as: Record<Role, Api>
const screens: Screen[] = []

/** At the site it is between ten and noon, at whatever hour the test runs: its round and what follows are of one day. */
const hours = Math.max(-12, 10 - new Date().getUTCHours())
const timezone = `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
/** The clock of the site in so many minutes. */
const clockIn = (minutes: number): string =>
  new Date(Date.now() + (hours * 60 + minutes) * MINUTE).toISOString().slice(11, 16)
const floor = (n: number) => ({ 'zh-CN': `商场 ${n} 层`, en: `Mall, floor ${n}` })
const items = [
  { id: 'doors', text: { 'zh-CN': '门已锁', en: 'Doors locked' } },
  { id: 'flame', text: { 'zh-CN': '无明火', en: 'No open flame' }, flame: true },
]
const point = (n: number) => ({ kind: 'nfc', id: `l${n}`, space: `l${n}`, tag: `04:A${n}`, minTravelSec: 0, items })

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({
    clock: createClock(
      () => Date.now() + ahead,
      () => performance.now() + ahead,
    ),
    site: {
      ...quietSite,
      site: { ...quietSite.site, timezone },
      spaces: [...quietSite.spaces, ...[1, 2, 3, 4].map(n => ({ id: `l${n}`, kind: 'floor', name: floor(n) }))],
      routes: [
        {
          ...{ id: 'night', name: { 'zh-CN': '夜间巡楼', en: 'Night round' }, by: ['guard'], ordered: true },
          checkpoints: [point(4), point(3), point(2), point(1)],
          rounds: [{ kind: 'window', from: clockIn(2), to: clockIn(62) }],
        },
      ],
      patrol: { devices: [{ id: 'stick-1', name: both('stick') }] },
    },
  })
  as = await g.people()
  g.deps.patrol.look()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    expect(screen.complaints.filter(c => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(c))).toEqual([])
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
  if (path === '/round') {
    await page.goto(`${g.url}/round`)
    await page.waitForSelector('.rd')
  } else await go(page, path)
  return page
}
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

it('a round offline: what was seen is kept, told once, and judged by when it was', async () => {
  ahead = 5 * MINUTE
  const phone = await open('guard', '/round', { width: 390 })
  await phone.locator('[data-point=l4][data-state=due]').waitFor()
  await phone.locator('.rd[data-kept=true]').waitFor()
  await phone.context().setOffline(true)
  await phone.reload()
  await phone.getByText('断网：记录先存在本机').waitFor()
  const scan = async (tag: string) => {
    await phone.locator('.rd-f input').fill(tag)
    await phone.locator('.rd-f input').press('Enter')
  }
  await scan('99:99')
  await phone.getByText('此标签不是您路线上的巡更点').waitFor()
  // In order; then an open flame, and nobody can show a permit.
  await scan('04:a4')
  await button(phone, '其余均正常').click()
  await button(phone, '记录').click()
  await phone.locator('[data-point=l4][data-state=pending]').waitFor()
  await scan('04A3')
  await button(phone, '有明火').click()
  await button(phone, '没有动火证').click()
  await phone.getByText('请立即制止并报告').waitFor()
  await phone.locator('[data-item=doors]').getByRole('button', { name: '正常', exact: true }).click()
  await phone.locator('input[type=file]').setInputFiles({ name: 'f.jpg', mimeType: 'image/jpeg', buffer: JPEG })
  await phone.getByText('已拍照').waitFor()
  await shot(phone, 'flame-390')
  await button(phone, '记录并上报').click()
  // The second floor is left out; of the first the tag is gone.
  await phone.locator('[data-point=l1] > button').click()
  await button(phone, '标签损坏或丢失').click()
  await phone.getByText(/3 条待传/).waitFor()
  await phone.reload()
  await phone.locator('[data-point=l1][data-state=pending]').waitFor()
  await shot(phone, 'offline-390')

  await phone.context().setOffline(false)
  await phone.locator('[data-point=l4][data-state=done]').waitFor()
  await phone.locator('[data-point=l2][data-state=due]').waitFor()
  await phone.getByText(/已确认。/).waitFor()
  expect(await phone.evaluate("localStorage.getItem('gatehouse.round.queue')")).toBe('[]')
  await shot(phone, 'told-390')
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)

  const visits = g.deps.patrol.records.between(0, Date.now() + ahead + MINUTE)
  expect(visits.map(v => [v.checkpoint, v.person, v.method, v.trust, v.verdicts.join(' '), v.photos.length])).toEqual([
    ['l4', 'guard', 'typed', 'typed', 'on_time', 0],
    ['l3', 'guard', 'typed', 'typed', 'on_time', 1],
    ['l1', 'guard', 'broken', 'typed', 'excused', 0],
  ])
  const photo = await as.manager.get(`/api/v1/patrol-photos/${visits[1]!.photos[0]}`)
  expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  const orders = (await as.operator.get('/api/v1/workorders')).body.items.map(o => (o.text as { en: string }).en)
  expect(orders.sort()).toEqual(['Patrol: open flame without a permit', 'Tag of a patrol point is broken: l1'])
})

it('when its time is over the floor that was left out is missing, an alarm, and excused by the supervisor', async () => {
  ahead += 80 * MINUTE
  g.deps.patrol.look()
  const alarms = (await as.operator.get('/api/v1/alarms')).body.items
  expect(alarms.map(a => [a.rule, (a.space as { en: string } | null)?.en])).toContainEqual([
    'patrol-missed',
    'Mall, floor 2',
  ])
  const desk = await open('manager', '/rounds', { lang: 'en' })
  const round = desk.locator('[data-round]')
  await round.getByText('missed: Mall, floor 2').waitFor()
  expect(await round.first().getAttribute('data-state')).toBe('incomplete')
  await round.getByRole('button').first().click()
  await round.locator('[data-checkpoint=l4]').getByText('typed: proves nothing').waitFor()
  const decoded =
    "document.querySelector('.pr-i').decode().then(() => document.querySelector('.pr-i').naturalWidth > 0)"
  await round.locator('.pr-i').waitFor()
  expect(await desk.evaluate(decoded)).toBe(true)
  await shot(desk, 'rounds')
  await round.locator('[data-checkpoint=l2]').getByRole('button', { name: 'Say why' }).click()
  await desk.locator('dialog input').fill('fire drill')
  await desk.locator('dialog').getByRole('button', { name: 'Say why', exact: true }).click()
  await round.getByText('fire drill (manager)').waitFor()
  await desk.getByRole('button', { name: 'Report', exact: true }).click()
  await desk.locator('[data-figure=on-time]', { hasText: 'In time 100 %' }).waitFor()
  await shot(desk, 'report')
  await desk.locator('[data-figure=uncovered]').waitFor()

  // The supervisor, who did not walk it, says of each exception why; then it is sealed, and only remarks come beside it.
  await round.getByRole('button', { name: 'Review', exact: true }).click()
  const dialog = desk.locator('dialog')
  expect(await dialog.locator('[data-exception]').count()).toBe(2)
  await dialog.locator('[data-exception=l2] select').selectOption('incident')
  await dialog.getByText('Choose a reason', { exact: true }).last().waitFor()
  await dialog.locator('[data-exception=l1] select').selectOption('tag-fault')
  await dialog.getByRole('button', { name: 'Store the review' }).click()
  await round.getByText(/^Reviewed by manager/).waitFor()
  await round.getByText('Mall, floor 2: called to an incident').waitFor()
  await round.getByRole('button', { name: 'Seal', exact: true }).click()
  await dialog.getByRole('button', { name: 'Seal', exact: true }).click()
  await round.getByText(/^Sealed by manager/).waitFor()
  await round.getByRole('button', { name: 'Add a remark' }).click()
  await dialog.locator('input').fill('the drill was announced')
  await dialog.getByRole('button', { name: 'Add a remark' }).click()
  await round.getByText(/the drill was announced$/).waitFor()
  expect(await round.getByText('This round is not as it was sealed').count()).toBe(0)
  await shot(desk, 'sealed')

  // The tag that was reported gone is in doubt until another hangs there.
  await desk.getByRole('button', { name: 'Tags', exact: true }).click()
  const tag = desk.locator('[data-tag="04A1"]')
  await tag.getByText('reported broken or gone').waitFor()
  await shot(desk, 'tags')
  await tag.getByRole('button', { name: 'Replace' }).click()
  await dialog.getByLabel('Number of the new tag').fill('04:B1')
  await dialog.getByLabel('Reason').fill('torn off')
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await tag.getByText('replaced by 04B1').waitFor()
  await desk.getByRole('button', { name: 'Walking times' }).click()
  await desk.getByText('No walks yet').waitFor()
  await desk.getByRole('button', { name: 'Report', exact: true }).click()
  await desk.getByRole('link', { name: 'Print' }).click()
  await desk.getByText(/^Up to entry \d+ of the trail/).waitFor()
  await shot(desk, 'print')
  g.deps.patrol.look()
  const after = (await as.operator.get('/api/v1/alarms')).body.items.filter(a => a.rule === 'patrol-missed')
  expect(after.every(a => a.active === false)).toBe(true)
})
