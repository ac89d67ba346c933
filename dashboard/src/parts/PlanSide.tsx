import { Link } from 'wouter'
import type { EquipmentView, PlanView, SpaceView } from '../../../gateway/http/contract.ts'
import { useAlarmsInSight } from '../api.ts'
import { formatNumber } from '../format.ts'
import type { Spaces } from '../place.ts'
import { leadingPoints } from '../plant.ts'
import { useText } from '../text/index.ts'
import { StateWord, usePlantState, worstAlarm } from './EquipmentState.tsx'
import { Icon } from './Icon.tsx'
import { Empty } from './notes.tsx'
import type { PlaceLook } from './PlanDrawing.tsx'
import { PlantSymbol } from './PlantSymbol.tsx'
import { Priority } from './Priority.tsx'
import { Value } from './Value.tsx'

interface Props {
  readonly plan: PlanView
  readonly plans: readonly PlanView[]
  readonly spaces: Spaces
  readonly here: ReadonlyMap<string | null, readonly EquipmentView[]>
  readonly looks: ReadonlyMap<string, PlaceLook>
  readonly chosen: string | null
  readonly onChoose: (place: string) => void
}

/** Beside the drawing: what is in the chosen place, and what is not normal on the whole sheet. */
export function PlanSide({ plan, plans, spaces, here, looks, chosen, onChoose }: Props) {
  const { t, of } = useText()
  const mine = chosen === null ? [] : (here.get(chosen) ?? [])
  const space = chosen === null ? undefined : spaces.get(chosen)
  const name = space?.name ?? mine[0]?.name
  const inner = plans.find(one => one.space === chosen && one.id !== plan.id)
  const abnormal = [...looks].filter(([, look]) => look.severity || look.unknown > 0)
  const undrawn = here.get(null) ?? []
  return (
    <div className="stk">
      {chosen === null ? null : (
        <section className="card pl-here">
          <div className="card-h">
            <h2>
              <bdi>{name ? of(name) : chosen}</bdi>
            </h2>
            <span className="dim">{mine.length || ''}</span>
            {inner ? (
              <Link href={`/plan/${encodeURIComponent(inner.id)}`} className="btn sm ml">
                <Icon name="plan" />
                {t('plan.open')}
              </Link>
            ) : null}
          </div>
          {space ? <Facts space={space} /> : null}
          {mine.length === 0 ? (
            <Empty icon="equipment" title={t('plan.nothingHere')} />
          ) : (
            <ul className="eqs pl-eqs">
              {mine.map(one => (
                <Device key={one.id} equipment={one} />
              ))}
            </ul>
          )}
        </section>
      )}
      <section className="card pl-abn">
        <div className="card-h">
          <h2>{t('plan.abnormal')}</h2>
          <span className="dim">{abnormal.length || ''}</span>
        </div>
        {abnormal.length === 0 ? (
          <Empty icon="check" title={t('plan.allNormal')} why={t('plan.press')} />
        ) : (
          <ul className="lst">
            {abnormal.map(([place, look]) => (
              <li key={place}>
                <button type="button" className="link grow pl-b" onClick={() => onChoose(place)}>
                  <bdi>
                    {of(spaces.get(place)?.name ?? here.get(place)?.[0]?.name ?? { 'zh-CN': place, en: place })}
                  </bdi>
                </button>
                {look.severity ? <Priority severity={look.severity} shown={look.unacked ? 'unack' : 'ack'} /> : null}
                {look.unknown > 0 ? <span className="q-t">? {t('plan.noData', { n: look.unknown })}</span> : null}
              </li>
            ))}
          </ul>
        )}
      </section>
      {undrawn.length > 0 ? (
        <section className="card">
          <div className="card-h">
            <h2>{t('plan.undrawn')}</h2>
            <span className="dim">{undrawn.length}</span>
          </div>
          <ul className="eqs pl-eqs">
            {undrawn.map(one => (
              <Device key={one.id} equipment={one} />
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

/** What the site says of a unit or a room. */
function Facts({ space }: { readonly space: SpaceView }) {
  const { t, lang, code } = useText()
  const facts = [
    space.kind === 'unit' && space.use ? code('spaceUse', space.use) : '',
    space.state ? code('unitState', space.state) : '',
    space.area === null ? '' : `${formatNumber(space.area, lang)} m²`,
    space.tenant ?? '',
  ].filter(fact => fact !== '')
  return facts.length === 0 ? null : (
    <div className="card-b dim">
      <bdi>{facts.join(t('common.listSep'))}</bdi>
    </div>
  )
}

function Device({ equipment }: { readonly equipment: EquipmentView }) {
  const { of, t } = useText()
  const state = usePlantState(equipment)
  const alarms = useAlarmsInSight().filter(alarm => alarm.equipment === equipment.id && alarm.active)
  const worst = worstAlarm(alarms)
  const first = alarms.find(alarm => alarm.severity === worst)
  return (
    <li>
      <PlantSymbol kind={equipment.kind} state={state} alarm={worst} />
      <div className="eq-n">
        <Link href={`/equipment/${encodeURIComponent(equipment.id)}`} className="eq-a">
          <bdi>{of(equipment.name)}</bdi>
        </Link>
        <div className="cap row">
          <StateWord state={state} />
          {alarms.length > 1 ? <span>{t('plan.alarms', { n: alarms.length })}</span> : null}
        </div>
      </div>
      {worst && first ? (
        <div className="eq-m">
          <Priority severity={worst} shown={first.acked ? 'ack' : 'unack'} word={of(first.text)} />
        </div>
      ) : null}
      <dl className="eq-v">
        {leadingPoints(equipment.points, 4).map(point => (
          <div key={point.id}>
            <dd>
              <Value point={point} />
            </dd>
            <dt className="cap el">{of(point.name)}</dt>
          </div>
        ))}
      </dl>
    </li>
  )
}
