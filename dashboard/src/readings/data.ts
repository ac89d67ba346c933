import { useQuery } from '@tanstack/react-query'
import type { MeterBalances, MeterLifeView, ReadingDay } from '../../../gateway/http/contract.ts'
import { call, queries } from '../api.ts'

/** @param at the moment; null: the last one that was read */
export const useReadings = (at: string | null) =>
  useQuery({
    queryKey: ['readings', 'day', at],
    queryFn: () => call<ReadingDay>(at === null ? 'readings' : `readings?at=${encodeURIComponent(at)}`),
    staleTime: 30_000,
  })
export const useMeterLife = (point: string, register: string) =>
  useQuery({
    queryKey: ['readings', 'life', point, register],
    queryFn: () => call<MeterLifeView>(`service-points/${encodeURIComponent(point)}/life?register=${register}`),
    staleTime: 30_000,
  })
export const useBalances = () =>
  useQuery({
    queryKey: ['readings', 'balances'],
    queryFn: () => call<MeterBalances>('meter-balances'),
    staleTime: 60_000,
  })
export const readingsChanged = () => queries.invalidateQueries({ queryKey: ['readings'] })
