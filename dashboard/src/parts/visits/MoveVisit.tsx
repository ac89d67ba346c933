import { useState } from 'react'
import type { VisitView } from '../../../../gateway/http/contract.ts'
import type { VisitAction } from '../../../../rules/access/visit.ts'
import { visitsChanged } from '../../access.ts'
import { post } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'

interface MoveProps {
  readonly visit: VisitView
  readonly action: VisitAction
  readonly onClose: () => void
}
/** Agreed, refused, in or out: with the escort and the reason where they are needed. */
export function MoveVisit({ visit: v, action, onClose }: MoveProps) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [escort, setEscort] = useState(v.escort)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const verb = t(`visitAction.${action}`)
  const withEscort = action === 'enter' && v.escortNeeded
  const withReason = action === 'refuse' || action === 'cancel'
  const lacks =
    withEscort && escort.trim() === ''
      ? t('visits.escort')
      : withReason && reason.trim() === ''
        ? t('doors.reason')
        : null
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`visits/${v.id}/${action}`, { reason: reason.trim(), escort: escort.trim() })
      await visitsChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('passes.moveOf', { action: verb, no: v.no, name: plain(v.name) })}
      verb={verb}
      blocked={lacks === null ? null : t('common.lacks', { what: lacks })}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {withEscort ? (
        <Field label={t('visits.escort')} hint={t('visits.escortHint')}>
          <input
            className="inp"
            name="escort"
            maxLength={64}
            value={escort}
            onChange={e => setEscort(e.target.value)}
          />
        </Field>
      ) : null}
      {withReason || action === 'approve' ? (
        <Field label={t('doors.reason')}>
          <input
            className="inp"
            name="reason"
            maxLength={200}
            value={reason}
            onChange={e => setReason(e.target.value)}
          />
        </Field>
      ) : null}
      {v.noPhotos && action === 'enter' ? <p>{t('visits.noPhotosWhy')}</p> : null}
    </Dialog>
  )
}
