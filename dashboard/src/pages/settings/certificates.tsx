import type { SiteView } from '../../../../gateway/http/contract.ts'
import { type CertificateKind, certificateKinds, certificateNames } from '../../../../rules/certificate.ts'
import { useEquipment } from '../../api.ts'
import { plain } from '../../format.ts'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Entries } from './entries.tsx'

interface Paper {
  readonly id: string
  readonly kind: CertificateKind
  readonly name?: { readonly 'zh-CN': string; readonly en: string }
  readonly no?: string
  readonly expires: string
}
interface Item {
  readonly id: string
  readonly certificates?: readonly Paper[]
}

/** Certificates and inspections of equipment, and the last day on which each holds. */
export function Certificates(props: { readonly site: SiteView; readonly read: Record<string, unknown> }) {
  const { site, read } = props
  const { t, of } = useText()
  const names = new Map((useEquipment().data ?? []).map(e => [e.id, of(e.name)]))
  const items = (Array.isArray(read.equipment) ? read.equipment : []) as readonly Item[]
  const nameOf = (id: string) => names.get(id) ?? plain(id)
  const blank = { on: '', id: '', kind: 'inspection' as CertificateKind, no: '', expires: '' }
  type Form = typeof blank
  /** What the form does not know of it, such as a name of its own, stays. */
  const made = ({ id, kind, no, expires }: Form, had?: Paper): Paper => {
    const { no: _, ...rest } = had ?? {}
    return { ...rest, id, kind, ...(no.trim() !== '' && { no: no.trim() }), expires }
  }
  return (
    <Entries<Form>
      site={site}
      title={t('emergencySettings.papers')}
      none={t('emergencySettings.noPapers')}
      why={t('emergencySettings.papersWhy')}
      entries={items.flatMap((item, i) =>
        (item.certificates ?? []).map((paper, j) => {
          const what = of(paper.name ?? certificateNames[paper.kind])
          return {
            key: `${item.id} ${paper.id}`,
            head: `${nameOf(item.id)} · ${what}`,
            name: `${nameOf(item.id)} ${what}`,
            more: [t('emergencySettings.until', { day: plain(paper.expires) }), paper.no && plain(paper.no)]
              .filter(Boolean)
              .join(' · '),
            form: { on: item.id, id: paper.id, kind: paper.kind, no: paper.no ?? '', expires: paper.expires },
            drop: [[['equipment', i, 'certificates', j], undefined]] as const,
            put: (form: Form) => [[['equipment', i, 'certificates', j], made(form, paper)]] as const,
          }
        }),
      )}
      blank={{
        word: t('emergencySettings.addPaper'),
        form: blank,
        put: form => {
          const i = items.findIndex(item => item.id === form.on)
          return [
            [
              ['equipment', i, 'certificates'],
              [...(items[i]?.certificates ?? []), made(form)],
            ],
          ]
        },
      }}
      lacks={({ on, id, expires }) =>
        on === ''
          ? t('common.lacks', { what: t('emergencySettings.on') })
          : !/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)
            ? t('orderSettings.idWrong')
            : expires === ''
              ? t('common.lacks', { what: t('emergencySettings.expires') })
              : null
      }
      fields={(form, set, isNew) => (
        <>
          <Field label={t('emergencySettings.on')}>
            <select
              className="inp"
              disabled={!isNew}
              value={form.on}
              onChange={event => set({ on: event.target.value })}
            >
              <option value="">–</option>
              {items.map(item => (
                <option key={item.id} value={item.id}>
                  {nameOf(item.id)}
                </option>
              ))}
            </select>
          </Field>
          <div className="two">
            <Field label={t('orderSettings.id')} hint={t('orderSettings.idHint')}>
              <input
                className="inp mono"
                maxLength={64}
                readOnly={!isNew}
                value={form.id}
                onChange={event => set({ id: event.target.value })}
              />
            </Field>
            <Field label={t('emergencySettings.kind')}>
              <select
                className="inp"
                value={form.kind}
                onChange={event => set({ kind: event.target.value as CertificateKind })}
              >
                {certificateKinds.map(kind => (
                  <option key={kind} value={kind}>
                    {of(certificateNames[kind])}
                  </option>
                ))}
              </select>
            </Field>
            <Field label={t('emergencySettings.no')}>
              <input
                className="inp mono"
                maxLength={100}
                value={form.no}
                onChange={event => set({ no: event.target.value })}
              />
            </Field>
            <Field label={t('emergencySettings.expires')}>
              <input
                className="inp mono"
                type="date"
                value={form.expires}
                onChange={event => set({ expires: event.target.value })}
              />
            </Field>
          </div>
        </>
      )}
    />
  )
}
