import type { TrailView } from '../../../gateway/http/contract.ts'
import { formatDay, formatTime, plain } from '../format.ts'
import { useText } from '../text/index.ts'

interface Props {
  readonly entries: readonly TrailView[]
  readonly zone: string
  /** What a line is about, where its action alone does not say it. */
  readonly detail?: (entry: TrailView) => string
}

/** Newest on top. Dot: a person or the system did it; ring: bookkeeping; square: the alarm. */
export function Timeline({ entries, zone, detail }: Props) {
  const { t, lang, code, done } = useText()
  const newest = entries.toSorted((a, b) => b.seq - a.seq)
  let day = ''
  return (
    <div className="tl">
      {newest.map((entry, at) => {
        const time = Date.parse(entry.time)
        const today = formatDay(time, zone).slice(5, 10)
        const turned = day !== '' && day !== today
        day = today
        const alarm = entry.kind === 'alarm'
        const person = !(entry.actor in { system: 1, gateway: 1, rule: 1 })
        const look = alarm ? 'a' : person ? 'x' : ''
        const about = detail?.(entry) ?? ''
        const reason = typeof entry.data.reason === 'string' ? entry.data.reason : ''
        return (
          <div key={entry.seq} className="tl-r">
            <time dateTime={entry.time}>
              {turned ? `${today} ` : ''}
              {formatTime(time, lang, zone)}
            </time>
            <i className={`${look} ${at === newest.length - 1 ? 'last' : ''}`} />
            <div>
              {person ? <bdi>{plain(entry.actor)}</bdi> : code('actor', entry.actor)} {done(entry)}
              {about === '' ? null : <div className="cap">{about}</div>}
              {reason ? <div className="cap">{t('orders.reasonLine', { text: plain(reason) })}</div> : null}
            </div>
          </div>
        )
      })}
    </div>
  )
}
