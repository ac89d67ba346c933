import { useState } from 'react'
import type { PreStartPlant } from '../../../../gateway/http/contract.ts'
import { newKey, post, useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { lackOf, runChanged, typedOf } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'
import { ColumnRow } from './WriteLine.tsx'

export interface Asked {
  readonly mode: 'check' | 'override' | 'explain'
  readonly plant: PreStartPlant
  /** The start that asks for a reason. */
  readonly entry?: string
}
interface Props {
  readonly form: string
  readonly asked: Asked
  readonly onClose: () => void
}

/** The list as one person goes through it, or the reason why somebody did without. */
export function PreStartDialog({ form, asked: { mode, plant, entry }, onClose }: Props) {
  const { t, of } = useText()
  const me = useMe()
  const [key] = useState(newKey)
  const [draft, setDraft] = useState<Readonly<Record<string, string>>>({})
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const typed = typedOf(plant.items, draft)
  const lack = mode === 'check' ? lackOf(plant.items, plant.cells, typed, words) : null
  const missing = plant.items.find(c => c.key === lack?.column)
  const blocked = lack
    ? t(`runRecords.lack.${lack.code}`, { column: missing ? of(missing.name) : plain(lack.column) })
    : mode !== 'check' && words.trim() === ''
      ? t('runRecords.lack.reason')
      : null
  const path = `run-forms/${encodeURIComponent(form)}/pre-start`
  const send = async () => {
    setBusy(true)
    setError(null)
    const { equipment } = plant
    try {
      if (mode === 'check') await post(path, { equipment, typed, remark: words.trim() }, key)
      else if (mode === 'override') await post(`${path}/override`, { equipment, reason: words.trim() }, key)
      else await post(`pre-starts/${encodeURIComponent(entry ?? '')}/reason`, { reason: words.trim() }, key)
      await runChanged()
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const name = of(plant.name)
  return (
    <Dialog
      title={
        mode === 'check'
          ? t('runRecords.preStart.checkTitle', { name })
          : `${t(`runRecords.preStart.${mode}`)}${t('common.colon')}${name}`
      }
      verb={
        mode === 'check' ? t('runRecords.preStart.sign', { name: plain(me.name) }) : t(`runRecords.preStart.${mode}`)
      }
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {mode === 'check' ? (
        <>
          <p className="dim">{t('runRecords.preStart.takes')}</p>
          <div className="rr-g">
            {plant.items.map(item => (
              <ColumnRow
                key={item.key}
                column={item}
                cell={plant.cells[item.key]}
                value={draft[item.key] ?? ''}
                set={text => setDraft({ ...draft, [item.key]: text })}
              />
            ))}
          </div>
        </>
      ) : null}
      <Field label={t(mode === 'check' ? 'runRecords.remark' : `runRecords.preStart.${mode}Why`)}>
        <textarea className="inp" rows={2} maxLength={300} value={words} onChange={e => setWords(e.target.value)} />
      </Field>
    </Dialog>
  )
}
