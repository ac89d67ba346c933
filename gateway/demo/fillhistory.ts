import { MessageChannel, Worker } from 'node:worker_threads'
import type { Point, PointId, Value } from '../../drivers/point.ts'
import type { Clock } from '../core/clock.ts'
import type { History } from '../history/history.ts'
import type { Plant } from '../http/deps.ts'
import { pastSpells, writePast } from './fillpast.ts'
import { type DemoPoint, type DemoSpan, isCounter } from './history.ts'
import { mainLosses, meterLives } from './meters.ts'
import { type Spell, valueIn } from './past.ts'
import { metersBehind } from './supply.ts'

const DAYS = 30
const LOOK_MS = 2000
/** So long the building may take to answer; what has said nothing by then has no past either. */
const PATIENCE_MS = 60_000
const SETTLED_SHARE = 0.95

/**
 * Gives the demo a past, once, some seconds after its first start: in the background, from the values that its points have
 * by then, up to where measured data begins.
 * @returns how to stop it
 */
export function fillHistory(
  history: Pick<History, 'demo' | 'takeDemo' | 'stats'>,
  records: Parameters<typeof writePast>[0],
  plant: () => Plant | null,
  clock: Clock,
  told: (what: Filled | { error: unknown }) => void,
): () => void {
  if (history.demo() !== 'none') return () => {}
  let thread: Worker | undefined
  let stopped = false
  const began = clock.now()
  const stopLooking = clock.every(LOOK_MS, () => {
    const running = plant()
    if (!running) return
    const all = running.latest.all()
    const good = all.filter(sample => sample.quality === 'good').length
    if (good < SETTLED_SHARE * all.length && clock.now() - began < PATIENCE_MS) return
    stopLooking()
    make(running).catch(error => {
      if (!stopped) told({ error })
    })
  })

  async function make(running: Plant) {
    const from = performance.now()
    const { began: measuredFrom } = await history.stats()
    if (stopped || measuredFrom === null) return
    const now = new Map<PointId, Value>()
    for (const sample of running.latest.all()) if (sample.quality === 'good') now.set(sample.point, sample.value)
    const list: Point[] = [...running.points.values()].filter(p => now.has(p.id) && p.kind !== 'text')
    const { port1, port2 } = new MessageChannel()
    const named = await history.takeDemo(list, port1)
    const span: DemoSpan = {
      from: measuredFrom - DAYS * 86_400_000,
      to: measuredFrom,
      aheadMs: aheadOf(measuredFrom, running.site.timezone),
      seed: 2026,
    }
    const counters = new Set(list.filter(p => isCounter(p, now.get(p.id)!)).map(p => p.id))
    const made = pastSpells(running, span, point => !now.has(point) || counters.has(point))
    // First, since it is quick: a history that is there is not made again.
    const { alarms, orders } = await writePast(records, running, made, span, () => stopped)
    if (stopped) return
    const spells = Map.groupBy(made, spell => spell.alarm.point)
    const spaces = new Map(running.site.equipment.map(e => [e.id, e.space ?? '']))
    const points = list.map((p, i): DemoPoint => {
      const equipment = p.id.slice(0, p.id.lastIndexOf('/'))
      return {
        ...{ point: named[i]!.id, id: p.id, key: p.key, kind: p.kind, unit: p.unit ?? null, range: p.range ?? null },
        ...{ coded: p.enum !== undefined, space: spaces.get(equipment) ?? '', now: now.get(p.id)!, periodMs: p.scanMs },
        ...{ spells: spells.get(p.id)?.map(shownIn), life: meterLives[p.id] },
      }
    })
    const byId = new Map(points.map(p => [p.id, p]))
    const powerOf = (equipment: string) => byId.get(`${equipment}/power`)
    const behind = metersBehind(running.site.equipment)
    const withPower = points.map((p): DemoPoint => {
      if (p.unit !== 'kW.h' || p.key !== 'energy-import') return p
      const equipment = p.id.slice(0, p.id.lastIndexOf('/'))
      const feeders = behind.get(equipment)?.flatMap(id => powerOf(id) ?? [])
      const main = feeders?.length ? { behind: feeders, loss: mainLosses[equipment] ?? 0.01 } : undefined
      return { ...p, power: powerOf(equipment), main }
    })
    thread = new Worker(new URL('./historyworker.ts', import.meta.url), {
      workerData: { points: withPower, span, port: port2 },
      transferList: [port2],
    })
    thread.unref()
    await new Promise<void>((resolve, reject) => {
      thread!.once('error', reject)
      thread!.once('exit', code => (code === 0 ? resolve() : reject(new Error(`it ended with ${code}`))))
    })
    if (!stopped) told({ points: points.length, alarms, orders, tookMs: Math.round(performance.now() - from) })
  }
  return () => {
    stopped = true
    stopLooking()
    void thread?.terminate()
  }
}

export interface Filled {
  readonly points: number
  readonly alarms: number
  readonly orders: number
  readonly tookMs: number
}

const shownIn = ({ alarm, from, to }: Spell) => ({ from, to, value: Number(valueIn(alarm)) })

function aheadOf(at: number, zone: string): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(part => part.type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(name ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}
