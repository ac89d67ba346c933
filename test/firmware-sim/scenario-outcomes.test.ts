import { describe, expect, it } from 'vitest'
import { loadScenarios } from '../../firmware-sim/scenarios.ts'
import { live, site, type Told } from '../support/scenariolife.ts'
import { dueBy, type Outcome, outcomes } from './scenario-outcomes.ts'

/** Each scenario of the building leads to the right alarm, runbook and order; the whole of it, and nothing besides. */

const scenarios = await loadScenarios()
const ruleOf = (line: string) => line.split(' ').at(-2)!
const list = (of: readonly string[] | { readonly none: string }) => ('none' in of ? [] : [...of])

/** In the words of the table; what chance decides is left out. */
function diary({ alarms, runbooks, orders }: Told, { chance = [], count }: Outcome) {
  const mine = alarms.filter(({ what }) => !chance.includes(ruleOf(what)))
  const heard = mine.filter(({ child, severity }) => !child && severity !== 'journal')
  const lines = heard.map(({ severity, what }) => `${severity} ${what}`)
  const byChance = new Set(chance.map(rule => site.rules.find(({ id }) => id === rule)?.runbook))
  return {
    alarms: count === undefined ? lines : [...new Set(lines.map(line => line.replace(/\d+$/, '*')))],
    count: count === undefined ? undefined : heard.length,
    children: [...new Set(mine.filter(({ child }) => child).map(({ what }) => ruleOf(what)))].sort(),
    journal: mine.filter(({ severity }) => severity === 'journal').map(({ what }) => what),
    runbooks: runbooks.filter(({ id }) => !byChance.has(id)).map(({ id, dangers }) => [id, ...dangers].join(' ')),
    orders: orders
      .filter(({ of }) => !chance.includes(ruleOf(of)))
      .map(order => `${order.class} ${order.of}`)
      .sort(),
  }
}

describe('every scenario', () => {
  it('has a row that says what it must lead to, and no row is of none', () => {
    console.log(`scenarios: ${scenarios.size}, rows: ${Object.keys(outcomes).length}`)
    expect(Object.keys(outcomes).sort()).toEqual([...scenarios.keys()].sort())
    expect(scenarios.size).toBeGreaterThanOrEqual(41)
  })
})

// That everything goes away again takes an hour of the building each: `npm run prove -- scenarios` sees it of all.
const RECOVER_S = 3600
const healed = (id: string) => ['help-call', 'lift-trapped'].includes(id)
let orders = 0
it.each([...scenarios.values()].map(scenario => [scenario.id, scenario] as const))(
  '%s',
  { timeout: 120_000 },
  async (id, scenario) => {
    const row = outcomes[id]!
    const told = await live(scenarios, scenario, row.forS, healed(id) ? RECOVER_S : 0)
    expect(told.troubles).toEqual([])
    const seen = diary(told, row)
    // The first is the cause; what comes within the same minute may come in any order.
    expect(seen.alarms[0]).toEqual(row.alarms[0])
    expect({ ...seen, alarms: seen.alarms.toSorted() }).toEqual({
      alarms: row.alarms.toSorted(),
      count: row.count,
      children: (row.children ?? []).toSorted(),
      journal: row.journal ?? [],
      runbooks: list(row.runbooks),
      orders: list(row.orders).sort(),
    })
    for (const { class: urgency, arriveMin, restoreH } of told.orders) {
      expect([urgency, { arriveMin, restoreH }]).toEqual([urgency, dueBy[urgency as keyof typeof dueBy]])
      orders++
    }
    if (healed(id)) expect(told.left, 'stands so long after it was put right').toEqual([])
  },
)

it('says how many there were', () => {
  console.log(`scenarios: ${scenarios.size} lived, ${orders} orders with their clocks`)
  expect(orders).toBeGreaterThan(30)
})
