import { useQuery } from '@tanstack/react-query'
import type {
  DailyUse,
  MeterBalances,
  MeterLifeView,
  MultiplierAsks,
  ReadingDay,
  ReadingEstimate,
  ReadingExceptions,
} from '../../../gateway/http/contract.ts'
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
export const useExceptions = () =>
  useQuery({
    queryKey: ['readings', 'exceptions'],
    queryFn: () => call<ReadingExceptions>('reading-exceptions'),
    staleTime: 30_000,
  })
/** @param n the reading that would be estimated; null: there is none */
export const useEstimate = (n: number | null) =>
  useQuery({
    queryKey: ['readings', 'estimate', n],
    queryFn: () => call<ReadingEstimate>(`readings/${n}/estimate`),
    enabled: n !== null,
    staleTime: 30_000,
  })
export const useMultiplierAsks = (point: string) =>
  useQuery({
    queryKey: ['readings', 'multipliers', point],
    queryFn: () => call<MultiplierAsks>(`service-points/${encodeURIComponent(point)}/multipliers`),
    staleTime: 30_000,
  })
export const dailyPath = (point: string, from: string | null, to: string | null) =>
  `service-points/${encodeURIComponent(point)}/days?register=total${from === null ? '' : `&from=${from}`}${to === null ? '' : `&to=${to}`}`
export const useDailyUse = (point: string, from: string | null, to: string | null) =>
  useQuery({
    queryKey: ['readings', 'days', point, from, to],
    queryFn: () => call<DailyUse>(dailyPath(point, from, to)),
    staleTime: 30_000,
  })
