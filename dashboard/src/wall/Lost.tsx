import { useMe } from '../api.ts'
import { formatDuration, formatTime } from '../format.ts'
import { type Link, useTicking } from '../live.ts'
import { Icon } from '../parts/Icon.tsx'
import { Priority } from '../parts/Priority.tsx'
import { useText } from '../text/index.ts'
import type { Line } from './facts.ts'

const MOST = 6

interface Props {
  readonly link: Link
  readonly lines: readonly Line[]
  readonly known: boolean
}
/** The gateway is not heard: nothing of the plant is shown as if it were now. What was there last is named as that. */
export function Lost({ link, lines, known }: Props) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const age = useTicking(now => (link.stands === null ? '' : formatDuration(now - link.stands)))
  const time = link.stands === null ? '' : formatTime(link.stands, lang, zone)
  const pressing = lines.filter(line => line.alarm.active).slice(0, MOST)
  return (
    <main className="wx" role="alert">
      <Icon name="off" />
      <h1>{t('wall.lost')}</h1>
      <p className="wx-t">{link.stands === null ? t('wall.lostNever') : t('wall.lostSince', { time, age })}</p>
      <p>{t('wall.lostDo')}</p>
      {known && link.stands !== null ? (
        <section className="wx-l">
          <h2>{pressing.length === 0 ? t('wall.lostNone', { time }) : t('wall.lostLast', { time })}</h2>
          <ul>
            {pressing.map(({ alarm, count }) => (
              <li key={alarm.id}>
                <Priority severity={alarm.severity} word={null} />
                <span className="el">
                  {[alarm.space ? of(alarm.space) : '', of(alarm.equipmentName), of(alarm.text)]
                    .filter(Boolean)
                    .join(' · ')}
                  {count > 1 ? ` · ${t('wall.count', { n: count })}` : ''}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </main>
  )
}
