import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { momentOf } from '../../../rules/calendar.ts'
import { orderClasses } from '../../../rules/rule.ts'
import { crews, isEnded, type OrderAction } from '../../../rules/workorder.ts'
import { useMe, useWorkorders } from '../api.ts'
import { useText } from '../text/index.ts'
import { Field } from './Dialog.tsx'
import { ProofFields } from './ProofFields.tsx'

/** What a dialog of a step has gathered so far; '' is nothing yet. */
export interface Draft {
  readonly reason: string
  readonly wait: string
  /** As a date-time field has it, on the clocks of the site. */
  readonly at: string
  readonly never: boolean
  readonly person: string
  readonly crew: string
  readonly class: string
  readonly into: string
  readonly part: string
  /** What was scanned; or the point of a display, and what it shows. */
  readonly code: string
  readonly point: string
  readonly value: string
}
export const emptyDraft: Draft = {
  reason: '',
  wait: '',
  at: '',
  never: false,
  person: '',
  crew: '',
  class: '',
  into: '',
  part: '',
  code: '',
  point: '',
  value: '',
}

const asked: readonly OrderAction[] = ['prove', 'leave', 'pause', 'assign', 'appoint', 'classify', 'merge']
/** Whether a step asks for more than a reason. */
export const isAsked = (action: OrderAction): boolean => asked.includes(action)

export function whatLacks(action: OrderAction, draft: Draft, t: TFunction): string | null {
  const lacks = (field: string) => t('common.lacks', { what: field })
  if (action === 'pause' && draft.wait === '') return lacks(t('orders.waitFor'))
  if (action === 'pause' && draft.at === '') return lacks(t('orders.until'))
  if (action === 'prove' && draft.code.trim() === '' && (draft.point === '' || draft.value.trim() === ''))
    return lacks(t('orderWork.proveHow'))
  if (action === 'assign' && draft.person === '' && draft.crew === '') return lacks(t('orders.person'))
  if (action === 'appoint' && draft.at === '' && !draft.never) return lacks(t('orders.when'))
  if (action === 'classify' && draft.class === '') return lacks(t('orders.class'))
  if (action === 'merge' && draft.into === '') return lacks(t('orders.into'))
  return null
}

/** What is sent. @param zone of the site: its clocks are meant, wherever the screen stands */
export function askOf(action: OrderAction, draft: Draft, zone: string): object {
  const reason = draft.reason.trim()
  const why = reason === '' ? {} : { reason }
  if (action === 'pause') {
    const part = draft.wait === 'part' && draft.part.trim() !== '' ? { part: draft.part.trim() } : {}
    return { ...why, wait: draft.wait, until: momentIn(draft.at, zone), ...part }
  }
  if (action === 'prove' || action === 'leave') {
    const code = draft.code.trim()
    const value = draft.value.trim()
    const read = draft.point === '' || value === '' ? null : { point: draft.point, value }
    const proof = code === '' ? read : { code }
    return { ...why, ...(proof && { proof }) }
  }
  if (action === 'assign')
    return {
      ...why,
      ...(draft.person === '' ? {} : { to: draft.person.trim() }),
      ...(draft.crew === '' ? {} : { crew: draft.crew }),
    }
  if (action === 'appoint') return { ...why, at: draft.never ? null : momentIn(draft.at, zone) }
  if (action === 'classify') return { ...why, class: draft.class }
  if (action === 'merge') return { ...why, into: draft.into }
  return why
}

/** `2026-11-22T09:30` of the site as ISO 8601 in UTC. */
export function momentIn(local: string, zone: string): string {
  const [year = 0, month = 1, day = 1] = local.slice(0, 10).split('-').map(Number)
  return new Date(momentOf({ year, month, day }, local.slice(11, 16), zone)).toISOString()
}

interface Props {
  readonly order: WorkorderView
  readonly action: OrderAction
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
}

export function OrderFields({ order, action, draft, onChange }: Props) {
  const { t, of } = useText()
  const { name } = useMe()
  const others = (useWorkorders().data ?? []).filter(
    o => o.id !== order.id && o.class !== 'life' && !isEnded(o.phase) && o.phase !== 'fixed' && o.phase !== 'verified',
  )
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change })
  const choice = (value: string, key: keyof Draft, options: ReactNode) => (
    <select className="inp" value={value} onChange={event => set({ [key]: event.target.value })}>
      <option value="">{t('common.choose')}</option>
      {options}
    </select>
  )
  const time = (
    <input
      className="inp"
      type="datetime-local"
      value={draft.at}
      onChange={event => set({ at: event.target.value, never: false })}
    />
  )
  switch (action) {
    case 'pause':
      return (
        <>
          <Field label={t('orders.waitFor')}>
            {choice(
              draft.wait,
              'wait',
              order.policy.pauses.map(one => (
                <option key={one} value={one}>
                  {t(`wait.${one}`)}
                </option>
              )),
            )}
          </Field>
          <Field label={t('orders.until')} hint={t('orders.untilHint')}>
            {time}
          </Field>
          {draft.wait === 'part' ? (
            <Field label={t('orderWork.part')} hint={t('intake.optional')}>
              <input
                className="inp"
                maxLength={100}
                value={draft.part}
                onChange={event => set({ part: event.target.value })}
              />
            </Field>
          ) : null}
        </>
      )
    case 'prove':
    case 'leave':
      return <ProofFields order={order} draft={draft} set={set} />
    case 'assign':
      return (
        <>
          <Field label={t('orders.crew')}>
            {choice(
              draft.crew,
              'crew',
              crews.map(one => (
                <option key={one} value={one}>
                  {t(`crew.${one}`)}
                </option>
              )),
            )}
          </Field>
          <Field label={t('orders.person')}>
            <input
              className="inp"
              maxLength={64}
              value={draft.person}
              placeholder={name}
              onChange={event => set({ person: event.target.value })}
            />
          </Field>
        </>
      )
    case 'appoint':
      return (
        <>
          <Field label={t('orders.when')}>{time}</Field>
          {order.appointmentAt === null ? null : (
            <label className="row">
              <input
                type="checkbox"
                checked={draft.never}
                onChange={event => set({ never: event.target.checked, at: '' })}
              />
              {t('orders.noAppointment')}
            </label>
          )}
        </>
      )
    case 'classify':
      return (
        <Field label={t('orders.class')}>
          {choice(
            draft.class,
            'class',
            orderClasses
              .filter(one => one !== order.class)
              .map(one => (
                <option key={one} value={one}>
                  {t(`orderClass.${one}`)}
                </option>
              )),
          )}
        </Field>
      )
    case 'merge':
      return others.length === 0 ? (
        <span className="dim">{t('orders.noOther')}</span>
      ) : (
        <Field label={t('orders.into')}>
          {choice(
            draft.into,
            'into',
            others.map(one => (
              <option key={one.id} value={one.id}>
                {one.no} · {of(one.text)}
              </option>
            )),
          )}
        </Field>
      )
    default:
      return null
  }
}
