import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Enrolled, FactorSecret, Me, SignInStep } from '../../../gateway/http/contract.ts'
import { ApiError, call } from '../api.ts'
import { Button } from '../parts/Button.tsx'
import { Loading, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { CodeField, KeepCodes, SetUpApp } from './SetUpApp.tsx'

interface Props {
  readonly step: SignInStep['step']
  readonly onIn: (me: Me) => void
  /** Back to the password; with what was refused, when that is why. */
  readonly onBack: (error?: unknown) => void
}
const isOver = (error: unknown): boolean => error instanceof ApiError && error.code === 'half-over'

/** What follows a good password. */
export const Steps = (props: Props) => (props.step === 'code' ? <GiveCode {...props} /> : <Enrol {...props} />)

function GiveCode({ onIn, onBack }: Props) {
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
      onIn(await call<Me>('session/code', { method: 'POST', body: { code } }))
    } catch (refused) {
      if (isOver(refused)) return onBack(refused)
      setError(refused)
      setCode('')
      setBusy(false)
    }
  }
  return (
    <form className="card-b col g4" onSubmit={event => void submit(event)}>
      <h1 className="h1">{t('identity.second')}</h1>
      <CodeField label={t('identity.code')} hint={t('identity.orRecovery')} value={code} onChange={setCode} />
      <Refusal error={error} />
      <button type="submit" className="btn pri lg block">
        {t(busy ? 'signIn.busy' : 'signIn.submit')}
      </button>
      <Button onClick={() => onBack()}>{t('identity.back')}</Button>
      <p className="dim">{t('identity.lost')}</p>
    </form>
  )
}

function Enrol({ onIn, onBack }: Props) {
  const { t } = useText()
  const [done, setDone] = useState<Enrolled | null>(null)
  // Asked once: a second answer has another secret, and only the last one counts.
  const { data: secret, error } = useQuery({
    queryKey: ['enrol'],
    queryFn: () => call<FactorSecret>('session/enrol', { method: 'POST', body: {} }),
    gcTime: 0,
    retry: false,
  })
  return (
    <div className="card-b col g4">
      <h1 className="h1">{t('identity.setUp')}</h1>
      {done ? (
        <KeepCodes codes={done.codes} onKept={() => onIn(done.me)} />
      ) : secret ? (
        <>
          <p className="dim">{t('identity.demandedHere')}</p>
          <SetUpApp
            secret={secret}
            onCode={async code => {
              try {
                setDone(await call<Enrolled>('session/enrol/confirm', { method: 'POST', body: { code } }))
              } catch (refused) {
                if (!isOver(refused)) throw refused
                onBack(refused)
              }
            }}
            onCancel={() => onBack()}
          />
        </>
      ) : error ? (
        <>
          <Refusal error={error} />
          <Button onClick={() => onBack()}>{t('identity.back')}</Button>
        </>
      ) : (
        <Loading what={t('identity.setUp')} />
      )}
    </div>
  )
}
