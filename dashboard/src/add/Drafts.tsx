import { useState } from 'react'
import type { ByteOrderFound, CandidateView } from '../../../gateway/http/contract.ts'
import { post } from '../api.ts'
import { formatNumber } from '../format.ts'
import { isTable, pointOf } from '../looks.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { Empty, Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import type { Draft } from './cells.ts'

const MOST = 6
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,12})?$/
/** As site.json takes keys of points. */
export const keyFits = (key: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(key) && key !== 'online'

interface Props {
  readonly drafts: readonly Draft[]
  readonly words: { readonly table: string; readonly address: number; readonly words: readonly number[] } | null
  readonly set: (drafts: readonly Draft[]) => void
  readonly onPick: (draft: Draft) => void
}
/** The points that were picked, to be named; and what the display shows, to find more. */
export function Drafts({ drafts, words, set, onPick }: Props) {
  const { t } = useText()
  const change = (i: number, part: object) => set(drafts.map((one, j) => (j === i ? { ...one, ...part } : one)))
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.points')}</h2>
      </div>
      <Shown words={words} onPick={onPick} />
      {drafts.length === 0 ? (
        <Empty icon="help" title={t('add.noPoints')} why={t('add.noPointsWhy')} />
      ) : (
        <ul className="lst drafts">
          {drafts.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the key is what is being typed
            <li key={i}>
              <div className="grow col g2">
                <span className="mono dim">
                  {isTable(one.table) ? t(`add.tables.${one.table}`) : String(one.table)} · {String(one.address)} ·{' '}
                  {String(one.type)} {String(one.order ?? '')}
                </span>
                <div className="row wrap g3">
                  <Field
                    label={t('byteOrder.key')}
                    wrong={
                      keyFits(one.key) && drafts.every((other, j) => j === i || other.key !== one.key)
                        ? null
                        : t('add.keyWrong')
                    }
                  >
                    <input
                      className="inp mono"
                      maxLength={64}
                      value={one.key}
                      onChange={event => change(i, { key: event.target.value })}
                    />
                  </Field>
                  <Field label={t('byteOrder.ucum')}>
                    <input
                      className="inp mono num-s"
                      maxLength={32}
                      value={String(one.unit ?? '')}
                      onChange={event => change(i, { unit: event.target.value || undefined })}
                    />
                  </Field>
                  <Field label={t('byteOrder.scale')}>
                    <input
                      className="inp num-s"
                      inputMode="decimal"
                      maxLength={12}
                      defaultValue={String(one.scale ?? 1)}
                      onChange={event => {
                        const scale = Number(event.target.value)
                        if (scale !== 0 && Number.isFinite(scale)) change(i, { scale: scale === 1 ? undefined : scale })
                      }}
                    />
                  </Field>
                  <Button small onClick={() => set(drafts.filter((_, j) => j !== i))}>
                    {t('add.drop')}
                  </Button>
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The byte-order helper: type the number on the display; what gives it may be picked. */
function Shown({ words, onPick }: Pick<Props, 'words' | 'onPick'>) {
  const { t, lang } = useText()
  const [shown, setShown] = useState('')
  const [found, setFound] = useState<readonly CandidateView[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const fits = NUMBER.test(shown.trim()) && Number(shown) !== 0
  const look = () => {
    setError(null)
    post<ByteOrderFound>('byte-order', { words: words?.words, shown: shown.trim() }).then(
      ({ items }) => setFound(items.slice(0, MOST)),
      setError,
    )
  }
  return (
    <form
      className="card-b col g3"
      onSubmit={event => {
        event.preventDefault()
        if (fits && words) look()
      }}
    >
      <div className="row wrap g3">
        <Field label={t('byteOrder.shown')} hint={t('byteOrder.shownHint')}>
          <input
            className="inp"
            inputMode="decimal"
            maxLength={30}
            value={shown}
            onChange={event => {
              setShown(event.target.value)
              setFound(null)
            }}
          />
        </Field>
        <Button type="submit" blocked={!words ? t('byteOrder.notRead') : fits ? null : t('byteOrder.needNumber')}>
          {t('byteOrder.look')}
        </Button>
      </div>
      <Refusal error={error} />
      {found?.length === 0 ? <Note icon="help">{t('byteOrder.none')}</Note> : null}
      {found && words
        ? found.map(one => (
            <Button
              key={`${one.offset} ${one.type} ${one.order} ${one.byte ?? ''} ${one.scale}`}
              small
              onClick={() => onPick(pointOf(words, one, `${words.table[0]}${words.address + one.offset}`, '') as Draft)}
            >
              {words.address + one.offset} · {one.type} {one.order}
              {one.scale === 1 ? '' : ` ×${one.scale}`} → {formatNumber(one.value, lang)}
            </Button>
          ))
        : null}
    </form>
  )
}
