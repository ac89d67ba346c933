import { useState } from 'react'
import { policyName, ruleName } from '../../../../rules/access/rulewords.ts'
import { useExplanation } from '../../access.ts'
import { useMe } from '../../api.ts'
import { useText } from '../../text/index.ts'
import { Moment, PersonChoice } from '../DoorLogParts.tsx'
import { Empty, Loaded } from '../notes.tsx'
import { momentIn } from '../OrderFields.tsx'
import { DoorChoice, type DoorsProps } from './DoorChoice.tsx'

/** Why X may or may not come in at D at T, pass by pass. */
export function DoorExplain({ doors }: DoorsProps) {
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
                    <span className="dim">
                      {t('doors.rule', { rule: of(ruleName(one.rule)), version: of(policyName(one.policyVersion)) })}
                    </span>
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
