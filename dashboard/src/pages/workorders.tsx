import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { isEnded, type OrderPhase, orderPhases } from '../../../rules/workorder.ts'
import { useMay, useMe, useVisits, useWorkorders } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { NewReport } from '../parts/NewReport.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { OrderBoard, shortNo } from '../parts/OrderBoard.tsx'
import { isOver, isPaused, OrderClock } from '../parts/OrderClock.tsx'
import { Priority } from '../parts/Priority.tsx'
import { useText } from '../text/index.ts'
import { OrderDetail } from './workorder-detail.tsx'

type View = 'open' | 'mine' | 'overdue' | 'visits' | 'past'

/** Orders by progress, two clocks per line in the same place, so that a column of bars can be read downwards. */
export default function Workorders({ chosen }: { readonly chosen: string | null }) {
  const { t } = useText()
  const me = useMe()
  const zone = me.site.timezone
  const [view, setView] = useState<View>('open')
  const [board, setBoard] = useState(false)
  const [reporting, setReporting] = useState(false)
  const away = useRecordBlock()
  const mayFile = useMay('report.create')
  const helps = useMay('help.call')
  const serves = useMay('complaint.read')
  const mayReport = mayFile && away === null
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea, select, dialog')
      if (event.key.toLowerCase() !== 'n' || event.ctrlKey || event.metaKey || event.altKey || typing || !mayReport)
        return
      event.preventDefault()
      setReporting(true)
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [mayReport])
  const open = useWorkorders()
  const past = useWorkorders(view === 'past')
  const visits = useVisits()
  const all = open.data ?? []
  const mine = all.filter(order => order.assignee === me.name)
  const overdue = useTicking(now => all.filter(order => isOver(order, now, zone)).length)
  const tab = (which: View, count?: number) => (
    <button type="button" aria-pressed={view === which} onClick={() => setView(which)}>
      {t(`orders.${which}`)}
      {count === undefined ? null : <em>{count}</em>}
    </button>
  )
  const shownOf = (orders: readonly WorkorderView[]): readonly WorkorderView[] =>
    view === 'overdue'
      ? orders.filter(order => isOver(order, serverNow(), zone))
      : view === 'mine'
        ? orders.filter(order => order.assignee === me.name)
        : orders
  const empty = {
    open: t('orders.empty'),
    past: t('orders.empty'),
    overdue: t('orders.emptyOverdue'),
    mine: t('orders.emptyMine'),
    visits: t('orders.emptyVisits'),
  }
  const onBoard = board && view !== 'past' && view !== 'visits'
  return (
    <Page title={t('orders.title')} sub={open.data ? t('orders.sub', { n: all.length }) : undefined}>
      {chosen === null ? null : (
        <div className="bar-h only-s">
          <Back href="/orders">{t('orders.title')}</Back>
        </div>
      )}
      <div className={chosen === null ? 'row wrap bar-h' : 'row wrap bar-h not-s'}>
        <div className="tabs">
          {tab('open', open.data?.length)}
          {tab('mine', open.data && mine.length)}
          {tab('overdue', open.data && overdue)}
          {tab('visits', visits.data?.length)}
          {tab('past')}
        </div>
        <fieldset className="tabs ml bare" aria-label={t('orders.how')}>
          <button type="button" aria-pressed={!board} onClick={() => setBoard(false)}>
            {t('orders.list')}
          </button>
          <button type="button" aria-pressed={board} onClick={() => setBoard(true)}>
            {t('orders.board')}
          </button>
        </fieldset>
        <Link href="/orders/figures" className="link">
          {t('orderFigures.title')}
        </Link>
        <Link href="/orders/parts" className="link">
          {t('parts.title')}
        </Link>
        {serves ? (
          <Link href="/orders/desk" className="link">
            {t('service.title')}
          </Link>
        ) : null}
        {helps ? (
          <Link href="/help-calls" className="link">
            {t('help.title')}
          </Link>
        ) : null}
        {mayFile ? (
          <span>
            <Button primary icon="plus" blocked={away} onClick={() => setReporting(true)}>
              {t('intake.new')} <kbd>N</kbd>
            </Button>
          </span>
        ) : null}
      </div>
      {reporting ? <NewReport onClose={() => setReporting(false)} /> : null}
      <div className={onBoard && chosen === null ? 'or whole' : 'or'}>
        <section className={`${onBoard ? 'orl' : 'card orl'} ${chosen === null ? '' : 'not-s'}`}>
          <Loaded query={view === 'past' ? past : view === 'visits' ? visits : open} what={t('orders.title')}>
            {orders => {
              const shown = shownOf(orders)
              if (shown.length === 0) return <Empty title={empty[view]} why={t('orders.emptyWhy')} />
              return onBoard ? (
                <OrderBoard orders={shown.toSorted(byClassThenAge)} chosen={chosen} />
              ) : (
                <Phases orders={shown} chosen={chosen} />
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

/** Where an order stands in the list: one that is paused stands apart, whatever its phase. */
type Group = OrderPhase | 'paused'
const groupOf = (order: WorkorderView): Group => (isPaused(order) ? 'paused' : order.phase)
const groupsInOrder: readonly Group[] = orderPhases.flatMap(phase => (phase === 'fixed' ? ['paused', phase] : [phase]))

function Phases({ orders, chosen }: { readonly orders: readonly WorkorderView[]; readonly chosen: string | null }) {
  const { t } = useText()
  const groups = Map.groupBy(orders, groupOf)
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
      {groupsInOrder
        .filter(phase => groups.has(phase))
        .map(phase => {
          const here = groups.get(phase) ?? []
          const ended = phase !== 'paused' && isEnded(phase)
          const sortedHere = ended
            ? here.toSorted((a, b) => b.openedAt.localeCompare(a.openedAt))
            : here.toSorted(byClassThenAge)
          return (
            <tbody key={phase}>
              <tr className="gh">
                <td colSpan={6}>
                  <b>{phase === 'paused' ? t('orders.paused') : t(`phase.${phase}`)}</b>{' '}
                  <span className="dim">{here.length}</span>
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

function Line({ order, chosen }: { readonly order: WorkorderView; readonly chosen: boolean }) {
  const { t, of, lang } = useText()
  const [, go] = useLocation()
  const zone = useMe().site.timezone
  const time = formatWhen(Date.parse(order.openedAt), serverNow(), lang, zone)
  const href = `/orders/${encodeURIComponent(order.id)}`
  return (
    <tr className={chosen ? 'sel' : ''} onClick={() => go(href)}>
      <td className="nw mono">{shortNo(order.no)}</td>
      <td className="wide">
        <Link href={href} aria-current={chosen ? 'true' : undefined} onClick={event => event.stopPropagation()}>
          <b>
            <bdi>{of(order.text)}</bdi>
          </b>
        </Link>
        {order.demo ? <span className="chip sq demo">{t('orders.demo')}</span> : null}
        <div className="cap">
          {order.class === 'general' ? (
            <span>{t('orderClass.general')}</span>
          ) : (
            <Priority severity={order.class === 'life' ? 'life' : 'high'} word={t(`orderClass.${order.class}`)} />
          )}
          {order.nature ? ` · ${t(`nature.${order.nature}`)}` : ''}
          {order.equipmentName ? ` · ${of(order.equipmentName)}` : ''}
          {order.space ? ` · ${of(order.space)}` : ''}
          {order.alarmRetired ? ` · ${t('orders.alarmRetired')}` : ''}
          {order.phase === 'fixed' && order.alarmActive ? ` · ${t('orders.alarmActive')}` : ''}
        </div>
      </td>
      <td className="nw from">
        {t(`origin.${order.origin}`)} {time}
      </td>
      <td className={order.assignee === null ? 'dim nw' : 'nw'}>
        <bdi>
          {order.assignee !== null ? plain(order.assignee) : order.crew ? t(`crew.${order.crew}`) : t('orders.nobody')}
        </bdi>
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
