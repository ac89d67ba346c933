import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { MeterWalkView, WalkList } from '../../../gateway/http/contract.ts'
import { call, newKey, useMay, useMe } from '../api.ts'
import { base64 } from '../base64.ts'
import { formatDay, formatFigure, formatUnit, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged } from './data.ts'
import './byhand.css'
import './readings.css'
import { Back } from '../parts/Back.tsx'

/** The walk as the office sees it: how far it is, and its list out and in. */
export default function MeterWalk() {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const manages = useMay('meter.manage')
  const reads = useMay('reading.read')
  const away = useRecordBlock()
  const [importing, setImporting] = useState(false)
  const query = useQuery({
    queryKey: ['readings', 'walk'],
    queryFn: () => call<MeterWalkView>('meter-walk'),
    refetchInterval: 30_000,
  })
  const { data } = query
  const when = (at: string) => formatDay(Date.parse(at), zone)
  const progress = (walk: MeterWalkView) => {
    const { due, done, doubtful, unread } = walk.counts
    const total = due + done + doubtful + unread
    return `${t('meterWalk.progress', { done: done + doubtful, total })}${t('common.listSep')}${t('meterWalk.due', { n: due })}`
  }
  return (
    <Page title={t('meterWalk.title')} sub={data && data.items.length > 0 ? progress(data) : undefined}>
      <div className="row wrap bar-h">
        <Back href={reads ? '/readings' : '/readings/special'}>{t(reads ? 'readings.back' : 'special.title')}</Back>
        <b className="only-s">{data && data.items.length > 0 ? progress(data) : null}</b>
        <span className="ml row wrap">
          <a className="btn" href="/meters">
            {t('meterWalk.open')}
          </a>
          <a className="btn" href={`/api/v1/meter-walk/list?lang=${lang}`} download>
            {t('meterWalk.csv')}
          </a>
          <a className="btn" href={`/api/v1/meter-walk/list?format=xlsx&lang=${lang}`} download>
            {t('meterWalk.xlsx')}
          </a>
          {manages ? (
            <Button icon="plus" blocked={away} onClick={() => setImporting(true)}>
              {t('meterWalk.import')}
            </Button>
          ) : null}
        </span>
      </div>
      <Loaded query={query} what={t('meterWalk.title')}>
        {walk => (
          <div className="col g3">
            <Note icon="help">
              {walk.window
                ? t('meterWalk.window', {
                    ...{ end: when(walk.window.end), from: when(walk.window.from), to: when(walk.window.to) },
                  })
                : t('meterWalk.noWindow')}
            </Note>
            <section className="card">
              {walk.items.length === 0 ? (
                <Empty icon="check" title={t('meterWalk.none')} why={t('meterWalk.noneWhy')} />
              ) : (
                <table className="tbl flow" aria-label={t('meterWalk.title')}>
                  <thead>
                    <tr>
                      <th>{t('readings.unit')}</th>
                      <th>{t('meterWalk.place')}</th>
                      <th>{t('readings.meter')}</th>
                      <th className="r">{t('meterWalk.last')}</th>
                      <th className="r">{t('meterWalk.was')}</th>
                      <th>{t('readings.state')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {walk.items.map(i => (
                      <tr key={`${i.point} ${i.register}`} data-state={i.state}>
                        <td className="wide">
                          {i.unitName ? of(i.unitName) : plain(i.unit)}
                          <div className="cap">
                            {t(`readings.medium.${i.medium}`)} · <bdi>{plain(i.point)}</bdi>
                            {i.register === 'total' ? '' : ` · ${t(`readings.register.${i.register}`)}`}
                          </div>
                        </td>
                        <td className={i.place ? '' : 'not-s'}>{plain(i.place) || '—'}</td>
                        <td className="mono">{plain(i.meter)}</td>
                        <td className="nw r dim">
                          <span className="only-s">{t('meterWalk.last')} </span>
                          {i.before?.index ? `${formatFigure(i.before.index, lang)} ${formatUnit(i.indexUnit)}` : '—'}
                        </td>
                        <td className="nw r">
                          <span className="only-s">{t('meterWalk.was')} </span>
                          {i.taken && i.state !== 'due' && i.state !== 'later' ? (
                            <>
                              <b>{i.taken.index === null ? '—' : formatFigure(i.taken.index, lang)}</b>{' '}
                              {i.taken.index === null ? '' : formatUnit(i.indexUnit)}
                            </>
                          ) : (
                            '—'
                          )}
                        </td>
                        <td>
                          {t(`meterWalk.state.${i.state}`)}
                          {i.manual ? null : <div className="cap">{t('meterWalk.missing')}</div>}
                          {i.taken && i.state !== 'due' && i.state !== 'later' ? (
                            <div className="cap">
                              {when(i.taken.at)} <bdi>{plain(i.taken.by)}</bdi>
                              {i.taken.unread ? ` · ${t(`special.unreads.${i.taken.unread}`)}` : ''}
                              {i.taken.remark === '' ? '' : ` · ${plain(i.taken.remark)}`}
                            </div>
                          ) : null}
                          {i.taken?.photo ? (
                            <a
                              className="link"
                              href={`/api/v1/meter-walk/photos/${i.taken.photo}`}
                              target="_blank"
                              rel="noreferrer"
                            >
                              {t('special.photoOf', { meter: plain(i.meter) })}
                            </a>
                          ) : null}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </section>
          </div>
        )}
      </Loaded>
      {importing ? <ListDialog onClose={() => setImporting(false)} /> : null}
    </Page>
  )
}

/** The list as it comes back: what is wrong with which row before anything is written, then the whole of it. */
function ListDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const key = useRef(newKey())
  const [file, setFile] = useState<string | null>(null)
  const [read, setRead] = useState<WalkList | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const bad = read?.rows.filter(row => row.problems.length > 0) ?? []
  const clean = read !== null && read.problems.length === 0 && bad.length === 0
  const send = async (dryRun: boolean) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const more = dryRun ? {} : { key: key.current }
      setRead(await call<WalkList>('meter-walk/list', { method: 'POST', body: { file, dryRun }, ...more }))
      if (!dryRun) await readingsChanged()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const done = read?.written === true
  return (
    <Dialog
      title={t('meterWalk.import')}
      {...(done ? {} : { verb: t(clean ? 'meterWalk.write' : 'meterWalk.check') })}
      blocked={away ?? (file === null ? t('common.lacks', { what: t('meterWalk.file') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(!clean)}
      onClose={onClose}
    >
      {done ? (
        <Note sort="yes" icon="check" role="status">
          {t('meterWalk.written', { ...read.counts })}
        </Note>
      ) : (
        <>
          <p className="dim">{t('meterWalk.importWhy')}</p>
          <Field label={t('meterWalk.file')} hint="CSV (UTF-8, GBK), XLSX">
            <input
              className="inp"
              type="file"
              name="list"
              accept=".csv,.txt,.xlsx"
              onChange={event => {
                const picked = event.target.files?.[0]
                key.current = newKey()
                setRead(null)
                setFile(null)
                void picked?.arrayBuffer().then(bytes => setFile(base64(new Uint8Array(bytes))))
              }}
            />
          </Field>
        </>
      )}
      {read?.problems.map(p => (
        <Note key={p.code} sort="no" icon="x" role="alert">
          {of(p.text)}
        </Note>
      ))}
      {read && !done ? <p role="status">{t('meterWalk.checked', { ...read.counts })}</p> : null}
      {bad.length > 0 ? (
        <ol className="rd-bad">
          {bad.slice(0, 50).map(row => (
            <li key={row.line} data-line={row.line}>
              <span className="mono dim">{row.line}</span>
              <b>
                <bdi>{plain(row.point)}</bdi>
              </b>
              <span className="wrong">{row.problems.map(p => of(p.text)).join(t('common.listSep'))}</span>
            </li>
          ))}
          {bad.length > 50 ? <li>… {bad.length - 50}</li> : null}
        </ol>
      ) : null}
    </Dialog>
  )
}
