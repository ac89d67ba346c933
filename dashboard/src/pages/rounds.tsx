import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PatrolDevicesView, PatrolRounds, PatrolRoundView } from '../../../gateway/http/contract.ts'
import { call, post, queries, useMay, useMe } from '../api.ts'
import { formatTime, plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded, Note, Refusal } from '../parts/notes.tsx'
import { PatrolTags } from '../parts/round/PatrolTags.tsx'
import { PatrolTravel } from '../parts/round/PatrolTravel.tsx'
import { ReasonDialog } from '../parts/round/ReasonDialog.tsx'
import { RoundReport } from '../parts/round/RoundReport.tsx'
import { RoundReview } from '../parts/round/RoundReview.tsx'
import { RoundVisits } from '../parts/round/RoundVisits.tsx'
import { useText } from '../text/index.ts'
import '../round.css'

const AGAIN_MS = 10_000
export const roundsChanged = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ['patrol'] })

type Shown = 'report' | 'tags' | 'travel'

/** Rounds of a day by their route: who was where, what is missing, how far each record proves it. */
export default function Rounds() {
  const { t } = useText()
  const mayReview = useMay('patrol.review')
  const [day, setDay] = useState('')
  const [shown, setShown] = useState<Shown | null>(null)
  const rounds = useQuery({
    queryKey: ['patrol', 'rounds', day],
    queryFn: () => call<PatrolRounds>(day === '' ? 'patrol-rounds' : `patrol-rounds?day=${day}`),
    refetchInterval: AGAIN_MS,
  })
  const byRoute = (list: readonly PatrolRoundView[]) => [...Map.groupBy(list, r => r.route).values()]
  return (
    <Page title={t('rounds.title')} sub={t('rounds.sub')}>
      <div className="col g3">
        <div className="row wrap">
          <label className="row nowrap">
            {t('rounds.day')}
            <input
              className="inp"
              type="date"
              value={day || (rounds.data?.day ?? '')}
              onChange={event => setDay(event.target.value)}
            />
          </label>
          <span className="ml row wrap">
            {mayReview
              ? (['report', 'tags', 'travel'] as const).map(what => (
                  <Button
                    key={what}
                    small
                    aria-pressed={shown === what}
                    onClick={() => setShown(shown === what ? null : what)}
                  >
                    {t(`rounds.${what}`)}
                  </Button>
                ))
              : null}
            <a className="btn sm" href="/round">
              {t('rounds.walk')}
            </a>
          </span>
        </div>
        <Devices />
        {shown === 'report' ? <RoundReport key={rounds.data?.day ?? ''} until={rounds.data?.day ?? ''} /> : null}
        {shown === 'tags' ? <PatrolTags /> : null}
        {shown === 'travel' ? <PatrolTravel /> : null}
        <Loaded query={rounds} what={t('rounds.title')}>
          {({ items }) =>
            items.length === 0 ? (
              <section className="card">
                <Empty icon="rounds" title={t('rounds.none')} why={t('rounds.noneWhy')} />
              </section>
            ) : (
              byRoute(items).map(list => <Route key={list[0]!.route} list={list} day={rounds.data?.day ?? ''} />)
            )
          }
        </Loaded>
      </div>
    </Page>
  )
}

/** What is done, due and next; what is planned further ahead only when asked for. */
function Route({ list, day }: { readonly list: readonly PatrolRoundView[]; readonly day: string }) {
  const { t, of } = useText()
  const [all, setAll] = useState(false)
  const next = list.find(r => r.state === 'planned')
  const shown = all ? list : list.filter(r => r.state !== 'planned' || r === next)
  const name = of(list[0]!.routeName)
  return (
    <section className="card" aria-label={name}>
      <div className="card-h wrap">
        <h2>{name}</h2>
        <span className="dim">
          {list[0]!.permit ? t('rounds.isolated', { no: list[0]!.permit }) : t(`rounds.kind.${list[0]!.kind}`)}
        </span>
        <span className="ml">
          {t('rounds.sum', {
            done: list.filter(r => r.state.startsWith('complete')).length,
            n: list.length,
            missed: list.reduce((sum, r) => sum + r.missed, 0),
          })}
        </span>
      </div>
      <ul className="drs">
        {shown.map(round => (
          <Round key={round.id} round={round} day={day} />
        ))}
      </ul>
      <SealDay list={list} />
      {shown.length < list.length ? (
        <div className="pr-more">
          <Button small onClick={() => setAll(true)}>
            {t('rounds.more', { n: list.length - shown.length })}
          </Button>
        </div>
      ) : null}
    </section>
  )
}

/** What needs no thought is sealed at once; the rest one by one. */
function SealDay({ list }: { readonly list: readonly PatrolRoundView[] }) {
  const { t } = useText()
  const mayReview = useMay('patrol.review')
  const [error, setError] = useState<unknown>(null)
  const [sealed, setSealed] = useState<number | null>(null)
  const ready = list.filter(r => r.phase === 'reviewed' || (r.phase === 'over' && r.state === 'complete'))
  if (!mayReview || (ready.length === 0 && sealed === null)) return null
  const days = [...new Set(ready.map(r => r.day))]
  const send = async () => {
    setError(null)
    try {
      const path = (day: string) => `patrol-days/${day}/seal`
      const all = await Promise.all(days.map(d => post<{ sealed: number }>(path(d), { route: list[0]!.route })))
      setSealed(all.reduce((sum, one) => sum + one.sealed, 0))
      await roundsChanged()
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <div className="pr-more row wrap">
      {ready.length > 0 ? (
        <Button small onClick={() => void send()}>
          {t('rounds.sealDay', { n: ready.length })}
        </Button>
      ) : null}
      {sealed !== null ? <span role="status">{t('rounds.sealedDay', { n: sealed })}</span> : null}
      <Refusal error={error} />
    </div>
  )
}

function Round({ round, day }: { readonly round: PatrolRoundView; readonly day: string }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const mayReview = useMay('patrol.review')
  const [open, setOpen] = useState(false)
  const [excused, setExcused] = useState<string | null>(null)
  const time = (iso: string) => formatTime(Date.parse(iso), lang, timezone).slice(0, 5)
  const missed = round.points.filter(p => p.verdicts.includes('missed'))
  const bad = round.state === 'incomplete' || round.state === 'not_started'
  return (
    <li data-round={round.id} data-state={round.state}>
      <button type="button" className="pr-r" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={bad ? 'warn' : round.state.startsWith('complete') ? 'check' : 'clock'} />
        <b className="mono">
          {time(round.from)}–{time(round.to)}
        </b>
        {round.day === day ? null : <span className="dim">{round.day.slice(5)}</span>}
        <span>{t(`roundState.${round.state}`)}</span>
        <span>{t('rounds.reached', { n: round.done, of: round.due })}</span>
        {round.phase === 'running' ? null : <span className="dim">{t(`patrolPhase.${round.phase}`)}</span>}
        {missed.length > 0 ? (
          <span className="pr-m">
            {t('rounds.missed', { points: missed.map(p => of(p.name)).join(t('common.listSep')) })}
          </span>
        ) : null}
      </button>
      {open ? (
        <ul className="pr-l">
          {round.points.map(p => (
            <li key={p.checkpoint} className="pr-pt" data-checkpoint={p.checkpoint} data-at={p.at ?? undefined}>
              <b>{of(p.name)}</b>
              <span>
                {p.verdicts.length === 0
                  ? t('round.state.due')
                  : p.verdicts.map(v => t(`patrolVerdict.${v}`)).join(t('common.listSep'))}
              </span>
              {p.at && p.trust ? (
                <span>
                  {time(p.at)} · <bdi>{plain(p.person)}</bdi>
                </span>
              ) : null}
              <span className="dim">
                {p.reason === 'broken'
                  ? t('round.broken')
                  : p.trust
                    ? t(`patrolTrust.${p.trust}`)
                    : t('rounds.most', { trust: t(`patrolTrust.${p.most}`) })}
              </span>
              {p.reason && p.reason !== 'broken' ? (
                <span>{t('rounds.because', { reason: plain(p.reason), by: plain(p.person) })}</span>
              ) : null}
              {p.orders.length > 0 ? <span>{p.orders.join(' ')}</span> : null}
              {mayReview && p.verdicts.includes('missed') ? (
                <Button small onClick={() => setExcused(p.checkpoint)}>
                  {t('rounds.excuse')}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {open ? <RoundVisits id={round.id} done={round.done} /> : null}
      {open ? <RoundReview round={round} /> : null}
      {excused !== null ? (
        <ReasonDialog
          title={t('rounds.excuse')}
          path={`patrol-rounds/${encodeURIComponent(round.id)}/excuse`}
          more={{ checkpoint: excused }}
          onClose={() => setExcused(null)}
        />
      ) : null}
    </li>
  )
}

/** Numbers that never came: a device may have been cleared. */
function Devices() {
  const { t, of } = useText()
  const mayReview = useMay('patrol.review')
  const [settled, setSettled] = useState<string | null>(null)
  const devices = useQuery({
    queryKey: ['patrol', 'devices'],
    queryFn: async () => (await call<PatrolDevicesView>('patrol-devices')).items,
    refetchInterval: 6 * AGAIN_MS,
  })
  const odd = (devices.data ?? []).filter(d => d.gaps.length > 0 || d.tampers.length > 0)
  const kinds = t('patrolTamper', { returnObjects: true }) as Readonly<Record<string, string>>
  return (
    <>
      {odd.map(d => (
        <Note key={d.id} sort="medium" icon="warn" role="alert">
          <div className="row wrap">
            {d.gaps.length > 0 ? (
              <span>
                {t('rounds.gaps', {
                  device: d.name ? of(d.name) : plain(d.id),
                  numbers: d.gaps.map(([a, b]) => (a === b ? String(a) : `${a}–${b}`)).join(t('common.listSep')),
                })}
              </span>
            ) : null}
            {d.tampers.length > 0 ? (
              <span>
                {t('rounds.tampers', {
                  device: d.name ? of(d.name) : plain(d.id),
                  what: [...new Set(d.tampers.map(x => kinds[x.said] ?? plain(x.said)))].join(t('common.listSep')),
                })}
              </span>
            ) : null}
            {mayReview ? (
              <Button small onClick={() => setSettled(d.id)}>
                {t('rounds.settle')}
              </Button>
            ) : null}
          </div>
        </Note>
      ))}
      {settled !== null ? (
        <ReasonDialog
          title={t('rounds.settle')}
          path={`patrol-devices/${encodeURIComponent(settled)}/settle`}
          more={{}}
          onClose={() => setSettled(null)}
        />
      ) : null}
    </>
  )
}
