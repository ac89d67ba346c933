import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { ReportView } from '../../../gateway/http/contract.ts'
import { classFor, type Nature, natures } from '../../../rules/workorder.ts'
import { newKey, post, queries, useEquipment, useMe } from '../api.ts'
import { useText } from '../text/index.ts'
import { useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { momentIn } from './OrderFields.tsx'

/** What the desk asks somebody who calls [报修单: 报修人, 电话, 房号, 事项, 类别]. */
export function NewReport({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const { site } = useMe()
  const [, go] = useLocation()
  const away = useRecordBlock()
  const equipment = useEquipment().data ?? []
  const key = useRef(newKey())
  const [form, setForm] = useState({ nature: '', text: '', room: '', equipment: '', name: '', phone: '', at: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (change: Partial<typeof form>) => {
    // What is sent again unchanged is the same report; what was changed is another.
    key.current = newKey()
    setForm({ ...form, ...change })
  }
  const urgency = form.nature === '' ? null : classFor(form.nature as Nature)
  const lacks =
    form.nature === ''
      ? t('common.lacks', { what: t('orders.nature') })
      : form.text.trim() === ''
        ? t('common.lacks', { what: t('intake.text') })
        : null
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const made = await post<ReportView>(
        'reports',
        {
          nature: form.nature,
          text: form.text.trim(),
          room: form.room.trim(),
          caller: { name: form.name.trim(), phone: form.phone.trim() },
          ...(form.equipment === '' ? {} : { equipment: form.equipment }),
          ...(form.at === '' || urgency !== 'general' ? {} : { appointmentAt: momentIn(form.at, site.timezone) }),
        },
        key.current,
      )
      void queries.invalidateQueries({ queryKey: ['workorders'] })
      onClose()
      go(`/orders/${encodeURIComponent(made.workorder.id)}`)
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const input = (field: 'room' | 'name' | 'phone', most: number) => (
    <input
      className="inp"
      maxLength={most}
      autoComplete="off"
      inputMode={field === 'phone' ? 'tel' : 'text'}
      value={form[field]}
      onChange={event => set({ [field]: event.target.value })}
    />
  )
  return (
    <Dialog
      title={t('intake.new')}
      verb={t('intake.send')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('orders.nature')} hint={urgency === null ? undefined : t(`orderClass.${urgency}`)}>
        <select className="inp" value={form.nature} onChange={event => set({ nature: event.target.value })}>
          <option value="">{t('common.choose')}</option>
          {natures.map(one => (
            <option key={one} value={one}>
              {t(`nature.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('intake.text')}>
        <textarea
          className="inp"
          rows={2}
          maxLength={180}
          value={form.text}
          onChange={event => set({ text: event.target.value })}
        />
      </Field>
      <Field label={t('intake.room')} hint={t('intake.roomHint')}>
        {input('room', 60)}
      </Field>
      <Field label={t('orders.equipment')} hint={t('intake.optional')}>
        <select className="inp" value={form.equipment} onChange={event => set({ equipment: event.target.value })}>
          <option value="">{t('common.none')}</option>
          {equipment.map(one => (
            <option key={one.id} value={one.id}>
              {of(one.name)}
              {one.space ? ` · ${of(one.space.name)}` : ''}
            </option>
          ))}
        </select>
      </Field>
      <div className="two">
        <Field label={t('intake.name')}>{input('name', 64)}</Field>
        <Field label={t('intake.phone')}>{input('phone', 32)}</Field>
      </div>
      {urgency === 'general' ? (
        <Field label={t('orders.appointment')} hint={t('intake.optional')}>
          <input
            className="inp"
            type="datetime-local"
            value={form.at}
            onChange={event => set({ at: event.target.value })}
          />
        </Field>
      ) : null}
    </Dialog>
  )
}
