import type { PointId } from '../../drivers/point.ts'
import type { Rule } from '../rule.ts'

/** What the gateway says of permits by itself: a point for each space. */
export const PERMITS = 'gatehouse.permits'
export const permitPoints = (spaces: Iterable<string>): readonly PointId[] =>
  [...spaces].map((id): PointId => `${PERMITS}/${id}`)
export const permitSpace = (point: string): string | null =>
  point.startsWith(`${PERMITS}/`) ? point.slice(PERMITS.length + 1) : null

export const permitRules: readonly Rule[] = [
  {
    id: 'permit-overdue',
    points: [`${PERMITS}/*`],
    when: { equals: true },
    severity: 'high',
    delayOnS: 0,
    delayOffS: 0,
    text: {
      'zh-CN': '作业票到期未确认停工（或恢复探测器），或动火后监护到时未关闭',
      en: 'A permit ran out and nobody said that work has stopped (or detectors are restored), or a watch is over and not closed',
    },
    source: '动火管理 P-12；GB 30871-2022 5.1',
  },
]
