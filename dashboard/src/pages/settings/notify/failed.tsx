import type { NotifySettings } from '../../../../../gateway/http/contract.ts'
import { useMe } from '../../../api.ts'
import { formatWhen, plain } from '../../../format.ts'
import { serverNow } from '../../../live.ts'
import { useWhy } from '../../../parts/ToldList.tsx'
import { useText } from '../../../text/index.ts'

/** Who could not be told of what, and why. */
export function Failed({ failed }: Pick<NotifySettings, 'failed'>) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const why = useWhy()
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('notify.failed')}</h2>
      </div>
      <div className="card-b">
        {failed.length === 0 ? (
          <span className="dim">{t('notify.allTold')}</span>
        ) : (
          <ul className="exl">
            {failed.slice(0, 20).map(one => (
              <li key={one.seq}>
                <time dateTime={one.at}>{formatWhen(Date.parse(one.at), serverNow(), lang, zone)}</time>
                <span>
                  {t('told.notTold', {
                    names: one.to.map(plain).join(t('common.listSep')),
                    channel: plain(one.channel),
                  })}{' '}
                  <span className="cap b">{why(one.why)}</span>{' '}
                  <span className="dim">{one.about === 'digest' ? t('told.digestAbout') : plain(one.about)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}
