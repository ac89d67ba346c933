import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import type { NewReading } from '../../gateway/records/readings.ts'
import { registersOf } from '../../rules/consumption.ts'
import { demoLines } from '../support/demolines.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { openBrowser, openScreen, type Screen } from './browser.ts'

/**
 * The end of a month in the demo building: one meter that turned over, one that was exchanged, one that stands still, one that nobody has read.
 * The crew decides, billing prepares, the manager approves, it is delivered, and billing acknowledges it line by line.
 */
const shots = process.env.GATEHOUSE_SHOTS
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`)
const [OCT, NOV, DEC] = [midnight('2026-10-01'), midnight('2026-11-01'), midnight('2026-12-01')]
const NOON = DEC + 12 * 3_600_000
const began = performance.now()
const eva = { name: 'engineer', role: 'engineer' as const }
const inbox = tempFolder()
const N = 'demo-plaza-2026-11-all-v1'
/** The meters with something to them, and their numbers; all others count on as they do. */
const [TURNS, EXCHANGED, STANDS, UNREAD] = ['em-kiosk-1', 'em-shop-101', 'em-shop-205', 'em-shop-301'] as const
const special: readonly string[] = [TURNS, EXCHANGED, STANDS, UNREAD]
/** What each of the others has used, in hundredths of a kWh. */
const others = new Map<string, number>()
let browser: Browser
let g: TestGateway
const screens: Screen[] = []

beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({
    clock: createClock(
      () => NOON + performance.now() - began,
      () => performance.now(),
    ),
    site: {
      ...demoSite(demoLines, ['power']),
      billing: {
        deliveries: [{ id: 'finance', kind: 'folder', folder: inbox.path, formats: ['csv', 'xlsx', 'json'] }],
        schedules: [{ group: 'all', day: 25, quarterEndDay: 4 }],
      },
    },
  })
  await g.people()
  fill()
})
afterAll(async () => {
  for (const screen of screens) {
    await screen.close()
    expect(screen.complaints).toEqual([])
  }
  await browser?.close()
  await g?.stop()
  inbox.remove()
})

function fill() {
  const { deps } = g
  const { trail, meterBook, readings, clock } = deps
  const meter = (serial: string, digits = 6) => ({
    ...{ serial, medium: 'electricity' as const, maker: '', model: '', accuracy: 1, seal: '' },
    registers: [{ code: 'total' as const, digits, decimals: 2, unit: 'kW.h' as const, maxPerHour: 500, source: null }],
  })
  const meters = deps.plant()!.site.equipment.filter(e => registersOf(e.kind, e.points).length > 0)
  const ids = [...special, ...meters.map(e => e.id).filter(id => !special.includes(id))]
  const serials = ids.map((_, i) => String(3001 + i))
  trail.change(eva, note => {
    for (const [i, id] of ids.entries()) {
      const serial = serials[i]!
      const use = id.startsWith('em-shop') || id === TURNS ? 'shop' : 'public'
      const of = { unit: id.slice(3), medium: 'electricity', parent: null, role: 'sub', use, closed: false } as const
      meterBook.put(note, { id, ...of })
      // The kiosk's has four digits: it turns over.
      const opening = id === TURNS ? 980_000 : 0
      meterBook.install(
        note,
        meter(serial, id === TURNS ? 4 : 6),
        { point: id, meter: serial, from: OCT, opening: { total: opening } },
        1_000_000,
      )
      if (!special.includes(id)) others.set(id, 1000 + 7 * i)
    }
    const all = (at: number, indexes: readonly (number | null)[], hung = serials) =>
      indexes.map(
        (index, i): NewReading => ({
          ...{ point: ids[i]!, meter: hung[i]!, register: 'total', at, index, demo: false },
          ...(index === null
            ? { quality: 'missing', validation: 'uncertain', reason: 'no-source', finding: null, measuredAt: null }
            : i === 2 && at === DEC
              ? { quality: 'actual', validation: 'uncertain', reason: null, finding: 'stuck', measuredAt: at }
              : { quality: 'actual', validation: 'valid', reason: null, finding: null, measuredAt: at }),
        }),
      )
    const rest = [...others.values()]
    const at = (own: readonly (number | null)[], used: (n: number) => number) => [...own, ...rest.map(used)]
    readings.freeze(
      note,
      NOV,
      all(
        NOV,
        at([995_000, 12_050, 70_000, 41_575], () => 50_000),
      ),
      clock.now(),
    )
    const exchange = { point: EXCHANGED, at: NOV + 10 * 86_400_000, closing: { total: 13_250 }, opening: { total: 5 } }
    meterBook.exchange(note, { ...exchange, meter: meter('3092'), witness: '王强', reason: '到期轮换' }, clock.now())
    const now = at([2_345, 2_005, 70_000, null], n => 50_000 + n)
    readings.freeze(note, DEC, all(DEC, now, serials.with(1, '3092')), clock.now())
  })
}

async function open(name: string, path: string, options: Parameters<typeof openScreen>[2] = {}): Promise<Page> {
  const screen = await openScreen(browser, g.url, options)
  screens.push(screen)
  const { page } = screen
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await page.goto(`${g.url}${path}`)
  return page
}
const shot = async (page: Page, name: string) => {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `monthend-${name}.png`), fullPage: true })
}
/** The cells of the first sheet as a reader of others finds them: numbers are numbers there. */
const sheet = (bytes: Buffer) => readSheet(bytes, { trim: false })

it('from what is in doubt to an accepted batch; CSV, XLSX, JSON and the page agree to the digit', {
  timeout: 120_000,
}, async () => {
  const crew = await open('engineer', '/readings')
  const dialog = crew.locator('dialog')
  await crew.getByLabel('抄表时刻').selectOption({ label: '2026-12-01 零点' })
  await crew.getByRole('button', { name: /表 3004$/ }).click()
  await dialog.locator('input[name=index]').fill('500.25')
  await dialog.locator('input[name=note]').fill('现场抄录')
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.waitFor({ state: 'detached' })
  // It stands because the shop is closed: somebody was there, and says so.
  await crew.getByRole('button', { name: /表 3003$/ }).click()
  await dialog.locator('input[name=note]').fill('停业，现场核对无误')

  const billing = await open('billing', '/readings/batches')
  await billing.getByText('自动编制').waitFor()
  await billing.getByText('全部 2026-11：定于 2026-12-04 08:00').waitFor()
  await billing.getByText(inbox.path).waitFor()
  await billing.getByRole('button', { name: '编制批次' }).click()
  await billing.locator('dialog').getByRole('button', { name: '编制', exact: true }).click()
  await billing.getByText('批准前还须处理 1 个').waitFor()
  await billing.getByText('批准之前不送出。批准后送往：').waitFor()
  await shot(billing, 'draft')
  const draft = await open('manager', `/readings/batches/${N}`)
  expect(await draft.getByRole('button', { name: '批准并签发' }).isDisabled()).toBe(true)
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(readdirSync(inbox.path)).toEqual([])

  await draft.reload()
  await draft.getByRole('button', { name: '批准并签发' }).click()
  await draft.getByText('第 1 号').waitFor()
  const delivery = draft.getByRole('table', { name: '送达' })
  await delivery.getByText('已送达').waitFor()
  await delivery.getByText(inbox.path).waitFor()
  await shot(draft, 'issued')
  expect(readdirSync(inbox.path)).toEqual(['csv', 'json', 'xlsx'].map(format => `${N}.${format}`))

  const read = (format: string) => readFileSync(join(inbox.path, `${N}.${format}`))
  const json = JSON.parse(read('json').toString('utf8')) as { rows: Record<string, string>[] }
  const rows = json.rows.map(r => ['line', 'meters', 'previous', 'current', 'consumption'].map(name => r[name]))
  expect(rows.length).toBe(4 + others.size)
  expect(rows.filter(([line]) => special.includes(line!.split('/')[0]!))).toEqual([
    // 9950.00 up to 9999.99, and from nought to 23.45.
    [`${TURNS}/total`, '3001', '9950.00', '23.45', '73.45'],
    // 120.50 to 132.50 on the old one, 0.05 to 20.05 on the new one.
    [`${EXCHANGED}/total`, '3002+3092', '120.50', '20.05', '32'],
    [`${STANDS}/total`, '3003', '700.00', '700.00', '0'],
    [`${UNREAD}/total`, '3004', '415.75', '500.25', '84.5'],
  ])
  for (const [id, used] of others) expect(rows.find(([line]) => line === `${id}/total`)![4]).toBe(String(used / 100))
  const names = Object.keys(json.rows[0]!)
  const csv = read('csv')
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\r\n')
    .map(line => line.split(','))
  const cells = await sheet(read('xlsx'))
  let compared = 0
  for (const row of json.rows)
    for (const table of [csv, cells]) {
      const mine = table.find(c => c[0] === row.line)!
      for (const [i, name] of names.entries()) {
        const cell = mine[i] ?? ''
        expect([name, cell]).toEqual([name, typeof cell === 'number' ? Number(row[name]) : row[name]])
        compared++
      }
    }
  expect(compared).toBe(2 * (4 + others.size) * names.length)
  const shown = await draft.locator('table').last().locator('tbody tr').allInnerTexts()
  for (const [i, row] of json.rows.entries())
    for (const name of ['previous', 'current', 'consumption', 'meters'] as const) expect(shown[i]).toContain(row[name])

  await billing.goto(`${g.url}/readings/batches/${N}`)
  await billing.getByRole('button', { name: '登记对账确认' }).click()
  const answer = billing.locator('dialog')
  // A line that billing typed wrong is found, and leaves it issued.
  const wrong = read('csv').toString('utf8').replace(',84.5,', ',84.4,')
  await answer
    .locator('input[type=file]')
    .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(wrong) })
  await answer.getByRole('button', { name: '登记对账确认' }).click()
  await billing.getByText(`${UNREAD}/total：我方 84.5，对方 84.4`).waitFor()
  await billing.getByRole('button', { name: '登记对账确认' }).click()
  await answer.locator('input[type=file]').setInputFiles(join(inbox.path, `${N}.xlsx`))
  await answer.getByRole('button', { name: '登记对账确认' }).click()
  await billing.getByText(`${4 + others.size} 行一致`).waitFor()
  await billing.locator('h2[data-phase=accepted]').waitFor()
  expect(g.deps.billing.billing.get(N).phase).toBe('accepted')
  await shot(billing, 'accepted')
})

it('fits a phone, in English and in the dark', async () => {
  for (const [path, name] of [
    [`/readings/batches/${N}`, 'phone'],
    ['/readings/batches', 'phone-list'],
  ] as const) {
    const phone = await open('billing', path, { lang: 'en', width: 390, theme: 'dark' })
    await phone.getByText(inbox.path).waitFor()
    await shot(phone, name)
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  }
})
