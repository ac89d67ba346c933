import { useState } from 'react'
import type { ReadingExceptionView } from '../../../gateway/http/contract.ts'
import { readingReasons } from '../../../rules/readings/quality.ts'
import { call, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged, useEstimate } from './data.ts'
import { spanOf } from './day.ts'

const actions = ['accept', 'estimate', 'field'] as const

/** What a person makes of an exception: it is so, an estimate counts instead, or somebody looks at the meter. */
export function ActDialog({
  exception: e,
  onClose,
}: {
  readonly exception: ReadingExceptionView
  readonly onClose: () => void
}) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const [action, setAction] = useState<(typeof actions)[number]>('accept')
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const { data } = useEstimate(e.reading)
  const estimate = data?.estimate ?? null
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await call(`reading-exceptions/${e.n}/${action}`, { method: 'POST', body: { note: note.trim() } })
      await readingsChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('readings.actOf', { unit: e.unitName ? of(e.unitName) : plain(e.unit), what: of(e.name) })}
      verb={t('readings.save')}
      blocked={away ?? (note.trim() === '' ? t('common.lacks', { what: t('readings.note') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <dl className="rd-facts">
        <dt>{t('readings.span2')}</dt>
        <dd>{spanOf(e, zone)}</dd>
        <dt>{t('readings.meter')}</dt>
        <dd>{plain(e.meter)}</dd>
        <dt>{t('readings.found')}</dt>
        <dd>{of(e.text)}</dd>
      </dl>
      <fieldset className="col g1 bare">
        <legend>{t('readings.act')}</legend>
        {actions.map(one => (
          <label key={one} className="row">
            <input
              type="radio"
              name="action"
              value={one}
              checked={action === one}
              disabled={one === 'estimate' && estimate === null}
              onChange={() => setAction(one)}
            />
            {t(`readings.action.${one}`)}
          </label>
        ))}
      </fieldset>
      <p className="cap" role="status">
        {estimate
          ? t('readings.estimateIs', { index: estimate.index, why: of(readingReasons[estimate.reason]) })
          : t('readings.estimateNone')}
      </p>
      <Field label={t('readings.note')}>
        <input
          className="inp"
          name="note"
          maxLength={200}
          value={note}
          onChange={event => setNote(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
