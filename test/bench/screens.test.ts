import { expect, it } from 'vitest'
import { glance, targets } from './screens.ts'

/** Short form of `npm run bench -- screens`: a table of 10,000 live points in a real Chromium. */
it('the first page is light, and the table of 10,000 points scrolls and follows the field', {
  timeout: 240_000,
}, async () => {
  const wrongOf = (seen: Awaited<ReturnType<typeof glance>>) =>
    [
      ['first page, kB', seen.firstPageKbGz, targets.first_page_kb_gz] as const,
      ['first page, ms', seen.firstPageMs, targets.first_page_ms] as const,
      ['long task p95, ms', seen.longTaskP95Ms, targets.table_10000_long_task_p95_ms] as const,
      ['field to screen p95, ms', seen.fieldToScreenP95Ms, targets.field_to_screen_p95_ms] as const,
    ].filter(([, had, most]) => !(had <= most))
  let seen = await glance()
  // A machine that was busy for a moment is asked once more; a page that is slow is slow again.
  if (wrongOf(seen).length > 0) {
    console.log('once more after', seen)
    seen = await glance()
  }
  console.log(seen)
  expect(wrongOf(seen)).toEqual([])
  expect(seen.rows).toBeGreaterThan(20)
  expect(seen.rows).toBeLessThan(160)
  expect([seen.windows >= 30, seen.changes >= 4]).toEqual([true, true])
})
