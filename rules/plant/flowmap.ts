import { supplyOf } from './systems.ts'

/** The flow of a medium from left to right: tank, pumps, valves. Where each is drawn, from what feeds what. Pure; px. */

export interface FlowPart {
  readonly id: string
  readonly fedBy: readonly string[]
}
export interface FlowNode {
  readonly id: string
  /** Left upper corner of its box. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface FlowMap {
  readonly width: number
  readonly height: number
  readonly nodes: readonly FlowNode[]
  readonly links: readonly {
    readonly from: string
    readonly to: string
    readonly path: readonly (readonly [number, number])[]
  }[]
  /** Parts without a relation: they are listed. */
  readonly rest: readonly string[]
}

const GAP = { x: 56, y: 14 }
const BOX = { least: 180, most: 300 }

/**
 * @param available px
 * @param heightOf what the box of a part needs, px
 */
export function flowMap(parts: readonly FlowPart[], available: number, heightOf: (id: string) => number): FlowMap {
  const ids = new Set(parts.map(p => p.id))
  const sources = new Map(
    parts.map(p => [p.id, p.fedBy.map(r => supplyOf(r).equipment).filter(id => ids.has(id) && id !== p.id)]),
  )
  const fed = new Set([...sources.values()].flat())
  const linked = parts.map(p => p.id).filter(id => fed.has(id) || sources.get(id)!.length > 0)
  const levels = new Map<string, number>()
  const levelOf = (id: string, on: ReadonlySet<string> = new Set()): number => {
    const known = levels.get(id)
    if (known !== undefined) return known
    const from = sources.get(id)!.filter(s => !on.has(s))
    const level = from.length === 0 ? 0 : 1 + Math.max(...from.map(s => levelOf(s, new Set([...on, id]))))
    levels.set(id, level)
    return level
  }
  for (const id of linked) levelOf(id)
  const columns = linked.length === 0 ? 0 : 1 + Math.max(...linked.map(id => levels.get(id)!))
  const box = Math.min(BOX.most, Math.max(BOX.least, (available - (columns - 1) * GAP.x) / Math.max(1, columns)))

  // Down the tree of normal supplies: each stands beside the middle of what it feeds.
  const middle = new Map<string, number>()
  const next: number[] = Array.from({ length: columns }, () => 0)
  const done = new Set<string>()
  const settle = (id: string): number => {
    const known = middle.get(id)
    if (known !== undefined || done.has(id)) return known ?? 0
    done.add(id)
    const level = levels.get(id)!
    const under = linked.filter(other => sources.get(other)![0] === id).map(settle)
    const height = heightOf(id)
    const wanted = under.length === 0 ? 0 : (Math.min(...under) + Math.max(...under)) / 2
    const y = Math.max(wanted, next[level]! + height / 2)
    next[level] = y + height / 2 + GAP.y
    middle.set(id, y)
    return y
  }
  for (const id of linked) if (sources.get(id)!.length === 0) settle(id)
  for (const id of linked) settle(id)
  const nodes = linked.map(id => {
    const height = heightOf(id)
    return { id, x: levels.get(id)! * (box + GAP.x), y: middle.get(id)! - height / 2, width: box, height }
  })
  const at = new Map(nodes.map(n => [n.id, n]))
  const links = linked.flatMap(to =>
    sources.get(to)!.map(from => {
      const [a, b] = [at.get(from)!, at.get(to)!]
      const [x1, y1] = [a.x + a.width, a.y + a.height / 2]
      const [x2, y2] = [b.x, b.y + b.height / 2]
      const turn = x2 - GAP.x / 2
      const path: readonly (readonly [number, number])[] =
        y1 === y2
          ? [
              [x1, y1],
              [x2, y2],
            ]
          : [
              [x1, y1],
              [turn, y1],
              [turn, y2],
              [x2, y2],
            ]
      return { from, to, path }
    }),
  )
  return {
    width: columns === 0 ? 0 : columns * box + (columns - 1) * GAP.x,
    height: Math.max(0, ...nodes.map(n => n.y + n.height)),
    nodes,
    links,
    rest: parts.map(p => p.id).filter(id => !linked.includes(id)),
  }
}
