import type { Language } from '../core/errors.ts'
import type { PatrolReportView } from './contract.ts'

const WORDS = {
  'zh-CN': {
    points: ['路线', '巡更点', '应到', '漏巡', '无人覆盖（分钟）'],
    hour: (h: number) => `${String(h).padStart(2, '0')} 时最长间隔（分钟）`,
    guards: ['巡更员', '行走次数', '最短（秒）', '中位数（秒）', '最短的起点', '最短的终点', '时间'],
    trail: '留痕序号与哈希',
    onTime: '按时到点率',
    span: '起止',
  },
  en: {
    points: ['route', 'point', 'due', 'missed', 'uncovered (min)'],
    hour: (h: number) => `${String(h).padStart(2, '0')} h longest gap (min)`,
    guards: ['guard', 'walks', 'shortest (s)', 'median (s)', 'shortest from', 'shortest to', 'at'],
    trail: 'trail entry and hash',
    onTime: 'share in time',
    span: 'from and until',
  },
} as const
const minutes = (ms: number | null): string => (ms === null ? '' : String(Math.round(ms / 60_000)))

/** The report as a table: points with their gaps by the hour, or guards; at the end what it covers and the entry of the trail. */
export function patrolReportRows(
  view: PatrolReportView,
  what: 'points' | 'guards',
  language: Language,
  zone: string,
): readonly (readonly string[])[] {
  const words = WORDS[language]
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const at = (text: string) => format.format(Date.parse(text))
  const nameOf = (route: string, id: string) =>
    view.points.find(p => p.route === route && p.checkpoint === id)?.name[language] ?? id
  const table =
    what === 'points'
      ? [
          [...words.points, ...Array.from({ length: 24 }, (_, h) => words.hour(h))],
          ...view.points.map(p => [
            ...[p.routeName[language], p.name[language], String(p.due), String(p.missed), minutes(p.uncoveredMs)],
            ...p.gaps.map(minutes),
          ]),
        ]
      : [
          words.guards,
          ...view.guards.map(g => [
            ...[
              g.person,
              String(g.walks),
              String(Math.round(g.shortestMs / 1000)),
              String(Math.round(g.medianMs / 1000)),
            ],
            ...[nameOf(g.route, g.from), nameOf(g.route, g.to), at(g.at)],
          ]),
        ]
  return [
    ...table,
    [words.onTime, view.onTime === null ? '' : `${Math.round(view.onTime * 1000) / 10} %`],
    [words.span, at(view.from), at(view.to)],
    [words.trail, String(view.trail.seq), view.trail.hash],
  ]
}
