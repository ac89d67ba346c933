import { useState } from 'react'
import type { MeterLifeView, MultiplierAskView } from '../../../gateway/http/contract.ts'
import { call, newKey, sendFile, useMay, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Refusal } from '../parts/notes.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged, useMultiplierAsks } from './data.ts'
import { dateOf } from './day.ts'

const number = /^\d{1,9}(\.\d{1,6})?$/

/** What one step of the register counted for, since when and on what evidence; a new one waits for another person. */
export function Multipliers({ life }: { readonly life: MeterLifeView }) {
  const { t } = useText()
  const me = useMe()
  const zone = me.site.timezone
  const away = useRecordBlock()
  const manages = useMay('meter.manage')
  const { data } = useMultiplierAsks(life.point.id)
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const asks = data?.items ?? []
  const decide = async (n: number, decision: 'approve' | 'refuse') => {
    setError(null)
    try {
      await call(`multipliers/${n}/${decision}`, { method: 'POST', body: {} })
      await readingsChanged()
    } catch (refused) {
      setError(refused)
    }
  }
  const askOf = (m: MeterLifeView['multipliers'][number]) =>
    asks.find(a => a.state === 'approved' && a.from === m.from && a.multiplier === m.multiplier)
  return (
    <section className="card" aria-label={t('readings.multipliers')}>
      <div className="card-h wrap">
        <h2>{t('readings.multipliers')}</h2>
        {manages && life.point.meter ? (
          <span className="ml">
            <Button small blocked={away} onClick={() => setAsking(true)}>
              {t('readings.newMultiplier')}
            </Button>
          </span>
        ) : null}
      </div>
      <table className="tbl flow" aria-label={t('readings.multipliers')}>
        <thead>
          <tr>
            <th className="r">{t('readings.multiplier')}</th>
            <th>{t('readings.from')}</th>
            <th>{t('readings.evidence')}</th>
            <th>{t('readings.state')}</th>
            {manages ? <th /> : null}
          </tr>
        </thead>
        <tbody>
          {asks
            .filter(a => a.state !== 'approved')
            .map(a => (
              <tr key={`a${a.n}`}>
                <td className="nw r">× {a.multiplier}</td>
                <td className="nw">{dateOf(a.from, zone)}</td>
                <td className="wide">
                  <Evidence ask={a} />
                </td>
                <td>
                  {t(`readings.asked.${a.state}`, { by: plain(a.decidedBy ?? '') })}
                  <div className="cap">
                    {t('readings.askedBy', { by: plain(a.askedBy), day: dateOf(a.askedAt, zone) })}
                  </div>
                </td>
                {manages ? (
                  <td className="r">
                    {a.state === 'asked' ? (
                      <span className="row wrap">
                        <Button
                          small
                          blocked={away ?? (a.askedBy === me.name ? t('readings.anotherPerson') : null)}
                          onClick={() => void decide(a.n, 'approve')}
                        >
                          {t('readings.approve')}
                        </Button>
                        <Button small blocked={away} onClick={() => void decide(a.n, 'refuse')}>
                          {t('readings.refuse')}
                        </Button>
                      </span>
                    ) : null}
                  </td>
                ) : null}
              </tr>
            ))}
          {life.multipliers.toReversed().map(m => {
            const ask = askOf(m)
            return (
              <tr key={m.from}>
                <td className="nw r">
                  <b>× {m.multiplier}</b>
                </td>
                <td className="nw">{dateOf(m.from, zone)}</td>
                <td className="wide">
                  {ask ? <Evidence ask={ask} /> : m.evidence === '' ? t('readings.asHung') : plain(m.evidence)}
                </td>
                <td>
                  {ask
                    ? t('readings.askedFour', { by: plain(ask.askedBy), other: plain(ask.decidedBy ?? '') })
                    : t('readings.fromBook')}
                </td>
                {manages ? <td /> : null}
              </tr>
            )
          })}
        </tbody>
      </table>
      <Refusal error={error} />
      {asking ? <AskDialog life={life} onClose={() => setAsking(false)} /> : null}
    </section>
  )
}

function Evidence({ ask }: { readonly ask: MultiplierAskView }) {
  const { t } = useText()
  return (
    <>
      {plain(ask.evidence)}{' '}
      {ask.photo ? (
        <a className="link" href={`/api/v1/multipliers/${ask.n}/photo/${ask.photo}`} target="_blank" rel="noreferrer">
          {t('readings.photo')}
        </a>
      ) : null}
    </>
  )
}

function AskDialog({ life, onClose }: { readonly life: MeterLifeView; readonly onClose: () => void }) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const [key] = useState(newKey)
  const registers = life.point.meter?.registers ?? []
  const [form, setForm] = useState({ from: '', multiplier: '', evidence: '' })
  const [index, setIndex] = useState<Record<string, string>>({})
  const [photo, setPhoto] = useState<File | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const lacks = !number.test(form.multiplier.trim())
    ? 'readings.multiplier'
    : form.from === ''
      ? 'readings.from'
      : registers.some(r => !number.test((index[r.code] ?? '').trim()))
        ? 'readings.indexThen'
        : form.evidence.trim() === ''
          ? 'readings.evidence'
          : null
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const body = {
        ...{ from: momentIn(form.from, zone), multiplier: form.multiplier.trim(), evidence: form.evidence.trim() },
        index: Object.fromEntries(registers.map(r => [r.code, index[r.code]!.trim()])),
      }
      const path = `service-points/${encodeURIComponent(life.point.id)}/multiplier`
      const made = await call<MultiplierAskView>(path, { method: 'POST', body, key })
      if (photo) await sendFile(`multipliers/${made.n}/photo`, photo)
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
      title={t('readings.newMultiplier')}
      verb={t('readings.ask')}
      blocked={away ?? (lacks === null ? null : t('common.lacks', { what: t(lacks) }))}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p className="dim">{t('readings.multiplierWhy')}</p>
      <div className="two">
        <Field label={t('readings.multiplier')}>
          <input
            className="inp"
            name="multiplier"
            inputMode="decimal"
            value={form.multiplier}
            onChange={event => setForm({ ...form, multiplier: event.target.value })}
          />
        </Field>
        <Field label={t('readings.from')}>
          <input
            className="inp"
            type="datetime-local"
            name="from"
            value={form.from}
            onChange={event => setForm({ ...form, from: event.target.value })}
          />
        </Field>
      </div>
      {registers.map(r => (
        <Field key={r.code} label={`${t('readings.indexThen')} · ${t(`readings.register.${r.code}`)}`} hint={r.unit}>
          <input
            className="inp"
            name={`index-${r.code}`}
            inputMode="decimal"
            value={index[r.code] ?? ''}
            onChange={event => setIndex({ ...index, [r.code]: event.target.value })}
          />
        </Field>
      ))}
      <Field label={t('readings.evidence')}>
        <input
          className="inp"
          name="evidence"
          maxLength={200}
          value={form.evidence}
          onChange={event => setForm({ ...form, evidence: event.target.value })}
        />
      </Field>
      <Field label={t('readings.photoOptional')}>
        <input
          className="inp"
          type="file"
          name="photo"
          accept="image/jpeg,image/png,image/webp"
          onChange={event => setPhoto(event.target.files?.[0] ?? null)}
        />
      </Field>
    </Dialog>
  )
}
