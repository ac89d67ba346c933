import { useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { openRisks, riskLevels } from '../../../rules/orderrisk.ts'
import { isEnded } from '../../../rules/workorder.ts'
import { useMay } from '../api.ts'
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
/** Grave risks of whose measure nobody has spoken. */
export const openRisksOf = (order: WorkorderView): number => openRisks(order.risks).length

/** What may happen at which step, and what is done against it; on the spot somebody says that it is done. */
export function Risks({ order }: Props) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const may = useMay('workorder.work') && !isEnded(order.phase)
  const [adding, setAdding] = useState(false)
  const { send, error } = useOrderPost(order)
  const risks = order.risks.filter(r => !r.withdrawn)
  if (risks.length === 0 && !may) return null
  const open = openRisksOf(order)
  return (
    <Part title={t('risk.title')}>
      {risks.length === 0 ? <span className="dim">{t('risk.none')}</span> : null}
      {open > 0 ? (
        <b>
          <Icon name="warn" /> {t('risk.open', { n: open })}
        </b>
      ) : null}
      <ul className="exl">
        {risks.map(r => (
          <li key={r.id} className="item">
            <span>
              <span className={r.level === 'high' ? 'chip sq b' : 'chip sq'}>{t(`risk.level.${r.level}`)}</span>{' '}
              <bdi>{plain(of(r.step))}</bdi>: <bdi>{plain(of(r.hazard))}</bdi>
              <div className="cap">
                <Icon name={r.confirmedBy === null ? 'help' : 'check'} /> <bdi>{plain(of(r.control))}</bdi>{' '}
                {r.confirmedBy === null ? t('risk.notYet') : t('risk.confirmed', { name: plain(r.confirmedBy) })}
                {r.planned ? ` · ${t('risk.planned')}` : ''}
              </div>
            </span>
            {may ? (
              <span className="row wrap">
                {r.confirmedBy === null && order.phase === 'arrived' ? (
                  <Button
                    small
                    primary
                    blocked={away}
                    aria-label={`${t('risk.confirm')}: ${plain(of(r.control))}`}
                    onClick={() => void send(`risks/${encodeURIComponent(r.id)}/confirm`, {})}
                  >
                    {t('risk.confirm')}
                  </Button>
                ) : null}
                {r.planned ? null : (
                  <Button
                    small
                    blocked={away}
                    aria-label={`${t('risk.withdraw')}: ${plain(of(r.hazard))}`}
                    onClick={() => void send(`risks/${encodeURIComponent(r.id)}/withdraw`, {})}
                  >
                    {t('risk.withdraw')}
                  </Button>
                )}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      <Refusal error={error} />
      {may ? (
        <div>
          <Button small icon="plus" blocked={away} onClick={() => setAdding(true)}>
            {t('risk.add')}
          </Button>
        </div>
      ) : null}
      {adding ? <AddRisk order={order} onClose={() => setAdding(false)} /> : null}
    </Part>
  )
}

function AddRisk({ order, onClose }: Props & { readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [form, setForm] = useState({ step: '', hazard: '', control: '' })
  const [level, setLevel] = useState('')
  const words = ['step', 'hazard', 'control'] as const
  const missing = words.find(one => form[one].trim() === '')
  const lacks = missing
    ? t('common.lacks', { what: t(`risk.${missing}`) })
    : level === ''
      ? t('common.lacks', { what: t('risk.how') })
      : null
  const add = async () => {
    const body = Object.fromEntries(words.map(one => [one, form[one].trim()]))
    if (await send('risks', { ...body, level })) onClose()
  }
  const field = (one: (typeof words)[number]) => (
    <Field label={t(`risk.${one}`)} hint={t(`risk.${one}Hint`)}>
      <input
        className="inp"
        maxLength={200}
        value={form[one]}
        onChange={event => setForm({ ...form, [one]: event.target.value })}
      />
    </Field>
  )
  return (
    <Dialog
      title={t('risk.addTitle', { no: order.no })}
      verb={t('risk.add')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      {field('step')}
      {field('hazard')}
      <Field label={t('risk.how')} hint={t('risk.highHint')}>
        <select className="inp" value={level} onChange={event => setLevel(event.target.value)}>
          <option value="">{t('common.choose')}</option>
          {riskLevels.map(one => (
            <option key={one} value={one}>
              {t(`risk.level.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      {field('control')}
    </Dialog>
  )
}
