import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import type { PointId, Sample } from '../../drivers/point.ts'
import { createClock } from '../../gateway/core/clock.ts'
import { watchAlarms } from '../../gateway/live/alarms.ts'
import type { Rule } from '../../rules/rule.ts'
import { startBuilding } from '../support/building.ts'
import { startGatewayProcess } from '../support/fresh.ts'
import { rssMb } from './process.ts'
import type { Bench } from './run.ts'

const PASSWORD = 'measured and not guessed'
const CONTACTS = 2000

/**
 * What a sample costs the rules when nothing changes; and a flood of 2,000 contacts of one cabinet (scanned every 2 s) in the
 * real gateway and in Chromium: from the first contact to the last one counted on the page, and a fire alarm in the middle of it.
 */
export const alarms: Bench = async (quick, say) => {
  const evalNs = evaluation(quick ? 100 : 500)
  say(`a sample that changes nothing: ${evalNs.toFixed(0)} ns`)
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const building = await startBuilding(['desk', 'fire', 'flood'])
  writeFileSync(join(data, 'site.json'), JSON.stringify(building.site()))
  const gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: PASSWORD }, 30_000)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({ locale: 'en' })
    await page.goto(`http://${gateway.run.http}`)
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('nav.rail')
    await pause(15_000)
    const before = rssMb(gateway.run.pid)

    say(`${CONTACTS} contacts at once`)
    const last: number[] = []
    const fires: number[] = []
    for (let round = 0; round < (quick ? 2 : 5); round++) {
      const began = performance.now()
      await building.act('flood/start', { points: CONTACTS, perS: 1_000_000 })
      await shown(page, 'low', n => n >= CONTACTS)
      last.push(performance.now() - began)
      await building.act('flood/stop')
      await pause(3000)
      // The contacts are acknowledged by nobody: they stay in the list as returned, which is the worst case for the next round.
      await building.act('flood/start', { points: CONTACTS, perS: 400 })
      await pause(1500 + 613 * round)
      const fire = performance.now()
      await building.act('fire/detector', { zone: 'a-12', detector: 1 })
      await shown(page, 'high', n => n > 0)
      fires.push(performance.now() - fire)
      await building.act('flood/stop')
      await building.act('fire/clear')
      await building.act('fire/reset')
      await pause(3000)
      await acknowledgeHigh(page)
      await shown(page, 'high', n => n === 0)
    }
    const minutes = quick ? 1 : 10
    const wave = async () => {
      await building.act('flood/start', { points: CONTACTS, perS: 400 })
      await pause(7000)
      await building.act('flood/stop')
      await pause(5000)
    }
    say(`${minutes} min of it`)
    // Garbage comes and goes by 20 MB within a wave: only means of a minute can be compared.
    const rss: number[] = []
    const reader = setInterval(() => rss.push(rssMb(gateway.run.pid)), 1000)
    for (const end = performance.now() + (minutes + 1) * 60_000; performance.now() < end; ) await wave()
    clearInterval(reader)
    const [first, latest] = [mean(rss.slice(0, 60)), mean(rss.slice(-60))]
    const figures = {
      eval_ns_per_point: Math.round(evalNs),
      flood_2000_last_on_screen_ms: Math.round(Math.max(...last)),
      fire_in_flood_ms: Math.round(Math.max(...fires)),
      rss_growth_mb_10min: Math.round(latest - first),
      rss_before_mb: Math.round(before),
      rss_first_minute_mb: Math.round(first),
      rss_most_mb: Math.round(Math.max(...rss)),
      minutes,
      rounds: last.length,
    }
    return {
      figures,
      ratios: {},
      against: {},
      targets: {
        eval_ns_per_point: 100,
        flood_2000_last_on_screen_ms: 3000,
        fire_in_flood_ms: 1000,
        rss_growth_mb_10min: 20,
      },
    }
  } finally {
    await browser.close()
    await gateway.end('SIGTERM')
    building.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

/** ns for one sample of one point with one rule, in batches of 10,000, nothing changing. */
function evaluation(rounds: number): number {
  const points = Array.from({ length: 10_000 }, (_, i) => ({ id: `e-${Math.floor(i / 100)}/p-${i % 100}` as PointId }))
  const rule: Rule = {
    id: 'high',
    points: ['*/*'],
    when: { above: 100, deadband: 1 },
    severity: 'medium',
    delayOnS: 0,
    delayOffS: 0,
    text: { 'zh-CN': 'x', en: 'x' },
  }
  const clock = createClock()
  const watched = watchAlarms(
    [rule],
    points,
    new Map(),
    clock,
    () => {},
    () => {},
  )
  const batches = [1, 2].map(value =>
    points.map(({ id }): Sample => ({ point: id, at: 0, seen: 0, quality: 'good', value })),
  )
  const run = (n: number) => {
    const began = performance.now()
    for (let i = 0; i < n; i++) watched.samples(batches[i % 2]!)
    return ((performance.now() - began) * 1e6) / (n * points.length)
  }
  run(50)
  const measured = run(rounds)
  watched.stop()
  clock.stop()
  return measured
}

/** Until the count of a priority in the strip on top is so. */
async function shown(page: Page, severity: string, enough: (n: number) => boolean) {
  const deadline = performance.now() + 60_000
  for (;;) {
    const text = await page.locator(`.strip .pri.${severity} b`).first().textContent()
    if (enough(Number(text))) return
    if (performance.now() > deadline) throw new Error(`${severity} stayed at ${text}`)
    await pause(5)
  }
}

async function acknowledgeHigh(page: Page) {
  await page.evaluate(`(async () => {
    const { items } = await (await fetch('/api/v1/alarms?limit=10000')).json()
    for (const alarm of items.filter(a => a.severity === 'high' && !a.acked))
      await fetch('/api/v1/alarms/' + encodeURIComponent(alarm.id) + '/acknowledge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  })()`)
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
