import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { move, type Role } from '../../../rules/flow.ts'
import { workorder as flow, needsReason, type OrderAction } from '../../../rules/workorder.ts'
import { ApiError, post, putWorkorder, queries, useMe, useOrderTrail, useWorkorder } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Loaded, Note, Refusal } from '../parts/notes.tsx'
import { OrderClock } from '../parts/OrderClock.tsx'
import { Priority } from '../parts/Priority.tsx'
import { Timeline } from '../parts/Timeline.tsx'
import { useText } from '../text/index.ts'

export function OrderDetail({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useWorkorder(id)
  const box = useRef<HTMLElement>(null)
  const there = query.data !== undefined
  useEffect(() => {
    // Where the detail lies under the list, choosing a line must lead to it.
    if (there && matchMedia('(max-width: 1279px)').matches) box.current?.scrollIntoView({ block: 'start' })
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
        <span className="ml chip sq">{t(`phase.${order.phase}`)}</span>
      </div>
      <div className="card-b col g3">
        <div className="h2">
          <bdi>{of(order.text)}</bdi>
        </div>
        <div className="row wrap g3">
          {order.severity ? <Priority severity={order.severity} /> : null}
          {order.class === 'life' && order.severity === 'life' ? null : (
            <span className="dim">{t(`orderClass.${order.class}`)}</span>
          )}
          {order.alarm === null ? null : (
            <Link href="/alarms" className={order.alarmActive ? 'link b' : 'link dim'}>
              {t(order.alarmActive ? 'orders.alarmActive' : 'orders.alarmGone')}
            </Link>
          )}
          {order.occurrences > 1 ? <span>{t('orders.occurrences', { n: order.occurrences })}</span> : null}
        </div>
        <dl className="kv">
          {order.equipment !== null && order.equipmentName !== null
            ? fact(
                t('orders.equipment'),
                <Link href={`/equipment/${encodeURIComponent(order.equipment)}`} className="link">
                  {of(order.equipmentName)}
                </Link>,
              )
            : null}
          {order.space ? fact(t('orders.place'), of(order.space)) : null}
          {fact(
            t('orders.assignee'),
            order.assignee === null ? t('orders.nobody') : <bdi>{plain(order.assignee)}</bdi>,
          )}
          {fact(t('orders.opened'), formatDay(Date.parse(order.openedAt), site.timezone))}
        </dl>
        <div className="cks">
          <OrderClock order={order} kind="arrive" named />
          <OrderClock order={order} kind="restore" named />
        </div>
        <Moves order={order} />
        {order.phase === 'arrived' || order.phase === 'fixed' ? (
          <Note icon="help">
            {t('orders.fixedNotClosed')}
            {order.alarmActive ? ` ${t('orders.closeActive')}` : ''}
          </Note>
        ) : null}
        <h3 className="cap">{t('orders.timeline')}</h3>
        <Trail id={order.id} zone={site.timezone} />
      </div>
    </>
  )
}

function Trail({ id, zone }: { readonly id: string; readonly zone: string }) {
  const { t } = useText()
  const query = useOrderTrail(id)
  if (query.error instanceof ApiError && query.error.status === 403)
    return <span className="dim">{t('orders.noTrail')}</span>
  return (
    <Loaded query={query} what={t('orders.timeline')}>
      {entries => <Timeline entries={entries} zone={zone} />}
    </Loaded>
  )
}

/** Every move of this phase is drawn; those that are not for this person say for whom they are. */
function Moves({ order }: { readonly order: WorkorderView }) {
  const { t, code } = useText()
  const { role } = useMe()
  const away = useLinkBlock()
  const [asking, setAsking] = useState<OrderAction | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const act = async (action: OrderAction, reason?: string) => {
    setBusy(true)
    setError(null)
    try {
      const body = reason === undefined ? { from: order.phase } : { from: order.phase, reason }
      putWorkorder(await post<WorkorderView>(`workorders/${encodeURIComponent(order.id)}/${action}`, body))
      setAsking(null)
    } catch (refused) {
      setError(refused)
      // Somebody was faster: what they did is to be seen before it is tried again.
      if (refused instanceof ApiError && refused.status === 409) {
        setAsking(null)
        void queries.invalidateQueries({ queryKey: ['workorders'] })
        void queries.invalidateQueries({ queryKey: ['workorder', order.id] })
        void queries.invalidateQueries({ queryKey: ['trail', order.id] })
      }
    } finally {
      setBusy(false)
    }
  }

  const all = Object.keys(flow.moves[order.phase]) as OrderAction[]
  const roleBlock = (action: OrderAction): string | null => {
    const roles: readonly Role[] = flow.moves[order.phase][action]?.by ?? []
    const mine = 'to' in move(flow, order.phase, action, role)
    const names = roles.map(one => code('role', one)).join(t('common.listSep'))
    return mine ? null : t('common.blockedRole', { roles: names })
  }
  const first = all.find(action => roleBlock(action) === null)
  if (all.length === 0) return <span className="dim">{t('orders.noMoves')}</span>
  return (
    <>
      <div className="row wrap moves">
        {all.map(action => {
          const reasoned = needsReason(action, order.alarmActive)
          return (
            <span key={action} className="move">
              <Button
                primary={action === first}
                blocked={away ?? roleBlock(action)}
                sayWhy={away === null}
                onClick={() => {
                  if (busy) return
                  setError(null)
                  if (reasoned) setAsking(action)
                  else void act(action)
                }}
              >
                {t(`action.${action}`)}
                {reasoned ? '…' : ''}
              </Button>
            </span>
          )
        })}
      </div>
      {away ? (
        <span className="cap">
          <Icon name="lock" /> {away}
        </span>
      ) : null}
      {asking === null ? <Refusal error={error} /> : null}
      {error instanceof ApiError && error.status === 409 && asking === null ? (
        <span className="cap">{t('orders.changed')}</span>
      ) : null}
      {asking === null ? null : (
        <ReasonDialog
          order={order}
          action={asking}
          busy={busy}
          error={error}
          onDo={reason => void act(asking, reason)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

interface ReasonProps {
  readonly order: WorkorderView
  readonly action: OrderAction
  readonly busy: boolean
  readonly error: unknown
  readonly onDo: (reason: string) => void
  readonly onClose: () => void
}
function ReasonDialog({ order, action, busy, error, onDo, onClose }: ReasonProps) {
  const { t, of } = useText()
  const [reason, setReason] = useState('')
  const verb = t(`action.${action}`)
  return (
    <Dialog
      title={t('orders.doTitle', { action: verb, no: order.no })}
      verb={`${verb} ${order.no}`}
      blocked={reason.trim() === '' ? t('orders.needReason') : null}
      busy={busy}
      error={error}
      onDo={() => onDo(reason.trim())}
      onClose={onClose}
    >
      <div>
        <b>{of(order.text)}</b>
        <div className="dim">{action === 'close' ? t('orders.closeActive') : t('orders.doWhy')}</div>
      </div>
      <Field label={t('common.reason')}>
        <textarea
          className="inp"
          rows={3}
          maxLength={500}
          value={reason}
          autoFocus
          onChange={event => setReason(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
