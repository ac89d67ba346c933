/** Work orders, and later permits, passes, rounds and handovers, all move along a table like this one. */

/** `display` is no person: a screen on a wall, which only looks. */
export const roles = [
  'admin',
  'engineer',
  'operator',
  'guard',
  'desk',
  'billing',
  'manager',
  'viewer',
  'display',
] as const
export type Role = (typeof roles)[number]

export interface Move<P extends string> {
  readonly to: P
  readonly by: readonly Role[]
}

export interface Flow<Phase extends string, Action extends string> {
  readonly first: Phase
  readonly moves: { readonly [P in Phase]: { readonly [A in Action]?: Move<Phase> } }
}

/** The phase that `action` leads to, or why there is none: the table has no such move here, or not for this role. */
export function move<P extends string, A extends string>(
  flow: Flow<P, A>,
  phase: P,
  action: A,
  role: Role,
): { readonly to: P } | { readonly refused: 'no-such-move' | 'not-your-role' } {
  const target = flow.moves[phase][action]
  if (!target) return { refused: 'no-such-move' }
  return target.by.includes(role) ? { to: target.to } : { refused: 'not-your-role' }
}

/** The buttons a screen draws; the server asks `move` again. */
export const actions = <P extends string, A extends string>(flow: Flow<P, A>, phase: P, role: Role): A[] =>
  (Object.keys(flow.moves[phase]) as A[]).filter(action => 'to' in move(flow, phase, action, role))
