import { useState } from 'react'
import type { User } from '../../../gateway/http/contract.ts'
import { post } from '../api.ts'
import { plain } from '../format.ts'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { useText } from '../text/index.ts'

interface Props {
  readonly user: User
  readonly onDone: () => void
  readonly onClose: () => void
}
/** An administrator takes away all by which somebody proves himself beside the password, with the reason. */
export function TakeFactor({ user, onDone, onClose }: Props) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const take = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`users/${encodeURIComponent(user.name)}/factor/remove`, { reason: reason.trim() })
      onDone()
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('identity.takeFromAsk', { name: plain(user.name) })}
      verb={t('identity.takeFrom')}
      blocked={reason.trim() === '' ? t('identity.needReason') : null}
      busy={busy}
      error={error}
      onDo={() => void take()}
      onClose={onClose}
    >
      <p>{t('identity.takeFromWhy')}</p>
      <Field label={t('identity.takeFromReason')}>
        <input className="inp" maxLength={1000} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
    </Dialog>
  )
}
