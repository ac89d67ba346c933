import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { useEquipment } from '../api.ts'
import { formatUnit } from '../format.ts'
import { useText } from '../text/index.ts'
import { Field } from './Dialog.tsx'
import type { Draft } from './OrderFields.tsx'

interface Props {
  readonly order: WorkorderView
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}
/** What proves that somebody is there: a code that was scanned, or what a display there shows. */
export function ProofFields({ order, draft, set }: Props) {
  const { t, of } = useText()
  const equipment = (useEquipment().data ?? []).find(e => e.id === order.equipment)
  const numbers = (equipment?.points ?? []).filter(p => p.kind === 'number' && !p.enum)
  return (
    <>
      <Field label={t('orderWork.code')} hint={t('orderWork.codeHint')}>
        <input
          className="inp mono"
          maxLength={500}
          autoComplete="off"
          value={draft.code}
          onChange={event => set({ code: event.target.value })}
        />
      </Field>
      {draft.code.trim() !== '' ? null : numbers.length === 0 ? (
        <span className="cap">{t('orderWork.noPoints')}</span>
      ) : (
        <div className="two">
          <Field label={t('orderWork.byValue')}>
            <select className="inp" value={draft.point} onChange={event => set({ point: event.target.value })}>
              <option value="">{t('common.choose')}</option>
              {numbers.map(p => (
                <option key={p.id} value={p.id}>
                  {of(p.name)}
                </option>
              ))}
            </select>
          </Field>
          <Field label={`${t('orderWork.value')} ${formatUnit(numbers.find(p => p.id === draft.point)?.unit ?? null)}`}>
            <input
              className="inp"
              inputMode="decimal"
              maxLength={30}
              value={draft.value}
              onChange={event => set({ value: event.target.value })}
            />
          </Field>
        </div>
      )}
    </>
  )
}
