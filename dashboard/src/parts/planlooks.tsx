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
  const drawing = useMemo(() => drawingOf(plan, text.data), [plan, text.data])
  const here = useMemo(() => equipmentOn(plan, equipment, spaces), [plan, equipment, spaces])
  const looks = useLooks(plan, here, spaces)
  const placeOf = useMemo(() => {
    const named = Object.entries(plan.places).flatMap(([place, at]) => (typeof at === 'string' ? [[at, place]] : []))
    const own = plan.drawn.filter(place => !Object.hasOwn(plan.places, place)).map(place => [place, place])
    return new Map([...own, ...named] as [string, string][])
  }, [plan])
  const { of } = useText()
  const checkpoints = plan.checkpoints.map(({ id, name, at }) => ({ id, at, label: of(name) }))
  const marks = Object.entries(plan.places).flatMap(([place, at]) => {
    const one = equipment.find(e => e.id === place)
    return typeof at === 'string' ? [] : [{ place, at, mark: <SymbolShape kind={one?.kind ?? 'cabinet'} /> }]
  })
  return { text, drawing, picture: pictureOf(plan), view: plan.view, checkpoints, here, looks, placeOf, marks }
}

/** The drawing that a plan has; of a picture an empty one as large as its pixels; null: there is none, or not yet. */
export function drawingOf({ kind, box }: Pick<PlanView, 'kind' | 'box'>, text: string | undefined): Drawing | null {
  if (kind !== null && kind !== 'svg' && box)
    return { root: { tag: 'svg', attributes: {}, children: [] }, viewBox: box, ids: new Set(), leftOut: [] }
  const read = text === undefined ? null : readDrawing(text)
  return read?.ok ? read.drawing : null
}
/** Where a picture is fetched from: another file has another address, so that none is shown from yesterday. */
const pictureOf = ({ id, kind, file }: PlanView): string | null =>
  kind === null || kind === 'svg' ? null : `/api/v1/plans/${encodeURIComponent(id)}?file=${file ?? ''}`

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
