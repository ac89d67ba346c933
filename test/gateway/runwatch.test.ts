import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LateStep } from '../../gateway/alarms/caseduty.ts'
import { runs as openRuns } from '../../gateway/records/runbooks.ts'
import { watchRunTimes } from '../../gateway/runrecords/watch.ts'
import { liftTrapped } from '../../rules/runbooks/lift.ts'
import { manualClock } from '../support/clock.ts'
import { li, records } from '../support/records.ts'
import { both } from '../support/sites.ts'

const MIN = 60_000
let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

/** A gateway started on the records as they are; what is told is read off the trail, by the minute. */
function begin() {
  const runs = openRuns(r.db, () => '20261121')
  const started = r.time.now
  const failed: unknown[] = []
  const watch = watchRunTimes({
    clock: { ...manualClock(), now: () => r.time.now },
    ...{ trail: r.trail, runs, alarms: { get: () => ({ severity: 'life' }) as never } },
    failed: error => failed.push(error),
  })
  return {
    runs,
    failed,
    trapped: () =>
      r.trail.change(li, note =>
        runs.start(
          note,
          {
            ...{ book: liftTrapped, alarm: 'trapped', equipment: 'lift-1' },
            place: { equipmentName: both('lift'), space: null },
          },
          li,
          r.time.now,
        ),
      ),
    tick: (run: string, step: string) =>
      r.trail.change(li, note => runs.tick(note, run, step, 'lift-1/x' as never, true, r.time.now)),
    until(min: number) {
      for (; r.time.now <= started + min * MIN; r.time.now += MIN) watch.look()
      r.time.now = started + min * MIN
    },
  }
}
const told = (id: string, started: number) =>
  r.trail
    .of('runbook', id)
    .filter(e => e.action === 'escalated')
    .map(e => {
      const { step, pct, tell, lateMs, severity } = e.data as unknown as LateStep
      const late = lateMs > 0 ? ` late ${lateMs / MIN}` : ''
      return `${(e.time - started) / MIN} min ${step} ${pct}% ${severity} ${tell.join('+')}${late}`
    })
const first = 'operator+engineer+manager'

it('6.4, lift entrapment: at 3, 15, 25 and 30 min whoever leads is told by itself, until it is done', () => {
  const g = begin()
  const { id, startedAt } = g.trapped()
  g.until(40)
  expect(told(id, startedAt)).toEqual([
    `3 min talk 100% life ${first}`,
    `3 min call-firm 100% life ${first}`,
    '6 min talk 200% life manager+admin',
    '6 min call-firm 200% life manager+admin',
    `15 min go 100% life ${first}`,
    `25 min city-platform 100% life ${first}`,
    '30 min go 200% life manager+admin',
    `30 min crew-there 100% life ${first}`,
  ])
  expect(g.failed).toEqual([])
})

it('what is done in time tells nobody; the platform of the city is not called when the firm is there', () => {
  const g = begin()
  const { id, startedAt } = g.trapped()
  g.until(2)
  for (const step of ['talk', 'call-firm', 'go']) g.tick(id, step)
  g.until(24)
  g.tick(id, 'crew-there')
  g.until(50)
  expect(told(id, startedAt)).toEqual([])
  g.until(61)
  expect(told(id, startedAt)).toEqual([`60 min rescue 100% life ${first}`])
})

it('what came due while nobody ran is told once, with how late it is; a run that has ended tells nobody', () => {
  const { trapped } = begin()
  const { id, startedAt } = trapped()
  r.time.now += 16 * MIN
  r = r.again()
  r.time.now = startedAt + 16 * MIN
  const again = begin()
  const had = told(id, startedAt)
  expect(had).toEqual([
    `16 min talk 100% life ${first} late 13`,
    '16 min talk 200% life manager+admin late 10',
    `16 min call-firm 100% life ${first} late 13`,
    '16 min call-firm 200% life manager+admin late 10',
    `16 min go 100% life ${first} late 1`,
  ])
  r.trail.change(li, note => again.runs.end(note, id, 'cancel', 'a drill', li, r.time.now))
  again.until(200)
  expect(told(id, startedAt)).toEqual(had)
})
