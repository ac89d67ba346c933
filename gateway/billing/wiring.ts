import type { Block } from '../../rules/readings/period.ts'
import type { ChannelSecrets } from '../channels/secrets.ts'
import type { Clock } from '../core/clock.ts'
import type { Reach } from '../core/outgoing.ts'
import { MANY_METERS } from '../core/sweep.ts'
import { decodeCsv, parseCsv, unguarded } from '../csv.ts'
import type { BillingParts } from '../http/billing.ts'
import type { NotifyConfig } from '../out/notify/config.ts'
import type { Billing } from '../records/billing.ts'
import type { Deliveries } from '../records/deliveries.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Readings } from '../records/readings.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { readXlsx } from '../xlsxread.ts'
import { batchCsv, batchJson, batchXlsx } from './batchfile.ts'
import { createBilling } from './billing.ts'
import { openDeliverer } from './deliver.ts'
import { openBillingKey } from './key.ts'
import { monthBefore } from './months.ts'
import { watchSchedule } from './schedule.ts'
import { groups } from './schema.ts'
import { openWays } from './ways.ts'

interface Wiring {
  readonly clock: Clock
  readonly data: string
  readonly secrets: string
  readonly trail: Trail
  readonly site: () => Site | null
  readonly meterBook: MeterBook
  readonly readings: Readings
  readonly billingRecords: Billing
  readonly splits?: (from: number, to: number) => ReadonlyMap<string, readonly number[]>
  readonly blocking?: (from: number, to: number) => ReadonlyMap<string, readonly Block[]>
  readonly deliveries: Deliveries
  readonly outputSecrets: ChannelSecrets
  readonly notify: () => NotifyConfig
  readonly safe: () => boolean
  readonly sweep?: (() => void) | undefined
  readonly reach?: Reach | undefined
  readonly failed: (error: unknown, what: 'delivery' | 'schedule') => void
}

/** All of billing that the rest of the gateway sees. */
export function openBillingParts(wiring: Wiring): BillingParts {
  const { clock, trail, secrets, site, meterBook: book, readings, billingRecords: billing, deliveries } = wiring
  const key = openBillingKey(secrets)
  const deliverer = openDeliverer({
    ...{ clock, trail, billing, deliveries, ways: openWays(wiring) },
    file: (name, format) => file(name, format),
    failed: error => wiring.failed(error, 'delivery'),
  })
  const desk = createBilling({
    ...{ clock, site, book, readings, billing, key, queue: deliverer.queue, sweep: wiring.sweep },
    ...(wiring.splits && { splits: wiring.splits }),
    ...(wiring.blocking && { blocking: wiring.blocking }),
  })
  const calendar = watchSchedule({
    ...{ clock, trail, billing, deliveries, desk, site, safe: wiring.safe },
    frozen: at => readings.freezeAt(at) !== null,
    ended: readings.months,
    failed: error => wiring.failed(error, 'schedule'),
  })
  const zone = () => site()?.timezone ?? 'UTC'
  const file: BillingParts['file'] = async (name, format) => {
    const sealed = desk.sealed(name)
    if (sealed.batch.rows.length >= MANY_METERS) wiring.sweep?.()
    if (format === 'xlsx') return batchXlsx(sealed)
    return format === 'csv' ? batchCsv(sealed) : batchJson(sealed)
  }
  return {
    ...{ billing, desk, deliverer, calendar, file },
    publicKey: key.publicKey,
    monthBefore: () => monthBefore(clock.now(), zone()),
    groups: groups.map(g => g.id),
    rowsOf(bytes) {
      if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readXlsx(bytes)?.map(r => r.cells) ?? null
      const { text, damaged } = decodeCsv(bytes)
      if (damaged) return null
      return parseCsv(text.replace(/^\ufeff/, '')).rows.map(r => r.cells.map(unguarded))
    },
  }
}
