import { useRef, useState } from 'react'
import type { PassListView, WorksView } from '../../../../gateway/http/contract.ts'
import { passesChanged, useDoors } from '../../access.ts'
import { call, newKey, useMe } from '../../api.ts'
import { base64 } from '../../base64.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'
import { Note } from '../notes.tsx'
import { momentIn } from '../OrderFields.tsx'

/** A firm's list: what is wrong with which row before anything is made, then passes that wait for approval. */
export function PassListDialog({ works, onClose }: { readonly works: WorksView; readonly onClose: () => void }) {
  const { t, of } = useText()
  const { site } = useMe()
  const levels = useDoors().data?.levels ?? []
  const key = useRef(newKey())
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [validTo, setValidTo] = useState('')
  const [file, setFile] = useState<string | null>(null)
  const [read, setRead] = useState<PassListView | null>(null)
  const [done, setDone] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const lacks =
    validTo === '' ? 'passes.validTo' : chosen.length === 0 ? 'passes.levels' : file === null ? 'passes.listFile' : null
  const good = read?.rows.filter(row => row.problems.length === 0).length ?? 0
  const change = (then: () => void) => {
    key.current = newKey()
    setRead(null)
    then()
  }
  const send = async (dryRun: boolean) => {
    setBusy(true)
    setError(null)
    try {
      const body = { file, works: works.id, levels: chosen, validTo: momentIn(validTo, site.timezone), dryRun }
      setRead(await call<PassListView>('pass-lists', { method: 'POST', body, ...(dryRun ? {} : { key: key.current }) }))
      if (!dryRun) {
        setDone(true)
        await passesChanged()
      }
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('passes.listOf', { no: works.no })}
      {...(done ? {} : { verb: read === null ? t('passes.listCheck') : t('passes.listApply', { n: good }) })}
      blocked={
        lacks !== null
          ? t('common.lacks', { what: t(lacks) })
          : read !== null && good === 0
            ? t('passes.listNone')
            : null
      }
      busy={busy}
      error={error}
      onDo={() => void send(read === null)}
      onClose={onClose}
    >
      {done ? (
        <Note sort="yes" icon="check" role="status">
          {t('passes.listDone', { n: read?.rows.filter(row => row.no !== null).length ?? 0 })}
        </Note>
      ) : (
        <>
          <p className="dim">{t('passes.listWhy')}</p>
          <Field label={t('passes.listFile')} hint="CSV (UTF-8, GBK), XLSX">
            <input
              className="inp"
              type="file"
              name="list"
              accept=".csv,.txt,.xlsx"
              onChange={event => {
                const picked = event.target.files?.[0]
                change(() => setFile(null))
                void picked?.arrayBuffer().then(bytes => setFile(base64(new Uint8Array(bytes))))
              }}
            />
          </Field>
          <Field label={t('passes.validTo')}>
            <input
              className="inp"
              type="datetime-local"
              name="validTo"
              value={validTo}
              onChange={event => change(() => setValidTo(event.target.value))}
            />
          </Field>
          <fieldset className="col g1">
            <legend>{t('passes.levels')}</legend>
            {levels.map(level => (
              <label key={level.id} className="row">
                <input
                  type="checkbox"
                  checked={chosen.includes(level.id)}
                  onChange={() =>
                    change(() =>
                      setChosen(
                        chosen.includes(level.id) ? chosen.filter(id => id !== level.id) : [...chosen, level.id],
                      ),
                    )
                  }
                />
                {of(level.name)}
              </label>
            ))}
          </fieldset>
        </>
      )}
      {read?.problems.map(p => (
        <Note key={p.code} sort="no" icon="x" role="alert">
          {of(p.text)}
        </Note>
      ))}
      {read && read.rows.length > 0 ? (
        <>
          <p role="status">{t('passes.listRead', { n: read.rows.length, good, bad: read.rows.length - good })}</p>
          <ol className="pl">
            {read.rows.map(row => (
              <li key={row.line} data-line={row.line}>
                <span className="mono dim">{row.line}</span>
                <b>
                  <bdi>{plain(row.name)}</bdi>
                </b>
                <span>{plain(row.trade)}</span>
                <span className="mono">…{row.idLast4}</span>
                {row.problems.length > 0 ? (
                  <span className="wrong">{row.problems.map(p => of(p.text)).join(t('common.listSep'))}</span>
                ) : (
                  <span className="dim">{row.no ?? t(row.known ? 'passes.listKnown' : 'passes.listNew')}</span>
                )}
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </Dialog>
  )
}
