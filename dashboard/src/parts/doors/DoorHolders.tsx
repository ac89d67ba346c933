import { useState } from 'react'
import { useHolders } from '../../access.ts'
import { useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Empty, Loaded } from '../notes.tsx'
import { momentIn } from '../OrderFields.tsx'
import { DoorChoice, type DoorsProps } from './DoorChoice.tsx'

/** Who could open a door at a time: by right alone. */
export function DoorHolders({ doors }: DoorsProps) {
  const { t, of } = useText()
  const { timezone } = useMe().site
  const [door, setDoor] = useState('')
  const [at, setAt] = useState('')
  const query = useHolders(door, at === '' ? null : momentIn(at, timezone))
  return (
    <section className="card" aria-label={t('doors.holders')}>
      <div className="card-h wrap">
        <h2>{t('doors.holders')}</h2>
        <span className="ml row wrap">
          <DoorChoice doors={doors} value={door} onChange={setDoor} any={t('common.choose')} />
          <input
            className="inp"
            type="datetime-local"
            aria-label={t('doors.at')}
            value={at}
            onChange={event => setAt(event.target.value)}
          />
        </span>
      </div>
      {door === '' ? (
        <Empty icon="help" title={t('doors.chooseDoor')} why={t('doors.holdersWhy')} />
      ) : (
        <Loaded query={query} what={t('doors.holders')}>
          {view =>
            view.items.length === 0 ? (
              <Empty icon="lock" title={t('doors.nobodyMay')} why={t(`doorMode.${view.mode}`)} />
            ) : (
              <ul className="drs-e">
                {view.items.map(one => (
                  <li key={`${one.person} ${one.no}`}>
                    <span className="nw mono">{one.no}</span>
                    <span>
                      <b>
                        <bdi>{plain(one.personName)}</bdi>
                      </b>{' '}
                      · {t(`personKind.${one.kind}`)}
                    </span>
                    <span>{one.outcome.startsWith('granted') ? t('doors.byRight') : of(one.text)}</span>
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
