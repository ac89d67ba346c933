import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import type { Overview } from '../../firmware-sim/overview.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { openBrowser } from '../screens/browser.ts'
import { type Building, startBuilding } from '../support/building.ts'
import { node24, root } from '../support/fresh.ts'

/** The hand on the building: command line, page, the check by foreign programs, the field for load work. */

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-control-'))
let building: Building
let base: string
beforeAll(async () => {
  building = await startBuilding(['all'], ['--pty-prefix', join(folder, 'bus-')])
  base = `http://127.0.0.1:${building.control}/`
})
afterAll(() => {
  building?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const overview = async () => (await (await fetch(base)).json()) as Overview
const sim = (...words: string[]) => run('--control-port', String(building.control), ...words)
const run = (...words: string[]) =>
  new Promise<{ code: number; out: string; err: string }>(resolve => {
    const args = [join(root, 'firmware-sim', 'control.ts'), ...words]
    execFile(node24, args, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
  })

describe('the command line', () => {
  it('lists the scenarios in both languages, plays one at a speed, and puts it right', async () => {
    const list = await sim('scenarios')
    for (const words of ['pump-trip', '生活水泵跳闸', 'A booster pump trips']) expect(list.out).toContain(words)
    const played = await sim('scenario', 'pump-trip', '--speed', '10')
    expect([played.code, played.err]).toEqual([0, ''])
    expect(played.out).toContain('booster-b1/pump2-running')
    expect((await overview()).time.speed).toBe(10)
    await expect.poll(async () => (await overview()).devices.pump!.state['pump2.running'], { timeout: 5000 }).toBe(1)
    const again = await sim('scenario', 'pump-trip')
    expect([again.code, again.err]).toEqual([1, 'pump-trip is under way; end it first\n'])
    expect((await sim('scenario', 'pump-trip', 'end')).code).toBe(0)
    expect((await overview()).devices.pump!.state['pump1.tripped']).toBe(0)
    expect((await sim('speed', '1')).code).toBe(0)
    expect((await overview()).time.speed).toBe(1)
  })
  it('says what is wrong and what to do', async () => {
    const wrong: [string[], RegExp][] = [
      [['scenario', 'earthquake'], /^no scenario "earthquake"\? See: npm run sim -- scenarios\n$/],
      [['scenario'], /^which one\? See: npm run sim -- scenarios\n$/],
      [['scenario', 'pump-trip', 'end'], /^pump-trip is not under way\n$/],
      [['speed'], /^say how fast: npm run sim -- speed 20\n$/],
      [['speed', '601'], /^speed must be 1 to 600\n$/],
    ]
    for (const [words, said] of wrong) {
      const { code, err } = await sim(...words)
      expect([words, code]).toEqual([words, 1])
      expect(err).toMatch(said)
    }
  })
})

describe('the check by foreign programs', () => {
  it('reads every device, and finds the one that is silent', { timeout: 200_000 }, async () => {
    const { lines } = await overview()
    const units = lines.reduce((sum, line) => sum + (line.units?.length ?? 0), 0)
    const well = await sim('check')
    console.log(well.out.trim().split('\n').at(-1))
    expect([well.code, well.err]).toEqual([0, ''])
    expect(well.out.match(/ mbpoll /g)).toHaveLength(units)
    expect(well.out).toMatch(/lifts +Lift1 +OPC UA browse +12 values/)
    await building.act('device/fault', { line: 'bus-1', unit: 1, kind: 'mute' })
    await building.act('line/dead', { line: 'lifts', on: true })
    const ill = await sim('check')
    await building.act('device/fault', { line: 'bus-1', unit: 1, kind: null })
    await building.act('line/dead', { line: 'lifts', on: false })
    expect(ill.code).toBe(1)
    const unread = ill.out.split('\n').filter(row => row.includes('NOT READ'))
    expect(unread.map(row => row.split(/\s+/)[0]).sort()).toEqual(['bus-1', 'lifts'])
  })
})

describe('the page', () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    browser = await openBrowser()
    page = await (await browser.newContext({ locale: 'zh-CN', colorScheme: 'dark' })).newPage()
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('request', request => request.url().startsWith(base) || complaints.push(request.url()))
    await page.goto(base)
  })
  afterAll(() => browser?.close())

  it('speaks the language of the browser, and the other one on demand', async () => {
    expect(await page.locator('h1').textContent()).toBe('演示楼')
    await page.goto(`${base}?lang=en`)
    expect(await page.locator('h1').textContent()).toBe('The demo building')
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe('rgb(255, 255, 255)')
  })
  it('starts and ends a scenario, sets the speed, breaks a device and a line', async () => {
    const trip = page.locator('article').filter({ has: page.getByText('pump-trip', { exact: true }) })
    await trip.getByRole('button', { name: 'Start' }).click()
    await trip.getByText('under way').waitFor()
    expect((await overview()).devices.pump!.state['pump1.tripped']).toBe(1)
    await trip.getByRole('button', { name: 'End, put right' }).click()
    await trip.getByRole('button', { name: 'Start' }).waitFor()
    expect((await overview()).devices.pump!.state['pump1.tripped']).toBe(0)

    await page.getByRole('button', { name: '10×' }).click()
    await expect.poll(async () => (await overview()).time.speed).toBe(10)
    await page.getByRole('button', { name: '1×', exact: true }).click()
    await expect.poll(async () => (await overview()).time.speed).toBe(1)

    await page.locator('select[name=device]').selectOption({ label: 'pumps / 1' })
    await page.locator('select[name=kind]').selectOption('slow')
    await page.getByRole('button', { name: 'Apply' }).click()
    const row = page.locator('#lines tr', { hasText: 'pumps' })
    await row.getByText('1: answers 3 s late').waitFor()
    await page.locator('select[name=kind]').selectOption('none')
    await page.getByRole('button', { name: 'Apply' }).click()
    await row.getByRole('button', { name: 'Cut' }).click()
    await row.getByText('dead', { exact: true }).waitFor()
    await row.getByRole('button', { name: 'Repair' }).click()
    await row.getByRole('button', { name: 'Cut' }).waitFor()
  })
  it('shows what the parts are doing as it changes, and what is open stays open', async () => {
    await page.locator('#p-meter summary').click()
    const cell = page.locator('#p-meter tr', { hasText: 'voltage.l1' }).locator('td')
    await building.act('meter/set', { 'voltage.l1': 111 })
    await expect.poll(() => cell.textContent(), { timeout: 5000 }).toBe('111')
    expect(await cell.isVisible()).toBe(true)
    await building.act('meter/set', { 'voltage.l1': null })
    expect(complaints).toEqual([])
  })
  it('of another origin cannot press a button', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${base}lift/trap`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', ...headers },
      })
    expect((await post({ origin: 'http://evil.example' })).status).toBe(403)
    expect((await post({ origin: 'http://127.0.0.1:1' })).status).toBe(403)
    const other = await browser.newPage()
    await other.route('http://elsewhere.example/', route =>
      route.fulfill({ body: '<p>elsewhere', contentType: 'text/html' }),
    )
    await other.goto('http://elsewhere.example/')
    for (const type of ['application/json', 'text/plain'])
      await other.evaluate(
        ([url, type]) =>
          fetch(url!, {
            method: 'POST',
            mode: type === 'text/plain' ? 'no-cors' : 'cors',
            body: '{}',
            headers: { 'content-type': type! },
          }).catch(() => {}),
        [`${base}lift/trap`, type] as const,
      )
    await other.close()
    expect((await overview()).devices.lift!.state.personTrapped).toBe(false)
  })
})

describe('the field for load work', () => {
  const fields = [
    ['modbus-tcp', 1],
    ['modbus-rtu-over-tcp', 2],
  ] as const
  it.each(fields)(
    '%s in %i processes: its site.json is right, and its first register counts',
    async (protocol, processes) => {
      const file = join(folder, `${protocol}.json`)
      const words = [
        'scale',
        '--devices',
        '5',
        '--points',
        '3',
        '--protocol',
        protocol,
        '--processes',
        String(processes),
      ]
      const child = spawn(node24, [join(root, 'firmware-sim', 'control.ts'), ...words, '--site', file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise(resolve => child.once('exit', resolve))
      let out = ''
      child.stdout.on('data', data => (out += data))
      await expect.poll(() => out, { timeout: 120_000 }).toContain('Ctrl+C')
      const { site, problems } = checkSite(readFileSync(file, 'utf8'), drivers, profiles)
      expect(problems).toEqual([])
      expect([site!.channels.length, site!.equipment.length, site!.equipment[0]!.points.length]).toEqual([
        processes,
        5,
        3,
      ])
      let reads = 0
      for (const { id, protocol: name, options } of site!.channels) {
        const driver = drivers.find(d => d.protocol === name)!
        const link = driver.open(options, { now: Date.now, log: () => {} })
        for (const { points, channel } of site!.equipment)
          if (channel === id)
            for (const round of [7, 14]) {
              const samples = await link.read(points, AbortSignal.timeout(5000))
              expect(samples.map(s => s.value)).toEqual([round, round + 1, round + 2])
              reads++
            }
        await link.close()
      }
      expect(reads).toBe(10)
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
    },
  )
  it('refuses what cannot be, with the words that it takes', async () => {
    for (const words of [
      ['--devices', '300'],
      ['--protocol', 'bacnet'],
      ['--colour', 'red'],
      ['--points', '0'],
    ]) {
      const { code, err } = await run('scale', ...words)
      expect([words, code]).toEqual([words, 1])
      expect(err).toContain('npm run sim -- scale --devices 100')
    }
  })
})
