import { supplyOf } from './systems.ts'

/** The single-line diagram [一次系统图] of a site: where each part is drawn, from what feeds what alone. Pure; px. */

export interface OneLinePart {
  readonly id: string
  readonly fedBy: readonly string[]
  readonly busbars: readonly { readonly id: string; readonly fedBy: readonly { readonly from: string }[] }[]
  readonly ties: readonly { readonly between: readonly [string, string] }[]
}
/**
 * trunk: something feeds on through it; leaf: an outgoing feeder, or a source that only stands by; breaker: between a
 * source and a busbar; tie: between two busbars.
 */
export type NodeKind = 'trunk' | 'leaf' | 'bar' | 'breaker' | 'tie'
export interface OneLineNode {
  /** `<equipment>`, `<board>/<busbar>`, `<board>/<busbar>:<n>` (its nth breaker) or `<board>:<n>` (its nth tie). */
  readonly key: string
  readonly kind: NodeKind
  readonly part: string
  readonly busbar: string | null
  /** Of a breaker or a tie: its place in the list of site.json. */
  readonly nth: number
  /** Middle of its symbol. */
  readonly x: number
  readonly y: number
  /** What its words may take. */
  readonly width: number
  /** Sources that are not drawn as lines: reserves [备用电源]. */
  readonly reserves: readonly string[]
  /** Equipment behind a feeder that is named there, not drawn. */
  readonly onward: readonly string[]
}
export interface OneLineLink {
  readonly from: string
  readonly to: string
  /** Corners, from the source down. */
  readonly path: readonly (readonly [x: number, y: number])[]
}
export interface OneLine {
  readonly width: number
  readonly height: number
  readonly nodes: readonly OneLineNode[]
  readonly links: readonly OneLineLink[]
  /** Parts that nothing feeds and that feed nothing: they are listed, not drawn. */
  readonly rest: readonly string[]
}

interface Tree {
  readonly key: string
  kind: NodeKind
  readonly part: string
  readonly busbar: string | null
  readonly nth: number
  parent: Tree | null
  children: Tree[]
  /** Of a busbar: its breakers, the normal one first. */
  readonly tops: Tree[]
  reserves: string[]
  onward: string[]
  level: number
  x: number
  width: number
}

const LEAF = { least: 66, most: 132 }
const STANDBY = 190
const TRUNK = 300
const GAP = 28
const TIE = 108
/** Height of a row by what stands in it, and the distance of the line from the middle of a symbol. */
const ROW = { trunk: 96, leaf: 0, bar: 44, breaker: 78, tie: 44 } as const
const LEAF_DOWN = 46
const LEAF_HEIGHT = 300
const REACH = { trunk: 20, leaf: 16, bar: 0, breaker: 16, tie: 16 } as const

/**
 * @param parts everything of the system, in the order of site.json
 * @param available px; what does not fit at the least width of a feeder is wider than that
 */
export function oneLine(parts: readonly OneLinePart[], available: number): OneLine {
  const { roots: every, all, ties, rest } = forest(parts)
  const standbys = every.filter(isStandby)
  const roots = every.filter(root => !isStandby(root))
  const tied = tiedBars(ties)
  setLevels(roots, all, ties)
  let leaf = LEAF.most
  while (leaf > LEAF.least && spanOf(roots, leaf, tied) > available) leaf -= 2
  const width = Math.max(spanOf(roots, leaf, tied), 0)
  // What is left over goes to both sides.
  let x = Math.max(0, (available - width) / 2)
  const left = x
  for (const [i, root] of roots.entries()) {
    if (i > 0) x += gapOf(roots[i - 1]!, root, tied)
    place(root, x, leaf, tied)
    x += widthOf(root, leaf, tied)
  }
  const beyond = placeStandbys(standbys, roots, left, left + width)
  const drawn = [...all.values()]
  const rows = Math.max(-1, ...drawn.map(n => n.level))
  const middles: number[] = []
  let y = 8
  for (let level = 0; level <= rows; level++) {
    const here = drawn.filter(n => n.level === level)
    const height = Math.max(44, ...here.map(n => ROW[n.kind]))
    middles.push(y + height / 2)
    y += height + (here.some(n => n.kind === 'leaf' && n.parent) && level < rows ? LEAF_HEIGHT : 0)
  }
  const last = drawn.some(n => n.kind === 'leaf' && n.level === rows) ? LEAF_HEIGHT : 0
  const yOf = (n: Tree) => middles[n.level]! + (n.kind === 'leaf' && n.parent ? LEAF_DOWN - 22 : 0)
  const nodes: OneLineNode[] = drawn.map(n => ({
    ...{ key: n.key, kind: n.kind, part: n.part, busbar: n.busbar, nth: n.nth, x: n.x, y: yOf(n) },
    ...{ width: n.width, reserves: n.reserves, onward: n.onward },
  }))
  const links: OneLineLink[] = drawn.flatMap(n => [
    ...(n.parent ? [link(n.parent, n, yOf)] : []),
    ...n.tops.map(top => link(top, n, yOf)),
  ])
  for (const { board, nth, between } of ties) {
    const [a, b] = between.map(id => all.get(`${board}/${id}`)) as [Tree | undefined, Tree | undefined]
    if (!a || !b) continue
    const [l, r] = a.x <= b.x ? [a, b] : [b, a]
    const [from, to] = [l.x + l.width / 2, r.x - r.width / 2]
    const key = `${board}:${nth}`
    const mid = { x: (from + to) / 2, y: (yOf(l) + yOf(r)) / 2 }
    nodes.push({
      ...{ key, kind: 'tie', part: board, busbar: null, nth, ...mid },
      ...{ width: Math.max(60, to - from), reserves: [], onward: [] },
    })
    const half = REACH.tie
    links.push(
      {
        from: l.key,
        to: key,
        path: [
          [from, yOf(l)],
          [mid.x - half, mid.y],
        ],
      },
      {
        from: r.key,
        to: key,
        path: [
          [to, yOf(r)],
          [mid.x + half, mid.y],
        ],
      },
    )
  }
  const right = Math.max(left + width, beyond, available)
  return { width: drawn.length === 0 ? 0 : right, height: drawn.length === 0 ? 0 : y + last + 8, nodes, links, rest }
}

// What hangs on what -------------------------------------------------------------------------------------------------

interface Tied {
  readonly board: string
  readonly nth: number
  readonly between: readonly [string, string]
}

function forest(parts: readonly OneLinePart[]) {
  const byId = new Map(parts.map(p => [p.id, p]))
  const keyOf = (reference: string): string | null => {
    const { equipment, busbar } = supplyOf(reference)
    const part = byId.get(equipment)
    if (!part) return null
    if (part.busbars.length === 0) return equipment
    const bar = part.busbars.find(b => b.id === busbar) ?? part.busbars[0]!
    return `${equipment}/${bar.id}`
  }
  const all = new Map<string, Tree>()
  const make = (key: string, kind: NodeKind, part: string, busbar: string | null = null, nth = 0): Tree => {
    const tree: Tree = {
      ...{ key, kind, part, busbar, nth, parent: null, children: [], tops: [], reserves: [], onward: [] },
      ...{ level: 0, x: 0, width: 0 },
    }
    all.set(key, tree)
    return tree
  }
  const referred = new Set<string>()
  for (const part of parts) {
    for (const r of part.fedBy) referred.add(keyOf(r) ?? '')
    for (const bar of part.busbars) for (const s of bar.fedBy) referred.add(keyOf(s.from) ?? '')
  }
  for (const part of parts) {
    const linked = referred.has(part.id) || part.fedBy.some(r => keyOf(r) !== null)
    if (part.busbars.length === 0 && linked) make(part.id, 'leaf', part.id)
    for (const bar of part.busbars) make(`${part.id}/${bar.id}`, 'bar', part.id, bar.id)
  }
  const hang = (child: Tree, reference: string | undefined) => {
    const parent = reference === undefined ? undefined : all.get(keyOf(reference) ?? '')
    if (!parent || parent === child || above(parent, child)) return
    child.parent = parent
    parent.children.push(child)
  }
  for (const part of parts) {
    const own = all.get(part.id)
    if (own) {
      hang(own, part.fedBy[0])
      own.reserves.push(...part.fedBy.slice(1).filter(r => keyOf(r) !== null))
    }
    for (const bar of part.busbars) {
      const at = all.get(`${part.id}/${bar.id}`)!
      for (const [nth, source] of bar.fedBy.entries()) {
        const breaker = make(`${at.key}:${nth}`, 'breaker', part.id, bar.id, nth)
        if (nth === 0) {
          hang(breaker, source.from)
          at.parent = breaker
          breaker.children.push(at)
        } else {
          at.tops.push(breaker)
          if (keyOf(source.from) !== null) breaker.reserves.push(source.from)
        }
      }
    }
  }
  for (const tree of all.values()) if (tree.kind === 'leaf' && tree.children.length > 0) tree.kind = 'trunk'
  // What hangs on a feeder is named there, unless it has a busbar of its own.
  for (const tree of [...all.values()])
    if (tree.kind === 'trunk' && tree.parent?.kind === 'bar' && !holdsBar(tree)) {
      for (const under of below(tree)) all.delete(under.key)
      tree.onward = tree.children.map(child => child.part)
      tree.children = []
      tree.kind = 'leaf'
    }
  const ties: Tied[] = parts.flatMap(p => p.ties.map((t, nth) => ({ board: p.id, nth, between: t.between })))
  const trees = [...all.values()]
  const roots = trees.filter(t => t.parent === null && !trees.some(o => o.tops.includes(t)))
  // Sources that only stand by come last; those of busbars that are tied stand side by side.
  const ordered = [...roots.filter(t => t.children.length > 0), ...roots.filter(t => t.children.length === 0)]
  for (const { board, between } of ties) {
    const [a, b] = between.map(id => topOf(all.get(`${board}/${id}`)))
    if (!a || !b || a === b) continue
    ordered.splice(ordered.indexOf(b), 1)
    ordered.splice(ordered.indexOf(a) + 1, 0, b)
  }
  const shown = new Set([
    ...trees.map(t => t.part),
    ...trees.flatMap(t => t.onward),
    ...trees.flatMap(t => behind(t, parts)),
  ])
  return { roots: ordered, all, ties, rest: parts.map(p => p.id).filter(id => !shown.has(id)) }
}

/** A source that feeds nothing by itself. */
const isStandby = (tree: Tree): boolean => tree.kind === 'leaf' && tree.parent === null
/**
 * Sources that only stand by need no column: on the first row, between the others, is room enough.
 * @returns the right end of what found none
 */
function placeStandbys(standbys: readonly Tree[], roots: readonly Tree[], left: number, right: number): number {
  const taken = roots.filter(root => root.level === 0).map(root => root.x)
  let beyond = right
  for (const one of standbys) {
    const edges = [left - TRUNK / 2, ...taken.toSorted((a, b) => a - b)]
    const free = edges.slice(1).flatMap((x, i) => {
      const [from, to] = [edges[i]! + TRUNK / 2, x - TRUNK / 2]
      return to - from >= STANDBY ? [{ from, to }] : []
    })
    const best = free.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0]
    one.width = STANDBY
    if (best) one.x = (best.from + best.to) / 2 - STANDBY / 2 + 20
    else {
      one.x = beyond + GAP + 20
      beyond = one.x + STANDBY
    }
    taken.push(one.x + STANDBY / 2)
  }
  return beyond
}
const topOf = (tree: Tree | undefined): Tree | undefined => (tree?.parent ? topOf(tree.parent) : tree)
const above = (tree: Tree, wanted: Tree): boolean =>
  tree === wanted || (tree.parent ? above(tree.parent, wanted) : false)
const holdsBar = (tree: Tree): boolean => tree.kind === 'bar' || tree.children.some(holdsBar)
const below = (tree: Tree): Tree[] => tree.children.flatMap(child => [child, ...below(child)])
/** What hangs further down on what a feeder names. */
function behind(tree: Tree, parts: readonly OneLinePart[]): string[] {
  const seen = new Set(tree.onward)
  for (const id of seen)
    for (const part of parts)
      if (part.fedBy[0] !== undefined && supplyOf(part.fedBy[0]).equipment === id) seen.add(part.id)
  return [...seen]
}

// Rows and columns ---------------------------------------------------------------------------------------------------

function setLevels(roots: readonly Tree[], all: ReadonlyMap<string, Tree>, ties: readonly Tied[]): void {
  const down = (tree: Tree, level: number) => {
    tree.level = Math.max(level, tree.tops.length > 0 ? 1 : 0)
    for (const child of tree.children) down(child, tree.level + 1)
    for (const top of tree.tops) top.level = tree.level - 1
  }
  for (const root of roots) down(root, 0)
  // Busbars with a coupler are on one row: whatever is higher comes down.
  for (let again = 0; again < ties.length; again++)
    for (const { board, between } of ties) {
      const [a, b] = between.map(id => all.get(`${board}/${id}`))
      if (!a || !b || a.level === b.level) continue
      const [high, low] = a.level < b.level ? [a, b] : [b, a]
      down(high, low.level)
    }
  // A chain stands right above what it feeds.
  const up = (tree: Tree) => {
    for (const child of tree.children) up(child)
    const least = Math.min(...tree.children.map(child => child.level))
    if (Number.isFinite(least) && tree.kind !== 'bar') tree.level = least - 1
  }
  for (const root of roots) up(root)
}

const tiedBars = (ties: readonly Tied[]): ReadonlySet<string> =>
  new Set(ties.flatMap(({ board, between: [a, b] }) => [`${board}/${a} ${board}/${b}`, `${board}/${b} ${board}/${a}`]))

const barsOf = (tree: Tree): Tree[] => (tree.kind === 'bar' ? [tree] : tree.children.flatMap(barsOf))
function gapOf(a: Tree, b: Tree, tied: ReadonlySet<string>): number {
  if (a.kind === 'leaf' && b.kind === 'leaf' && a.parent) return 0
  return barsOf(a).some(x => barsOf(b).some(y => tied.has(`${x.key} ${y.key}`))) ? TIE : GAP
}
function spanOf(trees: readonly Tree[], leaf: number, tied: ReadonlySet<string>): number {
  return trees.reduce((sum, t, i) => sum + widthOf(t, leaf, tied) + (i > 0 ? gapOf(trees[i - 1]!, t, tied) : 0), 0)
}
function widthOf(tree: Tree, leaf: number, tied: ReadonlySet<string>): number {
  if (tree.kind === 'leaf') return tree.parent?.kind === 'bar' ? leaf : STANDBY
  const under = spanOf(tree.children, leaf, tied)
  return Math.max(under, tree.kind === 'bar' ? 200 * (1 + tree.tops.length) : TRUNK)
}
function place(tree: Tree, left: number, leaf: number, tied: ReadonlySet<string>): void {
  const width = widthOf(tree, leaf, tied)
  const under = spanOf(tree.children, leaf, tied)
  let x = left + (width - under) / 2
  for (const [i, child] of tree.children.entries()) {
    if (i > 0) x += gapOf(tree.children[i - 1]!, child, tied)
    place(child, x, leaf, tied)
    x += widthOf(child, leaf, tied)
  }
  tree.width = width
  tree.x = left + width / 2
  const [first, last] = [tree.children[0], tree.children.at(-1)]
  if (tree.kind === 'breaker' && first) tree.x = first.x - first.width / 2 + first.width / (2 * (1 + first.tops.length))
  else if (tree.kind === 'trunk' && first && last) tree.x = (first.x + last.x) / 2
  for (const [i, top] of tree.tops.entries()) {
    top.x = left + (width * (i + 1.5)) / (1 + tree.tops.length)
    top.width = width / (1 + tree.tops.length)
  }
}

function link(from: Tree, to: Tree, yOf: (tree: Tree) => number): OneLineLink {
  const start = yOf(from) + REACH[from.kind]
  const end = yOf(to) - REACH[to.kind]
  const [a, b] = [from.kind === 'bar' ? to.x : from.x, to.kind === 'bar' ? from.x : to.x]
  const middle = (start + end) / 2
  const path: readonly (readonly [number, number])[] =
    a === b
      ? [
          [a, start],
          [b, end],
        ]
      : [
          [a, start],
          [a, middle],
          [b, middle],
          [b, end],
        ]
  return { from: from.key, to: to.key, path }
}
