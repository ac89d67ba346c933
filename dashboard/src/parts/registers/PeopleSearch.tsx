import { useState } from 'react'
import { Link } from 'wouter'
import type { RegisterForgotten, RegisterKnown } from '../../../../gateway/http/contract.ts'
import { allFields } from '../../../../rules/register.ts'
import { registerOf } from '../../../../rules/registers/all.ts'
import { call, queries, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Refusal } from '../notes.tsx'

/** All that registers know of one person, and taking him out of what is past. */
export function PeopleSearch() {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const mayForget = useMay('register.forget')
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [found, setFound] = useState<readonly RegisterKnown[] | null>(null)
  const [gone, setGone] = useState<RegisterForgotten | null>(null)
  const [asking, setAsking] = useState(false)
  const lacks =
    name.trim().length < 2
      ? t('common.lacks', { what: t('registers.personName') })
      : reason.trim() === ''
        ? t('common.lacks', { what: t('common.reason') })
        : null
  const body = { name: name.trim(), reason: reason.trim() }
  async function send<T>(path: string, done: (answer: T) => void) {
    setBusy(true)
    setError(null)
    try {
      done(await call<T>(path, { method: 'POST', body }))
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const look = () =>
    send<{ items: RegisterKnown[] }>('register-people/export', answer => {
      setGone(null)
      setFound(answer.items)
    })
  const forget = () =>
    send<RegisterForgotten>('register-people/forget', answer => {
      setAsking(false)
      setFound(null)
      setGone(answer)
      for (const key of ['register', 'register-entry', 'register-lines'])
        void queries.invalidateQueries({ queryKey: [key] })
    })
  function save() {
    const text = JSON.stringify({ name: body.name, items: found }, null, 2)
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
    Object.assign(document.createElement('a'), { href: url, download: 'gatehouse-person.json' }).click()
    URL.revokeObjectURL(url)
  }
  return (
    <section className="card rg-x rg-who" aria-label={t('registers.person')}>
      <div className="card-h">
        <h2>{t('registers.person')}</h2>
      </div>
      <div className="card-b col g3">
        <p className="dim">{t('registers.personWhy')}</p>
        <div className="row wrap">
          <input
            className="inp fit"
            aria-label={t('registers.personName')}
            placeholder={t('registers.personName')}
            maxLength={64}
            value={name}
            onChange={event => setName(event.target.value)}
          />
          <input
            className="inp fit"
            aria-label={t('common.reason')}
            placeholder={t('common.reason')}
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
          <Button blocked={away ?? lacks} sayWhy={!mayForget} onClick={() => void look()}>
            {t('registers.personLook')}
          </Button>
          {found && found.length > 0 ? <Button onClick={save}>{t('registers.personSave')}</Button> : null}
          {mayForget ? (
            <Button blocked={away ?? lacks} sayWhy onClick={() => setAsking(true)}>
              {t('registers.personForget')}
            </Button>
          ) : null}
        </div>
        <Refusal error={asking ? null : error} />
        {gone ? (
          <p role="status">
            {t('registers.personGone', { entries: gone.entries, lines: gone.lines, photos: gone.photos })}
            {gone.kept.length > 0 ? ` ${t('registers.personKept', { nos: gone.kept.join(', ') })}` : ''}
          </p>
        ) : null}
        {found === null ? null : found.length === 0 ? (
          <p role="status">{t('registers.personNone')}</p>
        ) : (
          <ul className="exl" role="status">
            {found.map((k, i) => {
              const register = registerOf(k.register)!
              const field = allFields(register).find(f => f.key === k.field)
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same may stand there twice
                <li key={i}>
                  <time dateTime={k.at}>{formatDay(Date.parse(k.at), zone)}</time>
                  <span>
                    <Link href={`/registers/${k.register}/${k.no}`} className="link">
                      {k.no}
                    </Link>{' '}
                    {of(register.name)} · {field ? of(field.name) : k.field} <bdi>{plain(k.value)}</bdi>
                  </span>
                </li>
              )
            })}
          </ul>
        )}
      </div>
      {asking ? (
        <Dialog
          title={t('registers.personForget')}
          verb={t('registers.personForget')}
          blocked={away ?? lacks}
          busy={busy}
          error={error}
          onDo={() => void forget()}
          onClose={() => setAsking(false)}
        >
          <p>{t('registers.personForgetWhy', { name: plain(body.name) })}</p>
          <Field label={t('common.reason')}>
            <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
          </Field>
        </Dialog>
      ) : null}
    </section>
  )
}
