import { useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { useUnsaved } from '../../leave.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type Mark, useSiteEdit } from './siteedit.ts'
import { WithSite } from './siteform.tsx'

/** Of `access` in site.json: the least and the most that it takes, and what holds where nothing is written, days. */
const spans = {
  keepDays: { least: 180, most: 3650, without: 365 },
  visitorPhotoDays: { least: 1, most: 3650, without: 30 },
} as const
type Key = keyof typeof spans
type Written = Partial<Record<Key, number>>
const keys = Object.keys(spans) as Key[]

/** How long events of doors and photos of visitors are kept. */
export function AccessKeep() {
  const { t } = useText()
  const [saved, setSaved] = useState(false)
  return (
    <WithSite what={t('accessKeep.title')}>
      {(site, { access }) => {
        const written = typeof access === 'object' && access !== null ? (access as Written) : {}
        const as = keys.map(key => written[key]).join()
        return <Form key={as} site={site} written={written} mark={{ saved, onSaved: () => setSaved(true) }} />
      }}
    </WithSite>
  )
}

interface Props {
  readonly site: SiteView
  readonly written: Written
  readonly mark: Mark
}
function Form({ site, written, mark }: Props) {
  const { t } = useText()
  const edit = useSiteEdit(site, mark)
  const before = (key: Key) => String(written[key] ?? spans[key].without)
  const [form, setForm] = useState<Record<Key, string>>({
    keepDays: before('keepDays'),
    visitorPhotoDays: before('visitorPhotoDays'),
  })
  const right = (key: Key) => {
    const days = form[key].trim()
    return /^\d{1,4}$/.test(days) && Number(days) >= spans[key].least && Number(days) <= spans[key].most
  }
  const changed = keys.filter(key => form[key].trim() !== before(key))
  useUnsaved(changed.length > 0)
  return (
    <section className="card" aria-label={t('accessKeep.title')}>
      <div className="card-h">
        <h2>{t('accessKeep.title')}</h2>
      </div>
      <div className="card-b col g3">
        {keys.map(key => (
          <Field key={key} label={t(`accessKeep.${key}`, spans[key])} hint={t(`accessKeep.${key}Hint`)}>
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
        <span className="dim">{t('accessKeep.shorter')}</span>
      </div>
      <Saving edit={edit}>
        <Button
          primary
          sayWhy={!edit.blocked}
          blocked={
            edit.blocked ??
            (!keys.every(right) ? t('accessKeep.wrong') : changed.length === 0 ? t('accessKeep.asItIs') : null)
          }
          onClick={() => void edit.save(changed.map(key => [['access', key], Number(form[key])]))}
        >
          {t('orderSettings.save')}
        </Button>
      </Saving>
    </section>
  )
}
