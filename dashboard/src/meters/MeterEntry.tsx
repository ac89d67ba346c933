import { useState } from 'react'
import type { MeterWalkView } from '../../../gateway/http/contract.ts'
import { indexOf } from '../../../rules/readings/book.ts'
import { unreadReasons } from '../../../rules/readings/special.ts'
import { judgeTaken, takenDoubts } from '../../../rules/readings/taken.ts'
import { formatUnit, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Note } from '../parts/notes.tsx'
import { smallPhoto } from '../round/post.ts'
import { useText } from '../text/index.ts'
import type { Queued } from './post.ts'

type Item = MeterWalkView['items'][number]
interface Props {
  readonly item: Item
  /** Its code was scanned, or its number typed. */
  readonly matched: boolean
  readonly onAdd: (one: Omit<Queued, 'id' | 'at'>) => void
}
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0'] as const

/** What one meter shows, on keys for a thumb; judged at once by the rule of the gateway, and never refused. */
export function MeterEntry({ item, matched, onAdd }: Props) {
  const { t, of } = useText()
  const [text, setText] = useState('')
  const [remark, setRemark] = useState('')
  const [photo, setPhoto] = useState<string | null>(null)
  const [full, setFull] = useState(false)
  const index = indexOf(text, item)
  const before = item.before ? indexOf(item.before.index, item) : null
  const base = item.before && before !== null ? { at: Date.parse(item.before.at), index: before } : null
  const doubt = index === null ? null : judgeTaken(item, base, item.usualPerHour, serverNow(), index).doubt
  const words = doubt
    ? of(takenDoubts[doubt.code]).replace(/\{(\w+)\}/g, (_, name: string) => String(doubt.params[name] ?? ''))
    : null
  const add = (more: Pick<Queued, 'index' | 'unread'>) => {
    try {
      const meter = matched ? item.meter : null
      onAdd({ point: item.point, register: item.register, meter, photo, remark: remark.trim(), ...more })
    } catch {
      setFull(true)
    }
  }
  const press = (key: string) => {
    const next = text + key
    // No more digits than the register has; a second point changes nothing.
    if (next === '.' || indexOf(next.endsWith('.') ? `${next}0` : next, item) === null) return
    setText(next)
  }
  const blocked = index === null || (item.photo && photo === null) || (doubt !== null && remark.trim() === '')
  return (
    <div className="rd-p">
      <Note icon={matched ? 'check' : 'help'} sort={matched ? 'yes' : 'plain'}>
        {matched ? t('meterWalk.matches') : t('meterWalk.compare', { meter: plain(item.meter) })}
      </Note>
      <output className="mw-n">
        <span>{text === '' ? '—' : text}</span>
        <small>
          {formatUnit(item.indexUnit)} · {t('meterWalk.last')} {item.before?.index ?? '—'}
        </small>
      </output>
      <div className="mw-k">
        {KEYS.map(key => (
          <button key={key} type="button" className="btn" onClick={() => press(key)}>
            {key}
          </button>
        ))}
        <button
          type="button"
          className="btn"
          aria-label={t('meterWalk.erase')}
          onClick={() => setText(text.slice(0, -1))}
        >
          ⌫
        </button>
      </div>
      {words ? (
        <Note sort="medium" icon="warn" role="alert">
          {words}. {t('special.doubtful')}
        </Note>
      ) : null}
      <label className="col g1">
        <span>{t(doubt ? 'meterWalk.why' : 'special.remark')}</span>
        <input
          className="inp"
          name="remark"
          maxLength={500}
          value={remark}
          onChange={event => setRemark(event.target.value)}
        />
      </label>
      {item.photo && photo === null ? <span className="cap">{t('meterWalk.photoNeeded')}</span> : null}
      <label className="btn">
        {t(photo === null ? 'special.photo' : 'special.photoAnew')}
        <input
          type="file"
          className="sr"
          name="photo"
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
          {t('meterWalk.full')}
        </Note>
      ) : null}
      <button
        type="button"
        className="btn lg pri"
        disabled={blocked}
        onClick={() => add({ index: text.endsWith('.') ? text.slice(0, -1) : text, unread: null })}
      >
        {t(doubt ? 'meterWalk.takeDoubtful' : 'meterWalk.take', { index: text === '' ? '—' : text })}
      </button>
      <fieldset>
        <legend>{t('meterWalk.cannot')}</legend>
        <div className="seg">
          {unreadReasons.map(reason => (
            <button key={reason} type="button" className="btn" onClick={() => add({ index: null, unread: reason })}>
              {t(`special.unreads.${reason}`)}
            </button>
          ))}
        </div>
      </fieldset>
    </div>
  )
}
