import type { HistoryMark, HistoryMarksView, HistoryStatsView, HistoryView } from '../../gateway/http/contract.ts'

const STEPS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A wave per point, with a gap from 40 % to 50 % of the span, and the first third made up for the demo. */
export function historyOf(query: URLSearchParams, demo: boolean): HistoryView {
  const [from, to] = [Date.parse(query.get('from')!), Date.parse(query.get('to')!)]
  const [, n, unit] = /^(\d+)(\w)/.exec(query.get('step')!)!
  const ms = Number(n) * STEPS[unit!]!
  const iso = (at: number) => new Date(at).toISOString()
  const items = (query.get('point') ?? '').split(',').map(point => ({
    point: point as `${string}/${string}`,
    kind: 'number' as const,
    unit: null,
    demo: demo ? [{ from: iso(from), to: iso(from + (to - from) / 3) }] : [],
    coarse: [],
    truncated: false,
    rows: Array.from({ length: Math.ceil((to - from) / ms) }, (_, i) => {
      const at = Math.floor(from / ms) * ms + i * ms
      const part = (at - from) / (to - from)
      if (part > 0.4 && part < 0.5)
        return { at: iso(at), good: 0, min: null, max: null, mean: null, last: null, rise: null }
      if (point.endsWith('/running')) {
        const on = Math.floor(Math.abs(part) * 8) % 2
        return { at: iso(at), good: 1, min: on, max: on, mean: on, last: on, rise: 0 }
      }
      // Each week a little higher.
      const mean = 20 + 5 * Math.sin(12 * part) + (Math.floor(from / (7 * STEPS.d!)) % 3)
      return { at: iso(at), good: 1, min: mean - 0.5, max: mean + 0.7, mean, last: mean, rise: 3 }
    }),
  }))
  return { from: iso(from), to: iso(to), step: query.get('step'), timezone: 'Asia/Shanghai', items, next: null }
}

/** An alarm at a quarter of the span that lasts a tenth of it, two others close together, and a command at the half. */
export function marksOf(query: URLSearchParams): HistoryMarksView {
  const [from, to] = [Date.parse(query.get('from')!), Date.parse(query.get('to')!)]
  const at = (part: number) => new Date(from + (to - from) * part).toISOString()
  const point = (query.get('point') ?? '').split(',')[0] as `${string}/${string}`
  const alarm = (id: string, severity: 'life' | 'high', part: number, zh: string, en: string): HistoryMark => ({
    ...{ kind: 'alarm', id, point, at: at(part), earlier: false, until: at(part + 0.1), severity },
    ...{ text: { 'zh-CN': zh, en }, by: null, reason: null, value: null, phase: null, demo: false },
  })
  return {
    items: [
      alarm('pump-trip', 'high', 0.25, '水泵跳闸', 'Pump tripped'),
      {
        ...{ kind: 'command', id: 'c1', point, at: at(0.5), earlier: false, until: null, severity: null },
        ...{ text: { 'zh-CN': '频率给定', en: 'Frequency setpoint' }, by: 'li', reason: 'night', value: 35 },
        ...{ phase: 'confirmed', demo: false },
      },
      alarm('low', 'high', 0.7, '出口压力低', 'Outlet pressure low'),
      alarm('gas', 'life', 0.701, '燃气浓度高', 'Gas concentration high'),
    ],
    truncated: false,
    next: null,
  }
}

export const historyStats: HistoryStatsView = {
  ...{ bytes: 12_300_000, fileBytes: 13_000_000, points: 52, offered: 90_000, samples: 31_000, late: 2, clockWrong: 0 },
  ...{ notRecorded: 0, droppedRaw: 0, droppedHours: 0, began: '2026-11-20T08:00:00.000Z', failedSince: null },
  mostBytes: 8 * 2 ** 30,
  classes: [
    {
      ...{ class: 'raw', bytes: 9_100_000, mostBytes: null, days: 90 },
      ...{ oldest: '2026-08-23T00:00:00.000Z', dropped: 1200, droppedForRoom: 200 },
    },
    {
      ...{ class: 'hours', bytes: 800_000, mostBytes: 2 ** 30, days: 3650 },
      ...{ oldest: '2026-08-23T00:00:00.000Z', dropped: 0, droppedForRoom: 0 },
    },
  ],
  ...{ lastCommitAt: '2026-11-21T08:00:00.000Z', commitAgeMs: 600, demo: 'made' },
}
