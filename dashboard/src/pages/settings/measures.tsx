import type { SiteView } from '../../../../gateway/http/contract.ts'
import { chapters, type Hazard, hazards } from '../../../../rules/emergencyplan.ts'
import { plain } from '../../format.ts'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Entries } from './entries.tsx'

/** What the site has written of one hazard, as it stands in site.json. */
export interface Chapter {
  readonly hazard: Hazard
  readonly measures?: readonly { readonly 'zh-CN': string; readonly en: string }[]
  readonly reviewed?: string
}
const DAY = /^\d{4}-\d\d-\d\d$/

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

/** What the site does of each hazard beside its runbooks. */
export function Measures({ site, written }: { readonly site: SiteView; readonly written: readonly Chapter[] }) {
  const { t, of } = useText()
  type Form = { readonly zh: string; readonly en: string; readonly reviewed: string }
  return (
    <Entries<Form>
      site={site}
      title={t('emergencySettings.measures')}
      why={t('emergencySettings.measuresWhy')}
      entries={hazards.map(hazard => {
        const at = written.findIndex(c => c.hazard === hazard)
        const had = written[at]
        const measures = had?.measures ?? []
        return {
          key: hazard,
          head: of(chapters[hazard].name),
          name: of(chapters[hazard].name),
          more: [
            t('emergencySettings.measureCount', { n: measures.length }),
            had?.reviewed && t('emergencySettings.reviewedOn', { day: plain(had.reviewed) }),
          ]
            .filter(Boolean)
            .join(' · '),
          form: {
            zh: measures.map(m => m['zh-CN']).join('\n'),
            en: measures.map(m => m.en).join('\n'),
            reviewed: had?.reviewed ?? '',
          },
          drop: null,
          put: ({ zh, en, reviewed }) => {
            const english = linesOf(en)
            const { reviewed: _, ...rest } = had ?? { hazard }
            const next = {
              ...rest,
              measures: linesOf(zh).map((line, i) => ({ 'zh-CN': line, en: english[i] ?? '' })),
              ...(reviewed.trim() !== '' && { reviewed: reviewed.trim() }),
            }
            return had
              ? [[['emergencyPlan', 'chapters', at], next]]
              : [
                  [
                    ['emergencyPlan', 'chapters'],
                    [...written, next],
                  ],
                ]
          },
        }
      })}
      lacks={({ zh, en, reviewed }) =>
        linesOf(zh).length !== linesOf(en).length
          ? t('emergencySettings.linesDiffer')
          : reviewed.trim() !== '' && !DAY.test(reviewed.trim())
            ? t('emergencySettings.dayWrong')
            : null
      }
      fields={(form, set) => (
        <>
          {(['zh', 'en'] as const).map(key => (
            <Field key={key} label={t(`emergencySettings.measures-${key}`)} hint={t('emergencySettings.linesWhy')}>
              <textarea
                className="inp"
                rows={6}
                maxLength={10_000}
                value={form[key]}
                onChange={event => set({ [key]: event.target.value })}
              />
            </Field>
          ))}
          <Field label={t('emergencySettings.reviewed')}>
            <input
              className="inp mono"
              type="date"
              value={form.reviewed}
              onChange={event => set({ reviewed: event.target.value })}
            />
          </Field>
        </>
      )}
    />
  )
}
