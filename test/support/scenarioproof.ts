import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { en } from '../../dashboard/src/text/en.ts'
import { zhCN } from '../../dashboard/src/text/zh-CN.ts'
import type { Scenario } from '../../firmware-sim/scenario.ts'
import type { AlarmView, PointView, Text, WorkorderView } from '../../gateway/http/contract.ts'
import { runbooks } from '../../rules/runbooks/all.ts'
import { dueBy, type Outcome } from '../firmware-sim/scenario-outcomes.ts'
import { openScreen, type Screen } from '../screens/browser.ts'
import { type Api, signIn } from './api.ts'
import { type Building, startBuilding } from './building.ts'
import { type Started, startGatewayProcess } from './fresh.ts'

/** The demo building on its real protocols, the gateway as a process, and a Chromium in each language. */

const PASSWORD = 'scenarios in a browser'
const languages = { 'zh-CN': zhCN, en } as const
type Lang = keyof typeof languages
export const langs = Object.keys(languages) as readonly Lang[]

/** Seconds of the building per second where its physics is slow; the delays of rules are real ones all the same. */
const speeds: Readonly<Record<string, number>> = {
  'chiller-high-pressure': 5,
  'detector-pre-alarm': 5,
  'gas-leak': 2,
  'room-over-40': 10,
  'sump-flood': 2,
  'transformer-overload': 12,
}
/** What a machine with nine people on it needs, beyond what the building and the rules do. */
const PATIENCE_S = 90
/** Where nothing must come: so long is looked. */
const NOTHING_S = 25
const QUIET_S = 240

/** What a building does by itself when it lives quickly: batteries run down. */
const everyday: readonly string[] = ['sensor-battery', 'parking-full']

export interface Proven {
  readonly id: string
  readonly lang: Lang | 'reset'
  readonly wrong: readonly string[]
}

export async function openProof(browser: Browser, parts: readonly string[] = ['all']) {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-scenarios-'))
  let building: Building | undefined
  let gateway: Started | undefined
  const screens = new Map<Lang, Screen>()
  const stop = async () => {
    for (const screen of screens.values()) await screen.close().catch(() => {})
    await gateway?.end('SIGKILL')
    building?.stop()
    rmSync(data, { recursive: true, force: true })
  }
  try {
    building = await startBuilding(parts)
    writeFileSync(join(data, 'site.json'), JSON.stringify(building.site()))
    gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: PASSWORD }, 60_000)
    const url = `http://${gateway.run.http}`
    const api = await signIn(url, 'admin', PASSWORD)
    for (const lang of langs) {
      const screen = await openScreen(browser, url, { lang })
      screens.set(lang, screen)
      await screen.page.fill('input[name=username]', 'admin')
      await screen.page.fill('input[name=password]', PASSWORD)
      await screen.page.keyboard.press('Enter')
      await screen.page.waitForSelector('nav.rail')
    }
    const world = { building, api, screens }
    // What stands on a usual day stands before the first scenario.
    const points = async () =>
      (await api.get('/api/v1/points?limit=10000')).body.items as unknown as readonly PointView[]
    const met = ({ id, sample }: PointView) => !id.endsWith('/online') || sample.reason !== 'never-read'
    if (!(await until(async () => (await points()).every(met), 60)))
      throw new Error(`never met: ${(await points()).filter(p => !met(p)).map(p => p.id)}`)
    return { stop, prove: (scenario: Scenario, row: Outcome) => prove(world, scenario, row) }
  } catch (error) {
    await stop()
    throw error
  }
}

interface World {
  readonly building: Building
  readonly api: Api
  readonly screens: ReadonlyMap<Lang, Screen>
}

async function prove({ building, api, screens }: World, scenario: Scenario, row: Outcome): Promise<Proven[]> {
  const { id } = scenario
  const alarms = async () =>
    ((await api.get('/api/v1/alarms?limit=10000')).body.items as unknown as AlarmView[]).filter(
      // What the gateway says of itself on a machine that is too busy is no story of the building.
      a => !everyday.includes(a.rule) && !a.rule.startsWith('gatehouse.'),
    )
  const lineOf = (a: AlarmView) => `${a.severity} ${a.rule} ${a.point}`
  const speed = speeds[id] ?? 1
  const results: Proven[] = []
  const usual = new Set((await alarms()).map(a => a.id))
  const wanted = row.count === undefined ? row.alarms : row.alarms.map(line => line.replace('*', '0001'))
  const lastS = Math.max(...scenario.sees.map(s => s.byS)) / speed
  await building.act('time/speed', { speed })
  await building.act(`scenarios/${id}/start`)
  const limitS = lastS + (row.forS ?? 0) + PATIENCE_S
  const seen = new Map<string, AlarmView>()
  const orders: WorkorderView[] = []
  if (wanted.length > 0) {
    const lacking = () => wanted.filter(line => !seen.has(line))
    await until(async () => {
      for (const a of await alarms()) if (!usual.has(a.id) || a.active) seen.set(lineOf(a), a)
      return lacking().length === 0
    }, limitS)
    for (const a of seen.values()) {
      if (a.workorder === null || !wanted.includes(lineOf(a))) continue
      const order = (await api.get(`/api/v1/workorders/${a.workorder}`)).body as unknown as WorkorderView
      if (!orders.some(o => o.id === order.id)) orders.push(order)
    }
    const common = lacking().map(line => `no alarm ${line}`)
    const asked = 'none' in row.orders ? [] : row.orders.filter(line => wanted.some(w => sameAlarm(w, line)))
    for (const line of asked) {
      const alarm = [...seen.values()].find(a => sameAlarm(lineOf(a), line))
      if (alarm && !orders.some(o => o.alarms.includes(alarm.id) && line.startsWith(`${o.class} `)))
        common.push(`no order ${line}`)
    }
    if ('none' in row.orders && orders.length > 0) common.push(`an order that nobody asks for: ${orders[0]!.no}`)
    for (const o of orders) {
      const [arrive, restore] = [o.arriveBy, o.restoreBy].map(t => Date.parse(t) - Date.parse(o.openedAt))
      const due = dueBy[o.class]
      if (arrive !== due.arriveMin * 60_000 || restore !== due.restoreH * 3_600_000)
        common.push(`${o.no} (${o.class}) is due after ${arrive! / 60_000} min and ${restore! / 3_600_000} h`)
    }
    for (const lang of langs) {
      const { page } = screens.get(lang)!
      const wrong = await onScreen(
        page,
        lang,
        row,
        wanted.flatMap(line => seen.get(line) ?? []),
        orders,
      )
      results.push({ id, lang, wrong: [...common, ...wrong] })
    }
  } else {
    await pause(Math.min(NOTHING_S, lastS + 10))
    const news = (await alarms()).filter(a => !usual.has(a.id)).map(lineOf)
    for (const lang of langs) {
      const { page } = screens.get(lang)!
      await goTo(page, '/alarms')
      results.push({ id, lang, wrong: news.map(line => `an alarm that nobody asks for: ${line}`) })
    }
  }
  for (const lang of langs) {
    const { complaints, outside } = screens.get(lang)!
    const said = [...complaints.splice(0), ...outside.splice(0)]
    const at = results.findIndex(r => r.lang === lang)
    if (said.length > 0) results[at] = { ...results[at]!, wrong: [...results[at]!.wrong, ...said] }
  }
  // Put right, and the building is quiet: nothing stands that did not before.
  await building.act(`scenarios/${id}/end`)
  await building.act('time/speed', { speed: 30 })
  const standing = async () => (await alarms()).filter(a => a.active && !usual.has(a.id))
  const quiet = await until(async () => (await standing()).length === 0, QUIET_S)
  results.push({
    id,
    lang: 'reset',
    wrong: quiet ? [] : (await standing()).slice(0, 5).map(a => `stands: ${lineOf(a)}`),
  })
  await tidy(api, usual)
  return results
}

const sameAlarm = (a: string, b: string) => a.slice(a.indexOf(' ')) === b.slice(b.indexOf(' '))
const bookOf = (id: string) => runbooks.find(book => book.id === id)!

/** What a person sees: the alarm in its words, the runbook that it leads to, and its order with its class. */
async function onScreen(
  page: Page,
  lang: Lang,
  row: Outcome,
  alarms: readonly AlarmView[],
  orders: readonly WorkorderView[],
): Promise<string[]> {
  const wrong: string[] = []
  const words = languages[lang]
  const of = (text: Text) => text[lang]
  const shown = async (what: string, text: string, scope = 'main') => {
    const there = await page
      .locator(scope, { hasText: text })
      .first()
      .waitFor({ timeout: 120_000 })
      .then(
        () => true,
        () => false,
      )
    if (!there) wrong.push(`${what} is not shown: ${text}`)
    return there
  }
  await goTo(page, '/alarms')
  for (const alarm of alarms) {
    await shown('the alarm', of(alarm.text), '.alm')
    const unit = alarm.spaces.at(-1)?.kind === 'unit'
    if (unit) for (const { name } of alarm.spaces) await shown('the place', of(name), '.alm')
  }
  // A flood that came before groups what is not pressing: whoever wants the single line says so.
  const single = page.getByRole('button', { name: words.alarms.oneByOne })
  if ((await single.count()) > 0 && row.count === undefined) await single.first().click()
  const shots = process.env.GATEHOUSE_SHOTS
  if (shots) await page.screenshot({ path: join(shots, `scenario-${row.alarms[0]!.split(' ')[1]}-${lang}.png`) })
  for (const line of 'none' in row.runbooks ? [] : row.runbooks) {
    const [book = '', ...dangers] = line.split(' ')
    const link = page.locator('.alm a.link.ic', { hasText: of(bookOf(book).name) }).first()
    if (
      !(await link.click({ timeout: 120_000 }).then(
        () => true,
        () => false,
      ))
    ) {
      wrong.push(`no way from the alarm to the runbook ${of(bookOf(book).name)}`)
      continue
    }
    await shown('the first step', of(bookOf(book).steps[0]!.text))
    for (const danger of dangers) await shown('the danger', of(bookOf(book).dangers!.find(d => d.id === danger)!.text))
    await goTo(page, '/alarms')
  }
  for (const order of orders) {
    await goTo(page, `/orders/${order.id}`)
    await shown('the order', order.no)
    await shown('its words', of(order.text))
    await shown('its class', order.class === 'life' ? words.severity.life : words.orderClass[order.class])
  }
  await goTo(page, '/alarms')
  return wrong
}

/** As a link does, without loading anew. */
const goTo = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await page.waitForSelector('main .card')
}

/** The next scenario begins with an empty desk: what came is acknowledged, its orders and runs are laid to rest. */
async function tidy(api: Api, usual: ReadonlySet<string>): Promise<void> {
  const reason = 'proof of the scenarios'
  const items = async (path: string) => (await api.get(path)).body.items as unknown as { readonly id: string }[]
  for (const run of await items('/api/v1/runs')) {
    for (const danger of ['electrical'])
      await api.post(`/api/v1/runs/${run.id}/dangers/${danger}`, { there: false, reason })
    await api.post(`/api/v1/runs/${run.id}/end`, { how: 'cancel', reason })
  }
  for (const order of await items('/api/v1/workorders'))
    await api.post(`/api/v1/workorders/${order.id}/cancel`, { reason })
  for (const alarm of await items('/api/v1/alarms?limit=10000'))
    if (!usual.has(alarm.id)) await api.post(`/api/v1/alarms/${encodeURIComponent(alarm.id)}/acknowledge`)
}

const pause = (seconds: number) => new Promise(resolve => setTimeout(resolve, seconds * 1000))
async function until(fact: () => Promise<boolean>, seconds: number): Promise<boolean> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(0.3))
    if (await fact()) return true
  return fact()
}
