import { useMemo, useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { useSpaces } from '../../api.ts'
import { formatNumber, plain } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { Empty, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type Edit, useSiteEdit } from './siteedit.ts'
import { WithSite } from './siteform.tsx'

/** More rows than these are not drawn; they are chosen all the same, and it is said. */
const MOST_ROWS = 300
const kinds = ['equipment', 'points'] as const
type Kind = (typeof kinds)[number]
const words = { equipment: ['scanMs', 'space'], points: ['scanMs', 'deadband', 'range', 'space'] } as const
type Word = 'scanMs' | 'space' | 'deadband' | 'range'

interface RawPoint {
  readonly key?: unknown
  readonly [word: string]: unknown
}
interface RawEquipment {
  readonly id?: unknown
  readonly kind?: unknown
  readonly name?: { readonly 'zh-CN': string; readonly en: string }
  readonly points?: readonly RawPoint[]
  readonly [word: string]: unknown
}
interface Row {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly space: string
  /** In site.json. */
  readonly path: readonly (string | number)[]
  readonly raw: { readonly [word: string]: unknown }
}

/** Many devices or points at once; what becomes of each is shown before it is saved. */
export function Bulk() {
  const { t } = useText()
  return <WithSite what={t('bulk.title')}>{(site, read) => <Edits site={site} read={read} />}</WithSite>
}

function Edits({ site, read }: { readonly site: SiteView; readonly read: Record<string, unknown> }) {
  const { t, of, lang, code } = useText()
  const edit = useSiteEdit(site)
  const spaces = useSpaces()
  const [kind, setKind] = useState<Kind>('equipment')
  const [find, setFind] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [word, setWord] = useState<Word>('scanMs')
  const [value, setValue] = useState('')
  const [high, setHigh] = useState('')
  const [clear, setClear] = useState(false)
  const { rows, fixed } = useMemo(() => rowsOf(read, kind, of), [read, kind, of])
  const spaceName = (id: unknown) => {
    const known = typeof id === 'string' ? spaces.get(id) : undefined
    return known ? of(known.name) : typeof id === 'string' ? plain(id) : ''
  }
  const wanted = find.trim().toLowerCase()
  const found = rows.filter(row =>
    [row.id, row.name, row.kind, code('kind', row.kind), row.space, spaceName(row.space)]
      .join(' ')
      .toLowerCase()
      .includes(wanted),
  )
  const picked = rows.filter(row => chosen.has(row.id))
  const n = (count: number) => formatNumber(count, lang)
  const made = wordValue(word, value, high)
  const blocked =
    edit.blocked ??
    (picked.length === 0
      ? t('bulk.noneChosen')
      : !clear && made === undefined
        ? t(word === 'space' ? 'bulk.needSpace' : word === 'range' ? 'bulk.needRange' : 'bulk.needNumber')
        : null)
  const toggle = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen)
    for (const id of ids)
      if (on) next.add(id)
      else next.delete(id)
    setChosen(next)
  }
  const turn = (next: Kind) => {
    setKind(next)
    setChosen(new Set())
    setWord('scanMs')
    setValue('')
    setHigh('')
  }
  const all = found.length > 0 && found.every(row => chosen.has(row.id))
  const shown = (raw: unknown): string => {
    if (raw === undefined) return '—'
    if (word === 'scanMs' && typeof raw === 'number') return `${formatNumber(raw / 1000, lang)} s`
    if (word === 'space') return spaceName(raw)
    return Array.isArray(raw) ? raw.join(' – ') : String(raw)
  }
  const save = () => edit.save(picked.map((row): Edit => [[...row.path, word], clear ? undefined : made]))
  return (
    <section className="card">
      <div className="card-h wrap">
        <h2>{t('bulk.title')}</h2>
        <span className="dim">{t('bulk.count', { chosen: n(picked.length), found: n(found.length) })}</span>
      </div>
      <div className="card-b col g3">
        <span className="dim">{t('bulk.why')}</span>
        <div className="row wrap">
          <select
            className="inp"
            style={{ width: 'auto' }}
            aria-label={t('bulk.kind')}
            value={kind}
            onChange={event => turn(event.target.value as Kind)}
          >
            {kinds.map(one => (
              <option key={one} value={one}>
                {t(`bulk.of.${one}`)}
              </option>
            ))}
          </select>
          <input
            className="inp"
            style={{ width: 'min(320px, 100%)' }}
            type="search"
            aria-label={t('bulk.find')}
            placeholder={t('bulk.find')}
            value={find}
            onChange={event => setFind(event.target.value)}
          />
        </div>
        {fixed > 0 ? <Note icon="lock">{t('bulk.fixed', { n: n(fixed) })}</Note> : null}
        <div className="row wrap blk">
          <Field label={t('bulk.word')}>
            <select className="inp" value={word} onChange={event => setWord(event.target.value as Word)}>
              {words[kind].map(one => (
                <option key={one} value={one}>
                  {t(`bulk.words.${one}`)}
                </option>
              ))}
            </select>
          </Field>
          {clear ? null : word === 'space' ? (
            <Field label={t('bulk.value')}>
              <select className="inp" value={value} onChange={event => setValue(event.target.value)}>
                <option value="" />
                {[...spaces.values()].map(one => (
                  <option key={one.id} value={one.id}>
                    {of(one.name)}
                  </option>
                ))}
              </select>
            </Field>
          ) : (
            <>
              <Field label={t(word === 'range' ? 'bulk.least' : 'bulk.value')}>
                <input
                  className="inp"
                  inputMode="decimal"
                  value={value}
                  onChange={event => setValue(event.target.value)}
                />
              </Field>
              {word === 'range' ? (
                <Field label={t('bulk.most')}>
                  <input
                    className="inp"
                    inputMode="decimal"
                    value={high}
                    onChange={event => setHigh(event.target.value)}
                  />
                </Field>
              ) : null}
            </>
          )}
          <label className="row">
            <input type="checkbox" checked={clear} onChange={event => setClear(event.target.checked)} />
            {t('bulk.clear')}
          </label>
        </div>
      </div>
      {found.length === 0 ? (
        <Empty icon="search" title={t(rows.length === 0 ? 'bulk.nothing' : 'bulk.notFound')} />
      ) : (
        <div className="blk-list">
          <table className="tbl blk-t">
            <thead>
              <tr>
                <th>
                  <input
                    type="checkbox"
                    aria-label={t('bulk.all')}
                    checked={all}
                    onChange={event =>
                      toggle(
                        found.map(row => row.id),
                        event.target.checked,
                      )
                    }
                  />
                </th>
                <th>{t(`bulk.of.${kind}`)}</th>
                <th>{t(`bulk.words.${word}`)}</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, MOST_ROWS).map(row => (
                <tr key={row.id}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={t('bulk.pick', { what: row.id })}
                      checked={chosen.has(row.id)}
                      onChange={event => toggle([row.id], event.target.checked)}
                    />
                  </td>
                  <td className="brk">
                    {row.name}
                    <div className="cap">
                      <span className="mono">{plain(row.id)}</span>
                      {row.space === '' ? '' : ` · ${spaceName(row.space)}`}
                    </div>
                  </td>
                  <td>{shown(row.raw[word])}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {found.length > MOST_ROWS ? (
            <div className="card-f cap">{t('bulk.more', { n: n(found.length - MOST_ROWS) })}</div>
          ) : null}
        </div>
      )}
      <Saving edit={{ ...edit, blocked: null }}>
        <Button primary blocked={blocked} sayWhy onClick={() => void save()}>
          {t(edit.busy ? 'site.saving' : 'bulk.show', { n: n(picked.length) })}
        </Button>
      </Saving>
    </section>
  )
}

/** What can be changed here, and how many points belong to device models and cannot. */
function rowsOf(
  from: Record<string, unknown>,
  kind: Kind,
  of: ReturnType<typeof useText>['of'],
): { readonly rows: readonly Row[]; readonly fixed: number } {
  const list = Array.isArray(from.equipment) ? (from.equipment as readonly RawEquipment[]) : []
  let models = 0
  const made = list.flatMap((one, i): Row[] => {
    if (typeof one?.id !== 'string') return []
    const base = {
      kind: typeof one.kind === 'string' ? one.kind : '',
      space: typeof one.space === 'string' ? one.space : '',
    }
    const name = one.name ? of(one.name) : one.id
    if (kind === 'equipment') return [{ ...base, id: one.id, name, path: ['equipment', i], raw: one }]
    if (typeof one.profile === 'string') models++
    return (one.points ?? []).flatMap((point, j) =>
      typeof point?.key !== 'string'
        ? []
        : [{ ...base, id: `${one.id}/${point.key}`, name, path: ['equipment', i, 'points', j], raw: point }],
    )
  })
  return { rows: made, fixed: models }
}

/** As it is to stand in site.json; undefined: what was typed is nothing that could. */
function wordValue(word: Word, value: string, high: string): unknown {
  const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
  const [low, top] = [number(value), number(high)]
  if (word === 'space') return value === '' ? undefined : value
  if (word === 'range') return Number.isFinite(low) && Number.isFinite(top) && low < top ? [low, top] : undefined
  if (word === 'scanMs') return low > 0 && Number.isFinite(low) ? Math.round(low * 1000) : undefined
  return Number.isFinite(low) && low >= 0 ? low : undefined
}
