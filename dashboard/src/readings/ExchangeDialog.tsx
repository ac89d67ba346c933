import { useState } from 'react'
import type { ServicePointView } from '../../../gateway/http/contract.ts'
import { call, newKey, useMe } from '../api.ts'
import { formatUnit, plain } from '../format.ts'
import { useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged } from './data.ts'

const number = /^\d{1,9}(\.\d{1,6})?$/
type Hung = NonNullable<ServicePointView['meter']>

/** Another meter, or the same one whose register began anew. */
export function ExchangeDialog({
  point,
  meter,
  onClose,
}: {
  readonly point: ServicePointView
  readonly meter: Hung
  readonly onClose: () => void
}) {
  const { t } = useText()
  const away = useRecordBlock()
  const zone = useMe().site.timezone
  const register = meter.registers.find(r => r.code === 'total')!
  const [key] = useState(newKey)
  const [form, setForm] = useState({
    ...{ at: '', closing: '', opening: '', serial: meter.serial, witness: '', reason: '' },
    ...{ digits: String(register.digits), decimals: String(register.decimals) },
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const same = form.serial.trim() === meter.serial
  const lacks =
    form.at === ''
      ? 'readings.exchangeAt'
      : !number.test(form.closing.trim())
        ? 'readings.closing'
        : !number.test(form.opening.trim())
          ? 'readings.opening'
          : form.serial.trim() === ''
            ? 'readings.exchangeNew'
            : form.witness.trim() === ''
              ? 'readings.witness'
              : form.reason.trim() === ''
                ? 'readings.note'
                : null
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const body = {
        at: momentIn(form.at, zone),
        closing: { total: form.closing.trim() },
        opening: { total: form.opening.trim() },
        ...{ witness: form.witness.trim(), reason: form.reason.trim() },
        ...(same
          ? {}
          : {
              meter: {
                ...{ serial: form.serial.trim(), source: register.source },
                ...{ digits: Number(form.digits), decimals: Number(form.decimals) },
              },
            }),
      }
      await call(`service-points/${encodeURIComponent(point.id)}/exchange`, { method: 'POST', body, key })
      await readingsChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const input = (field: keyof typeof form, label: string, hint?: string, type = 'text') => (
    <Field label={label} hint={hint}>
      <input
        className="inp"
        name={field}
        type={type}
        maxLength={100}
        inputMode={field === 'closing' || field === 'opening' ? 'decimal' : undefined}
        value={form[field]}
        onChange={event => setForm({ ...form, [field]: event.target.value })}
      />
    </Field>
  )
  const unit = formatUnit(register.unit)
  return (
    <Dialog
      title={`${t('readings.exchange')} · ${plain(point.id)}`}
      verb={t('readings.save')}
      blocked={away ?? (lacks === null ? null : t('common.lacks', { what: t(lacks) }))}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p className="dim">{t('readings.exchangeWhy')}</p>
      {input('at', t('readings.exchangeAt'), undefined, 'datetime-local')}
      <div className="two">
        {input('closing', t('readings.closing'), unit)}
        {input('opening', t('readings.opening'), unit)}
      </div>
      {input('serial', t('readings.exchangeNew'))}
      {same ? null : (
        <div className="two">
          {input('digits', t('readings.digits'))}
          {input('decimals', t('readings.decimals'))}
        </div>
      )}
      <div className="two">
        {input('witness', t('readings.witness'))}
        {input('reason', t('readings.note'))}
      </div>
    </Dialog>
  )
}
