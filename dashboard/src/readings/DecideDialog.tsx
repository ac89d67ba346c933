import { useState } from 'react'
import type { ReadingView } from '../../../gateway/http/contract.ts'
import { readingReasons } from '../../../rules/readings/quality.ts'
import { call, newKey, useMe } from '../api.ts'
import { formatUnit, plain } from '../format.ts'
import { useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged, useEstimate } from './data.ts'
import { dateOf } from './day.ts'
import { Why } from './Why.tsx'

const choices = ['accept', 'replace', 'estimate', 'field', 'reject'] as const
const kinds = ['manual', 'estimated', 'substituted'] as const
const reasons = ['corrected', 'same-weekdays', 'daily-average', 'agreed', 'locked', 'unreadable', 'damaged'] as const

/** A person says what counts. What was there before stays beside it. */
export function DecideDialog({ reading, onClose }: { readonly reading: ReadingView; readonly onClose: () => void }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const zone = useMe().site.timezone
  const missing = reading.index === null
  const [decision, setDecision] = useState<(typeof choices)[number]>(missing ? 'replace' : 'accept')
  const [index, setIndex] = useState('')
  const [quality, setQuality] = useState<(typeof kinds)[number]>('manual')
  const [reason, setReason] = useState<(typeof reasons)[number]>('corrected')
  const [key] = useState(newKey)
  const { data } = useEstimate(reading.n)
  const estimate = data?.estimate ?? null
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const replaces = decision === 'replace'
  const lacks =
    replaces && !/^\d{1,9}(\.\d{1,6})?$/.test(index.trim())
      ? t('readings.index')
      : note.trim() === ''
        ? t('readings.note')
        : null
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      if (decision === 'estimate' || decision === 'field')
        await call(`readings/${reading.n}/${decision === 'field' ? 'field-check' : 'estimate'}`, {
          ...{ method: 'POST', body: { note: note.trim() }, key },
        })
      else
        await call(`readings/${reading.n}/decision`, {
          method: 'POST',
          // What was missing and is read now puts nothing right.
          body: {
            ...{ decision, note: note.trim() },
            ...(replaces
              ? { index: index.trim(), quality, ...(missing && quality === 'manual' ? {} : { reason }) }
              : {}),
          },
        })
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
      title={t('readings.decideOf', {
        unit: reading.unitName ? of(reading.unitName) : plain(reading.unit),
        meter: plain(reading.meter),
      })}
      verb={t('readings.save')}
      blocked={away ?? (lacks === null ? null : t('common.lacks', { what: lacks }))}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <dl className="rd-facts">
        <dt>{t('readings.day')}</dt>
        <dd>{dateOf(reading.at, zone)}</dd>
        <dt>{t('readings.before')}</dt>
        <dd>{reading.before ? `${reading.before.index} ${formatUnit(reading.indexUnit)}` : '—'}</dd>
        <dt>{t('readings.index')}</dt>
        <dd>{missing ? '—' : `${reading.index} ${formatUnit(reading.indexUnit)}`}</dd>
        <dt>{t('readings.quality')}</dt>
        <dd>
          <Why reading={reading} />
        </dd>
      </dl>
      <fieldset className="col g1 bare">
        <legend>{t('readings.decide')}</legend>
        {choices
          .filter(choice => !missing || (choice !== 'accept' && choice !== 'reject'))
          .map(choice => (
            <label key={choice} className="row">
              <input
                type="radio"
                name="decision"
                checked={decision === choice}
                disabled={choice === 'estimate' && estimate === null}
                onChange={() => setDecision(choice)}
              />
              {t(`readings.choice.${choice}`)}
            </label>
          ))}
      </fieldset>
      {decision === 'estimate' && estimate ? (
        <p className="cap" role="status">
          {t('readings.estimateIs', { index: estimate.index, why: of(readingReasons[estimate.reason]) })}
        </p>
      ) : null}
      {replaces ? (
        <>
          <Field label={t('readings.newIndex')} hint={formatUnit(reading.indexUnit)}>
            <input
              className="inp"
              name="index"
              inputMode="decimal"
              maxLength={16}
              value={index}
              onChange={event => setIndex(event.target.value)}
            />
          </Field>
          <div className="two">
            <Field label={t('readings.quality')}>
              <select
                className="inp"
                value={quality}
                onChange={event => setQuality(event.target.value as (typeof kinds)[number])}
              >
                {kinds.map(kind => (
                  <option key={kind} value={kind}>
                    {t(`readings.qualities.${kind}`)}
                  </option>
                ))}
              </select>
            </Field>
            <Field label={t('readings.reason')}>
              <select
                className="inp"
                value={reason}
                onChange={event => setReason(event.target.value as (typeof reasons)[number])}
              >
                {reasons.map(one => (
                  <option key={one} value={one}>
                    {of(readingReasons[one])}
                  </option>
                ))}
              </select>
            </Field>
          </div>
        </>
      ) : null}
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
