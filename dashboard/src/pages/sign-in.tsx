import { type FormEvent, lazy, Suspense, useEffect, useState } from 'react'
import type { Me } from '../../../gateway/http/contract.ts'
import { call, queries, useAbout } from '../api.ts'
import { fingerprintOf, formatNumber } from '../format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Refusal } from '../parts/notes.tsx'
import { PlainNote } from '../parts/PlainNote.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { useText } from '../text/index.ts'

const FirstRun = lazy(() => import('./first-run.tsx'))

export function SignIn() {
  const { t, of, lang } = useText()
  const about = useAbout()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const first = about.data?.firstRun === true
  useEffect(() => {
    if (first) return
    document.title = `${t('signIn.title')} · ${t('brand')}`
  })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    if (name.trim() === '' || password === '') return setError(new Error(t('signIn.needBoth')))
    setBusy(true)
    setError(null)
    try {
      const me = await call<Me>('session', { method: 'POST', body: { name: name.trim(), password } })
      queries.removeQueries({ predicate: query => query.queryKey[0] !== 'about' && query.queryKey[0] !== 'me' })
      queries.setQueryData(['me'], me)
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
            <span>{about.data?.site ? of(about.data.site) : '\u00a0'}</span>
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
            </form>
            <div className="card-f dim">
              {t('signIn.forgotten')}{' '}
              <a className="link" href="/pair">
                {t('signIn.pair')}
              </a>
            </div>
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
