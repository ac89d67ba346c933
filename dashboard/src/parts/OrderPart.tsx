import type { ReactNode } from 'react'
import { centsOf, type Payer, payers } from '../../../rules/orderwork.ts'
import { useText } from '../text/index.ts'
import { Field } from './Dialog.tsx'

/** One part of an order in detail, under its heading. */
export const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="col g2">
    <h3 className="cap">{title}</h3>
    {children}
  </section>
)

/** `''`: not said. */
export function PayerField(props: { readonly value: Payer | ''; readonly onChange: (payer: Payer | '') => void }) {
  const { t } = useText()
  return (
    <Field label={t('orderWork.payer')}>
      <select className="inp" value={props.value} onChange={event => props.onChange(event.target.value as Payer | '')}>
        <option value="">{t('orderWork.notSaid')}</option>
        {payers.map(one => (
          <option key={one} value={one}>
            {t(`payer.${one}`)}
          </option>
        ))}
      </select>
    </Field>
  )
}

interface MoneyProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}
export function MoneyField({ label, value, onChange }: MoneyProps) {
  const { t } = useText()
  return (
    <Field label={label} hint={t('intake.optional')} wrong={isMoney(value) ? null : t('orderWork.moneyWrong')}>
      <input
        className="inp"
        inputMode="decimal"
        maxLength={12}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </Field>
  )
}
/** Nothing, or an amount. */
export const isMoney = (value: string): boolean => value.trim() === '' || centsOf(value.trim()) !== null
/** An amount above nought of at most three decimals, or null. */
export function quantityOf(value: string): number | null {
  const n = Number(value)
  return /^\d{1,7}(\.\d{1,3})?$/.test(value.trim()) && n > 0 ? n : null
}
