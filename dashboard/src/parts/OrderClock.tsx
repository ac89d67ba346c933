import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { type Clock, clocks } from '../../../rules/workorder.ts'
import { formatDuration, formatTarget } from '../format.ts'
import { useTicking } from '../live.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time))

/** The clock of an order as the rules tell it. */
export const clockOf = (order: WorkorderView, kind: Clock['kind'], now: number): Clock =>
  clocks(
    {
      phase: order.phase,
      openedAt: Date.parse(order.openedAt),
      arriveBy: Date.parse(order.arriveBy),
      restoreBy: Date.parse(order.restoreBy),
      arrivedAt: ms(order.arrivedAt),
      fixedAt: ms(order.fixedAt),
    },
    now,
  )[kind === 'arrive' ? 0 : 1]

export const isOver = (order: WorkorderView, now: number): boolean =>
  clockOf(order, 'arrive', now).state === 'over' || clockOf(order, 'restore', now).state === 'over'

const look: Record<Clock['state'], string> = {
  running: 'run',
  soon: 'soon',
  over: 'late',
  met: 'met',
  late: 'met',
  ended: 'none',
}

interface Props {
  readonly order: WorkorderView
  readonly kind: Clock['kind']
  /** Name the target ("Arrive ≤ 15 min") where no column head does. */
  readonly named?: boolean
}

/** Target, time left or over, bar. Under a quarter left yellow, over orange with a sign. */
export function OrderClock({ order, kind, named = false }: Props) {
  const { t } = useText()
  // What is drawn, as one plain text: the clock ticks, the page does not.
  const drawn = useTicking(now => {
    const { state, ms, targetMs, used } = clockOf(order, kind, now)
    const over = state === 'late' ? ms - targetMs : Math.abs(ms)
    return `${state}|${formatDuration(over)}|${formatTarget(targetMs)}|${Math.round(used * 100)}`
  })
  const [state, time = '', target = '', used] = drawn.split('|') as [Clock['state'], string, string, string]
  const words = {
    running: t('orders.left', { t: time }),
    soon: t('orders.left', { t: time }),
    over: t('orders.over', { t: time }),
    late: t('orders.late', { t: time }),
    met: t('orders.met', { t: time }),
    ended: t('orders.ended'),
  }
  return (
    <span className={`clk ${look[state]}`}>
      <span className="w">
        {named ? t(kind === 'arrive' ? 'orders.arriveTarget' : 'orders.restoreTarget', { t: target }) : target}
      </span>
      <span className="t">
        {state === 'over' ? <Icon name="warn" /> : state === 'met' || state === 'late' ? <Icon name="check" /> : null}
        {words[state]}
      </span>
      {state === 'ended' || state === 'met' || state === 'late' ? null : (
        <span className="b">
          <i style={{ width: `${used}%` }} />
        </span>
      )}
    </span>
  )
}
