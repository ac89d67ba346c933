import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TopUpsView, TopUpView } from '../../../gateway/http/contract.ts'
import { call, newKey, post, queries, useMay, useMe } from '../api.ts'
import { formatDay, formatUnit, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Note } from '../parts/notes.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'

/** What was put onto a prepaid meter and what is left on it [M59, F39]; nothing for a meter that has neither. */
export function TopUps({ point }: { readonly point: string }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const may = useMay('reading.take')
  const away = useRecordBlock()
  const [open, setOpen] = useState<'add' | TopUpView | null>(null)
  const queryKey = ['readings', 'top-ups', point]
  const path = `service-points/${encodeURIComponent(point)}/top-ups`
  const { data } = useQuery({ queryKey, queryFn: () => call<TopUpsView>(path), staleTime: 30_000 })
  if (!data) return null
  const { items, totals, balance } = data
  const changed = () => queries.invalidateQueries({ queryKey })
  const value = balance?.value
  return (
    <section className="card" aria-label={t('topUps.title')}>
      <div className="card-h">
        <h2>{t('topUps.title')}</h2>
        <span className="row wrap ml">
          <a className="btn sm" href={`/api/v1/top-ups/list?lang=${lang}`} download>
            {t('topUps.list')}
          </a>
          {may ? (
            <Button small icon="plus" blocked={away} onClick={() => setOpen('add')}>
              {t('topUps.add')}
            </Button>
          ) : null}
        </span>
      </div>
      {balance ? (
        typeof value === 'number' ? (
          <p className="mw-b">
            <b>{t('topUps.balance', { value: `${value} ${formatUnit(balance.unit)}`.trim() })}</b>{' '}
            <span className="dim">{balance.at ? formatDay(Date.parse(balance.at), zone) : ''}</span>
          </p>
        ) : (
          <Note sort="q" icon="x">
            {t('topUps.unknown')}
          </Note>
        )
      ) : null}
      {items.length === 0 ? (
        <p className="card-b dim">{t('topUps.none')}</p>
      ) : (
        <table className="tbl flow" aria-label={t('topUps.title')}>
          <thead>
            <tr>
              <th>{t('topUps.at')}</th>
              <th>{t('readings.meter')}</th>
              <th className="r">{t('topUps.amount')}</th>
              <th>{t('topUps.receipt')}</th>
              <th>{t('topUps.by')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {items.toReversed().map(one => (
              <tr key={one.n} className={one.cancelledBy === null ? '' : 'dim'}>
                <td className="nw wide">{formatDay(Date.parse(one.at), zone)}</td>
                <td className="mono">{plain(one.meter)}</td>
                <td className="nw r">
                  <b>{one.amount}</b> {formatUnit(one.unit)}
                </td>
                <td>{plain(one.receipt)}</td>
                <td>
                  <bdi>{plain(one.by)}</bdi>
                  {one.note === '' ? '' : ` · ${plain(one.note)}`}
                </td>
                <td className="r">
                  {one.cancels !== null ? (
                    t('topUps.cancels')
                  ) : one.cancelledBy !== null ? (
                    t('topUps.cancelled')
                  ) : may ? (
                    <Button small blocked={away} onClick={() => setOpen(one)}>
                      {t('topUps.cancel')}
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {totals.map(sum => (
              <tr key={sum.unit}>
                <td colSpan={2}>{t('topUps.sum')}</td>
                <td className="nw r">
                  <b>{sum.amount}</b> {formatUnit(sum.unit)}
                </td>
                <td colSpan={3} />
              </tr>
            ))}
          </tfoot>
        </table>
      )}
      {open === 'add' ? <AddDialog path={path} onDone={changed} onClose={() => setOpen(null)} /> : null}
      {open !== null && open !== 'add' ? (
        <CancelDialog topUp={open} onDone={changed} onClose={() => setOpen(null)} />
      ) : null}
    </section>
  )
}

interface DialogProps {
  readonly onDone: () => Promise<void>
  readonly onClose: () => void
}
function AddDialog({ path, onDone, onClose }: DialogProps & { readonly path: string }) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const [key] = useState(newKey)
  const [form, setForm] = useState({ at: '', amount: '', unit: 'CNY', receipt: '', note: '' })
  const [error, setError] = useState<unknown>(null)
  const lacks =
    form.at === ''
      ? 'topUps.at'
      : !/^\d{1,9}(\.\d{1,6})?$/.test(form.amount.trim())
        ? 'topUps.amount'
        : form.unit.trim() === ''
          ? 'topUps.unit'
          : null
  const send = async () => {
    try {
      const { at, amount, unit, receipt, note } = form
      const body = {
        at: momentIn(at, zone),
        amount: amount.trim(),
        unit: unit.trim(),
        receipt: receipt.trim(),
        note: note.trim(),
      }
      await post(path, body, key)
      await onDone()
      onClose()
    } catch (refused) {
      setError(refused)
    }
  }
  const input = (field: keyof typeof form, label: string, type = 'text') => (
    <Field label={label}>
      <input
        className="inp"
        name={field}
        type={type}
        inputMode={field === 'amount' ? 'decimal' : undefined}
        maxLength={field === 'unit' ? 16 : 64}
        value={form[field]}
        onChange={event => setForm({ ...form, [field]: event.target.value })}
      />
    </Field>
  )
  return (
    <Dialog
      title={t('topUps.add')}
      verb={t('topUps.save')}
      blocked={lacks === null ? null : t('common.lacks', { what: t(lacks) })}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p className="dim">{t('topUps.addWhy')}</p>
      {input('at', t('topUps.at'), 'datetime-local')}
      <div className="two">
        {input('amount', t('topUps.amount'))}
        {input('unit', t('topUps.unit'))}
      </div>
      <div className="two">
        {input('receipt', t('topUps.receipt'))}
        {input('note', t('topUps.note'))}
      </div>
    </Dialog>
  )
}

function CancelDialog({ topUp, onDone, onClose }: DialogProps & { readonly topUp: TopUpView }) {
  const { t } = useText()
  const [why, setWhy] = useState('')
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    try {
      await post(`top-ups/${topUp.n}/cancel`, { why: why.trim() })
      await onDone()
      onClose()
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <Dialog
      title={`${t('topUps.cancel')} · ${topUp.amount} ${formatUnit(topUp.unit)}`}
      verb={t('topUps.cancel')}
      leave="close"
      blocked={why.trim() === '' ? t('common.lacks', { what: t('topUps.why') }) : null}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('topUps.why')}>
        <input className="inp" name="why" maxLength={200} value={why} onChange={event => setWhy(event.target.value)} />
      </Field>
    </Dialog>
  )
}
