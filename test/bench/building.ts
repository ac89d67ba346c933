import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root, startProcess } from '../support/fresh.ts'
import { cpuMs, family, rssMb } from './process.ts'
import type { Bench } from './run.ts'

const PASSWORD = 'measured and not guessed'

/**
 * The whole demo building while the gateway reads every device of it, as `npm start` brings both up: how soon it is alive,
 * and what the simulator costs at speed 1 and at speed 60.
 */
export const building: Bench = async (quick, say) => {
  const windowS = quick ? 15 : 60
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const began = performance.now()
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const gateway = await startProcess('sh', ['-c', scripts.start], {
    cwd: root,
    data,
    env: {
      GATEHOUSE_ADMIN_PASSWORD: PASSWORD,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
    },
    limitMs: 60_000,
  })
  try {
    const base = `http://${gateway.run.http}`
    const session = await fetch(`${base}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password: PASSWORD }),
    })
    const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
    const points = async () => {
      const answer = await fetch(`${base}/api/v1/points?limit=10000`, { headers: { cookie } })
      const { items } = (await answer.json()) as { items: { sample: { quality: string } }[] }
      return { all: items.length, good: items.filter(p => p.sample.quality === 'good').length }
    }
    // A few things are read only once a minute, and one device of the building may be broken on purpose.
    let seen = await points()
    while (seen.good < seen.all * 0.95 && performance.now() - began < 120_000) {
      await pause(250)
      seen = await points()
    }
    const aliveS = (performance.now() - began) / 1000
    say(`${seen.good} of ${seen.all} points are good after ${aliveS.toFixed(1)} s`)

    const site = family(gateway.run.pid).find(pid => commandOf(pid).includes('firmware-sim/site.ts'))
    if (site === undefined) throw new Error('the building is no child of the gateway')
    const members = family(site)
    const { control } = JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) as { control: number }
    const speed = (n: number) =>
      fetch(`http://127.0.0.1:${control}/time/speed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ speed: n }),
      })
    const share = async () => {
      await pause(10_000)
      const before = members.map(cpuMs)
      await pause(windowS * 1000)
      return members.map((pid, i) => (cpuMs(pid) - before[i]!) / (windowS * 10))
    }
    say(`speed 1: ${windowS} s after 10 s of settling`)
    const [slow = 0, ...bridges] = await share()
    await speed(60)
    say(`speed 60: ${windowS} s after 10 s of settling`)
    const [fast = 0] = await share()
    const { time } = (await (await fetch(`http://127.0.0.1:${control}/`)).json()) as { time: { stepMs: number } }
    const figures = {
      alive_s: round(aliveS),
      points: seen.all,
      points_good: seen.good,
      building_cpu_pct: round(slow),
      serial_bridges_cpu_pct: round(bridges.reduce((a, b) => a + b, 0)),
      building_at_speed_60_cpu_pct: round(fast),
      second_of_building_us: round(time.stepMs * 1000),
      rss_mb: round(rssMb(site)),
    }
    return { figures, ratios: {}, against: {}, targets: { alive_s: 60, building_cpu_pct: 40 } }
  } finally {
    await gateway.end('SIGTERM')
    rmSync(data, { recursive: true, force: true })
  }
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8')
const round = (n: number): number => Math.round(n * 100) / 100
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
