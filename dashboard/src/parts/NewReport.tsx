import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { ReportView } from '../../../gateway/http/contract.ts'
import { classFor } from '../../../rules/workorder.ts'
import { newKey, post, queries, useEquipment, useMe } from '../api.ts'
import { useText } from '../text/index.ts'
import { useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { momentIn } from './OrderFields.tsx'
import { type ReportDraft, ReportFields } from './ReportFields.tsx'

/** What the desk asks somebody who calls [报修单: 报修人, 电话, 房号, 事项, 类别]. */
export function NewReport({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const { site } = useMe()
  const [, go] = useLocation()
  const away = useRecordBlock()
  const equipment = useEquipment().data ?? []
  const key = useRef(newKey())
  const empty: ReportDraft = { nature: '', text: '', name: '', phone: '' }
  const [form, setForm] = useState({ ...empty, room: '', equipment: '', at: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (change: Partial<typeof form>) => {
    // What is sent again unchanged is the same report; what was changed is another.
    key.current = newKey()
    setForm({ ...form, ...change })
  }
  const urgency = form.nature === '' ? null : classFor(form.nature, site.urgent)
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
      <ReportFields draft={form} set={set} chosen hint={urgency === null ? undefined : t(`orderClass.${urgency}`)}>
        <Field label={t('intake.room')} hint={t('intake.roomHint')}>
          <input
            className="inp"
            maxLength={60}
            autoComplete="off"
            value={form.room}
            onChange={event => set({ room: event.target.value })}
          />
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
      </ReportFields>
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
