import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCsv } from '../../gateway/csv.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { xlsxOf } from '../../gateway/http/xlsx.ts'
import { measurementName, stringField, tagWord } from '../../gateway/out/sinks/lines.ts'
import { readXlsx } from '../../gateway/xlsxread.ts'
import type { Api } from '../support/api.ts'
import { demoLines } from '../support/demolines.ts'
import { feed } from '../support/feed.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { throughFields } from '../support/hostilefields.ts'
import { hostileNames, renamed, unkeepable } from '../support/hostilenames.ts'
import { account, join } from '../support/mqtt.ts'
import { until } from '../support/wait.ts'
import { tooWide, watchSettled } from './axe.ts'
import { openBrowser, openScreen, signIn } from './browser.ts'
import { addresses } from './walk.ts'

/** Every how manieth name goes through a field here, another one through each; all through all: `npm run prove -- names`. */
const SHARE = 10

/** A site whose every name is hostile, and records of every kind that carry such names. */
let g: TestGateway
let admin: Api
let browser: Browser
beforeAll(async () => {
  g = await startGateway({ site: renamed(demoSite(demoLines, ['desk', 'water', 'doors'])) })
  expect(g.deps.site.view().problems.filter(p => p.level === 'error')).toEqual([])
  admin = await g.admin()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await g?.stop()
})

/** What a spreadsheet would take for a formula [OWASP CSV injection]; a number is none. */
const isFormula = (cell: string) => /^[=+\-@\t\r＝＋－＠]/.test(cell) && !/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(cell)

describe(`${hostileNames.length} hostile names`, () => {
  it('through every field that takes one: kept as they are, or refused with a reason', {
    timeout: 240_000,
  }, async () => {
    const { kept, wrong, tried } = await throughFields(admin, SHARE)
    expect(wrong).toEqual([])
    console.log(`hostile names: ${tried} tried, kept:`, kept)
    for (const kind of ['person', 'visitor', 'report', 'complaint', 'key register', 'company', 'part'])
      expect([kind, (kept[kind] ?? 0) > hostileNames.length / SHARE / 2]).toEqual([kind, true])
    for (const name of unkeepable)
      expect((await admin.post('/api/v1/people', { name, kind: 'staff' })).body.code).toBe('body-sign')
  })

  it('in every table: no cell is a formula, and no name begins a row of its own', async () => {
    const tables = [
      'site/export.csv',
      'registers/keys',
      'registers/keys?what=lines',
      'service-ledger',
      'access-events/export?format=csv',
    ]
    let cells = 0
    const seen: string[] = []
    for (const path of tables) {
      const answer = await admin.get(`/api/v1/${path}`, { accept: 'text/csv' })
      if (!/text\/csv/.test(answer.headers.get('content-type') ?? '')) continue
      seen.push(path)
      const { rows, unclosed } = parseCsv(answer.text.replace(/^\uFEFF/, ''))
      expect([path, unclosed, rows.filter(r => r.cells.length !== rows.at(-1)!.cells.length).length <= 12]).toEqual([
        path,
        null,
        true,
      ])
      expect(rows.flatMap(r => r.cells.filter(isFormula))).toEqual([])
      cells += rows.reduce((sum, r) => sum + r.cells.length, 0)
    }
    expect([seen.length > 1, cells > 300]).toEqual([true, true])
  })

  it('in a workbook: texts, read again as they were but for signs that XML does not have', async () => {
    const chunks: Uint8Array[] = []
    async function* pages() {
      yield hostileNames.map(name => [name, 1])
    }
    for await (const chunk of xlsxOf('x', ['name', 'n'], [20, 9], pages())) chunks.push(chunk)
    const rows = readXlsx(Buffer.concat(chunks))!
    const tidy = (text: string) =>
      text
        .replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
        .replaceAll('\r\n', '\n')
        .replaceAll('\r', '\n')
        .replaceAll('\ufffd', '')
    expect(rows.slice(1).map(r => tidy(r.cells[0]!))).toEqual(hostileNames.map(tidy))
    expect(Buffer.concat(chunks).includes('<f>')).toBe(false)
  })

  it('in the line protocol: nothing of a name stands outside of its quotes, and no name ends a line', () => {
    for (const name of hostileNames) {
      const line = `${measurementName(`m${name}`)},t=${tagWord(`t${name}`)} v=${stringField(name)}`
      expect(line.slice(0, line.indexOf(' v="'))).not.toMatch(/[\r\n]/)
      expect(line).toMatch(/^(?:\\[, ]|[^, ])+,t=(?:\\[,= ]|[^,= ])+ v="(?:\\["\\]|[^"\\])*"$/s)
    }
  })

  it('on the broker: no topic has a sign of a filter or a way up in it, and what it says is JSON', async () => {
    const client = await join(g.mqtt, 'hears', await account(admin, 'hears', ['#']))
    await client.subscribe('#')
    await client.hears('the inventory', h => h.topic.endsWith('/equipment'))
    // What its lines do not answer was told before; now each device says something.
    const devices = new Map([...g.deps.plant()!.points.values()].map(({ id }) => [id.slice(0, id.indexOf('/')), id]))
    for (const point of devices.values()) feed(g, point, 1)
    const told = () => new Set(client.heard.filter(h => h.topic.includes('/telemetry/')).map(h => h.topic))
    await until('each device has told something', () => told().size === devices.size)
    expect(devices.size).toBeGreaterThan(20)
    expect(client.heard.filter(h => /[#+\p{Cc}]|\.\.|\/\//u.test(h.topic)).map(h => h.topic)).toEqual([])
    for (const { text } of client.heard) if (text !== '') expect(() => JSON.parse(text) as unknown).not.toThrow()
    client.end()
  })

  it('in the metrics: each line is a name with labels and a number', async () => {
    const { text } = await admin.get('/metrics')
    const odd = text
      .split('\n')
      .filter(
        line =>
          line !== '' &&
          !line.startsWith('#') &&
          !/^[a-zA-Z_:][\w:]*(?:\{(?:\w+="(?:\\.|[^"\\])*",?)*\})? \S+$/.test(line),
      )
    expect([odd, text.length > 1000]).toEqual([[], true])
  })

  it('on every page: nothing runs, the policy has nothing to complain of, nothing is wider than the screen', {
    timeout: 240_000,
  }, async () => {
    const list = (await addresses(admin)).filter(address => !address.includes('nothing-of'))
    const screen = await openScreen(browser, g.url, { lang: 'en', width: 1366 })
    const { page } = screen
    await signIn(page, 'admin', PASSWORD)
    const settled = watchSettled(page)
    const wrong: string[] = []
    for (const address of list) {
      await page.evaluate(`history.pushState(null, '', ${JSON.stringify(address)})`)
      await settled()
      const said = await page.evaluate(
        `[window.ran ?? 0, document.querySelectorAll('main script, main iframe, main object, main base, main marquee, main [onerror]').length]`,
      )
      if (String(said) !== '0,0') wrong.push(`${address}: ${String(said)}`)
      const by = await tooWide(page)
      if (by > 0) wrong.push(`${address}: ${by} px too wide`)
    }
    await screen.close()
    console.log(`hostile names: ${list.length} pages`)
    expect(wrong).toEqual([])
    expect(list.length).toBeGreaterThan(50)
    expect([screen.outside, screen.complaints.filter(one => !one.includes('status of 404'))]).toEqual([[], []])
  })
})
