import { Link } from 'wouter'
import { lastDay } from '../../../../rules/registerdays.ts'
import { machines } from '../../../../rules/registers/machines.ts'
import { useMay, useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { useEntries, useWritten } from '../../registers.ts'
import { useText } from '../../text/index.ts'
import { Icon } from '../Icon.tsx'
import { Photos } from './EntryDetail.tsx'

const shown = ['maker', 'model', 'serial', 'installed', 'drawings', 'certificate', 'inspected']

/** What the equipment ledger says of a piece of equipment: papers, drawings, the certificate of a lift. */
export function Ledger({ equipment }: { readonly equipment: string }) {
  const { t, of } = useText()
  const may = useMay('register.read')
  const zone = useMe().site.timezone
  const written = useWritten()
  const query = useEntries(machines.id, false, may)
  const entries = (query.data ?? []).filter(e => e.values.equipment === equipment)
  // Not yet answered, or not for this role: nothing is said of it.
  if (!query.data) return null
  if (entries.length === 0)
    return (
      <section className="card" aria-label={of(machines.name)}>
        <div className="card-h">
          <h2>{of(machines.name)}</h2>
        </div>
        <div className="card-b col g2">
          <span className="dim">{t('overview.noLedger')}</span>
          <Link href={`/registers/${machines.id}`} className="link">
            {t('overview.toLedger')}
          </Link>
        </div>
      </section>
    )
  const photos = machines.fields.filter(f => f.kind === 'photos')
  return (
    <section className="card" aria-label={of(machines.name)}>
      <div className="card-h">
        <h2>{of(machines.name)}</h2>
      </div>
      <div className="card-b col g3">
        {entries.map(entry => (
          <div key={entry.id} className="col g2">
            <div className="row wrap">
              <Link href={`/registers/${machines.id}/${entry.no}`} className="link">
                <bdi>{plain(entry.title)}</bdi> {entry.no}
              </Link>
              <b>{of(entry.phaseName)}</b>
              {entry.dueAt ? (
                <span className={entry.overdue ? 'rg-late' : 'dim'}>
                  {entry.overdue ? <Icon name="warn" /> : null} {t('registers.due')}{' '}
                  {lastDay(Date.parse(entry.dueAt), zone)}
                </span>
              ) : null}
            </div>
            <dl className="rg-kv">
              {machines.fields
                .filter(f => shown.includes(f.key))
                .map(f => {
                  const text = written(f, entry.values[f.key])
                  return text === '' ? null : (
                    <div key={f.key}>
                      <dt>{of(f.name)}</dt>
                      <dd>
                        <bdi>{text}</bdi>
                      </dd>
                    </div>
                  )
                })}
            </dl>
            {photos.map(f => (
              <Photos key={f.key} entry={{ ...entry, mayEdit: false }} field={f} />
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}
