import { useState } from 'react'
import { Link } from 'wouter'
import { policyName, ruleName } from '../../../../rules/access/rulewords.ts'
import { useAccessEvents, useDoors } from '../../access.ts'
import { useMe } from '../../api.ts'
import { formatWhen, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Empty, Loaded } from '../notes.tsx'
import { DoorChoice, type DoorsProps, useDoorName } from './DoorChoice.tsx'

/** Why was X refused at door D at T: each refusal with the rule that gave it. */
export function DoorEvents({ doors }: DoorsProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const [refused, setRefused] = useState(true)
  const [door, setDoor] = useState('')
  const query = useAccessEvents(refused, door)
  const nameOf = useDoorName(doors)
  const gates = useDoors(60_000).data?.gates ?? []
  return (
    <section className="card" aria-label={t('doors.events')}>
      <div className="card-h wrap">
        <h2>{t('doors.events')}</h2>
        <span className="ml row wrap">
          <Link href="/doors/log">{t('doorLog.open')}</Link>
          <DoorChoice doors={doors} gates={gates} value={door} onChange={setDoor} any={t('doors.anyDoor')} />
          <label className="row">
            <input type="checkbox" checked={refused} onChange={event => setRefused(event.target.checked)} />
            {t('doors.onlyRefused')}
          </label>
        </span>
      </div>
      <Loaded query={query} what={t('doors.events')}>
        {items =>
          items.length === 0 ? (
            <Empty icon="check" title={t(refused ? 'doors.noRefusals' : 'doors.noEvents')} />
          ) : (
            <ul className="drs-e">
              {items.map(event => (
                <li key={event.seq} className={event.outcome.startsWith('denied') ? 'no' : ''}>
                  <span className="nw dim">{formatWhen(Date.parse(event.at), serverNow(), lang, timezone)}</span>
                  <span>
                    <b>
                      <bdi>{event.personName === null ? t('doors.nobody') : plain(event.personName)}</bdi>
                    </b>
                    {` · ${nameOf(event.door)} · ${t(`doors.direction.${event.direction}`)}`}
                    {event.entered ? ` · ${t('doors.entered')}` : ''}
                  </span>
                  <span>
                    {of(event.text)}
                    <span className="dim">
                      {' '}
                      {t('doors.rule', {
                        rule: of(ruleName(event.rule)),
                        version: of(policyName(event.policyVersion)),
                      })}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}
