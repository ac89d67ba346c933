import type { ChannelView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Note } from './notes.tsx'

/** What came over a line that is only listened to, and what of it nobody understands. */
export function Lines({ channel }: { readonly channel: ChannelView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const { lines } = channel
  if (!lines) return null
  const when = (at: string) => formatWhen(Date.parse(at), serverNow(), lang, zone)
  return (
    <div className="card-b col g3">
      <div className="row wrap">
        <span>{t('lines.count', { n: lines.lines, unknown: lines.unknown })}</span>
        <span className="dim">{lines.lastAt ? t('lines.last', { time: when(lines.lastAt) }) : t('lines.never')}</span>
      </div>
      {lines.last.length > 0 ? (
        <Note sort={lines.unknownLately > 2 ? 'high' : 'q'} icon="warn" title={t('lines.unknown')}>
          <p>{t('lines.unknownWhy')}</p>
          <ul className="lines">
            {lines.last.map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a panel may say the same twice in the same moment
              <li key={`${line.at}-${lines.last.length - i}`}>
                <span className="dim">
                  {when(line.at)} · {t(`lines.why.${line.why}`)}
                </span>{' '}
                <bdi className="mono">{plain(line.text)}</bdi>
              </li>
            ))}
          </ul>
        </Note>
      ) : null}
    </div>
  )
}
