import { useState } from 'react'
import { post, queries } from '../../api.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'

interface Props {
  readonly title: string
  readonly path: string
  readonly more: object
  readonly onClose: () => void
}
/** Asks for a reason and sends it. */
export function ReasonDialog({ title, path, more, onClose }: Props) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setBusy(true)
    try {
      await post(path, { ...more, reason: reason.trim() })
      await queries.invalidateQueries({ queryKey: ['patrol'] })
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={title}
      verb={title}
      blocked={reason.trim() === '' ? t('rounds.reasonNeeded') : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('rounds.reason')}>
        <input
          className="inp"
          name="reason"
          maxLength={300}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
