import { useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { type PersonalDay, personalDays } from '../../../../rules/personal.ts'
import { useUnsaved } from '../../leave.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type Mark, useSiteEdit } from './siteedit.ts'
import { WithSite } from './siteform.tsx'

type Written = Partial<Record<PersonalDay, number>>
const keys = Object.keys(personalDays) as PersonalDay[]

/** How long what is known of people is kept: `personal` in site.json. */
export function PersonalKeep() {
  const { t } = useText()
  const [saved, setSaved] = useState(false)
  return (
    <WithSite what={t('personal.keepTitle')}>
      {(site, { personal }) => {
        const written = typeof personal === 'object' && personal !== null ? (personal as Written) : {}
        const as = keys.map(key => written[key]).join()
        return <Form key={as} site={site} written={written} mark={{ saved, onSaved: () => setSaved(true) }} />
      }}
    </WithSite>
  )
}

function Form({ site, written, mark }: { readonly site: SiteView; readonly written: Written; readonly mark: Mark }) {
  const { t } = useText()
  const edit = useSiteEdit(site, mark)
  const before = (key: PersonalDay) => String(written[key] ?? personalDays[key].without)
  const [form, setForm] = useState(
    () => Object.fromEntries(keys.map(key => [key, before(key)])) as Record<PersonalDay, string>,
  )
  const right = (key: PersonalDay) => {
    const days = form[key].trim()
    return /^\d{1,4}$/.test(days) && Number(days) >= personalDays[key].least && Number(days) <= personalDays[key].most
  }
  const changed = keys.filter(key => form[key].trim() !== before(key))
  useUnsaved(changed.length > 0)
  const wrong = !keys.every(right) ? t('accessKeep.wrong') : changed.length === 0 ? t('accessKeep.asItIs') : null
  return (
    <section className="card narrow" aria-label={t('personal.keepTitle')}>
      <div className="card-h">
        <h2>{t('personal.keepTitle')}</h2>
      </div>
      <div className="card-b col g3">
        {keys.map(key => (
          <Field key={key} label={t(`personal.${key}`, personalDays[key])}>
            <input
              className="inp mono"
              name={key}
              inputMode="numeric"
              size={5}
              value={form[key]}
              onChange={event => setForm({ ...form, [key]: event.target.value })}
            />
          </Field>
        ))}
        <span className="dim">{t('personal.shorter')}</span>
      </div>
      <Saving edit={edit}>
        <Button
          primary
          blocked={edit.blocked ?? wrong}
          sayWhy={!edit.blocked}
          onClick={() => void edit.save(changed.map(key => [['personal', key], Number(form[key])]))}
        >
          {t('orderSettings.save')}
        </Button>
      </Saving>
    </section>
  )
}
