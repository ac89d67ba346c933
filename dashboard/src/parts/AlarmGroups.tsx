import { useState } from 'react'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { alone, type Group, grouped } from '../../../rules/flood.ts'
import { useMe } from '../api.ts'
import { formatTime } from '../format.ts'
import { useText } from '../text/index.ts'
import { AlarmList } from './AlarmList.tsx'
import { Button } from './Button.tsx'
import { Priority } from './Priority.tsx'

interface Props {
  /** Sorted. */
  readonly alarms: readonly AlarmView[]
  readonly blocked: string | null
}
/** In a flood: who is in danger, and the highest, one by one on top; of everything else one line per place and kind. */
export function AlarmGroups({ alarms, blocked }: Props) {
  const { t, lang } = useText()
  const keyed = alarms.map(alarm => ({
    ...alarm,
    alarm,
    area: alarm.space?.[lang] ?? null,
    raisedAt: alarm.raisedAt === null ? null : Date.parse(alarm.raisedAt),
  }))
  const groups = grouped(keyed)
  const single = groups.filter(group => alone(group.severity))
  const many = groups.filter(group => !alone(group.severity))
  return (
    <>
      {single.length === 0 ? null : (
        <AlarmList alarms={single.map(group => group.alarms[0]!.alarm)} blocked={blocked} keys />
      )}
      {many.length === 0 ? null : (
        <table className="tbl flow alm" aria-label={t('alarms.groups')}>
          <tbody>
            {many.map(group => (
              <Line key={group.key} group={group} blocked={blocked} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

type Keyed = Omit<AlarmView, 'raisedAt'> & {
  readonly alarm: AlarmView
  readonly area: string | null
  readonly raisedAt: number | null
}
function Line({ group, blocked }: { readonly group: Group<Keyed>; readonly blocked: string | null }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const [open, setOpen] = useState(false)
  const { firstOut: first, alarms } = group
  const time = first.raisedAt === null ? '' : formatTime(first.raisedAt, lang, zone)
  return (
    <>
      <tr className={`${group.severity} ${group.unacked > 0 ? 'tint' : ''}`}>
        <td>
          <Priority severity={group.severity} shown={group.unacked > 0 ? 'unack' : 'ack'} />
        </td>
        <td className="wide">
          <span className="lead b">{of(first.text)}</span>
          {first.space ? <span className="dim"> · {of(first.space)}</span> : null}
          <div className="cap">{t('alarms.groupFirst', { what: of(first.equipmentName), time })}</div>
        </td>
        <td className="nw r">
          <b className="lead" data-count>
            {alarms.length}
          </b>
          <div className="cap">{t('alarms.groupUnacked', { n: group.unacked })}</div>
        </td>
        <td className="nw">
          <Button small aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? 'alarms.groupShut' : 'alarms.groupOpen')}
          </Button>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={4}>
            <AlarmList alarms={alarms.map(one => one.alarm)} blocked={blocked} />
          </td>
        </tr>
      ) : null}
    </>
  )
}
