import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BatchList, BatchView, TariffView } from '../../gateway/http/contract.ts'
import { call, type Items, newKey, queries } from './api.ts'

const q = encodeURIComponent
export const batchFile = (name: string, format: 'csv' | 'xlsx' | 'json'): string =>
  `/api/v1/billing/batches/${q(name)}/file?format=${format}`

export const useBatches = () =>
  useQuery({ queryKey: ['batches'], queryFn: () => call<BatchList>('billing/batches'), staleTime: 0 })
export const useBatch = (name: string) =>
  useQuery({
    queryKey: ['batch', name],
    queryFn: () => call<BatchView>(`billing/batches/${q(name)}`),
    staleTime: 0,
    retry: false,
  })
export const useTariffs = () =>
  useQuery({
    queryKey: ['tariffs'],
    queryFn: async () => (await call<Items<TariffView>>('billing/tariffs')).items,
    staleTime: 0,
  })
export const useBillingKey = () =>
  useQuery({ queryKey: ['billing-key'], queryFn: async () => (await call<{ key: string }>('billing/key')).key })

/** Sends one thing, once, and reads again what it changed. */
export function useBilling<T = BatchView>(done: (answer: T) => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key] = useState(newKey)
  const send = async (path: string, body: object | undefined, method: 'POST' | 'DELETE' = 'POST') => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const answer = await call<T>(`billing/${path}`, { method, ...(body && { body, key }) })
      for (const one of ['batches', 'batch', 'tariffs']) await queries.invalidateQueries({ queryKey: [one] })
      done(answer)
    } catch (refused) {
      setError(refused)
      // It may be that somebody was faster: show what is there.
      await queries.invalidateQueries({ queryKey: ['batch'] })
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, send }
}
