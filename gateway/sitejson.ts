import type { Node } from 'jsonc-parser'

export type Path = readonly (string | number)[]

/** Line numbers by offset, from 1. A long file may have thousands of problems: each costs one search, not one walk. */
export function lineFinder(text: string): (offset: number) => number {
  const ends: number[] = []
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at)
  return offset => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle]! < offset) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}

/** `equipment[3].points[0].address` */
export const pathText = (path: Path): string =>
  path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('')

/** The same the other way round. */
export const pathOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(m => (m[1] === undefined ? m[2]! : Number(m[1])))

/** @param rooted spaces whose way up is known to end; grows, so that a deep tree is walked once */
/** JSON takes the last of two equal keys in silence; a person who edits by hand wants to know. */
export function doubleKeys(root: Node): { path: Path; key: string }[] {
  const found: { path: Path; key: string }[] = []
  const walk = (node: Node, path: Path) => {
    if (node.type === 'array') for (const [i, child] of (node.children ?? []).entries()) walk(child, [...path, i])
    if (node.type !== 'object') return
    const seen = new Set<string>()
    for (const property of node.children ?? []) {
      const key = String(property.children?.[0]?.value)
      if (seen.has(key)) found.push({ path: [...path, key], key })
      seen.add(key)
      if (property.children?.[1]) walk(property.children[1], [...path, key])
    }
  }
  walk(root, [])
  return found
}
