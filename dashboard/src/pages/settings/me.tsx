import { type FormEvent, useState } from 'react'
import { post, useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Field, NewPasswordField, PASSWORD_LEAST } from '../../parts/Dialog.tsx'
import { signOut } from '../../parts/Frame.tsx'
import { Note, Refusal } from '../../parts/notes.tsx'
import { FactorCard } from '../../signin/FactorCard.tsx'
import { PasskeysCard } from '../../signin/Passkeys.tsx'
import { SessionsCard } from '../../signin/Sessions.tsx'
import { useText } from '../../text/index.ts'
import { StartPageCard } from './startpage.tsx'

export function MyPassword() {
  const { t } = useText()
  const me = useMe()
  const away = useLinkBlock()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [twice, setTwice] = useState('')
  const [done, setDone] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const change = async (event: FormEvent) => {
    event.preventDefault()
    setDone(false)
    setError(null)
    if (next.length < PASSWORD_LEAST) return setError(new Error(t('me.short')))
    if (next !== twice) return setError(new Error(t('me.differ')))
    try {
      await post(`users/${encodeURIComponent(me.name)}/password`, { password: next, current })
      for (const clear of [setCurrent, setNext, setTwice]) clear('')
      setDone(true)
    } catch (refused) {
      setError(refused)
    }
  }
  const field = (label: string, value: string, set: (value: string) => void, complete: string) => (
    <Field label={label}>
      <input
        className="inp"
        type="password"
        autoComplete={complete}
        value={value}
        onChange={event => set(event.target.value)}
      />
    </Field>
  )
  return (
    <div className="col g4">
      <div className="cols">
        <section className="card">
          <div className="card-h">
            <h2>{t('me.title')}</h2>
          </div>
          <form className="card-b col g3" onSubmit={event => void change(event)}>
            {field(t('me.current'), current, setCurrent, 'current-password')}
            <NewPasswordField label={t('me.next')} value={next} onChange={setNext} />
            {field(t('me.again'), twice, setTwice, 'new-password')}
            <Refusal error={error} />
            {done ? (
              <Note sort="yes" icon="check" role="status">
                {t('me.done')}
              </Note>
            ) : null}
            <div className="row wrap">
              <Button type="submit" primary blocked={away} sayWhy>
                {t('me.submit')}
              </Button>
            </div>
          </form>
        </section>
        <StartPageCard />
        <FactorCard />
        <section className="card">
          <div className="card-h">
            <h2>{t('me.session')}</h2>
          </div>
          <div className="card-b row sb">
            <span>
              <b>
                <bdi>{plain(me.name)}</bdi>
              </b>
              <span className="dim"> · {t(`role.${me.role}`)}</span>
            </span>
            <Button icon="out" onClick={signOut}>
              {t('me.signOut')}
            </Button>
          </div>
        </section>
      </div>
      <PasskeysCard />
      <SessionsCard />
    </div>
  )
}
