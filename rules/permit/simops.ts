import type { PermitKind } from './permit.ts'

/**
 * Work at the same time [SIMOPS; GB 30871-2022 4.12: 交叉作业]: what one kind of work does to another that goes on at the same
 * place, or next to it. `refuse`: never; `ask`: only when whoever starts it says so, and why; `free`: nothing to say.
 */
export type Verdict = 'refuse' | 'ask' | 'free'
export type Nearness = 'same' | 'near'
/** Another permit under which people work, or have only paused. */
export interface Neighbour {
  readonly no: string
  readonly kind: PermitKind
  readonly nearness: Nearness
}
type Row = Readonly<Record<PermitKind, Readonly<Record<Nearness, Verdict>>>>

/** Read both ways: the matrix is symmetric, which a test holds. */
export const simops: Readonly<Record<PermitKind, Row>> = {
  'hot-work': {
    'hot-work': { same: 'ask', near: 'free' },
    // Opened machines, solvents, oil: sparks have no business there.
    'room-work': { same: 'refuse', near: 'ask' },
    // Nobody would see the smoke but whoever walks there.
    isolation: { same: 'ask', near: 'ask' },
  },
  'room-work': {
    'hot-work': { same: 'refuse', near: 'ask' },
    'room-work': { same: 'ask', near: 'free' },
    isolation: { same: 'free', near: 'free' },
  },
  isolation: {
    'hot-work': { same: 'ask', near: 'ask' },
    'room-work': { same: 'free', near: 'free' },
    isolation: { same: 'ask', near: 'free' },
  },
}

/** The others that stand against a start, those that forbid it before those that ask. */
export function against(
  kind: PermitKind,
  others: readonly Neighbour[],
): { readonly refuse: readonly Neighbour[]; readonly ask: readonly Neighbour[] } {
  const by = (wanted: Verdict) => others.filter(o => simops[kind][o.kind][o.nearness] === wanted)
  return { refuse: by('refuse'), ask: by('ask') }
}

type Spaces = ReadonlyMap<string, { readonly kind: string; readonly parent?: string | undefined }>
/** A space and all that it lies in, from within outwards. */
export const upFrom = (spaces: Spaces, space: string): readonly string[] => {
  const way: string[] = []
  for (let id: string | undefined = space; id !== undefined && !way.includes(id); id = spaces.get(id)?.parent)
    way.push(id)
  return way
}
/**
 * Where two spaces are to each other. The same: one, or one within the other. Near: on one floor, or on floors of one building
 * that follow each other in site.json, where floors stand in their order. Null: neither.
 */
export function nearnessOf(spaces: Spaces, a: string, b: string): Nearness | null {
  const [wayA, wayB] = [upFrom(spaces, a), upFrom(spaces, b)]
  if (wayA.includes(b) || wayB.includes(a)) return 'same'
  const floorIn = (way: readonly string[]) => way.find(id => spaces.get(id)?.kind === 'floor')
  const [floorA, floorB] = [floorIn(wayA), floorIn(wayB)]
  if (floorA === undefined || floorB === undefined)
    // Without floors whatever lies in the same place is next to each other.
    return spaces.get(a)?.parent !== undefined && spaces.get(a)?.parent === spaces.get(b)?.parent ? 'near' : null
  if (floorA === floorB) return 'near'
  const parent = spaces.get(floorA)?.parent
  if (parent !== spaces.get(floorB)?.parent) return null
  const floors = [...spaces].flatMap(([id, s]) => (s.kind === 'floor' && s.parent === parent ? [id] : []))
  return Math.abs(floors.indexOf(floorA) - floors.indexOf(floorB)) === 1 ? 'near' : null
}
