import { expect } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import type { PointId, Sample } from '../../drivers/point.ts'
import { openPatrol } from '../../gateway/patrol/patrol.ts'
import type { SentBatch, SentRecord } from '../../gateway/patrol/take.ts'
import { workorders as openWorkorders } from '../../gateway/records/workorders.ts'
import { checkSite } from '../../gateway/site/site.ts'
import type { Impaired } from '../../rules/patrol/watch.ts'
import { manualClock } from './clock.ts'
import type { records } from './records.ts'
import { both, quietSite } from './sites.ts'

/** Patrols over a database of a test, without a gateway around them. */
/** `21 22:05`: a time of the site in November 2026. */
export const t = (text: string): number => {
  const [day, h, m] = text.split(/[ :]/).map(Number) as [number, number, number]
  return Date.UTC(2026, 10, day, h - 8, m)
}
export const guard = { name: 'wang', role: 'guard' }
export const point = (n: number, more: object = {}) => ({
  ...{ kind: 'nfc', id: `c${n}`, space: n === 3 ? 'vault' : 'b1', tag: `04:0${n}`, minTravelSec: 30, ...more },
})
export const doors = { id: 'doors', text: both('doors') }
export const site = {
  ...quietSite,
  site: { ...quietSite.site, timezone: 'Asia/Shanghai' },
  spaces: [...quietSite.spaces, { id: 'vault', kind: 'room', parent: 'b1', name: both('vault') }],
  routes: [
    {
      ...{ id: 'night', name: both('night'), by: ['guard'], ordered: true },
      checkpoints: [
        point(1, { items: [doors, { id: 'flame', text: both('flame'), flame: true }] }),
        point(2, { items: [doors] }),
        point(3),
      ],
      rounds: [{ kind: 'window', from: '23:50', to: '00:20', graceMin: 10 }],
    },
    {
      ...{ id: 'plant', name: both('plant'), by: ['guard', 'engineer'] },
      checkpoints: [
        { kind: 'reader', id: 'door', space: 'b1', reader: 'pump-1' },
        { kind: 'value', id: 'gauge', space: 'b1', point: 'pump-1/pressure' },
      ],
      rounds: [{ kind: 'window', from: '20:00', to: '21:00' }],
    },
  ],
  patrol: { devices: [{ id: 'stick-1', name: both('stick 1'), people: ['zhao'] }] },
}

export function begin(
  r: ReturnType<typeof records>,
  at: string,
  { permit = null, source = site }: { permit?: boolean | null; source?: object } = {},
) {
  const checked = checkSite(JSON.stringify(source), drivers, profiles)
  expect(checked.problems.filter(p => p.level === 'error')).toEqual([])
  r.time.now = t(at)
  const workorders = openWorkorders(r.db, () => '20261121')
  const alarms = new Map<PointId, boolean>()
  const values = new Map<PointId, Sample>()
  const failed: unknown[] = []
  const zones: Impaired[] = []
  const patrol = openPatrol({
    ...{ db: r.db, trail: r.trail, workorders, seed: 'seed', safe: () => true, permitHere: () => permit },
    impaired: () => zones,
    badgeOf: uid => (uid === '04A21B6A7C5E80' ? 'li' : null),
    clock: { ...manualClock(), now: () => r.time.now },
    running: () => ({
      site: checked.site!,
      get: id => values.get(id),
      tell: samples => {
        for (const s of samples) alarms.set(s.point, s.value === true)
      },
    }),
    failed: error => failed.push(error),
  })
  patrol.look()
  const to = (when: string) => {
    r.time.now = t(when)
    patrol.look()
    expect(failed).toEqual([])
    return [...alarms].filter(([, on]) => on).map(([id]) => id)
  }
  let n = 0
  const record = (when: string, tag: string, more: Partial<SentRecord> = {}): SentRecord => ({
    ...{ n: ++n, at: t(when), tag, method: 'nfc', items: [], photos: [], note: '', said: '', ...more },
  })
  const send = (
    now: string,
    list: readonly SentRecord[],
    device = 'phone-1',
    clock = t(now),
    more: Partial<SentBatch> = {},
  ) => {
    r.time.now = t(now)
    return patrol
      .take({ device, batch: 'b', clock, records: list, ...more }, guard)
      .map(x => [x.result, ...x.scan.verdicts, ...x.scan.flags].join(' '))
  }
  const rounds = (day: string) => patrol.records.ofDay(day).map(x => `${x.id} ${patrol.stateOf(x, r.time.now)}`)
  return { patrol, zones, workorders, values, to, record, send, rounds }
}
