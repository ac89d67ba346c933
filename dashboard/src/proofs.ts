import { useQuery } from '@tanstack/react-query'
import type { ProofOffer, ProofView, Provable } from '../../gateway/http/contract.ts'
import { call, type Items, queries } from './api.ts'
import { formatNumber, formatUnit } from './format.ts'
import { useWorded } from './parts/Value.tsx'
import { useText } from './text/index.ts'

/** Tests of alarms, as the pages ask for them. */
const items =
  <T>(path: string) =>
  async (): Promise<readonly T[]> =>
    (await call<Items<T>>(path)).items

/** @param rule of this rule alone; null: of all */
export const useProofs = (rule: string | null) =>
  useQuery({
    queryKey: ['alarm-proofs', 'all', rule],
    queryFn: items<ProofView>(`alarm-proofs?limit=200${rule === null ? '' : `&rule=${encodeURIComponent(rule)}`}`),
    refetchInterval: 10_000,
  })
/** While it runs, and until its siren is known to be silent, it is asked for each second. */
export const useProof = (id: string) =>
  useQuery({
    queryKey: ['alarm-proofs', id],
    queryFn: () => call<ProofView>(`alarm-proofs/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.end === null || state.data.steps.some(s => s.result === 'pending')
        ? 1000
        : false,
  })
/** The one that runs, or null. @param asks whether there is a reason to ask */
export const useRunningProof = (asks: boolean) =>
  useQuery({
    queryKey: ['alarm-proofs', 'running'],
    queryFn: async () => (await items<ProofView>('alarm-proofs?running=true')())[0] ?? null,
    enabled: asks,
    refetchInterval: 5000,
  })
export const useProvable = (of: { readonly rule: string } | { readonly equipment: string } | null) => {
  const asked = of === null ? '' : new URLSearchParams(of as Record<string, string>).toString()
  return useQuery({ queryKey: ['provable', asked], queryFn: items<Provable>(`provable-alarms?${asked}`) })
}
export const useOffer = (rule: string, point: string) =>
  useQuery({
    queryKey: ['proof-offer', rule, point],
    queryFn: () => call<ProofOffer>(`alarm-proof-offer?${new URLSearchParams({ rule, point })}`),
    staleTime: 0,
  })
export const proofsChanged = () =>
  Promise.all(
    [['alarm-proofs'], ['provable'], ['proof-offer']].map(queryKey => queries.invalidateQueries({ queryKey })),
  )

const PLAIN = { kind: 'boolean', enum: null, decimals: null } as const
/** A stated value with its unit, or its word. */
export function useStated() {
  const { lang } = useText()
  const worded = useWorded()
  return (point: string, value: number | boolean | string, unit: string | null): string =>
    typeof value === 'number'
      ? `${formatNumber(value, lang)} ${formatUnit(unit)}`.trim()
      : worded({ id: point as `${string}/${string}`, key: point.slice(point.indexOf('/') + 1), unit, ...PLAIN }, value)
}

/** When an alarm of each rule was proved last, ISO 8601; rules that are not in it never were. */
export function useProvedRules(): ReadonlyMap<string, string> {
  const { data } = useProvable(null)
  const last = new Map<string, string>()
  for (const { rule, provedAt } of data ?? [])
    if (provedAt !== null && provedAt > (last.get(rule) ?? '')) last.set(rule, provedAt)
  return last
}
