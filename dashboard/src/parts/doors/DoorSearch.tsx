import { useState } from 'react'
import { useCompanies, useDoorLog, useDoors } from '../../access.ts'
import { useMe } from '../../api.ts'
import { formatWhen, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Moment, PersonChoice } from '../DoorLogParts.tsx'
import { Empty, Loaded } from '../notes.tsx'
import { momentIn } from '../OrderFields.tsx'
import { DoorChoice, type DoorsProps, useDoorName } from './DoorChoice.tsx'
import { DoorReports } from './DoorReports.tsx'

const addressOf = (asked: Readonly<Record<string, string>>): string =>
  new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== '')).toString()

/** Events looked for, taken along as a file, and what they come to. */
export function DoorSearch({ doors }: DoorsProps) {
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
  const gates = useDoors(60_000).data?.gates ?? []
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
          <DoorChoice doors={doors} gates={gates} value={door} onChange={anew(setDoor)} any={t('doors.anyDoor')} />
          <PersonChoice value={person} onChange={anew(setPerson)} any={t('doorLog.anyPerson')} />
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
              {t('doorLog.outcome')}
              {t('common.colon')}
              {t('doorLog.any')}
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
              <Empty icon="search" title={t('doorLog.none')} />
            ) : (
              <>
                <ul className="drs-e">
                  {items.map(event => (
                    <li
                      key={event.seq}
                      className={event.outcome.startsWith('denied') ? 'no' : ''}
                      data-event={event.seq}
                    >
                      <span className="nw dim">{formatWhen(Date.parse(event.at), serverNow(), lang, timezone)}</span>
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
      <DoorReports doors={doors} asked={addressOf(span)} />
    </>
  )
}
