import { useState } from 'react'
import { Link } from 'wouter'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { byUrgency, silenced } from '../../../rules/alarm.ts'
import { may } from '../../../rules/permission.ts'
import { useAlarms, useMe } from '../api.ts'
import { formatTime } from '../format.ts'
import { useAlarmRate } from '../live.ts'
import { AlarmGroups } from '../parts/AlarmGroups.tsx'
import { AlarmList } from '../parts/AlarmList.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { ControlRoom } from '../parts/ControlRoom.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { PhoneBook } from '../parts/PhoneBook.tsx'
import { OwedReports } from '../parts/ReportUp.tsx'
import { useText } from '../text/index.ts'

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time))
const keyed = (alarm: AlarmView) => ({ ...alarm, raisedAt: ms(alarm.raisedAt) })

/** By priority; inside a priority what nobody has acknowledged, then the newest. */
export const sorted = (alarms: readonly AlarmView[]): AlarmView[] =>
  alarms
    .filter(alarm => alarm.severity !== 'journal')
    .map(alarm => ({ alarm, key: keyed(alarm) }))
    .toSorted((a, b) =>
      a.alarm.test === b.alarm.test && a.alarm.severity === b.alarm.severity && a.alarm.acked !== b.alarm.acked
        ? Number(a.alarm.acked) - Number(b.alarm.acked)
        : byUrgency(a.key, b.key),
    )
    .map(({ alarm }) => alarm)
const newestFirst = (alarms: readonly AlarmView[]): AlarmView[] =>
  alarms.toSorted((a, b) => (b.raisedAt ?? '').localeCompare(a.raisedAt ?? ''))

/** So many at once are shown in groups, whether or not they came as a flood. */
const MANY = 200

type Tab = 'now' | 'aside' | 'past'

export function Alarms() {
  const { t } = useText()
  const [tab, setTab] = useState<Tab>('now')
  const [single, setSingle] = useState(false)
  const now = useAlarms()
  const all = useAlarms(tab === 'past')
  const { flood } = useAlarmRate()
  const allowed = may(useMe().role, 'alarm.acknowledge')
  const away = useRecordBlock()
  const blocked = away ?? (allowed ? null : t('alarms.blockedRole'))
  const open = (now.data ?? []).filter(alarm => alarm.severity !== 'journal' && !silenced(alarm))
  const aside = (now.data ?? []).filter(silenced)
  const unacked = open.filter(alarm => !alarm.acked).length
  const choose = (which: Tab, words: string, count: number | null) => (
    <button type="button" aria-pressed={tab === which} onClick={() => setTab(which)}>
      {words}
      {now.data && count !== null ? <em>{count}</em> : null}
    </button>
  )
  return (
    <Page title={t('alarms.title')} sub={now.data ? t('alarms.sub', { n: open.length }) : undefined}>
      {flood ? <FloodNote single={single} onSingle={setSingle} /> : null}
      <div className="row wrap bar-h">
        <div className="tabs">
          {choose('now', t('alarms.now'), open.length)}
          {choose('aside', t('alarms.aside'), aside.length)}
          {choose('past', t('alarms.past'), null)}
        </div>
        <Link href="/alarms/figures" className="link">
          {t('alarms.figures')}
        </Link>
        <Link href="/alarms/tests" className="link">
          {t('proving.title')}
        </Link>
        <Link href="/wall" className="link">
          {t('wall.title')}
        </Link>
        <span className="dim">
          {open.length === 0 ? '' : unacked > 0 ? t('alarms.unacked', { n: unacked }) : t('alarms.allAcked')}
        </span>
        {tab === 'now' && !flood && open.length > MANY ? (
          <Button small onClick={() => setSingle(!single)}>
            {t(single ? 'alarms.inGroups' : 'alarms.oneByOne')}
          </Button>
        ) : null}
        <span className="ml dim keys">
          <kbd>↑</kbd> <kbd>↓</kbd> {t('alarms.keys')} <kbd>Enter</kbd> {t('alarms.keyAck')}
        </span>
      </div>
      <ControlRoom />
      <OwedReports />
      <PhoneBook />
      <section className="card">
        <Loaded query={tab === 'past' ? all : now} what={t('alarms.title')}>
          {alarms => {
            const shown = tab === 'past' ? newestFirst(alarms) : sorted(tab === 'aside' ? aside : open)
            if (shown.length > 0)
              return tab === 'now' && (flood || shown.length > MANY) && !single ? (
                <AlarmGroups alarms={shown} blocked={blocked} />
              ) : (
                <AlarmList key={tab} alarms={shown} blocked={blocked} keys />
              )
            return tab === 'aside' ? (
              <Empty title={t('alarms.emptyAside')} why={t('alarms.emptyAsideWhy')} />
            ) : (
              <Empty
                icon={tab === 'past' ? 'minus' : 'check'}
                title={t(tab === 'past' ? 'alarms.emptyPast' : 'alarms.empty')}
                why={t('alarms.emptyWhy')}
              />
            )
          }}
        </Loaded>
      </section>
    </Page>
  )
}

function FloodNote({ single, onSingle }: { readonly single: boolean; readonly onSingle: (single: boolean) => void }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const { since, count } = useAlarmRate()
  return (
    <div className="note high top-note" role="status">
      <Icon name="warn" />
      <div className="grow">
        <b>{t('alarms.flood', { time: since === null ? '' : formatTime(Date.parse(since), lang, zone) })}</b>
        <div>{t('alarms.floodWhat', { n: count })}</div>
      </div>
      <Button onClick={() => onSingle(!single)}>{t(single ? 'alarms.inGroups' : 'alarms.oneByOne')}</Button>
    </div>
  )
}
