import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { MonthView } from '../../../gateway/http/contract.ts'
import { type CounterId, monthGroups } from '../../../rules/month.ts'
import { useMay, useMe } from '../api.ts'
import { formatDay, formatNumber, plain } from '../format.ts'
import { archiveMonth, useMonth, useMonths } from '../months.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { MonthRows } from '../parts/MonthRows.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './registers.css'
import './month.css'

interface Props {
  /** Left out: the newest that is over, else the one that runs. */
  readonly month: string | undefined
  readonly version: number | null
}
/** The numbers of a month and what they count, as now or as they were archived: one page, for paper as well. */
export default function Month({ month, version }: Props) {
  const { t, lang } = useText()
  const [, go] = useLocation()
  const list = useMonths()
  const asked = month ?? (list.data?.find(m => m.over) ?? list.data?.[0])?.month
  const query = useMonth(asked, version)
  return (
    <Page title={t('monthly.title')} sub={asked ?? ''}>
      <div className="row wrap bar-h rg-x">
        <Back href="/registers">{t('registers.title')}</Back>
        <select
          className="inp fit"
          aria-label={t('monthly.month')}
          value={asked ?? ''}
          onChange={event => go(`/month/${event.target.value}`)}
        >
          {list.data?.map(m => (
            <option key={m.month} value={m.month}>
              {m.month} · {m.archivedAt ? t('monthly.isArchived') : t(m.over ? 'monthly.isOver' : 'monthly.isRunning')}
            </option>
          ))}
        </select>
        <span className="ml row wrap">
          <a
            className="btn"
            href={`/api/v1/months/${asked}?format=csv&lang=${lang}${version === null ? '' : `&version=${version}`}`}
            download
          >
            {t('registers.csv')}
          </a>
          <Button onClick={() => window.print()}>{t('monthly.print')}</Button>
        </span>
      </div>
      {list.data?.length === 0 ? (
        <Empty title={t('monthly.none')} why={t('monthly.noneWhy')} />
      ) : (
        <Loaded query={query} what={t('monthly.title')}>
          {view => <Sheet key={`${view.month} ${view.version}`} view={view} />}
        </Loaded>
      )}
    </Page>
  )
}

function Sheet({ view }: { readonly view: MonthView }) {
  const { t, of, lang } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const mayArchive = useMay('month.archive')
  const [, go] = useLocation()
  const [rowsOf, setRowsOf] = useState<CounterId | null>(null)
  const [archiving, setArchiving] = useState(false)
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const made = view.versions.find(v => v.version === view.version)
  const [newest] = view.versions
  const demo = view.figures.reduce((sum, f) => sum + f.demo, 0)
  return (
    <>
      <div className="rg-x col g2 mo-n">
        {view.version === null ? (
          newest ? (
            <Note icon="help">
              {t('monthly.nowWhy')}{' '}
              <Link href={`/month/${view.month}/${newest.version}`} className="link">
                {t('monthly.version', { n: newest.version })}
              </Link>
            </Note>
          ) : (
            <Note icon="help">{t(view.over ? 'monthly.openWhy' : 'monthly.runningWhy')}</Note>
          )
        ) : (
          <div className="row wrap">
            <Link href={`/month/${view.month}`} className="link">
              {t('monthly.asNow')}
            </Link>
            {view.versions.map(v =>
              v.version === view.version ? (
                <b key={v.version}>{t('monthly.version', { n: v.version })}</b>
              ) : (
                <Link key={v.version} href={`/month/${view.month}/${v.version}`} className="link">
                  {t('monthly.version', { n: v.version })}
                </Link>
              ),
            )}
          </div>
        )}
        {view.version === null && view.over && mayArchive ? (
          <div className="row">
            <Button primary blocked={away} onClick={() => setArchiving(true)}>
              {t(newest ? 'monthly.archiveAgain' : 'monthly.archive')}
            </Button>
          </div>
        ) : null}
      </div>
      <article className="card rp-p mo-p" data-version={view.version ?? 'now'}>
        <h2>
          {of(site.name)} · {t('monthly.title')} · {view.month}
        </h2>
        <p className="dim">
          {made
            ? t('monthly.archivedBy', { n: made.version, when: when(made.at), by: plain(made.by) })
            : t('monthly.asOf', { when: when(view.trail.time) })}
          {made?.reason ? ` · ${plain(made.reason)}` : ''}
        </p>
        {demo > 0 ? <p>{t('monthly.demo', { n: demo })}</p> : null}
        <table className="tbl mo-t" aria-label={t('monthly.title')}>
          <thead>
            <tr>
              <th>{t('monthly.number')}</th>
              <th>{t('monthly.counts')}</th>
              <th className="r">{t('monthly.this')}</th>
              <th className="r">
                {t('monthly.before')}
                {view.before ? <div className="cap">{view.before.month}</div> : null}
              </th>
              <th className="r">{t('monthly.change')}</th>
            </tr>
          </thead>
          {(Object.keys(monthGroups) as (keyof typeof monthGroups)[]).map(group => (
            <tbody key={group}>
              <tr>
                <th colSpan={5} scope="rowgroup">
                  {of(monthGroups[group])}
                </th>
              </tr>
              {view.figures
                .filter(f => f.group === group)
                .map(f => (
                  <tr key={f.id} data-counter={f.id}>
                    <td>{of(f.name)}</td>
                    <td className="dim">{of(f.counts)}</td>
                    <td className="nw r">
                      <button type="button" className="link b" onClick={() => setRowsOf(f.id)}>
                        {formatNumber(f.n, lang, 0)}
                      </button>
                      {f.least === null ? null : ` / ${f.least}`}
                      {f.least !== null && f.n < f.least && view.over ? (
                        <div>
                          <Icon name="warn" /> {t('registers.tooFew')}
                        </div>
                      ) : null}
                    </td>
                    <td className="nw r">{f.before === null ? '—' : formatNumber(f.before, lang, 0)}</td>
                    <td className="nw r">{f.before === null ? '—' : signed(f.n - f.before, lang)}</td>
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
        <p>
          {view.onTime === null
            ? t('monthly.noRounds')
            : t('monthly.onTime', { share: formatNumber(view.onTime * 100, lang, 1) })}
        </p>
        {made && made.differs.length > 0 ? (
          <section>
            <h3>{t('monthly.differs', { n: made.version - 1 })}</h3>
            <ul>
              {made.differs.map(d => (
                <li key={d.id}>
                  {of(d.name)} {d.from} → {d.to}
                  {d.added.length > 0 ? ` · ${t('monthly.added', { nos: d.added.join(', ') })}` : ''}
                  {d.gone.length > 0 ? ` · ${t('monthly.gone', { nos: d.gone.join(', ') })}` : ''}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        <p className="cap mo-c">
          {t('monthly.checkpoint', { count: view.trail.count, when: when(view.trail.time) })}{' '}
          <span className="mono">{view.trail.head}</span>
        </p>
        <div className="rg-sign">
          <span>{t('monthly.signMade')}</span>
          <span>{t('monthly.signChecked')}</span>
        </div>
      </article>
      {rowsOf === null ? null : (
        <MonthRows
          month={view.month}
          counter={rowsOf}
          archived={view.version !== null}
          title={of(view.figures.find(f => f.id === rowsOf)!.name)}
          onClose={() => setRowsOf(null)}
        />
      )}
      {archiving ? (
        <Archive
          view={view}
          onClose={() => setArchiving(false)}
          onDone={version => go(`/month/${view.month}/${version}`)}
        />
      ) : null}
    </>
  )
}

const signed = (n: number, lang: Parameters<typeof formatNumber>[1]): string =>
  n > 0 ? `+${formatNumber(n, lang, 0)}` : formatNumber(n, lang, 0)

interface ArchiveProps {
  readonly view: MonthView
  readonly onClose: () => void
  readonly onDone: (version: number) => void
}
function Archive({ view, onClose, onDone }: ArchiveProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const again = view.versions.length > 0
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  async function send() {
    setBusy(true)
    setError(null)
    try {
      onDone((await archiveMonth(view.month, reason.trim())).version ?? 1)
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const verb = t(again ? 'monthly.archiveAgain' : 'monthly.archive')
  return (
    <Dialog
      title={`${verb} · ${view.month}`}
      verb={verb}
      blocked={away ?? (again && reason.trim() === '' ? t('common.lacks', { what: t('monthly.reason') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p>{t(again ? 'monthly.againWhy' : 'monthly.archiveWhy')}</p>
      <Field label={t('monthly.reason')} hint={again ? undefined : t('intake.optional')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
    </Dialog>
  )
}
