import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { manualClock } from '../support/clock.ts'
import { openDoorSite, siteOf } from '../support/doorsite.ts'
import { both } from '../support/sites.ts'

/** Who may open a door at a time, and why not: asked ahead, back, and of people who have no PIN yet. Monday 09:00 in Shanghai. */
const NOW = Date.UTC(2026, 10, 23, 1)
const DAY = 86_400_000
const clock = manualClock(NOW)
const g = openDoorSite(
  mkdtempSync(join(tmpdir(), 'gatehouse-asked-')),
  siteOf(['room'], {
    schedules: [{ id: 'office', name: both('office'), spans: [{ days: ['workday'], from: '08:00', to: '18:00' }] }],
    doorGroups: [{ id: 'rooms', name: both('rooms'), doors: ['room'] }],
    access: {
      areas: [{ id: 'room' }],
      doors: [{ id: 'room', area: 'room', class: 'high' }],
      levels: [{ id: 'rooms', groups: ['rooms'], schedule: 'office' }],
    },
  }),
  clock,
)
afterAll(() => {
  g.stop()
  g.remove()
})
const someone = (name: string, kind: 'staff' | 'visitor', levels: string[], uid: string) => {
  const { id } = g.person({ name, kind })
  g.move(g.card(id, uid, levels, NOW + 60 * DAY, NOW - 60 * DAY).id, 'approve')
  return id
}
const wang = someone('wang', 'staff', ['rooms'], '04000001')
const ding = someone('ding', 'visitor', ['rooms'], '04000002')
const none = someone('none', 'staff', [], '04000003')
g.access.confirmClock({ name: 'chen', role: 'admin' }, 'the clock is right')

it.each([
  // [when, who may open it, what is said to wang, to ding, and to one without any level]
  ['now', NOW, ['ding', 'wang'], 'pending-pin', 'pending-pin', 'denied-wrong-door'],
  ['on Sunday', NOW + 6 * DAY, [], 'denied-schedule', 'denied-schedule', 'denied-wrong-door'],
  ['tonight', NOW + 12 * 3_600_000, [], 'denied-schedule', 'denied-schedule', 'denied-wrong-door'],
  ['a week ago', NOW - 7 * DAY, ['ding', 'wang'], 'pending-pin', 'pending-pin', 'denied-wrong-door'],
  ['a week ago at night', NOW - 6.5 * DAY, [], 'denied-schedule', 'denied-schedule', 'denied-wrong-door'],
  ['in six weeks', NOW + 42 * DAY, ['ding', 'wang'], 'pending-pin', 'pending-pin', 'denied-wrong-door'],
  ['when it has ended', NOW + 63 * DAY, [], 'denied-expired', 'denied-expired', 'denied-expired'],
])('%s', (_, at, who, ...said) => {
  expect(
    g.access
      .holders('room', at)
      .found.map(f => f.person.name)
      .sort(),
  ).toEqual(who)
  expect([wang, ding, none].map(id => g.access.explain(id, 'room', at)[0]!.decision.outcome)).toEqual(said)
})

it('of two records of one card the one that is held counts, whichever a controller names, also after the clock was set back', async () => {
  const card = () => g.card(wang, '04000009', ['rooms'], NOW + 60 * DAY, NOW - 60 * DAY).id
  const [lost, desk] = [card(), { name: 'door:c', role: 'gateway' as const }]
  for (const action of ['approve', 'revoke'] as const) expect(g.move(lost, action)).toBe(null)
  clock.jump(-3_600_000)
  const held = card()
  expect([g.move(held, 'approve'), held < lost]).toEqual([null, true])
  const found = async (shown: { uid?: string; credential?: string }) =>
    (await g.access.read('room', 'in', shown, desk)).credential?.id
  expect([await found({ uid: '04000009' }), await found({ credential: lost })]).toEqual([held, held])
})
