import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { BatchBrief, BatchList } from '../../../gateway/http/contract.ts'
import { useMay, useMe } from '../api.ts'
import { useBatches, useBilling, useBillingKey, useBillingWords } from '../billing.ts'
import { formatDay, formatUnit, plain } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Outside } from '../parts/billing/Delivery.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

/** Readings as billing gets them: month by month, sealed, answered. */
export default function Batches() {
  const { t } = useText()
  const away = useRecordBlock()
  const prepares = useMay('billing.prepare')
  const query = useBatches()
  const key = useBillingKey().data
  const [adding, setAdding] = useState(false)
  return (
    <Page title={t('billing.title')} sub={t('billing.sub')}>
      <div className="row wrap bar-h">
        <Back href="/readings">{t('billing.toReadings')}</Back>
        {prepares ? (
          <span className="ml">
            <Button primary icon="plus" blocked={away} onClick={() => setAdding(true)}>
              {t('billing.prepare')}
            </Button>
          </span>
        ) : null}
      </div>
      <div className="col g3">
        <section className="card">
          <Loaded query={query} what={t('billing.title')}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty icon="readings" title={t('billing.none')} why={t('billing.noneWhy')} />
              ) : (
                <Table items={items} />
              )
            }
          </Loaded>
        </section>
        {query.data ? <Outside list={query.data} /> : null}
        {key ? (
          <p className="cap">
            {t('billing.key')} <bdi className="mono">{key}</bdi>
          </p>
        ) : null}
      </div>
      {adding && query.data ? <PrepareDialog list={query.data} onClose={() => setAdding(false)} /> : null}
    </Page>
  )
}

function Table({ items }: { readonly items: readonly BatchBrief[] }) {
  const { t } = useText()
  const words = useBillingWords()
  const zone = useMe().site.timezone
  return (
    <table className="tbl flow" aria-label={t('billing.title')}>
      <thead>
        <tr>
          <th>{t('billing.batch')}</th>
          <th>{t('billing.phase')}</th>
          <th className="r">{t('billing.lines')}</th>
          <th>{t('billing.totals')}</th>
          <th>{t('billing.prepared')}</th>
          <th>{t('billing.approved')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map(b => (
          <tr key={b.name}>
            <td className="wide">
              <Link href={`/readings/batches/${encodeURIComponent(b.name)}`} className="link">
                <b>{b.period}</b> {words.group(b.group)}
                {b.version > 1 ? ` · ${t('billing.correction', { n: b.version })}` : ''}
              </Link>
              <div className="cap mono">{b.name}</div>
            </td>
            <td className="nw">
              <b data-phase={b.phase}>{words.phase(b.phase)}</b>
              {b.phase === 'issued' && b.answer ? <div className="cap">{t('billing.differs')}</div> : null}
            </td>
            <td className="r nw">
              <span className="only-s">{t('billing.lines')} </span>
              {b.issued?.lines ?? '—'}
            </td>
            <td>
              {b.issued?.totals.map(one => (
                <div key={`${one.medium}${one.register}${one.uom}`} className="nw">
                  {words.medium(one.medium)} {one.register === 'total' ? '' : words.register(one.register)}{' '}
                  {one.consumption} {formatUnit(one.uom)}
                </div>
              ))}
            </td>
            <td className="dim">
              <bdi>{words.who(b.preparedBy)}</bdi> {formatDay(Date.parse(b.preparedAt), zone)}
            </td>
            <td className="dim">
              {b.issued ? (
                <>
                  <bdi>{plain(b.issued.by)}</bdi> {formatDay(Date.parse(b.issued.at), zone)}
                </>
              ) : (
                '—'
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function PrepareDialog({ list, onClose }: { readonly list: BatchList; readonly onClose: () => void }) {
  const { t } = useText()
  const words = useBillingWords()
  const away = useRecordBlock()
  const [, goTo] = useLocation()
  const { busy, error, send } = useBilling(made => {
    onClose()
    goTo(`/readings/batches/${encodeURIComponent(made.name)}`)
  })
  const [period, setPeriod] = useState(list.period)
  const [group, setGroup] = useState(list.groups[0] ?? '')
  return (
    <Dialog
      title={t('billing.prepare')}
      verb={t('billing.prepareDo')}
      blocked={away}
      busy={busy}
      error={error}
      onDo={() => void send('batches', { period, group })}
      onClose={onClose}
    >
      <Field label={t('billing.period')} hint={t('billing.periodHint')}>
        <input
          className="inp"
          value={period}
          maxLength={7}
          pattern="20\d\d-(0[1-9]|1[0-2])"
          autoFocus
          onChange={event => setPeriod(event.target.value)}
        />
      </Field>
      <Field label={t('billing.group')}>
        <select className="inp" value={group} onChange={event => setGroup(event.target.value)}>
          {list.groups.map(id => (
            <option key={id} value={id}>
              {words.group(id)}
            </option>
          ))}
        </select>
      </Field>
    </Dialog>
  )
}
