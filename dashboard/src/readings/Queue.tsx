import { useState } from 'react'
import { Link } from 'wouter'
import type { ReadingExceptionView } from '../../../gateway/http/contract.ts'
import { useMay, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useText } from '../text/index.ts'
import { ActDialog } from './ActDialog.tsx'
import { useExceptions } from './data.ts'
import { spanOf } from './day.ts'

/** So many are drawn; the rest is counted. */
const SHOWN = 100

/** What the rules found in readings and nobody has decided on yet. */
export function Queue() {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const may = useMay('reading.decide')
  const away = useRecordBlock()
  const { data } = useExceptions()
  const [acting, act] = useState<ReadingExceptionView | null>(null)
  if (!data || data.items.length === 0) return null
  const blocking = data.items.filter(e => e.blocks).length
  return (
    <section className="card" aria-label={t('readings.queue')}>
      <div className="card-h wrap">
        <h2>{t('readings.queue')}</h2>
        <span className="dim">
          {t('readings.queueCount', { n: data.count })}
          {blocking > 0 ? t('common.listSep') + t('readings.queueBlocks', { n: blocking }) : ''}
        </span>
      </div>
      <table className="tbl flow" aria-label={t('readings.queue')}>
        <thead>
          <tr>
            <th>{t('readings.unit')}</th>
            <th>{t('readings.span2')}</th>
            <th>{t('readings.found')}</th>
            <th>{t('readings.state')}</th>
            {may ? <th /> : null}
          </tr>
        </thead>
        <tbody>
          {data.items.slice(0, SHOWN).map(e => (
            <tr key={e.n}>
              <td className="wide">
                <Link href={`/readings/${encodeURIComponent(e.point)}`} className="link">
                  {e.unitName ? of(e.unitName) : plain(e.unit)}
                </Link>
                <div className="cap">
                  {t(`readings.medium.${e.medium}`)} · <bdi>{plain(e.meter)}</bdi>
                </div>
              </td>
              <td className="nw">{spanOf(e, zone)}</td>
              <td className="wide">
                <b>{of(e.name)}</b>
                <div>{of(e.text)}</div>
                {e.demo ? <div className="cap made">{t('consumption.demo')}</div> : null}
              </td>
              <td>
                {e.blocks ? (
                  <div>
                    <Icon name="warn" /> {t('readings.holds')}
                  </div>
                ) : null}
                {e.state === 'field' && e.workorder ? (
                  <Link href={`/orders/${encodeURIComponent(e.workorder)}`} className="link">
                    {t('readings.sent')}
                  </Link>
                ) : null}
                {e.by ? (
                  <div className="cap">
                    <bdi>{plain(e.by)}</bdi>
                    {e.note === '' ? '' : ` · ${plain(e.note)}`}
                  </div>
                ) : null}
              </td>
              {may ? (
                <td className="r">
                  <Button
                    small
                    blocked={away}
                    aria-label={t('readings.actOf', {
                      unit: e.unitName ? of(e.unitName) : plain(e.unit),
                      what: of(e.name),
                    })}
                    onClick={() => act(e)}
                  >
                    {t('readings.act')}
                  </Button>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
      {data.count > SHOWN ? <p className="cap pad">{t('readings.more', { n: data.count - SHOWN })}</p> : null}
      {acting ? <ActDialog exception={acting} onClose={() => act(null)} /> : null}
    </section>
  )
}
