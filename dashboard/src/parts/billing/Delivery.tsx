import type { BatchList, BatchView } from '../../../../gateway/http/contract.ts'
import { useMay, useMe } from '../../api.ts'
import { useBatches, useBilling, useBillingWords } from '../../billing.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Refusal } from '../notes.tsx'

type Sent = BatchView['deliveries'][number]
/** Why it did not arrive: words of its own before those of outputs. */
function useWhy() {
  const { t } = useText()
  return ({ code, detail }: NonNullable<Sent['why']>): string => {
    const word =
      t(`billing.deliveryWhy.${code}` as 'billing.deliveryWhy.mail', { defaultValue: '' }) ||
      t(`outputWhy.${code}` as 'outputWhy.other', { defaultValue: code })
    return detail === '' ? word : `${word} (${plain(detail)})`
  }
}

/** Where a batch goes since it was issued; of a draft, where it will. */
export function Delivery({ batch }: { readonly batch: BatchView }) {
  const { t } = useText()
  const away = useRecordBlock()
  const prepares = useMay('billing.prepare')
  const { busy, error, send } = useBilling(() => {})
  const places = useBatches().data?.places.filter(p => p.groups.length === 0 || p.groups.includes(batch.group)) ?? []
  const { deliveries } = batch
  if (batch.phase === 'withdrawn') return null
  const isNew = places.some(p => !deliveries.some(d => d.to === p.id))
  const open = batch.issued !== null && (isNew || deliveries.some(d => d.state !== 'sent'))
  return (
    <section className="card" aria-label={t('billing.delivery')}>
      <div className="card-h wrap">
        <h2>{t('billing.delivery')}</h2>
        {open && prepares ? (
          <span className="ml rp-x">
            <Button
              blocked={busy ? '' : away}
              onClick={() => void send(`batches/${encodeURIComponent(batch.name)}/deliver`, {})}
            >
              {t('billing.deliverNow')}
            </Button>
          </span>
        ) : null}
      </div>
      <Refusal error={error} />
      {deliveries.length > 0 ? (
        <Rows deliveries={deliveries} />
      ) : (
        <div className="card-b col">
          <p className="dim">
            {places.length === 0 || batch.issued ? t('billing.deliverNone') : t('billing.deliverDraft')}
          </p>
          {batch.issued ? null : <Places places={places} />}
        </div>
      )}
    </section>
  )
}

function Rows({ deliveries }: { readonly deliveries: readonly Sent[] }) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const why = useWhy()
  const when = (time: string) => formatDay(Date.parse(time), zone)
  return (
    <table className="tbl flow" aria-label={t('billing.delivery')}>
      <thead>
        <tr>
          <th>{t('billing.place')}</th>
          <th>{t('billing.deliveryState')}</th>
          <th className="r">{t('billing.tries')}</th>
          <th>{t('billing.why')}</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map(d => (
          <tr key={d.to} data-delivery={d.state}>
            <td className="wide">
              <b>{t(`billing.deliveryKinds.${d.kind}`)}</b> <bdi className="wrap-any">{plain(d.where)}</bdi>
              <div className="cap">{d.formats.map(f => f.toUpperCase()).join(' · ')}</div>
            </td>
            <td className="nw">
              <b>{t(`billing.deliveryStates.${d.state}`)}</b>
              {d.sentAt ? <div className="cap">{when(d.sentAt)}</div> : null}
              {d.nextAt && d.tries > 0 ? (
                <div className="cap">{t('billing.nextTry', { time: when(d.nextAt) })}</div>
              ) : null}
            </td>
            <td className="r nw">
              <span className="only-s">{t('billing.tries')} </span>
              {d.tries}
            </td>
            <td>
              {d.why ? <span className="q-t">{why(d.why)}</span> : null}
              {d.state !== 'sent' && d.done.length > 0 ? (
                <div className="cap wrap-any">{t('billing.partDone', { what: d.done.map(plain).join(', ') })}</div>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Places({ places }: { readonly places: BatchList['places'] }) {
  const { t } = useText()
  const words = useBillingWords()
  return (
    <ul className="col">
      {places.map(p => (
        <li key={p.id}>
          <b>{t(`billing.deliveryKinds.${p.kind}`)}</b> <bdi className="wrap-any">{plain(p.where)}</bdi>{' '}
          <span className="cap">
            {[...p.groups.map(words.group), ...p.formats.map(f => f.toUpperCase())].join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What is set up for all batches: where they go, and when the next ones are prepared. */
export function Outside({ list }: { readonly list: BatchList }) {
  const { t } = useText()
  const words = useBillingWords()
  const zone = useMe().site.timezone
  return (
    <section className="card" aria-label={t('billing.outside')}>
      <div className="card-h wrap">
        <h2>{t('billing.outside')}</h2>
        <span className="cap">{t('billing.outsideWhy')}</span>
      </div>
      <div className="card-b col g3">
        {list.places.length === 0 ? <p className="dim">{t('billing.outsideNone')}</p> : <Places places={list.places} />}
        <dl className="kv">
          <div className="kv-r">
            <dt>{t('billing.nextPrepared')}</dt>
            <dd>
              {list.schedules.length === 0
                ? t('billing.nextPreparedNone')
                : list.schedules.map(s => (
                    <div key={s.group}>
                      {t('billing.nextPreparedOf', {
                        ...{ group: words.group(s.group), period: s.period },
                        day: formatDay(Date.parse(s.at), zone),
                      })}
                    </div>
                  ))}
            </dd>
          </div>
        </dl>
      </div>
    </section>
  )
}
