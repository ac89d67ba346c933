import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatNumber, formatTaken, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'
import { Part } from './OrderPart.tsx'

type Arrival = WorkorderView['arrivals'][number]

/** What an arrival rests on, in words: what was scanned or read, or nothing but a word. */
export function useArrivalWords() {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  return ({ at, proof }: Pick<Arrival, 'at' | 'proof'>): string => {
    if (proof === null) return t('orderWork.stated')
    const kind = t(`proofKind.${proof.kind}`)
    const what = { kind, of: proof.name ? of(proof.name) : plain(proof.of) }
    const later = Date.parse(proof.at) - Date.parse(at) > 60_000
    const words = later
      ? t('orderWork.provenLater', { ...what, time: formatWhen(Date.parse(proof.at), serverNow(), lang, zone) })
      : t('orderWork.proven', what)
    if (proof.said === null || proof.read === null) return words
    const values = { said: formatNumber(proof.said, lang), read: formatNumber(proof.read, lang) }
    return `${words} (${t('orderWork.values', values)})`
  }
}

/** Each time that somebody came, and whether that is more than a word. */
export function Arrivals({ order }: { readonly order: WorkorderView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const words = useArrivalWords()
  if (order.arrivals.length === 0) return null
  return (
    <Part title={t('orderWork.arrivals')}>
      <ul className="exl">
        {order.arrivals.map(arrival => (
          <li key={arrival.at}>
            <time dateTime={arrival.at}>{formatWhen(Date.parse(arrival.at), serverNow(), lang, zone)}</time>
            <span>
              <bdi>{plain(arrival.by)}</bdi>{' '}
              <span className={arrival.proof ? '' : 'dim'}>
                <Icon name={arrival.proof ? 'check' : 'help'} /> {words(arrival)}
              </span>
              {arrival.leftAt === null ? null : (
                <div className="cap">
                  {t('orderWork.left', {
                    time: formatWhen(Date.parse(arrival.leftAt), serverNow(), lang, zone),
                    t: formatTaken(Date.parse(arrival.leftAt) - Date.parse(arrival.at)),
                  })}{' '}
                  {words({ at: arrival.leftAt, proof: arrival.leftProof })}
                </div>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
