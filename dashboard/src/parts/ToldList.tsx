import { useQuery } from '@tanstack/react-query'
import type { ToldLine } from '../../../gateway/http/contract.ts'
import { call, type Items, useMe } from '../api.ts'
import { formatAge, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Loaded } from './notes.tsx'

const REFRESH_MS = 5000

/** Who was told of an alarm or an order, when, by which channel, and what came of it; newest first. */
export function ToldList({ path }: { readonly path: string }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const query = useQuery({
    queryKey: ['told', path],
    queryFn: async () => (await call<Items<ToldLine>>(`${path}/notices`)).items,
    refetchInterval: REFRESH_MS,
  })
  const why = useWhy()
  return (
    <Loaded query={query} what={t('told.title')}>
      {lines =>
        lines.length === 0 ? (
          <span className="dim">{t('told.nobody')}</span>
        ) : (
          <ul className="exl">
            {lines.map(line => (
              <li key={line.seq}>
                <time dateTime={line.at}>{formatWhen(Date.parse(line.at), serverNow(), lang, zone)}</time>
                <span>
                  {line.outcome === 'escalated'
                    ? t(line.level === 1 ? 'told.first' : 'told.level', { n: line.level ?? 0 })
                    : t(line.outcome === 'told' ? 'told.told' : 'told.notTold', {
                        names: line.to.map(plain).join(t('common.listSep')),
                        channel: plain(line.channel ?? ''),
                      })}
                  {line.event === 'digest' ? ` · ${t('told.digest', { n: line.count })}` : ''}
                  {line.lateMs > 0 ? ` · ${t('orders.lateBy', { t: formatAge(line.lateMs) })}` : ''}
                  {line.why === null ? null : <span className="cap b"> {why(line.why)}</span>}
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

/** Reasons of the gateway in words; what a far end said stays as it is. */
export function useWhy() {
  const { t } = useText()
  const words: Record<string, string> = {
    'nobody on duty': t('told.nobodyOnDuty'),
    'quiet hours': t('told.quiet'),
    timeout: t('told.timeout'),
    'no connection': t('told.noConnection'),
    'inward address': t('told.inward'),
    'no secure connection': t('told.noTls'),
    'nobody has phone': t('told.noPhone'),
    'nobody has email': t('told.noEmail'),
    'answer is no JSON': t('told.nonsense'),
    'answer is no SMTP': t('told.nonsense'),
  }
  return (why: string): string => words[why] ?? plain(why)
}
