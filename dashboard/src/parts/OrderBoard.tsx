import { Link } from 'wouter'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { isPaused, OrderClock } from './OrderClock.tsx'
import { Priority } from './Priority.tsx'

const columns = ['new', 'accepted', 'arrived', 'paused', 'fixed'] as const
const columnOf = (order: WorkorderView): (typeof columns)[number] =>
  isPaused(order) ? 'paused' : order.phase === 'verified' ? 'fixed' : (columns.find(c => c === order.phase) ?? 'fixed')

interface Props {
  readonly orders: readonly WorkorderView[]
  readonly chosen: string | null
}

/** For the crew's screen: a column for each step, a card for each order with the clock that runs. */
export function OrderBoard({ orders, chosen }: Props) {
  const { t } = useText()
  const groups = Map.groupBy(orders, columnOf)
  return (
    <div className="bd">
      {columns.map(column => {
        const here = groups.get(column) ?? []
        return (
          <section
            key={column}
            className="card bd-c"
            aria-label={t(column === 'paused' ? 'orders.paused' : `phase.${column}`)}
          >
            <div className="bd-h">
              <b>{t(column === 'paused' ? 'orders.paused' : `phase.${column}`)}</b>
              <span className="dim ml">{here.length}</span>
            </div>
            {here.map(order => (
              <Card key={order.id} order={order} chosen={order.id === chosen} />
            ))}
          </section>
        )
      })}
    </div>
  )
}

function Card({ order, chosen }: { readonly order: WorkorderView; readonly chosen: boolean }) {
  const { t, of } = useText()
  const held = order.pauses.find(p => p.to === null)
  const kind = held ? 'restore' : order.phase === 'new' || order.phase === 'accepted' ? 'arrive' : 'restore'
  return (
    <Link
      href={`/orders/${encodeURIComponent(order.id)}`}
      className={`bd-k ${order.class} ${chosen ? 'sel' : ''}`}
      aria-current={chosen ? 'true' : undefined}
    >
      <span className="row">
        <span className="mono cap">{shortNo(order.no)}</span>
        {order.class === 'general' ? null : (
          <span className="ml">
            <Priority severity={order.class === 'life' ? 'life' : 'high'} word={t(`orderClass.${order.class}`)} />
          </span>
        )}
      </span>
      <b>
        <bdi>{of(order.text)}</bdi>
      </b>
      <OrderClock order={order} kind={kind} named />
      <span className="cap">
        <bdi>
          {order.assignee === null
            ? order.crew
              ? t(`crew.${order.crew}`)
              : t('orders.nobody')
            : plain(order.assignee)}
        </bdi>
      </span>
    </Link>
  )
}

/** `WO-20261121-014` -> `1121-014`: the year and the letters are the same on every line. */
export const shortNo = (no: string): string => no.replace(/^[A-Z]+-\d{4}(\d{4}-\d+)$/, '$1')
