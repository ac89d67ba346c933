import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HandoverCrewView, HandoverSheetView } from '../../gateway/http/contract.ts'
import { call, type Items, post, queries, useMay } from './api.ts'
import { useRecordBlock } from './parts/Button.tsx'
import { useText } from './text/index.ts'

const KEY = ['crews']

export const useCrews = (everyMs: number) => {
  const allowed = useMay('handover.read')
  return useQuery({
    queryKey: KEY,
    queryFn: async () => (await call<Items<HandoverCrewView>>('crews')).items,
    refetchInterval: everyMs,
    // The frame asks seldom: a sheet that is opened begins with what is open now.
    staleTime: 0,
    enabled: allowed,
  })
}
export const useHandovers = (crew: string) =>
  useQuery({
    queryKey: ['handovers', crew],
    queryFn: async () =>
      (await call<Items<HandoverSheetView>>(`handovers?limit=20&crew=${encodeURIComponent(crew)}`)).items,
    refetchInterval: 30_000,
  })
export const useHandover = (id: string) =>
  useQuery({
    queryKey: ['handover', id],
    queryFn: () => call<HandoverSheetView>(`handovers/${encodeURIComponent(id)}`),
  })

/** Asks something of the sheet of a crew; the answer is how it is then. */
export function useAsk(crew: string) {
  const { t } = useText()
  const may = useMay('handover.keep')
  const away = useRecordBlock()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const ask = async (path: string, body: object = {}): Promise<boolean> => {
    setError(null)
    setBusy(true)
    try {
      const next = await post<HandoverCrewView>(`crews/${encodeURIComponent(crew)}/${path}`, body)
      queries.setQueryData<readonly HandoverCrewView[]>(KEY, had => had?.map(c => (c.id === crew ? next : c)))
      void queries.invalidateQueries({ queryKey: ['handovers', crew] })
      return true
    } catch (refused) {
      setError(refused)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { ask, error, busy, blocked: away ?? (may ? null : t('handover.blockedRole')) }
}
