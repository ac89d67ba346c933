import { useMemo } from 'react'
import type { EquipmentView, PlanView } from '../../../gateway/http/contract.ts'
import { type Drawing, readDrawing } from '../../../rules/drawing.ts'
import { useAlarmsInSight, useDrawing } from '../api.ts'
import { sampleOf, useDerived } from '../live.ts'
import { equipmentOn, type Spaces } from '../place.ts'
import { plantState, statePoints } from '../plant.ts'
import { useText } from '../text/index.ts'
import { worstAlarm } from './EquipmentState.tsx'
import type { PlaceLook } from './PlanDrawing.tsx'
import { SymbolShape } from './PlantSymbol.tsx'

/** All that the drawing of a plan needs: the drawing, what stands where, and how each place looks now. */
export function usePlanSheet(plan: PlanView, spaces: Spaces, equipment: readonly EquipmentView[]) {
  const text = useDrawing(plan)
  const drawing = useMemo((): Drawing | null => {
    const read = text.data === undefined ? null : readDrawing(text.data)
    return read?.ok ? read.drawing : null
  }, [text.data])
  const here = useMemo(() => equipmentOn(plan, equipment, spaces), [plan, equipment, spaces])
  const looks = useLooks(plan, here, spaces)
  const placeOf = useMemo(() => {
    const named = Object.entries(plan.places).flatMap(([place, at]) => (typeof at === 'string' ? [[at, place]] : []))
    const own = plan.drawn.filter(place => !Object.hasOwn(plan.places, place)).map(place => [place, place])
    return new Map([...own, ...named] as [string, string][])
  }, [plan])
  const marks = Object.entries(plan.places).flatMap(([place, at]) => {
    const one = equipment.find(e => e.id === place)
    return typeof at === 'string' ? [] : [{ place, at, mark: <SymbolShape kind={one?.kind ?? 'cabinet'} /> }]
  })
  return { text, drawing, here, looks, placeOf, marks }
}

/** How each place of the plan looks now; the same objects as long as nothing of them changes. */
function useLooks(
  plan: PlanView,
  here: ReadonlyMap<string | null, readonly EquipmentView[]>,
  spaces: Spaces,
): ReadonlyMap<string, PlaceLook> {
  const { t, of } = useText()
  const alarms = useAlarmsInSight()
  const points = useMemo(() => [...here.values()].flat().flatMap(statePoints), [here])
  const unknowns = useDerived(points, () =>
    plan.drawn
      .map(place => (here.get(place) ?? []).filter(one => plantState(one, sampleOf) === 'unknown').length)
      .join(),
  )
  const language = of({ 'zh-CN': 'zh', en: 'en' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words follow from the language
  return useMemo(() => {
    const counts = unknowns.split(',').map(Number)
    const byEquipment = Map.groupBy(
      alarms.filter(alarm => alarm.active && alarm.severity !== 'journal'),
      alarm => alarm.equipment,
    )
    return new Map(
      plan.drawn.map((place, i): [string, PlaceLook] => {
        const all = here.get(place) ?? []
        const mine = all.flatMap(one => byEquipment.get(one.id) ?? [])
        const severity = worstAlarm(mine)
        const unknown = counts[i] ?? 0
        const name = spaces.get(place)?.name ?? all.find(one => one.id === place)?.name
        const words = [
          name ? of(name) : place,
          severity ? `${t(`severity.${severity}`)}, ${t('plan.alarms', { n: mine.length })}` : '',
          unknown > 0 ? t('plan.noData', { n: unknown }) : '',
          !severity && unknown === 0 ? t(all.length > 0 ? 'plan.normal' : 'plan.nothingHere') : '',
        ]
        const unacked = mine.some(alarm => !alarm.acked && alarm.severity === severity)
        return [place, { severity, unacked, unknown, label: words.filter(word => word !== '').join(' · ') }]
      }),
    )
  }, [plan, here, spaces, alarms, unknowns, language])
}
