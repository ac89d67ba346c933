import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { z } from 'zod'
import type { Text } from '../../drivers/point.ts'
import { fill, type Params } from '../core/errors.ts'
import { issueText } from '../core/issues.ts'
import { isUnkeepable, MOST_DEEP, tooDeep } from '../core/jsonlimits.ts'
import { jsonFaults, problemTexts } from './problems.ts'

/** A JSON file that people edit by hand: what it says, and a list of what is wrong in it, each with its path and line. */

export interface SiteProblem {
  readonly path: string
  readonly line: number | null
  readonly level: 'error' | 'warning'
  readonly code: string
  readonly text: Text
}

export type Path = readonly (string | number)[]

/**
 * @param source the file's text; a byte order mark is no fault
 * @returns `value` undefined when it is no JSON at all; further problems are added by the caller
 */
export function readJson(source: string) {
  const problems: SiteProblem[] = []
  const body = source.replace(/^\uFEFF/, '')
  const lineAt = lineFinder(body)
  const columnAt = (offset: number) => offset - (body.lastIndexOf('\n', offset - 1) + 1) + 1
  let tree: Node | undefined
  const lineOf = (path: Path): number | null => {
    for (let n = path.length; tree && n >= 0; n--) {
      const node = findNodeAtLocation(tree, path.slice(0, n) as (string | number)[])
      if (node) return lineAt(node.parent?.type === 'property' ? node.parent.offset : node.offset)
    }
    return null
  }
  const add = (path: Path, code: string, params: Params = {}, level: SiteProblem['level'] = 'error') => {
    // Nobody reads more, and to find the place of each of a million takes hours.
    if (problems.length > MOST_PROBLEMS) {
      if (level === 'error') problems[MOST_PROBLEMS] = { ...problems[MOST_PROBLEMS]!, level }
      return
    }
    if (problems.length === MOST_PROBLEMS) {
      path = []
      code = 'problems-more'
      params = { most: MOST_PROBLEMS }
    }
    const known = problemTexts[code] ?? { 'zh-CN': code, en: code }
    problems.push({
      path: pathText(path),
      line: (params.line as number | undefined) ?? lineOf(path),
      level,
      code,
      text: { 'zh-CN': fill(known['zh-CN'], params, 'zh-CN'), en: fill(known.en, params) },
    })
  }
  const addIssues = (base: Path, issues: readonly z.core.$ZodIssue[]) => {
    for (const issue of issues) {
      const path = [...base, ...(issue.path as (string | number)[])]
      if (issue.code === 'unrecognized_keys') {
        for (const word of issue.keys) add([...path, word], 'unknown-word', { word })
        continue
      }
      add(path, 'schema', { why: issueText(issue) })
    }
  }
  const value = (): unknown => {
    if (body.trim() === '') return void add([], 'site-empty')
    // Whoever walks what lies deeper would run out of stack.
    const deep = tooDeep(body)
    if (deep !== null) return void add([], 'site-deep', { line: lineAt(deep), column: columnAt(deep), most: MOST_DEEP })
    const errors: ParseError[] = []
    tree = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
    const first = errors[0]
    if (first || !tree) {
      const offset = first?.offset ?? 0
      const place = { line: lineAt(offset), column: columnAt(offset) }
      return void add([], 'site-json', { ...place, why: jsonFaults[first?.error ?? 0] ?? jsonFaults[0] })
    }
    for (const { path, key } of doubleKeys(tree))
      add(path, key === null ? 'site-sign' : 'duplicate-key', { key: key ?? '' })
    return getNodeValue(tree)
  }
  return { value: value(), problems, add, addIssues }
}

const MOST_PROBLEMS = 10_000
/** Line numbers by offset, from 1. A long file may have thousands of problems: each costs one search, not one walk. */
function lineFinder(text: string): (offset: number) => number {
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

export const pathText = (path: Path): string =>
  path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('')

export const pathOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(m => (m[1] === undefined ? m[2]! : Number(m[1])))

/**
 * JSON takes the last of two equal keys in silence; a person who edits by hand wants to know. Nor is a text taken that
 * cannot be kept as it is: its `key` is null.
 */
function doubleKeys(root: Node): { path: Path; key: string | null }[] {
  const found: { path: Path; key: string | null }[] = []
  const walk = (node: Node, path: Path) => {
    if (node.type === 'string' && isUnkeepable(String(node.value))) found.push({ path, key: null })
    if (node.type === 'array') for (const [i, child] of (node.children ?? []).entries()) walk(child, [...path, i])
    if (node.type !== 'object') return
    const seen = new Set<string>()
    for (const property of node.children ?? []) {
      const key = String(property.children?.[0]?.value)
      if (isUnkeepable(key)) found.push({ path, key: null })
      if (seen.has(key)) found.push({ path: [...path, key], key })
      seen.add(key)
      if (property.children?.[1]) walk(property.children[1], [...path, key])
    }
  }
  walk(root, [])
  return found
}
