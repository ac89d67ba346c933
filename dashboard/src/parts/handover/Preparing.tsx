import { useState } from 'react'
import type { HandoverSheetView } from '../../../../gateway/http/contract.ts'
import { plain } from '../../format.ts'
import { useAsk } from '../../handover.ts'
import { useUnsaved } from '../../leave.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Refusal } from '../notes.tsx'

/** What a crew does before it may go: its checks, what is counted, and what it wants to say. */
export function Preparing({ crew, sheet }: { readonly crew: string; readonly sheet: HandoverSheetView }) {
  const { t, of } = useText()
  const { ask, error, blocked } = useAsk(crew)
  const open = sheet.phase === 'preparing' || sheet.phase === 'ready'
  const locked = blocked ?? (open ? null : t('handover.closed'))
  const [note, setNote] = useState('')
  useUnsaved(note.trim() !== '')
  const [ticked, setTicked] = useState<Readonly<Record<string, boolean>>>({})
  const tick = (id: string, done: boolean) => {
    setTicked(had => ({ ...had, [id]: done }))
    void ask('sheet', { check: { id, done } }).then(() => setTicked(({ [id]: _, ...had }) => had))
  }
  return (
    <section className="card" aria-label={t('handover.preparation')}>
      <div className="card-h">
        <h2>{t('handover.preparation')}</h2>
      </div>
      <div className="card-b col g3">
        <Refusal error={error} />
        {sheet.checks.map(({ id, name, by }) => (
          <label key={id} className="ho-c">
            <input
              type="checkbox"
              checked={ticked[id] ?? by !== null}
              disabled={locked !== null}
              onChange={e => tick(id, e.target.checked)}
            />
            <span className="grow">{of(name)}</span>
            <span className="cap">{by === null ? '' : plain(by)}</span>
          </label>
        ))}
        {sheet.counts.map(item => (
          <Count key={item.id} item={item} locked={locked} save={count => ask('sheet', { count })} />
        ))}
        <h3>{t('handover.notes')}</h3>
        {sheet.notes.map(n => (
          <p key={`${n.at} ${n.text}`} className="ho-r">
            {plain(n.text)} <span className="cap">{plain(n.by)}</span>
          </p>
        ))}
        {open ? (
          <form
            className="row g2 wrap"
            onSubmit={e => {
              e.preventDefault()
              if (locked === null && note.trim() !== '')
                void ask('sheet', { note }).then(done => (done ? setNote('') : undefined))
            }}
          >
            <input
              className="inp grow"
              aria-label={t('handover.note')}
              placeholder={t('handover.note')}
              maxLength={500}
              value={note}
              onChange={e => setNote(e.target.value)}
            />
            <Button type="submit" blocked={locked ?? (note.trim() === '' ? t('handover.noteEmpty') : null)} sayWhy>
              {t('handover.noteDo')}
            </Button>
          </form>
        ) : null}
      </div>
    </section>
  )
}

interface CountProps {
  readonly item: HandoverSheetView['counts'][number]
  readonly locked: string | null
  readonly save: (count: { id: string; n: number; remark: string }) => Promise<boolean>
}
/** Counted by a person: what differs needs a remark before it counts as done. */
function Count({ item, locked, save }: CountProps) {
  const { t, of } = useText()
  const [n, setN] = useState(item.n === null ? '' : String(item.n))
  const [remark, setRemark] = useState(item.remark)
  const differs = n !== '' && Number(n) !== item.count
  const name = of(item.name)
  const changed = n !== '' && (Number(n) !== item.n || remark !== item.remark)
  useUnsaved(changed)
  const why = locked ?? (differs && remark.trim() === '' ? t('handover.countRemark') : null)
  return (
    <div className="ho-n">
      <span className="grow">
        {name} <span className="cap">{t('handover.countDue', { n: item.count })}</span>
      </span>
      <input
        className="inp num"
        type="number"
        min={0}
        aria-label={name}
        value={n}
        disabled={locked !== null}
        onChange={e => setN(e.target.value)}
      />
      {differs ? (
        <input
          className="inp ho-w"
          aria-label={t('handover.countWhy', { name })}
          placeholder={t('handover.countRemark')}
          maxLength={500}
          value={remark}
          disabled={locked !== null}
          onChange={e => setRemark(e.target.value)}
        />
      ) : null}
      {changed ? (
        <Button
          small
          blocked={why}
          aria-label={t('handover.countDoOf', { name })}
          onClick={() => void save({ id: item.id, n: Number(n), remark: differs ? remark : '' })}
        >
          {t('handover.countDo')}
        </Button>
      ) : item.n === null ? null : (
        <span className="cap">{plain(item.by ?? '')}</span>
      )}
    </div>
  )
}
