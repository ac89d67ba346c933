import type { EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { type BreakerState, type BusState, breakerState, busState, electricPoints } from '../../../rules/plant/state.ts'
import { sampleOf, useDerived } from '../live.ts'
import { PlantSymbol, SymbolShape } from '../parts/PlantSymbol.tsx'
import type { PlantState } from '../plant.ts'
import { useText } from '../text/index.ts'
import { Doubt, type Plant } from './Box.tsx'

type Id = PointInfo['id']
export interface Contacts {
  readonly closed: string | null
  readonly tripped: string | null
}

const idsOf = (...ids: readonly (string | null)[]): Id[] => ids.filter(id => id !== null) as Id[]
const known = (id: string | null) => (id === null ? null : sampleOf(id as Id))

export const useBreaker = ({ closed, tripped }: Contacts): BreakerState =>
  useDerived(idsOf(closed, tripped), () => breakerState(known(closed), known(tripped)))

type Bar = EquipmentView['busbars'][number]
export function useBus(bar: Bar | null, board: EquipmentView | undefined): BusState {
  const point = bar?.voltage ?? null
  const unit = board?.points.find(p => p.id === point)?.unit ?? null
  return useDerived(idsOf(point), () => busState(known(point), unit, bar?.nominal ?? 400))
}

const drawn: Record<Exclude<BreakerState, 'unmeasured'>, PlantState> = {
  closed: 'running',
  open: 'stopped',
  tripped: 'fault',
  unknown: 'unknown',
}
/** Full: closed; dull: open; neither: nothing tells of it. */
export function BreakerSymbol({ state }: { readonly state: BreakerState }) {
  if (state !== 'unmeasured') return <PlantSymbol kind="breaker" state={drawn[state]} />
  return (
    <span className="symw">
      <svg className="sym ov-none" viewBox="0 0 48 48" aria-hidden="true">
        <SymbolShape kind="breaker" />
      </svg>
    </span>
  )
}

/** 合, 分, 跳闸: the word beside the symbol, with what is to be doubted of it. */
export function BreakerWord({ contacts }: { readonly contacts: Contacts }) {
  const { t } = useText()
  const state = useBreaker(contacts)
  return (
    <>
      <span className={`ov-w ${state}`}>{t(`overview.breaker.${state}`)}</span>
      <Doubt points={idsOf(contacts.closed)} />
    </>
  )
}

/** kW, A, cos φ and V of a breaker, from its own points or those of its meter. */
export function electricOf(plant: Plant, equipment: EquipmentView | undefined, meter: string | null): PointInfo[] {
  return electricPoints(equipment?.points ?? [], (meter === null ? undefined : plant.byId.get(meter))?.points ?? [])
}
