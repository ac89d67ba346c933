import { type FormEvent, useEffect, useState } from 'react'
import type { FirstRunAsk, Me } from '../../../gateway/http/contract.ts'
import { namesOf } from '../add/names.ts'
import { basicsLack, noBasics, SiteBasics } from '../add/SiteBasics.tsx'
import { type About, ApiError, post, queries } from '../api.ts'
import { fingerprintOf } from '../format.ts'
import { Field, PASSWORD_LEAST } from '../parts/Dialog.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

/** An empty box asks who it belongs to: with the code of its console, the site's name, and the first administrator. */
export default function FirstRun({ about }: { readonly about: About }) {
  const { t, of } = useText()
  const [code, setCode] = useState('')
  const [basics, setBasics] = useState(noBasics)
  const [who, setWho] = useState({ name: '', password: '', again: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    document.title = `${t('firstRun.title')} · ${t('brand')}`
  })
  const known = about.site
  const lack = known ? null : basicsLack(basics)
  const wrong =
    code.trim() === ''
      ? t('firstRun.lacks.code')
      : lack
        ? t(`firstRun.lacks.${lack}`)
        : !/^[\p{L}\p{N}._-]+$/u.test(who.name.trim())
          ? t('firstRun.lacks.user')
          : who.password.length < PASSWORD_LEAST
            ? t('firstRun.lacks.password', { n: PASSWORD_LEAST })
            : who.password !== who.again
              ? t('firstRun.lacks.again')
              : null

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    if (wrong) return setError(new Error(wrong))
    setBusy(true)
    setError(null)
    const site = known ? {} : { site: { name: namesOf(basics), timezone: basics.timezone } }
    const ask: FirstRunAsk = { code: code.trim(), ...site, name: who.name.trim(), password: who.password }
    try {
      const me = await post<Me>('first-run', ask)
      void queries.invalidateQueries({ queryKey: ['about'] })
      queries.setQueryData(['me'], me)
    } catch (refused) {
      setError(refused)
      if (refused instanceof ApiError && refused.code === 'first-run-over') setOver(true)
      if (refused instanceof ApiError && refused.code === 'first-run-site')
        void queries.invalidateQueries({ queryKey: ['about'] })
      setBusy(false)
    }
  }
  const field = (name: keyof typeof who, label: string, hint?: string) => (
    <Field label={label} hint={hint}>
      <input
        className="inp"
        name={name === 'name' ? 'username' : name}
        type={name === 'name' ? 'text' : 'password'}
        autoComplete={name === 'name' ? 'username' : 'new-password'}
        autoCapitalize="off"
        spellCheck={false}
        maxLength={name === 'name' ? 64 : 200}
        value={who[name]}
        onChange={event => setWho({ ...who, [name]: event.target.value })}
      />
    </Field>
  )

  return (
    <section className="card">
      <form className="card-b col g4" onSubmit={event => void submit(event)}>
        <h1 className="h1">{t('firstRun.title')}</h1>
        <span className="dim">{t('firstRun.why')}</span>
        {about.certificate ? (
          <Note icon="lock" title={t('firstRun.compare')}>
            <span className="mono brk">{fingerprintOf(about.certificate.fingerprint)}</span>
          </Note>
        ) : null}
        <Field label={t('firstRun.code')} hint={t('firstRun.codeHint')}>
          <input
            className="inp mono"
            name="setup-code"
            autoComplete="one-time-code"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={40}
            // biome-ignore lint/a11y/noAutofocus: the first thing of a form that is the whole page
            autoFocus
            value={code}
            onChange={event => {
              setCode(event.target.value)
              setError(null)
            }}
          />
        </Field>
        {known ? (
          <Note icon="check">{t('firstRun.known', { site: of(known) })}</Note>
        ) : (
          <SiteBasics basics={basics} set={change => setBasics({ ...basics, ...change })} />
        )}
        {field('name', t('firstRun.name'), t('firstRun.nameHint'))}
        {field('password', t('firstRun.password'), t('firstRun.passwordHint', { n: PASSWORD_LEAST }))}
        {field('again', t('firstRun.again'))}
        <Refusal error={error} />
        {over ? (
          <button
            type="button"
            className="btn lg block"
            onClick={() => void queries.refetchQueries({ queryKey: ['about'] })}
          >
            {t('signIn.title')}
          </button>
        ) : (
          <button type="submit" className="btn pri lg block">
            {t(busy ? 'firstRun.busy' : 'firstRun.submit')}
          </button>
        )}
      </form>
    </section>
  )
}
