import { useState } from 'react'
import { Link } from 'wouter'
import type { PlanFile, PlanView, SiteView } from '../../../gateway/http/contract.ts'
import { losesPlace } from '../../../rules/planedit.ts'
import { useEquipment, useMay, usePlans, useSpaces } from '../api.ts'
import { formatNumber, plain } from '../format.ts'
import { Entries } from '../pages/settings/entries.tsx'
import { NameFields, WithSite } from '../pages/settings/siteform.tsx'
import { Field } from '../parts/Dialog.tsx'
import { Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { Upload } from './Upload.tsx'

interface Words {
  readonly 'zh-CN': string
  readonly en: string
}
interface RawPlan {
  readonly id: string
  readonly name?: Words
  readonly space?: string
  readonly file?: string
}
const blank = { id: '', zh: '', en: '', space: '', file: '' }
type Form = typeof blank
const NO_PLANS: readonly PlanView[] = []

/** Which floor plans there are: added, called, drawn anew, and taken away with what that means. */
export function PlanSettings() {
  const { t } = useText()
  return (
    <WithSite what={t('settings.plans')}>
      {(site, read) => <List site={site} raw={Array.isArray(read.plans) ? (read.plans as (RawPlan | null)[]) : []} />}
    </WithSite>
  )
}

function List({ site, raw }: { readonly site: SiteView; readonly raw: readonly (RawPlan | null)[] }) {
  const { t, of, lang } = useText()
  const writes = useMay('site.write')
  const plans = usePlans().data ?? NO_PLANS
  const spaces = useSpaces()
  const equipment = useEquipment().data ?? []
  const nameOf = (id: string) =>
    of(spaces.get(id)?.name ?? equipment.find(e => e.id === id)?.name ?? { 'zh-CN': id, en: id })
  const made = ({ id, zh, en, space, file }: Form, had: RawPlan | null = null) => ({
    ...had,
    ...{ id, name: { 'zh-CN': zh.trim(), en: en.trim() } },
    ...{ space: space === '' ? undefined : space, file: file === '' ? undefined : file },
  })
  const known = raw.flatMap((one, at) => (one ? [{ one, at }] : []))
  return (
    <Entries<Form>
      site={site}
      title={t('settings.plans')}
      none={t('planSettings.none')}
      why={t('planSettings.why')}
      entries={known.map(({ one, at }) => {
        const view = plans.find(plan => plan.id === one.id)
        const name = one.name ?? view?.name ?? { 'zh-CN': one.id, en: one.id }
        const lost = view ? losesPlace(view, plans).map(nameOf) : []
        return {
          ...{ key: one.id, head: of(name), name: of(name) },
          more: [
            // Most plans are called as what they show.
            one.space ? (nameOf(one.space) === of(name) ? '' : nameOf(one.space)) : t('planSettings.wholeSite'),
            view?.status === 'ok'
              ? t('planSettings.placed', { n: formatNumber(view.drawn.length, lang) })
              : view
                ? t(view.status === 'missing' ? 'plan.missing' : 'plan.refused')
                : '',
          ]
            .filter(Boolean)
            .join(' · '),
          tools: (
            <Link className="btn sm" href={`/plan/${encodeURIComponent(one.id)}${writes ? '/edit' : ''}`}>
              {t(writes ? 'planSettings.edit' : 'plan.open')}
            </Link>
          ),
          form: { id: one.id, zh: name['zh-CN'], en: name.en, space: one.space ?? '', file: one.file ?? '' },
          drop: [[['plans', at], undefined]],
          dropWhy: (
            <>
              <p>
                {lost.length > 0
                  ? t('planSettings.loses', { list: lost.join(t('common.listSep')) })
                  : t('planSettings.losesNone')}
              </p>
              <p className="cap">{t('planSettings.files')}</p>
            </>
          ),
          put: form => [[['plans', at], made(form, one)]],
        }
      })}
      blank={{
        word: t('planSettings.add'),
        form: blank,
        put: form => (raw.length === 0 ? [[['plans'], [made(form)]]] : [[['plans', -1], made(form)]]),
      }}
      lacks={({ id, zh, en }) =>
        !/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)
          ? t('orderSettings.idWrong')
          : zh.trim() === '' || en.trim() === ''
            ? t('common.lacks', { what: t('orderSettings.name') })
            : null
      }
      fields={(form, set, isNew) => (
        <>
          <Field label={t('planSettings.space')}>
            <select
              className="inp"
              value={form.space}
              onChange={event => {
                const space = spaces.get(event.target.value)
                // A plan of a floor is called as the floor, until somebody says otherwise.
                const taken = known.some(({ one }) => one.id === space?.id)
                const named = isNew && space && { id: taken ? form.id : space.id.toLowerCase().replaceAll('_', '-') }
                const words = isNew && space && { zh: space.name['zh-CN'], en: space.name.en }
                set({ space: event.target.value, ...named, ...words })
              }}
            >
              <option value="">{t('planSettings.wholeSite')}</option>
              {[...spaces.values()]
                .filter(one => one.kind !== 'unit')
                .map(one => (
                  <option key={one.id} value={one.id}>
                    {of(one.name)}
                  </option>
                ))}
            </select>
          </Field>
          <NameFields form={form} fixedId={!isNew} set={set} />
          {isNew ? <Drawing file={form.file} onKept={file => set({ file })} /> : null}
        </>
      )}
    />
  )
}

/** The drawing of a new plan; that of an old one is replaced where its positions are seen. */
function Drawing({ file, onKept }: { readonly file: string; readonly onKept: (file: string) => void }) {
  const { t } = useText()
  const [kept, setKept] = useState<PlanFile | null>(null)
  const [refused, setRefused] = useState<unknown>(null)
  return (
    <div className="col g2">
      <span>{t('planSettings.drawing')}</span>
      <Upload
        word={t(file === '' ? 'planEdit.upload' : 'planEdit.replace')}
        blocked={null}
        onKept={next => {
          setKept(next)
          onKept(next.file)
        }}
        onRefused={setRefused}
      />
      {refused ? (
        <Refusal error={refused} />
      ) : kept ? (
        <span role="status">
          {t('planSettings.kept', {
            ...{ kind: kept.kind.toUpperCase(), size: `${plain(String(kept.box[2]))} × ${plain(String(kept.box[3]))}` },
          })}
        </span>
      ) : (
        <span className="cap">{t('planEdit.noDrawingWhy')}</span>
      )}
    </div>
  )
}
