import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AfterReportView, AlarmView, UpLevels } from '../../../gateway/http/contract.ts'
import { call, type Items, post, queries, useMay, useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Note, Refusal } from './notes.tsx'

const KEY = ['after-reports']
const REFRESH_MS = 15_000

/** Telling whoever comes later in the ladder, now: a person decides it and says why. Nothing where there is no ladder. */
export function ReportUp({ alarm }: { readonly alarm: AlarmView }) {
  const { t } = useText()
  const away = useRecordBlock()
  const allowed = useMay('runbook.run')
  const path = `alarms/${encodeURIComponent(alarm.id)}/report-up`
  const query = useQuery({ queryKey: ['report-up', alarm.id], queryFn: () => call<UpLevels>(path), retry: false })
  const [chosen, setChosen] = useState<number | null>(null)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [sent, setSent] = useState<{ readonly owes: string | null } | null>(null)
  const [error, setError] = useState<unknown>(null)
  const levels = query.data?.levels ?? []
  if (!allowed || levels.length === 0) return null
  const level = levels.find(one => one.level === chosen)
  const report = async () => {
    setBusy(true)
    setError(null)
    try {
      setSent(await post<{ owes: string | null }>(path, { level: chosen, reason: reason.trim() }))
      setChosen(null)
      setReason('')
      void queries.invalidateQueries({ queryKey: KEY })
      void query.refetch()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const wordOf = (one: UpLevels['levels'][number]) => {
    const names = one.names.length === 0 ? t('reportUp.nobody') : one.names.map(plain).join(t('common.listSep'))
    return `${t('reportUp.level', { n: one.level, roster: plain(one.roster), names })}${one.told ? ` · ${t('reportUp.told')}` : ''}`
  }
  return (
    <section className="col g2">
      <h3 className="cap">{t('reportUp.title')}</h3>
      <select
        className="inp"
        aria-label={t('reportUp.title')}
        value={chosen ?? ''}
        onChange={event => setChosen(event.target.value === '' ? null : Number(event.target.value))}
      >
        <option value="">{t('reportUp.choose')}</option>
        {levels.map(one => (
          <option key={one.level} value={one.level} disabled={one.skips === null}>
            {wordOf(one)}
          </option>
        ))}
      </select>
      {level?.skips?.length ? <Note icon="warn">{t('reportUp.skips', { n: level.skips.join(', ') })}</Note> : null}
      {chosen === null ? null : (
        <>
          <textarea
            className="inp"
            rows={2}
            maxLength={500}
            aria-label={t('reportUp.what')}
            placeholder={t('reportUp.what')}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
          <span>
            <Button
              small
              blocked={away ?? (reason.trim() === '' ? t('reportUp.needWhat') : busy ? t('reportUp.title') : null)}
              onClick={() => void report()}
            >
              {t('reportUp.do')}
            </Button>
          </span>
        </>
      )}
      {sent === null ? null : (
        <Note sort="yes" icon="check" role="status">
          {t(sent.owes === null ? 'reportUp.sent' : 'reportUp.sentOwes')}
        </Note>
      )}
      <Refusal error={error} />
    </section>
  )
}

/** Reports that are owed because somebody skipped levels: they stay until they are written. */
export function OwedReports() {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const query = useQuery({
    queryKey: KEY,
    queryFn: async () => (await call<Items<AfterReportView>>('after-reports')).items,
    refetchInterval: REFRESH_MS,
  })
  const [writing, setWriting] = useState<AfterReportView | null>(null)
  const owed = query.data ?? []
  if (owed.length === 0) return null
  return (
    <>
      {owed.map(one => (
        <div key={one.id} className="note medium top-note" role="status">
          <div className="grow">
            <b>{t('reportUp.owed', { what: one.alarmText ? of(one.alarmText) : plain(one.alarm) })}</b>
            <div>
              {t('reportUp.owedWhat', {
                time: formatWhen(Date.parse(one.at), serverNow(), lang, zone),
                by: plain(one.by),
                n: one.level,
                skipped: one.skipped.join(', '),
                reason: plain(one.reason),
              })}
            </div>
          </div>
          <Button onClick={() => setWriting(one)}>{t('reportUp.write')}</Button>
        </div>
      ))}
      {writing ? <Write owed={writing} onClose={() => setWriting(null)} /> : null}
    </>
  )
}

function Write({ owed, onClose }: { readonly owed: AfterReportView; readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const allowed = useMay('runbook.run')
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const write = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`after-reports/${encodeURIComponent(owed.id)}`, { words: words.trim() })
      await queries.invalidateQueries({ queryKey: KEY })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('reportUp.write')}
      verb={t('reportUp.write')}
      blocked={
        away ?? (!allowed ? t('reportUp.blockedRole') : null) ?? (words.trim() === '' ? t('reportUp.needWhat') : null)
      }
      busy={busy}
      error={error}
      onDo={() => void write()}
      onClose={onClose}
    >
      <Field label={t('reportUp.words')}>
        <textarea
          className="inp"
          rows={6}
          maxLength={4000}
          value={words}
          autoFocus
          onChange={event => setWords(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
