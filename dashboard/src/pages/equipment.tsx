import { useDeferredValue, useState } from 'react'
import { Link } from 'wouter'
import type { AlarmView, EquipmentView } from '../../../gateway/http/contract.ts'
import { useAlarmsInSight, useEquipment, useMay } from '../api.ts'
import { formatNumber } from '../format.ts'
import { StateWord, usePlantState, worstAlarm } from '../parts/EquipmentState.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { PapersDue } from '../parts/Papers.tsx'
import { PlantSymbol } from '../parts/PlantSymbol.tsx'
import { Priority } from '../parts/Priority.tsx'
import { TagNote } from '../parts/permits/TagNote.tsx'
import { Value } from '../parts/Value.tsx'
import { leadingPoints } from '../plant.ts'
import { useText } from '../text/index.ts'

/** Everything the gateway reads, by place. */
export default function Equipment() {
  const { t, of, lang } = useText()
  const query = useEquipment()
  const fills = useMay('site.write')
  const alarms = useAlarmsInSight()
  const [typed, setTyped] = useState('')
  const wanted = useDeferredValue(typed.trim().toLowerCase())
  const all = query.data ?? []
  const points = all.reduce((sum, one) => sum + one.points.length, 0)
  const hit = (one: EquipmentView) =>
    [one.id, one.kind, one.name['zh-CN'], one.name.en, one.space?.name['zh-CN'], one.space?.name.en].some(word =>
      word?.toLowerCase().includes(wanted),
    )
  const found = wanted === '' ? all : all.filter(hit)
  const places = Map.groupBy(found, one => one.space?.id ?? '')
  const byEquipment = Map.groupBy(alarms, alarm => alarm.equipment)
  const n = (count: number) => formatNumber(count, lang)

  return (
    <Page
      title={t('equipment.title')}
      sub={query.data ? t('equipment.sub', { n: n(all.length), points: n(points) }) : undefined}
    >
      <div className="row wrap bar-h">
        <nav className="tabs" aria-label={t('overview.systems')}>
          <Link href="/equipment" aria-current="page">
            {t('overview.list')}
          </Link>
          <Link href="/equipment/by/all">{t('overview.title')}</Link>
        </nav>
        <label className="inp find">
          <Icon name="search" />
          <span className="sr">{t('equipment.find')}</span>
          <input
            type="search"
            placeholder={t('equipment.find')}
            value={typed}
            onChange={event => setTyped(event.target.value)}
          />
        </label>
        {wanted === '' ? null : <span className="dim">{t('equipment.found', { n: n(found.length) })}</span>}
        <span className="ml legend">
          {(['running', 'stopped', 'fault', 'unknown'] as const).map(state => (
            <StateWord key={state} state={state} />
          ))}
        </span>
      </div>
      <PapersDue all={all} />
      <Loaded query={query} what={t('equipment.title')}>
        {() =>
          found.length === 0 ? (
            <section className="card">
              {wanted === '' ? (
                <>
                  <Empty icon="equipment" title={t('equipment.empty')} why={t('equipment.emptyWhy')} />
                  {fills ? (
                    <div className="card-f">
                      <Link href="/settings/add" className="btn pri">
                        {t('settings.add')}
                      </Link>
                    </div>
                  ) : null}
                </>
              ) : (
                <Empty icon="search" title={t('equipment.noneFound', { text: typed.trim() })} />
              )}
            </section>
          ) : (
            <div className="places">
              {[...places].map(([id, here]) => (
                <section key={id} className="card place">
                  <div className="card-h">
                    <h2>
                      <bdi>{here[0]?.space ? of(here[0].space.name) : t('common.noSpace')}</bdi>
                    </h2>
                    <span className="dim">{here.length}</span>
                  </div>
                  <ul className="eqs">
                    {here.map(one => (
                      <Line key={one.id} equipment={one} alarms={byEquipment.get(one.id) ?? []} />
                    ))}
                  </ul>
                </section>
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function Line({ equipment, alarms }: { readonly equipment: EquipmentView; readonly alarms: readonly AlarmView[] }) {
  const { of, code, t } = useText()
  const state = usePlantState(equipment)
  const worst = worstAlarm(alarms)
  const active = alarms.filter(alarm => alarm.active && alarm.severity === worst)
  const unacked = active.some(alarm => !alarm.acked)
  const first = active[0]
  return (
    <li className={worst && (unacked || worst === 'life') ? `${worst} tint` : ''}>
      <PlantSymbol kind={equipment.kind} state={state} alarm={worst} />
      <div className="eq-n">
        <Link href={`/equipment/${encodeURIComponent(equipment.id)}`} className="eq-a">
          <bdi>{of(equipment.name)}</bdi>
        </Link>
        <div className="cap row">
          <StateWord state={state} />
          <span className="el">{code('kind', equipment.kind)}</span>
        </div>
        <TagNote equipment={equipment.id} />
      </div>
      <div className="eq-m">
        {worst && first ? (
          <>
            <Priority severity={worst} shown={unacked ? 'unack' : 'ack'} word={of(first.text)} />
            {active.length > 1 ? (
              <span className="cap">{t('equipment.activeAlarms', { n: active.length })}</span>
            ) : null}
          </>
        ) : null}
      </div>
      <dl className="eq-v">
        {leadingPoints(equipment.points).map(point => (
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
