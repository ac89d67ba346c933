import type { Block } from '../../rules/readings/period.ts'
import type { Clock } from '../core/clock.ts'
import { decodeCsv, parseCsv, unguarded } from '../csv.ts'
import type { BillingParts } from '../http/billing.ts'
import type { Billing } from '../records/billing.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { Readings } from '../records/readings.ts'
import type { Site } from '../site/site.ts'
import { readXlsx } from '../xlsxread.ts'
import { batchCsv, batchJson, batchXlsx } from './batchfile.ts'
import { createBilling, groups } from './billing.ts'
import { openBillingKey } from './key.ts'
import { monthBefore } from './months.ts'

interface Wiring {
  readonly clock: Clock
  readonly secrets: string
  readonly site: () => Site | null
  readonly meterBook: MeterBook
  readonly readings: Readings
  readonly billingRecords: Billing
  readonly splits?: (from: number, to: number) => ReadonlyMap<string, readonly number[]>
  readonly blocking?: (from: number, to: number) => ReadonlyMap<string, readonly Block[]>
}

/** All of billing that the rest of the gateway sees. */
export function openBillingParts({
  clock,
  secrets,
  site,
  meterBook: book,
  readings,
  billingRecords,
  splits,
  blocking,
}: Wiring): BillingParts {
  const key = openBillingKey(secrets)
  const desk = createBilling({
    ...{ clock, site, book, readings, billing: billingRecords, key },
    ...(splits && { splits }),
    ...(blocking && { blocking }),
  })
  const zone = () => site()?.timezone ?? 'UTC'
  return {
    billing: billingRecords,
    desk,
    publicKey: key.publicKey,
    monthBefore: () => monthBefore(clock.now(), zone()),
    groups: groups.map(g => g.id),
    rowsOf(bytes) {
      if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readXlsx(bytes)?.map(r => r.cells) ?? null
      const { text, damaged } = decodeCsv(bytes)
      if (damaged) return null
      return parseCsv(text.replace(/^\ufeff/, '')).rows.map(r => r.cells.map(unguarded))
    },
    async file(name, format) {
      const sealed = desk.sealed(name)
      if (format === 'xlsx') return batchXlsx(sealed)
      return format === 'csv' ? batchCsv(sealed) : batchJson(sealed)
    },
  }
}
