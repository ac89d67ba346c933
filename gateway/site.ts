import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { z } from 'zod'
import type { Driver, Problem } from '../drivers/driver.ts'
import type { Point, PointId, Text } from '../drivers/point.ts'
import { type PointSpec, type Profile, pointsOf } from '../drivers/profile.ts'
import type { CommandSpec } from '../rules/command.ts'
import { matches, type Rule } from '../rules/rule.ts'
import { fill } from './core/errors.ts'
import { problemTexts } from './problems.ts'
import { commandsOf, type RawCommand } from './sitecommands.ts'
import { channelOf, outline, pointOf } from './siteschema.ts'

/** The site as it runs: everything resolved, nothing left to look up. */
export interface Site {
  readonly id: string
  readonly name: Text
  readonly timezone: string
  readonly spaces: ReadonlyMap<string, Space>
  readonly channels: readonly Channel[]
  readonly equipment: readonly Equipment[]
  readonly rules: readonly Rule[]
  readonly commands: ReadonlyMap<PointId, CommandSpec>
}
export interface Space {
  readonly id: string
  readonly kind: string
  readonly name: Text
  readonly parent?: string | undefined
}
export interface Channel {
  readonly id: string
  readonly protocol: string
  readonly options: unknown
}
export interface Equipment {
  readonly id: string
  readonly kind: string
  readonly name: Text
  readonly space: string | null
  readonly channel: string
  readonly unit: number | null
  readonly profile: string | null
  readonly points: readonly Point[]
}

export interface SiteProblem {
  readonly path: string
  readonly line: number | null
  readonly level: 'error' | 'warning'
  readonly code: string
  readonly text: Text
}
export interface Checked {
  /** Null when any problem is an error. */
  readonly site: Site | null
  readonly problems: readonly SiteProblem[]
}

const locale = { zh: z.locales.zhCN().localeError, en: z.locales.en().localeError }
type Path = readonly (string | number)[]

/**
 * Checks a whole site.json and finds everything that is wrong at once.
 * @param source the file's text; a byte order mark is no fault
 */
export function checkSite(source: string, drivers: readonly Driver[], profiles: readonly Profile[]): Checked {
  const problems: SiteProblem[] = []
  const body = source.replace(/^\uFEFF/, '')
  const lineAt = lineFinder(body)
  let tree: Node | undefined
  const lineOf = (path: Path): number | null => {
    for (let n = path.length; tree && n >= 0; n--) {
      const node = findNodeAtLocation(tree, path.slice(0, n) as (string | number)[])
      if (node) return lineAt(node.parent?.type === 'property' ? node.parent.offset : node.offset)
    }
    return null
  }
  const add = (path: Path, code: string, params: Problem['params'] = {}, level: SiteProblem['level'] = 'error') => {
    const known = problemTexts[code] ?? { 'zh-CN': code, en: code }
    problems.push({
      path: pathText(path),
      line: (params.line as number | undefined) ?? lineOf(path),
      level,
      code,
      text: { 'zh-CN': fill(known['zh-CN'], params), en: fill(known.en, params) },
    })
  }
  const addIssues = (base: Path, issues: readonly z.core.$ZodIssue[]) => {
    for (const issue of issues) {
      const path = [...base, ...(issue.path as (string | number)[])]
      if (issue.code === 'unrecognized_keys') {
        for (const word of issue.keys) add([...path, word], 'unknown-word', { word })
        continue
      }
      add(path, 'schema', { zh: message(locale.zh(issue as never)), en: message(locale.en(issue as never)) })
    }
  }
  const done = (site: Site | null): Checked => ({
    site: problems.some(p => p.level === 'error') ? null : site,
    problems,
  })

  if (body.trim() === '') {
    add([], 'site-empty')
    return done(null)
  }
  const errors: ParseError[] = []
  tree = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  const first = errors[0]
  if (first || !tree) {
    const offset = first?.offset ?? 0
    const line = lineAt(offset)
    const column = offset - (body.lastIndexOf('\n', offset - 1) + 1) + 1
    add([], 'site-json', { line, column, why: first ? printParseErrorCode(first.error) : 'empty' })
    return done(null)
  }
  for (const { path, key } of doubleKeys(tree)) add(path, 'duplicate-key', { key })

  const parsed = outline.safeParse(getNodeValue(tree), { reportInput: true })
  if (!parsed.success) {
    addIssues([], parsed.error.issues)
    return done(null)
  }
  const raw = parsed.data
  try {
    new Intl.DateTimeFormat('en', { timeZone: raw.site.timezone })
  } catch {
    add(['site', 'timezone'], 'unknown-timezone', { timezone: raw.site.timezone })
  }
  const once = (list: readonly { id: string }[], word: string) => {
    const seen = new Set<string>()
    for (const [i, item] of list.entries()) {
      if (seen.has(item.id)) add([word, i, 'id'], 'duplicate-id', { id: item.id })
      seen.add(item.id)
    }
  }
  once(raw.spaces, 'spaces')
  once(raw.channels, 'channels')
  once(raw.equipment, 'equipment')
  once(raw.rules, 'rules')

  const spaces = new Map(raw.spaces.map(s => [s.id, s]))
  for (const [i, space] of raw.spaces.entries()) {
    if (space.parent === undefined) continue
    if (!spaces.has(space.parent)) add(['spaces', i, 'parent'], 'unknown-space', { space: space.parent })
    else if (inCircle(space.id, spaces)) add(['spaces', i, 'parent'], 'space-circle', { space: space.id })
  }

  const channels = new Map<string, { driver: Driver; channel: Channel }>()
  const named = new Set(raw.channels.map(c => c.id))
  for (const [i, channel] of raw.channels.entries()) {
    const driver = drivers.find(d => d.protocol === channel.protocol)
    if (!driver) {
      const known = drivers.map(d => d.protocol).join(', ')
      add(['channels', i, 'protocol'], 'unknown-protocol', { protocol: channel.protocol, known })
      continue
    }
    const result = channelOf(driver).safeParse(channel, { reportInput: true })
    if (!result.success) {
      addIssues(['channels', i], result.error.issues)
      continue
    }
    const { id: _, protocol: __, ...options } = result.data as Record<string, unknown>
    const wrong = driver.check(options, [])
    for (const p of wrong) add(['channels', i, ...pathOf(p.path)], p.code, p.params)
    if (wrong.length === 0)
      channels.set(channel.id, { driver, channel: { id: channel.id, protocol: channel.protocol, options } })
  }

  const equipment: Equipment[] = []
  const asked: RawCommand[] = []
  let complete = true
  const units = new Map<string, string>()
  for (const [i, item] of raw.equipment.entries()) {
    const at: Path = ['equipment', i]
    if (item.space !== undefined && !spaces.has(item.space))
      add([...at, 'space'], 'unknown-space', { space: item.space })
    const found = channels.get(item.channel)
    if (!found) {
      add([...at, 'channel'], named.has(item.channel) ? 'channel-has-problems' : 'unknown-channel', {
        channel: item.channel,
      })
      continue
    }
    const { driver, channel } = found
    const profile = item.profile === undefined ? undefined : profiles.find(p => p.id === item.profile)
    if (item.profile !== undefined && !profile)
      add([...at, 'profile'], 'unknown-profile', { profile: item.profile, known: profiles.map(p => p.id).join(', ') })
    if (profile && !profile.protocols.includes(driver.protocol))
      add([...at, 'profile'], 'profile-protocol', { profile: profile.id, protocol: driver.protocol })
    if (item.profile === undefined && !item.points?.length) add(at, 'no-points')

    const own: PointSpec[] = []
    /** Where each of `own` stands in the file: those before it may have been left out. */
    const places: number[] = []
    const keys = new Set(profile?.points.map(p => p.key))
    for (const [j, spec] of (item.points ?? []).entries()) {
      const path: Path = [...at, 'points', j]
      const result = pointOf(driver).safeParse(spec, { reportInput: true })
      if (!result.success) {
        addIssues(path, result.error.issues)
        complete = false
        continue
      }
      const point = result.data as unknown as PointSpec
      if (point.key === 'online') add([...path, 'key'], 'reserved-key')
      if (keys.has(point.key)) add([...path, 'key'], 'duplicate-id', { id: point.key })
      if (point.range && point.range[0] > point.range[1]) add([...path, 'range'], 'range-inverted')
      keys.add(point.key)
      own.push(point)
      places.push(j)
    }
    const specs = [...(profile?.points ?? []), ...own]
    const points = pointsOf(item.id, specs, driver, item.unit)
    for (const p of driver.check(channel.options, points)) {
      const [, index, ...rest] = pathOf(p.path)
      const place = typeof index === 'number' ? places[index - (profile?.points.length ?? 0)] : undefined
      add(place === undefined ? at : [...at, 'points', place, ...rest], p.code, p.params)
    }
    for (const [j, spec] of specs.entries()) {
      const place = places[j - (profile?.points.length ?? 0)]
      if (spec.command !== undefined)
        asked.push({ path: place === undefined ? at : [...at, 'points', place], point: points[j]!, raw: spec.command })
    }
    if (driver.units) {
      const unit = item.unit ?? 1
      const other = units.get(`${item.channel} ${unit}`)
      if (other) add([...at, 'unit'], 'unit-twice', { unit, channel: item.channel, other }, 'warning')
      units.set(`${item.channel} ${unit}`, item.id)
    }
    equipment.push({
      id: item.id,
      kind: item.kind,
      name: item.name ?? { 'zh-CN': item.id, en: item.id },
      space: item.space ?? null,
      channel: item.channel,
      unit: driver.units ? (item.unit ?? 1) : null,
      profile: item.profile ?? null,
      points,
    })
  }

  const ids = equipment.flatMap(e => [`${e.id}/online` as const, ...e.points.map(p => p.id)])
  const rules: Rule[] = []
  // While some equipment or point could not be taken up, nobody can say which rule is in vain.
  const whole = complete && equipment.length === raw.equipment.length
  for (const [i, r] of raw.rules.entries()) {
    const { deadband, ...conditions } = r.when
    const words = Object.entries(conditions).filter(([, v]) => v !== undefined)
    if (words.length !== 1) add(['rules', i, 'when'], 'one-condition')
    if (r.id === 'offline') add(['rules', i, 'id'], 'reserved-rule')
    for (const [j, pattern] of r.points.entries())
      if (whole && !ids.some(point => matches(pattern, point)))
        add(['rules', i, 'points', j], 'rule-without-points', { pattern }, 'warning')
    const when = {
      ...Object.fromEntries(words),
      ...(deadband !== undefined && { deadband }),
    } as unknown as Rule['when']
    rules.push({ ...r, when, text: r.text ?? { 'zh-CN': r.id, en: r.id } })
  }

  const commands = commandsOf(asked, new Map(equipment.flatMap(e => e.points.map(p => [p.id, p]))), whole, add)

  return done({
    ...raw.site,
    spaces,
    channels: [...channels.values()].map(c => c.channel),
    equipment,
    rules,
    commands,
  })
}

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

const message = (m: string | { message: string } | undefined | null): string =>
  typeof m === 'string' ? m : (m?.message ?? '')

const pathText = (path: Path): string =>
  path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('')

const pathOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(m => (m[1] === undefined ? m[2]! : Number(m[1])))

function inCircle(start: string, spaces: ReadonlyMap<string, { parent?: string | undefined }>): boolean {
  const seen = new Set<string>()
  for (let at: string | undefined = start; at !== undefined; at = spaces.get(at)?.parent) {
    if (seen.has(at)) return true
    seen.add(at)
  }
  return false
}

/** JSON takes the last of two equal keys in silence; a person who edits by hand wants to know. */
function doubleKeys(root: Node): { path: Path; key: string }[] {
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
