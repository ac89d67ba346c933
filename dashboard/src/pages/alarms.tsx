import { useState } from 'react'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { byUrgency } from '../../../rules/alarm.ts'
import { may } from '../../../rules/permission.ts'
import { useAlarms, useMe } from '../api.ts'
import { AlarmList } from '../parts/AlarmList.tsx'
import { useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time))
const keyed = (alarm: AlarmView) => ({ ...alarm, raisedAt: ms(alarm.raisedAt) })

/** By priority; inside a priority what nobody has acknowledged, then the newest. */
export const sorted = (alarms: readonly AlarmView[]): AlarmView[] =>
  alarms
    .filter(alarm => alarm.severity !== 'journal')
    .toSorted((a, b) =>
      a.severity === b.severity && a.acked !== b.acked
        ? Number(a.acked) - Number(b.acked)
        : byUrgency(keyed(a), keyed(b)),
    )
const newestFirst = (alarms: readonly AlarmView[]): AlarmView[] =>
  alarms.toSorted((a, b) => (b.raisedAt ?? '').localeCompare(a.raisedAt ?? ''))

export function Alarms() {
  const { t } = useText()
  const [past, setPast] = useState(false)
  const now = useAlarms()
  const all = useAlarms(past)
  const allowed = may(useMe().role, 'alarm.acknowledge')
  const away = useRecordBlock()
  const blocked = away ?? (allowed ? null : t('alarms.blockedRole'))
  const open = (now.data ?? []).filter(alarm => alarm.severity !== 'journal')
  const unacked = open.filter(alarm => !alarm.acked).length
  return (
    <Page title={t('alarms.title')} sub={now.data ? t('alarms.sub', { n: open.length }) : undefined}>
      <div className="row wrap bar-h">
        <div className="tabs">
          <button type="button" aria-pressed={!past} onClick={() => setPast(false)}>
            {t('alarms.now')}
            {now.data ? <em>{open.length}</em> : null}
          </button>
          <button type="button" aria-pressed={past} onClick={() => setPast(true)}>
            {t('alarms.past')}
          </button>
        </div>
        <span className="dim">
          {open.length === 0 ? '' : unacked > 0 ? t('alarms.unacked', { n: unacked }) : t('alarms.allAcked')}
        </span>
        <span className="ml dim keys">
          <kbd>↑</kbd> <kbd>↓</kbd> {t('alarms.keys')} <kbd>Enter</kbd> {t('alarms.keyAck')}
        </span>
      </div>
      <section className="card">
        <Loaded query={past ? all : now} what={t('alarms.title')}>
          {alarms => {
            const shown = past ? newestFirst(alarms) : sorted(alarms)
            return shown.length > 0 ? (
              <AlarmList key={String(past)} alarms={shown} blocked={blocked} keys />
            ) : (
              <Empty title={t(past ? 'alarms.emptyPast' : 'alarms.empty')} why={t('alarms.emptyWhy')} />
            )
          }}
        </Loaded>
      </section>
    </Page>
  )
}
