import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import type { ComplaintView, TrailView } from '../../../gateway/http/contract.ts'
import { type ComplaintAction, complaintFlow, isSerious } from '../../../rules/complaint.ts'
import { type ComplaintClock, mayKnow } from '../../../rules/complaintclock.ts'
import { move } from '../../../rules/flow.ts'
import { call, type Items, post, useMay, useMe } from '../api.ts'
import { formatDay, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { MoveDialog, RepairDialog, VisitCase, VoiceDialog } from './ComplaintDialogs.tsx'
import { Icon } from './Icon.tsx'
import { Loaded, Refusal } from './notes.tsx'
import { Part } from './OrderPart.tsx'
import { putCase } from './putCase.ts'
import { Timeline } from './Timeline.tsx'
import { ToldList } from './ToldList.tsx'

/** One case: who, what, by when, what was done, and what may be done now. */
export function ComplaintDetail({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['complaint', id],
    queryFn: () => call<ComplaintView>(`complaints/${encodeURIComponent(id)}`),
  })
  return (
    <section className="card">
      <Loaded query={query} what={t('service.detail')}>
        {found => <Case c={found} />}
      </Loaded>
    </section>
  )
}

const steps: readonly ComplaintAction[] = [
  'acknowledge',
  'take',
  'pass',
  'propose',
  'reply',
  'report-up',
  'classify',
  'withdraw',
]
/** What is done by one press. */
const plainStep = (action: ComplaintAction) => action === 'take' || action === 'acknowledge'

function Case({ c }: { readonly c: ComplaintView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  const fact = (name: string, value: ReactNode) => (
    <div className="kv-r">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
  return (
    <>
      <div className="card-h">
        <h2 className="mono">{c.no}</h2>
        <span className="ml chip sq">{t(`complaintPhase.${c.phase}`)}</span>
      </div>
      <div className="card-b col g3">
        <div className="h2">
          <bdi>{plain(c.text)}</bdi>
        </div>
        <dl className="kv">
          {fact(t('service.kind'), `${t(`complaintKind.${c.kind}`)} · ${t(`complaintSubject.${c.subject}`)}`)}
          {fact(t('orders.class'), t(`complaintClass.${c.class}`))}
          {fact(t('service.cameBy'), t(`complaintChannel.${c.channel}`))}
          {fact(t('service.at'), formatDay(Date.parse(c.at), zone))}
          {fact(
            t('service.replyBy'),
            <span className={c.reply === 'over' || c.reply === 'late' ? 'b' : ''}>
              {c.reply === 'over' ? <Icon name="warn" /> : null} {at(c.replyBy)} · {t(`service.reply.${c.reply}`)}
            </span>,
          )}
          {fact(t('service.handler'), c.handler === null ? t('orders.nobody') : <bdi>{plain(c.handler)}</bdi>)}
          {c.department === '' ? null : fact(t('service.department'), <bdi>{plain(c.department)}</bdi>)}
          {c.proposal === '' ? null : fact(t('service.proposal'), <bdi>{plain(c.proposal)}</bdi>)}
          {c.reportedUp === null
            ? isSerious(c.class)
              ? fact(t('service.reportedUp'), <b>{t('service.notReportedUp')}</b>)
              : null
            : fact(t('service.reportedUp'), <bdi>{`${plain(c.reportedUp.to)} · ${at(c.reportedUp.at)}`}</bdi>)}
          {c.reopened > 0 ? fact(t('action.reopen'), t('orders.reopened', { n: c.reopened })) : null}
        </dl>
        <Moves c={c} />
        <Lines title={t('service.who')}>
          {c.voices.map(v => (
            <li key={`${v.at} ${v.phone} ${v.name}`}>
              <time dateTime={v.at}>{at(v.at)}</time>
              <bdi>{plain([v.room, v.name].filter(w => w !== '').join(' ')) || t('service.nameless')}</bdi>
              {v.phone === '' ? null : (
                <a className="link mono" href={`tel:${v.phone.replace(/[ -]/g, '')}`}>
                  {plain(v.phone)}
                </a>
              )}
            </li>
          ))}
        </Lines>
        {c.replies.length === 0 ? null : (
          <Lines title={t('service.replies')}>
            {c.replies.map(r => (
              <li key={r.at}>
                <time dateTime={r.at}>{at(r.at)}</time>
                <span>
                  <bdi>{plain(r.result)}</bdi>
                  <span className="cap">
                    {' '}
                    <bdi>{plain(r.by)}</bdi> · {t(r.at <= r.dueAt ? 'service.inTime' : 'service.tooLate')}
                  </span>
                </span>
              </li>
            ))}
          </Lines>
        )}
        {c.repairs.length === 0 ? null : (
          <Lines title={t('service.repairs')}>
            {c.repairs.map(r => (
              <li key={r.report}>
                <Link href={`/orders/${encodeURIComponent(r.workorder)}`} className="link mono">
                  {r.orderNo}
                </Link>
                <span>{t(`reportStep.${r.step}`)}</span>
              </li>
            ))}
          </Lines>
        )}
        {c.visits.length === 0 ? null : (
          <Lines title={t('orders.visit')}>
            {c.visits.map(v => (
              <li key={v.at}>
                <time dateTime={v.at}>{at(v.at)}</time>
                <span>
                  {t(`visitOutcome.${v.outcome}`)}
                  {v.satisfied === null ? '' : ` · ${t(v.satisfied ? 'service.satisfied' : 'service.notSatisfied')}`}
                  {v.score === null ? '' : ` · ${v.score}/5`}
                  <span className="cap">
                    {' '}
                    <bdi>{plain([v.by, v.note].filter(w => w !== '').join(' · '))}</bdi>
                  </span>
                </span>
              </li>
            ))}
          </Lines>
        )}
        {c.told.length === 0 ? null : (
          <Part title={t('told.title')}>
            <ToldList path={`complaints/${encodeURIComponent(c.id)}`} />
          </Part>
        )}
        <h3 className="cap">{t('orders.timeline')}</h3>
        <History
          id={c.id}
          zone={zone}
          phase={`${c.phase} ${c.visits.length} ${c.voices.length} ${c.class} ${c.told.map(r => r.ackAt).join()}`}
        />
      </div>
    </>
  )
}

const Lines = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Part title={title}>
    <ul className="exl">{children}</ul>
  </Part>
)

function Moves({ c }: { readonly c: ComplaintView }) {
  const { t } = useText()
  const { role } = useMe()
  const away = useRecordBlock()
  const files = useMay('complaint.create')
  const [asking, setAsking] = useState<ComplaintAction | 'visit' | 'voice' | 'repair' | null>(null)
  const [error, setError] = useState<unknown>(null)
  const may = steps.filter(
    action =>
      'to' in move(complaintFlow, c.phase, action, role) &&
      (action !== 'report-up' || (isSerious(c.class) && c.reportedUp === null)) &&
      (action !== 'take' || c.handler === null) &&
      (action !== 'acknowledge' || c.told.some(r => r.ackAt === null && mayKnow(r.clock, role))),
  )
  const does = async (action: ComplaintAction) => {
    setError(null)
    try {
      putCase(await post<ComplaintView>(`complaints/${encodeURIComponent(c.id)}/${action}`, { from: c.phase }))
    } catch (refused) {
      setError(refused)
    }
  }
  const open = c.phase === 'new' || c.phase === 'handling' || c.phase === 'replied'
  const close = () => setAsking(null)
  return (
    <>
      <div className="row wrap moves">
        {may.map(action => (
          <Button
            key={action}
            primary={action === 'reply' || action === 'acknowledge'}
            blocked={away}
            onClick={() => (plainStep(action) ? void does(action) : setAsking(action))}
          >
            {t(`complaintAction.${action}`)}
            {plainStep(action) ? '' : '…'}
          </Button>
        ))}
        {files && c.phase === 'replied' ? (
          <Button primary blocked={away} onClick={() => setAsking('visit')}>
            {t('orders.addVisit')}…
          </Button>
        ) : null}
      </div>
      {files && open ? (
        <div className="row wrap moves">
          <Button small blocked={away} onClick={() => setAsking('repair')}>
            {t('service.repair')}…
          </Button>
          <Button small blocked={away} onClick={() => setAsking('voice')}>
            {t('service.voice')}…
          </Button>
        </div>
      ) : null}
      {open ? null : <span className="dim">{t('orders.noMoves')}</span>}
      <Refusal error={error} />
      {asking === 'visit' ? <VisitCase c={c} onClose={close} /> : null}
      {asking === 'voice' ? <VoiceDialog c={c} onClose={close} /> : null}
      {asking === 'repair' ? <RepairDialog c={c} onClose={close} /> : null}
      {asking !== null && asking !== 'visit' && asking !== 'voice' && asking !== 'repair' ? (
        <MoveDialog c={c} action={asking} onClose={close} />
      ) : null}
    </>
  )
}

function History({ id, zone, phase }: { readonly id: string; readonly zone: string; readonly phase: string }) {
  const { t, code } = useText()
  const query = useQuery({
    queryKey: ['complaint-trail', id, phase],
    queryFn: async () => (await call<Items<TrailView>>(`complaints/${encodeURIComponent(id)}/trail`)).items,
  })
  return (
    <Loaded query={query} what={t('orders.timeline')}>
      {entries => (
        <Timeline
          entries={entries}
          zone={zone}
          detail={({ action, data }) =>
            action === 'escalated'
              ? t(`complaintClock.${data.clock as ComplaintClock}`, {
                  step: Number(data.step),
                  roles: (data.tell as string[]).map(role => code('role', role)).join(t('common.listSep')),
                })
              : ''
          }
        />
      )}
    </Loaded>
  )
}
