import { type FormEvent, lazy, Suspense, useEffect, useState } from 'react'
import type { Me, SignInStep } from '../../../gateway/http/contract.ts'
import { call, queries, useAbout } from '../api.ts'
import { fingerprintOf, formatNumber } from '../format.ts'
import { ByProvider } from '../parts/ByProvider.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Refusal } from '../parts/notes.tsx'
import { PlainNote } from '../parts/PlainNote.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { enterWithPasskey, isDropped, passkeysHere } from '../signin/passkey.ts'
import { Steps } from '../signin/Steps.tsx'
import { useText } from '../text/index.ts'

const FirstRun = lazy(() => import('./first-run.tsx'))

export function SignIn() {
  const { t, of, lang } = useText()
  const about = useAbout()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [step, setStep] = useState<SignInStep['step'] | null>(null)
  const first = about.data?.firstRun === true
  useEffect(() => {
    if (first) return
    document.title = `${t('signIn.title')} · ${t('brand')}`
  })

  const enter = (me: Me) => {
    queries.removeQueries({ predicate: query => query.queryKey[0] !== 'about' && query.queryKey[0] !== 'me' })
    queries.setQueryData(['me'], me)
  }
  const byPasskey = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      enter(await enterWithPasskey())
    } catch (refused) {
      setError(isDropped(refused) ? null : refused)
    } finally {
      setBusy(false)
    }
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    if (name.trim() === '' || password === '') return setError(new Error(t('signIn.needBoth')))
    setBusy(true)
    setError(null)
    try {
      const answer = await call<Me | SignInStep>('session', { method: 'POST', body: { name: name.trim(), password } })
      if (!('step' in answer)) return enter(answer)
      setPassword('')
      setStep(answer.step)
    } catch (refused) {
      setError(refused)
      setPassword('')
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="si">
      <main>
        <div className="si-b row">
          <Icon name="brand" />
          <div>
            <b>{t('brand')}</b>
            {about.data && !about.data.site ? null : <span>{about.data?.site ? of(about.data.site) : '\u00a0'}</span>}
          </div>
          <span className="ml row">
            <LangSwitch long />
            <ThemeSwitch />
          </span>
        </div>
        <PlainNote />
        {first && about.data ? (
          <Suspense>
            <FirstRun about={about.data} />
          </Suspense>
        ) : (
          <section className="card">
            {step === null ? (
              <form className="card-b col g4" onSubmit={event => void submit(event)}>
                <h1 className="h1">{t('signIn.title')}</h1>
                <label className="fld">
                  <span>{t('signIn.name')}</span>
                  <input
                    className="inp"
                    name="username"
                    autoComplete="username"
                    autoCapitalize="off"
                    spellCheck={false}
                    // biome-ignore lint/a11y/noAutofocus: there is nothing else to do on this page
                    autoFocus
                    value={name}
                    onChange={event => setName(event.target.value)}
                  />
                </label>
                <label className="fld">
                  <span>{t('signIn.password')}</span>
                  <input
                    className="inp"
                    name="password"
                    type="password"
                    autoComplete="current-password"
                    value={password}
                    onChange={event => setPassword(event.target.value)}
                  />
                </label>
                <Refusal error={error} />
                <button type="submit" className="btn pri lg block">
                  {t(busy ? 'signIn.busy' : 'signIn.submit')}
                </button>
                {passkeysHere() ? (
                  <button type="button" className="btn lg block" onClick={() => void byPasskey()}>
                    {t('identity.enter')}
                  </button>
                ) : null}
              </form>
            ) : (
              <Steps
                step={step}
                onIn={enter}
                onBack={refused => {
                  setStep(null)
                  setError(refused ?? null)
                }}
              />
            )}
            {step === null ? <ByProvider /> : null}
            {step === null ? (
              <div className="card-f dim">
                <span>{t('signIn.forgotten')}</span>
                <a className="link" href="/pair">
                  {t('signIn.pair')}
                </a>
              </div>
            ) : null}
          </section>
        )}
        <div className="si-s">
          {about.data ? (
            <>
              {first ? null : (
                <span className={`st ${about.data.degraded ? 'stop' : 'run'}`}>
                  {t(about.data.degraded ? 'signIn.gatewayDegraded' : 'signIn.gatewayOk')} ·{' '}
                  {t('signIn.points', { n: formatNumber(about.data.points, lang) })}
                </span>
              )}
              <span>{t('signIn.version', { v: about.data.version })}</span>
              {about.data.certificate?.selfMade && !first ? (
                <span>
                  {t('signIn.certificate')}{' '}
                  <span className="mono brk">{fingerprintOf(about.data.certificate.fingerprint)}</span>
                </span>
              ) : null}
            </>
          ) : about.error ? (
            <span className="st unknown">{t('signIn.gatewayAway')}</span>
          ) : (
            <span>{'\u00a0'}</span>
          )}
        </div>
      </main>
    </div>
  )
}
