import { useState } from 'react'
import { newSiteText } from '../../../rules/newsite.ts'
import { call, queries } from '../api.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { namesOf } from './names.ts'
import { basicsLack, noBasics, SiteBasics } from './SiteBasics.tsx'

/** A box with people and without a site: its name first. */
export function NewSite() {
  const { t } = useText()
  const away = useLinkBlock()
  const [basics, setBasics] = useState(noBasics)
  const [error, setError] = useState<unknown>(null)
  const lack = basicsLack(basics)
  const blocked = away ?? (lack ? t(`firstRun.lacks.${lack}`) : null)
  const save = async () => {
    setError(null)
    try {
      const text = newSiteText({ name: namesOf(basics), timezone: basics.timezone })
      const site = await call('site', { method: 'PUT', body: { text, hash: null, way: 'page' } })
      queries.setQueryData(['site'], site)
      for (const key of ['about', 'me', 'spaces']) void queries.invalidateQueries({ queryKey: [key] })
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.site')}</h2>
      </div>
      <form
        className="card-b col g3"
        onSubmit={event => {
          event.preventDefault()
          if (!blocked) void save()
        }}
      >
        <SiteBasics basics={basics} set={change => setBasics({ ...basics, ...change })} />
        <Refusal error={error} />
        <div className="row wrap">
          <Button type="submit" primary blocked={blocked} sayWhy>
            {t('add.siteSave')}
          </Button>
        </div>
      </form>
    </section>
  )
}
