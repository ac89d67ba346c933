import { z } from 'zod'
import type { Ladder, Recipient } from '../../../rules/ladder.ts'
import { isTimeOf, onDuty, type Times } from '../../../rules/ladder.ts'
import { noticeFields } from '../../../rules/notice.ts'
import { severities } from '../../../rules/rule.ts'
import { type Calendar, dayTypes, localClock, weekdays } from '../../../rules/schedule.ts'
import { issueText } from '../../core/issues.ts'
import { refuse } from '../../core/refusal.ts'
import { kindIds, kindOf } from './channels.ts'
import { heartbeat } from './heartbeat.ts'
import type { Told } from './message.ts'

const id = z.string().regex(noticeFields.id)
const clockTime = z.string().regex(noticeFields.clock)
const days = z.array(z.enum([...weekdays, ...dayTypes])).min(1)
const span = z.strictObject({ days: days.optional(), from: clockTime, to: clockTime })
const quiet = z.array(span).max(10).default([])
const minutes = (least: number) => z.number().int().min(least).max(1440)
const words = z.strictObject({ 'zh-CN': z.string().min(1).max(100), en: z.string().min(1).max(100) })

const channel = z.strictObject({
  id,
  kind: z.enum(kindIds),
  /** Priorities that it is told of; life safety always. */
  severities: z.array(z.enum(severities)).min(1).default(['life', 'high']),
  /** `[]`: only by ladders, orders and notices to customers. */
  events: z.array(z.enum(['raised', 'cleared', 'acknowledged'])).default(['raised']),
  /** Nothing is told then, but of life safety. */
  quiet,
  /** Whose telephones: those of the roster who are on duty at that time. */
  roster: id.optional(),
  options: z.record(z.string(), z.unknown()),
})
const person = {
  name: z.string().min(1).max(100),
  phone: z.string().regex(noticeFields.phone).optional(),
  email: z.email().max(254).optional(),
  language: z.enum(['zh-CN', 'en']).optional(),
}
const roster = z.strictObject({
  id,
  people: z
    .array(
      z.strictObject({
        ...person,
        /** Without shifts: always. */
        shifts: z.array(span).max(20).optional(),
      }),
    )
    .max(200),
})
const ladder = z.strictObject({
  id,
  severities: z.array(z.enum(severities)).min(1).default(['life', 'high']),
  quiet,
  levels: z
    .array(z.strictObject({ afterMin: minutes(0), roster: id, channels: z.array(id).min(1).max(10) }))
    .min(1)
    .max(10),
  repeatMin: minutes(1).default(15),
})
const orders = z.strictObject({
  channels: z.array(id).min(1).max(10),
  /** Who the roles of an order are: role to roster. */
  rosters: z.record(z.enum(['engineer', 'operator', 'manager', 'desk', 'admin']), id.optional()),
  quiet,
})
const group = z.strictObject({
  id,
  name: words,
  channels: z.array(id).min(1).max(10),
  people: z.array(z.strictObject(person)).max(5000).default([]),
})
const file = z.strictObject({
  channels: z.array(channel).max(20),
  rosters: z.array(roster).max(50).default([]),
  ladders: z.array(ladder).max(10).default([]),
  orders: orders.optional(),
  /** Whom notices of outages go to: residents, merchants. */
  groups: z.array(group).max(50).default([]),
  /** How long a link in a notice can acknowledge. */
  links: z.strictObject({ hours: z.number().int().min(1).max(168).default(12) }).default({ hours: 12 }),
  /** In a flood of alarms whoever is not told of people in danger gets one message at most so often. */
  flood: z.strictObject({ everyMin: z.number().int().min(1).max(60).default(5) }).default({ everyMin: 5 }),
  /** A watcher outside that is told again and again that all is well here: when it hears nothing, it calls people. */
  heartbeat: heartbeat.optional(),
})

export type NotifyConfig = z.infer<typeof file>
export type NotifyChannel = NotifyConfig['channels'][number]
export const emptyConfig: NotifyConfig = {
  channels: [],
  rosters: [],
  ladders: [],
  groups: [],
  links: { hours: 12 },
  flood: { everyMin: 5 },
}

/** The file `notify.json` of the secrets. Throws a Refusal, ZodError or SyntaxError: where it is wrong and what is expected. */
export function readConfig(text: string): NotifyConfig {
  const parsed = file.parse(JSON.parse(text))
  const seen = new Set<string>()
  const once = (where: string, one: string) => {
    if (seen.has(`${where.split('[')[0]} ${one}`))
      refuse(`${where}.id：“${one}”已经用过`, `${where}.id: "${one}" was used before`)
    seen.add(`${where.split('[')[0]} ${one}`)
  }
  const rosterOf = (where: string, one: string | undefined) => {
    if (one !== undefined && !parsed.rosters.some(r => r.id === one))
      refuse(`${where}：没有值班表“${one}”`, `${where}: there is no roster "${one}"`)
  }
  const channelsOf = (where: string, ids: readonly string[]) => {
    for (const [i, one] of ids.entries())
      if (!parsed.channels.some(c => c.id === one))
        refuse(`${where}[${i}]：没有通知渠道“${one}”`, `${where}[${i}]: there is no channel "${one}"`)
  }
  const channels = parsed.channels.map((c, i) => {
    once(`channels[${i}]`, c.id)
    rosterOf(`channels[${i}].roster`, c.roster)
    if (kindOf(c.kind).each !== null && c.roster === undefined && c.events.length > 0)
      refuse(
        `channels[${i}].roster：${c.kind} 需要指定值班表（或写 "events": []）`,
        `channels[${i}].roster: ${c.kind} needs one (or "events": [])`,
      )
    const options = kindOf(c.kind).schema.safeParse(c.options)
    if (!options.success) {
      const issue = options.error.issues[0]!
      const why = issueText(issue)
      const where = ['options', ...issue.path].join('.')
      return refuse(`channels[${i}].${where}：${why['zh-CN']}`, `channels[${i}].${where}: ${why.en}`)
    }
    return { ...c, options: options.data as Record<string, unknown> }
  })
  for (const [i, r] of parsed.rosters.entries()) {
    once(`rosters[${i}]`, r.id)
    for (const [j, p] of r.people.entries())
      if (p.phone === undefined && p.email === undefined)
        refuse(
          `rosters[${i}].people[${j}]：“${p.name}”既没有电话也没有邮箱`,
          `rosters[${i}].people[${j}]: "${p.name}" has neither phone nor email`,
        )
  }
  for (const [i, l] of parsed.ladders.entries()) {
    once(`ladders[${i}]`, l.id)
    for (const [j, level] of l.levels.entries()) {
      rosterOf(`ladders[${i}].levels[${j}].roster`, level.roster)
      channelsOf(`ladders[${i}].levels[${j}].channels`, level.channels)
      if (j > 0 && level.afterMin <= l.levels[j - 1]!.afterMin)
        refuse(
          `ladders[${i}].levels[${j}].afterMin：必须大于上一级的值`,
          `ladders[${i}].levels[${j}].afterMin: must be more than that of the level before`,
        )
    }
  }
  if (parsed.orders) {
    channelsOf('orders.channels', parsed.orders.channels)
    for (const [role, one] of Object.entries(parsed.orders.rosters)) rosterOf(`orders.rosters.${role}`, one)
  }
  for (const [i, g] of parsed.groups.entries()) {
    once(`groups[${i}]`, g.id)
    channelsOf(`groups[${i}].channels`, g.channels)
    const names = new Set<string>()
    for (const [j, { name }] of g.people.entries()) {
      // Who was told is written down by name.
      if (names.has(name))
        refuse(
          `groups[${i}].people[${j}].name：本组里“${name}”已经用过`,
          `groups[${i}].people[${j}].name: "${name}" was used before in this group`,
        )
      names.add(name)
    }
  }
  return { ...parsed, channels }
}

/** The ladder for alarms of this priority: the first that names it. */
export function ladderFor(config: NotifyConfig, severity: string): Ladder | null {
  const found = config.ladders.find(l => (l.severities as readonly string[]).includes(severity))
  if (!found) return null
  const { levels, repeatMin, ...rest } = found
  return {
    ...rest,
    repeatMs: repeatMin * 60_000,
    levels: levels.map(({ afterMin, ...level }) => ({ ...level, afterMs: afterMin * 60_000 })),
  }
}

const NO_HOLIDAYS: Calendar = { holidays: new Set(), workdays: new Set() }

/** Whether a moment falls into a span by the site's clock; one whose end is not after its start runs over midnight. */
export const within = (spans: readonly Times[], at: number, timeZone: string, calendar = NO_HOLIDAYS): boolean =>
  isTimeOf(spans, calendar, localClock(timeZone)(at))

/** Those of a roster who are told now. Of life safety everybody, when nobody is on duty. */
export function peopleAt(
  config: NotifyConfig,
  rosterId: string | undefined,
  life: boolean,
  at: number,
  timeZone: string,
  calendar = NO_HOLIDAYS,
): readonly Recipient[] {
  const people: readonly Recipient[] = config.rosters.find(r => r.id === rosterId)?.people ?? []
  const now = onDuty(people, calendar, localClock(timeZone)(at))
  return now.length === 0 && life ? people : now
}

/** Whether a channel is told of this by itself; quiet hours never hold for life safety. */
export function isFor(
  channel: NotifyChannel,
  told: { readonly severity: string; readonly event: string },
  at: number,
  timeZone: string,
  calendar = NO_HOLIDAYS,
): boolean {
  if (!(channel.events as readonly string[]).includes(told.event)) return false
  if (told.severity === 'life') return true
  return (
    (channel.severities as readonly string[]).includes(told.severity) && !within(channel.quiet, at, timeZone, calendar)
  )
}

/** A message that somebody is sent by name, not because his channel listens. */
export interface Duty {
  readonly told: Told
  /** Null: every channel that listens for such an event. */
  readonly to: {
    readonly channels: readonly string[]
    readonly rosters: readonly string[]
    /** In place of rosters. */
    readonly people: readonly Recipient[] | null
    /** Nothing is told then, but of life safety. */
    readonly quiet: readonly Times[]
  } | null
}
