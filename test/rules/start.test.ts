import { expect, it } from 'vitest'
import { roles as allRoles, type Role } from '../../rules/flow.ts'
import { may } from '../../rules/permission.ts'
import { inOrderOfWork, startOf, startPageNames, startPages, workOf } from '../../rules/start.ts'

/** A screen on a wall has no pages to choose from. */
const roles = allRoles.filter(role => role !== 'display')
const all = { patrols: true, runRecords: true }
const none = { patrols: false, runRecords: false }

it('each role starts on the page that it works on', () => {
  const starts: Record<Exclude<Role, 'display'>, string> = {
    admin: 'alarms',
    operator: 'alarms',
    engineer: 'orders',
    guard: 'rounds',
    desk: 'desk',
    billing: 'readings',
    manager: 'month',
    viewer: 'alarms',
  }
  expect(Object.fromEntries(roles.map(role => [role, startOf(role, all, null)]))).toEqual(starts)
  // No routes, no rounds: the doors.
  expect(startOf('guard', none, null)).toBe('doors')
})

it('nobody starts on a page that he may not read, whatever he chose once', () => {
  let looked = 0
  for (const role of roles)
    for (const chosen of [null, ...startPageNames])
      for (const has of [all, none]) {
        const start = startOf(role, has, chosen)
        expect([role, chosen, may(role, startPages[start])]).toEqual([role, chosen, true])
        if (!has.patrols) expect(start).not.toBe('rounds')
        looked++
      }
  expect(looked).toBe(roles.length * (startPageNames.length + 1) * 2)
  expect(startOf('billing', all, 'consumption')).toBe('consumption')
  // He was moved from the desk to billing.
  expect(startOf('billing', all, 'desk')).toBe('readings')
  for (const role of roles) expect(workOf(role, all).length).toBeGreaterThan(0)
})

it('the rail begins with what the role works on and loses nothing', () => {
  const rail = [
    'alarms',
    'fire',
    'equipment',
    'orders',
    'doors',
    'registers',
    'rounds',
    'readings',
    'settings',
  ] as const
  for (const role of roles) expect([...inOrderOfWork(role, rail)].sort()).toEqual([...rail].sort())
  expect(inOrderOfWork('admin', rail)).toEqual(rail)
  expect(inOrderOfWork('guard', rail).slice(0, 3)).toEqual(['rounds', 'doors', 'alarms'])
  // The desk's first page stands behind the orders, billing's batches behind the readings.
  expect(inOrderOfWork('desk', rail)[0]).toBe('orders')
  expect(inOrderOfWork('billing', rail).slice(0, 2)).toEqual(['readings', 'alarms'])
  expect(inOrderOfWork('engineer', rail).at(-1)).toBe('settings')
})
