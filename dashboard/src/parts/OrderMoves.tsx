import { useEffect, useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { move, type Role } from '../../../rules/flow.ts'
import { workorder as flow, needsReason, type OrderAction, type OrderPhase } from '../../../rules/workorder.ts'
import { ApiError, post, putWorkorder, queries, useMe } from '../api.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Note, Refusal } from './notes.tsx'

interface Asking {
  readonly action: OrderAction
  /** The phase in which it was asked for. */
  readonly from: OrderPhase
}

/** Every move of this phase is drawn; those that are not for this person say for whom they are. */
export function OrderMoves({ order }: { readonly order: WorkorderView }) {
  const { t, code } = useText()
  const { name, role } = useMe()
  const away = useRecordBlock()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [reason, setReason] = useState('')
  /** What was typed for a step that could not be done any more. */
  const [kept, setKept] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const passed = asking !== null && asking.from !== order.phase && !busy
  useEffect(() => {
    if (!passed) return
    setAsking(null)
    setKept(reason)
  }, [passed, reason])

  const act = async (action: OrderAction, why?: string) => {
    setBusy(true)
    setError(null)
    try {
      const body = why === undefined ? { from: order.phase } : { from: order.phase, reason: why }
      putWorkorder(await post<WorkorderView>(`workorders/${encodeURIComponent(order.id)}/${action}`, body))
      setAsking(null)
    } catch (refused) {
      setError(refused)
      // Somebody was faster: what they did is to be seen before it is tried again.
      if (refused instanceof ApiError && refused.status === 409) {
        setAsking(null)
        setKept(why ?? '')
        for (const key of [['workorders'], ['workorder', order.id], ['trail', order.id]])
          void queries.invalidateQueries({ queryKey: key })
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
  const ask = (action: OrderAction) => {
    if (busy) return
    setError(null)
    setKept(null)
    setReason('')
    if (needsReason(action, order, name)) setAsking({ action, from: order.phase })
    else void act(action)
  }
  return (
    <>
      {all.length === 0 ? <span className="dim">{t('orders.noMoves')}</span> : null}
      <div className="row wrap moves">
        {all.map(action => (
          <span key={action} className="move">
            <Button
              primary={action === first}
              blocked={away ?? roleBlock(action)}
              sayWhy={away === null}
              onClick={() => ask(action)}
            >
              {t(`action.${action}`)}
              {needsReason(action, order, name) ? '…' : ''}
            </Button>
          </span>
        ))}
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
          blocked={away ?? (reason.trim() === '' ? t('orders.needReason') : null)}
          busy={busy}
          error={error}
          onDo={() => void act(asking.action, reason.trim())}
          onClose={() => setAsking(null)}
        >
          <Why order={order} action={asking.action} />
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
  const lines = action === 'close' && close.length > 0 ? close : [t('orders.doWhy')]
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
