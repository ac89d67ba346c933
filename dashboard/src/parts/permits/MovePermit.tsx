import { useState } from 'react'
import type { PermitView } from '../../../../gateway/http/contract.ts'
import { type Despite, type PermitAction, pauseReasons } from '../../../../rules/permit/permit.ts'
import { WIND_LIMIT } from '../../../../rules/permit/wind.ts'
import { post } from '../../api.ts'
import { permitsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Field } from '../Dialog.tsx'
import { CameraButton } from '../GateCamera.tsx'
import { Asking } from './Asking.tsx'

/** What asks for a word before this permit is begun: a strong wind in the open, other work around. */
const asksOf = (p: PermitView): readonly Despite[] => [
  ...(p.kind === 'hot-work' && p.outdoor && p.wind !== null && p.wind >= WIND_LIMIT ? (['wind'] as const) : []),
  ...(p.others.some(o => o.verdict === 'ask') ? (['neighbours'] as const) : []),
]

/** One move of a permit: what it means, and what it needs. */
export function MovePermit(props: {
  readonly permit: PermitView
  readonly action: PermitAction
  readonly onClose: () => void
}) {
  const { permit: p, action, onClose } = props
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [code, setCode] = useState('')
  const [despite, setDespite] = useState<readonly Despite[]>([])
  const [pause, setPause] = useState<(typeof pauseReasons)[number]>('break')
  const asks = action === 'start' || action === 'resume' ? asksOf(p) : []
  const withReason = action === 'reject' || action === 'withdraw' || action === 'revoke' || despite.length > 0
  const scans = action === 'close' && p.scannable
  const send = async () => {
    await post(`permits/${p.id}/${action}`, {
      ...(withReason && { reason: reason.trim() }),
      ...(despite.length > 0 && { despite }),
      ...(action === 'suspend' && { pause }),
      ...(action === 'close' && code.trim() !== '' && { code: code.trim().split('/').at(-1) }),
    })
    await permitsChanged()
  }
  return (
    <Asking
      title={`${t(`permitAction.${action}`)} · ${p.no}`}
      verb={t(`permitAction.${action}`)}
      blocked={withReason && reason.trim() === '' ? t('common.lacks', { what: t('common.reason') }) : null}
      send={send}
      onClose={onClose}
    >
      <p>{t(`permitWhat.${action}`)}</p>
      {asks.map(what => (
        <label key={what} className="row g2">
          <input
            type="checkbox"
            name={`despite-${what}`}
            checked={despite.includes(what)}
            onChange={event =>
              setDespite(event.target.checked ? [...despite, what] : despite.filter(other => other !== what))
            }
          />
          {what === 'wind'
            ? t('permits.despiteWind', { force: p.wind })
            : t('permits.despiteNeighbours', {
                nos: p.others.flatMap(o => (o.verdict === 'ask' ? [o.no] : [])).join(t('common.listSep')),
              })}
        </label>
      ))}
      {withReason ? (
        <Field label={t('common.reason')}>
          <input
            className="inp"
            name="reason"
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </Field>
      ) : null}
      {action === 'suspend' ? (
        <Field label={t('permits.pause')}>
          <select
            className="inp"
            name="pause"
            value={pause}
            onChange={event => setPause(event.target.value as typeof pause)}
          >
            {pauseReasons.map(one => (
              <option key={one} value={one}>
                {t(`permitPause.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      ) : null}
      {scans ? (
        <>
          <Field label={t('permits.code')} hint={t('permits.codeHint')}>
            <input
              className="inp"
              name="code"
              maxLength={300}
              autoComplete="off"
              value={code}
              onChange={event => setCode(event.target.value)}
            />
          </Field>
          <div>
            <CameraButton onCode={setCode} />
          </div>
        </>
      ) : null}
    </Asking>
  )
}
