import { Link } from 'wouter'
import { may } from '../../../../rules/permission.ts'
import { useMe } from '../../api.ts'
import { formatWhen } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { useRunForms } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'

/** The run records in which this equipment stands, with what is to be done; nothing where there are none. */
export function RecordsOf({ equipment }: { readonly equipment: string }) {
  const { t, of, lang } = useText()
  const me = useMe()
  const forms = useRunForms(30_000, me.site.runRecords && may(me.role, 'run-record.read')).data ?? []
  const own = forms.filter(form => form.equipment.includes(equipment))
  if (own.length === 0) return null
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('runRecords.title')}</h2>
      </div>
      <ul className="lst">
        {own.map(form => (
          <li key={form.id} className="row wrap">
            <Link href={`/runrecords/${encodeURIComponent(form.id)}`} className="link">
              {of(form.name)}
            </Link>
            <span className="dim">
              {form.open > 0
                ? t('runRecords.phase.open')
                : form.waiting > 0
                  ? `${t('runRecords.toConfirm')} ${form.waiting}`
                  : form.next
                    ? `${t('runRecords.next')} ${formatWhen(Date.parse(form.next), serverNow(), lang, me.site.timezone)}`
                    : ''}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
