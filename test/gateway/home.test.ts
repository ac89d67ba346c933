import { afterAll, expect, it } from 'vitest'
import { liveInZone } from '../../gateway/site/home.ts'
import { aheadMs } from '../../rules/zone.ts'

// Whoever shares the process with this test finds it in the zone in which it was.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
afterAll(() => liveInZone(timeZone))

/** By the texts of the platform, and not by its clock. */
const wallOf = (zone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return at => Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - at
}

it('a process that lives in the zone of its site says the same hours as the calendar on the wall, before and after each change of the clocks', () => {
  const zones = [
    'Asia/Shanghai',
    'UTC',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
  ]
  let asked = 0
  const wrong: string[] = []
  for (const zone of zones) {
    liveInZone(zone)
    // Three years by steps that meet all hours of the day, and the two nights of 2026 in which New York changes.
    const times = Array.from({ length: 300 }, (_, i) => Date.UTC(2025, 0, 1) + i * 313_200_000)
    times.push(...[2, 10].flatMap(month => [5, 6, 7].map(hour => Date.UTC(2026, month, month === 2 ? 8 : 1, hour))))
    // The gateway goes on asking for other zones while it lives in this one.
    for (const other of [zone, 'Asia/Tokyo']) {
      const shown = wallOf(other)
      for (const at of times) {
        asked++
        if (aheadMs(at, other) !== shown(at)) wrong.push(`${zone}: ${other} ${new Date(at).toISOString()}`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(asked).toBe(6 * 2 * 306)
})
