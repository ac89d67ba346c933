import { useState } from 'react'
import type { PermitView } from '../../../../gateway/http/contract.ts'
import { post } from '../../api.ts'
import { permitsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Field } from '../Dialog.tsx'
import { Asking } from './Asking.tsx'

/** What is looked at on the spot before the start, and the gas test where one is needed. */
export function CheckPermit({ permit: p, onClose }: { readonly permit: PermitView; readonly onClose: () => void }) {
  const { t } = useText()
  const [found, setFound] = useState<Record<string, '' | 'ok' | 'bad'>>({})
  const [gas, setGas] = useState({ spot: '', percent: '', lel4: true, instrument: '', calDue: '' })
  const [force, setForce] = useState('')
  const blows = force === '' ? Number.NaN : Number(force)
  const windLooked = Number.isInteger(blows) && blows >= 0 && blows <= 17
  const looked = (code: string) => (code === 'wind' ? windLooked : Boolean(found[code]))
  const missing = p.checks.find(check => !looked(check.code))
  const percent = Number(gas.percent.replace(',', '.'))
  const measured = gas.spot.trim() !== '' && gas.instrument.trim() !== '' && gas.calDue !== '' && gas.percent !== ''
  const blocked = missing
    ? t('common.lacks', { what: t(`permitCheck.${missing.code}`) })
    : p.gasNeeded && !(measured && percent >= 0)
      ? t('common.lacks', { what: t('permits.gasTest') })
      : null
  const send = async () => {
    const checks = p.checks.map(({ code }) =>
      code === 'wind' ? { code, ok: true, force: blows } : { code, ok: found[code] === 'ok' },
    )
    await post(`permits/${p.id}/checks`, { checks })
    if (p.gasNeeded) await post(`permits/${p.id}/gas-tests`, { ...gas, percent })
    await permitsChanged()
  }
  return (
    <Asking
      title={t('permits.checkOf', { no: p.no })}
      verb={t('permits.checked')}
      blocked={blocked}
      send={send}
      onClose={onClose}
    >
      <ul className="pm-c">
        {p.checks.map(({ code }) => (
          <li key={code}>
            <span id={`check-${code}`}>{t(code === 'wind' ? 'permits.force' : `permitCheck.${code}`)}</span>
            {code === 'wind' ? (
              <input
                className="inp num"
                name="wind"
                aria-labelledby="check-wind"
                inputMode="numeric"
                maxLength={2}
                autoComplete="off"
                value={force}
                onChange={event => setForce(event.target.value.trim())}
              />
            ) : (
              <select
                className="inp"
                name={code}
                aria-labelledby={`check-${code}`}
                value={found[code] ?? ''}
                onChange={event => setFound({ ...found, [code]: event.target.value as 'ok' })}
              >
                <option value="">{t('permits.notLooked')}</option>
                <option value="ok">{t('permits.isOk')}</option>
                <option value="bad">{t('permits.isBad')}</option>
              </select>
            )}
          </li>
        ))}
      </ul>
      {p.gasNeeded ? (
        <>
          <h3 className="cap">{t('permits.gasTest')}</h3>
          <div className="two">
            {(['spot', 'percent', 'instrument', 'calDue'] as const).map(field => (
              <Field key={field} label={t(`permitGas.${field}`)}>
                <input
                  className="inp"
                  name={`gas-${field}`}
                  type={field === 'calDue' ? 'date' : 'text'}
                  inputMode={field === 'percent' ? 'decimal' : undefined}
                  maxLength={64}
                  autoComplete="off"
                  value={gas[field]}
                  onChange={event => setGas({ ...gas, [field]: event.target.value })}
                />
              </Field>
            ))}
          </div>
          <label className="row g2">
            <input
              type="checkbox"
              name="gas-lel4"
              checked={gas.lel4}
              onChange={event => setGas({ ...gas, lel4: event.target.checked })}
            />
            {t('permitGas.lel4')}
          </label>
        </>
      ) : null}
    </Asking>
  )
}
