import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { chromium } from 'playwright-core'
import { startBuilding } from '../support/building.ts'
import { startGatewayProcess } from '../support/fresh.ts'
import type { Bench } from './run.ts'

const PASSWORD = 'measured and not guessed'
const SCAN_MS = 1000
const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * From a register of the demo's meter (Modbus TCP, scanned each second) to an MQTT subscriber and to the page in Chromium;
 * and what the gateway costs when nobody looks: the process itself, and the worker that runs OPC UA beside it.
 */
export const path: Bench = async (quick, say) => {
  const changes = quick ? 30 : 120
  const idleS = quick ? 15 : 60
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const building = await startBuilding()
  writeFileSync(join(data, 'site.json'), JSON.stringify(building.site()))
  const gateway = await startGatewayProcess(data, { GATEHOUSE_ADMIN_PASSWORD: PASSWORD }, 30_000)
  const base = `http://${gateway.run.http}`
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  try {
    say(`idle: ${idleS} s after 15 s of settling`)
    await pause(15_000)
    const workers = childrenOf(gateway.pid)
    const before = [gateway.pid, ...workers].map(cpuMs)
    await pause(idleS * 1000)
    const used = [gateway.pid, ...workers].map((pid, i) => (cpuMs(pid) - before[i]!) / (idleS * 10))
    const rss = [gateway.pid, ...workers].map(rssMb)
    const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)

    const page = await browser.newPage({ locale: 'en' })
    await page.goto(base)
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password').fill(PASSWORD)
    const signedIn = page.waitForResponse(r => r.request().method() === 'POST' && r.status() === 200)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await signedIn
    await page.goto(`${base}/equipment/em-b1-01`)
    await page.locator('.val .n').first().waitFor()
    const onPage = await watchPage(page)

    const cookie = (await page.context().cookies()).map(c => `${c.name}=${c.value}`).join('; ')
    const account = { name: 'bench', password: PASSWORD, subscribe: ['gatehouse/#'] }
    const made = await fetch(`${base}/api/v1/broker-accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(account),
    })
    if (made.status !== 201) throw new Error(`no broker account: ${made.status} ${await made.text()}`)
    const mqtt = await connectAsync(`mqtt://${gateway.run.mqtt}`, { username: account.name, password: PASSWORD })
    await mqtt.subscribeAsync('gatehouse/demo-plaza/telemetry/em-b1-01')
    const heard = new Map<number, number>()
    mqtt.on('message', (_, payload) => {
      const { v } = JSON.parse(payload.toString()) as { v: Record<string, number> }
      const value = v['voltage-l1']
      if (value !== undefined && !heard.has(value)) heard.set(value, performance.now())
    })

    say(`${changes} changes of a register, at random moments of the scan`)
    const toMqtt: number[] = []
    const toPage: number[] = []
    for (let i = 0; i < changes; i++) {
      const value = 260 + i
      await pause(200 + 1000 * ((i * 0.618) % 1))
      // Counted from before the change is asked for: the request to the simulator is in the figure.
      const at = performance.now()
      await building.act('meter/set', { 'voltage.l1': value })
      await until(() => heard.has(value) && onPage.has(String(value)))
      toMqtt.push(heard.get(value)! - at)
      toPage.push(onPage.get(String(value))! - at)
    }
    await mqtt.endAsync()
    const figures = {
      change_to_mqtt_p99_ms: round(percentile(toMqtt, 0.99)),
      change_to_mqtt_p50_ms: round(percentile(toMqtt, 0.5)),
      change_to_page_p95_ms: round(percentile(toPage, 0.95)),
      change_to_page_p50_ms: round(percentile(toPage, 0.5)),
      scan_ms: SCAN_MS,
      changes,
      idle_cpu_pct: round(used[0]!),
      idle_cpu_with_workers_pct: round(sum(used)),
      rss_mb: round(rss[0]!),
      rss_with_workers_mb: round(sum(rss)),
    }
    return {
      figures,
      ratios: {},
      against: {},
      targets: {
        change_to_mqtt_p99_ms: SCAN_MS + 10,
        change_to_page_p95_ms: SCAN_MS + 300,
        idle_cpu_pct: 2,
        rss_mb: 150,
      },
    }
  } finally {
    await browser.close()
    await gateway.end('SIGTERM')
    building.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

/** When each text first stood in a value on the page, by our clock. */
async function watchPage(page: import('playwright-core').Page): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  await page.exposeFunction('gatehouseSeen', (text: string) => {
    // 260, 260.0 and 260.00 are one value, however many digits the page gives it.
    const value = String(Number(text.replaceAll(',', '')))
    if (!seen.has(value)) seen.set(value, performance.now())
  })
  await page.evaluate(`{
    const look = () => { for (const el of document.querySelectorAll('.val .n')) window.gatehouseSeen(el.textContent) }
    const told = new Set()
    new MutationObserver(() => {
      for (const el of document.querySelectorAll('.val .n')) {
        const text = el.textContent
        if (!told.has(text)) { told.add(text); window.gatehouseSeen(text) }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    look()
  }`)
  return seen
}

const TICKS_PER_S = 100
/** User and system time of a process so far [proc(5): fields 14 and 15 of stat, in clock ticks]. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_S
}
const rssMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)]!
}
const round = (n: number): number => Math.round(n * 100) / 100
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
async function until(fact: () => boolean, limitMs = 15_000) {
  for (const end = performance.now() + limitMs; performance.now() < end; await pause(2)) if (fact()) return
  throw new Error('the change did not arrive')
}
