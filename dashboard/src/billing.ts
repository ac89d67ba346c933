import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BatchBrief, BatchList, BatchView } from '../../gateway/http/contract.ts'
import { type MeterMedium, meterMedia, type RegisterCode, registerCodes } from '../../rules/readings/book.ts'
import { type Quality, qualities } from '../../rules/readings/quality.ts'
import { call, newKey, queries } from './api.ts'
import { plain } from './format.ts'
import { useText } from './text/index.ts'

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
    // What is on its way changes by itself.
    refetchInterval: ({ state }) => (state.data?.deliveries.some(d => d.state === 'waiting') ? 3000 : false),
  })
export const useBillingKey = () =>
  useQuery({ queryKey: ['billing-key'], queryFn: async () => (await call<{ key: string }>('billing/key')).key })

/** Sends one thing, once, and reads again what it changed. */
export function useBilling(done: (answer: BatchBrief) => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key] = useState(newKey)
  const send = async (path: string, body: object) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const answer = await call<BatchBrief>(`billing/${path}`, { method: 'POST', body, key })
      for (const one of ['batches', 'batch']) await queries.invalidateQueries({ queryKey: [one] })
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

/** Names of what a batch holds as codes; one that this page does not know stands as it is. */
export function useBillingWords() {
  const { t } = useText()
  const known = (codes: readonly string[], id: string, word: () => string): string => (codes.includes(id) ? word() : id)
  return {
    phase: (id: BatchView['phase']) => t(`billing.phases.${id}`),
    /** What the calendar did has no person. */
    who: (name: string) => (name === 'gateway' ? t('billing.calendar') : plain(name)),
    group: (id: string) => known(['all', 'homes', 'shops', 'works'], id, () => t(`billing.groups.${id as 'all'}`)),
    medium: (id: string) => known(meterMedia, id, () => t(`billing.media.${id as MeterMedium}`)),
    register: (id: string) => known(registerCodes, id, () => t(`billing.registers.${id as RegisterCode}`)),
    quality: (id: string) => known(qualities, id, () => t(`billing.qualities.${id as Quality}`)),
  }
}
