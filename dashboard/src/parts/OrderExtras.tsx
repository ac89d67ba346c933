import { useRef, useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { isEnded } from '../../../rules/workorder.ts'
import { putAnswered, sendFile, useMay, useMe, useReports } from '../api.ts'
import { formatAge, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Refusal } from './notes.tsx'
import { Part } from './OrderPart.tsx'
import { VisitDialog } from './VisitDialog.tsx'

interface Props {
  readonly order: WorkorderView
}
const PHOTO_MAX_BYTES = 5_000_000

/** Who was told that a clock runs out, the newest first, and whether anybody has said that he knows. */
export function Escalations({ order }: Props) {
  const { t, code, lang } = useText()
  const zone = useMe().site.timezone
  if (order.escalations.length === 0) return null
  return (
    <Part title={t('orders.escalations')}>
      <ul className="exl">
        {order.escalations.toReversed().map(e => {
          const roles = e.tell.map(one => code('role', one)).join(t('common.listSep'))
          const said =
            e.clock === 'pause'
              ? t('orders.escalatedPause', { roles })
              : e.clock === 'visit'
                ? t('orders.escalatedVisit', { roles })
                : t('orders.escalated', { clock: t(`orders.${e.clock}`), pct: e.pct, roles })
          return (
            <li key={`${e.clock} ${e.pct} ${e.at}`}>
              <time dateTime={e.at}>{formatWhen(Date.parse(e.at), serverNow(), lang, zone)}</time>
              <span>
                {said}
                {e.lateMs > 0 ? ` · ${t('orders.lateBy', { t: formatAge(e.lateMs) })}` : ''}
                <span className={e.ackBy === null ? 'cap b' : 'cap'}>
                  {' · '}
                  {e.ackBy === null ? t('orders.notAcked') : t('orders.ackedBy', { name: plain(e.ackBy) })}
                </span>
              </span>
            </li>
          )
        })}
      </ul>
    </Part>
  )
}

export function Photos({ order }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const may = useMay('workorder.work')
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (file: File | undefined) => {
    if (!file) return
    if (file.size > PHOTO_MAX_BYTES) return setError(new Error(t('orders.photoBig')))
    setBusy(true)
    setError(null)
    try {
      const when = order.fixedAt === null ? 'before' : 'after'
      const path = `workorders/${encodeURIComponent(order.id)}/photos?when=${when}`
      putAnswered(await sendFile<WorkorderView>(path, file))
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Part title={t('orders.photos')}>
      {order.photos.length === 0 ? <span className="dim">{t('orders.noPhotos')}</span> : null}
      <div className="phs">
        {order.photos.map(p => {
          const src = `/api/v1/workorders/${encodeURIComponent(order.id)}/photos/${p.hash}`
          const time = formatWhen(Date.parse(p.at), serverNow(), lang, zone)
          return (
            <a key={p.hash} href={src} target="_blank" rel="noreferrer">
              <img src={src} alt={t('orders.photoAlt', { name: plain(p.by), time })} loading="lazy" />
            </a>
          )
        })}
      </div>
      {may && (!isEnded(order.phase) || order.phase === 'closed') ? (
        <div className="col g2">
          <input
            ref={input}
            type="file"
            hidden
            accept="image/jpeg,image/png,image/webp"
            aria-label={t('orders.addPhoto')}
            onChange={event => {
              void send(event.target.files?.[0])
              event.target.value = ''
            }}
          />
          <div className="row wrap">
            <Button
              small
              icon="camera"
              blocked={away ?? (busy ? t('common.loading', { what: t('orders.photos') }) : null)}
              onClick={() => input.current?.click()}
            >
              {t('orders.addPhoto')}
            </Button>
            <span className="cap">{t('orders.photoHint')}</span>
          </div>
        </div>
      ) : null}
      <Refusal error={error} />
    </Part>
  )
}

/** Of orders that a person reported, and of a sample of the others: whether the requester was asked, and what was said. */
export function Visits({ order }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const may = useMay('workorder.visit')
  const [open, setOpen] = useState(false)
  if (order.phase !== 'closed' && order.visits.length === 0) return null
  if (order.origin !== 'report' && order.visitBy === null && order.visits.length === 0) return null
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  return (
    <Part title={t('orders.visit')}>
      <ul className="exl">
        {order.visits.map(v => (
          <li key={v.at}>
            <time dateTime={v.at}>{at(v.at)}</time>
            <span>
              {t(`visitOutcome.${v.outcome}`)}
              {v.solved === null ? '' : ` · ${t(v.solved ? 'orders.wasSolved' : 'orders.notSolved')}`}
              {v.scores ? ` · ${v.scores.arrival}/${v.scores.quality}/${v.scores.attitude}` : ''}
              <span className="cap">
                {' '}
                <bdi>{plain(v.by)}</bdi> {plain(v.note)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {order.visitBy === null ? null : (
        <span className={serverNow() > Date.parse(order.visitBy) ? 'b' : 'dim'}>
          {t('orders.visitDue')} {at(order.visitBy)}
        </span>
      )}
      {may && order.visitBy !== null ? (
        <div>
          <Button small primary blocked={away} onClick={() => setOpen(true)}>
            {t('orders.addVisit')}
          </Button>
        </div>
      ) : null}
      {open ? <VisitDialog order={order} onClose={() => setOpen(false)} /> : null}
    </Part>
  )
}

/** Who reported it, for those who go there. */
export function Calls({ order }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const may = useMay('report.read')
  const query = useReports(order.id, may && order.origin === 'report')
  if (!query.data || query.data.length === 0) return null
  return (
    <Part title={t('intake.calls')}>
      <ul className="exl">
        {query.data.map(r => (
          <li key={r.id}>
            <time dateTime={r.at}>{formatWhen(Date.parse(r.at), serverNow(), lang, zone)}</time>
            <span>
              <bdi>{plain([r.room, r.text].filter(word => word !== '').join(' '))}</bdi>
              <span className="cap">
                {' '}
                <bdi>{plain([r.caller.name, r.caller.phone].filter(word => word !== '').join(' '))}</bdi>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
