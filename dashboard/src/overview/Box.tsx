import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { AlarmView, EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { sampleOf, useDerived } from '../live.ts'
import { StateWord, usePlantState, worstAlarm } from '../parts/EquipmentState.tsx'
import { Icon } from '../parts/Icon.tsx'
import { PlantSymbol } from '../parts/PlantSymbol.tsx'
import { Priority } from '../parts/Priority.tsx'
import { TagNote } from '../parts/permits/TagNote.tsx'
import { Value } from '../parts/Value.tsx'
import { leadingPoints } from '../plant.ts'
import { useText } from '../text/index.ts'

export type AlarmsOf = ReadonlyMap<string, readonly AlarmView[]>
/** What all parts of the overview are drawn from. */
export interface Plant {
  readonly all: readonly EquipmentView[]
  readonly byId: ReadonlyMap<string, EquipmentView>
  readonly alarms: AlarmsOf
}

export const hrefOf = (equipment: string): string => `/equipment/${encodeURIComponent(equipment)}`

/** The ground of something with an alarm that still asks for a person. */
export function tintOf(alarms: readonly AlarmView[]): string {
  const worst = worstAlarm(alarms)
  const active = alarms.filter(alarm => alarm.active && alarm.severity === worst)
  return worst && (worst === 'life' || active.some(alarm => !alarm.acked)) ? `${worst} tint` : ''
}

/** Says that what a state rests on is old or doubtful, and why; nothing while it is as it should be. */
export function Doubt({ points }: { readonly points: readonly string[] }) {
  const { t } = useText()
  const why = useDerived(
    points as PointInfo['id'][],
    () => points.map(id => sampleOf(id as PointInfo['id'])).find(s => s?.quality === 'uncertain')?.reason ?? null,
  )
  if (why === null) return null
  return (
    <span className="val">
      <span className="qm">
        {why === 'stale' ? <Icon name="clock" /> : <b>?</b>}
        {t(`reason.${why}`)}
      </span>
    </span>
  )
}

/** The most urgent alarm in words. */
export function AlarmWord({ alarms }: { readonly alarms: readonly AlarmView[] }) {
  const { of } = useText()
  const worst = worstAlarm(alarms)
  const first = alarms.find(alarm => alarm.active && alarm.severity === worst)
  if (!worst || !first) return null
  return <Priority severity={worst} shown={first.acked ? 'ack' : 'unack'} word={of(first.text)} />
}

interface Props {
  readonly equipment: EquipmentView
  readonly plant: Plant
  /** What is shown of it; default: what one asks first. */
  readonly points?: readonly PointInfo[]
  /** In place of its symbol. */
  readonly symbol?: ReactNode
  /** In place of the word of its state. */
  readonly state?: ReactNode
  readonly children?: ReactNode
  readonly className?: string
}

/** A piece of equipment in a few lines: symbol, state, what one asks first of it, its alarm and its tags. */
export function Box({ equipment, plant, points, symbol, state: word, children, className = '' }: Props) {
  const { of } = useText()
  const state = usePlantState(equipment)
  const alarms = plant.alarms.get(equipment.id) ?? []
  const shown = points ?? leadingPoints(equipment.points, 3)
  return (
    <article className={`ov-box ${tintOf(alarms)} ${className}`} data-equipment={equipment.id}>
      {symbol ?? <PlantSymbol kind={equipment.kind} state={state} alarm={worstAlarm(alarms)} />}
      <div className="ov-b">
        <Link href={hrefOf(equipment.id)} className="eq-a">
          <bdi>{of(equipment.name)}</bdi>
        </Link>
        <div className="row wrap g2 cap">{word ?? <StateWord state={state} />}</div>
        <AlarmWord alarms={alarms} />
        {children}
        <dl className="ov-v">
          {shown.map(point => (
            <div key={point.id}>
              <dt className="cap">{of(point.name)}</dt>
              <dd>
                <Value point={point} />
              </dd>
            </div>
          ))}
        </dl>
        <TagNote equipment={equipment.id} />
      </div>
    </article>
  )
}
