import { useQuery } from '@tanstack/react-query'
import type { PatrolRoundDetail } from '../../../../gateway/http/contract.ts'
import { call, useMe } from '../../api.ts'
import { formatTime, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

/** What was written, photographed or odd at the points of a round; visits with nothing of that are in the list above. */
export function RoundVisits({ id, done }: { readonly id: string; readonly done: number }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const detail = useQuery({
    queryKey: ['patrol', 'round', id, done],
    queryFn: () => call<PatrolRoundDetail>(`patrol-rounds/${encodeURIComponent(id)}`),
  })
  const odd = (detail.data?.visits ?? []).filter(
    v => v.note !== '' || v.photos.length > 0 || v.flags.length > 0 || !v.verdicts.includes('on_time'),
  )
  if (odd.length === 0) return null
  return (
    <ul className="pr-l" aria-label={t('rounds.visits')}>
      {odd.map(v => (
        <li key={v.id} className="pr-pt" data-visit={v.id}>
          <b>{v.name ? of(v.name) : '—'}</b>
          <span>
            {formatTime(Date.parse(v.at), lang, timezone)} · <bdi>{plain(v.person)}</bdi>
          </span>
          <span>{v.verdicts.map(x => t(`patrolVerdict.${x}`)).join(t('common.listSep'))}</span>
          {v.flags.map(flag => (
            <span key={flag}>{t(`patrolFlag.${flag}`)}</span>
          ))}
          {v.note !== '' ? <span>{plain(v.note)}</span> : null}
          {v.photos.map(file => (
            <a key={file} href={`/api/v1/patrol-photos/${file}`} target="_blank" rel="noreferrer">
              <img className="pr-i" src={`/api/v1/patrol-photos/${file}`} alt={t('rounds.photo')} />
            </a>
          ))}
        </li>
      ))}
    </ul>
  )
}
