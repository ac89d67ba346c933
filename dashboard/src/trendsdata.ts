import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { HistoryMarksView, HistorySeries, HistoryView, PointInfo } from '../../gateway/http/contract.ts'
import { call } from './api.ts'
import { sampleOf, serverNow, useLink, useTicking, watch } from './live.ts'
import { isCounter } from './trend.ts'
import { presetMs, stepFor, type TailSample, type Track, type View, withTail } from './trends.ts'

/** What the trend page draws: the history, what the live link has added to it, and the marks. */

/** Bars of counters: fewer, or most of them would be nought. */
const COUNTER_STEPS = 60
const KEPT_MS = 900_000
const iso = (at: number): string => new Date(at).toISOString()
const list = (points: readonly PointInfo[]): string => points.map(p => encodeURIComponent(p.id)).join(',')

export interface Span {
  readonly from: number
  readonly to: number
}
/** The span that is drawn; of a preset it goes on with the clock, as finely as one can see. */
export function useSpan({ preset, from, to }: View): Span {
  const ms = preset === null ? 0 : presetMs[preset]
  const every = Math.max(1000, Math.round(ms / 1000 / 1000) * 1000)
  const now = useTicking(at => (preset === null ? 0 : Math.floor(at / every) * every))
  return preset === null ? { from, to } : { from: now - ms, to: now }
}

export const spanMs = (view: View): number => (view.preset === null ? view.to - view.from : presetMs[view.preset])
export const stepsOf = (view: View): { readonly line: string; readonly count: string } => ({
  line: stepFor(spanMs(view)),
  count: stepFor(spanMs(view), COUNTER_STEPS),
})

export interface Read {
  readonly series: ReadonlyMap<string, HistorySeries>
  readonly readAt: number
}
/** @param shift by how much before the span that is shown, ms */
export function useHistory(view: View, points: readonly PointInfo[], shift: number | null) {
  const ms = spanMs(view)
  const step = stepsOf(view)
  const key = view.preset ?? `${view.from} ${view.to}`
  return useQuery({
    queryKey: ['history', 'trends', points.map(p => p.id).join(), key, shift],
    queryFn: async (): Promise<Read> => {
      const now = serverNow()
      const [from, to] = view.preset === null ? [view.from, view.to] : [now - ms, now]
      const parts = [
        [points.filter(p => !isCounter(p)), step.line],
        [points.filter(isCounter), step.count],
      ] as const
      const answers = await Promise.all(
        parts
          .filter(([some]) => some.length > 0)
          .map(([some, by]) =>
            call<HistoryView>(
              `history?point=${list(some)}&step=${by}&from=${iso(from - (shift ?? 0))}&to=${iso(to - (shift ?? 0))}`,
            ),
          ),
      )
      return {
        series: new Map(answers.flatMap(answer => answer.items.map(item => [item.point as string, item] as const))),
        readAt: Math.min(to, now),
      }
    },
    enabled: points.length > 0 && (shift === null || shift > 0),
    refetchInterval: view.preset === null ? false : Math.min(300_000, Math.max(15_000, ms / 500)),
    placeholderData: keepPreviousData,
  })
}

export function useMarks(view: View, points: readonly PointInfo[]) {
  const wanted = view.alarms || view.commands
  return useQuery({
    queryKey: ['history', 'marks', points.map(p => p.id).join(), view.preset ?? `${view.from} ${view.to}`],
    queryFn: () => {
      const now = serverNow()
      const ms = spanMs(view)
      const [from, to] = view.preset === null ? [view.from, view.to] : [now - ms, now]
      return call<HistoryMarksView>(`history/marks?point=${list(points)}&from=${iso(from)}&to=${iso(to)}`)
    },
    enabled: points.length > 0 && wanted,
    refetchInterval: view.preset === null ? false : 15_000,
    placeholderData: keepPreviousData,
  })
}

/** What the live link says of these points, from now on, for as long as it takes until the history is read again. */
export function useTail(points: readonly PointInfo[], live: boolean): (id: string) => readonly TailSample[] {
  const tails = useRef(new Map<string, TailSample[]>())
  const ids = points.filter(p => !isCounter(p)).map(p => p.id)
  const key = ids.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same ids are the same points
  useEffect(() => {
    if (!live) return
    const take = () => {
      for (const id of ids) {
        const sample = sampleOf(id)
        if (!sample) continue
        const at = Date.parse(sample.at)
        const tail = tails.current.get(id) ?? []
        if (tail.length > 0 && tail.at(-1)!.at >= at) continue
        const value = sample.quality === 'good' && sample.value !== null ? Number(sample.value) : null
        tail.push({ at, value })
        while (tail.length > 2 && tail[1]!.at < at - KEPT_MS) tail.shift()
        tails.current.set(id, tail)
      }
    }
    take()
    return watch(ids, take)
  }, [key, live])
  return id => tails.current.get(id) ?? []
}

/** The rows of a point as far as anything is known: up to now while the link is up, else up to when it was heard last. */
export function useTrack(
  read: Read | undefined,
  tail: (id: string) => readonly TailSample[],
  live: boolean,
  to: number,
) {
  const { state, stands } = useLink()
  return (point: PointInfo): Track | null => {
    const series = read?.series.get(point.id)
    if (!series || !read) return null
    if (!live || isCounter(point)) return { point, rows: series.rows, end: read.readAt }
    const end = Math.max(read.readAt, state === 'lost' ? Math.min(to, stands ?? read.readAt) : to)
    return {
      point,
      rows: withTail(
        series.rows,
        read.readAt,
        tail(point.id).filter(one => one.at < end),
      ),
      end,
    }
  }
}
