import { useState } from 'react'
import type { VisitView } from '../../../../gateway/http/contract.ts'
import { visitsChanged } from '../../access.ts'
import { post, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'

/** Until when the photo of a visit that is over stays, and why somebody keeps it for longer. */
export function HoldPhoto({ visit: v }: { readonly visit: VisitView }) {
  const { t } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const mayHold = useMay('visit.hold')
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const hold = v.photoHold === null
  const verb = t(hold ? 'visitPhoto.hold' : 'visitPhoto.release')
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`visits/${v.id}/photo-hold`, { hold, reason: reason.trim() })
      await visitsChanged()
      setReason('')
      setAsking(false)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const held = v.photoHold === null ? null : t('visitPhoto.held', { reason: plain(v.photoHold) })
  return (
    <>
      {held === null ? null : <span className="brk">{held}</span>}
      {v.photoGoes === null ? null : (
        <span className="dim">{t('visitPhoto.goes', { at: formatDay(Date.parse(v.photoGoes), site.timezone) })}</span>
      )}
      <Button
        small
        blocked={away ?? (mayHold ? null : t('visitPhoto.role'))}
        aria-label={t('visitPhoto.of', { what: verb, name: plain(v.name) })}
        onClick={() => setAsking(true)}
      >
        {verb}
      </Button>
      {asking ? (
        <Dialog
          title={t('visitPhoto.of', { what: verb, name: plain(v.name) })}
          verb={verb}
          blocked={reason.trim() === '' ? t('common.lacks', { what: t('visitPhoto.reason') }) : null}
          busy={busy}
          error={error}
          onDo={() => void send()}
          onClose={() => setAsking(false)}
        >
          <div className="row">
            <span className="pp-photo">
              <img src={`/api/v1/visits/${v.id}/photo/${v.photo}`} alt="" />
            </span>
            <div className="grow">
              <p>{t(hold ? 'visitPhoto.holdWhat' : 'visitPhoto.releaseWhat')}</p>
              {held === null ? null : <p className="dim brk">{held}</p>}
            </div>
          </div>
          <Field label={t('visitPhoto.reason')}>
            <input
              className="inp"
              name="reason"
              maxLength={200}
              value={reason}
              onChange={event => setReason(event.target.value)}
            />
          </Field>
        </Dialog>
      ) : null}
    </>
  )
}
