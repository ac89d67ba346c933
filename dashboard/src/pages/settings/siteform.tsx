import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { type Crew, crews } from '../../../../rules/workorder.ts'
import { useSite } from '../../api.ts'
import { Field } from '../../parts/Dialog.tsx'
import { Loaded, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { type SiteEdit, siteOf } from './siteedit.ts'

/** What pages of settings that change parts of site.json have in common. */

/** The site and its text as it was read; what to mend first, where that is no JSON. */
export function WithSite(props: {
  readonly what: string
  readonly children: (site: SiteView, read: Record<string, unknown>) => ReactNode
}) {
  const { t } = useText()
  const query = useSite()
  return (
    <Loaded query={query} what={props.what}>
      {site => {
        const read = siteOf(site)
        if (read) return props.children(site, read)
        return (
          <Note sort="medium" icon="warn" role="alert" title={t('orderSettings.unreadable')}>
            <Link href="/settings/site" className="link">
              {t('settings.site')}
            </Link>
          </Note>
        )
      }}
    </Loaded>
  )
}

/** Why it was not saved: the first problem in words, as a dialog has room for one. */
export function useRefusal(edit: SiteEdit): unknown {
  const { of } = useText()
  return edit.problems[0] ? new Error(of(edit.problems[0].text)) : edit.error
}

/** What a new entry of the site is called. */
export interface Named {
  readonly id: string
  readonly zh: string
  readonly en: string
}
/** @returns what is wrong with it; null: nothing */
export function useNameLacks({ id, zh, en }: Named): string | null {
  const { t } = useText()
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) return t('orderSettings.idWrong')
  return zh.trim() === '' || en.trim() === '' ? t('common.lacks', { what: t('orderSettings.name') }) : null
}
interface NamesProps {
  readonly form: Named
  /** Records stand under the id: it is chosen once. */
  readonly fixedId?: boolean
  readonly set: (change: Partial<Named>) => void
}
export function NameFields({ form, fixedId = false, set }: NamesProps) {
  const { t } = useText()
  return (
    <>
      <Field label={t('orderSettings.id')} hint={t('orderSettings.idHint')}>
        <input
          className="inp mono"
          maxLength={64}
          readOnly={fixedId}
          value={form.id}
          onChange={event => set({ id: event.target.value })}
        />
      </Field>
      <div className="two">
        {(['zh', 'en'] as const).map(one => (
          <Field key={one} label={t(`orderSettings.name-${one}`)}>
            <input
              className="inp"
              maxLength={100}
              value={form[one]}
              onChange={event => set({ [one]: event.target.value })}
            />
          </Field>
        ))}
      </div>
    </>
  )
}

export function CrewField({ value, onChange }: { readonly value: Crew; readonly onChange: (crew: Crew) => void }) {
  const { t } = useText()
  return (
    <Field label={t('orders.crew')}>
      <select className="inp" value={value} onChange={event => onChange(event.target.value as Crew)}>
        {crews.map(crew => (
          <option key={crew} value={crew}>
            {t(`crew.${crew}`)}
          </option>
        ))}
      </select>
    </Field>
  )
}
