import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlarmTimesView, DowntimeView, WorkorderView } from '../../../gateway/http/contract.ts'
import { call, useMay, useMe } from '../api.ts'
import { formatTaken, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { momentIn } from './OrderFields.tsx'
import { Part } from './OrderPart.tsx'
import { useOrderPost } from './useOrderPost.ts'

interface Props {
  readonly order: WorkorderView
}
type Doing = { readonly what: 'add' } | { readonly what: 'end' | 'withdraw'; readonly line: DowntimeView }

/** When its equipment stood: what the plant says itself, else what a person has said, and always which of the two. */
export function Downtimes({ order }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const may = useMay('workorder.work') && order.phase !== 'cancelled' && order.phase !== 'merged'
  const [doing, setDoing] = useState<Doing | null>(null)
  if (order.equipment === null || order.origin === 'maintenance') return null
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  return (
    <Part title={t('downtime.title')}>
      {order.downtimes.length === 0 ? <span className="dim">{t('downtime.none')}</span> : null}
      <ul className="exl">
        {order.downtimes.map(d => (
          <li key={d.id} className="item">
            <span className={d.withdrawn === null ? '' : 'dim'}>
              {d.to === null
                ? t('downtime.since', { from: at(d.from) })
                : t('downtime.span', {
                    ...{ from: at(d.from), to: at(d.to) },
                    t: formatTaken(Date.parse(d.to) - Date.parse(d.from)),
                  })}{' '}
              <span className="chip sq">{t(`downtime.${d.source}`)}</span>
              <span className="cap">
                {' '}
                <bdi>{plain([d.reason, d.source === 'stated' ? d.by : ''].filter(w => w !== '').join(' · '))}</bdi>
                {d.withdrawn === null ? '' : ` ${t('downtime.withdrawn', { why: plain(d.withdrawn) })}`}
              </span>
            </span>
            {may && d.withdrawn === null ? (
              <span className="row wrap">
                {d.source === 'stated' && d.to === null ? (
                  <Button small blocked={away} onClick={() => setDoing({ what: 'end', line: d })}>
                    {t('downtime.end')}
                  </Button>
                ) : null}
                <Button small blocked={away} onClick={() => setDoing({ what: 'withdraw', line: d })}>
                  {t('downtime.withdraw')}
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {may ? (
        <div>
          <Button small icon="plus" blocked={away} onClick={() => setDoing({ what: 'add' })}>
            {t('downtime.add')}
          </Button>
        </div>
      ) : null}
      <AlarmTimes order={order} />
      {doing ? <DowntimeDialog order={order} doing={doing} onClose={() => setDoing(null)} /> : null}
    </Part>
  )
}

/** How an alarm flapped: one order, and how often and how long it stood. */
function AlarmTimes({ order }: Props) {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['alarm-times', order.id, order.occurrences, order.alarmActive],
    queryFn: () => call<AlarmTimesView>(`workorders/${encodeURIComponent(order.id)}/alarm-times`),
    enabled: order.alarms.length > 0 && !order.demo,
  })
  const { times = 0, activeMs = 0, active = false } = query.data ?? {}
  if (times === 0) return null
  return (
    <span className="cap">
      {t(active ? 'downtime.alarmStands' : 'downtime.alarmStood', { n: times, t: formatTaken(activeMs) })}
    </span>
  )
}

function DowntimeDialog({ order, doing, onClose }: Props & { readonly doing: Doing; readonly onClose: () => void }) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const { what } = doing
  const lacks =
    what === 'add' && from === ''
      ? t('common.lacks', { what: t('downtime.from') })
      : what === 'end' && to === ''
        ? t('common.lacks', { what: t('downtime.to') })
        : what !== 'end' && reason.trim() === ''
          ? t('orders.needReason')
          : null
  const done = async () => {
    const ended = to === '' ? {} : { to: momentIn(to, zone) }
    const line = doing.what === 'add' ? '' : encodeURIComponent(doing.line.id)
    const sent =
      doing.what === 'add'
        ? send('downtimes', { from: momentIn(from, zone), ...ended, reason: reason.trim() })
        : doing.what === 'end'
          ? send(`downtimes/${line}/end`, ended)
          : send(`downtimes/${line}/withdraw`, { reason: reason.trim() })
    if (await sent) onClose()
  }
  const time = (label: string, value: string, set: (value: string) => void, hint?: string) => (
    <Field label={label} hint={hint}>
      <input className="inp" type="datetime-local" value={value} onChange={event => set(event.target.value)} />
    </Field>
  )
  return (
    <Dialog
      title={t(`downtime.${what}Title`, { no: order.no })}
      verb={t(`downtime.${what}`)}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void done()}
      onClose={onClose}
    >
      {what === 'withdraw' ? null : (
        <div className="two">
          {what === 'add' ? time(t('downtime.from'), from, setFrom) : null}
          {time(t('downtime.to'), to, setTo, what === 'add' ? t('downtime.toHint') : undefined)}
        </div>
      )}
      {what === 'end' ? null : (
        <Field label={t('common.reason')} hint={t(what === 'add' ? 'downtime.whyHint' : 'downtime.withdrawHint')}>
          <textarea
            className="inp"
            rows={2}
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </Field>
      )}
    </Dialog>
  )
}
