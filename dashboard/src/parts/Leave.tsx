import { useEffect, useRef } from 'react'
import { useLeaving } from '../leave.ts'
import { useText } from '../text/index.ts'
import { useModal } from './modal.ts'

/** The question before a page with unsaved changes is left. It also stands when the gateway is away: leaving asks nothing of it. */
export function Leave() {
  const { t } = useText()
  const leaving = useLeaving()
  const box = useRef<HTMLDialogElement>(null)
  const stay = useRef<HTMLButtonElement>(null)
  const asks = leaving !== null
  useModal(box, asks)
  useEffect(() => {
    if (!asks) return
    // Esc and Enter both keep what was written.
    stay.current?.focus()
  }, [asks])
  if (leaving === null) return null
  return (
    <dialog ref={box} className="dlg" onClose={leaving.stay} aria-label={t('leave.title')}>
      <h2 className="dlg-h">{t('leave.title')}</h2>
      <p className="dlg-b">{t('leave.why')}</p>
      <div className="dlg-f">
        <button type="button" className="btn" onClick={leaving.go}>
          {t('leave.go')}
        </button>
        <button type="button" className="btn pri" ref={stay} onClick={leaving.stay}>
          {t('leave.stay')} <kbd>Esc</kbd>
        </button>
      </div>
    </dialog>
  )
}
