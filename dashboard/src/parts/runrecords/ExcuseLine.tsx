import { useState } from 'react'
import type { RunLineView } from '../../../../gateway/http/contract.ts'
import { newKey, post } from '../../api.ts'
import { runChanged } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'

/** A supervisor says why nobody wrote a line. */
export function ExcuseLine({ line, onClose }: { readonly line: RunLineView; readonly onClose: () => void }) {
  const { t } = useText()
  const [key] = useState(newKey)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setBusy(true)
    try {
      await post(`run-lines/${encodeURIComponent(line.id)}/excuse`, { reason: reason.trim() }, key)
      await runChanged()
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('runRecords.button.excuse')}
      verb={t('runRecords.button.excuse')}
      blocked={reason.trim() === '' ? t('runRecords.lack.reason') : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('runRecords.reasonOf.excuse')}>
        <input className="inp" name="reason" maxLength={300} value={reason} onChange={e => setReason(e.target.value)} />
      </Field>
    </Dialog>
  )
}
