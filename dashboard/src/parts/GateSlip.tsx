import { useEffect, useState } from 'react'
import type { RegisterEntryView } from '../../../gateway/http/contract.ts'
import type { Item } from '../../../rules/register.ts'
import { today } from '../../../rules/registerdays.ts'
import { goods } from '../../../rules/registers/goods.ts'
import { formatTime, plain } from '../format.ts'
import { kept } from '../gate/post.ts'
import { useEntry, useWritten } from '../registers.ts'
import { useText } from '../text/index.ts'
import { Button } from './Button.tsx'
import { Loaded } from './notes.tsx'
import { Photos, Referred } from './registers/EntryDetail.tsx'
import { MoveForm } from './registers/EntryForms.tsx'
import '../pages/registers.css'

const SHOWN_MS = 90_000

interface Props {
  readonly no: string
  readonly zone: string
  readonly onClose: () => void
}
/** A goods exit slip at the gate: may these goods go out now, and which of them are left. */
export function GateSlip({ no, zone, onClose }: Props) {
  const { t } = useText()
  const query = useEntry(no)
  return (
    <Loaded query={query} what={no}>
      {entry => (entry.register === goods.id ? <Card entry={entry} zone={zone} onClose={onClose} /> : t('gate.noSlip'))}
    </Loaded>
  )
}

interface CardProps {
  readonly entry: RegisterEntryView
  readonly zone: string
  readonly onClose: () => void
}
function Card({ entry, zone, onClose }: CardProps) {
  const { t, of, lang } = useText()
  const written = useWritten()
  const [doing, setDoing] = useState<string | null>(null)
  const [at] = useState(() => Date.now() + kept.offset.get())
  // As any answer at the gate: it is not taken for the next one's.
  useEffect(() => {
    if (doing !== null) return
    const timer = setTimeout(onClose, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [doing, onClose])
  const isToday = entry.values.day === today(at, zone)
  const may = entry.moves.includes('pass') && isToday
  const verdict = may ? 'yes' : 'no'
  const items = (entry.values.items ?? []) as readonly Item[]
  const shown = ['company', 'space', 'carrier', 'plate', 'day']
  const why = may ? of(entry.phaseName) : isToday ? of(entry.phaseName) : of(goods.refusals['other-day']!)
  return (
    <div className={`ans ${verdict}`} data-slip={verdict} data-phase={entry.phase}>
      <div className="big">
        <div>
          <b>{t(may ? 'gate.slipYes' : 'gate.slipNo')}</b>
          <span>{`${entry.no} · ${why}`}</span>
        </div>
        <time className="ml">{formatTime(at, lang, zone)}</time>
      </div>
      <div className="rg-slip">
        <dl className="rg-kv">
          {goods.fields
            .filter(f => shown.includes(f.key))
            .map(f => {
              const text = written(f, entry.values[f.key])
              return text === '' ? null : (
                <div key={f.key}>
                  <dt>{of(f.name)}</dt>
                  <dd>
                    <bdi>{text}</bdi>
                  </dd>
                </div>
              )
            })}
          {items.map(item => (
            <div key={item.name}>
              <dt>
                <bdi>{plain(item.name)}</bdi>
              </dt>
              <dd>
                {t('registers.left', { n: item.quantity - item.passed, unit: plain(item.unit) })} / {item.quantity}
              </dd>
            </div>
          ))}
        </dl>
        <div className="rg-kv">
          <Referred register="signers" no={String(entry.values.signer)} away />
        </div>
        <Photos entry={{ ...entry, mayEdit: false }} field={goods.fields.find(f => f.kind === 'photos')!} />
        <div className="row wrap">
          {may
            ? (['pass', 'part', 'hold'] as const).map(move =>
                entry.moves.includes(move) ? (
                  <Button key={move} primary={move === 'pass'} data-move={move} onClick={() => setDoing(move)}>
                    {of(goods.moves[move]!.name)}
                  </Button>
                ) : null,
              )
            : null}
          <Button onClick={onClose}>{t('common.close')}</Button>
        </div>
      </div>
      {doing ? (
        <MoveForm
          register={goods}
          entry={entry}
          move={doing}
          onClose={() => setDoing(null)}
          onDone={() => setDoing(null)}
        />
      ) : null}
    </div>
  )
}
