import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ModbusServer, startModbus } from '../../firmware-sim/modbus.ts'
import { demoSpaces } from '../../gateway/demo/place.ts'
import { demoPlans, writeDemoPlans } from '../../gateway/demo/plans.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { pngOf } from '../support/pictures.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** The demo's own drawings and spaces, with four devices on one line that say what the test wants, or refuse. */
interface Said {
  tripped: boolean
  refuses: boolean
}
const world: Record<string, Said> = {}
const device = (id: string, kind: string, space: string, zh: string, en: string, unit: number) => {
  world[id] = { tripped: false, refuses: false }
  const points = quietSite.equipment[0]!.points.map(point => ({ ...point, scanMs: 100 }))
  return { id, kind, space, name: { 'zh-CN': zh, en }, channel: 'bus', unit, points }
}
const devices = [
  device('pump-1', 'pump', 'pump-house', '水泵', 'Pump', 1),
  device('pump-2', 'pump', 'fire-pump-room', '消防泵', 'Fire pump', 2),
  device('pump-lift', 'lift', 'tower-a', '电梯', 'Lift', 3),
  device('meter-1', 'meter', 'b1', '楼层表', 'Floor meter', 4),
]
const units = new Map(
  devices.map(({ id, unit }) => [
    unit,
    {
      read: (table: string) =>
        world[id]!.refuses ? undefined : table === 'discrete' ? Number(world[id]!.tripped) : 20,
    },
  ]),
)
const spot = { id: 'spot', space: 'pump-house', places: { 'pump-1': [70, 50] } }
const siteAt = (port: number) => ({
  ...quietSite,
  channels: [{ ...quietSite.channels[0]!, port, timeoutMs: 2000 }],
  spaces: demoSpaces(),
  equipment: devices,
  plans: [...demoPlans(new Set()), spot, { id: 'bad', name: { 'zh-CN': '坏图', en: 'Bad' } }],
})
const HOSTILE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">
  <rect width="9" height="9" onclick="window.hacked=1"/></svg>`
/** An own drawing of somebody else: ids and classes that are also words of the page. */
const FOREIGN = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 80"><metadata><x>y</x></metadata>
  <rect id="page" class="shell rail" style="fill:none;stroke:#000" width="100" height="80"/><text x="5" y="9">Hall</text></svg>`

const shots = process.env.GATEHOUSE_SHOTS
const folder = tempFolder()
let browser: Browser
let line: ModbusServer
let g: TestGateway
let screen: Screen
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
  writeDemoPlans(folder.path)
  mkdirSync(join(folder.path, 'plans'), { recursive: true })
  writeFileSync(join(folder.path, 'plans', 'bad.svg'), HOSTILE)
  writeFileSync(join(folder.path, 'plans', 'spot.svg'), FOREIGN)
  line = await startModbus({ framing: 'tcp', units })
  g = await startGateway({ site: siteAt(line.port), data: folder.path })
})
afterAll(async () => {
  await browser?.close()
  await g.stop()
  await line.stop()
  folder.remove()
})
afterEach(async () => {
  expect(screen.complaints).toEqual([])
  expect(screen.outside).toEqual([])
  await screen.close()
})
const open = async (options: Parameters<typeof openScreen>[2] = {}) => {
  screen = await openScreen(browser, g.url, options)
  page = screen.page
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
}
const picture = async (name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `plan-${name}.png`), fullPage: true })
}
const calm = () => {
  for (const said of Object.values(world)) Object.assign(said, { tripped: false, refuses: false })
}
const place = (id: string) => page.locator(`.pl [data-place="${id}"]`)
const looks = async (id: string) => (await place(id).getAttribute('class'))!.split(' ').filter(w => w !== 'pl-place')

describe('the plan', () => {
  it('is drawn, calm at first; an alarm colours its room, and what is worse colours it anew', async () => {
    calm()
    await open()
    await go(page, '/plan/b1')
    await place('pump-house').waitFor()
    expect(await page.locator('.pl [data-place]').count()).toBe(11)
    await page.getByText('这里一切正常').waitFor()
    expect((await looks('pump-house')).join('')).toBe('')
    expect(await place('pump-house').getAttribute('aria-label')).toBe('生活水泵房 · 正常')
    await picture('calm')

    world['pump-1']!.tripped = true
    await page.locator('.pl [data-place="pump-house"].high.tint').waitFor()
    expect(await place('pump-house').getAttribute('aria-label')).toBe('生活水泵房 · 高, 1 条报警')
    expect((await looks('fire-pump-room')).join('')).toBe('')
    await page.locator('.pl-abn li', { hasText: '生活水泵房' }).locator('.pri.high').waitFor()
    // No data is not an alarm: another mark, another fill, and its own words.
    world['pump-2']!.refuses = true
    await page.locator('.pl [data-place="fire-pump-room"].unk').waitFor()
    await page.locator('.pl-abn li', { hasText: '消防水泵房' }).getByText('1 台无数据').waitFor()
    await picture('alarm')

    await place('pump-house').click()
    const here = page.locator('.pl-here')
    await here.getByText('水泵跳闸').waitFor()
    await here.getByText('20', { exact: true }).waitFor()
    await here.getByRole('link', { name: '水泵' }).click()
    await page.waitForURL(/equipment\/pump-1$/)
    await page.getByRole('link', { name: '在平面图上显示' }).click()
    await page.waitForURL(/plan\/spot\?at=pump-1$/)
  })

  it('a mark, a foreign drawing and the keyboard: its own ids and classes do nothing to the page', async () => {
    calm()
    await open({ lang: 'en' })
    await go(page, '/plan/spot?at=pump-1')
    await place('pump-1').waitFor()
    expect(await place('pump-1').getAttribute('aria-pressed')).toBe('true')
    await page.getByText('Parts of the drawing that are not shown: metadata').waitFor()
    expect(await page.evaluate('document.querySelectorAll("#page, .shell").length')).toBe(2)
    expect(await page.evaluate('document.querySelector(".pl").innerHTML.includes("onclick")')).toBe(false)

    await go(page, '/plan/site')
    await place('tower-a').focus()
    await page.keyboard.press('Enter')
    await page.locator('.pl-here').getByRole('link', { name: 'Lift' }).waitFor()
    // From the section to the floor that was pressed.
    await place('b1').click()
    await page.locator('.pl-here').getByText('Fire pump').waitFor()
    await page.getByRole('link', { name: 'Open its plan' }).click()
    await page.waitForURL(/plan\/b1$/)
    // Between the rooms is the floor itself.
    const floor = (await place('b1').boundingBox())!
    await page.mouse.click(floor.x + floor.width * 0.64, floor.y + floor.height * 0.93)
    await page.locator('.pl-here').getByRole('link', { name: 'Floor meter' }).waitFor()
  })

  it('one that is not to be trusted is not shown, and it is said why and what to do', async () => {
    await open()
    await go(page, '/plan/bad')
    await page.getByText('图纸不予显示').waitFor()
    await page.getByText(/第 2 行有会运行的内容（onclick）/).waitFor()
    expect(await page.evaluate('window.hacked ?? null')).toBe(null)
    await page.getByRole('button', { name: 'EN', exact: true }).click()
    await page.getByText(/Line 2 has something that runs \(onclick\)/).waitFor()
    await go(page, '/plan/nowhere')
    await page.getByText('There is no such plan').waitFor()
  })

  it('the list of alarms leads to the room; alarms on other floors are told', async () => {
    calm()
    world['pump-lift']!.tripped = true
    world['pump-1']!.tripped = true
    await open({ lang: 'en', theme: 'dark' })
    const row = page.locator('.alm tbody tr', { hasText: 'Pump house' })
    await row.getByRole('link', { name: 'Pump house' }).first().click()
    await page.waitForURL(/plan\/spot\?at=pump-1$/)
    await go(page, '/plan/mall-l1')
    await page.locator('.pl-else').getByRole('link', { name: 'Pump house' }).click()
    await page.waitForURL(/plan\/spot$/)
  })

  it('is edited: a drawing uploaded, things placed by hand and by keys, step by step back; saved after a review, and shown at once', async () => {
    calm()
    await open({ lang: 'en' })
    await go(page, '/plan/spot')
    await page.getByRole('link', { name: 'Edit plan' }).click()
    const mark = (id: string) => page.locator(`.ple-m[data-thing="${id}"]`)
    const stands = async (id: string) => /x [\d.]+, y [\d.]+$/.exec((await mark(id).getAttribute('aria-label'))!)![0]
    await mark('pump-1').waitFor()
    const upload = (name: string, buffer: Buffer) =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer })
    await upload('bad.svg', Buffer.from(HOSTILE))
    await page.getByText(/Line 2 has something that runs \(onclick\)/).waitFor()
    // Ten times as large: what stood in the middle of the right half still does.
    await upload('scan.png', pngOf(1000, 800))
    await page.locator('.ple-c image').waitFor()
    expect(await stands('pump-1')).toBe('x 700, y 500')

    await mark('pump-1').focus()
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowUp']) await page.keyboard.press(key)
    expect(await stands('pump-1')).toBe('x 704, y 480')
    // A thing of elsewhere is found by its initials, and pressed: it stands in the middle and has the focus.
    await page.getByLabel('Also what is elsewhere on the site').check()
    await page.getByPlaceholder('Search by name or id').fill('xfb')
    await page.locator('.ple-b', { hasText: 'Fire pump' }).click()
    expect(await stands('pump-2')).toBe('x 500, y 400')
    await until(
      'it has the focus',
      async () => (await page.evaluate('document.activeElement.dataset.thing')) === 'pump-2',
    )
    await page.keyboard.press('Shift+ArrowLeft')
    // By hand: near the line of the other it comes to stand in it.
    const other = (await mark('pump-1').locator('> circle').boundingBox())!
    const own = (await mark('pump-2').locator('> circle').boundingBox())!
    const middle = (b: typeof own) => [b.x + b.width / 2, b.y + b.height / 2] as const
    await page.mouse.move(...middle(own))
    await page.mouse.down()
    await page.mouse.move(middle(own)[0] - 60, middle(other)[1] + 2, { steps: 5 })
    expect(await page.locator('.ple-line').count()).toBe(1)
    await page.mouse.up()
    expect(await stands('pump-2')).toMatch(/, y 480$/)
    await picture('editor')
    // From the list onto the drawing, and let go beside it.
    await page.getByPlaceholder('Search by name or id').fill('lift')
    const row = (await page.locator('.ple-b[data-id=pump-lift]').boundingBox())!
    const sheet = (await page.locator('.ple-c').boundingBox())!
    const drag = async (x: number, y: number) => {
      await page.mouse.move(row.x + 40, row.y + 20)
      await page.mouse.down()
      await page.mouse.move(row.x, row.y + 30, { steps: 3 })
      await page.mouse.move(x, y, { steps: 5 })
      await page.mouse.up()
    }
    await drag(sheet.x + sheet.width / 2, sheet.y - 40)
    expect(await mark('pump-lift').count()).toBe(0)
    await drag(sheet.x + sheet.width / 2, sheet.y + sheet.height / 2 + 60)
    await mark('pump-lift').waitFor()
    await page.keyboard.press('Delete')
    expect(await mark('pump-lift').count()).toBe(0)
    await page.keyboard.press('Control+z')
    await mark('pump-lift').waitFor()
    await page.keyboard.press('Control+Shift+z')
    expect(await mark('pump-lift').count()).toBe(0)
    await page.getByRole('button', { name: 'Undo (Ctrl+Z)' }).click()
    await mark('pump-lift').waitFor()
    // What is not saved is not left by a slip of the hand.
    await page.getByRole('button', { name: 'Back to the plan' }).click()
    await page.getByRole('button', { name: 'Stay on this page' }).click()

    // Meanwhile somebody else takes the first pump elsewhere, and places a room.
    const admin = await g.admin()
    const { hash, text } = (await admin.get('/api/v1/site')).body as unknown as { hash: string; text: string }
    const site = JSON.parse(text)
    Object.assign(site.plans.at(-2).places, { 'meter-1': [5, 6] })
    expect((await admin.put('/api/v1/site', { text: JSON.stringify(site), hash, way: 'page' })).status).toBe(200)
    await page.getByText('Somebody else has saved this plan meanwhile').waitFor()
    await page.getByRole('button', { name: 'Review and save' }).click()
    const review = page.locator('dialog.rvw')
    await review.getByText('spot › file').waitFor()
    await review.locator('button[type=submit]').click()
    // Told what the other did, and once more asked.
    await review.getByText('meter-1').first().waitFor()
    await review.locator('button[type=submit]').click()
    await until('it is saved', async () => (await review.count()) === 0)
    await mark('meter-1').waitFor()
    await page.getByRole('button', { name: 'Back to the plan' }).click()
    for (const id of ['pump-1', 'pump-2', 'pump-lift', 'meter-1']) await place(id).waitFor()
    await page.locator('.pl image').waitFor()
    expect(await page.evaluate(`document.querySelector('.pl image').getBBox().width`)).toBe(1000)
    const fetched = `performance.getEntriesByType('resource').some(e =>
      e.name.includes('/api/v1/plans/spot?file=') && e.responseStatus === 200 && e.initiatorType === 'image')`
    await until('the picture is there', async () => (await page.evaluate(fetched)) === true)
    await picture('edited')

    await go(page, '/settings/plans')
    await page.getByRole('button', { name: 'Remove pump house', exact: false }).click()
    await page
      .getByRole('dialog')
      .getByText(/these lose their place: .*Fire pump/)
      .waitFor()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Cancel/ })
      .click()
    await page.setViewportSize({ width: 390, height: 844 })
    await go(page, '/plan/spot/edit')
    await page.getByText('Plans are edited on a computer').waitFor()
    // As it was, for those who come after.
    const versions = (await admin.get('/api/v1/site/versions?limit=2')).body.items
    for (const { n } of versions) await admin.post(`/api/v1/site/versions/${n}/undo`, { why: 'test' })
    expect((await admin.get('/api/v1/plans')).body.items.find(p => p.id === 'spot')).toMatchObject({
      file: null,
      drawn: ['pump-1'],
    })
  })

  it('fits 390, 1366 and 1920 px in both languages and themes', { timeout: 120_000 }, async () => {
    calm()
    world['pump-1']!.tripped = true
    world['pump-2']!.refuses = true
    let seen = 0
    for (const theme of ['light', 'dark'] as const) {
      await open({ theme })
      for (const path of ['/plan/b1?at=pump-1', '/plan/site?at=tower-a', '/plan/a-05', '/plan/bad'])
        for (const [name, lang] of [
          ['中', 'zh'],
          ['EN', 'en'],
        ] as const) {
          await go(page, path)
          await page.getByRole('button', { name, exact: true }).click()
          for (const width of [390, 1366, 1920]) {
            await page.setViewportSize({ width, height: 900 })
            await page.locator(path === '/plan/bad' ? '.pl-card .empty' : '.pl').waitFor()
            const found = await page.evaluate(`({
              wide: document.documentElement.scrollWidth - innerWidth,
              other: [...document.querySelectorAll('.pl text')].filter(t => t.checkVisibility() &&
                /[\\u4e00-\\u9fff]/.test(t.textContent) === (document.documentElement.lang === 'en')
                && /[a-z\\u4e00-\\u9fff]/.test(t.textContent)).length,
            })`)
            expect(found, `${path} ${lang} ${theme} ${width}`).toEqual({ wide: 0, other: 0 })
            await picture(`${path.slice(6).replace('?', '-')}-${lang}-${theme}-${width}`)
            seen++
          }
        }
      if (theme === 'light') await screen.close()
    }
    expect(seen).toBe(48)
  })
})
