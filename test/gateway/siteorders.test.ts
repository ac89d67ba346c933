import { expect, it } from 'vitest'
import { drivers } from '../../drivers/index.ts'
import { crewOfFailure } from '../../gateway/site/orders.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { policies } from '../../rules/orderclock.ts'
import { urgentNatures } from '../../rules/workorder.ts'
import { both, quietSite } from '../support/sites.ts'

const check = (orders: object, more: object = {}) =>
  checkSite(JSON.stringify({ ...quietSite, ...more, orders }), drivers, [])

it('what a site does not say of its orders is as the manuals have it', () => {
  const { orders } = check({}).site!
  expect(orders.policies).toEqual(policies)
  expect([orders.urgent, orders.again]).toEqual([urgentNatures, { reopenMs: 1_800_000, lookBackMs: 259_200_000 }])
})

it('what it says holds', () => {
  const { site, problems } = check(
    {
      policies: {
        general: { restoreMin: 600, pauses: ['part'], hours: { days: ['mon'], from: '08:00', to: '18:00' } },
      },
      urgent: ['door'],
      escalation: [
        { pct: 150, tell: ['manager'] },
        { pct: 80, tell: ['desk'] },
      ],
      again: { reopenMin: 60, followHours: 24 },
      visitHours: 24,
      failures: [{ id: 'bearing', name: both('bearing'), crew: 'hvac' }],
    },
    { calendar: { holidays: ['2026-10-01'] } },
  )
  expect(problems).toEqual([])
  const { general, life } = site!.orders.policies
  expect(general).toMatchObject({ restoreMs: 36_000_000, visitMs: 86_400_000, hours: { holidays: ['2026-10-01'] } })
  expect([Object.keys(general.pauses), life.ladder!.map(s => s.pct)]).toEqual([['part'], [80, 150]])
  expect(site!.orders.again).toEqual({ reopenMs: 3_600_000, lookBackMs: 86_400_000 })
  const crew = (failure: string | null) => crewOfFailure(failure, site!.orders)
  expect(['water', 'bearing', 'unknown', null].map(crew)).toEqual(['plumbing', 'hvac', null, null])
})

it('what is wrong is said with its place and what to do', () => {
  const step = (pct: number) => ({ pct, tell: ['manager'] })
  const failure = { id: 'bearing', name: both('b'), crew: 'hvac' }
  const plan = { id: 'p', name: both('p'), every: 'shift' }
  const table: [object, object, string][] = [
    [{ policies: { life: { pauses: ['part'] } } }, {}, 'life-never-waits orders.policies.life'],
    [
      { policies: { general: { hours: { days: ['mon'], from: '08:00', to: '08:00' } } } },
      {},
      'span-empty orders.policies.general.hours.from',
    ],
    [{ policies: { urgent: { arriveMin: 0 } } }, {}, 'schema orders.policies.urgent.arriveMin'],
    [{ escalation: [step(100), step(100)] }, {}, 'step-twice orders.escalation[1].pct'],
    [{ escalation: [step(50)] }, {}, 'breach-untold orders.escalation'],
    [{ failures: [{ ...failure, id: 'water' }] }, {}, 'failure-taken orders.failures[0].id'],
    [{ failures: [failure, failure] }, {}, 'failure-taken orders.failures[1].id'],
    [{ visitHours: -1 }, {}, 'schema orders.visitHours'],
    [{}, { maintenance: [plan] }, 'shifts-missing maintenance[0].shifts'],
    [{}, { maintenance: [{ ...plan, every: 'week', covers: ['q'] }] }, 'unknown-plan maintenance[0].covers[0]'],
  ]
  for (const [orders, more, expected] of table) {
    const { problems } = check(orders, more)
    expect(problems.map(p => `${p.code} ${p.path}`)).toEqual([expected])
    expect(problems[0]!.text['zh-CN']).not.toMatch(/\{/)
  }
})
