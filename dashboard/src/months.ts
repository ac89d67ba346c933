import { useQuery } from '@tanstack/react-query'
import type { MonthListed, MonthRowView, MonthView } from '../../gateway/http/contract.ts'
import type { CounterId } from '../../rules/month.ts'
import { call, type Items, newKey, queries } from './api.ts'

export const useMonths = () =>
  useQuery({ queryKey: ['months'], queryFn: async () => (await call<Items<MonthListed>>('months')).items })
/** @param version null: as it is counted now */
export const useMonth = (month: string | undefined, version: number | null) =>
  useQuery({
    queryKey: ['month', month, version],
    queryFn: () => call<MonthView>(`months/${month}${version === null ? '' : `?version=${version}`}`),
    staleTime: 0,
    enabled: month !== undefined,
  })
/** What a number counts, as it is now. */
export const useMonthRows = (month: string, counter: CounterId | null) =>
  useQuery({
    queryKey: ['month-rows', month, counter],
    queryFn: async () => (await call<Items<MonthRowView>>(`months/${month}/rows?counter=${counter}`)).items,
    staleTime: 0,
    enabled: counter !== null,
  })
export async function archiveMonth(month: string, reason: string): Promise<MonthView> {
  const made = await call<MonthView>(`months/${month}/archive`, { method: 'POST', body: { reason }, key: newKey() })
  for (const key of ['months', 'month']) await queries.invalidateQueries({ queryKey: [key] })
  return made
}
