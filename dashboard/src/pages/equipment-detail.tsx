import { memo, useDeferredValue, useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { AlarmView, EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { isCertificateKey } from '../../../rules/certificate.ts'
import { may } from '../../../rules/permission.ts'
import { useAlarms, useEquipment, useMe, useWorkorders } from '../api.ts'
import { formatProtocol, formatTarget, plain } from '../format.ts'
import { AlarmList } from '../parts/AlarmList.tsx'
import { useRecordBlock } from '../parts/Button.tsx'
import { Commands } from '../parts/Commands.tsx'
import { Documents } from '../parts/Documents.tsx'
import { StateWord, usePlantState, worstAlarm } from '../parts/EquipmentState.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { OrderClock } from '../parts/OrderClock.tsx'
import { Papers } from '../parts/Papers.tsx'
import { PlantSymbol } from '../parts/PlantSymbol.tsx'
import { Priority } from '../parts/Priority.tsx'
import { ProofsOf } from '../parts/ProofsOf.tsx'
import { HangTag } from '../parts/permits/HangTag.tsx'
import { TagNote } from '../parts/permits/TagNote.tsx'
import { ReportCode } from '../parts/ReportCode.tsx'
import { Ledger } from '../parts/registers/Ledger.tsx'
import { LONG_TABLE, useRowsInSight } from '../parts/rows.ts'
import { RecordsOf } from '../parts/runrecords/RecordsOf.tsx'
import { ShowOnPlan } from '../parts/ShowOnPlan.tsx'
import { SupplyCard } from '../parts/SupplyCard.tsx'
import { Spark, Trends, useDay } from '../parts/Trend.tsx'
import { Age, Value } from '../parts/Value.tsx'
import { useText } from '../text/index.ts'
import type { Drawn } from '../trend.ts'
import { sorted } from './alarms.tsx'
import './registers.css'

export default function EquipmentDetail({ id }: { readonly id: string }) {
  const { t, of } = useText()
  const query = useEquipment()
  const one = query.data?.find(equipment => equipment.id === id)
  return (
    <Page title={one ? of(one.name) : t('equipment.title')} sub={one?.space ? of(one.space.name) : undefined}>
      <Loaded query={query} what={t('equipment.title')}>
        {() =>
          one ? (
            <Detail equipment={one} />
          ) : (
            <section className="card">
              <Empty icon="help" title={t('equipment.missing')} why={t('equipment.missingWhy')} />
              <div className="card-f">
                <Link href="/equipment" className="link">
                  {t('equipment.list')}
                </Link>
              </div>
            </section>
          )
        }
      </Loaded>
    </Page>
  )
}

function Detail({ equipment }: { readonly equipment: EquipmentView }) {
  const { t, of, code } = useText()
  const { role } = useMe()
  const state = usePlantState(equipment)
  const alarms = sorted((useAlarms().data ?? []).filter(alarm => alarm.equipment === equipment.id))
  const orders = (useWorkorders().data ?? []).filter(order => order.equipment === equipment.id)
  const away = useRecordBlock()
  const blocked = away ?? (may(role, 'alarm.acknowledge') ? null : t('alarms.blockedRole'))
  const facts = [
    code('kind', equipment.kind),
    equipment.id,
    formatProtocol(equipment.protocol),
    t('equipment.channel', { id: plain(equipment.channel) }),
    equipment.unit === null ? '' : t('common.unit', { n: equipment.unit }),
    equipment.profile === null ? '' : plain(equipment.profile),
  ].filter(fact => fact !== '')
  // What is left of its papers has a list of its own, with numbers and dates.
  const points = equipment.points.filter(point => !isCertificateKey(point.key))
  const day = useDay(equipment)
  const scan = Math.min(...points.map(point => point.scanMs))

  return (
    <div className="eq">
      <section className="card hd">
        <div className="row g4 eqh">
          <PlantSymbol kind={equipment.kind} state={state} alarm={worstAlarm(alarms)} />
          <div className="grow">
            <div className="h1">
              <bdi>{of(equipment.name)}</bdi>
            </div>
            <div className="row g3 wrap dim">
              <StateWord state={state} />
              {facts.map(fact => (
                <span key={fact}>{fact}</span>
              ))}
              <TagNote equipment={equipment.id} />
            </div>
          </div>
          {may(role, 'tag.hang') ? <HangTag equipment={equipment.id} /> : null}
          {may(role, 'report.read') ? <ReportCode equipment={equipment.id} name={equipment.name} /> : null}
          <ShowOnPlan equipment={equipment.id} />
          <Link href="/equipment" className="btn">
            <Icon name="left" />
            {t('equipment.title')}
          </Link>
        </div>
      </section>
      <Trends key={equipment.id} equipment={equipment} />
      <section className="card pts">
        <div className="card-h">
          <h2>{t('equipment.points')}</h2>
          <span className="ml dim">{Number.isFinite(scan) ? t('equipment.scan', { s: formatSeconds(scan) }) : ''}</span>
        </div>
        {points.length === 0 ? (
          <Empty icon="equipment" title={t('equipment.noPoints')} />
        ) : (
          <Points points={points} alarms={alarms} day={day} />
        )}
      </section>
      <div className="stk">
        <Commands equipment={equipment} />
        <SupplyCard equipment={equipment} />
        <Papers equipment={equipment} />
        <Documents equipment={equipment.id} />
        <Ledger equipment={equipment.id} />
        <RecordsOf equipment={equipment.id} />
        {may(role, 'alarm.read') ? <ProofsOf equipment={equipment.id} /> : null}
        {may(role, 'alarm.read') ? (
          <section className="card">
            <div className="card-h">
              <h2>{t('equipment.alarms')}</h2>
              <span className="dim">{alarms.length || ''}</span>
            </div>
            {alarms.length > 0 ? (
              <AlarmList alarms={alarms} blocked={blocked} here />
            ) : (
              <Empty icon="check" title={t('equipment.noAlarms')} />
            )}
          </section>
        ) : null}
        {may(role, 'workorder.read') ? (
          <section className="card">
            <div className="card-h">
              <h2>{t('equipment.orders')}</h2>
              <span className="dim">{orders.length || ''}</span>
            </div>
            {orders.length > 0 ? (
              <ul className="lst">
                {orders.map(order => (
                  <li key={order.id}>
                    <div className="grow">
                      <Link href={`/orders/${encodeURIComponent(order.id)}`} className="link">
                        <b>{of(order.text)}</b>
                      </Link>
                      <div className="cap">
                        <span className="mono">{order.no}</span> · {t(`orderClass.${order.class}`)} ·{' '}
                        {t(`phase.${order.phase}`)}
                        {order.assignee === null ? null : (
                          <>
                            {' · '}
                            <bdi>{plain(order.assignee)}</bdi>
                          </>
                        )}
                      </div>
                    </div>
                    <OrderClock order={order} kind="restore" named />
                  </li>
                ))}
              </ul>
            ) : (
              <Empty icon="check" title={t('equipment.noOrders')} />
            )}
          </section>
        ) : null}
      </div>
    </div>
  )
}

const formatSeconds = (ms: number): string => (ms < 60_000 ? String(Math.round(ms / 100) / 10) : formatTarget(ms))

interface PointsProps {
  readonly points: readonly PointInfo[]
  readonly alarms: readonly AlarmView[]
  readonly day: ReadonlyMap<string, Drawn>
}
/** All points with their values. Of a long list only what is in sight is drawn, and it can be searched. */
function Points({ points, alarms, day }: PointsProps) {
  const { t } = useText()
  const [typed, setTyped] = useState('')
  const wanted = useDeferredValue(typed.trim().toLowerCase())
  const long = points.length > LONG_TABLE
  const found = useMemo(
    () =>
      wanted === ''
        ? points
        : points.filter(({ key, name }) =>
            [key, name['zh-CN'], name.en].some(word => word.toLowerCase().includes(wanted)),
          ),
    [points, wanted],
  )
  const { box, from, to, before, after } = useRowsInSight(found.length)
  return (
    <>
      {long ? (
        <div className="card-b row wrap">
          <label className="inp find">
            <Icon name="search" />
            <span className="sr">{t('equipment.findPoint')}</span>
            <input
              type="search"
              placeholder={t('equipment.findPoint')}
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          </label>
          <span className="dim">{t('equipment.pointsFound', { n: found.length, all: points.length })}</span>
        </div>
      ) : null}
      <table className={long ? 'tbl long' : 'tbl'} aria-rowcount={long ? found.length + 1 : undefined}>
        <thead>
          <tr>
            <th>{t('equipment.point')}</th>
            <th className="sp">{t('trend.h24')}</th>
            <th className="r">{t('equipment.value')}</th>
            <th className="r">{t('equipment.age')}</th>
          </tr>
        </thead>
        <tbody ref={box}>
          {before > 0 ? <tr style={{ height: before }} /> : null}
          {found.slice(from, to).map((point, i) => (
            <PointRow
              key={point.id}
              point={point}
              alarms={alarms}
              day={day.get(point.id)}
              at={long ? from + i + 2 : undefined}
            />
          ))}
          {after > 0 ? <tr style={{ height: after }} /> : null}
        </tbody>
      </table>
    </>
  )
}

interface RowProps {
  readonly point: PointInfo
  readonly alarms: readonly AlarmView[]
  readonly day: Drawn | undefined
  /** Its place in a long table, the head included. */
  readonly at: number | undefined
}

/** While somebody scrolls only the rows that come into sight are drawn. */
const PointRow = memo(function PointRow({ point, alarms, day, at }: RowProps) {
  const { of } = useText()
  const mine = alarms.find(alarm => alarm.point === point.id && alarm.active && !alarm.test)
  const tint = mine && (!mine.acked || mine.severity === 'life')
  return (
    <tr data-row aria-rowindex={at} className={mine && tint ? `${mine.severity} tint` : ''}>
      <td>
        <span className="row g1">
          {mine ? <Priority severity={mine.severity} shown={mine.acked ? 'ack' : 'unack'} word={null} /> : null}
          <bdi>{of(point.name)}</bdi>
        </span>
      </td>
      <td className="sp">
        <Spark drawn={day} />
      </td>
      <td className="r">
        <Value point={point} noAge />
      </td>
      <td className="r nw">
        <Age point={point} />
      </td>
    </tr>
  )
})
