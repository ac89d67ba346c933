import { useState } from 'react'
import type { ProofView } from '../../../gateway/http/contract.ts'
import { post, queries, useMay, useMe } from '../api.ts'
import { formatDay, formatDuration, formatNumber, formatTime, formatWait, plain } from '../format.ts'
import { useTicking } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded, Note, Refusal } from '../parts/notes.tsx'
import { Priority } from '../parts/Priority.tsx'
import { proofsChanged, useProof, useStated } from '../proofs.ts'
import { useText } from '../text/index.ts'
import './runbooks.css'
import { Back } from '../parts/Back.tsx'

/** One test of an alarm: what is still to come while it runs, then its report for the file. */
export default function Proof({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useProof(id)
  return (
    <Page title={t('proving.one')} sub={query.data?.no}>
      <Loaded query={query} what={t('proving.one')}>
        {proof => <One proof={proof} />}
      </Loaded>
    </Page>
  )
}

function One({ proof }: { readonly proof: ProofView }) {
  const { t, of, lang } = useText()
  const { site } = useMe()
  const stated = useStated()
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const row = (name: string, value: string) => (
    <div className="rp-r">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
  const values = proof.values.map(v =>
    t('proving.really', {
      point: of(v.name),
      value: stated(v.point, v.value, v.unit),
      was: stated(v.point, v.was, v.unit),
    }),
  )
  return (
    <div className="rp">
      <div className="row wrap g2 bar-h rp-x">
        <Back href="/alarms/tests">{t('proving.all')}</Back>
        <Button onClick={() => window.print()}>{t('proving.print')}</Button>
        {proof.end === null ? <Running proof={proof} /> : null}
      </div>
      <article className="card rp-p" data-proof={proof.no}>
        <h2>{t('proving.report')}</h2>
        <div className="row wrap g3">
          <span>{of(site.name)}</span>
          <Priority severity={proof.severity} />
          <b>{of(proof.text)}</b>
          <span className="mono">{proof.no}</span>
        </div>
        <dl>
          {row(t('proving.place'), [proof.space, proof.equipmentName].flatMap(x => (x ? [of(x)] : [])).join(' · '))}
          {row(t('proving.stated'), values.join(t('common.listSep')))}
          {row(
            t('proving.delays'),
            t('rules.delays', { on: formatWait(proof.delayOnS, lang), off: formatWait(proof.delayOffS, lang) }),
          )}
          {row(t('proving.by'), `${plain(proof.by)} ${when(proof.at)}`)}
          {row(t('proving.why'), plain(proof.why))}
          {row(
            t('proving.ended'),
            proof.end === null
              ? t('proving.under')
              : [
                  t(`proving.end.${proof.end}`),
                  proof.endedBy === null ? '' : plain(proof.endedBy),
                  proof.endedAt ? when(proof.endedAt) : '',
                ]
                  .filter(Boolean)
                  .join(' · '),
          )}
          {row(
            t('proving.result'),
            t(proof.end === null ? 'proving.under' : proof.passed ? 'proving.passed' : 'proving.notPassed'),
          )}
        </dl>
        <Steps proof={proof} zone={site.timezone} />
        <p className="cap">{t('proving.outside')}</p>
        <div className="rp-s">
          <span>{t('proving.signature')}: ________________</span>
        </div>
      </article>
    </div>
  )
}

function Steps({ proof, zone }: { readonly proof: ProofView; readonly zone: string }) {
  const { t, lang } = useText()
  const begun = Date.parse(proof.at)
  return (
    <table className="tbl rp-t" aria-label={t('proving.report')}>
      <thead>
        <tr>
          <th>{t('proving.step')}</th>
          <th>{t('proving.result')}</th>
          <th>{t('proving.time')}</th>
        </tr>
      </thead>
      <tbody>
        {proof.steps.map(({ step, result, at, who, note }) => (
          <tr key={step} data-step={step} data-result={result}>
            <td>
              {t(`proving.steps.${step}`)}
              {who.length === 0 ? null : (
                <div className="cap">
                  <bdi>{who.map(one => plain(one)).join(t('common.listSep'))}</bdi>
                </div>
              )}
              {note === null ? null : <div className="cap">{t(`proving.notes.${note}`)}</div>}
            </td>
            <td className="nw">
              {result === 'failed' ? <span className="chip sq high">{t('proving.results.failed')}</span> : null}
              {result === 'proved' ? <b>{t('proving.results.proved')}</b> : null}
              {result === 'failed' || result === 'proved' ? null : (
                <span className="dim">{t(`proving.results.${result}`)}</span>
              )}
            </td>
            <td className="nw">
              {at === null ? (
                <span className="dim3">—</span>
              ) : (
                <>
                  {formatTime(Date.parse(at), lang, zone)}
                  <div className="cap">
                    {t('proving.after', { s: formatNumber((Date.parse(at) - begun) / 1000, lang, 1) })}
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

/** What can still be done while it runs. */
function Running({ proof }: { readonly proof: ProofView }) {
  const { t } = useText()
  const away = useRecordBlock()
  const may = useMay('alarm.prove')
  const [stopping, setStopping] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const left = useTicking(now => formatDuration(Math.max(0, Date.parse(proof.until) - now)))
  const blocked = away ?? (may ? null : t('proving.blockedRole'))
  const act = async (word: 'return' | 'stop') => {
    setBusy(true)
    setError(null)
    try {
      queries.setQueryData(
        ['alarm-proofs', proof.id],
        await post<ProofView>(`alarm-proofs/${encodeURIComponent(proof.id)}/${word}`),
      )
      setStopping(false)
      await proofsChanged()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <>
      {proof.returnedAt === null ? (
        <Button primary blocked={blocked} onClick={() => void act('return')}>
          {t('proving.back')}
        </Button>
      ) : null}
      <Button blocked={blocked} onClick={() => setStopping(true)}>
        {t('proving.stop')}
      </Button>
      <span className="dim">
        {t('proving.under')} · {t('proving.left', { time: left })}
      </span>
      {error && !stopping ? (
        <Note sort="medium" icon="warn">
          <Refusal error={error} />
        </Note>
      ) : null}
      {stopping ? (
        <Dialog
          title={t('proving.stopAsk')}
          verb={t('proving.stop')}
          blocked={blocked}
          busy={busy}
          error={error}
          onDo={() => void act('stop')}
          onClose={() => setStopping(false)}
        >
          {t('proving.stopWhy')}
        </Dialog>
      ) : null}
    </>
  )
}
