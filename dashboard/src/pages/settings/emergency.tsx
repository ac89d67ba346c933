import type { SiteView } from '../../../../gateway/http/contract.ts'
import { useSpaces } from '../../api.ts'
import { plain } from '../../format.ts'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Certificates } from './certificates.tsx'
import { ControlRoomSettings } from './controlroom.tsx'
import { Entries } from './entries.tsx'
import { type Chapter, Measures } from './measures.tsx'
import { NameFields, WithSite } from './siteform.tsx'

interface Words {
  readonly 'zh-CN': string
  readonly en: string
}
interface Contact {
  readonly id: string
  readonly kind: string
  readonly name: Words
  readonly phone: string
  readonly space?: string
}
interface Post {
  readonly post: Words
  readonly duties: Words
  readonly person?: string
  readonly phone?: string
}
interface PlanOf {
  readonly organisation?: readonly Post[]
  readonly chapters?: readonly Chapter[]
}
const listOf = <T,>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : [])
/** As site.json takes a telephone number. */
const PHONE = /^\+?\d[\d -]{1,30}(,\d{1,8})?$/
const kinds = [
  ...['fire', 'police', 'ambulance', 'duty', 'lift-firm', 'lift-rescue', 'substation', 'water-company'],
  ...['gas-company', 'fire-service-firm', 'occupant', 'other'],
] as const

/** What is needed when something has happened: whom to call, the emergency plan, papers that run out, the control room. */
export function EmergencySettings() {
  const { t } = useText()
  return (
    <WithSite what={t('settings.emergency')}>
      {(site, read) => {
        const plan = (read.emergencyPlan ?? {}) as PlanOf
        return (
          <div className="col g4">
            <Contacts site={site} contacts={listOf<Contact>(read.contacts)} />
            <Organisation site={site} posts={listOf<Post>(plan.organisation)} />
            <Measures site={site} written={listOf<Chapter>(plan.chapters)} />
            <Certificates site={site} read={read} />
            <ControlRoomSettings key={site.hash} site={site} own={read.controlRoom} />
          </div>
        )
      }}
    </WithSite>
  )
}

function Contacts({ site, contacts }: { readonly site: SiteView; readonly contacts: readonly Contact[] }) {
  const { t, of } = useText()
  const spaces = useSpaces()
  const blank = { id: '', zh: '', en: '', kind: 'other' as string, phone: '', space: '' }
  type Form = typeof blank
  const made = ({ id, zh, en, kind, phone, space }: Form) => ({
    ...{ id, kind, name: { 'zh-CN': zh.trim(), en: en.trim() }, phone: phone.trim() },
    ...(space !== '' && { space }),
  })
  return (
    <Entries<Form>
      site={site}
      title={t('phones.title')}
      none={t('emergencySettings.noPhones')}
      why={t('emergencySettings.phonesWhy')}
      entries={contacts.map((c, at) => ({
        key: c.id,
        head: of(c.name),
        name: of(c.name),
        // A fire brigade that is called so has said what it is.
        more: [t(`contactKind.${c.kind as (typeof kinds)[number]}`), plain(c.phone)]
          .filter(word => word !== of(c.name))
          .join(' · '),
        form: {
          ...{ id: c.id, zh: c.name['zh-CN'], en: c.name.en, kind: c.kind, phone: c.phone },
          space: c.space ?? '',
        },
        drop: [[['contacts', at], undefined]],
        put: form => [[['contacts', at], made(form)]],
      }))}
      blank={{
        word: t('emergencySettings.addPhone'),
        form: blank,
        put: form => [[['contacts'], [...contacts, made(form)]]],
      }}
      lacks={({ id, zh, en, phone }) =>
        !/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)
          ? t('orderSettings.idWrong')
          : zh.trim() === '' || en.trim() === ''
            ? t('common.lacks', { what: t('orderSettings.name') })
            : PHONE.test(phone.trim())
              ? null
              : t('emergencySettings.phoneWrong')
      }
      fields={(form, set, isNew) => (
        <>
          <NameFields form={form} fixedId={!isNew} set={set} />
          <div className="two">
            <Field label={t('emergencySettings.kind')}>
              <select className="inp" value={form.kind} onChange={event => set({ kind: event.target.value })}>
                {kinds.map(kind => (
                  <option key={kind} value={kind}>
                    {t(`contactKind.${kind}`)}
                  </option>
                ))}
              </select>
            </Field>
            <Field label={t('emergencySettings.phone')}>
              <input
                className="inp mono"
                inputMode="tel"
                maxLength={40}
                value={form.phone}
                onChange={event => set({ phone: event.target.value })}
              />
            </Field>
          </div>
          {form.kind === 'duty' || form.kind === 'occupant' ? (
            <Field label={t('emergencySettings.space')}>
              <select className="inp" value={form.space} onChange={event => set({ space: event.target.value })}>
                <option value="">–</option>
                {[...spaces.values()].map(s => (
                  <option key={s.id} value={s.id}>
                    {of(s.name)}
                  </option>
                ))}
              </select>
            </Field>
          ) : null}
        </>
      )}
    />
  )
}

function Organisation({ site, posts }: { readonly site: SiteView; readonly posts: readonly Post[] }) {
  const { t, of } = useText()
  const blank = { zh: '', en: '', dutiesZh: '', dutiesEn: '', person: '', phone: '' }
  type Form = typeof blank
  const made = (form: Form): Post => ({
    post: { 'zh-CN': form.zh.trim(), en: form.en.trim() },
    duties: { 'zh-CN': form.dutiesZh.trim(), en: form.dutiesEn.trim() },
    ...(form.person.trim() !== '' && { person: form.person.trim() }),
    ...(form.phone.trim() !== '' && { phone: form.phone.trim() }),
  })
  const words = ['zh', 'en', 'dutiesZh', 'dutiesEn'] as const
  return (
    <Entries<Form>
      site={site}
      title={t('emergencySettings.organisation')}
      none={t('emergencySettings.noPosts')}
      why={t('emergencySettings.postsWhy')}
      entries={posts.map((p, at) => ({
        key: `${at} ${p.post.en}`,
        head: of(p.post),
        name: of(p.post),
        more: [p.person && plain(p.person), p.phone && plain(p.phone), of(p.duties)].filter(Boolean).join(' · '),
        form: {
          ...{ zh: p.post['zh-CN'], en: p.post.en, dutiesZh: p.duties['zh-CN'], dutiesEn: p.duties.en },
          ...{ person: p.person ?? '', phone: p.phone ?? '' },
        },
        drop: [[['emergencyPlan', 'organisation', at], undefined]],
        put: form => [[['emergencyPlan', 'organisation', at], made(form)]],
      }))}
      blank={{
        word: t('emergencySettings.addPost'),
        form: blank,
        put: form => [
          [
            ['emergencyPlan', 'organisation'],
            [...posts, made(form)],
          ],
        ],
      }}
      lacks={form =>
        words.some(key => form[key].trim() === '')
          ? t('common.lacks', { what: t('orderSettings.name') })
          : form.phone.trim() !== '' && !PHONE.test(form.phone.trim())
            ? t('emergencySettings.phoneWrong')
            : null
      }
      fields={(form, set) => (
        <>
          <div className="two">
            {words.map(key => (
              <Field key={key} label={t(`emergencySettings.post-${key}`)}>
                <input
                  className="inp"
                  maxLength={100}
                  value={form[key]}
                  onChange={event => set({ [key]: event.target.value })}
                />
              </Field>
            ))}
          </div>
          <div className="two">
            <Field label={t('emergencySettings.person')}>
              <input
                className="inp"
                maxLength={100}
                value={form.person}
                onChange={event => set({ person: event.target.value })}
              />
            </Field>
            <Field label={t('emergencySettings.phone')}>
              <input
                className="inp mono"
                inputMode="tel"
                maxLength={40}
                value={form.phone}
                onChange={event => set({ phone: event.target.value })}
              />
            </Field>
          </div>
        </>
      )}
    />
  )
}
