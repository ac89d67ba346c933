import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { orderPhases } from '../../../rules/workorder.ts'
import { useMe, useWorkorders } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { isOver, OrderClock } from '../parts/OrderClock.tsx'
import { Priority } from '../parts/Priority.tsx'
import { useText } from '../text/index.ts'
import { OrderDetail } from './workorder-detail.tsx'

type View = 'open' | 'overdue' | 'past'

/** Orders by progress, two clocks per line in the same place, so that a column of bars can be read downwards. */
export default function Workorders({ chosen }: { readonly chosen: string | null }) {
  const { t } = useText()
  const [view, setView] = useState<View>('open')
  const open = useWorkorders()
  const past = useWorkorders(view === 'past')
  const all = open.data ?? []
  const overdue = useTicking(now => all.filter(order => isOver(order, now)).length)
  const tab = (which: View, count?: number) => (
    <button type="button" aria-pressed={view === which} onClick={() => setView(which)}>
      {t(`orders.${which}`)}
      {count === undefined ? null : <em>{count}</em>}
    </button>
  )
  return (
    <Page title={t('orders.title')} sub={open.data ? t('orders.sub', { n: all.length }) : undefined}>
      <div className="row wrap bar-h">
        <div className="tabs">
          {tab('open', open.data?.length)}
          {tab('overdue', open.data && overdue)}
          {tab('past')}
        </div>
      </div>
      <div className="or">
        <section className="card orl">
          <Loaded query={view === 'past' ? past : open} what={t('orders.title')}>
            {orders => {
              const shown = view === 'overdue' ? orders.filter(order => isOver(order, serverNow())) : orders
              return shown.length > 0 ? (
                <Phases orders={shown} chosen={chosen} />
              ) : (
                <Empty
                  title={t(view === 'overdue' ? 'orders.emptyOverdue' : 'orders.empty')}
                  why={t('orders.emptyWhy')}
                />
              )
            }}
          </Loaded>
        </section>
        <aside className={chosen === null ? 'ord none' : 'ord'} aria-label={t('orders.detail')}>
          {chosen === null ? (
            <section className="card">
              <Empty icon="orders" title={t('orders.choose')} />
            </section>
          ) : (
            <OrderDetail key={chosen} id={chosen} />
          )}
        </aside>
      </div>
    </Page>
  )
}

const rank = { life: 0, urgent: 1, general: 2 } as const
const byClassThenAge = (a: WorkorderView, b: WorkorderView): number =>
  rank[a.class] - rank[b.class] || a.openedAt.localeCompare(b.openedAt)

function Phases({ orders, chosen }: { readonly orders: readonly WorkorderView[]; readonly chosen: string | null }) {
  const { t } = useText()
  const groups = Map.groupBy(orders, order => order.phase)
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>{t('orders.no')}</th>
          <th>{t('orders.what')}</th>
          <th className="from">{t('orders.from')}</th>
          <th>{t('orders.who')}</th>
          <th>{t('orders.arrive')}</th>
          <th>{t('orders.restore')}</th>
        </tr>
      </thead>
      {orderPhases
        .filter(phase => groups.has(phase))
        .map(phase => {
          const here = groups.get(phase) ?? []
          const ended = phase === 'closed' || phase === 'cancelled'
          const sortedHere = ended
            ? here.toSorted((a, b) => b.openedAt.localeCompare(a.openedAt))
            : here.toSorted(byClassThenAge)
          return (
            <tbody key={phase}>
              <tr className="gh">
                <td colSpan={6}>
                  <b>{t(`phase.${phase}`)}</b> <span className="dim">{here.length}</span>
                </td>
              </tr>
              {sortedHere.map(order => (
                <Line key={order.id} order={order} chosen={order.id === chosen} />
              ))}
            </tbody>
          )
        })}
    </table>
  )
}

/** `WO-20261121-014` -> `1121-014`: the year and the letters are the same on every line. */
const short = (no: string): string => no.replace(/^[A-Z]+-\d{4}(\d{4}-\d+)$/, '$1')

function Line({ order, chosen }: { readonly order: WorkorderView; readonly chosen: boolean }) {
  const { t, of, lang } = useText()
  const [, go] = useLocation()
  const zone = useMe().site.timezone
  const time = formatWhen(Date.parse(order.openedAt), serverNow(), lang, zone)
  const href = `/orders/${encodeURIComponent(order.id)}`
  return (
    <tr className={chosen ? 'sel' : ''} onClick={() => go(href)}>
      <td className="nw mono">{short(order.no)}</td>
      <td className="wide">
        <Link href={href} aria-current={chosen ? 'true' : undefined} onClick={event => event.stopPropagation()}>
          <b>
            <bdi>{of(order.text)}</bdi>
          </b>
        </Link>
        <div className="cap">
          {order.class === 'general' ? (
            <span>{t('orderClass.general')}</span>
          ) : (
            <Priority severity={order.class === 'life' ? 'life' : 'high'} word={t(`orderClass.${order.class}`)} />
          )}
          {order.equipmentName ? ` · ${of(order.equipmentName)}` : ''}
          {order.space ? ` · ${of(order.space)}` : ''}
          {order.alarmRetired ? ` · ${t('orders.alarmRetired')}` : ''}
          {order.phase === 'fixed' && order.alarmActive ? ` · ${t('orders.alarmActive')}` : ''}
        </div>
      </td>
      <td className="nw from">{t(order.alarm ? 'orders.fromAlarm' : 'orders.fromPerson', { time })}</td>
      <td className={order.assignee === null ? 'dim nw' : 'nw'}>
        <bdi>{order.assignee === null ? t('orders.nobody') : plain(order.assignee)}</bdi>
      </td>
      <td className="ck">
        <OrderClock order={order} kind="arrive" />
      </td>
      <td className="ck">
        <OrderClock order={order} kind="restore" />
      </td>
    </tr>
  )
}
