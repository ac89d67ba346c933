import { useRef, useState } from 'react'
import { permitGrades, permitKinds } from '../../../../rules/permit/permit.ts'
import { newKey, post, useMe, useSpaces } from '../../api.ts'
import { permitsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Field } from '../Dialog.tsx'
import { momentIn } from '../OrderFields.tsx'
import { Asking } from './Asking.tsx'

const nobody = { name: '', certificate: '', validTo: '' }
const MOST_WORKERS = 10

/** The application: what, where, when, by whom with which certificate, and who watches. */
export function NewPermit({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const { site } = useMe()
  const spaces = [...useSpaces().values()]
  const key = useRef(newKey())
  const [workers, setWorkers] = useState([nobody])
  const [form, setForm] = useState({
    ...{ kind: 'hot-work', grade: 'second', space: '', spot: '', work: '', company: '', guardian: '' },
    ...{ guardianPhone: '', from: '', to: '', outdoor: false, gas: false },
  })
  const set = (change: Partial<typeof form>) => {
    key.current = newKey()
    setForm({ ...form, ...change })
  }
  const setWorker = (n: number, change: Partial<typeof nobody>) => {
    key.current = newKey()
    setWorkers(workers.with(n, { ...workers[n]!, ...change }))
  }
  const lacks = (['space', 'spot', 'work', 'guardian', 'from', 'to'] as const).find(field => form[field].trim() === '')
  const unnamed = workers.some(w => w.name.trim() === '' || w.validTo === '')
  const send = async () => {
    const { from, to, ...rest } = form
    const body = {
      ...{ ...rest, workers, grade: form.kind === 'hot-work' ? form.grade : 'second' },
      validFrom: momentIn(from, site.timezone),
      validTo: momentIn(to, site.timezone),
    }
    await post('permits', body, key.current)
    await permitsChanged()
  }
  const input = (field: 'spot' | 'work' | 'company' | 'guardian' | 'guardianPhone' | 'from' | 'to', type = 'text') => (
    <Field label={t(`permits.${field}`)} hint={field === 'guardian' ? t('permits.guardianHint') : undefined}>
      <input
        className="inp"
        name={field}
        type={type}
        maxLength={field === 'guardianPhone' ? 32 : field === 'guardian' ? 64 : 100}
        autoComplete="off"
        value={form[field]}
        onChange={event => set({ [field]: event.target.value })}
      />
    </Field>
  )
  return (
    <Asking
      title={t('permits.new')}
      verb={t('permits.apply')}
      blocked={
        lacks
          ? t('common.lacks', { what: t(`permits.${lacks}`) })
          : unnamed
            ? t('common.lacks', { what: t('permits.workers') })
            : null
      }
      send={send}
      onClose={onClose}
    >
      <div className="two">
        <Field label={t('permits.kind')}>
          <select className="inp" name="kind" value={form.kind} onChange={event => set({ kind: event.target.value })}>
            {permitKinds.map(kind => (
              <option key={kind} value={kind}>
                {t(`permitKind.${kind}`)}
              </option>
            ))}
          </select>
        </Field>
        {form.kind === 'hot-work' ? (
          <Field label={t('permits.grade')}>
            <select
              className="inp"
              name="grade"
              value={form.grade}
              onChange={event => set({ grade: event.target.value })}
            >
              {permitGrades.map(grade => (
                <option key={grade} value={grade}>
                  {t(`permitGrade.${grade}`)}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
        <Field label={t('permits.space')}>
          <select
            className="inp"
            name="space"
            value={form.space}
            onChange={event => set({ space: event.target.value })}
          >
            <option value="">{t('common.none')}</option>
            {spaces.map(one => (
              <option key={one.id} value={one.id}>
                {of(one.name)}
              </option>
            ))}
          </select>
        </Field>
        {input('spot')}
        {input('work')}
        {input('company')}
        {input('from', 'datetime-local')}
        {input('to', 'datetime-local')}
        {input('guardian')}
        {input('guardianPhone', 'tel')}
      </div>
      {(['outdoor', 'gas'] as const).map(field => (
        <label key={field} className="row g2">
          <input
            type="checkbox"
            name={field}
            checked={form[field]}
            onChange={event => set({ [field]: event.target.checked })}
          />
          {t(`permits.${field}`)}
        </label>
      ))}
      <h3 className="cap">{t('permits.workers')}</h3>
      {workers.map((worker, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added at the end
        <div key={n} className="two">
          <Field label={t('permits.worker')}>
            <input
              className="inp"
              name={`worker${n}`}
              maxLength={64}
              autoComplete="off"
              value={worker.name}
              onChange={event => setWorker(n, { name: event.target.value })}
            />
          </Field>
          <Field label={t('permits.certificate')}>
            <input
              className="inp"
              name={`certificate${n}`}
              maxLength={64}
              autoComplete="off"
              value={worker.certificate}
              onChange={event => setWorker(n, { certificate: event.target.value })}
            />
          </Field>
          <Field label={t('permits.certificateTo')}>
            <input
              className="inp"
              name={`certificateTo${n}`}
              type="date"
              value={worker.validTo}
              onChange={event => setWorker(n, { validTo: event.target.value })}
            />
          </Field>
        </div>
      ))}
      {workers.length < MOST_WORKERS ? (
        <button type="button" className="btn sm" onClick={() => setWorkers([...workers, nobody])}>
          {t('permits.addWorker')}
        </button>
      ) : null}
    </Asking>
  )
}
