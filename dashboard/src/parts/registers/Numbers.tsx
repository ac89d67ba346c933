import { useState } from 'react'
import type { RegisterEntryView } from '../../../../gateway/http/contract.ts'
import { allFields, type Register } from '../../../../rules/register.ts'
import { call, useMay } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'

interface Props {
  readonly register: Register
  readonly entry: RegisterEntryView
}
/** Telephone numbers and proofs of an entry, masked until somebody says why he needs them. */
export function Numbers({ register, entry }: Props) {
  const { t, of } = useText()
  const may = useMay('register.identity')
  const away = useRecordBlock()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [numbers, setNumbers] = useState<Readonly<Record<string, string>> | null>(null)
  const hidden = allFields(register).filter(f => f.masked && entry.values[f.key])
  if (!may || hidden.length === 0) return null
  async function read() {
    setBusy(true)
    setError(null)
    try {
      const path = `register-entries/${entry.id}/numbers`
      const body = { reason: reason.trim() }
      setNumbers((await call<{ values: Record<string, string> }>(path, { method: 'POST', body })).values)
      setAsking(false)
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="rg-x">
      {numbers ? (
        <dl className="rg-kv" data-numbers>
          {hidden.map(f => (
            <div key={f.key}>
              <dt>{of(f.name)}</dt>
              <dd>
                <bdi>{plain(numbers[f.key] ?? '')}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <Button small blocked={away} onClick={() => setAsking(true)}>
          {t('registers.numbers')}
        </Button>
      )}
      {asking ? (
        <Dialog
          title={`${t('registers.numbers')} · ${entry.no}`}
          verb={t('registers.numbers')}
          blocked={away ?? (reason.trim() === '' ? t('common.lacks', { what: t('common.reason') }) : null)}
          busy={busy}
          error={error}
          onDo={() => void read()}
          onClose={() => setAsking(false)}
        >
          <p>{t('registers.numbersWhy')}</p>
          <Field label={t('common.reason')}>
            <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
          </Field>
        </Dialog>
      ) : null}
    </div>
  )
}
