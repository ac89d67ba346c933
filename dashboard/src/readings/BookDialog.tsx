import { useRef, useState } from 'react'
import type { MeterList } from '../../../gateway/http/contract.ts'
import { bookHead } from '../../../rules/readings/bookrows.ts'
import { call, newKey } from '../api.ts'
import { base64 } from '../base64.ts'
import { plain } from '../format.ts'
import { useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged } from './data.ts'

/** So many rows with a problem are named; more would not be read. */
const SHOWN = 50

/** A list of meters: what is wrong with which row before anything is written, then the whole of it. */
export function BookDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, of, lang } = useText()
  const away = useRecordBlock()
  const key = useRef(newKey())
  const [file, setFile] = useState<string | null>(null)
  const [read, setRead] = useState<MeterList | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const done = read?.written === true
  const bad = read?.rows.filter(row => row.problems.length > 0) ?? []
  const clean = read !== null && read.problems.length === 0 && bad.length === 0
  const send = async (dryRun: boolean) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const more = dryRun ? {} : { key: key.current }
      setRead(await call<MeterList>('meter-lists', { method: 'POST', body: { file, dryRun }, ...more }))
      if (!dryRun) await readingsChanged()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const head = `\ufeff${bookHead(lang).join(',')}\r\n`
  return (
    <Dialog
      title={t('readings.import')}
      {...(done ? {} : { verb: t(clean ? 'readings.write' : 'readings.check') })}
      blocked={away ?? (file === null ? t('common.lacks', { what: t('readings.file') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(!clean)}
      onClose={onClose}
    >
      {done ? (
        <Note sort="yes" icon="check" role="status">
          {t('readings.written', { points: read.counts.points, meters: read.counts.meters })}
        </Note>
      ) : (
        <>
          <p className="dim">{t('readings.importWhy')}</p>
          <a className="link" href={`data:text/csv;charset=utf-8,${encodeURIComponent(head)}`} download="meters.csv">
            {t('readings.blank')}
          </a>
          <Field label={t('readings.file')} hint="CSV (UTF-8, GBK), XLSX">
            <input
              className="inp"
              type="file"
              name="list"
              accept=".csv,.txt,.xlsx"
              onChange={event => {
                const picked = event.target.files?.[0]
                key.current = newKey()
                setRead(null)
                setFile(null)
                void picked?.arrayBuffer().then(bytes => setFile(base64(new Uint8Array(bytes))))
              }}
            />
          </Field>
        </>
      )}
      {read?.problems.map(p => (
        <Note key={of(p.text)} sort="no" icon="x" role="alert">
          {of(p.text)}
        </Note>
      ))}
      {read && !done && read.rows.length > 0 ? (
        <p role="status">
          {t('readings.checked', { ...read.counts })} {bad.length > 0 ? t('readings.notWritten') : ''}
        </p>
      ) : null}
      {bad.length > 0 ? (
        <ol className="rd-bad">
          {bad.slice(0, SHOWN).map(row => (
            <li key={row.line} data-line={row.line}>
              <span className="mono dim">{row.line}</span>
              <b>
                <bdi>{plain(row.point)}</bdi>
              </b>
              <span>{plain(row.unit)}</span>
              <span className="wrong">{row.problems.map(p => of(p.text)).join(t('common.listSep'))}</span>
            </li>
          ))}
          {bad.length > SHOWN ? <li>… {bad.length - SHOWN}</li> : null}
        </ol>
      ) : null}
    </Dialog>
  )
}
