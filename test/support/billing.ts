import { join } from 'node:path'
import { openBillingParts } from '../../gateway/billing/wiring.ts'
import { openChannelSecrets } from '../../gateway/channels/secrets.ts'
import { emptyConfig } from '../../gateway/out/notify/config.ts'
import { openBilling } from '../../gateway/records/billing.ts'
import type { Db } from '../../gateway/records/db.ts'
import { openDeliveries } from '../../gateway/records/deliveries.ts'
import { openMeterBook } from '../../gateway/records/meterbook.ts'
import { openReadings } from '../../gateway/records/readings.ts'
import type { Trail } from '../../gateway/records/trail.ts'
import type { Site } from '../../gateway/site/site.ts'
import { manualClock } from './clock.ts'
import { records } from './records.ts'

type Wiring = Parameters<typeof openBillingParts>[0]
type Given = Pick<Wiring, 'clock' | 'secrets' | 'site' | 'meterBook' | 'readings' | 'billingRecords'>

/** All of billing on the records of a test; what goes wrong is thrown together at the end. */
export function billingOn(r: { readonly db: Db; readonly trail: Trail }, given: Given & Partial<Wiring>) {
  const failures: unknown[] = []
  const deliveries = openDeliveries(r.db)
  const parts = openBillingParts({
    ...{ data: given.secrets, trail: r.trail, deliveries, notify: () => emptyConfig, safe: () => true },
    outputSecrets: openChannelSecrets(join(given.secrets, 'outputs'), { put: () => {}, get: () => null }),
    failed: error => void failures.push(error),
    ...given,
    site: () => {
      const site = given.site()
      return site && { ...site, billing: site.billing ?? { deliveries: [], schedules: [] } }
    },
  })
  return { ...parts, deliveries, failures }
}

export const eva = { name: 'eva', role: 'engineer' as const }
export const mo = { name: 'mo', role: 'manager' as const }
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`)

/** A shop and a construction site in Shanghai, read at the first of each month of autumn 2026; the clock stands at `start`. */
export function billedSite(
  billing: Partial<Site['billing']>,
  more: Partial<Wiring> & { readonly outputs?: Site['outputs']; readonly start?: string } = {},
  folder?: Parameters<typeof records>[0],
) {
  const r = records(folder)
  const clock = manualClock(Date.parse(more.start ?? '2026-12-01T06:00:00+08:00'))
  r.time.now = clock.now()
  const [meterBook, readings, billingRecords] = [openMeterBook(r.db), openReadings(r.db), openBilling(r.db)]
  const { start: _, outputs = [], ...wiring } = more
  const site = {
    ...{ id: 'plaza', name: { 'zh-CN': '广场', en: 'Plaza' }, timezone: 'Asia/Shanghai', tariffs: [], outputs },
    billing: { deliveries: [], schedules: [], ...billing },
  } as unknown as Site
  const parts = billingOn(r, {
    ...{ clock, meterBook, readings, billingRecords, secrets: r.folder.path, site: () => site },
    ...wiring,
  })
  const saw = (date: string, all: Readonly<Record<string, number>>) =>
    r.trail.change(eva, note => {
      for (const [point, index] of Object.entries(all))
        readings.add(
          note,
          {
            ...{ point, meter: `m-${point}`, register: 'total', at: midnight(date), index, quality: 'manual' },
            ...{ reason: null, validation: 'valid', finding: null, measuredAt: midnight(date), demo: false },
          },
          'eva',
          '',
        )
      readings.freeze(note, midnight(date), [], clock.now())
    })
  if (meterBook.book().points.length === 0) {
    r.trail.change(eva, note => {
      for (const [id, use] of [
        ['C1', 'works'],
        ['S1', 'shop'],
      ] as const) {
        const unit = `门 ${id}`
        meterBook.put(note, { id, unit, medium: 'electricity', parent: null, role: 'main', use, closed: false })
        meterBook.install(
          note,
          {
            ...{ serial: `m-${id}`, medium: 'electricity', maker: '', model: '', accuracy: 1, seal: '' },
            registers: [{ code: 'total', digits: 6, decimals: 1, unit: 'kW.h', maxPerHour: 1000, source: null }],
          },
          { point: id, meter: `m-${id}`, from: midnight('2026-09-01'), opening: { total: 0 } },
          1_000_000,
        )
      }
    })
    saw('2026-10-01', { C1: 10, S1: 100 })
    saw('2026-11-01', { C1: 30, S1: 1000 })
    saw('2026-12-01', { C1: 75, S1: 1905 })
  }
  const change = <T>(by: typeof eva | typeof mo, make: (note: Parameters<Parameters<Trail['change']>[1]>[0]) => T): T =>
    r.trail.change(by, make)
  return {
    ...{ ...parts, r, clock, site, readings, saw, change },
    /** Prepared by one, approved by another. */
    issue(period: string, group = 'all') {
      const { name } = change(eva, note => parts.desk.prepare(note, period, group, eva))
      return change(mo, note => parts.desk.approve(note, name, parts.desk.preview(name).seen, mo))
    },
    /** What the trail says of batches, in a line each. */
    said: () =>
      r.trail
        .after(0, 10_000)
        .filter(e => e.kind === 'billing-batch')
        .map(e => [e.id, e.action, e.data.to ?? '', e.data.why ?? ''].join(' ').trim()),
    /** The same folder once more, as a restart does. */
    async again(at?: string) {
      await parts.deliverer.stop()
      r.db.close()
      const start = at ?? new Date(clock.now()).toISOString()
      return billedSite(billing, { ...more, start }, r.folder)
    },
  }
}
