import type { ReactNode } from 'react'
import { dayTypes, weekdays } from '../../../../../rules/schedule.ts'
import { Button } from '../../../parts/Button.tsx'
import { Field } from '../../../parts/Dialog.tsx'
import { useText } from '../../../text/index.ts'
import { Ticks } from '../Ticks.tsx'
import { type Day, isClock, type Kind, type Times } from './model.ts'

export function useKindWord(): (kind: string) => string {
  const { t } = useText()
  return kind =>
    kind === 'webhook'
      ? 'Webhook'
      : ['email', 'sms', 'dingtalk', 'wecom', 'feishu'].includes(kind)
        ? t(`notify.kind.${kind as Exclude<Kind, 'webhook'>}`)
        : kind
}

interface TextProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly wrong?: string | null | undefined
  readonly value: string
  readonly mono?: boolean
  readonly readOnly?: boolean
  readonly type?: 'text' | 'password' | 'email' | 'tel'
  readonly numeric?: boolean
  readonly onChange: (value: string) => void
}
/** One line of text; says what is wrong with it once there is something in it. */
export function TextField({ label, hint, wrong, value, mono, readOnly, type = 'text', numeric, onChange }: TextProps) {
  return (
    <Field label={label} hint={hint} wrong={value === '' ? null : (wrong ?? null)}>
      <input
        className={mono ? 'inp mono' : 'inp'}
        type={type}
        inputMode={numeric ? 'numeric' : undefined}
        autoComplete="off"
        maxLength={2000}
        readOnly={readOnly}
        aria-invalid={value !== '' && wrong ? true : undefined}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </Field>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly hint?: string
  readonly wrong?: string | null
  readonly value: T
  readonly all: readonly T[]
  readonly word: (one: T) => string
  readonly onChange: (value: T) => void
}
export function Choice<T extends string>({ label, hint, wrong, value, all, word, onChange }: ChoiceProps<T>) {
  return (
    <Field label={label} hint={hint} wrong={wrong ?? null}>
      <select className="inp" value={value} onChange={event => onChange(event.target.value as T)}>
        {all.map(one => (
          <option key={one} value={one}>
            {word(one)}
          </option>
        ))}
      </select>
    </Field>
  )
}

/** One of several of a kind in a form, with a button that takes it away. */
export function Part(props: {
  readonly title: string
  readonly drop: string
  readonly onDrop: () => void
  readonly children: ReactNode
}) {
  const { t } = useText()
  return (
    <fieldset className="ntf-part col g3">
      <legend className="row">
        <b>{props.title}</b>
        <Button small aria-label={props.drop} onClick={props.onDrop}>
          {t('notifyForm.remove')}
        </Button>
      </legend>
      {props.children}
    </fieldset>
  )
}

const presets: Record<string, readonly Day[] | null> = {
  every: null,
  workday: ['workday'],
  free: ['restday', 'holiday'],
}
const chosenDays: readonly Day[] = [...weekdays.slice(1), weekdays[0]!, ...dayTypes]
const presetOf = ({ days }: Times): 'every' | 'workday' | 'free' | 'chosen' =>
  days === undefined
    ? 'every'
    : days.join() === 'workday'
      ? 'workday'
      : days.join() === 'restday,holiday'
        ? 'free'
        : 'chosen'

interface TimesProps {
  readonly label: string
  /** What it means that there are none. */
  readonly none: string
  readonly times: readonly Times[]
  readonly onChange: (times: readonly Times[]) => void
}
/** Spans of the day: shifts, quiet hours. One whose end is before its start runs over midnight. */
export function TimesField({ label, none, times, onChange }: TimesProps) {
  const { t } = useText()
  const put = (at: number, to: Times | null) => onChange(times.flatMap((one, i) => (i !== at ? [one] : to ? [to] : [])))
  const clock = (one: Times, at: number, end: 'from' | 'to') => (
    <TextField
      label={t(`notifyForm.${end}`)}
      hint="08:00"
      value={one[end]}
      wrong={isClock(one[end]) ? null : t('notifyForm.clockWrong')}
      onChange={value => put(at, { ...one, [end]: value.replace('：', ':') })}
    />
  )
  const withDays = ({ from, to }: Times, days: readonly Day[] | null): Times => ({ ...(days && { days }), from, to })
  return (
    <fieldset className="bare col g2">
      <legend className="cap">{label}</legend>
      {times.length === 0 ? <span className="dim">{none}</span> : null}
      {times.map((one, at) => {
        const preset = presetOf(one)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans have no name but their place
          <div key={at} className="col g2">
            <div className="ntf-times">
              {clock(one, at, 'from')}
              {clock(one, at, 'to')}
              <Choice
                label={t('notifyForm.days')}
                value={preset}
                all={['every', 'workday', 'free', 'chosen'] as const}
                word={which => t(`notifyForm.daysOf.${which}`)}
                onChange={which =>
                  put(at, withDays(one, which === 'chosen' ? ['mon', 'tue', 'wed', 'thu', 'fri'] : presets[which]!))
                }
              />
              <Button
                small
                aria-label={t('notifyForm.dropTimes', { from: one.from, to: one.to })}
                onClick={() => put(at, null)}
              >
                {t('notifyForm.remove')}
              </Button>
            </div>
            {preset === 'chosen' ? (
              <Ticks
                label={t('notifyForm.daysOf.chosen')}
                all={chosenDays}
                chosen={one.days ?? []}
                word={day =>
                  day.length === 3 ? t(`weekday.${day as 'mon'}`) : t(`notifyForm.dayType.${day as 'workday'}`)
                }
                onChange={days => put(at, { ...one, days })}
              />
            ) : null}
          </div>
        )
      })}
      <span>
        <Button small icon="plus" onClick={() => onChange([...times, { from: '20:00', to: '08:00' }])}>
          {t('notifyForm.addTimes')}
        </Button>
      </span>
    </fieldset>
  )
}

/** Spans in few words. */
export function useTimesWord(): (times: readonly Times[]) => string {
  const { t } = useText()
  return times =>
    times
      .map(one => {
        const preset = presetOf(one)
        const days =
          preset === 'every'
            ? ''
            : preset !== 'chosen'
              ? t(`notifyForm.daysOf.${preset}`)
              : (one.days ?? [])
                  .map(day =>
                    day.length === 3 ? t(`weekday.${day as 'mon'}`) : t(`notifyForm.dayType.${day as 'workday'}`),
                  )
                  .join(' ')
        return `${days} ${one.from}–${one.to}`.trim()
      })
      .join(t('common.listSep'))
}
