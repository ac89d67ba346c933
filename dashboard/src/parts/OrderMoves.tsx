import { useEffect, useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { move, type Role } from '../../../rules/flow.ts'
import { workorder as flow, needsReason, type OrderAction, type OrderPhase } from '../../../rules/workorder.ts'
import { ApiError, post, putAnswered, queries, useMe } from '../api.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Note, Refusal } from './notes.tsx'
import { isPaused } from './OrderClock.tsx'
import { askOf, type Draft, emptyDraft, isAsked, OrderFields, whatLacks } from './OrderFields.tsx'
import { openRisksOf } from './OrderRisks.tsx'
import { missingOf } from './OrderSignatures.tsx'

interface Asking {
  readonly action: OrderAction
  /** The phase in which it was asked for. */
  readonly from: OrderPhase
}

/** Steps along the flow. All are drawn; those that are not for this person say for whom they are. */
const steps: readonly OrderAction[] = ['accept', 'arrive', 'fix', 'verify', 'close', 'reopen', 'cancel']

/** What fits the state that the order is in besides its phase. */
function fits(action: OrderAction, order: WorkorderView): boolean {
  if (action === 'pause') return !isPaused(order) && order.policy.pauses.length > 0
  if (action === 'resume') return isPaused(order)
  if (action === 'appoint') return order.class === 'general' && order.dueAt === null
  if (action === 'merge') return order.class !== 'life'
  if (action === 'prove') return !order.arrivals.at(-1)?.proof
  if (action === 'leave') return order.arrivals.at(-1)?.leftAt == null
  if (action === 'acknowledge') return order.escalations.some(e => e.ackAt === null)
  return true
}

export function OrderMoves({ order }: { readonly order: WorkorderView }) {
  const { t, code } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  /** What was typed for a step that could not be done any more. */
  const [kept, setKept] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const { reason } = draft
  const passed = asking !== null && asking.from !== order.phase && !busy
  useEffect(() => {
    if (!passed) return
    setAsking(null)
    setKept(reason)
  }, [passed, reason])

  const act = async (action: OrderAction, more: object = {}) => {
    setBusy(true)
    setError(null)
    try {
      const path = `workorders/${encodeURIComponent(order.id)}/${action}`
      putAnswered(await post<WorkorderView>(path, { from: order.phase, ...more }))
      setAsking(null)
    } catch (refused) {
      setError(refused)
      // Somebody was faster: what they did is to be seen before it is tried again.
      if (refused instanceof ApiError && refused.status === 409) {
        setAsking(null)
        setKept(asking ? reason : '')
        for (const key of [['workorders'], ['workorder', order.id], ['trail', order.id]])
          void queries.invalidateQueries({ queryKey: key })
      }
    } finally {
      setBusy(false)
    }
  }

  const all = (Object.keys(flow.moves[order.phase]) as OrderAction[]).filter(action => fits(action, order))
  const roleBlock = (action: OrderAction): string | null => {
    const roles: readonly Role[] = flow.moves[order.phase][action]?.by ?? []
    const mine = 'to' in move(flow, order.phase, action, role)
    const names = roles.map(one => code('role', one)).join(t('common.listSep'))
    const unsigned = action === 'close' ? missingOf(order) : []
    if (mine && unsigned.length > 0)
      return t('orderWork.mustSign', { who: unsigned.map(one => t(`signer.${one}`)).join(t('common.listSep')) })
    return mine ? null : t('common.blockedRole', { roles: names })
  }
  const along = all.filter(action => steps.includes(action))
  // What only sets something aside is offered to those who may, without crowding the others.
  const aside = all.filter(action => !steps.includes(action) && roleBlock(action) === null)
  const first = along.find(action => roleBlock(action) === null)
  const openChecks = order.items.filter(i => i.check === null).length
  const openRisks = openRisksOf(order)
  const reasoned = (action: OrderAction) => needsReason(action, { ...order, openChecks, openRisks }, name)
  const asks = (action: OrderAction) => reasoned(action) || isAsked(action)
  const ask = (action: OrderAction) => {
    if (busy) return
    setError(null)
    setKept(null)
    setDraft(emptyDraft)
    if (asks(action)) setAsking({ action, from: order.phase })
    else void act(action)
  }
  const lacks = (action: OrderAction): string | null =>
    reasoned(action) && reason.trim() === '' ? t('orders.needReason') : whatLacks(action, draft, t)
  const button = (action: OrderAction, primary: boolean) => (
    <span key={action} className="move">
      <Button primary={primary} blocked={away ?? roleBlock(action)} sayWhy={away === null} onClick={() => ask(action)}>
        {t(`action.${action}`)}
        {asks(action) ? '…' : ''}
      </Button>
    </span>
  )
  return (
    <>
      {all.length === 0 ? <span className="dim">{t('orders.noMoves')}</span> : null}
      {aside.includes('acknowledge') ? <div className="row wrap moves">{button('acknowledge', true)}</div> : null}
      <div className="row wrap moves">{along.map(action => button(action, action === first))}</div>
      <div className="row wrap moves">
        {aside.filter(a => a !== 'acknowledge').map(action => button(action, false))}
      </div>
      {away && all.length > 0 ? (
        <span className="cap">
          <Icon name="lock" /> {away}
        </span>
      ) : null}
      {asking === null ? <Refusal error={error} /> : null}
      {kept === null ? null : <Passed order={order} said={error !== null} kept={kept} />}
      {asking === null ? null : (
        <Dialog
          title={t('orders.doTitle', { action: t(`action.${asking.action}`), no: order.no })}
          verb={`${t(`action.${asking.action}`)} ${order.no}`}
          blocked={away ?? lacks(asking.action)}
          busy={busy}
          error={error}
          onDo={() => void act(asking.action, askOf(asking.action, draft, site.timezone))}
          onClose={() => setAsking(null)}
        >
          <Why order={order} action={asking.action} />
          <OrderFields order={order} action={asking.action} draft={draft} onChange={setDraft} />
          {reasoned(asking.action) ? (
            <Field label={t('common.reason')}>
              <textarea
                className="inp"
                rows={3}
                maxLength={500}
                value={reason}
                autoFocus={!isAsked(asking.action)}
                onChange={event => setDraft({ ...draft, reason: event.target.value })}
              />
            </Field>
          ) : null}
        </Dialog>
      )}
    </>
  )
}

/** Why a step is not believed without a reason. */
function Why({ order, action }: { readonly order: WorkorderView; readonly action: OrderAction }) {
  const { t, of } = useText()
  const own = useMe().name === order.fixedBy
  const close = [
    order.alarmActive ? t('orders.closeActive') : '',
    order.alarmRetired ? t('orders.closeRetired') : '',
    own ? t('orders.closeOwn') : '',
  ].filter(line => line !== '')
  const asked = isAsked(action) ? [] : [t('orders.doWhy')]
  const openChecks = order.items.filter(i => i.check === null).length
  if (action === 'fix' && openChecks > 0) asked[0] = t('orderWork.leftOpen', { n: openChecks })
  if (action === 'fix' && openRisksOf(order) > 0) asked.unshift(t('risk.open', { n: openRisksOf(order) }))
  if (action === 'leave') asked.push(t(order.phase === 'arrived' ? 'orderWork.leaveEarly' : 'orderWork.leaveProof'))
  const lines = (action === 'close' || action === 'verify') && close.length > 0 ? close : asked
  return (
    <div>
      <b>{of(order.text)}</b>
      {lines.map(line => (
        <div key={line} className="dim">
          {line}
        </div>
      ))}
    </div>
  )
}

interface PassedProps {
  readonly order: WorkorderView
  /** The gateway has said it already. */
  readonly said: boolean
  readonly kept: string
}
/** The order went on while somebody was writing: said, and what was written is not lost. */
function Passed({ order, said, kept }: PassedProps) {
  const { t } = useText()
  return (
    <Note sort="medium" icon="warn" role="alert">
      {said ? t('orders.changed') : t('orders.moved', { phase: t(`phase.${order.phase}`) })}
      {kept === '' ? null : (
        <Field label={t('orders.kept')}>
          <textarea className="inp" rows={2} readOnly value={kept} onFocus={event => event.target.select()} />
        </Field>
      )}
    </Note>
  )
}
