import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { Day } from '../support/badday.ts'
import { startBuilding } from '../support/building.ts'
import { openScreen } from '../support/screen.ts'
import { pause, until } from '../support/wait.ts'
import type { Proven } from './proof.ts'
import { grows, type Slope, slopeOf } from './slope.ts'

/** How fast the building lives: a day in 72 minutes. */
const SPEED = 20
const EVERY_MS = 5000
/** What a start fills: caches, the code that is compiled. */
const WARM_SHARE = 0.5

/** What is measured, in which unit, and by how much it may grow in an hour. */
const BOUNDS = {
  heapMb: 4,
  rssMb: 12,
  handles: 6,
  threads: 1,
  timers: 6,
  files: 6,
  delayMs: 5,
} as const
/** What may come and go in any time, however short: a step of it is no slope. */
const STEPS: Readonly<Record<keyof typeof BOUNDS, number>> = {
  ...{ heapMb: 8, rssMb: 24, handles: 12, threads: 2, timers: 12, files: 8, delayMs: 20 },
}
type Figure = keyof typeof BOUNDS
type Sample = { readonly atH: number } & Readonly<Record<Figure, number>>

/** The process seen from inside by the inspector: nothing of it is in the product. */
async function inspect(url: string) {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let ids = 0
  const waiting = new Map<number, (result: Record<string, unknown>) => void>()
  socket.on('message', data => {
    const { id, result } = JSON.parse(String(data))
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  const ask = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise(resolve => {
      const id = ++ids
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params }))
    })
  const evaluate = async (expression: string): Promise<unknown> =>
    ((await ask('Runtime.evaluate', { expression, returnByValue: true })).result as { value: unknown }).value
  return { ask, evaluate, end: () => socket.terminate() }
}

const DELAY = `globalThis.soakDelay ??= (d => (d.enable(), d))(process.getBuiltinModule('perf_hooks').monitorEventLoopDelay({ resolution: 10 }))`
const LOOK = `(d => { const p99 = d.percentile(99) / 1e6; d.reset(); return {
  delayMs: p99 - 10, timers: process.getActiveResourcesInfo().filter(n => n === 'Timeout' || n === 'Immediate').length,
  heapMb: process.memoryUsage().heapUsed / 2 ** 20 } })(globalThis.soakDelay)`

/**
 * `npm run prove -- soak [minutes]`: the whole demo building, its life twenty times as fast, with devices that come and go,
 * alarms that are acknowledged, exports, reports, backups and screens that come again. What must not grow is measured after
 * the garbage is collected; its slope in the second half, with its error, has to stay below its bound. 480 is the 8 h.
 */
export async function proveSoak(minutes = 10): Promise<Proven> {
  const building = await startBuilding(['all'], ['--speed', String(SPEED)])
  const w = new Day(
    'soak',
    { NODE_OPTIONS: '--inspect=127.0.0.1:0' },
    { site: building.site(), startWithinMs: 240_000 },
  )
  const samples: Sample[] = []
  const did = { alarms: 0, exports: 0, reports: 0, backups: 0, screens: 0, reconnects: 0 }
  let over = false
  let working: Promise<unknown> = Promise.resolve()
  try {
    await w.start()
    const [, url = ''] = /Debugger listening on (ws:\S+)/.exec(w.output()) ?? []
    const inside = await inspect(url)
    await inside.evaluate(DELAY)
    const point = await until(
      'the building is read',
      async () => {
        const { body } = await w.ask('GET', 'points?limit=10000')
        const good = body.items.filter((p: { sample: { quality: string } }) => p.sample.quality === 'good')
        return good.length > 100 && (good.find((p: { kind: string }) => p.kind === 'number').id as string)
      },
      60_000,
    )
    const began = Date.now()
    const loop = async (everyMs: number, step: () => Promise<unknown>) => {
      while (!over) {
        await step().catch(error => w.wrong(String(error)))
        for (const end = Date.now() + everyMs; !over && Date.now() < end; ) await pause(200)
      }
    }
    const ok = async (what: keyof typeof did, asking: Promise<{ status: number; body: { code?: string } }>) => {
      const { status, body } = await asking
      if (status < 300) did[what]++
      else if (status !== 409) w.wrong(`${what}: ${status} ${body.code}`)
    }
    working = Promise.all([
      loop(1000, () => w.write()),
      loop(3000, async () => {
        for (const alarm of (await w.ask('GET', 'alarms?limit=1000')).body.items)
          if (!alarm.acked) await ok('alarms', w.ask('POST', `alarms/${alarm.id}/acknowledge`, {}))
      }),
      loop(4000, () => {
        const [from, to] = [new Date(Date.now() - 3_600_000), new Date()].map(d => d.toISOString())
        return ok('exports', w.ask('GET', `history/export?point=${point}&from=${from}&to=${to}`))
      }),
      loop(5000, () => {
        const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
        return ok('reports', w.ask('GET', `patrol-report?from=${day(Date.now() - 86_400_000)}&to=${day(Date.now())}`))
      }),
      loop(30_000, async () => {
        await ok('backups', w.ask('POST', 'backups', {}))
        // Those of people are kept until they delete them.
        for (const { name } of (await w.ask('GET', 'backups')).body.items.slice(3))
          await w.ask('DELETE', `backups/${name}`)
      }),
      loop(2000, async () => {
        const screen = await openScreen(`http://${w.http}`, w.headers)
        await pause(3000)
        if (screen.messages.length > 1) did.screens++
        screen.close()
      }),
      loop(7000, async () => {
        await building.act('pump/trip', { pump: 1 })
        await pause(3000)
        await building.act('pump/reset')
        did.reconnects++
      }),
    ])
    const fds = () => readdirSync(`/proc/${w.pid}/fd`).length
    const threads = () => Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${w.pid}/status`, 'utf8'))?.[1])
    const rss = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${w.pid}/status`, 'utf8'))?.[1]) / 1024
    const everyMs = Math.max(EVERY_MS, (minutes * 60_000) / 500)
    while (Date.now() - began < minutes * 60_000) {
      const seen = await inside.evaluate(LOOK)
      await inside.ask('HeapProfiler.collectGarbage')
      const { heapMb } = (await inside.evaluate(LOOK)) as { heapMb: number }
      samples.push({
        ...{ atH: (Date.now() - began) / 3_600_000, ...(seen as { delayMs: number; timers: number }), heapMb },
        ...{ rssMb: rss(), handles: fds(), threads: threads(), files: filesIn(w.data) },
      })
      if (samples.length % 12 === 1) console.log(JSON.stringify(samples.at(-1)), JSON.stringify(did))
      await pause(everyMs)
    }
    over = true
    await working
    inside.end()
    await w.look()
    await w.end()
  } catch (error) {
    w.wrong(String((error as Error).stack))
  } finally {
    over = true
    await working.catch(() => {})
    await w.kill()
    building.stop()
  }
  const steady = samples.slice(Math.floor(samples.length * WARM_SHARE))
  const hours = (steady.at(-1)?.atH ?? 0) - (steady[0]?.atH ?? 0)
  const slopes = Object.fromEntries(
    Object.keys(BOUNDS).map(key => [key, slopeOf(steady.map(s => [s.atH, s[key as Figure]] as const))]),
  ) as Record<Figure, Slope>
  const said = (key: Figure) =>
    `${key} ${slopes[key].perX.toFixed(1)} ± ${slopes[key].error.toFixed(1)} (${BOUNDS[key]})`
  for (const line of w.day.wrong.slice(0, 10)) console.log(`WRONG ${line}`)
  const grew = (Object.keys(BOUNDS) as Figure[]).filter(
    key => grows(slopes[key], BOUNDS[key]) && !(slopes[key].perX * hours <= STEPS[key]),
  )
  const idle = Object.entries(did).filter(([, n]) => n === 0)
  return {
    holds: w.day.wrong.length === 0 && grew.length === 0 && idle.length === 0 && steady.length >= 10,
    figure: `${minutes} min, ${samples.length} looks, ${JSON.stringify(did)}; per hour (bound): ${(Object.keys(BOUNDS) as Figure[]).map(said).join(', ')}; grows: ${grew.join(', ') || 'none'}; ${w.day.wrong.length} wrong`,
  }
}

/** How many files there are, at any depth. */
function filesIn(folder: string): number {
  let n = 0
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    // A journal of SQLite may go between the two looks.
    const there = statSync(path, { throwIfNoEntry: false })
    n += there?.isDirectory() ? filesIn(path) : there ? 1 : 0
  }
  return n
}
