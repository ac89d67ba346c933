import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { LineAsk, LinePeeked } from '../../../gateway/http/contract.ts'
import { post } from '../api.ts'
import { formatAge, formatNumber } from '../format.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { LineTrouble } from '../parts/LineTrouble.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { bitsOf, type CellReading, type Draft, draftOf, hexOf, isLikely, readingOf, readings } from './cells.ts'

const tables = ['holding', 'input', 'coil', 'discrete'] as const
type Table = (typeof tables)[number]
const AGAIN_MS = 1000
const whole = (text: string, least: number, most: number, old: number) => {
  const n = Number(text)
  return text !== '' && Number.isInteger(n) && n >= least && n <= most ? n : old
}

interface Props {
  readonly line: LineAsk
  readonly unit: number
  readonly picked: readonly Draft[]
  readonly onPick: (draft: Draft) => void
  /** What was read last, for whoever looks for a number in it. */
  readonly onWords: (place: { table: string; address: number; words: readonly number[] } | null) => void
}

/** The registers of a device as they are now, in every way that they may be meant; what changes is marked. Read only. */
export function Registers({ line, unit, picked, onPick, onWords }: Props) {
  const { t, lang } = useText()
  const away = useLinkBlock()
  const [place, setPlace] = useState({ table: 'holding' as Table, address: 0, count: 8 })
  const [still, setStill] = useState(false)
  const query = useQuery({
    queryKey: ['peek', line, unit, place],
    queryFn: () => post<LinePeeked>('lines/peek', { line, unit, ...place }),
    refetchInterval: still ? false : AGAIN_MS,
    retry: false,
    gcTime: 0,
  })
  const data = query.data
  const words = data?.words ?? null
  const changed = useChanged(words)
  const tell = useRef(onWords)
  tell.current = onWords
  useEffect(() => {
    const { table, address } = place
    tell.current(words && (table === 'holding' || table === 'input') ? { table, address, words } : null)
  }, [words, place])
  const bits = place.table === 'coil' || place.table === 'discrete'
  const taken = new Set(picked.map(one => `${String(one.table)} ${String(one.address)}`))
  const cell = (i: number, reading: CellReading) => {
    const value = readingOf(words ?? [], i, reading)
    const text = value === null ? '' : formatNumber(value, lang)
    return (
      <td key={reading} className={`r ${isLikely(value) ? '' : 'dim3'}`}>
        {value === null || !isLikely(value) ? (
          <span className="dim3">{value === null ? '' : '…'}</span>
        ) : (
          <button
            type="button"
            className="cell"
            title={t('add.pick', { address: String(place.address + i), reading })}
            onClick={() => onPick(draftOf(place.table, place.address + i, reading))}
          >
            {text}
          </button>
        )}
      </td>
    )
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.registers')}</h2>
        <span className="ml">
          <Button small onClick={() => setStill(!still)}>
            {t(still ? 'add.goOn' : 'add.hold')}
          </Button>
        </span>
      </div>
      <div className="card-b col g3">
        <div className="row wrap g3">
          <Field label={t('byteOrder.table')}>
            <select
              className="inp"
              value={place.table}
              onChange={event => setPlace({ ...place, table: event.target.value as Table })}
            >
              {tables.map(one => (
                <option key={one} value={one}>
                  {t(`add.tables.${one}`)}
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('byteOrder.address')}>
            <input
              className="inp num-s"
              type="number"
              min={0}
              max={65_535}
              value={place.address}
              onChange={event => setPlace({ ...place, address: whole(event.target.value, 0, 65_535, place.address) })}
            />
          </Field>
          <Field label={t('byteOrder.count')}>
            <input
              className="inp num-s"
              type="number"
              min={1}
              max={125}
              value={place.count}
              onChange={event => setPlace({ ...place, count: whole(event.target.value, 1, 125, place.count) })}
            />
          </Field>
        </div>
        <span className="cap">{t('add.registersHint')}</span>
        <Refusal error={away ? new Error(away) : query.error} />
        {data && words === null ? (
          data.trouble ? (
            <LineTrouble trouble={data.trouble} />
          ) : (
            <Note sort="q" icon="warn" role="status" title={t(`reason.${data.reason ?? 'no-value'}`)}>
              {data.exception !== null
                ? t('byteOrder.exception', { code: data.exception.toString(16).padStart(2, '0').toUpperCase() })
                : data.away
                  ? t(data.away.what === 'unit' ? 'add.givenUp' : 'add.lineAway', { t: formatAge(data.away.retryInMs) })
                  : t('byteOrder.noAnswer')}
            </Note>
          )
        ) : null}
      </div>
      {words ? (
        <div className="scroll">
          <table className="tbl raw mono">
            <thead>
              <tr>
                <th>{t('byteOrder.address')}</th>
                {bits ? (
                  <th>{t('add.bit')}</th>
                ) : (
                  <>
                    <th>{t('byteOrder.hex')}</th>
                    {readings.map(one => (
                      <th key={one} className="r">
                        {one.length === 4 ? `float ${one}` : one}
                      </th>
                    ))}
                    <th>{t('add.bits')}</th>
                  </>
                )}
              </tr>
            </thead>
            <tbody>
              {words.map((word, i) => (
                <tr
                  // biome-ignore lint/suspicious/noArrayIndexKey: a register is its place
                  key={i}
                  className={`${changed.has(i) ? 'changed' : ''} ${taken.has(`${place.table} ${place.address + i}`) ? 'picked' : ''}`}
                >
                  <td>
                    {place.address + i}
                    {changed.has(i) ? <span className="sr"> {t('add.changed')}</span> : null}
                  </td>
                  {bits ? (
                    <td>
                      <button
                        type="button"
                        className="cell"
                        onClick={() => onPick(draftOf(place.table, place.address + i, 'bool'))}
                      >
                        {word}
                      </button>
                    </td>
                  ) : (
                    <>
                      <td>{hexOf(word)}</td>
                      {readings.map(one => cell(i, one))}
                      <td className="nw">{bitsOf(word)}</td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}

/** Registers that are other than at the look before; as long as the next look has not come. */
function useChanged(words: readonly number[] | null): ReadonlySet<number> {
  const [seen, setSeen] = useState<{ now: readonly number[] | null; changed: ReadonlySet<number> }>({
    now: words,
    changed: new Set(),
  })
  if (seen.now === words) return seen.changed
  const before = seen.now
  const changed = new Set(
    words && before && words.length === before.length
      ? words.flatMap((word, i) => (word === before[i] ? [] : [i]))
      : [],
  )
  setSeen({ now: words, changed })
  return changed
}
