import type { AlarmState } from '../../../rules/alarm.ts'
import type { Severity } from '../../../rules/rule.ts'
import { useText } from '../text/index.ts'

/** Colour, shape, digit and word: never one of them alone. */
const shapes: Record<Severity, readonly [body: string, mark: string]> = {
  life: ['M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z', 'M9 4.5h2v7H9zM9 13.3h2v2.2H9z'],
  high: ['M10 1.2 19.2 18.5H.8z', 'M9 8.2 10.2 7.4H11v8.6H9.2V9.7L8 10.2V8.7z'],
  medium: [
    'M10 .6 19.4 10 10 19.4.6 10z',
    'M7.3 8c.2-1.6 1.3-2.5 2.8-2.5 1.6 0 2.7.9 2.7 2.3 0 1-.5 1.7-1.6 2.7l-1.9 1.8h3.6v1.7H7.2v-1.3l2.9-2.9c.7-.7.9-1.1.9-1.6 0-.7-.4-1-1-1S9 7.5 8.9 8.2z',
  ],
  low: [
    'M10 1a9 9 0 1 1 0 18 9 9 0 0 1 0-18z',
    'M7.3 6h5.3v1.5l-1.9 1.9c1.3.2 2.1 1.1 2.1 2.3 0 1.6-1.2 2.6-2.9 2.6-1.6 0-2.7-.9-2.9-2.4l1.7-.2c.1.7.5 1.1 1.2 1.1s1.1-.4 1.1-1c0-.8-.6-1.1-1.5-1.1h-.8V9.5l1.6-1.9H7.3z',
  ],
  journal: ['M3 4h14v12H3z', 'M6 7.5h8v1.4H6zM6 11h5v1.4H6z'],
}

export type Shown = 'unack' | 'ack' | 'rtn'
export const shownAs = (state: AlarmState): Shown =>
  state === 'UNACK' || state === 'LATCH_UNACK' ? 'unack' : state === 'RTNUN' ? 'rtn' : 'ack'

interface Props {
  readonly severity: Severity
  /** unack blinks; ack is steady; rtn (returned, not acknowledged) is hollow. */
  readonly shown?: Shown
  /** What stands beside the shape instead of the word: a count, or null for nothing to be seen. */
  readonly word?: string | null
}

export function Priority({ severity, shown = 'ack', word }: Props) {
  const { t } = useText()
  return (
    <span className={`pri ${severity} ${shown}`}>
      <PriorityShape severity={severity} className="psv" />
      {word === null ? (
        <span className="sr">{t(`severity.${severity}`)}</span>
      ) : (
        <b>{word ?? t(`severity.${severity}`)}</b>
      )}
    </span>
  )
}

export const PriorityShape = ({ severity, className }: { readonly severity: Severity; readonly className: string }) => (
  <svg className={className} viewBox="0 0 20 20" aria-hidden="true">
    <path className="ps" d={shapes[severity][0]} />
    <path className="pg" d={shapes[severity][1]} />
  </svg>
)
