import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { LedgerRow, LedgerView } from '../../../gateway/http/contract.ts'
import type { ComplaintPhase, ComplaintSubject } from '../../../rules/complaint.ts'
import type { ReportStep } from '../../../rules/report.ts'
import type { Nature } from '../../../rules/workorder.ts'
import { call, useMe } from '../api.ts'
import { formatDay, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Field } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Empty, Loaded } from './notes.tsx'
import { momentIn } from './OrderFields.tsx'

const kinds = ['all', 'report', 'complaint', 'suggestion', 'visit'] as const
const DAYS = 30
/** More than a screen can show, and what a table of a year may have; the rest is in the CSV. */
const MOST = 500
const DAY_MS = 86_400_000

/** 报修、投诉台账、回访记录: all that came in within a time, with what became of it. */
export function ServiceLedger() {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const today = formatDay(serverNow(), zone).slice(0, 10)
  const [kind, setKind] = useState<(typeof kinds)[number]>('all')
  const [from, setFrom] = useState(() => formatDay(serverNow() - DAYS * DAY_MS, zone).slice(0, 10))
  const [to, setTo] = useState(today)
  const whole = from !== '' && to !== '' && from <= to
  const path = whole ? pathOf(kind, from, to, zone) : ''
  const query = useQuery({
    queryKey: ['service', 'ledger', path],
    queryFn: () => call<LedgerView>(path),
    enabled: whole,
  })
  const day = (label: string, value: string, set: (value: string) => void) => (
    <Field label={label}>
      <input className="inp" type="date" max={today} value={value} onChange={event => set(event.target.value)} />
    </Field>
  )
  return (
    <section className="card">
      <div className="card-b row wrap g3">
        <fieldset className="tabs bare" aria-label={t('service.kinds')}>
          {kinds.map(one => (
            <button key={one} type="button" aria-pressed={one === kind} onClick={() => setKind(one)}>
              {t(`ledger.${one}`)}
            </button>
          ))}
        </fieldset>
        {day(t('ledger.from'), from, setFrom)}
        {day(t('ledger.to'), to, setTo)}
        {whole ? (
          <a className="btn sm ml" href={`/api/v1/${path}&format=csv&lang=${lang}`} download>
            {t('ledger.csv')}
          </a>
        ) : (
          <b>{t('ledger.span')}</b>
        )}
      </div>
      {whole ? (
        <Loaded query={query} what={t('service.ledger')}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('ledger.none')} why={t('ledger.noneWhy')} />
            ) : (
              <>
                <Rows rows={items.slice(-MOST).toReversed()} />
                {items.length > MOST ? (
                  <div className="card-b cap">{t('ledger.more', { n: MOST, of: items.length })}</div>
                ) : null}
              </>
            )
          }
        </Loaded>
      ) : null}
    </section>
  )
}

/** Whole days of the site. */
function pathOf(kind: string, from: string, to: string, zone: string): string {
  const next = new Date(Date.parse(`${to}T12:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
  const span = `from=${momentIn(`${from}T00:00`, zone)}&to=${momentIn(`${next}T00:00`, zone)}`
  return `service-ledger?${span}${kind === 'all' ? '' : `&kind=${kind}`}`
}

function Rows({ rows }: { readonly rows: readonly LedgerRow[] }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  const isCase = (r: LedgerRow) => r.no.startsWith('CP-')
  const about = (r: LedgerRow) =>
    r.subject === null
      ? ''
      : isCase(r)
        ? t(`complaintSubject.${r.subject as ComplaintSubject}`)
        : t(`nature.${r.subject as Nature}`)
  const step = (r: LedgerRow) =>
    r.step === null
      ? ''
      : isCase(r)
        ? t(`complaintPhase.${r.step as ComplaintPhase}`)
        : t(`reportStep.${r.step as ReportStep}`)
  const path = (r: LedgerRow) => (isCase(r) ? `/orders/desk/${r.id}` : r.order ? `/orders/${r.order.id}` : null)
  return (
    <table className="tbl flow" aria-label={t('service.ledger')}>
      <thead>
        <tr>
          <th>{t('service.case')}</th>
          <th>{t('service.who')}</th>
          <th>{t('service.phase')}</th>
          <th>{t('orders.visit')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(r => (
          <tr key={`${r.kind} ${r.id} ${r.at} ${r.visit?.at}`}>
            <td className="wide">
              {path(r) === null ? (
                <span className="mono">{r.no}</span>
              ) : (
                <Link href={path(r)!} className="link mono">
                  {r.no}
                </Link>
              )}{' '}
              <span className="chip sq">{t(`ledger.${r.kind}`)}</span> <span className="cap">{at(r.at)}</span>
              <div>
                {about(r)} · <bdi>{plain(r.text.slice(0, 120))}</bdi>
              </div>
            </td>
            <td>
              <bdi>{plain([r.room, r.name].filter(w => w !== '').join(' '))}</bdi>
              <div className="cap mono">{plain(r.phone)}</div>
            </td>
            <td>
              {step(r)}
              {r.inTime === false ? (
                <b className="cap">
                  {' '}
                  <Icon name="warn" /> {t('service.tooLate')}
                </b>
              ) : null}
              <div className="cap">
                <bdi>{plain(r.result)}</bdi>
              </div>
            </td>
            <td>
              {r.visit === null ? (
                <span className="dim">—</span>
              ) : (
                <>
                  {t(`visitOutcome.${r.visit.outcome}`)}
                  {r.visit.satisfied === null
                    ? ''
                    : ` · ${t(r.visit.satisfied ? 'service.satisfied' : 'service.notSatisfied')}`}
                  <div className="cap">
                    <bdi>{plain(r.visit.by)}</bdi> {at(r.visit.at)}
                  </div>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
