import { useRef, useState } from 'react'
import { newKey, post, useEquipment, useWorkorders } from '../../api.ts'
import { tagsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Field } from '../Dialog.tsx'
import { Asking } from './Asking.tsx'

/** Hangs a tag on equipment. @param equipment where it is clear which; else it is chosen */
export function NewTag({ equipment, onClose }: { readonly equipment?: string; readonly onClose: () => void }) {
  const { t, of } = useText()
  const all = useEquipment().data ?? []
  const key = useRef(newKey())
  const [form, setForm] = useState({ equipment: equipment ?? '', reason: '', verified: '', order: '', permit: '' })
  const orders = (useWorkorders().data ?? []).filter(order => order.equipment === form.equipment)
  const set = (field: keyof typeof form, value: string) => {
    key.current = newKey()
    setForm({ ...form, [field]: value })
  }
  const lacks = (['equipment', 'reason'] as const).find(field => form[field].trim() === '')
  const send = async () => {
    const { order, permit, ...rest } = form
    const body = { ...rest, ...(order === '' ? {} : { order }), ...(permit.trim() === '' ? {} : { permit }) }
    await post('tags', body, key.current)
    await tagsChanged()
  }
  return (
    <Asking
      title={t('tags.new')}
      verb={t('tags.hang')}
      blocked={lacks ? t('common.lacks', { what: t(`tags.${lacks}`) }) : null}
      send={send}
      onClose={onClose}
    >
      <p>{t('tags.newWhat')}</p>
      <Field label={t('tags.equipment')}>
        <select
          className="inp"
          name="equipment"
          value={form.equipment}
          disabled={equipment !== undefined}
          onChange={event => set('equipment', event.target.value)}
        >
          <option value="">{t('common.none')}</option>
          {all.map(one => (
            <option key={one.id} value={one.id}>
              {of(one.name)}
            </option>
          ))}
        </select>
      </Field>
      {(['reason', 'verified', 'permit'] as const).map(field => (
        <Field key={field} label={t(`tags.${field}`)} hint={field === 'verified' ? t('tags.verifiedHint') : undefined}>
          <input
            className="inp"
            name={field}
            maxLength={200}
            autoComplete="off"
            value={form[field]}
            onChange={event => set(field, event.target.value)}
          />
        </Field>
      ))}
      {orders.length > 0 ? (
        <Field label={t('tags.order')}>
          <select className="inp" name="order" value={form.order} onChange={event => set('order', event.target.value)}>
            <option value="">{t('common.none')}</option>
            {orders.map(order => (
              <option key={order.id} value={order.id}>
                {order.no} {of(order.text)}
              </option>
            ))}
          </select>
        </Field>
      ) : null}
    </Asking>
  )
}
