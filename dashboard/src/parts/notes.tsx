import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { type Permission, permissions } from '../../../rules/permission.ts'
import { ApiError } from '../api.ts'
import { useText } from '../text/index.ts'
import { Icon, type IconName } from './Icon.tsx'

/** Says what would be here. A tick is asked for where nothing there is good news: no alarm, nothing refused. */
export const Empty = ({ icon = 'minus', title, why }: { icon?: IconName; title: string; why?: string }) => (
  <div className="empty">
    <Icon name={icon} />
    <b>{title}</b>
    {why ? <span>{why}</span> : null}
  </div>
)

export const Loading = ({ what }: { readonly what: string }) => {
  const { t } = useText()
  return (
    <div className="empty" role="status">
      <span className="sk" style={{ width: 180 }} />
      <span className="sk" style={{ width: 120 }} />
      {t('common.loading', { what })}
    </div>
  )
}

/** A page whose parts are still on their way: nothing for the first moment, then that it comes. */
export const Opening = () => {
  const { t } = useText()
  return (
    <div className="empty opening" role="status">
      <span className="sk" style={{ width: 180 }} />
      <span className="sk" style={{ width: 120 }} />
      {t('common.opening')}
    </div>
  )
}

/** What could not be read, why, its code, and once more. */
export function Failed({ what, error, again }: { what: string; error: unknown; again: () => void }) {
  const { t } = useText()
  return (
    <div className="empty" role="alert">
      <Icon name="warn" />
      <b>{t('common.failed', { what })}</b>
      <span>{error instanceof Error ? error.message : String(error)}</span>
      {error instanceof ApiError ? <span className="mono dim3">{error.code}</span> : null}
      <button type="button" className="btn" onClick={again}>
        {t('common.retry')}
      </button>
    </div>
  )
}

/** The data of a call, or what to say instead of it. Data in hand stays on the screen when a later read fails. */
export function Loaded<T>({
  query,
  what,
  children,
}: {
  query: UseQueryResult<T>
  what: string
  children: (data: NonNullable<T>) => ReactNode
}) {
  const { data, error, refetch } = query
  if (data !== undefined && data !== null) return children(data)
  return error ? <Failed what={what} error={error} again={() => void refetch()} /> : <Loading what={what} />
}

type Sort = 'q' | 'high' | 'medium' | 'yes' | 'no' | 'plain'
interface NoteProps {
  readonly sort?: Sort
  readonly icon?: IconName
  readonly title?: string
  readonly children?: ReactNode
  readonly role?: 'status' | 'alert'
}
export const Note = ({ sort = 'plain', icon, title, children, role }: NoteProps) => (
  <div className={`note ${sort}`} role={role}>
    {icon ? <Icon name={icon} /> : null}
    <div className="grow">
      {title ? <b>{title}</b> : null}
      {children ? <div>{children}</div> : null}
    </div>
  </div>
)

/** The refusal of something just asked, in words. */
export const Refusal = ({ error }: { readonly error: unknown }) =>
  error instanceof ApiError && error.againAt !== null ? (
    <Wait key={error.againAt} until={error.againAt} />
  ) : error ? (
    <Note sort="no" icon="x" role="alert">
      {error instanceof Error ? error.message : String(error)}
    </Note>
  ) : null

/** Counts the seconds down, and says when they are over. @param until by `performance.now()`, ms */
function Wait({ until }: { readonly until: number }) {
  const { t } = useText()
  const [now, setNow] = useState(() => performance.now())
  const left = until - now
  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => setNow(performance.now()), (left % 1000) + 1)
    return () => clearTimeout(timer)
  }, [left])
  return left > 0 ? (
    <Note sort="no" icon="clock" role="alert">
      {t('error.wait', { n: Math.ceil(left / 1000) })}
    </Note>
  ) : (
    <Note sort="yes" icon="check" role="status">
      {t('error.waitOver')}
    </Note>
  )
}

/** A page or a part of one that is not for the person's role. */
export function NotYours({ permission }: { readonly permission: Permission }) {
  const { t, code } = useText()
  const names = permissions[permission].map(role => code('role', role)).join(t('common.listSep'))
  return (
    <section className="card">
      <Empty icon="lock" title={t('common.notYours')} why={t('common.notYoursWhy', { roles: names })} />
    </section>
  )
}
