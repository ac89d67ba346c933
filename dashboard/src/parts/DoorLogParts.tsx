import { useState } from 'react'
import { usePersons } from '../access.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Empty } from './notes.tsx'

export function PersonChoice(props: {
  readonly value: string
  readonly onChange: (id: string) => void
  readonly any: string
}) {
  const { t } = useText()
  const [words, setWords] = useState('')
  const people = usePersons(words)
  return (
    <span className="dl-p">
      <input
        className="inp"
        type="search"
        aria-label={t('doorLog.who')}
        placeholder={t('doorLog.who')}
        value={words}
        onChange={event => setWords(event.target.value)}
      />
      <select
        className="inp"
        aria-label={props.any}
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
      >
        <option value="">{props.any}</option>
        {(people.data ?? []).map(one => (
          <option key={one.id} value={one.id}>
            {plain(one.name)} · {one.no}
          </option>
        ))}
      </select>
    </span>
  )
}

export function Moment(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (at: string) => void
}) {
  return (
    <label className="dl-m">
      <span className="dim">{props.label}</span>
      <input
        className="inp"
        type="datetime-local"
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
      />
    </label>
  )
}

/** A table of words and numbers; on the phone a card for each row. */
export function Table(props: {
  readonly title: string
  readonly none: string
  /** Why nothing is there, where that is not simply good. */
  readonly noneWhy?: string
  readonly note?: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}) {
  const { title, none, noneWhy, note, heads, rows } = props
  return (
    <section className="card" aria-label={title}>
      <div className="card-h wrap">
        <h2>{title}</h2>
        {note && rows.length > 0 ? <span className="dim">{note}</span> : null}
      </div>
      {rows.length === 0 ? (
        <Empty icon={noneWhy ? 'doors' : 'check'} title={none} {...(noneWhy && { why: noneWhy })} />
      ) : (
        <div className="dl-t">
          <table className="tbl" aria-label={title}>
            <thead>
              <tr>
                {heads.map((head, i) => (
                  <th key={head} className={typeof rows[0]?.[i] === 'number' ? 'num' : ''}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.join('|')}>
                  {row.map((cell, i) => (
                    <td key={heads[i]} data-head={heads[i]} className={typeof cell === 'number' ? 'num' : ''}>
                      {typeof cell === 'number' ? cell : plain(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
