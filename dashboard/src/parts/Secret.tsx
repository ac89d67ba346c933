import { useRef, useState } from 'react'
import { useText } from '../text/index.ts'
import { Button } from './Button.tsx'
import { Note } from './notes.tsx'

/** Something that is shown once: to be copied now. */
export function Secret({ secret }: { readonly secret: string }) {
  const { t } = useText()
  const [copied, setCopied] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const copy = async () => {
    box.current?.select()
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
    } catch {
      // Plain http has no clipboard; the old command still works on what is selected.
      setCopied(document.execCommand('copy'))
    }
  }
  return (
    <>
      <Note sort="medium" icon="warn">
        {t('tokens.shownOnce')}
      </Note>
      <div className="row">
        <input
          ref={box}
          className="inp mono"
          readOnly
          value={secret}
          aria-label={t('tokens.shownOnce')}
          onFocus={event => event.target.select()}
        />
        <Button icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
          {t(copied ? 'common.copied' : 'common.copy')}
        </Button>
      </div>
    </>
  )
}
