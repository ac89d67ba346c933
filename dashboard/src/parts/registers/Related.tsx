import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { RegisterEntryView, RegisterRelated } from '../../../../gateway/http/contract.ts'
import { call, type Items } from '../../api.ts'
import { useText } from '../../text/index.ts'

/** What holds at the place of an entry: work there, permits, visits, passes of a decoration site. */
export function Related({ entry }: { readonly entry: RegisterEntryView }) {
  const { t } = useText()
  const { space } = entry.values
  const query = useQuery({
    queryKey: ['register-entry', entry.id, 'related', space],
    queryFn: async () => (await call<Items<RegisterRelated>>(`register-entries/${entry.id}/related`)).items,
    staleTime: 0,
    enabled: typeof space === 'string',
  })
  const items = query.data ?? []
  if (typeof space !== 'string' || items.length === 0) return null
  return (
    <section className="card rg-x" aria-label={t('registers.related')}>
      <div className="card-h">
        <h2>{t('registers.related')}</h2>
      </div>
      <ul className="lst">
        {items.map(one => (
          <li key={`${one.kind} ${one.no}`}>
            <span className="dim">{t(`registerRelated.${one.kind}`)}</span>{' '}
            <Link href={one.link} className="link">
              {one.no}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
