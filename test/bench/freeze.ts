import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '../../drivers/batch.ts'
import type { Point } from '../../drivers/point.ts'
import { verifyBatch } from '../../gateway/billing/verify.ts'
import type { Clock } from '../../gateway/core/clock.ts'
import { openHistory } from '../../gateway/history/history.ts'
import { watchFreeze } from '../../gateway/readings/freeze.ts'
import { openBilling } from '../../gateway/records/billing.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { openReadings } from '../../gateway/records/readings.ts'
import type { Site } from '../../gateway/site/site.ts'
import { billingOn } from '../support/billing.ts'
import { records } from '../support/records.ts'
import type { Bench } from './run.ts'

const METERS = 10_000
const PER_DEVICE = 100
const MINUTE = 60_000
const [from, to] = [Date.parse('2026-11-01T00:00:00+08:00'), Date.parse('2026-12-01T00:00:00+08:00')]
const eva = { name: 'eva', role: 'engineer' as const }
const mo = { name: 'mo', role: 'manager' as const }

/**
 * 10,000 meters that were read once a minute: all of them at one midnight, from the history into readings; then the batch
 * of the month, looked at, approved, and saved as CSV, XLSX and JSON. What it holds is checked by the verifier.
 */
export const freeze: Bench = async (quick, say) => {
  const minutes = quick ? 120 : 1440
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const r = records()
  try {
    let now = to - (minutes - 75) * MINUTE
    const clock = {
      now: () => now,
      every: () => () => {},
      after: () => () => {},
      onJump: () => () => {},
    } as unknown as Clock
    const points = Array.from({ length: METERS }, (_, i): Point => {
      const id: Point['id'] = `device-${Math.floor(i / PER_DEVICE)}/m${i % PER_DEVICE}`
      return {
        id,
        key: `m${i % PER_DEVICE}`,
        name: { 'zh-CN': id, en: id },
        kind: 'number',
        scanMs: MINUTE,
        address: null,
      }
    })
    const site = {
      ...{ id: 'bench', name: { 'zh-CN': '测速', en: 'Bench' }, timezone: 'Asia/Shanghai', spaces: new Map() },
      equipment: [{ points }],
      tariffs: [
        {
          kind: 'electricity',
          use: 'shop',
          unit: 'kW.h',
          currency: 'CNY',
          prices: [{ from: '2026-01-01', price: '0.5583' }],
        },
      ],
    } as unknown as Site
    const [meterBook, readings, billingRecords] = [openMeterBook(r.db), openReadings(r.db), openBilling(r.db)]
    say(`${METERS} meters into the book`)
    r.trail.change(eva, note => {
      for (const [i, point] of points.entries()) {
        const id = `P${String(i).padStart(5, '0')}`
        const register = {
          code: 'total',
          digits: 8,
          decimals: 2,
          unit: 'kW.h',
          maxPerHour: 100_000,
          source: point.id,
        } as const
        const meter = {
          serial: `m-${id}`,
          medium: 'electricity',
          maker: '',
          model: '',
          accuracy: 1,
          seal: '',
          registers: [register],
        } as const
        meterBook.put(note, {
          id,
          unit: id,
          medium: 'electricity',
          parent: null,
          role: 'main',
          use: 'shop',
          closed: false,
        })
        meterBook.install(note, meter, { point: id, meter: meter.serial, from, opening: { total: 0 } }, 1_000_000)
      }
      // The days before were read already.
      readings.freeze(note, to - 86_400_000, [], now)
    })
    say(`${minutes} min of readings`)
    const h = await openHistory(data, clock)
    h.use(points)
    const lists = Array.from({ length: METERS / PER_DEVICE }, (_, d) =>
      points.slice(d * PER_DEVICE, (d + 1) * PER_DEVICE).map(p => p.id),
    )
    for (let m = 0; m < minutes; m++) {
      const at = now
      const batches = lists.map(
        (list, d): Batch => ({
          ...{ points: list, at, seen: at, reasons: null },
          values: list.map((_, p) => Math.round(((at - from) / MINUTE) * (1 + ((d * PER_DEVICE + p) % 50))) / 100),
        }),
      )
      h.readings({ samples: [], batches })
      now += MINUTE
      h.beat()
      while (h.waiting() > 3) await new Promise(resolve => setTimeout(resolve, 1))
    }
    while (h.waiting() > 0) await new Promise(resolve => setTimeout(resolve, 1))
    now = to + 75 * MINUTE
    const failures: unknown[] = []
    const watch = watchFreeze({
      ...{ clock, trail: r.trail, book: meterBook, readings, history: h, site: () => site },
      failed: error => void failures.push(error),
    })
    say('reading them all')
    const startedAt = performance.now()
    watch.look()
    await watch.done()
    const freezeS = (performance.now() - startedAt) / 1000
    if (failures.length > 0) throw failures[0]
    const kept = readings.at(to)
    const read = kept.filter(one => one.quality === 'actual' && one.validation === 'valid').length
    await watch.stop()
    await h.stop()

    const frozenRss = Math.round(process.memoryUsage().rss / 2 ** 20)
    say('the batch of the month')
    const parts = billingOn(r, { clock, secrets: data, site: () => site, meterBook, readings, billingRecords })
    const name = 'bench-2026-11-all-v1'
    const batchAt = performance.now()
    r.trail.change(eva, note => parts.desk.prepare(note, '2026-11', 'all', eva))
    const { seen } = parts.desk.preview(name)
    r.trail.change(mo, note => parts.desk.approve(note, name, seen, mo))
    const files: Buffer[] = []
    for (const format of ['csv', 'xlsx', 'json'] as const) files.push(await parts.file(name, format))
    const batchS = (performance.now() - batchAt) / 1000
    const rss = Math.round(process.memoryUsage().rss / 2 ** 20)
    const wrong = files.flatMap(bytes => verifyBatch(bytes, parts.publicKey).faults).length
    const lines = parts.desk.sealed(name).batch.rows.length
    return {
      figures: {
        ...{
          freeze_s: digits(freezeS),
          batch_s: digits(batchS),
          rss_mb: rss,
          rss_frozen_mb: frozenRss,
        },
        ...{ meters: METERS, read, lines, faults: wrong, csv_kb: Math.round((files[0]?.length ?? 0) / 1024) },
      },
      ratios: {},
      against: {},
      targets: { freeze_s: 10, batch_s: 10, rss_mb: 300, faults: 0 },
      floors: { read: METERS, lines: METERS },
    }
  } finally {
    r.end()
    rmSync(data, { recursive: true, force: true })
  }
}

const digits = (n: number): number => Number(n.toPrecision(3))
