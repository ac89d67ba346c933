import { useState } from 'react'
import type { RunStepView, RunView } from '../../../gateway/http/contract.ts'
import { post, putRun, useMay, useMe, useRun } from '../api.ts'
import { formatDay, formatTime, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'

/** The incident report [F14]: built from the timeline, completed and signed by a person, printed for its copies. */
import { useUnsavedForm } from '../leave.ts'
import { Back } from '../parts/Back.tsx'
export default function IncidentReport({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useRun(id)
  return (
    <Page title={t('report.title')} sub={query.data?.no}>
      <Loaded query={query} what={t('report.title')}>
        {run => <Report key={run.id} run={run} />}
      </Loaded>
    </Page>
  )
}

function Report({ run }: { readonly run: RunView }) {
  const { t, of } = useText()
  const { site } = useMe()
  const when = (time: string | null) => (time === null ? '—' : formatDay(Date.parse(time), site.timezone))
  const place = [run.space, run.equipmentName].flatMap(text => (text ? [of(text)] : [])).join(' · ')
  const part = (name: string, value: string) => (
    <div className="rp-r">
      <dt>{name}</dt>
      <dd>{value === '' ? '—' : plain(value)}</dd>
    </div>
  )
  const signed = run.report
  return (
    <div className="rp">
      <div className="row wrap g2 bar-h rp-x">
        <Back href={`/runbooks/${encodeURIComponent(run.id)}`}>{of(run.name)}</Back>
        <Button onClick={() => window.print()}>{t('report.print')}</Button>
        {signed ? null : <b>{t('report.unsigned')}</b>}
      </div>
      <article className="card rp-p">
        <h2>{t('report.title')}</h2>
        <div className="row wrap g3">
          <span>{of(site.name)}</span>
          <b>{of(run.name)}</b>
          <span className="mono">{run.no}</span>
        </div>
        <dl>
          {part(
            t('report.time'),
            `${when(run.draft.since)} – ${run.draft.until ? when(run.draft.until) : t('runPhase.open')}`,
          )}
          {part(t('report.cause'), signed?.cause ?? run.draft.cause ?? '')}
          {part(t('report.place'), signed?.place ?? run.draft.place ?? place)}
          {part(t('report.handling'), signed?.handling ?? run.draft.handling ?? '')}
          {part(t('report.restored'), when(signed?.restoredAt ?? run.draft.restoredAt))}
        </dl>
        <h3>{t('report.steps')}</h3>
        {run.steps.every(step => step.at === null) ? <p className="dim">{t('report.noSteps')}</p> : null}
        <table className="tbl rp-t">
          <tbody>
            {run.steps
              .filter(step => step.at !== null)
              .toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? ''))
              .map(step => (
                <Row key={step.id} step={step} zone={site.timezone} />
              ))}
          </tbody>
        </table>
        <div className="rp-s">
          <span>
            {t('report.writer')}
            {t('common.colon')}
            {of(run.writer)}
          </span>
          <span>
            {t('report.signedBy')}
            {t('common.colon')}
            {signed ? `${plain(signed.by)} ${when(signed.at)}` : '________________'}
          </span>
          <span>
            {t('report.copies')}
            {t('common.colon')}
            {run.copies.map(of).join(t('common.listSep'))}
          </span>
        </div>
      </article>
      {signed ? null : <Sign run={run} place={place} />}
    </div>
  )
}

function Row({ step, zone }: { readonly step: RunStepView; readonly zone: string }) {
  const { t, of, lang, code } = useText()
  const said = step.asks.flatMap(({ key, name, kind }) => {
    const value = step.values[key]
    if (!value) return []
    return [`${of(name)}${t('common.colon')}${kind === 'time' ? formatDay(Date.parse(value), zone) : plain(value)}`]
  })
  const by = step.by === 'gateway' ? code('actor', 'gateway') : plain(step.by ?? '')
  return (
    <tr>
      <td className="nw">{formatTime(Date.parse(step.at ?? ''), lang, zone)}</td>
      <td>
        {of(step.text)}
        <div className="cap">
          {[step.state === 'left-out' ? t('runbooks.leftOut') : '', ...said, step.note ? plain(step.note) : '']
            .filter(text => text !== '')
            .join(' · ')}
        </div>
      </td>
      <td className="nw">
        <bdi>{by}</bdi>
      </td>
    </tr>
  )
}

/** What the timeline says stands in the fields already; a person corrects it and signs. */
function Sign({ run, place }: { readonly run: RunView; readonly place: string }) {
  const { t } = useText()
  const away = useRecordBlock()
  const allowed = useMay('runbook.end')
  const { draft } = run
  const [cause, setCause] = useState(draft.cause ?? '')
  const [where, setWhere] = useState(draft.place ?? place)
  const [handling, setHandling] = useState(draft.handling ?? '')
  const [restored, setRestored] = useState(local(draft.restoredAt))
  const [error, setError] = useState<unknown>(null)
  useUnsavedForm([cause, where, handling, restored])
  const empty = [cause, where, handling, restored].some(text => text.trim() === '')
  const blocked =
    away ??
    (allowed ? null : t('runbooks.blockedEnd')) ??
    (run.phase === 'open' ? t('report.notEnded') : empty ? t('report.fillIn') : null)
  const sign = async () => {
    setError(null)
    try {
      const body = { cause, place: where, handling, restoredAt: new Date(restored).toISOString() }
      putRun(await post<RunView>(`runs/${encodeURIComponent(run.id)}/report`, body))
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <section className="card rp-x">
      <div className="card-h">
        <h2>{t('report.sign')}</h2>
      </div>
      <div className="card-b col g3">
        <Field label={t('report.cause')}>
          <textarea className="inp" rows={2} maxLength={1000} value={cause} onChange={e => setCause(e.target.value)} />
        </Field>
        <Field label={t('report.place')}>
          <input className="inp" maxLength={1000} value={where} onChange={e => setWhere(e.target.value)} />
        </Field>
        <Field label={t('report.handling')}>
          <textarea
            className="inp"
            rows={4}
            maxLength={1000}
            value={handling}
            onChange={e => setHandling(e.target.value)}
          />
        </Field>
        <Field label={t('report.restored')}>
          <input className="inp" type="datetime-local" value={restored} onChange={e => setRestored(e.target.value)} />
        </Field>
        <div className="row g2">
          <Button primary blocked={blocked} sayWhy onClick={() => void sign()}>
            {t('report.sign')}
          </Button>
        </div>
        <Refusal error={error} />
      </div>
    </section>
  )
}

function local(time: string | null): string {
  if (time === null) return ''
  const date = new Date(time)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
