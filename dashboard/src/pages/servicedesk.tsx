import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { ComplaintView } from '../../../gateway/http/contract.ts'
import { isSerious } from '../../../rules/complaint.ts'
import { call, type Items, useMay, useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { ComplaintDetail } from '../parts/ComplaintDetail.tsx'
import { NewComplaint } from '../parts/ComplaintDialogs.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { NewReport } from '../parts/NewReport.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { ServiceLedger } from '../parts/ServiceLedger.tsx'
import { ServiceMonth } from '../parts/ServiceMonth.tsx'
import { useText } from '../text/index.ts'

const views = ['open', 'past', 'ledger', 'month'] as const

/** One place for whoever sits at the desk: complaints and suggestions, the ledger of all that came in, and the month. */
export default function ServiceDesk({ chosen }: { readonly chosen: string | null }) {
  const { t } = useText()
  const away = useRecordBlock()
  const files = useMay('complaint.create')
  const [view, setView] = useState<(typeof views)[number]>('open')
  const [taking, setTaking] = useState<'report' | 'complaint' | null>(null)
  const past = view === 'past'
  const query = useQuery({
    queryKey: ['complaints', past],
    queryFn: async () =>
      (await call<Items<ComplaintView>>(past ? 'complaints?limit=200' : 'complaints?limit=1000&open=true')).items,
  })
  const overdue = query.data?.filter(c => c.reply === 'over').length ?? 0
  // On a phone a case stands alone, with the way back to the list.
  const alone = chosen !== null && (view === 'open' || past)
  return (
    <Page
      title={t('service.title')}
      sub={query.data && !past ? t('service.sub', { n: query.data.length, over: overdue }) : undefined}
    >
      {alone ? (
        <div className="bar-h only-s">
          <Back href="/orders/desk">{t('service.title')}</Back>
        </div>
      ) : null}
      <div className={alone ? 'row wrap bar-h not-s' : 'row wrap bar-h'}>
        <Back href="/orders">{t('orders.title')}</Back>
        <fieldset className="tabs bare" aria-label={t('service.show')}>
          {views.map(one => (
            <button key={one} type="button" aria-pressed={one === view} onClick={() => setView(one)}>
              {t(`service.${one}`)}
            </button>
          ))}
        </fieldset>
        {files ? (
          <span className="ml row wrap">
            <Button icon="plus" blocked={away} onClick={() => setTaking('report')}>
              {t('intake.new')}
            </Button>
            <Button primary icon="plus" blocked={away} onClick={() => setTaking('complaint')}>
              {t('service.new')}
            </Button>
          </span>
        ) : null}
      </div>
      {view === 'ledger' ? <ServiceLedger /> : null}
      {view === 'month' ? <ServiceMonth /> : null}
      {view === 'open' || past ? (
        <div className="or">
          <section className={alone ? 'card orl not-s' : 'card orl'}>
            <Loaded query={query} what={t('service.title')}>
              {cases =>
                cases.length === 0 ? (
                  <Empty title={t('service.none')} why={t('service.noneWhy')} />
                ) : (
                  <Cases cases={cases} chosen={chosen} />
                )
              }
            </Loaded>
          </section>
          <aside className={chosen === null ? 'ord none' : 'ord'} aria-label={t('service.detail')}>
            {chosen === null ? (
              <section className="card">
                <Empty icon="orders" title={t('service.choose')} />
              </section>
            ) : (
              <ComplaintDetail key={chosen} id={chosen} />
            )}
          </aside>
        </div>
      ) : null}
      {taking === 'report' ? <NewReport onClose={() => setTaking(null)} /> : null}
      {taking === 'complaint' ? <NewComplaint onClose={() => setTaking(null)} /> : null}
    </Page>
  )
}

interface CasesProps {
  readonly cases: readonly ComplaintView[]
  readonly chosen: string | null
}
/** What is late or serious first; then what is due soonest. */
function Cases({ cases, chosen }: CasesProps) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  const rank = (c: ComplaintView) =>
    c.closedAt !== null ? 3 : c.reply === 'over' ? 0 : isSerious(c.class) && c.reportedUp === null ? 1 : 2
  const sorted = cases.toSorted((a, b) => rank(a) - rank(b) || (a.replyBy < b.replyBy ? -1 : 1))
  return (
    <table className="tbl flow" aria-label={t('service.title')}>
      <thead>
        <tr>
          <th>{t('service.case')}</th>
          <th>{t('service.room')}</th>
          <th>{t('service.phase')}</th>
          <th className="r">{t('service.replyBy')}</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(c => (
          <tr key={c.id} aria-selected={c.id === chosen}>
            <td className="wide">
              <div className="row wrap">
                <Link href={`/orders/desk/${encodeURIComponent(c.id)}`} className="link mono">
                  {c.no}
                </Link>
                <span className={isSerious(c.class) ? 'chip sq b' : 'chip sq'}>{t(`complaintClass.${c.class}`)}</span>
                {c.kind === 'suggestion' ? <span className="chip sq">{t('complaintKind.suggestion')}</span> : null}
              </div>
              <div>
                {t(`complaintSubject.${c.subject}`)} · <bdi>{plain(c.text.slice(0, 80))}</bdi>
              </div>
              {isSerious(c.class) && c.reportedUp === null && c.closedAt === null ? (
                <b className="cap">
                  <Icon name="warn" /> {t('service.notReportedUp')}
                </b>
              ) : null}
            </td>
            <td className={c.voices[0]?.room ? 'nw' : 'nw not-s'}>
              <bdi>{plain(c.voices[0]?.room || '—')}</bdi>
              {c.voices.length > 1 ? <div className="cap">{t('service.voices', { n: c.voices.length })}</div> : null}
            </td>
            <td className="nw">{t(`complaintPhase.${c.phase}`)}</td>
            <td className="nw r">
              <Due c={c} at={at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** By when it has to be answered; what was answered waits for its return visit. */
function Due({ c, at }: { readonly c: ComplaintView; readonly at: (time: string) => string }) {
  const { t } = useText()
  if (c.reply === 'over')
    return (
      <b>
        <Icon name="warn" /> {t('service.over', { time: at(c.replyBy) })}
      </b>
    )
  if (c.reply === 'running') return <>{at(c.replyBy)}</>
  if (c.visitBy === null) return <span className="dim">{t(`service.reply.${c.reply}`)}</span>
  const late = serverNow() > Date.parse(c.visitBy)
  return <span className={late ? 'b' : 'dim'}>{t('service.visitBy', { time: at(c.visitBy) })}</span>
}
