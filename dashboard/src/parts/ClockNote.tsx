import { useState } from 'react'
import { call, queries, useMay, useMe } from '../api.ts'
import { formatDay, formatTime } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Note } from './notes.tsx'

/** The clock of the gateway does not agree with what was recorded: what that holds up here, and a person's word that it is right. */
export function ClockNote({ title }: { readonly title: string }) {
  const { t } = useText()
  const may = useMay('pass.identity')
  const away = useRecordBlock()
  const [confirming, confirm] = useState(false)
  return (
    <>
      <Note sort="high" icon="clock" role="alert" title={title}>
        <p>{t('clock.why')}</p>
        {may ? (
          <Button small blocked={away} onClick={() => confirm(true)}>
            {t('clock.confirm')}
          </Button>
        ) : null}
      </Note>
      {confirming ? <ConfirmClock onClose={() => confirm(false)} /> : null}
    </>
  )
}

function ConfirmClock({ onClose }: { readonly onClose: () => void }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await call('access-clock/confirm', { method: 'POST', body: { reason: reason.trim() } })
      await queries.invalidateQueries()
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const now = serverNow()
  return (
    <Dialog
      title={t('clock.confirm')}
      verb={t('clock.confirm')}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('clock.how') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p>
        {t('clock.now')} <b className="mono">{`${formatDay(now, zone)} ${formatTime(now, lang, zone)}`}</b> ({zone})
      </p>
      <Field label={t('clock.how')} hint={t('clock.howWhy')}>
        <input className="inp" maxLength={500} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
    </Dialog>
  )
}
