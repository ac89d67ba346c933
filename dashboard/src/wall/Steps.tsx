import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { AlarmView, RunStepView, RunView } from '../../../gateway/http/contract.ts'
import { useMay, useMe, useRuns } from '../api.ts'
import { formatDuration, formatTime, plain } from '../format.ts'
import { useTicking } from '../live.ts'
import { Icon } from '../parts/Icon.tsx'
import { Empty } from '../parts/notes.tsx'
import { Reading } from '../parts/Value.tsx'
import { useText } from '../text/index.ts'

const MOST_STEPS = 8

/** What to do: the runbook of the alarm in focus, with the step that is due. */
export function Steps({ alarm }: { readonly alarm: AlarmView | null }) {
  const { t, of } = useText()
  const runs = useRuns().data
  const mine = alarm === null ? undefined : runs?.find(run => run.phase === 'open' && run.alarms.includes(alarm.id))
  const others = (runs ?? []).filter(run => run.phase === 'open' && run !== mine)
  return (
    <section className="card wr" aria-label={t('wall.runbook')}>
      {mine ? (
        <Run run={mine} />
      ) : (
        <>
          <div className="card-h">
            <h2>{t('wall.runbook')}</h2>
          </div>
          {alarm === null ? <Empty icon="check" title={t('wall.nothingToDo')} /> : <Facts alarm={alarm} />}
        </>
      )}
      {others.length > 0 ? (
        <ul className="wr-o">
          {others.slice(0, 3).map(run => (
            <li key={run.id}>
              <Icon name="runbooks" />
              <span className="el">
                {of(run.name)}
                {run.equipmentName ? ` · ${of(run.equipmentName)}` : ''}
              </span>
              <b>{progress(run)}</b>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
const ended = (step: RunStepView) => step.state === 'done' || step.state === 'left-out'
const progress = (run: RunView) => `${run.steps.filter(ended).length} / ${run.steps.length}`

function Run({ run }: { readonly run: RunView }) {
  const { t, of } = useText()
  const may = useMay('runbook.run')
  const due = run.steps.findIndex(step => step.state === 'open')
  // What was done stands above, but what is due is always in sight.
  const from = Math.max(0, Math.min((due < 0 ? run.steps.length : due) - 3, run.steps.length - MOST_STEPS))
  const dated = run.steps.filter(step => step.withinS !== null && !ended(step)).slice(0, 2)
  return (
    <>
      <div className="card-h">
        <h2>{of(run.name)}</h2>
        <span className="ml dim">{progress(run)}</span>
        {may ? (
          <Link href={`/runbooks/${encodeURIComponent(run.id)}`} className="btn sm">
            {t('wall.openRun')}
          </Link>
        ) : null}
      </div>
      {run.warning ? <p className="wr-w">{of(run.warning)}</p> : null}
      {dated.length > 0 ? (
        <div className="cl2">
          {dated.map(step => (
            <Due key={step.id} step={step} startedAt={Date.parse(run.startedAt)} />
          ))}
        </div>
      ) : null}
      <ol className="steps">
        {run.steps.slice(from, from + MOST_STEPS).map((step, i) => (
          <Step key={step.id} step={step} no={from + i + 1} now={from + i === due} />
        ))}
      </ol>
    </>
  )
}

function Due({ step, startedAt }: { readonly step: RunStepView; readonly startedAt: number }) {
  const { t, of } = useText()
  const by = startedAt + step.withinS! * 1000
  const left = useTicking(now => formatDuration(Math.abs(by - now)))
  const over = useTicking(now => now > by)
  const share = useTicking(now => Math.round(Math.min(1, Math.max(0, (now - startedAt) / (by - startedAt))) * 100))
  return (
    <div className={`due ${over ? 'over' : ''}`}>
      <span className="el">{of(step.text)}</span>
      <b>{t(over ? 'wall.overBy' : 'wall.left', { time: left })}</b>
      <span className="due-b">
        <i style={{ width: `${share}%` }} />
      </span>
    </div>
  )
}

function Step({ step, no, now }: { readonly step: RunStepView; readonly no: number; readonly now: boolean }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const done = ended(step)
  const said = done
    ? [
        step.state === 'left-out' ? t('wall.leftOut') : '',
        step.by === null ? '' : step.by === 'rule' || step.point !== null ? t('wall.byPlant') : plain(step.by),
        step.at === null ? '' : formatTime(Date.parse(step.at), lang, zone),
      ]
        .filter(Boolean)
        .join(' · ')
    : of(step.who)
  return (
    <li className={`step ${done ? 'done' : now ? 'now' : 'wait'}`} aria-current={now ? 'step' : undefined}>
      <span className="no">{done ? <Icon name="check" /> : no}</span>
      <div>
        <div className="x">{of(step.text)}</div>
        {done || now ? <div className="y">{said}</div> : null}
      </div>
      {step.state === 'held-back' ? <Icon name="lock" /> : null}
    </li>
  )
}

/** No steps stand anywhere for it: what is known of the alarm instead. */
function Facts({ alarm }: { readonly alarm: AlarmView }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const time = (at: string | null) => (at === null ? '–' : formatTime(Date.parse(at), lang, zone))
  const point = { id: alarm.point, key: alarm.point.split('/')[1] ?? '', unit: null, enum: null, decimals: null }
  const kind = typeof alarm.value === 'number' ? 'number' : typeof alarm.value === 'boolean' ? 'boolean' : 'text'
  const lines: readonly (readonly [string, ReactNode])[] = [
    [t('wall.equipment'), of(alarm.equipmentName)],
    [t('wall.raised'), time(alarm.raisedAt)],
    ...(alarm.value === null || typeof alarm.value === 'boolean'
      ? []
      : ([
          [
            t('wall.value'),
            <Reading
              key="value"
              point={{ ...point, kind }}
              sample={{ value: alarm.value, quality: 'good', reason: null, at: alarm.raisedAt ?? '', seen: '' }}
            />,
          ],
        ] as const)),
    ...(alarm.count > 1 ? ([[t('wall.cameTimes'), String(alarm.count)]] as const) : []),
    ...(alarm.affected === null ? [] : ([[t('wall.affected'), String(alarm.affected)]] as const)),
    [t('wall.orderMade'), t(alarm.workorder === null ? 'wall.no' : 'wall.yes')],
    ...(alarm.ackedBy === null
      ? []
      : ([[t('wall.ackedBy'), `${plain(alarm.ackedBy)} ${time(alarm.ackedAt)}`]] as const)),
  ]
  return (
    <>
      <p className="wr-n">{t(alarm.runbook === null ? 'wall.noRunbook' : 'wall.notStarted')}</p>
      <dl className="wr-f">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
