import { useQuery } from '@tanstack/react-query'
import type { PermitView, SwitchingView, TagView } from '../../gateway/http/contract.ts'
import { call, type Items, queries, useMay } from './api.ts'

const AGAIN_MS = 5000
const list =
  <T>(path: string) =>
  async (): Promise<readonly T[]> =>
    (await call<Items<T>>(path)).items

/** Permits of dangerous work; others approve and start them, so they are asked for again. */
export const usePermits = (all: boolean) =>
  useQuery({
    queryKey: ['permits', all],
    queryFn: list<PermitView>(all ? 'permits?all=true' : 'permits'),
    refetchInterval: AGAIN_MS,
  })
export const usePermit = (id: string) =>
  useQuery({
    queryKey: ['permits', 'one', id],
    queryFn: () => call<PermitView>(`permits/${encodeURIComponent(id)}`),
    refetchInterval: AGAIN_MS,
  })
export const permitsChanged = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ['permits'] })

/** Tags that hang; each page that shows equipment shows them. */
export const useTags = (all = false) => {
  const allowed = useMay('plant.read')
  return useQuery({
    queryKey: ['tags', all],
    queryFn: list<TagView>(all ? 'tags?all=true' : 'tags'),
    refetchInterval: AGAIN_MS,
    enabled: allowed,
  })
}
export const tagsChanged = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ['tags'] })

export const useSwitchings = () =>
  useQuery({
    queryKey: ['switchings'],
    queryFn: list<SwitchingView>('switchings'),
    refetchInterval: AGAIN_MS,
  })
export const switchingsChanged = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ['switchings'] })
