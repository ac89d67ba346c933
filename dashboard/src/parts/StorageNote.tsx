import { severities } from '../../../rules/rule.ts'
import { useMay, useMe } from '../api.ts'
import { formatDay, formatTime } from '../format.ts'
import { serverNow, useStorage } from '../live.ts'
import { useText } from '../text/index.ts'
import { Priority } from './Priority.tsx'

/** So many waiting alarms are listed, the most urgent first; of the others the number is told. */
const MOST_LISTED = 8

/** The disk can't be written: on every page, with the alarms that nobody would find in the list. */
export function StorageNote() {
  const { t, of, lang } = useText()
  const { since, history, waiting } = useStorage()
  const mayRead = useMay('alarm.read')
  const zone = useMe().site.timezone
  const told = (when: string) => {
    const at = Date.parse(when)
    const today = formatDay(at, zone).slice(0, 10) === formatDay(serverNow(), zone).slice(0, 10)
    return today ? formatTime(at, lang, zone) : formatDay(at, zone)
  }
  if (since === null)
    return history === null ? null : (
      <div className="note q top-note" role="status">
        <div className="grow">
          <b>{t('storage.history', { time: told(history) })}</b>
          <div>{t('storage.historyWhat')}</div>
        </div>
      </div>
    )
  const time = told(since)
  const listed = mayRead
    ? waiting.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    : []
  return (
    <div className="note life top-note" role="alert">
      <div className="grow">
        <div className="row lead">
          <Priority severity="life" shown="unack" />
          <b>{t('storage.title', { time })}</b>
        </div>
        <div>{t('storage.what')}</div>
        {listed.length === 0 ? null : (
          <ul className="waiting" aria-label={t('storage.waiting')}>
            {listed.slice(0, MOST_LISTED).map(alarm => (
              <li key={alarm.id}>
                <Priority severity={alarm.severity} shown="unack" />
                <span>
                  <b>
                    <bdi>{of(alarm.text)}</bdi>
                  </b>{' '}
                  · {of(alarm.equipmentName)} · {t('storage.notYet')}
                </span>
              </li>
            ))}
            {listed.length > MOST_LISTED ? <li>{t('storage.more', { n: listed.length - MOST_LISTED })}</li> : null}
          </ul>
        )}
      </div>
    </div>
  )
}
