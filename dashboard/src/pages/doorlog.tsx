import { useState } from 'react'
import type { AccessDoorView, AccessReports } from '../../../gateway/http/contract.ts'
import { useAccessReports, useCompanies, useDoorLog, useDoors, useExplanation } from '../access.ts'
import { useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { Moment, PersonChoice, Table } from '../parts/DoorLogParts.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'
import { DoorChoice } from './doors.tsx'
import './doors.css'
import './doorlog.css'

/** Events of doors looked for and taken along, what they come to, and why somebody could come in somewhere or not. */
export default function DoorLog() {
  const { t } = useText()
  const doors = useDoors(60_000)
  return (
    <Page title={t('doorLog.title')} sub={t('doorLog.sub')}>
      <Loaded query={doors} what={t('doorLog.title')}>
        {({ items }) => (
          <div className="col g3">
            <Search doors={items} />
            <Explain doors={items} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

interface ListProps {
  readonly doors: readonly AccessDoorView[]
}
const useDoorName = (doors: readonly AccessDoorView[]) => {
  const { of } = useText()
  return (id: string) => {
    const found = doors.find(one => one.id === id)
    return found ? of(found.name) : plain(id)
  }
}
const addressOf = (asked: Readonly<Record<string, string>>): string =>
  new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== '')).toString()

function Search({ doors }: ListProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const companies = useCompanies()
  const [door, setDoor] = useState('')
  const [person, setPerson] = useState('')
  const [company, setCompany] = useState('')
  const [outcome, setOutcome] = useState('')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [cursor, setCursor] = useState('')
  const nameOf = useDoorName(doors)
  const span = {
    from: from === '' ? '' : momentIn(from, timezone),
    to: to === '' ? '' : momentIn(to, timezone),
  }
  const asked = { door, person, company, outcome, ...span }
  const query = useDoorLog(addressOf({ ...asked, limit: '50', cursor }))
  const file = addressOf({ ...asked, lang: lang === 'en' ? 'en' : 'zh-CN' })
  /** Another question begins with its newest answer. */
  const anew = (set: (value: string) => void) => (value: string) => {
    set(value)
    setCursor('')
  }
  return (
    <>
      <section className="card" aria-label={t('doorLog.search')}>
        <div className="card-h wrap">
          <h2>{t('doorLog.search')}</h2>
          <a className="btn sm ml" href={`/api/v1/access-events/export?${file}`} download>
            {t('doorLog.csv')}
          </a>
        </div>
        <div className="dl-f">
          <DoorChoice doors={doors} value={door} onChange={anew(setDoor)} any={t('doors.anyDoor')} />
          <PersonChoice value={person} onChange={anew(setPerson)} any={t('doorLog.any')} />
          <select
            className="inp"
            aria-label={t('doorLog.company')}
            value={company}
            onChange={event => anew(setCompany)(event.target.value)}
          >
            <option value="">{t('doorLog.anyCompany')}</option>
            {(companies.data ?? []).map(one => (
              <option key={one.id} value={one.id}>
                {plain(one.name)}
              </option>
            ))}
          </select>
          <select
            className="inp"
            aria-label={t('doorLog.outcome')}
            value={outcome}
            onChange={event => anew(setOutcome)(event.target.value)}
          >
            <option value="">
              {t('doorLog.outcome')}: {t('doorLog.any')}
            </option>
            {(['granted', 'denied', 'pending'] as const).map(one => (
              <option key={one} value={one}>
                {t(`doorLog.${one}`)}
              </option>
            ))}
          </select>
          <Moment label={t('doorLog.from')} value={from} onChange={anew(setFrom)} />
          <Moment label={t('doorLog.to')} value={to} onChange={anew(setTo)} />
        </div>
        <Loaded query={query} what={t('doorLog.search')}>
          {({ items, next }) =>
            items.length === 0 ? (
              <Empty icon="check" title={t('doorLog.none')} />
            ) : (
              <>
                <ul className="drs-e">
                  {items.map(event => (
                    <li
                      key={event.seq}
                      className={event.outcome.startsWith('denied') ? 'no' : ''}
                      data-event={event.seq}
                    >
                      <span className="nw dim">{formatWhen(Date.parse(event.at), Date.now(), lang, timezone)}</span>
                      <span>
                        <b>
                          <bdi>{event.personName === null ? t('doors.nobody') : plain(event.personName)}</bdi>
                        </b>
                        {` · ${nameOf(event.door)} · ${t(`doors.direction.${event.direction}`)}`}
                        {event.entered ? ` · ${t('doors.entered')}` : ''}
                      </span>
                      <span>{of(event.text)}</span>
                    </li>
                  ))}
                </ul>
                {next === null ? null : (
                  <button type="button" className="btn sm dl-more" onClick={() => setCursor(next)}>
                    {t('doorLog.more')}
                  </button>
                )}
              </>
            )
          }
        </Loaded>
      </section>
      <Reports doors={doors} asked={addressOf(span)} />
    </>
  )
}

function Reports({ doors, asked }: ListProps & { readonly asked: string }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const query = useAccessReports(asked)
  const nameOf = useDoorName(doors)
  const when = (at: string) => formatWhen(Date.parse(at), Date.now(), lang, timezone)
  return (
    <Loaded query={query} what={t('doorLog.title')}>
      {view => (
        <>
          <Table
            title={t('doorLog.opened')}
            note={[
              t('doorLog.period', { from: when(view.from), to: when(view.to) }),
              ...(view.openedCut ? [t('doorLog.openedCut', { n: view.opened.length })] : []),
            ].join(' ')}
            none={t('doorLog.none')}
            heads={['name', 'company', 'door', 'times', 'entered', 'last'].map(word =>
              word === 'door' ? t('doors.door') : t(`doorLog.${word as 'name'}`),
            )}
            rows={view.opened.map(o => [o.name, o.company ?? '—', nameOf(o.door), o.times, o.entered, when(o.last)])}
          />
          <Table
            title={t('doorLog.refused')}
            none={t('doors.noRefusals')}
            heads={[
              t('doorLog.reason'),
              t('doorLog.rule'),
              t('doorLog.times'),
              t('doorLog.people'),
              t('doorLog.doorsN'),
            ]}
            rows={view.refused.map(r => [of(r.text), r.rule, r.times, r.people, r.doors])}
          />
          <Held title={t('doorLog.unreturned')} none={t('doorLog.noneOut')} list={view.unreturned} />
          <Held
            title={t('doorLog.deposits')}
            none={t('doorLog.noDeposits')}
            note={t('doorLog.total', { sum: view.depositsTotal })}
            list={view.deposits}
          />
          <p className="dim dl-kept">
            {view.kept.since === null
              ? t('doorLog.keptNone', { days: view.kept.days })
              : t('doorLog.kept', { days: view.kept.days, since: when(view.kept.since) })}{' '}
            {view.kept.dropped.map(d => t('doorLog.dropped', { month: d.month, n: d.events })).join(' · ')}
          </p>
        </>
      )}
    </Loaded>
  )
}

function Held(props: {
  readonly title: string
  readonly none: string
  readonly note?: string
  readonly list: AccessReports['unreturned']
}) {
  const { t, lang } = useText()
  const { timezone } = useMe().site
  const { list, ...rest } = props
  return (
    <Table
      {...rest}
      heads={(['no', 'name', 'company', 'works', 'phase', 'validTo', 'deposit', 'receipt'] as const).map(word =>
        t(`doorLog.${word}`),
      )}
      rows={list.map(h => [
        ...[h.no, h.name, h.company ?? '—', h.works ?? '—', t(`credentialPhase.${h.phase as 'active'}`)],
        ...[formatWhen(Date.parse(h.validTo), Date.now(), lang, timezone), h.deposit ?? '—', h.receipt ?? '—'],
      ])}
    />
  )
}

/** Why X may or may not come in at D at T, pass by pass. */
function Explain({ doors }: ListProps) {
  const { t, of } = useText()
  const { timezone } = useMe().site
  const [person, setPerson] = useState('')
  const [door, setDoor] = useState('')
  const [at, setAt] = useState('')
  const query = useExplanation(person, door, at === '' ? null : momentIn(at, timezone))
  return (
    <section className="card" aria-label={t('doorLog.explain')}>
      <div className="card-h">
        <h2>{t('doorLog.explain')}</h2>
      </div>
      <div className="dl-f">
        <PersonChoice value={person} onChange={setPerson} any={t('doorLog.choose')} />
        <DoorChoice doors={doors} value={door} onChange={setDoor} any={t('common.choose')} />
        <Moment label={t('doors.at')} value={at} onChange={setAt} />
      </div>
      {person === '' || door === '' ? (
        <Empty icon="help" title={t('doorLog.explainWhy')} />
      ) : (
        <Loaded query={query} what={t('doorLog.explain')}>
          {items =>
            items.length === 0 ? (
              <Empty icon="lock" title={t('doorLog.noPass')} />
            ) : (
              <ul className="drs-e">
                {items.map(one => (
                  <li key={one.credential} className={one.outcome.startsWith('denied') ? 'no' : ''}>
                    <span className="nw mono">{one.no}</span>
                    <span>{one.outcome.startsWith('granted') ? t('doorLog.may') : of(one.text)}</span>
                    <span className="dim">{t('doors.rule', { rule: one.rule, version: one.policyVersion })}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      )}
    </section>
  )
}
