import type { BatchView } from '../../../../gateway/http/contract.ts'
import { useBillingWords } from '../../billing.ts'
import { formatUnit, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Empty } from '../notes.tsx'

/** Control totals, as billing finds them in the file. */
export function BatchTotals({ totals }: Pick<BatchView, 'totals'>) {
  const { t } = useText()
  const words = useBillingWords()
  return (
    <section className="card" aria-label={t('billing.totals')}>
      <div className="card-h">
        <h2>{t('billing.totals')}</h2>
      </div>
      <table className="tbl flow" aria-label={t('billing.totals')}>
        <thead>
          <tr>
            <th>{t('billing.what')}</th>
            <th className="r">{t('billing.lines')}</th>
            <th className="r">{t('billing.consumption')}</th>
            <th className="r">{t('billing.difference')}</th>
            <th className="r">{t('billing.indexSum')}</th>
            <th className="r">{t('billing.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {totals.map(one => (
            <tr key={`${one.medium} ${one.register} ${one.uom}`}>
              <td>
                {words.medium(one.medium)} · {words.register(one.register)}
              </td>
              <td className="r nw">{one.lines}</td>
              <td className="r nw">
                {one.consumption} {formatUnit(one.uom)}
              </td>
              <td className="r nw dim">{one.difference || '—'}</td>
              <td className="r nw dim">{one.current}</td>
              <td className="r nw dim">{one.amount || '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Each line: what was, what is, what it makes. Amounts are a check, never an invoice. */
export function BatchLines({ batch }: { readonly batch: BatchView }) {
  const { t } = useText()
  const words = useBillingWords()
  const corrects = batch.rows.some(row => row.reason !== '')
  return (
    <section className="card" aria-label={t('billing.lines')}>
      <div className="card-h wrap">
        <h2>{t('billing.linesOf', { n: batch.rows.length })}</h2>
        <span className="cap">{t('billing.checkOnly')}</span>
      </div>
      {batch.rows.length === 0 ? (
        <Empty title={t('billing.noLines')} />
      ) : (
        <table className="tbl flow" aria-label={t('billing.lines')}>
          <thead>
            <tr>
              <th>{t('billing.unit')}</th>
              <th>{t('billing.meter')}</th>
              <th className="r">{t('billing.previous')}</th>
              <th className="r">{t('billing.current')}</th>
              <th className="r">{t('billing.multiplier')}</th>
              <th className="r">{t('billing.consumption')}</th>
              <th>{t('billing.quality')}</th>
              <th className="r">{t('billing.amount')}</th>
              {corrects ? <th>{t('billing.correctsLine')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {batch.rows.map(row => (
              <tr key={row.line} data-line={row.line}>
                <td className="wide">
                  <b>
                    <bdi>{plain(row.unit)}</bdi>
                  </b>{' '}
                  {words.medium(row.medium)}
                  {row.register === 'total' ? '' : ` · ${words.register(row.register)}`}
                  <div className="cap mono">{row.line}</div>
                </td>
                <td>
                  <bdi className="mono">{plain(row.meters)}</bdi>
                  {row.pieces ? <div className="cap">{plain(row.pieces)}</div> : null}
                </td>
                <td className="r nw">{row.previous}</td>
                <td className="r nw">{row.current}</td>
                <td className="r nw dim">{row.multiplier}</td>
                <td className="r nw">
                  <b>{row.consumption}</b> {formatUnit(row.uom)}
                </td>
                <td className={row.quality === 'actual' ? 'nw dim' : 'nw q-t'}>{words.quality(row.quality)}</td>
                <td className="r nw dim">
                  {row.amount === '' ? '—' : row.amount}
                  {row.price === '' ? null : <div className="cap">× {row.price}</div>}
                </td>
                {corrects ? (
                  <td>
                    {row.was === '' ? t('billing.newLine') : t('billing.wasOf', { was: row.was, by: row.difference })}
                    <div className="cap">
                      <bdi>{plain(row.reason)}</bdi>
                    </div>
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
