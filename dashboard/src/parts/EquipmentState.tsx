import type { AlarmView, EquipmentView } from '../../../gateway/http/contract.ts'
import { byUrgency } from '../../../rules/alarm.ts'
import type { Severity } from '../../../rules/rule.ts'
import { sampleOf, useDerived } from '../live.ts'
import { type PlantState, plantState, statePoints } from '../plant.ts'
import { useText } from '../text/index.ts'

/** The state of a piece of equipment, drawn again only when it changes. */
export const usePlantState = (equipment: EquipmentView): PlantState =>
  useDerived(statePoints(equipment), () => plantState(equipment, sampleOf))

const look: Record<PlantState, string> = {
  running: 'run',
  online: 'run',
  stopped: 'stop',
  fault: 'fault',
  unknown: 'unknown',
}

export function StateWord({ state }: { readonly state: PlantState }) {
  const { t } = useText()
  return <span className={`st ${look[state]}`}>{t(`equipmentState.${state}`)}</span>
}

/** The most urgent real alarm that is active; one that is frozen by bad data still counts, as nobody knows better. */
export function worstAlarm(alarms: readonly AlarmView[]): Severity | null {
  const active = alarms.filter(alarm => alarm.active && !alarm.test && alarm.severity !== 'journal')
  return active.toSorted((a, b) => byUrgency({ ...a, raisedAt: null }, { ...b, raisedAt: null }))[0]?.severity ?? null
}
