import { useState } from 'react'
import { useLocation } from 'wouter'
import type { BatchView } from '../../../gateway/http/contract.ts'
import { batchFlow } from '../../../rules/billing/batch.ts'
import { actions } from '../../../rules/flow.ts'
import { useMay, useMe } from '../api.ts'
import { batchFile, useBatch, useBilling, useBillingWords } from '../billing.ts'
import { formatDay, plain } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { AnswerDialog, type BatchAction, MoveDialog, WaiveDialog } from '../parts/billing/BatchDialogs.tsx'
import { BatchLines, BatchTotals } from '../parts/billing/BatchTables.tsx'
import { Delivery } from '../parts/billing/Delivery.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

/** One batch: a draft with what stands against it, or what was issued, with its seal and its answer. */
export default function Batch({ name }: { readonly name: string }) {
  const { t } = useText()
  const words = useBillingWords()
  const query = useBatch(name)
  const b = query.data
  return (
    <Page
      title={b ? `${b.period} ${words.group(b.group)}` : t('billing.batch')}
      sub={b && `${words.phase(b.phase)} · ${b.name}`}
    >
      <div className="row wrap bar-h rp-x">
        <Back href="/readings/batches">{t('billing.back')}</Back>
        {b?.issued ? (
          <span className="ml row wrap">
            {(['csv', 'xlsx', 'json'] as const).map(format => (
              <a key={format} className="btn" href={batchFile(b.name, format)} download>
                {t('billing.file', { format: format.toUpperCase() })}
              </a>
            ))}
            <Button onClick={() => window.print()}>{t('billing.print')}</Button>
          </span>
        ) : null}
      </div>
      <Loaded query={query} what={t('billing.batch')}>
        {batch => <Detail batch={batch} />}
      </Loaded>
    </Page>
  )
}

function Detail({ batch }: { readonly batch: BatchView }) {
  const { t } = useText()
  const words = useBillingWords()
  const away = useRecordBlock()
  const { role, name: me, site } = useMe()
  const [, goTo] = useLocation()
  const approve = useBilling(() => {})
  const [doing, setDoing] = useState<BatchAction | { readonly waive: string } | null>(null)
  const open = batch.unbilled.filter(u => !u.waived)
  const mayDo = actions(batchFlow, batch.phase, role)
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const why =
    away ??
    (batch.preparedBy.toLowerCase() === me.toLowerCase()
      ? t('billing.ownBatch')
      : open.length > 0
        ? t('billing.openFirst', { n: open.length })
        : null)
  return (
    <div className="col g3">
      <section className="card" aria-label={batch.name}>
        <div className="card-h wrap">
          <h2 data-phase={batch.phase}>{words.phase(batch.phase)}</h2>
          {batch.head.kind.startsWith('demo') ? <span className="chip demo">{t('billing.demo')}</span> : null}
          <span className="ml row wrap rp-x">
            {mayDo.includes('approve' as never) && batch.seen !== null ? (
              <Button
                primary
                blocked={why}
                sayWhy
                onClick={() =>
                  void approve.send(`batches/${encodeURIComponent(batch.name)}/approve`, { seen: batch.seen })
                }
              >
                {t('billing.approve')}
              </Button>
            ) : null}
            {(['accept', 'reject', 'correct', 'withdraw'] as const)
              .filter(action => mayDo.includes(action as never))
              .map(action => (
                <Button key={action} blocked={away} onClick={() => setDoing(action)}>
                  {t(`billing.${action}`)}
                </Button>
              ))}
          </span>
        </div>
        <div className="card-b col g3">
          <Refusal error={approve.error} />
          <dl className="kv">
            <div className="kv-r">
              <dt>{t('billing.span')}</dt>
              <dd>
                {batch.head.from} – {batch.head.to}
              </dd>
            </div>
            <div className="kv-r">
              <dt>{t('billing.prepared')}</dt>
              <dd>
                <bdi>{words.who(batch.preparedBy)}</bdi> · {when(batch.preparedAt)}
              </dd>
            </div>
            {batch.why ? (
              <div className="kv-r">
                <dt>{t('billing.corrects')}</dt>
                <dd>
                  {batch.head.supersedes} · <bdi>{plain(batch.why)}</bdi>
                </dd>
              </div>
            ) : null}
            {batch.issued ? (
              <>
                <div className="kv-r">
                  <dt>{t('billing.approved')}</dt>
                  <dd>
                    <bdi>{plain(batch.issued.by)}</bdi> · {when(batch.issued.at)} ·{' '}
                    {t('billing.sequence', { n: batch.issued.sequence })}
                  </dd>
                </div>
                <div className="kv-r">
                  <dt>SHA-256</dt>
                  <dd className="mono wrap-any">{batch.issued.sha256}</dd>
                </div>
              </>
            ) : null}
            {batch.answer ? (
              <div className="kv-r">
                <dt>{t('billing.answer')}</dt>
                <dd>
                  <Answer batch={batch} /> <bdi>{plain(batch.answer.by)}</bdi> · {when(batch.answer.at)}
                </dd>
              </div>
            ) : null}
          </dl>
        </div>
      </section>
      {batch.unbilled.length > 0 ? <Unbilled batch={batch} onWaive={line => setDoing({ waive: line })} /> : null}
      <Delivery batch={batch} />
      <BatchTotals totals={batch.totals} />
      <BatchLines batch={batch} />
      {doing === 'accept' ? <AnswerDialog batch={batch} onClose={() => setDoing(null)} /> : null}
      {doing === 'reject' || doing === 'correct' || doing === 'withdraw' ? (
        <MoveDialog
          batch={batch}
          action={doing}
          onClose={() => setDoing(null)}
          onDone={made => {
            setDoing(null)
            if (made.name !== batch.name) goTo(`/readings/batches/${encodeURIComponent(made.name)}`)
          }}
        />
      ) : null}
      {doing !== null && typeof doing === 'object' ? (
        <WaiveDialog batch={batch} line={doing.waive} onClose={() => setDoing(null)} />
      ) : null}
    </div>
  )
}

/** What billing said: how many lines it has the same, and each that differs. */
function Answer({ batch }: { readonly batch: BatchView }) {
  const { t } = useText()
  const { answer } = batch
  if (!answer) return null
  const m = answer.matched
  return (
    <>
      {answer.note ? <bdi>{plain(answer.note)} </bdi> : null}
      {m ? (
        <span>
          {t('billing.matched', { n: m.same })}
          {m.different.map(d => (
            <div key={d.line} className="mono">
              {t('billing.different', { line: d.line, ours: d.ours, theirs: plain(d.theirs) })}
            </div>
          ))}
          {m.missing.length > 0 ? (
            <div>{t('billing.missing', { n: m.missing.length, lines: m.missing.slice(0, 5).join(', ') })}</div>
          ) : null}
          {m.unknown.length > 0 ? (
            <div>
              {t('billing.unknown', { n: m.unknown.length, lines: m.unknown.slice(0, 5).map(plain).join(', ') })}
            </div>
          ) : null}
          {m.twice.length > 0 ? (
            <div>{t('billing.twice', { lines: m.twice.slice(0, 5).map(plain).join(', ') })}</div>
          ) : null}
        </span>
      ) : null}
    </>
  )
}

function Unbilled({ batch, onWaive }: { readonly batch: BatchView; readonly onWaive: (line: string) => void }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const prepares = useMay('billing.prepare')
  const open = batch.unbilled.filter(u => !u.waived).length
  return (
    <section className="card" aria-label={t('billing.unbilled')}>
      <div className="card-h wrap">
        <h2>{t('billing.unbilled')}</h2>
        <span className="cap">{open > 0 ? t('billing.unbilledOpen', { n: open }) : t('billing.unbilledNone')}</span>
      </div>
      <table className="tbl flow" aria-label={t('billing.unbilled')}>
        <tbody>
          {batch.unbilled.map(u => (
            <tr key={u.line}>
              <td className="wide">
                <b>
                  <bdi>{plain(u.unit)}</bdi>
                </b>{' '}
                <span className="mono dim">{u.line}</span>
              </td>
              <td className="q-t">{u.reasons.map(r => of(r.text)).join('；')}</td>
              <td className="r">
                {u.waived ? (
                  <span className="dim">
                    {t('billing.waived')} <bdi>{plain(batch.waived.find(w => w.line === u.line)?.by ?? '')}</bdi>
                  </span>
                ) : prepares && batch.phase === 'draft' ? (
                  <Button small blocked={away} onClick={() => onWaive(u.line)}>
                    {t('billing.waive')}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
