import { describe, expect, it } from 'vitest'
import { actions, type Flow, move, type Role, roles } from '../../rules/flow.ts'
import { handoverActions, handoverFlow, handoverPhases } from '../../rules/handover.ts'
import { may, type Permission, permissions } from '../../rules/permission.ts'
import { orderActions, orderPhases, workorder } from '../../rules/workorder.ts'

/** Every flow there is; a new one is one line here. */
const flows: Record<string, { flow: Flow<string, string>; phases: readonly string[]; actions: readonly string[] }> = {
  workorder: { flow: workorder as Flow<string, string>, phases: orderPhases, actions: orderActions },
  handover: { flow: handoverFlow as Flow<string, string>, phases: handoverPhases, actions: handoverActions },
}

describe.each(Object.entries(flows))('flow %s', (_, { flow, phases, actions: words }) => {
  const moves = phases.flatMap(from =>
    Object.entries(flow.moves[from]!).map(([action, m]) => ({ from, action, ...m! })),
  )

  it('reaches every phase, and every action is somewhere', () => {
    const reached = new Set([flow.first])
    for (const phase of reached) for (const m of moves) if (m.from === phase) reached.add(m.to)
    expect([...reached].sort()).toEqual([...phases].sort())
    expect([...new Set(moves.map(m => m.action))].sort()).toEqual([...words].sort())
  })
  it('leads on from everywhere to an end', () => {
    const ends = new Set(phases.filter(p => Object.keys(flow.moves[p]!).length === 0))
    expect(ends.size).toBeGreaterThan(0)
    const leads = new Set(ends)
    for (let grew = true; grew; ) {
      const before = leads.size
      for (const m of moves) if (leads.has(m.to)) leads.add(m.from)
      grew = leads.size > before
    }
    expect([...leads].sort()).toEqual([...phases].sort())
  })
  it('every move has a role that may make it, and the admin is among them', () => {
    for (const m of moves) {
      expect([m, m.by.includes('admin')]).toEqual([m, true])
      for (const role of m.by) expect(roles).toContain(role)
    }
    expect(moves.length).toBeGreaterThan(5)
  })
  it('offers exactly the buttons that would be let through', () => {
    let looked = 0
    for (const phase of phases)
      for (const role of roles) {
        const offered = actions(flow, phase, role)
        for (const action of words) {
          const done = move(flow, phase, action, role)
          expect([phase, role, action, 'to' in done]).toEqual([phase, role, action, offered.includes(action)])
          looked++
        }
      }
    expect(looked).toBe(phases.length * roles.length * words.length)
  })
})

it('says why not: no such move here, or not for you', () => {
  expect(move(workorder, 'new', 'accept', 'engineer')).toEqual({ to: 'accepted' })
  expect(move(workorder, 'new', 'accept', 'viewer')).toEqual({ refused: 'not-your-role' })
  expect(move(workorder, 'closed', 'accept', 'admin')).toEqual({ refused: 'no-such-move' })
})

it('who repairs does not close: the engineer may fix, others close', () => {
  expect('to' in move(workorder, 'arrived', 'fix', 'engineer')).toBe(true)
  expect(move(workorder, 'fixed', 'close', 'engineer')).toEqual({ refused: 'not-your-role' })
  expect('to' in move(workorder, 'fixed', 'close', 'operator')).toBe(true)
})

describe('permissions', () => {
  const all = Object.keys(permissions) as Permission[]
  it('the admin may everything, the viewer changes nothing', () => {
    expect(all.filter(p => !may('admin', p))).toEqual([])
    const changes = all.filter(p => !/\.(read|watch)$/.test(p) && p !== 'token.manage')
    expect(changes.filter(p => may('viewer', p))).toEqual([])
    expect(all.filter(p => may('display', p))).toEqual(['plant.watch', 'alarm.watch'])
    expect(all.length).toBeGreaterThanOrEqual(10)
  })
  it('only the admin manages people, machines and the site', () => {
    for (const p of ['user.manage', 'broker-account.manage', 'site.write'] as const)
      expect([p, roles.filter((role: Role) => may(role, p))]).toEqual([p, ['admin']])
  })
})
