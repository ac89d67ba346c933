import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import type { TrailView, WorkorderView } from '../../../gateway/http/contract.ts'
import { HELP } from '../../../rules/help.ts'
import { clockKinds, waits } from '../../../rules/orderclock.ts'
import { ApiError, useMe, useOrderTrail, useWorkorder } from '../api.ts'
import { formatDay, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Loaded, Note } from '../parts/notes.tsx'
import { Arrivals } from '../parts/OrderArrivals.tsx'
import { Checks } from '../parts/OrderChecks.tsx'
import { isPaused, OrderClock } from '../parts/OrderClock.tsx'
import { Costs } from '../parts/OrderCosts.tsx'
import { Downtimes } from '../parts/OrderDowntime.tsx'
import { Calls, Escalations, Photos, Visits } from '../parts/OrderExtras.tsx'
import { OrderMoves } from '../parts/OrderMoves.tsx'
import { Risks } from '../parts/OrderRisks.tsx'
import { Signatures } from '../parts/OrderSignatures.tsx'
import { Priority } from '../parts/Priority.tsx'
import { TagNote } from '../parts/permits/TagNote.tsx'
import { Timeline } from '../parts/Timeline.tsx'
import { ToldList } from '../parts/ToldList.tsx'
import { useText } from '../text/index.ts'

export function OrderDetail({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useWorkorder(id)
  const box = useRef<HTMLElement>(null)
  const there = query.data !== undefined
  useEffect(() => {
    // Where the detail lies under the list, choosing a line must lead to it.
    if (!there) return
    // On a phone it stands alone.
    if (matchMedia('(max-width: 719px)').matches) scrollTo(0, 0)
    else if (matchMedia('(max-width: 1279px)').matches) box.current?.scrollIntoView({ block: 'start' })
  }, [there])
  return (
    <section className="card" ref={box}>
      <Loaded query={query} what={t('orders.detail')}>
        {order => <Detail order={order} />}
      </Loaded>
    </section>
  )
}

function Detail({ order }: { readonly order: WorkorderView }) {
  const { t, of } = useText()
  const { site } = useMe()
  const fact = (name: string, value: ReactNode) => (
    <div className="kv-r">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
  return (
    <>
      <div className="card-h">
        <h2 className="mono">{order.no}</h2>
        <span className="ml chip sq">{isPaused(order) ? t('orders.paused') : t(`phase.${order.phase}`)}</span>
      </div>
      <div className="card-b col g3">
        <div className="h2">
          <bdi>{of(order.text)}</bdi>
        </div>
        {order.demo ? (
          <Note icon="help">
            <b>{t('orders.demo')}</b> {t('orders.demoWhy')}
          </Note>
        ) : null}
        <div className="row wrap g3">
          {order.severity ? <Priority severity={order.severity} /> : null}
          {order.class === 'life' && order.severity === 'life' ? null : (
            <span className="dim">{t(`orderClass.${order.class}`)}</span>
          )}
          {order.alarm === null ? null : (
            <Link href="/alarms" className={order.alarmActive ? 'link b' : 'link dim'}>
              {t(alarmWord(order))}
            </Link>
          )}
          {order.occurrences > 1 ? <span>{t('orders.occurrences', { n: order.occurrences })}</span> : null}
        </div>
        <TagNote equipment={order.equipment} />
        <dl className="kv">
          {order.equipment !== null && order.equipmentName !== null
            ? fact(
                t('orders.equipment'),
                <Link
                  href={order.equipment === HELP ? '/help-calls' : `/equipment/${encodeURIComponent(order.equipment)}`}
                  className="link"
                >
                  {of(order.equipmentName)}
                </Link>,
              )
            : null}
          {order.space ? fact(t('orders.place'), of(order.space)) : null}
          {fact(
            t('orders.assignee'),
            order.assignee === null ? t('orders.nobody') : <bdi>{plain(order.assignee)}</bdi>,
          )}
          {order.crew ? fact(t('orders.crew'), t(`crew.${order.crew}`)) : null}
          {order.nature ? fact(t('orders.nature'), t(`nature.${order.nature}`)) : null}
          {order.appointmentAt
            ? fact(t('orders.appointment'), formatDay(Date.parse(order.appointmentAt), site.timezone))
            : null}
          {order.verifiedBy
            ? fact(
                t('orders.verifiedBy'),
                order.verifiedBy === 'plant'
                  ? t('orders.byPlant')
                  : order.verifiedBy === 'requester'
                    ? t('orders.byRequester')
                    : plain(order.verifiedBy),
              )
            : null}
          {order.reopened > 0 ? fact(t('action.reopen'), t('orders.reopened', { n: order.reopened })) : null}
          {order.firstTimeFix === null
            ? null
            : fact(t('phase.closed'), t(order.firstTimeFix ? 'orders.firstTime' : 'orders.notFirstTime'))}
          {fact(t('orders.opened'), formatDay(Date.parse(order.openedAt), site.timezone))}
        </dl>
        {order.follows ? <Elsewhere words={t('orders.follows')} id={order.follows} /> : null}
        {order.mergedInto ? <Elsewhere words={t('orders.mergedInto')} id={order.mergedInto} /> : null}
        <div className="cks">
          {clockKinds.map(kind => (
            <OrderClock key={kind} order={order} kind={kind} named />
          ))}
        </div>
        <OrderMoves order={order} />
        <Risks order={order} />
        <Checks order={order} />
        <Calls order={order} />
        <Visits order={order} />
        <Escalations order={order} />
        {order.escalations.length === 0 ? null : (
          <section className="col g2">
            <h3 className="cap">{t('told.title')}</h3>
            <ToldList path={`workorders/${encodeURIComponent(order.id)}`} />
          </section>
        )}
        {order.phase === 'arrived' || order.phase === 'fixed' ? (
          <Note icon="help">
            {t('orders.fixedNotClosed')}
            {order.alarmActive ? ` ${t('orders.closeActive')}` : ''}
            {order.alarmRetired ? ` ${t('orders.closeRetired')}` : ''}
          </Note>
        ) : null}
        <Arrivals order={order} />
        <Downtimes order={order} />
        <Costs order={order} />
        <Signatures order={order} />
        <Photos order={order} />
        <div>
          <Link href={`/orders/${encodeURIComponent(order.id)}/form`} className="btn sm">
            {t('orderWork.form')}
          </Link>
        </div>
        <h3 className="cap">{t('orders.timeline')}</h3>
        <Trail id={order.id} zone={site.timezone} />
      </div>
    </>
  )
}

const Elsewhere = ({ words, id }: { readonly words: string; readonly id: string }) => (
  <Note icon="orders">
    {words}{' '}
    <Link href={`/orders/${encodeURIComponent(id)}`} className="link">
      {useText().t('orders.openIt')}
    </Link>
  </Note>
)

const alarmWord = (order: WorkorderView) =>
  order.alarmRetired ? 'orders.alarmRetired' : order.alarmActive ? 'orders.alarmActive' : 'orders.alarmGone'

function Trail({ id, zone }: { readonly id: string; readonly zone: string }) {
  const { t, lang } = useText()
  const query = useOrderTrail(id)
  if (query.error instanceof ApiError && query.error.status === 403)
    return <span className="dim">{t('orders.noTrail')}</span>
  const pauseOf = ({ data }: TrailView): string => {
    const wait = waits.find(one => one === data.wait)
    if (!wait || typeof data.until !== 'number') return ''
    const time = formatWhen(data.until, serverNow(), lang, zone)
    const part = typeof data.part === 'string' ? ` · ${t('orderWork.partWaited', { part: plain(data.part) })}` : ''
    return t('orders.standsUntil', { why: t(`wait.${wait}`), time }) + part
  }
  return (
    <Loaded query={query} what={t('orders.timeline')}>
      {entries => <Timeline entries={entries} zone={zone} detail={pauseOf} />}
    </Loaded>
  )
}
