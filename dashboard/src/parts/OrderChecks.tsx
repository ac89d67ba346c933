import { useState } from 'react'
import { Link } from 'wouter'
import type { CheckItemView, WorkorderView } from '../../../gateway/http/contract.ts'
import { sourceIn } from '../../../rules/sourcewords.ts'
import { useMaintenance, useMay } from '../api.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Refusal } from './notes.tsx'
import { Part } from './OrderPart.tsx'
import { useOrderPost } from './useOrderPost.ts'

interface Props {
  readonly order: WorkorderView
}
/** The check sheet of planned work [N32: 三清四不漏五良好]: each item answered, by whoever is there. */
export function Checks({ order }: Props) {
  const { t, of, lang } = useText()
  const away = useRecordBlock()
  const there = useMay('workorder.work') && order.phase === 'arrived'
  const plans = useMaintenance(order.items.length > 0).data ?? []
  const [asked, setAsked] = useState<{ item: CheckItemView; result: 'bad' | 'left-out' } | null>(null)
  const { send, error } = useOrderPost(order)
  if (order.items.length === 0) return null
  const left = order.items.filter(i => i.check === null).length
  const sheets = [...Map.groupBy(order.items, i => i.plan)]
  const source = plans.find(p => p.id === order.plan)?.source
  return (
    <Part title={t('orderWork.sheet')}>
      {left > 0 ? (
        <span className="dim">
          {t('orderWork.sheetLeft', { n: left })}
          {order.phase === 'new' || order.phase === 'accepted' ? ` · ${t('orderWork.notThere')}` : ''}
        </span>
      ) : null}
      {sheets.map(([plan, items]) => {
        const name = plans.find(p => p.id === plan)?.name
        return (
          <div key={plan} className="col g2">
            {sheets.length > 1 ? <span className="cap b">{name ? of(name) : plain(plan)}</span> : null}
            <ul className="exl">
              {items.map(item => (
                <li key={item.id} className="item">
                  <span>
                    {of(item.text)}
                    <Found check={item.check} />
                  </span>
                  {there ? (
                    <span className="row wrap">
                      <Button
                        small
                        primary={item.check === null}
                        blocked={away}
                        aria-label={`${t('orderWork.ok')}: ${of(item.text)}`}
                        onClick={() => void send('checks', { plan, item: item.id, result: 'ok' })}
                      >
                        {t('orderWork.ok')}
                      </Button>
                      <Button
                        small
                        blocked={away}
                        aria-label={`${t('orderWork.bad')} ${of(item.text)}`}
                        onClick={() => setAsked({ item, result: 'bad' })}
                      >
                        {t('orderWork.bad')}
                      </Button>
                      <Button
                        small
                        blocked={away}
                        aria-label={`${t('orderWork.leave')} ${of(item.text)}`}
                        onClick={() => setAsked({ item, result: 'left-out' })}
                      >
                        {t('orderWork.leave')}
                      </Button>
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          </div>
        )
      })}
      {source ? <span className="cap">{plain(sourceIn(source, lang))}</span> : null}
      <Refusal error={error} />
      {asked ? <Say order={order} {...asked} onClose={() => setAsked(null)} /> : null}
    </Part>
  )
}

function Found({ check }: Pick<CheckItemView, 'check'>) {
  const { t } = useText()
  if (check === null) return null
  return (
    <span className={check.result === 'ok' ? 'cap' : 'cap b'}>
      {' '}
      <Icon name={check.result === 'ok' ? 'check' : check.result === 'bad' ? 'warn' : 'help'} />{' '}
      {t(`checkResult.${check.result}`)} <bdi>{plain([check.note, check.by].filter(w => w !== '').join(' · '))}</bdi>{' '}
      {check.workorder ? (
        <Link href={`/orders/${encodeURIComponent(check.workorder)}`} className="link">
          {t('orderWork.opened')}
        </Link>
      ) : null}
    </span>
  )
}

interface SayProps extends Props {
  readonly item: CheckItemView
  readonly result: 'bad' | 'left-out'
  readonly onClose: () => void
}
function Say({ order, item, result, onClose }: SayProps) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [note, setNote] = useState(item.check?.note ?? '')
  const label = t(result === 'bad' ? 'orderWork.found' : 'orderWork.whyLeft')
  const done = async () => {
    if (await send('checks', { plan: item.plan, item: item.id, result, note: note.trim() })) onClose()
  }
  return (
    <Dialog
      title={t('orderWork.checkOf', { item: of(item.text) })}
      verb={t(`checkResult.${result}`)}
      blocked={away ?? (note.trim() === '' ? t('common.lacks', { what: label }) : null)}
      busy={busy}
      error={error}
      onDo={() => void done()}
      onClose={onClose}
    >
      <Field label={label} hint={result === 'bad' ? t('orderWork.foundHint') : undefined}>
        <textarea
          className="inp"
          rows={3}
          maxLength={200}
          autoFocus
          value={note}
          onChange={event => setNote(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
