import type { ReactNode } from 'react'
import { Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import type { SiteEdit } from './siteedit.ts'

/** What was saved, or why not: each problem in words, with what to do. */
export function Saving({ edit, children }: { readonly edit: SiteEdit; readonly children: ReactNode }) {
  const { t, of } = useText()
  return (
    <div className="card-f col">
      {edit.problems.length > 0 ? (
        <Note sort="no" icon="x" role="alert" title={t('orderSettings.refused')}>
          {edit.problems.slice(0, 5).map(one => (
            <p key={one.path + one.code}>
              {of(one.text)} <span className="mono dim brk">{one.path}</span>
            </p>
          ))}
        </Note>
      ) : (
        <Refusal error={edit.error} />
      )}
      <div className="row wrap">
        {children}
        {edit.saved ? <span role="status">{t('orderSettings.saved')}</span> : null}
        {edit.blocked ? <span className="cap">{edit.blocked}</span> : null}
      </div>
    </div>
  )
}
