import { useState } from 'react'
import type { ImportChange, ImportProblem, SiteImport } from '../../../../gateway/http/contract.ts'
import { ApiError, post, queries, useMay } from '../../api.ts'
import { plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { Note, Refusal } from '../../parts/notes.tsx'
import { review } from '../../parts/SiteReview.tsx'
import { useText } from '../../text/index.ts'

/** More rows than this are not drawn; the count stands above them. */
const MOST_ROWS = 500

interface Chosen {
  readonly name: string
  readonly csv: string
}

/** Equipment and points as a table: out for Excel, and in again with a dry run first. */
export function ImportExport() {
  const { t } = useText()
  const writes = useMay('site.write')
  return (
    <div className="stk">
      <section className="card">
        <div className="card-h">
          <h2>{t('table.export')}</h2>
        </div>
        <div className="card-b col g3">
          <span className="dim">{t('table.exportWhy')}</span>
          <div className="row">
            <a className="btn" href="/api/v1/site/export.csv" download>
              {t('table.download')}
            </a>
          </div>
        </div>
      </section>
      {writes ? <Import /> : <Note icon="lock">{t('site.readOnly')}</Note>}
    </div>
  )
}

function Import() {
  const { t } = useText()
  const away = useLinkBlock()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [result, setResult] = useState<SiteImport | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const ask = async (file: Chosen, dryRun: boolean, why: string | null = null) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await post<SiteImport>('site/import', { csv: file.csv, dryRun, ...(why && { why }) })
      setResult(answer)
      if (answer.applied)
        for (const key of ['about', 'equipment', 'channels', 'site'])
          void queries.invalidateQueries({ queryKey: [key] })
    } catch (refused) {
      setError(refused)
      // The site may have changed since the dry run: then the old picture is worth nothing.
      if (refused instanceof ApiError && refused.status !== 0) setResult(null)
    } finally {
      setBusy(false)
    }
  }
  const apply = async (file: Chosen) => {
    const said = await review(result?.differs ?? [])
    if (said) await ask(file, false, said.why)
  }
  const choose = async (file: File | undefined) => {
    setResult(null)
    setError(null)
    setChosen(null)
    if (!file) return
    const next = { name: file.name, csv: base64(new Uint8Array(await file.arrayBuffer())) }
    setChosen(next)
    await ask(next, true)
  }
  const errors = result?.problems.filter(p => p.level === 'error').length ?? 0
  const moves = result?.changes.filter(c => c.what !== 'same').length ?? 0
  const blocked = away ?? (errors > 0 ? t('table.blocked', { n: errors }) : moves === 0 ? t('table.nothing') : null)

  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('table.import')}</h2>
      </div>
      <div className="card-b col g3">
        <span className="dim">{t('table.importWhy')}</span>
        <Field label={t('table.file')} hint={t('table.fileHint')}>
          <input
            className="inp"
            type="file"
            accept=".csv,.txt,text/csv"
            onChange={event => void choose(event.target.files?.[0])}
          />
        </Field>
        {busy ? <span role="status">{t('table.reading')}</span> : null}
        <Refusal error={error} />
        {result ? <Outcome result={result} errors={errors} /> : null}
        {result && !result.applied && chosen ? (
          <div className="row wrap">
            <Button primary blocked={blocked} sayWhy onClick={() => !busy && void apply(chosen)}>
              {t('table.apply', { n: moves })}
            </Button>
          </div>
        ) : null}
      </div>
      {result && result.problems.length > 0 ? <Problems problems={result.problems} /> : null}
      {result && moves > 0 ? <Changes changes={result.changes.filter(c => c.what !== 'same')} /> : null}
    </section>
  )
}

function Outcome({ result, errors }: { readonly result: SiteImport; readonly errors: number }) {
  const { t } = useText()
  const count = (what: ImportChange['what'], point: boolean) =>
    result.changes.filter(c => c.what === what && (c.point !== null) === point).length
  const sums = (['added', 'changed', 'same'] as const).map(what =>
    t(`table.sum.${what}`, { equipment: count(what, false), points: count(what, true) }),
  )
  return (
    <Note
      sort={errors > 0 ? 'no' : result.applied ? 'yes' : 'plain'}
      icon={errors > 0 ? 'x' : 'check'}
      title={errors > 0 ? t('table.bad', { n: errors }) : t(result.applied ? 'table.applied' : 'table.good')}
      role={errors > 0 ? 'alert' : 'status'}
    >
      {[...sums, t('table.sum.left', { equipment: result.left.equipment, points: result.left.points })].join(
        t('common.listSep'),
      )}
      {' · '}
      {result.encoding === 'gb18030' ? 'GBK' : result.encoding.toUpperCase()}
    </Note>
  )
}

function Problems({ problems }: { readonly problems: readonly ImportProblem[] }) {
  const { t, of } = useText()
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th className="r">{t('table.row')}</th>
          <th>{t('table.column')}</th>
          <th>{t('table.problem')}</th>
        </tr>
      </thead>
      <tbody>
        {problems.slice(0, MOST_ROWS).map((p, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that is replaced whole
          <tr key={at}>
            <td className="r nw">{p.row ?? '—'}</td>
            <td className="mono brk">{p.column === null ? '—' : plain(p.column)}</td>
            <td>
              {p.level === 'warning' ? `${t('site.level.warning')}: ` : ''}
              {of(p.text)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Changes({ changes }: { readonly changes: readonly ImportChange[] }) {
  const { t } = useText()
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th className="r">{t('table.row')}</th>
          <th>{t('table.what')}</th>
          <th>{t('table.change')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.slice(0, MOST_ROWS).map(c => (
          <tr key={`${c.row} ${c.point === null}`}>
            <td className="r nw">{c.row}</td>
            <td className="mono brk">{plain(c.point === null ? c.equipment : `${c.equipment}/${c.point}`)}</td>
            <td>
              {t(`table.change_.${c.what === 'added' ? 'added' : 'changed'}`)}
              {c.fields.length > 0 ? <span className="mono dim"> {c.fields.map(plain).join(', ')}</span> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** In pieces: a function takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
