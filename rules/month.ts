import type { Text } from '../drivers/point.ts'
import { dayFrom, startOf, today } from './registerdays.ts'

/**
 * The month of a property office in numbers [F36, N85, M56]. Each number is a count of rows, and the rows can be looked at:
 * a number that nobody can check is none. Pure: what was counted, and when, goes in.
 */
const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

export interface Counter {
  readonly id: string
  readonly group: MonthGroup
  readonly name: Text
  /** What one of them is, and which day counts it. */
  readonly counts: Text
  /** There should be so many in a month [N46, N47]. */
  readonly least?: number
}
export const monthGroups = {
  desk: both('客户服务', 'Service desk'),
  orders: both('工单', 'Work orders'),
  security: both('秩序与消防', 'Security and fire safety'),
  registers: both('台账', 'Registers'),
} as const satisfies Record<string, Text>
export type MonthGroup = keyof typeof monthGroups

const counter = <const Id extends string>(
  group: MonthGroup,
  id: Id,
  name: readonly [zh: string, en: string],
  counts: readonly [zh: string, en: string],
  least?: number,
): Counter & { readonly id: Id } => ({
  id,
  group,
  name: both(...name),
  counts: both(...counts),
  ...(least !== undefined && { least }),
})

/** In the order of the printed page; the first five are those of the monthly report of the seed [002:180]. */
export const counters = [
  counter(
    'desk',
    'moved-in',
    ['入住', 'Units handed over'],
    ['空置房台账中本月交付的房屋', 'vacant units handed over in the register'],
  ),
  counter(
    'desk',
    'decoration-sites',
    ['进场装修户', 'Decoration sites begun'],
    ['本月发出施工许可的装修工地', 'decoration sites that were given their permit'],
  ),
  counter(
    'desk',
    'passes',
    ['办理出入证', 'Passes issued'],
    ['本月批准的证件（补办另计一张）', 'passes approved; one in place of another counts again'],
  ),
  counter(
    'desk',
    'hot-work-permits',
    ['开具动火证', 'Hot-work permits issued'],
    ['本月盖章发出的动火证', 'hot-work permits stamped and issued'],
  ),
  counter('desk', 'complaints', ['投诉', 'Complaints'], ['本月受理的投诉', 'complaints taken in']),
  counter('desk', 'suggestions', ['意见建议', 'Suggestions'], ['本月受理的建议', 'suggestions taken in']),
  counter('desk', 'reports', ['报修', 'Repairs reported'], ['本月受理的报修', 'reports of repairs taken in']),
  counter('orders', 'orders-opened', ['新开工单', 'Orders opened'], ['本月新开的工单', 'orders opened']),
  counter('orders', 'orders-closed', ['办结工单', 'Orders closed'], ['本月办结的工单', 'orders closed']),
  counter('security', 'rounds-due', ['应巡', 'Rounds due'], ['本月到时的巡更', 'rounds whose time was over']),
  counter(
    'security',
    'rounds-done',
    ['完成巡更', 'Rounds done'],
    ['本月到时且各点均有人到的巡更', 'of these, those of which every point was visited'],
  ),
  counter('security', 'handovers', ['交接班', 'Handovers'], ['本月双方签字的交接班', 'handovers signed by both crews']),
  counter(
    'security',
    'room-visits',
    ['机房出入', 'Visits to rooms'],
    ['本月进入机房等房间的来访', 'visits that went into a room'],
  ),
  counter(
    'security',
    'other-permits',
    ['其他作业票', 'Other permits issued'],
    ['本月发出的动火证以外的作业票', 'permits issued that are not for hot work'],
  ),
  counter('security', 'switchings', ['停送电操作', 'Switchings'], ['本月完成的操作票', 'switching orders done']),
  counter(
    'security',
    'fire-gear-checks',
    ['消防器材检查', 'Fire gear checks'],
    ['本月的检查次数', 'checks of fire gear'],
  ),
  counter(
    'security',
    'fire-gear-defects',
    ['消防器材不合格', 'Fire gear defects'],
    ['本月检查不合格的次数', 'of these, those that found a defect'],
  ),
  counter('security', 'trainings', ['安保培训', 'Guard trainings'], ['日期在本月的安保培训', 'held, by their day'], 3),
  counter('security', 'meetings', ['部门会议', 'Department meetings'], ['日期在本月的会议', 'held, by their day'], 2),
  counter('registers', 'keys-out', ['借出钥匙', 'Keys given out'], ['本月借出次数', 'times a key was given out']),
  counter(
    'registers',
    'keys-late',
    ['钥匙当日未还', 'Keys not back the same day'],
    ['本月逾期次数', 'times a key was not back in time'],
  ),
  counter(
    'registers',
    'slips-used',
    ['出门条放行', 'Exit slips used'],
    ['本月全部放行的出门条', 'slips of which all has gone out'],
  ),
  counter(
    'registers',
    'slips-held',
    ['出门条扣留', 'Exit slips held'],
    ['本月因不符扣留的次数', 'times goods did not match their slip'],
  ),
  counter(
    'registers',
    'vacant-looks',
    ['空置房检查', 'Looks at vacant units'],
    ['本月周查和全面检查的次数', 'weekly looks and full checks'],
  ),
  counter('registers', 'found', ['拾遗登记', 'Things found'], ['本月登记的拾遗物品', 'found things put down']),
  counter('registers', 'claimed', ['拾遗认领', 'Things claimed'], ['本月认领的拾遗物品', 'found things claimed']),
] as const satisfies readonly Counter[]
export type CounterId = (typeof counters)[number]['id']

/** One of what a number counts. `no`: as people call it; never the name of a person. */
export interface MonthRow {
  readonly no: string
  readonly at: number
  readonly text: Text
  /** The page where it stands. */
  readonly link: string
  readonly demo: boolean
}
export type MonthRows = Readonly<Record<CounterId, readonly MonthRow[]>>
export interface MonthFigure {
  readonly id: CounterId
  readonly n: number
  /** How many of them were made up for the demo. */
  readonly demo: number
  /** Which they were: a later version says what came and what went. */
  readonly nos: readonly string[]
}
export const figuresOf = (rows: MonthRows): MonthFigure[] =>
  counters.map(({ id }) => ({
    ...{ id, n: rows[id].length, demo: rows[id].filter(r => r.demo).length },
    nos: rows[id].map(r => r.no),
  }))

/** Where a number of a later version of the same month differs from the earlier one. */
export interface MonthDifference {
  readonly id: CounterId
  readonly from: number
  readonly to: number
  readonly added: readonly string[]
  readonly gone: readonly string[]
}
/** What stands in one list more often than in the other; a key that went out twice stands there twice. */
function beyond(more: readonly string[], less: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const no of less) left.set(no, (left.get(no) ?? 0) + 1)
  return more.filter(no => {
    const n = left.get(no) ?? 0
    if (n > 0) left.set(no, n - 1)
    return n === 0
  })
}
/** @param older a number that the older version did not have yet counts as none */
export function differences(older: readonly MonthFigure[], newer: readonly MonthFigure[]): MonthDifference[] {
  const had = new Map(older.map(f => [f.id, f]))
  return newer.flatMap(({ id, n, nos }) => {
    const was = had.get(id)
    const [added, gone] = [beyond(nos, was?.nos ?? []), beyond(was?.nos ?? [], nos)]
    return added.length + gone.length === 0 ? [] : [{ id, from: was?.n ?? 0, to: n, added, gone }]
  })
}

/** Whether there is such a month, `2026-11`. */
export const isMonth = (text: string): boolean => /^(19|20|21)\d\d-(0[1-9]|1[0-2])$/.test(text)
/** The month that the calendar of the site shows. */
export const monthAt = (at: number, zone: string): string => today(at, zone).slice(0, 7)
/** @param by -1: the month before */
export function monthBy(month: string, by: number): string {
  const { year, month: of } = dayFrom(`${month}-01`)
  return new Date(Date.UTC(year, of - 1 + by, 1)).toISOString().slice(0, 7)
}
/** From its first moment on, before the first of the next, on the clocks of the site. */
export const monthSpan = (month: string, zone: string): readonly [from: number, to: number] => [
  startOf(`${month}-01`, zone),
  startOf(`${monthBy(month, 1)}-01`, zone),
]

/** So long after its end a month is archived by itself: what sticks and phones bring in the morning after is in it. */
export const ARCHIVE_AFTER_MS = 86_400_000
/** Months looked back for one that is still to be archived: a gateway that was off for long does not skip any. */
const MOST_BACK = 24
/**
 * Months that are over and have no archive yet, the earliest first. None that ended before anything was recorded.
 * @param since the first record; null: there is none
 */
export function monthsToArchive(
  now: number,
  zone: string,
  since: number | null,
  has: (month: string) => boolean,
): string[] {
  if (since === null) return []
  const here = monthAt(now, zone)
  return Array.from({ length: MOST_BACK }, (_, i) => monthBy(here, -1 - i))
    .filter(month => {
      const [, to] = monthSpan(month, zone)
      return to + ARCHIVE_AFTER_MS <= now && to > since && !has(month)
    })
    .reverse()
}
