import type { Text } from '../drivers/point.ts'

/**
 * What is different between two versions of site.json, as a person says it: "pump-3: scan 1 s, was 5 s". A difference knows
 * where it belongs by ids, not by places in lists, so that it can be taken back, or laid over what somebody else has saved
 * meanwhile. Pure; the gateway and the page count with the same. [issue 10.4]
 */

/** Why a change of it is not saved without a reason. */
export const weights = ['alarm', 'limit', 'command'] as const
export type Weight = (typeof weights)[number]

export interface SiteChange {
  /** Of site.json: `equipment`, `rules`, `tuning`. */
  readonly section: string
  /** Ids and words from the section down: `['pump-3', 'points', 'pressure', 'range']`; [] the section itself. */
  readonly path: readonly string[]
  /** What the entry is called, where it has a name. */
  readonly name: Text | null
  /** null: it was not there. */
  readonly was: Json | null
  /** null: it is gone. */
  readonly is: Json | null
  /** Only the order of a list is another: `was` and `is` are its ids. */
  readonly order: boolean
  readonly weight: Weight | null
}
export type Json = string | number | boolean | { readonly [word: string]: Json | null } | readonly (Json | null)[]
type Node = Json | null | undefined
type Words = { readonly [word: string]: Json | null }

/** By which word the entries of a list are told apart. */
const NAMES = ['id', 'key'] as const
const isWords = (node: Node): node is Words => typeof node === 'object' && node !== null && !Array.isArray(node)
/** The word by which all entries of a list are named, each once; null: a list without names, which changes as a whole. */
export function namedBy(list: readonly Node[]): 'id' | 'key' | null {
  for (const word of NAMES) {
    const ids = list.map(one => (isWords(one) ? one[word] : undefined))
    if (list.length > 0 && ids.every(id => typeof id === 'string') && new Set(ids).size === list.length) return word
  }
  return null
}
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [mine, theirs] = [Object.entries(a), b as Record<string, unknown>]
  return (
    mine.length === Object.keys(b).length &&
    mine.every(([word, value]) => Object.hasOwn(theirs, word) && same(value, theirs[word]))
  )
}

/** Sections that say what alarms there are, and when they speak. */
const ALARMS = new Set(['rules', 'tuning', 'packs', 'schedules', 'calendar'])
/** Words of a point that are its limits: a reading outside is bad, and a bad reading raises nothing. */
const LIMITS = new Set(['range', 'noValue', 'quality', 'multiplier', 'scale', 'offset', 'deadband', 'deadbandPercent'])

function weightOf(section: string, path: readonly string[], was: Node, is: Node): Weight | null {
  if (ALARMS.has(section)) return 'alarm'
  if (section === 'linkage') return 'command'
  if (section === 'channels') return path.length === 1 && is === undefined ? 'alarm' : null
  if (section !== 'equipment') return null
  const words = path.slice(1)
  if (words.includes('command') || words.includes('writable')) return 'command'
  if (words.some(word => LIMITS.has(word))) return 'limit'
  if (words[0] === 'certificates') return 'alarm'
  // With a device or a point its alarms and commands go.
  const entry = path.length === 1 || (words[0] === 'points' && words.length <= 2)
  if (entry && is === undefined && was !== undefined) return 'alarm'
  return entry && hasCommand(is) ? 'command' : null
}
const hasCommand = (node: Node): boolean =>
  Array.isArray(node)
    ? node.some(hasCommand)
    : isWords(node) && (node.writable === true || node.command !== undefined || hasCommand(node.points))

const nameOf = (entry: Node): Text | null => {
  if (!isWords(entry)) return null
  for (const name of [entry.name, entry.text])
    if (isWords(name) && typeof name['zh-CN'] === 'string' && typeof name.en === 'string')
      return { 'zh-CN': name['zh-CN'], en: name.en }
  return null
}

/** How deep words are told one by one; what lies deeper is told as a whole. */
const DEEPEST = 6

/**
 * All differences, in the order of the newer file, removals of a list last.
 * @param was the site as parsed JSON; anything but an object counts as an empty one
 */
export function siteChanges(was: unknown, is: unknown): SiteChange[] {
  const found: SiteChange[] = []
  const before = (isWords(was as Node) ? was : {}) as Words
  const after = (isWords(is as Node) ? is : {}) as Words
  for (const section of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const add = (path: readonly string[], a: Node, b: Node, name: Text | null, order = false) =>
      found.push({
        ...{ section, path, name, was: a ?? null, is: b ?? null, order },
        weight: weightOf(section, path, a, b),
      })
    const look = (path: readonly string[], a: Node, b: Node, name: Text | null): void => {
      if (same(a, b)) return
      // A section that was not there at all is told entry by entry, as if it had been empty.
      const lists = path.length === 0 && (Array.isArray(a) || Array.isArray(b)) && (a === undefined || b === undefined)
      const [left, right] = lists ? [a ?? [], b ?? []] : [a, b]
      // An empty list is no other thing than none.
      if (lists && same(left, right)) return
      if (Array.isArray(left) && Array.isArray(right)) {
        const word = namedBy(right.length > 0 ? right : left)
        if (word !== null && (left.length === 0 || right.length === 0 || namedBy(left) === word)) {
          const [mine, theirs] = [byName(left, word), byName(right, word)]
          for (const [id, entry] of theirs)
            look([...path, id], mine.get(id), entry, nameOf(entry) ?? nameOf(mine.get(id)) ?? name)
          for (const [id, entry] of mine)
            if (!theirs.has(id)) add([...path, id], entry, undefined, nameOf(entry) ?? name)
          const [order, other] = [
            [...mine.keys()].filter(id => theirs.has(id)),
            [...theirs.keys()].filter(id => mine.has(id)),
          ]
          if (!same(order, other)) add(path, order, other, name, true)
          return
        }
      }
      if (isWords(a) && isWords(b) && path.length < DEEPEST && !isText(a) && !isText(b)) {
        for (const word of new Set([...Object.keys(b), ...Object.keys(a)]))
          look([...path, word], a[word], b[word], name ?? nameOf(b) ?? nameOf(a))
        return
      }
      add(path, a, b, name)
    }
    look([], before[section], after[section], null)
  }
  return found
}
const byName = (list: readonly Node[], word: 'id' | 'key') =>
  new Map(list.map(one => [(one as Words)[word] as string, one] as const))
/** A word in both languages is one thing. */
const isText = (node: Words): boolean => 'zh-CN' in node || 'en' in node

/** Whether it is saved only with a reason: it touches alarms, limits or commands. */
export const needsWhy = (changes: readonly SiteChange[]): boolean => changes.some(change => change.weight !== null)

/** The same, taken back; last first, as what was added last may stand on what was added first. */
export const undone = (changes: readonly SiteChange[]): SiteChange[] =>
  changes.toReversed().map(change => ({
    ...change,
    was: change.is,
    is: change.was,
    weight: weightOf(change.section, change.path, change.is ?? undefined, change.was ?? undefined) ?? change.weight,
  }))

/** A step of a place in JSON: the word of an object, or the place in a list. */
export type Step = string | number
/**
 * Where a path by ids lies in a site as it is now. The last step may be missing there: that is where something is to be added.
 * @returns null: something above it is gone. `node` undefined: it is not there itself
 */
export function placeOf(
  site: unknown,
  section: string,
  path: readonly string[],
): { readonly steps: readonly Step[]; readonly node: Json | null | undefined } | null {
  let node = site as Node
  const steps: Step[] = []
  for (const [i, word] of [section, ...path].entries()) {
    const last = i === path.length
    if (Array.isArray(node)) {
      const by = namedBy(node)
      const at = by === null ? -1 : node.findIndex(one => (one as Words)[by] === word)
      if (at < 0 && !last) return null
      steps.push(at < 0 ? node.length : at)
      node = at < 0 ? undefined : node[at]
    } else if (isWords(node)) {
      steps.push(word)
      node = Object.hasOwn(node, word) ? node[word] : undefined
      if (node === undefined && !last) {
        // A section that is to be made anew with its first entry.
        return i === 0 && path.length === 1 ? { steps: [section, 0], node: undefined } : null
      }
    } else return null
  }
  return { steps, node }
}

/** Whether a change still fits: what it is to replace is there as it was. */
export function fits(site: unknown, change: SiteChange): boolean {
  const at = placeOf(site, change.section, change.path)
  if (!at) return false
  if (change.order) {
    const by = Array.isArray(at.node) ? namedBy(at.node) : null
    return (
      by !== null &&
      same(
        (at.node as Words[]).map(one => one[by]),
        change.was,
      )
    )
  }
  return same(at.node ?? null, change.was)
}
