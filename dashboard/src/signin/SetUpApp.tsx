import { type FormEvent, useState } from 'react'
import type { FactorSecret } from '../../../gateway/http/contract.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { Picture } from '../parts/ReportCode.tsx'
import { useText } from '../text/index.ts'
import './signin.css'

/** In fours, as people type it. */
const inFours = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? secret

interface CodeProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
}
export const CodeField = ({ label, hint, value, onChange }: CodeProps) => (
  <Field label={label} hint={hint}>
    <input
      className="inp mono"
      name="code"
      inputMode="text"
      autoComplete="one-time-code"
      autoCapitalize="off"
      spellCheck={false}
      // biome-ignore lint/a11y/noAutofocus: it is what is asked for now
      autoFocus
      maxLength={32}
      value={value}
      onChange={event => onChange(event.target.value)}
    />
  </Field>
)

interface Props {
  readonly secret: FactorSecret
  /** Its first code. */
  readonly onCode: (code: string) => Promise<void>
  readonly onCancel: () => void
}
/** The secret for the app as a picture and as text, and the first code, without which nothing counts. */
export function SetUpApp({ secret, onCode, onCancel }: Props) {
  const { t } = useText()
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    if (code.trim() === '') return setError(new Error(t('identity.needCode')))
    setBusy(true)
    setError(null)
    try {
      await onCode(code)
    } catch (refused) {
      setError(refused)
      setCode('')
      setBusy(false)
    }
  }
  return (
    <form className="col g3" onSubmit={event => void submit(event)}>
      <p>{t('identity.scan')}</p>
      <div className="app-code col g2">
        <Picture text={secret.uri} label={t('identity.picture')} />
        <span className="cap">{t('identity.orType')}</span>
        <span className="mono">{inFours(secret.secret)}</span>
      </div>
      <CodeField label={t('identity.firstCode')} hint={t('identity.digits')} value={code} onChange={setCode} />
      <Refusal error={error} />
      <div className="row wrap">
        <Button type="submit" primary>
          {t('identity.confirm')}
        </Button>
        <Button onClick={onCancel}>{t('common.cancel')}</Button>
      </div>
    </form>
  )
}

interface KeptProps {
  readonly codes: readonly string[]
  readonly onKept: () => void
}
/** Recovery codes, shown once. */
export function KeepCodes({ codes, onKept }: KeptProps) {
  const { t } = useText()
  return (
    <div className="col g3">
      <Note sort="medium" icon="warn" title={t('identity.codesTitle')}>
        {t('identity.codesWhy')}
      </Note>
      <ol className="kept-codes mono">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="row wrap">
        <Button primary onClick={onKept}>
          {t('identity.codesKept')}
        </Button>
        <Button onClick={() => print()}>{t('identity.codesPrint')}</Button>
      </div>
    </div>
  )
}
