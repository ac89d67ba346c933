import { useState } from 'react'
import type { Me } from '../../../../gateway/http/contract.ts'
import { may } from '../../../../rules/permission.ts'
import { startOf, startPageNames, startPages } from '../../../../rules/start.ts'
import { call, queries, useMe } from '../../api.ts'
import { pageList, pagesOf } from '../../find/pagelist.ts'
import { useRecordBlock } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

/** Which page opens after signing in: that of the role, or another that he has chosen for himself. */
export function StartPageCard() {
  const { t } = useText()
  const me = useMe()
  const away = useRecordBlock()
  const [done, setDone] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const there = pagesOf(me)
  const pages = startPageNames.filter(name => may(me.role, startPages[name]) && there.includes(name))
  const own = t(pageList[startOf(me.role, me.site, null)].title)
  const choose = async (page: string) => {
    setDone(false)
    setError(null)
    try {
      const body = { page: page === '' ? null : page }
      queries.setQueryData(['me'], await call<Me>('session/start', { method: 'PUT', body }))
      setDone(true)
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('me.start')}</h2>
      </div>
      <div className="card-b col g3">
        <Field label={t('me.startWhat', { page: own })}>
          <select
            className="inp"
            value={me.start ?? ''}
            disabled={away !== null}
            title={away ?? undefined}
            onChange={event => void choose(event.target.value)}
          >
            <option value="">{t('me.startOwn', { page: own })}</option>
            {pages.map(name => (
              <option key={name} value={name}>
                {t(pageList[name].title)}
              </option>
            ))}
          </select>
        </Field>
        {away === null ? null : <span className="dim">{away}</span>}
        <Refusal error={error} />
        {done ? (
          <Note sort="yes" icon="check" role="status">
            {t('me.startDone')}
          </Note>
        ) : null}
      </div>
    </section>
  )
}
