import { connectAsync } from 'mqtt'
import { chromium, type Page } from 'playwright-core'
import { startMqttDevices } from '../../firmware-sim/mqtt.ts'
import { PASSWORD, startGateway } from '../support/gateway.ts'
import { both, quietSite } from '../support/sites.ts'
import type { Bench } from './run.ts'

const CHROMIUM = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const UID = '04A21B6A7C5E80'

/**
 * What a guard waits for at a point: from the tag that was read at the page on his phone until the page says that the gateway
 * has it; and from a badge at a reader on the wall (MQTT) until the visit stands on *Rounds* in the control room. Each
 * visit is judged, stored with its line of the trail and on the disk before anything is shown. Everything runs in one
 * process here, the browser's driver beside the gateway: it is no quicker by that.
 */
export const scan: Bench = async (quick, say) => {
  const count = quick ? 20 : 100
  const tag = (n: number) => `04:${String(n).padStart(4, '0')}`
  const devices = await startMqttDevices({ messages: [] })
  const span = [{ kind: 'window', from: '00:00', to: '24:00' }]
  const readers = Array.from({ length: count }, (_, n) => `cp-${n}`)
  const common = { by: ['admin', 'guard'], rounds: span }
  const g = await startGateway({
    site: {
      ...quietSite,
      rules: [],
      channels: [...quietSite.channels, { id: 'iot', protocol: 'mqtt', url: `mqtt://127.0.0.1:${devices.port}` }],
      equipment: [
        ...quietSite.equipment,
        ...readers.map(id => ({
          ...{ id, kind: 'checkpoint', name: both(id), space: 'b1', channel: 'iot' },
          points: [{ key: 'log', topic: `patrol/${id}/read`, path: '/log', kind: 'text' }],
        })),
      ],
      routes: [
        {
          ...{ id: 'phone', name: both('phone'), ...common },
          checkpoints: readers.map((_, n) => ({ kind: 'nfc', id: `t${n}`, space: 'b1', tag: tag(n), minTravelSec: 0 })),
        },
        {
          ...{ id: 'wall', name: both('wall'), ...common },
          checkpoints: readers.map(reader => ({ kind: 'reader', id: reader, space: 'b1', reader })),
        },
      ],
    },
  })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  try {
    // The rounds of today began before the gateway did: those of a site that has run since yesterday.
    const { deps } = g
    deps.patrol.look()
    const zone = quietSite.site.timezone
    const day = new Date(deps.clock.now()).toLocaleDateString('sv-SE', { timeZone: zone })
    for (const { id, checkpoints } of deps.plant()!.site.routes)
      if (!deps.patrol.records.has(`${day}.${id}.1.1`)) {
        const from = Date.parse(`${day}T00:00:00+08:00`)
        const hours = { hoursFrom: from, hoursTo: from + 86_400_000, graceMs: 600_000 }
        const one = {
          id: `${day}.${id}.1.1`,
          route: id,
          plan: 0,
          kind: 'window' as const,
          day,
          n: 0,
          spec: JSON.stringify(span[0]),
        }
        deps.patrol.records.plan([
          { ...one, ...hours, from, to: from + 86_400_000, points: checkpoints.map(c => c.id) },
        ])
      }
    addGuard(g)
    const page = await browser.newPage({ locale: 'en', viewport: { width: 390, height: 800 } })
    await page.goto(g.url)
    await page.fill('input[name=username]', 'admin')
    await page.fill('input[name=password]', PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('nav.rail')

    await page.goto(`${g.url}/round`)
    await page.locator('.rd select').selectOption('phone')
    await page.locator('[data-point=t0][data-state=due]').waitFor()
    say(`${count} tags at the page of the phone`)
    const phone: number[] = []
    for (let n = 0; n < count; n++) {
      await page.locator('.rd-f input').fill(tag(n))
      const at = performance.now()
      await page.locator('.rd-f input').press('Enter')
      await page.locator(`[data-point=t${n}] .btn.pri`).click()
      await page.locator(`[data-point=t${n}][data-state=done]`).waitFor({ timeout: 15_000 })
      phone.push(performance.now() - at)
    }

    say(`${count} badges at readers over MQTT`)
    await page.setViewportSize({ width: 1366, height: 768 })
    await page.goto(`${g.url}/rounds`)
    await page.locator(`[data-round$=".wall.1.1"] > button`).click()
    await page.locator('[data-checkpoint=cp-0]').waitFor()
    const seen = await watchPoints(page)
    const wall: number[] = []
    const hex = (n: number) => n.toString(16).padStart(8, '0')
    const guard = await connectAsync(`mqtt://127.0.0.1:${devices.port}`)
    for (const [n, id] of readers.entries()) {
      await new Promise(resolve => setTimeout(resolve, 150 + 300 * ((n * 0.618) % 1)))
      const log = `${hex(1)}${hex(Math.floor(deps.clock.now() / 1000))}${UID}`
      const at = performance.now()
      await guard.publishAsync(`patrol/${id}/read`, JSON.stringify({ log }))
      for (const end = at + 15_000; !seen.has(id) && performance.now() < end; )
        await new Promise(resolve => setTimeout(resolve, 2))
      const shown = seen.get(id)
      if (shown === undefined) throw new Error(`${id} never stood on the page`)
      wall.push(shown - at)
    }
    await guard.endAsync()
    const visits = deps.patrol.records.between(0, deps.clock.now() + 60_000)
    if (visits.length !== 2 * count) throw new Error(`${visits.length} visits of ${2 * count}`)
    return {
      figures: {
        phone_scan_to_shown_p95_ms: round(percentile(phone, 0.95)),
        phone_scan_to_shown_p50_ms: round(percentile(phone, 0.5)),
        reader_scan_to_shown_p95_ms: round(percentile(wall, 0.95)),
        reader_scan_to_shown_p50_ms: round(percentile(wall, 0.5)),
        scans: 2 * count,
      },
      ratios: {},
      against: {},
      targets: { phone_scan_to_shown_p95_ms: 1000, reader_scan_to_shown_p95_ms: 1000 },
    }
  } finally {
    await browser.close()
    await g.stop()
    await devices.stop()
  }
}

/** Somebody who holds the badge. */
function addGuard({ deps }: Awaited<ReturnType<typeof startGateway>>): void {
  const now = deps.clock.now()
  const asks = { name: 'desk', role: 'desk' as const }
  deps.trail.change(asks, note => {
    const { lookup, shown, secret } = deps.enrol({ class: 'uid', number: UID })
    const about = { name: 'guard', kind: 'staff' as const, trade: '', level: 1, company: null, phone: '', roles: [] }
    const person = deps.people.add(
      note,
      { ...about, account: null, certificates: [], idKind: null, idNumber: null },
      now,
    )
    const times = {
      validFrom: now - 1000,
      validTo: now + 86_400_000,
      levels: [],
      deposit: null,
      receipt: null,
      link: null,
    }
    const seal = (id: string) => (secret === null ? null : deps.accessKeys.seal(secret, id))
    const { id } = deps.credentials.request(
      note,
      person,
      null,
      { class: 'uid', shown, lookup, ...times, seal },
      asks,
      now,
    )
    deps.credentials.move(note, id, person, 'approve', '', { name: 'manager', role: 'manager' }, now)
  })
}

/** When each point of the round was first shown as visited, by our clock. */
async function watchPoints(page: Page): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>()
  await page.exposeFunction('gatehouseVisited', (id: string) => {
    if (!seen.has(id)) seen.set(id, performance.now())
  })
  await page.evaluate(`{
    const told = new Set()
    new MutationObserver(() => {
      for (const el of document.querySelectorAll('[data-checkpoint][data-at]'))
        if (!told.has(el.dataset.checkpoint)) {
          told.add(el.dataset.checkpoint)
          window.gatehouseVisited(el.dataset.checkpoint)
        }
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
  }`)
  return seen
}
const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)]!
}
const round = (n: number): number => Math.round(n * 100) / 100
