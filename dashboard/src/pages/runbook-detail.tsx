import { useState } from 'react'
import { Link } from 'wouter'
import type { EquipmentView, RunStepView, RunView } from '../../../gateway/http/contract.ts'
import { post, putRun, useContacts, useEquipment, useMay, useMe, useRun, useRunTrail } from '../api.ts'
import { formatDuration, formatTime, formatWhen, plain } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Loaded, Note, Refusal } from '../parts/notes.tsx'
import { OutageSend } from '../parts/OutageSend.tsx'
import { PhoneBook, telOf } from '../parts/PhoneBook.tsx'
import { Doing } from '../parts/StepDoing.tsx'
import { Timeline } from '../parts/Timeline.tsx'
import { Value } from '../parts/Value.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'

export default function RunbookDetail({ id }: { readonly id: string }) {
  const { t, of } = useText()
  const query = useRun(id)
  return (
    <Page title={query.data ? of(query.data.name) : t('runbooks.title')} sub={query.data?.no}>
      <Loaded query={query} what={t('runbooks.title')}>
        {run => <Detail run={run} />}
      </Loaded>
    </Page>
  )
}

function Detail({ run }: { readonly run: RunView }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const done = run.steps.filter(step => step.state === 'done' || step.state === 'left-out').length
  const since = Date.parse(run.startedAt)
  const age = useTicking(now => formatDuration((run.endedAt === null ? now : Date.parse(run.endedAt)) - since))
  const where = [run.space, run.equipmentName].flatMap(text => (text ? [of(text)] : [])).join(' · ')
  return (
    <div className="rb">
      <section className="card rb-s" aria-label={t('runbooks.steps')}>
        {run.warning && run.phase === 'open' ? (
          <div className="rb-w" role="note">
            <Icon name="warn" /> {of(run.warning)}
          </div>
        ) : null}
        <div className="card-h">
          <h2>{where === '' ? of(run.name) : where}</h2>
          <span className="ml nw">
            {t('runbooks.progress', { n: done, of: run.steps.length })} · {age}
          </span>
        </div>
        <Dangers run={run} />
        <Steps run={run} />
        <End run={run} />
      </section>
      <aside className="col g3">
        <Watch run={run} />
        <Notices run={run} />
        <PhoneBook />
        <section className="card">
          <div className="card-h">
            <h2>{t('runbooks.timeline')}</h2>
            <span className="ml dim">
              {t('runbooks.startedAt', { time: formatWhen(since, serverNow(), lang, zone) })}
            </span>
          </div>
          <div className="card-b">
            <Trail run={run} zone={zone} />
          </div>
        </section>
      </aside>
    </div>
  )
}

/** Said by whoever is there; that it is gone needs a reason. */
function Dangers({ run }: { readonly run: RunView }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const allowed = useMay('runbook.run')
  const [asking, setAsking] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [error, setError] = useState<unknown>(null)
  if (run.dangers.length === 0) return null
  const say = async (danger: string, there: boolean) => {
    setError(null)
    try {
      const body = there ? { there } : { there, reason: reason.trim() }
      putRun(await post<RunView>(`runs/${encodeURIComponent(run.id)}/dangers/${danger}`, body))
      setAsking(null)
    } catch (refused) {
      setError(refused)
    }
  }
  const blocked = away ?? (allowed ? null : t('runbooks.blockedRole'))
  return (
    <div className="rb-d">
      {run.dangers.map(({ id, text }) => {
        const set = run.set.includes(id)
        return (
          <div key={id} className={set ? 'row g2 on' : 'row g2'}>
            <span className="grow">
              {set ? <Icon name="warn" /> : null} <b>{of(text)}</b>
              <span className="cap">{t(set ? 'runbooks.dangerThere' : 'runbooks.dangerNot')}</span>
            </span>
            {run.phase === 'open' ? (
              <Button blocked={blocked} onClick={() => (set ? setAsking(id) : void say(id, true))}>
                {t(set ? 'runbooks.dangerGone' : 'runbooks.dangerSet')}
              </Button>
            ) : null}
          </div>
        )
      })}
      {asking === null ? <Refusal error={error} /> : null}
      {asking === null ? null : (
        <Dialog
          title={t('runbooks.dangerGone')}
          verb={t('runbooks.dangerGone')}
          blocked={reason.trim() === '' ? t('orders.needReason') : null}
          error={error}
          onDo={() => void say(asking, false)}
          onClose={() => setAsking(null)}
        >
          <Field label={t('common.reason')}>
            <textarea
              className="inp"
              rows={3}
              maxLength={500}
              value={reason}
              autoFocus
              onChange={e => setReason(e.target.value)}
            />
          </Field>
        </Dialog>
      )}
    </div>
  )
}

function Steps({ run }: { readonly run: RunView }) {
  const open = run.phase === 'open' ? run.steps.filter(step => step.state === 'open') : []
  // What a danger asks for comes before the rest of the list.
  const now = open.find(step => step.danger !== null) ?? open.find(step => !step.optional)
  return (
    <ol className="steps">
      {run.steps.map((step, at) => (
        <Step key={step.id} run={run} step={step} no={at + 1} now={step.id === now?.id} />
      ))}
    </ol>
  )
}

interface StepProps {
  readonly run: RunView
  readonly step: RunStepView
  readonly no: number
  readonly now: boolean
}
function Step({ run, step, no, now }: StepProps) {
  const { t, of } = useText()
  const ended = step.state === 'done' || step.state === 'left-out'
  const look = ended ? 'done' : now ? 'now' : 'wait'
  return (
    <li className={`step ${look} ${step.safety ? 'safety' : ''}`} aria-current={now ? 'step' : undefined}>
      <span className="no">{ended ? <Icon name={step.state === 'done' ? 'check' : 'x'} /> : no}</span>
      <div>
        <div className="x">{of(step.text)}</div>
        <div className="y">
          {ended ? (
            <Did run={run} step={step} />
          ) : (
            <>
              {of(step.who)}
              {step.optional ? ` · ${t('runbooks.optional')}` : ''}
              {step.self ? ` · ${t('runbooks.self')}` : ''}
              {step.safety ? ` · ${t('runbooks.safety')}` : ''}
              {step.see ? ` · ${t('runbooks.see')}` : ''}
            </>
          )}
        </div>
        {step.hint && !ended ? <div className="y">{of(step.hint)}</div> : null}
        {step.state === 'held-back' ? <HeldBack run={run} step={step} /> : null}
        {!ended && run.phase === 'open' ? (
          <Doing run={run} step={step} now={now} phones={<Phones step={step} />} />
        ) : null}
      </div>
      <span className="rb-t">{ended || run.phase !== 'open' ? null : <Left run={run} step={step} />}</span>
    </li>
  )
}

function HeldBack({ run, step }: { readonly run: RunView; readonly step: RunStepView }) {
  const { t } = useText()
  const names = run.steps.flatMap((one, at) => (step.after.includes(one.id) ? [at + 1] : []))
  return (
    <div className="y">
      <Icon name="lock" /> {t('runbooks.first', { what: names.join(t('common.listSep')) })}
    </div>
  )
}

/** Who did it and when, and what was said with it. */
function Did({ run, step }: { readonly run: RunView; readonly step: RunStepView }) {
  const { t, of, code, lang } = useText()
  const zone = useMe().site.timezone
  const said = step.asks.flatMap(({ key, name, kind }) => {
    const value = step.values[key]
    if (!value) return []
    return [`${of(name)} ${kind === 'time' ? formatWhen(Date.parse(value), serverNow(), lang, zone) : plain(value)}`]
  })
  const by = step.by === 'gateway' ? code('actor', 'gateway') : plain(step.by ?? '')
  return (
    <>
      {step.point ? `${t('runbooks.auto')} · ` : ''}
      {step.state === 'left-out' ? `${t('runbooks.leftOut')} · ` : ''}
      <bdi>{by}</bdi> {step.at === null ? '' : formatTime(Date.parse(step.at), lang, zone)}
      {step.late ? <b className="late"> · {t('runbooks.late')}</b> : null}
      {said.map(text => (
        <span key={text}> · {text}</span>
      ))}
      {step.note ? <span> · {plain(step.note)}</span> : null}
      {step.photo ? (
        <>
          {' · '}
          <a className="link" href={`/api/v1/runs/${run.id}/steps/${step.id}/photo`} target="_blank" rel="noreferrer">
            {t('runbooks.photo')}
          </a>
        </>
      ) : null}
    </>
  )
}

function Left({ run, step }: { readonly run: RunView; readonly step: RunStepView }) {
  const { t } = useText()
  const by = step.withinS === null ? null : Date.parse(run.startedAt) + step.withinS * 1000
  const text = useTicking(now => {
    if (by === null) return ''
    const words = formatDuration(Math.abs(by - now))
    return by >= now ? t('runbooks.left', { time: words }) : t('runbooks.over', { time: words })
  })
  const over = useTicking(now => by !== null && by < now)
  return <span className={over ? 'late b' : ''}>{text}</span>
}

function Phones({ step }: { readonly step: RunStepView }) {
  const { of } = useText()
  const contacts = useContacts().data?.filter(one => one.kind === step.call) ?? []
  return contacts.map(one => (
    <a key={one.id} className="btn" href={telOf(one.phone)} title={of(one.name)}>
      {of(one.name)} <b className="mono">{one.phone}</b>
    </a>
  ))
}

function End({ run }: { readonly run: RunView }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const allowed = useMay('runbook.end')
  const [cancelling, setCancelling] = useState(false)
  const [reason, setReason] = useState('')
  const [error, setError] = useState<unknown>(null)
  const end = async (how: 'complete' | 'cancel') => {
    setError(null)
    try {
      const body = how === 'cancel' ? { how, reason: reason.trim() } : { how }
      putRun(await post<RunView>(`runs/${encodeURIComponent(run.id)}/end`, body))
      setCancelling(false)
    } catch (refused) {
      setError(refused)
    }
  }
  const report = (
    <Link href={`/runbooks/${encodeURIComponent(run.id)}/report`} className="btn">
      {t(run.report ? 'runbooks.reportSigned' : 'runbooks.report')}
    </Link>
  )
  if (run.phase !== 'open')
    return (
      <div className="card-b col g2">
        <Note sort={run.phase === 'completed' ? 'yes' : 'plain'} icon={run.phase === 'completed' ? 'check' : 'x'}>
          {t(`runPhase.${run.phase}`)} · <bdi>{plain(run.endedBy ?? '')}</bdi>
          {run.reason ? ` · ${plain(run.reason)}` : ''}
        </Note>
        <div className="row wrap g2">{report}</div>
      </div>
    )
  const role = allowed ? null : t('runbooks.blockedEnd')
  const missing = run.steps.filter(step => run.missing.includes(step.id))
  const lacking =
    missing.length === 0
      ? null
      : t('runbooks.missing', {
          n: missing.length,
          what: of(missing[0]?.text ?? { 'zh-CN': '', en: '' }),
        })
  return (
    <div className="card-b col g2">
      <div className="row wrap g2">
        <Button primary blocked={away ?? role ?? lacking} sayWhy onClick={() => void end('complete')}>
          {t('runbooks.complete')}
        </Button>
        <Button blocked={away ?? role} onClick={() => setCancelling(true)}>
          {t('runbooks.cancel')}…
        </Button>
        {report}
      </div>
      {cancelling ? (
        <Dialog
          title={t('runbooks.cancel')}
          verb={`${t('runbooks.cancel')} ${run.no}`}
          leave="close"
          blocked={reason.trim() === '' ? t('orders.needReason') : null}
          error={error}
          onDo={() => void end('cancel')}
          onClose={() => setCancelling(false)}
        >
          <Field label={t('common.reason')}>
            <textarea
              className="inp"
              rows={3}
              maxLength={500}
              value={reason}
              autoFocus
              onChange={e => setReason(e.target.value)}
            />
          </Field>
        </Dialog>
      ) : (
        <Refusal error={error} />
      )}
    </div>
  )
}

/** The points by which the steps decide. */
function Watch({ run }: { readonly run: RunView }) {
  const { t, of } = useText()
  const equipment = useEquipment().data ?? []
  const infoOf = (id: string) => {
    const device: EquipmentView | undefined = equipment.find(one => id.startsWith(`${one.id}/`))
    const point = device?.points.find(one => one.id === id)
    return device && point ? { device, point } : null
  }
  const rows = run.watch.flatMap(id => infoOf(id) ?? [])
  if (rows.length === 0) return null
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('runbooks.watch')}</h2>
      </div>
      <dl className="card-b rb-v">
        {rows.map(({ device, point }) => (
          <div key={point.id}>
            <dt>
              <Link href={`/equipment/${encodeURIComponent(device.id)}`} className="link">
                {of(device.name)}
              </Link>{' '}
              <span className="dim">{of(point.name)}</span>
            </dt>
            <dd>
              <Value point={point} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Drafts: somebody reads them before they go out. */
function Notices({ run }: { readonly run: RunView }) {
  const { t } = useText()
  const [copied, setCopied] = useState('')
  const { interrupted, restored } = run.notices
  if (!interrupted) return null
  const drafts = restored ?? interrupted
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('runbooks.notice')}</h2>
        <span className="ml dim">{t('runbooks.noticeDraft')}</span>
      </div>
      <div className="card-b col g3">
        {(['zh-CN', 'en'] as const).map(lang => (
          <div key={lang} className="rb-n" lang={lang}>
            <b>{drafts[lang].title}</b>
            <pre>{drafts[lang].body.split('\n').map(plain).join('\n')}</pre>
            <Button
              small
              icon="copy"
              onClick={() => {
                void navigator.clipboard?.writeText(`${drafts[lang].title}\n${drafts[lang].body}`).then(
                  () => setCopied(lang),
                  () => setCopied(''),
                )
              }}
            >
              {t(copied === lang ? 'runbooks.copied' : 'runbooks.copy')}
            </Button>
          </div>
        ))}
        <OutageSend run={run} drafts={drafts} />
      </div>
    </section>
  )
}

function Trail({ run, zone }: { readonly run: RunView; readonly zone: string }) {
  const { t, of } = useText()
  const query = useRunTrail(run.id)
  const nameOf = (id: unknown): string => {
    const step = run.steps.find(one => one.id === id)
    return step ? of(step.text) : ''
  }
  return (
    <Loaded query={query} what={t('runbooks.timeline')}>
      {entries => <Timeline entries={entries} zone={zone} detail={entry => nameOf(entry.data.step)} />}
    </Loaded>
  )
}
