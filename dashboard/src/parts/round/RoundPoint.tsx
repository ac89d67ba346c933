import { useState } from 'react'
import type { Challenge } from '../../../../rules/patrol/challenge.ts'
import { formatNumber, formatUnit } from '../../format.ts'
import type { Chosen } from '../../pages/round.tsx'
import { type Item, type Queued, smallPhoto } from '../../round/post.ts'
import { useText } from '../../text/index.ts'
import { Note } from '../notes.tsx'

interface Props {
  readonly chosen: Chosen
  /** Whether a permit of hot work holds here now; null: not known, as without a network, and the guard asks for it. */
  readonly permit: boolean | null
  /** What a photo is asked of this time, because a code can be copied; null: nothing. */
  readonly challenge: Challenge | null
  readonly person: string
  /** When the round was loaded, as the site's clock showed it: what meters said is of then. */
  readonly asOf: string
  readonly onAdd: (one: Omit<Queued, 'n' | 'at'>) => void
}
type Seen = Partial<Record<string, 'ok' | 'bad' | 'shown' | 'none'>>

/** What is looked at on a point: each thing is in order or not, with a note and a photo; then it is put down. */
export function RoundPoint({ chosen, permit: known, challenge, person, asOf, onAdd }: Props) {
  const { t, of, lang } = useText()
  const { point, tag } = chosen
  const [seen, setSeen] = useState<Seen>({})
  const [note, setNote] = useState('')
  const [said, setSaid] = useState('')
  const [photo, setPhoto] = useState<string | null>(null)
  const [full, setFull] = useState(false)
  const isValue = point.kind === 'value'
  // Nothing hangs here that could be read: a zone without a point, or a tag that was taken down.
  const noTag = point.mark === null && (point.kind === 'nfc' || point.kind === 'qr')
  const read = tag !== null || noTag || (isValue && said.trim() !== '')
  const asked = challenge !== null && chosen.method === 'qr'
  const answered = point.items.every(i => seen[i.id] !== undefined && !(i.flame && seen[i.id] === 'bad'))
  const bad = point.items.some(i => seen[i.id] === 'bad' || seen[i.id] === 'none')
  const items = point.items.flatMap((i): Item[] => {
    const word = seen[i.id]
    if (word === undefined) return []
    const permit = word === 'shown' || word === 'none' ? { permit: word } : {}
    return [{ id: i.id, ok: word === 'ok', note: '', ...permit }]
  })
  const add = (method: Queued['method'], what: readonly Item[]) => {
    try {
      onAdd({
        ...{ point: `${chosen.route}/${point.id}`, method, items: what, note, said, person, photo },
        ...(tag !== null && method !== 'broken' && { tag }),
      })
    } catch {
      setFull(true)
    }
  }
  if (point.kind === 'reader') return <p className="rd-p">{t('round.atReader')}</p>
  return (
    <div className="rd-p">
      {isValue ? (
        <label className="col g1">
          <span>{t('round.value')}</span>
          <input className="inp" inputMode="decimal" value={said} onChange={event => setSaid(event.target.value)} />
        </label>
      ) : noTag ? (
        <Note icon="help">{t('round.noTag')}</Note>
      ) : tag === null ? (
        <Note icon="help">{t('round.scanFirst')}</Note>
      ) : null}
      {read ? (
        <>
          {point.items.map(i => (
            <fieldset key={i.id} data-item={i.id}>
              <legend>{of(i.text)}</legend>
              {i.meter ? (
                <span className="cap">
                  {i.meter.value === null
                    ? t('round.meterSilent')
                    : t('round.meterSays', {
                        load: `${formatNumber(i.meter.value, lang)} ${formatUnit(i.meter.unit)}`.trim(),
                        at: asOf,
                      })}
                </span>
              ) : null}
              <div className="seg">
                {(['ok', 'bad'] as const).map(word => (
                  <button
                    key={word}
                    type="button"
                    className="btn"
                    aria-pressed={word === 'ok' ? seen[i.id] === 'ok' : seen[i.id] !== undefined && seen[i.id] !== 'ok'}
                    onClick={() =>
                      setSeen({
                        ...seen,
                        [i.id]: word === 'bad' && i.flame && known !== null ? (known ? 'shown' : 'none') : word,
                      })
                    }
                  >
                    {t(i.flame ? `round.flame.${word}` : `round.item.${word}`)}
                  </button>
                ))}
              </div>
              {i.flame && seen[i.id] !== undefined && seen[i.id] !== 'ok' ? (
                known === null ? (
                  <div className="seg">
                    <span>{t('round.permitAsk')}</span>
                    {(['shown', 'none'] as const).map(word => (
                      <button
                        key={word}
                        type="button"
                        className="btn"
                        aria-pressed={seen[i.id] === word}
                        onClick={() => setSeen({ ...seen, [i.id]: word })}
                      >
                        {t(`round.permit.${word}`)}
                      </button>
                    ))}
                  </div>
                ) : (
                  <b>{t(known ? 'round.permitThere' : 'round.permitNone')}</b>
                )
              ) : null}
              {seen[i.id] === 'none' ? (
                <Note sort="high" icon="warn" role="alert">
                  {t('round.stop')}
                </Note>
              ) : null}
            </fieldset>
          ))}
          {point.items.length > 1 ? (
            <button
              type="button"
              className="btn"
              onClick={() => setSeen({ ...Object.fromEntries(point.items.map(i => [i.id, 'ok' as const])), ...seen })}
            >
              {t('round.allOk')}
            </button>
          ) : null}
        </>
      ) : null}
      {asked ? (
        <Note sort="medium" icon="help" role="alert">
          {t('round.challenge', { what: t(`patrolChallenge.${challenge}`) })}
        </Note>
      ) : null}
      <label className="col g1">
        <span>{t('round.note')}</span>
        <input className="inp" maxLength={500} value={note} onChange={event => setNote(event.target.value)} />
      </label>
      <label className="btn">
        {photo === null ? t('round.photo') : t('round.photoThere')}
        <input
          type="file"
          className="sr"
          accept="image/*"
          capture="environment"
          onChange={event => {
            const file = event.target.files?.[0]
            if (file) smallPhoto(file).then(setPhoto, () => setPhoto(null))
          }}
        />
      </label>
      {full ? (
        <Note sort="high" icon="warn" role="alert">
          {t('round.full')}
        </Note>
      ) : null}
      {read ? (
        <button
          type="button"
          className="btn lg pri"
          disabled={!answered || ((point.photo || asked) && photo === null)}
          onClick={() => add(isValue && tag === null ? 'value' : chosen.method, items)}
        >
          {t(bad ? 'round.putBad' : 'round.put')}
        </button>
      ) : isValue ? null : (
        <button type="button" className="btn lg" onClick={() => add('broken', [])}>
          {t('round.broken')}
        </button>
      )}
    </div>
  )
}
