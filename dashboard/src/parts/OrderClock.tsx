import type { WorkorderView } from '../../../gateway/http/contract.ts'
import {
  type Clock,
  type ClockKind,
  clockOf as clockAt,
  clockKinds,
  type OrderTimes,
  type Policy,
} from '../../../rules/orderclock.ts'
import { useMe } from '../api.ts'
import { formatDuration, formatTarget, formatWhen } from '../format.ts'
import { serverNow, useTicking } from '../live.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time))

const timesOf = (order: WorkorderView): OrderTimes => ({
  phase: order.phase,
  class: order.class,
  openedAt: Date.parse(order.openedAt),
  acceptedAt: ms(order.acceptedAt),
  arrivedAt: ms(order.arrivedAt),
  fixedAt: ms(order.fixedAt),
  closedAt: ms(order.closedAt),
  appointmentAt: ms(order.appointmentAt),
  dueAt: ms(order.dueAt),
  pauses: order.pauses.map(p => ({
    reason: p.reason,
    from: Date.parse(p.from),
    until: Date.parse(p.until),
    to: ms(p.to),
    stops: p.stops,
  })),
})
const policyOf = ({ policy }: WorkorderView): Policy => ({
  ...policy,
  pauses: Object.fromEntries(policy.pauses.map(reason => [reason, []])),
})

/** The clock of an order as the rules tell it. */
export const clockOf = (order: WorkorderView, kind: ClockKind, now: number, zone: string): Clock =>
  clockAt(kind, timesOf(order), policyOf(order), now, zone)

export const isOver = (order: WorkorderView, now: number, zone: string): boolean =>
  clockKinds.some(kind => clockOf(order, kind, now, zone).state === 'over') ||
  (order.visitBy !== null && now > Date.parse(order.visitBy))

export const isPaused = (order: WorkorderView): boolean => order.pauses.some(p => p.to === null)

const look: Record<Clock['state'], string> = {
  running: 'run',
  soon: 'soon',
  over: 'late',
  paused: 'held',
  met: 'met',
  late: 'met',
  ended: 'none',
  exempt: 'none',
}

interface Props {
  readonly order: WorkorderView
  readonly kind: ClockKind
  /** Name the target ("Arrive ≤ 15 min") where no column head does. */
  readonly named?: boolean
}

/**
 * Target, time left or over, bar. Under a quarter left yellow, over orange with a sign; paused a dashed bar with the reason
 * and until when; exempt says why.
 */
export function OrderClock({ order, kind, named = false }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  // What is drawn, as one plain text: the clock ticks, the page does not.
  const drawn = useTicking(now => {
    const { state, ms, targetMs, used, why } = clockOf(order, kind, now, zone)
    const over = state === 'late' ? ms - targetMs : Math.abs(ms)
    return `${state}|${formatDuration(over)}|${formatTarget(targetMs)}|${Math.round(used * 100)}|${why ?? ''}`
  })
  const [state, time = '', target = '', used, why] = drawn.split('|') as [
    Clock['state'],
    string,
    string,
    string,
    Exclude<Clock['why'], null> | '',
  ]
  const words: Record<Clock['state'], string> = {
    running: t('orders.left', { t: time }),
    soon: t('orders.left', { t: time }),
    over: t('orders.over', { t: time }),
    paused: t('orders.stands', { t: time }),
    late: t('orders.late', { t: time }),
    met: t('orders.met', { t: time }),
    ended: t('orders.ended'),
    exempt: t('orders.exempt'),
  }
  const at = (when: string | null) => (when === null ? '' : formatWhen(Date.parse(when), serverNow(), lang, zone))
  const goal =
    why === 'appointment' && state !== 'exempt'
      ? t('orders.appointed', { t: at(order.appointmentAt) })
      : why === 'planned' && state !== 'exempt'
        ? t('orders.due', { t: at(order.dueAt) })
        : named
          ? t(`orders.${kind}Target`, { t: target })
          : target
  const until = order.pauses.find(p => p.to === null)?.until ?? null
  const note =
    state === 'exempt'
      ? t(why === 'planned' ? 'orders.exemptPlanned' : 'orders.exemptAppointment')
      : state !== 'paused'
        ? null
        : why === 'hours' || why === '' || why === 'appointment' || why === 'planned'
          ? t('orders.outOfHours')
          : t('orders.standsUntil', { why: t(`wait.${why}`), time: at(until) })
  return (
    <span className={`clk ${look[state]}`}>
      <span className="w">
        {/* On a phone no column head says which clock it is. */}
        {named ? null : <span className="only-s">{t(`orders.${kind}`)} </span>}
        {goal}
      </span>
      <span className="t">
        {state === 'over' ? <Icon name="warn" /> : null}
        {state === 'met' || state === 'late' ? <Icon name="check" /> : null}
        {state === 'paused' ? <Icon name="pause" /> : null}
        {words[state]}
      </span>
      {['ended', 'met', 'late', 'exempt'].includes(state) ? null : (
        <span className="b">
          <i style={{ width: `${used}%` }} />
        </span>
      )}
      {note === null ? null : <span className="y">{note}</span>}
    </span>
  )
}
