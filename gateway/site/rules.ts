import type { Kind, Point, PointId, Text } from '../../drivers/point.ts'
import { helpRule } from '../../rules/help.ts'
import { accessRules } from '../../rules/packs/accessdoors.ts'
import { packs } from '../../rules/packs/all.ts'
import { selfRules, selfUnits } from '../../rules/packs/gatehouse.ts'
import { channelPoint, channelRule, matches, offlineRule, type Rule } from '../../rules/rule.ts'
import { localClock, within } from '../../rules/schedule.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { History } from '../history/history.ts'
import type { RuleView } from '../http/contract.ts'
import type { Deps } from '../http/deps.ts'
import { conditionOf } from './conditions.ts'
import { type DryRun, dryRun } from './dryrun.ts'
import { readJson } from './jsonproblems.ts'
import { rule as ruleSchema } from './schema.ts'
import type { Site } from './site.ts'
import { ruleTuning, type Tuning, tunableWords, tuned, withoutRule, withRule, withTuning } from './tuning.ts'

type Raw = Readonly<Record<string, unknown>>
type Plant = Pick<NonNullable<ReturnType<Deps['plant']>>, 'site' | 'points'>
export type SiteRules = ReturnType<typeof siteRules>

/**
 * The rules of the site for people: which there are, what of them is other than delivered, what one of them would have done.
 * Each change is a change of site.json, checked as a whole, with a backup and a line on the trail.
 */
export function siteRules(deps: {
  readonly clock: Clock
  readonly site: Pick<Deps['site'], 'view' | 'save'>
  readonly history: Pick<History, 'raw' | 'steps'>
  readonly plant: () => Plant | null
}) {
  const { clock, site: file, history, plant } = deps
  const running = (): Plant =>
    plant() ?? fail('not-found', { what: { 'zh-CN': '运行中的项目', en: 'a site that runs' } })
  const delivered = (site: Site, id: string): Rule =>
    site.delivered.find(rule => rule.id === id) ?? fail('not-found', { what: id })
  /** Asked for by each opening of the page; held against all points only once. */
  const listed = new WeakMap<Site, readonly RuleView[]>()
  let busy = false

  type By = readonly [actor: Actor, why: string | undefined]
  async function change([actor, why]: By, id: string, action: string, detail: object, make: (text: string) => string) {
    const { text, hash } = file.view()
    const also = { ...detail, ...(why !== undefined && { why }) }
    await file.save(make(text), hash, actor, { why, way: 'rule' }, note => note('rule', id, action, also))
  }

  return {
    list(): readonly RuleView[] {
      const now = plant()
      if (!now) return []
      const known = listed.get(now.site)
      if (known) return known
      const made = viewsOf(now)
      listed.set(now.site, made)
      return made
    },

    /** @param raw as in site.json; `{}`: as delivered */
    async tune(id: string, raw: Raw, actor: Actor, why?: string): Promise<void> {
      const { site } = running()
      const rule = delivered(site, id)
      const tuning = tuningOf(rule, raw)
      const to = Object.keys(tuning).length === 0 ? null : tuning
      const was = site.tuning[id] ?? null
      await change([actor, why], id, to === null ? 'as-delivered' : 'adjusted', { was, now: to }, text =>
        withTuning(text, id, to),
      )
    },

    async add(raw: Raw, actor: Actor, why?: string): Promise<string> {
      const rule = ruleOf(raw, running())
      if (has(running().site, rule.id)) return fail('already-exists', { name: rule.id })
      await change([actor, why], rule.id, 'added', { rule: raw }, text => withRule(text, raw))
      return rule.id
    },

    /** Only what the site itself has; a rule of a pack is switched off instead. */
    async remove(id: string, actor: Actor, why?: string): Promise<void> {
      const { text } = file.view()
      const rule = delivered(running().site, id)
      const left = withoutRule(text, id)
      if (left === null) return fail('rule-is-packs', { rule: rule.id })
      await change(
        [actor, why],
        id,
        'removed',
        { rule: { id: rule.id, points: rule.points, when: rule.when } },
        () => left,
      )
    },

    /** @param ask a rule of the site with this tuning, or one as in site.json */
    async dryRun(ask: { id?: string | undefined; tuning?: Raw | undefined; rule?: Raw | undefined; days: number }) {
      const now = running()
      let rule: Rule
      if (ask.id === undefined) rule = ruleOf(ask.rule!, now)
      else {
        const base = delivered(now.site, ask.id)
        const { off: _, ...tuning } = tuningOf(base, ask.tuning ?? { ...now.site.tuning[ask.id] })
        rule = tuned(base, tuning, [], () => {})!
      }
      if (busy) return fail('dry-run-busy')
      busy = true
      const began = performance.now()
      try {
        const to = clock.now()
        const local = localClock(now.site.timezone)
        const made: DryRun = await dryRun(rule, anchorsOf(rule, now.points), {
          from: to - ask.days * 86_400_000,
          to,
          history,
          point: id => now.points.get(id),
          during: (id, at) => {
            const schedule = now.site.schedules.get(id)
            return schedule !== undefined && within(schedule, now.site.calendar, local(at))
          },
        }).catch(() => fail('history-unavailable'))
        return { ...made, tookMs: performance.now() - began }
      } finally {
        busy = false
      }
    },
  }
}

const has = (site: Site, id: string): boolean => site.delivered.some(rule => rule.id === id)

const indexes = new WeakMap<ReadonlyMap<PointId, Point>, ReadonlyMap<string, readonly Point[]>>()
/** The points of each equipment. A star stops at '/': so a pattern is held against equipment first, not against each point. */
function indexOf(points: ReadonlyMap<PointId, Point>): ReadonlyMap<string, readonly Point[]> {
  const known = indexes.get(points)
  if (known) return known
  const made = new Map<string, Point[]>()
  for (const point of points.values()) {
    const equipment = splitPoint(point.id)[0]
    const list = made.get(equipment)
    if (list) list.push(point)
    else made.set(equipment, [point])
  }
  indexes.set(points, made)
  return made
}
const splitPoint = (id: string): [equipment: string, key: string] => {
  const at = id.indexOf('/')
  return [id.slice(0, at), id.slice(at + 1)]
}

const anchorsOf = ({ points: patterns }: Pick<Rule, 'points'>, points: ReadonlyMap<PointId, Point>): Point[] => {
  const index = indexOf(points)
  const found = new Set<Point>()
  for (const pattern of patterns) {
    const [equipment, key] = splitPoint(pattern)
    const devices = equipment.includes('*')
      ? [...index].flatMap(([id, list]) => (matches(`${equipment}/x`, `${id}/x`) ? [list] : []))
      : [index.get(equipment) ?? []]
    for (const list of devices) for (const p of list) if (matches(`x/${key}`, `x/${p.key}`)) found.add(p)
  }
  return [...found]
}

/** Reads one thing as site.json is read, and refuses it with what is wrong. */
function read<T>(raw: Raw, make: (say: ReturnType<typeof readJson>) => T | undefined): T {
  const say = readJson(JSON.stringify(raw))
  const made = make(say)
  const errors = say.problems.filter(p => p.level === 'error')
  if (made !== undefined && errors.length === 0) return made
  const problems = errors.map(p => ({ ...p, line: null }))
  const [first] = problems
  return fail(
    'rule-invalid',
    { count: problems.length, first: first ? { 'zh-CN': first.text['zh-CN'], en: first.text.en } : '' },
    { problems },
  )
}

const tuningOf = (rule: Rule, raw: Raw): Tuning =>
  read(raw, ({ add, addIssues }) => {
    const parsed = ruleTuning.safeParse(raw, { reportInput: true })
    if (!parsed.success) return void addIssues([], parsed.error.issues)
    const given = Object.entries(parsed.data).filter(
      ([, v]) => v !== undefined && Object.keys(Object(v)).length + Number(typeof v !== 'object') > 0,
    )
    const tuning = Object.fromEntries(given) as Tuning
    tuned(rule, tuning, [], add)
    return tuning
  })

/** A rule as it stands in site.json, against the site that runs. */
const ruleOf = (raw: Raw, { site, points }: Plant): Rule =>
  read(raw, ({ add, addIssues }) => {
    const parsed = ruleSchema.safeParse(raw, { reportInput: true })
    if (!parsed.success) return void addIssues([], parsed.error.issues)
    const rule = parsed.data
    const text = rule.text ?? { 'zh-CN': rule.id, en: rule.id }
    const anchors = anchorsOf(rule, points).map(p => p.id)
    if (anchors.length === 0) add(['points'], 'rule-without-points', { pattern: rule.points.join(', ') })
    const kinds = new Map<PointId, Kind>([...points.values()].map(p => [p.id, p.kind]))
    const known = { schedules: new Set(site.schedules.keys()), anchors: () => anchors, points: kinds, whole: true }
    return { ...rule, text, when: conditionOf(rule.when, ['when'], known, add) }
  })

const said = ({ when, severity, delayOnS, delayOffS }: Rule) => ({ when: { ...when }, severity, delayOnS, delayOffS })

/** The words of codes, where all points of a rule have the same: nobody knows what 3 is. */
function namesOf(anchors: readonly Point[]): RuleView['names'] {
  const names: Record<string, Text> = {}
  for (const point of anchors) {
    if (!point.enum) return {}
    for (const [code, name] of Object.entries(point.enum)) {
      const had = names[code]
      if (had && (had.en !== name.en || had['zh-CN'] !== name['zh-CN'])) return {}
      names[code] = name
    }
  }
  return names
}

/** What a condition calls other points: one of the same equipment by its key, one elsewhere by its whole id. */
function othersOf(
  when: object,
  anchors: readonly Point[],
  points: ReadonlyMap<PointId, Point>,
  nameOf: ReadonlyMap<string, Text>,
): RuleView['others'] {
  const others: Record<string, Text> = {}
  const look = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(look)
    if (typeof part !== 'object' || part === null) return
    for (const [word, value] of Object.entries(part)) {
      if (word !== 'point' || typeof value !== 'string') look(value)
      else if (value.includes('/')) {
        const [point, device] = [points.get(value as PointId), nameOf.get(splitPoint(value)[0])]
        if (point?.name && device)
          others[value] = {
            'zh-CN': `${device['zh-CN']}“${point.name['zh-CN']}”`,
            en: `${device.en}, "${point.name.en}"`,
          }
      } else {
        const point = anchors[0] && points.get(`${splitPoint(anchors[0].id)[0]}/${value}`)
        if (point?.name) others[value] = { 'zh-CN': `“${point.name['zh-CN']}”`, en: `"${point.name.en}"` }
      }
    }
  }
  look(when)
  return others
}

/** The unit that numbers of a condition are in. */
function unitOf(anchors: readonly Point[]): RuleView['unit'] {
  const [first, ...more] = new Set(anchors.map(p => p.unit ?? null))
  return first === undefined || more.length > 0 ? null : first
}

function viewsOf({ site, points }: Plant): RuleView[] {
  const spaceOf = new Map(site.equipment.map(e => [e.id, e.space]))
  const nameOf = new Map(site.equipment.map(e => [e.id, e.name]))
  const lines = site.channels.map(c => channelPoint(c.id, 'online'))
  const view = (rule: Rule, from: RuleView['from']): RuleView => {
    const tuning = site.tuning[rule.id]
    const { off, ...rest } = tuning ?? {}
    const now = tuned(rule, rest, [], () => {}) ?? rule
    const anchors = anchorsOf(rule, points)
    const equipment = [...new Set(anchors.map(p => splitPoint(p.id)[0]))]
    const pack = from === 'pack' ? packs.find(p => rule.id.startsWith(`${p.id}.`)) : undefined
    return {
      id: rule.id,
      from,
      pack: pack ? { id: pack.id, name: pack.name } : null,
      text: rule.text,
      source: rule.source ?? null,
      order: rule.order?.class ?? null,
      runbook: rule.runbook ?? null,
      on: off !== true,
      tuning: (tuning as RuleView['tuning'] | undefined) ?? null,
      delivered: said(rule),
      now: said(now),
      words: tunableWords(rule.when),
      names: namesOf(anchors),
      unit: unitOf(anchors) ?? (from === 'gateway' ? (selfUnits[rule.points[0] ?? ''] ?? null) : null),
      others: othersOf(rule.when, anchors, points, nameOf),
      points: anchors.length,
      channels: lines.filter(id => rule.points.some(pattern => matches(pattern, id))).length,
      equipment,
      spaces: [...new Set(equipment.flatMap(id => spaceOf.get(id) ?? []))],
    }
  }
  return [
    ...site.delivered.map(rule => view(rule, rule.id.includes('.') ? 'pack' : 'site')),
    ...[offlineRule, channelRule, helpRule, ...accessRules, ...selfRules].map(rule => view(rule, 'gateway')),
  ]
}
