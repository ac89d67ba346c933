import type { ReactNode } from 'react'
import { type Nature, natures } from '../../../rules/workorder.ts'
import { useText } from '../text/index.ts'
import { Field } from './Dialog.tsx'

/** What both who calls the desk and who scans a code is asked. */
export interface ReportDraft {
  readonly nature: Nature | ''
  readonly text: string
  readonly name: string
  readonly phone: string
}
interface Props<D extends ReportDraft> {
  readonly draft: D
  readonly set: (change: Partial<ReportDraft>) => void
  /** What the kind makes of it. */
  readonly hint?: string | undefined
  /** A kind must be chosen first. */
  readonly chosen?: boolean
  /** By whoever it is about: the browser may fill in who he is. */
  readonly own?: boolean
  /** Between what it is about and who reports it. */
  readonly children?: ReactNode
}
export function ReportFields<D extends ReportDraft>({ draft, set, hint, chosen, own = false, children }: Props<D>) {
  const { t } = useText()
  const person = (field: 'name' | 'phone', most: number) => (
    <Field label={t(`intake.${field}`)} hint={own ? t('intake.optional') : undefined}>
      <input
        className="inp"
        maxLength={most}
        autoComplete={own ? (field === 'name' ? 'name' : 'tel') : 'off'}
        inputMode={field === 'phone' ? 'tel' : 'text'}
        value={draft[field]}
        onChange={event => set({ [field]: event.target.value })}
      />
    </Field>
  )
  const nature = (
    <Field label={t('orders.nature')} hint={hint}>
      <select
        className="inp"
        value={draft.nature}
        onChange={event => set({ nature: event.target.value as Nature | '' })}
      >
        {chosen ? <option value="">{t('common.choose')}</option> : null}
        {natures.map(one => (
          <option key={one} value={one}>
            {t(`nature.${one}`)}
          </option>
        ))}
      </select>
    </Field>
  )
  return (
    <>
      {own ? null : nature}
      <Field label={t('intake.text')}>
        <textarea
          className="inp"
          rows={own ? 3 : 2}
          maxLength={180}
          value={draft.text}
          onChange={event => set({ text: event.target.value })}
        />
      </Field>
      {own ? nature : null}
      {children}
      <div className="two">
        {person('name', 64)}
        {person('phone', 32)}
      </div>
    </>
  )
}
