import { expect, it } from 'vitest'
import { ledger } from '../../drivers/modbus/budget.ts'

const fast = { id: 'a/fast', scanMs: 100 } as const
const slow = { id: 'a/slow', scanMs: 1000 } as const
const probe = { id: '~probe-a/model', scanMs: 1000 } as const

/** Seconds in which the line is busy for so many ms, and so many of ten reads are late. */
function lived(lanes = 1) {
  const told: [boolean, number][] = []
  const book = ledger(lanes, (overloaded, utilisation) => told.push([overloaded, utilisation]))
  let now = 1_000_000
  const live = (seconds: number, busyMs: number, late: number) => {
    for (let s = 0; s < seconds; s++) {
      for (let i = 0; i < 10; i++) {
        now += 100
        book.spent(busyMs / 10, now)
        book.done(i >= late, now)
      }
    }
    return book.report(now)
  }
  return { book, live, told }
}

it('tells the time used and the requests made over the last minute', () => {
  const { live } = lived()
  const first = live(60, 250, 0)
  expect([first.utilisation, first.requestsPerMin]).toEqual([expect.closeTo(0.25, 2), expect.closeTo(600, -1)])
  expect(live(30, 750, 0).utilisation).toBeCloseTo(0.5, 1)
  expect(live(60, 750, 0).utilisation).toBeCloseTo(0.75, 1)
})
it('a minute is not waited for: after ten seconds it tells of ten seconds', () => {
  expect(lived().live(10, 500, 0).utilisation).toBeCloseTo(0.5, 1)
})
it('several requests under way at once fill a line only when all lanes are full', () => {
  expect(lived(4).live(30, 1000, 0).utilisation).toBeCloseTo(0.25, 1)
})
it('overload is a full line and reads that come too late, said once, and once when it is over', () => {
  const full = lived()
  full.live(60, 990, 0)
  expect(full.told).toEqual([])
  const late = lived()
  late.live(60, 400, 5)
  expect(late.told).toEqual([])
  const both = lived()
  expect(both.live(60, 990, 3).overloaded).toBe(true)
  expect(both.told.map(([is]) => is)).toEqual([true])
  expect(both.live(20, 300, 0).overloaded).toBe(false)
  expect(both.told.map(([is]) => is)).toEqual([true, false])
})
it('what the driver asks for itself is in the time of the line, but is no reading of the site', () => {
  const { book } = lived()
  for (let i = 0; i < 50; i++) book.request([probe], [1])(200)
  book.spent(200, 1_000_000)
  const { utilisation, points } = book.report(1_000_000)
  expect([utilisation > 0, points]).toEqual([true, []])
})
it('a point costs its part of the request, and weighs by how often it is read', () => {
  const { book } = lived()
  const answered = book.request([fast, slow], [1, 3])
  expect(book.report(0).points).toEqual([])
  for (let i = 0; i < 50; i++) answered(40)
  expect(book.report(0).points).toEqual([
    { id: 'a/fast', costMs: 10, share: 0.1 },
    { id: 'a/slow', costMs: 30, share: 0.03 },
  ])
})
it('a point that is read with another request now costs its part of that one', () => {
  const { book } = lived()
  const both = book.request([fast, slow], [1, 1])
  both(40)
  const alone = book.request([slow], [1])
  const costs = () => book.report(0).points.map(({ id, costMs }) => `${id} ${costMs}`)
  expect(costs()).toEqual(['a/fast 20', 'a/slow 20'])
  alone(30)
  expect(book.report(0).points).toEqual([
    { id: 'a/fast', costMs: 20, share: 0.2 },
    { id: 'a/slow', costMs: 30, share: 0.03 },
  ])
  // Another answer to the older one does not bring the point back.
  both(40)
  expect(costs()).toEqual(['a/fast 20', 'a/slow 30'])
  // And of a request of which nothing is left, nothing is told.
  book.request([fast], [1])(5)
  expect(costs()).toEqual(['a/fast 5', 'a/slow 30'])
})
