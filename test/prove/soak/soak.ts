import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Day } from '../../support/badday.ts'
import { startBuilding } from '../../support/building.ts'
import { pause, until } from '../../support/wait.ts'
import { NotRun, type Proven } from '../proof.ts'
import { lookInside, planted } from './inside.ts'
import { type Bound, grows, type Look, seenFrom, slopeOf } from './steady.ts'
import { atWork } from './work.ts'

/** How fast the building lives, if the machine manages: three days in 8 h. */
const SPEED = 10
const EVERY_MS = 5000
/** How many looks at most: each stands the process still for a moment. */
const LOOKS = 500
/**
 * A start fills what is filled but once: code that is compiled, caches of the databases, blocks of the history, which close
 * after 15 minutes. After an hour all of it has been; of a shorter run it is the first half, and less is seen in it.
 */
const WARM_H = 1
const WARM_SHARE = 0.5
const PLANTED_MS = 180_000
/** Where an idle process is late by more than the promise of a busy one, the machine has other work: nobody can say whose delay it is. */
const BUSY_MS = 20

/**
 * Memory: of a box of 1 GB half is the gateway's, of which it needs 200 MB; it starts anew at an update, once in a quarter,
 * which is 108 hours of work of this kind, so not more than 3 MB of each may stay. The delay: in the 8 h it must not eat the
 * half of the 20 ms that are promised. All others: nobody who comes may leave one behind, and in an hour a thousand come; of
 * each hundredth it would be seen. Steps: what stands open by chance at a time, as many as are at work.
 */
const BOUNDS = {
  heapMb: { perHour: 3, step: 8 },
  rssMb: { perHour: 3, step: 24 },
  handles: { perHour: 6, step: 12 },
  threads: { perHour: 1, step: 2 },
  timers: { perHour: 6, step: 12 },
  files: { perHour: 6, step: 8 },
  delayMs: { perHour: 1.25, step: 10, middle: true },
} satisfies Readonly<Record<string, Bound>>
type Figure = keyof typeof BOUNDS
const figures = Object.keys(BOUNDS) as Figure[]
const bounds: Readonly<Record<Figure, Bound>> = BOUNDS
const slopeIn = (looks: readonly Look<Figure>[], key: Figure) => slopeOf(looks, key, bounds[key].middle)

/**
 * `npm run prove -- soak [minutes]`: the whole demo building, its life ten times as fast, and people, screens and programs that
 * come and go. What must not grow is measured after forced collections; the slope of its floor, with its error, stays below its
 * bound. Then a leak of each kind is planted into the same process, and has to be called one. 480 is the 8 h.
 */
export async function proveSoak(minutes = 8): Promise<Proven> {
  const building = await startBuilding(['all'], ['--speed', String(SPEED)])
  const w = new Day(
    'soak',
    { NODE_OPTIONS: '--inspect=127.0.0.1:0' },
    { site: building.site(), startWithinMs: 240_000 },
  )
  const looks: Look<Figure>[] = []
  const idleLate: number[] = []
  let blind: readonly Figure[] = figures
  let work: ReturnType<typeof atWork> | undefined
  try {
    await w.start()
    const inside = await lookInside(w.output())
    const point = await until(
      'the building is read',
      async () => {
        const { body } = await w.ask('GET', 'points?limit=10000')
        const good = body.items.filter((p: { sample: { quality: string } }) => p.sample.quality === 'good')
        return good.length > 100 && (good.find((p: { kind: string }) => p.kind === 'number').id as string)
      },
      60_000,
    )
    const account = { name: 'listener', subscribe: ['gatehouse/#'] }
    const { body } = await w.ask('POST', 'broker-accounts', account)
    work = atWork(w, building, point, { name: 'listener', password: body.password })
    const { did } = work
    const began = Date.now()
    const status = (word: string) =>
      Number(new RegExp(`^${word}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${w.pid}/status`, 'utf8'))?.[1])
    const look = async (): Promise<Look<Figure>> => {
      const { ownMs, ...seen } = await inside.look()
      idleLate.push(ownMs)
      return { ...seen, ...outside() }
    }
    const outside = () => ({
      atH: (Date.now() - began) / 3_600_000,
      ...{ rssMb: status('VmRSS') / 1024, threads: status('Threads') },
      ...{ handles: readdirSync(`/proc/${w.pid}/fd`).length, files: filesIn(w.data) },
    })
    const lookFor = async (ms: number, at: Look<Figure>[]) => {
      for (const end = Date.now() + ms; Date.now() < end; await pause(Math.max(EVERY_MS, ms / LOOKS))) {
        at.push(await look())
        if (at.length % 12 === 1) console.log(said(at.at(-1)!), JSON.stringify(did))
      }
    }
    await lookFor(minutes * 60_000, looks)
    await w.look()
    console.log('now with a leak of each kind')
    await inside.evaluate(planted(w.data))
    const sick: Look<Figure>[] = []
    await lookFor(PLANTED_MS, sick)
    blind = figures.filter(key => !grows(slopeIn(sick, key), bounds[key]))
    await work.end()
    inside.end()
    await w.end()
  } catch (error) {
    w.wrong(String((error as Error).stack))
  } finally {
    await work?.end().catch(() => {})
    await w.kill()
    building.stop()
  }
  for (const line of w.day.wrong.slice(0, 10)) console.log(`WRONG ${line}`)
  const steady = looks.slice(looks.findIndex(l => l.atH >= Math.min(WARM_H, (minutes / 60) * WARM_SHARE)))
  const idleMs = Math.round(idleLate.sort((a, b) => a - b)[Math.floor(idleLate.length / 2)] ?? Number.NaN)
  const isBusy = idleMs > BUSY_MS
  const judged = figures.filter(key => key !== 'delayMs' || !isBusy)
  const slopes = figures.map(key => [key, slopeIn(steady, key), bounds[key]] as const)
  const grew = slopes.filter(([key, slope, bound]) => judged.includes(key) && grows(slope, bound)).map(([key]) => key)
  const unseen = blind.filter(key => judged.includes(key))
  const idle = Object.entries(work?.did ?? { nothing: 0 }).filter(([, n]) => n === 0)
  const line = slopes.map(([key, slope, bound]) =>
    slope === null
      ? `${key} unknown`
      : `${key} ${slope.perHour.toFixed(1)} (${slope.least.toFixed(1)} to ${slope.most.toFixed(1)}; seen from ${seenFrom(slope, bound).toFixed(1)})`,
  )
  const figure = `${minutes} min, ${steady.length} of ${looks.length} looks count, ${JSON.stringify(work?.did)}; per hour: ${line.join(', ')}; grows: ${grew.join(', ') || 'none'}; planted and not seen: ${unseen.join(', ') || 'none'}; ${w.day.wrong.length} wrong`
  const holds = [w.day.wrong, grew, unseen, idle].every(list => list.length === 0)
  if (holds && isBusy)
    throw new NotRun(
      `how late the event loop gets needs a machine of its own: an idle process was ${idleMs} ms late. The rest holds: ${figure}`,
    )
  return { holds, figure }
}

const said = (look: Look<Figure>): string =>
  `${(look.atH * 60).toFixed(1)} min: ${figures.map(key => `${key} ${Math.round(look[key] * 10) / 10}`).join(', ')};`

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
