import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ofSamples } from '../../drivers/batch.ts'
import type { PointId } from '../../drivers/point.ts'
import { openStore } from '../../gateway/history/store.ts'
import { PASSWORD, startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen } from './browser.ts'

/** Settings › Outputs: one that is away and has lost something, one that will not have a row. */
const shots = process.env.GATEHOUSE_SHOTS
const folder = tempFolder()
let far: Server
let refuses: RegExp | null = /point=pressure\S* value/
const got: string[] = []
let browser: Browser
let g: TestGateway
let screen: Screen
let page: Page

const T0 = Date.now() - 3 * 86_400_000
/** History of three days ago of which the output `cloud` got nothing, in too little room. @returns samples that were dropped */
function seeded(): number {
  // Blocks are closed as soon as at a site where much comes: what is in them the journal keeps for the reader only.
  const options = { rawDays: 90, hourDays: 3650, mostBytes: 2 ** 40, mostJournalled: 450 }
  const store = openStore(join(folder.path, 'history.db'), options)
  store.readers.use(['cloud'], 40_000, 0)
  const named = { id: 1, name: 'pump-1/pressure', kind: 'number', periodMs: 1000 } as const
  for (let i = 0; i < 2000; i++)
    store.commit(
      {
        ...{ now: T0 + i * 1000, points: Int32Array.of(1), times: Float64Array.of(T0 + i * 1000), texts: [] },
        ...{ codes: Uint8Array.of(0), values: Float64Array.of(Math.sin(i)) },
      },
      i === 0 ? [named] : [],
    )
  const { lost } = store.readers.states()[0]!
  store.close()
  return lost
}
let lost = 0

beforeAll(async () => {
  far = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
      if (refuses?.test(text)) return response.writeHead(400).end('{"error":"field type conflict"}')
      got.push(...text.split('\n'))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(ready => far.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(far.address() as AddressInfo).port}`
  const cloud = { id: 'cloud', kind: 'mqtt', url: 'mqtt://127.0.0.1:1', sparkplug: { group: 'Plaza' } }
  const historian = { id: 'historian', kind: 'influx', url, api: 2, bucket: 'b', points: ['pump-1/*'] }
  const desk = { id: 'desk', kind: 'webhook', url: `${url}/hook`, records: ['workorder'] }
  mkdirSync(folder.path, { recursive: true })
  lost = seeded()
  g = await startGateway({ site: { ...quietSite, outputs: [cloud, historian, desk] }, data: folder.path })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await g?.stop()
  far.closeAllConnections()
  far.close()
  folder.remove()
})
afterEach(async () => {
  await screen.close()
  expect(screen.outside).toEqual([])
  expect(screen.complaints).toEqual([])
})

async function open(lang: 'zh-CN' | 'en', width: number) {
  screen = await openScreen(browser, g.url, { lang, width })
  page = screen.page
  page.setDefaultTimeout(12_000)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
  await go(page, '/settings/outputs')
  await page.waitForSelector('main section.card h2')
}
const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}
const card = (id: string) => page.locator('section.card', { has: page.locator('h2', { hasText: id }) })
const words = async (id: string) => (await card(id).innerText()).replaceAll(/\s+/g, ' ')
const feed = (point: PointId, value: number | boolean) => {
  const now = g.deps.clock.now()
  g.deps.bus.emit('readings', ofSamples([{ point, at: now, seen: now, quality: 'good', value }]))
}

it('in Chinese: which one is away, since when, how old what waits is and what was lost; a row that was refused, sent again', async () => {
  feed('pump-1/pressure', 7)
  feed('pump-1/tripped', true)
  await until('a row is set aside', async () => {
    const state = (await g.deps.outputs.states()).find(s => s.output.id === 'historian')
    return state?.aside.rows === 1
  })
  await open('zh-CN', 1366)
  const cloud = await words('cloud')
  expect(lost).toBeGreaterThan(500)
  for (const said of [
    'MQTT',
    '127.0.0.1:1',
    '连不上',
    '请检查地址',
    '最早的已等 2 d 23 h',
    `${lost.toLocaleString('zh-CN')} 条数据因缓存空间不足丢失`,
  ])
    expect(cloud).toContain(said)
  expect(await words('historian')).toContain('正常接收')
  const desk = await words('desk')
  for (const said of ['缺少密码或令牌，不发送：请管理员在下面的“密码或令牌”中填写', '密码或令牌：尚未设置'])
    expect(desk).toContain(said)
  expect(desk).not.toContain('连不上')
  await card('historian').getByRole('button', { name: '查看拒收的数据' }).click()
  await page.waitForSelector('section.card li')
  expect(await words('historian')).toMatch(/对方不接受这些内容.*field type conflict.*point=pressure.*value=7/)
  await shot('outputs-zh-1366')
  await card('historian')
    .getByRole('button', { name: /^重发这 1/ })
    .click()
  await card('historian').getByText('送达 0 条，再次拒收 1 条').waitFor()
  refuses = null
  await card('historian')
    .getByRole('button', { name: /^重发这 1/ })
    .click()
  await until('it is sent', () => got.some(line => line.includes('value=7')))
  await card('historian').locator('li').waitFor({ state: 'detached' })
  expect(g.deps.trail.of('output', 'historian').map(e => e.action)).toEqual(['retried'])
})

it('in English on a phone: the same, nothing wider than the screen', async () => {
  await open('en', 390)
  const cloud = await words('cloud')
  for (const said of [
    'away',
    'cannot be reached',
    'the oldest for 2 d 23 h',
    `${lost.toLocaleString('en')} samples from`,
  ])
    expect(cloud).toContain(said)
  expect(await words('historian')).toContain('takes what is sent')
  const desk = await words('desk')
  for (const said of ['secret missing', 'an administrator sets it below, under "Password or token"'])
    expect(desk).toContain(said)
  expect(desk).not.toContain('away')
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await shot('outputs-en-390')
})
