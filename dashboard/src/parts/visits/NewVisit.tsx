import { useRef, useState } from 'react'
import { visitsChanged } from '../../access.ts'
import { newKey, post, useMe, useSpaces } from '../../api.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'
import { momentIn } from '../OrderFields.tsx'

/** Somebody who is expected; with a room, somebody for whom others have to agree. */
export function NewVisit({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const { site } = useMe()
  const spaces = [...useSpaces().values()].filter(one => one.kind === 'room')
  const key = useRef(newKey())
  const [form, setForm] = useState({
    ...{
      name: '',
      company: '',
      phone: '',
      people: '1',
      host: '',
      purpose: '',
      space: '',
      escort: '',
      from: '',
      to: '',
    },
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (field: keyof typeof form, value: string) => {
    key.current = newKey()
    setForm({ ...form, [field]: value })
  }
  const lacks = (['name', 'host', 'from', 'to'] as const).find(field => form[field].trim() === '')
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const { from, to, space, people, ...rest } = form
      const body = {
        ...rest,
        ...(space === '' ? {} : { space }),
        people: Number(people) || 1,
        validFrom: momentIn(from, site.timezone),
        validTo: momentIn(to, site.timezone),
      }
      await post('visits', body, key.current)
      await visitsChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const input = (field: keyof typeof form, type = 'text', most = 64) => (
    <Field label={t(`visits.${field}`)}>
      <input
        className="inp"
        name={field}
        type={type}
        maxLength={most}
        autoComplete="off"
        value={form[field]}
        onChange={event => set(field, event.target.value)}
      />
    </Field>
  )
  return (
    <Dialog
      title={t('visits.new')}
      verb={t('visits.add')}
      blocked={lacks ? t('common.lacks', { what: t(`visits.${lacks}`) }) : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <div className="two">
        {input('name')}
        {input('company')}
        {input('phone', 'tel', 32)}
        {input('people', 'number')}
        {input('host')}
        {input('purpose', 'text', 200)}
        {input('from', 'datetime-local')}
        {input('to', 'datetime-local')}
        <Field label={t('visits.space')} hint={t('visits.spaceHint')}>
          <select className="inp" name="space" value={form.space} onChange={event => set('space', event.target.value)}>
            <option value="">{t('common.none')}</option>
            {spaces.map(one => (
              <option key={one.id} value={one.id}>
                {of(one.name)}
              </option>
            ))}
          </select>
        </Field>
        {input('escort')}
      </div>
    </Dialog>
  )
}
