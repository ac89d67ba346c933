import { Link } from 'wouter'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { useAlarms, useAlarmsHeard, useAlarmsInSight } from '../api.ts'
import { formatDuration } from '../format.ts'
import { useTicking } from '../live.ts'
import { useText } from '../text/index.ts'
import { Priority } from './Priority.tsx'

const four = ['life', 'high', 'medium', 'low'] as const

/** Four counts, on every page; a shape blinks while one of its alarms is not acknowledged. */
export function Strip() {
  const { t } = useText()
  const known = useAlarms().data
  const alarms = useAlarmsInSight()
  const tests = useAlarmsHeard().length - alarms.length
  const of = (severity: AlarmView['severity']) => alarms.filter(alarm => alarm.severity === severity)
  const unacked = alarms.filter(alarm => !alarm.acked && alarm.severity !== 'journal')
  const oldest = Math.min(...unacked.map(alarm => Date.parse(alarm.raisedAt ?? '')).filter(Number.isFinite))
  return (
    <Link href="/alarms" className="strip">
      <span className="sr">{known ? t('alarms.title') : t('common.loading', { what: t('alarms.title') })}</span>
      {four.map(severity => {
        const mine = of(severity)
        const shown = mine.some(alarm => !alarm.acked) ? 'unack' : 'ack'
        return (
          <span key={severity} className={mine.length === 0 ? 'nil' : ''}>
            <span className="sr">{t(`severity.${severity}`)}</span>
            <Priority severity={severity} shown={shown} word={known ? String(mine.length) : '–'} />
          </span>
        )
      })}
      {tests > 0 ? <span className="chip sq">{t('proving.strip', { n: tests })}</span> : null}
      {known ? <span className="sr">{t('top.unacked', { n: unacked.length })}</span> : null}
      {Number.isFinite(oldest) ? <Oldest since={oldest} /> : null}
    </Link>
  )
}

function Oldest({ since }: { readonly since: number }) {
  const { t } = useText()
  const age = useTicking(now => formatDuration(now - since))
  return (
    <span className="old">
      {t('top.oldest')} <b>{age}</b>
    </span>
  )
}
