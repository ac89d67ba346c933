import { useEffect, useRef, useState } from 'react'
import { useText } from '../../text/index.ts'
import { Icon } from '../Icon.tsx'

interface Reader extends EventTarget {
  scan(options: { readonly signal: AbortSignal }): Promise<void>
}
declare global {
  interface Window {
    /** Of telephones with Android, over HTTPS. */
    NDEFReader?: new () => Reader
  }
}

/** Reads tags by the phone itself, where its browser can; elsewhere there is no such button. */
export function NfcButton({ onTag }: { readonly onTag: (tag: string) => void }) {
  const { t } = useText()
  const [on, setOn] = useState(false)
  const [failed, setFailed] = useState(false)
  const said = useRef(onTag)
  said.current = onTag
  useEffect(() => {
    if (!on || !window.NDEFReader) return
    const stop = new AbortController()
    const reader = new window.NDEFReader()
    reader.addEventListener('reading', event => {
      const { serialNumber } = event as Event & { readonly serialNumber?: string }
      if (serialNumber) said.current(serialNumber)
    })
    reader.scan({ signal: stop.signal }).catch(() => {
      setFailed(true)
      setOn(false)
    })
    return () => stop.abort()
  }, [on])
  if (!window.NDEFReader) return null
  return (
    <button type="button" className="btn lg" aria-pressed={on} onClick={() => setOn(!on)}>
      <Icon name="link" /> {failed ? t('round.nfcNot') : on ? t('round.nfcOn') : t('round.nfc')}
    </button>
  )
}
