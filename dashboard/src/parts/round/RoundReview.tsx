import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PatrolReviewedView, PatrolRoundView } from '../../../../gateway/http/contract.ts'
import { type ReviewReason, reviewReasons } from '../../../../rules/patrol/review.ts'
import { call, post, queries, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Note } from '../notes.tsx'

const pathOf = (id: string): string => `patrol-rounds/${encodeURIComponent(id)}`
type Asked = 'review' | 'seal' | 'remark'

/** What a supervisor has said of a round that is over: reasons, the seal, remarks beside it; and what he may do next. */
export function RoundReview({ round }: { readonly round: PatrolRoundView }) {
  const { t, of } = useText()
  const { timezone } = useMe().site
  const mayReview = useMay('patrol.review')
  const [asked, setAsked] = useState<Asked | null>(null)
  const query = useQuery({
    queryKey: ['patrol', 'review', round.id, round.phase],
    queryFn: () => call<PatrolReviewedView>(`${pathOf(round.id)}/review`),
  })
  const view = query.data
  if (!view || view.phase === 'running') return null
  const when = (at: string) => formatDay(Date.parse(at), timezone)
  const nameOf = (id: string) => {
    const point = round.points.find(p => p.checkpoint === id)
    return point ? of(point.name) : plain(id)
  }
  const { review, seal } = view
  return (
    <div className="pr-v" data-phase={view.phase}>
      {review ? (
        <div>
          <span>{t('rounds.reviewedBy', { by: plain(review.by), at: when(review.at) })}</span>
          {review.reasons.length > 0 ? (
            <ul className="pr-w">
              {review.reasons.map(r => (
                <li key={r.checkpoint}>
                  {nameOf(r.checkpoint)}
                  {t('common.colon')}
                  {t(`patrolReason.${r.reason}`)}
                  {r.note === '' ? null : ` (${plain(r.note)})`}
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      ) : null}
      {seal ? (
        <div>
          <span>{t('rounds.sealedBy', { by: plain(seal.by), at: when(seal.at) })}</span>
          <div className="dim mono pr-h">SHA-256 {seal.hash}</div>
        </div>
      ) : null}
      {seal && !seal.intact ? (
        <Note sort="high" icon="warn" role="alert">
          {t('rounds.broken')}
        </Note>
      ) : null}
      {view.remarks.length > 0 ? (
        <ul className="pr-w" aria-label={t('rounds.remarks')}>
          {view.remarks.map(r => (
            <li key={`${r.at} ${r.text}`}>
              <bdi>{plain(r.by)}</bdi>, {when(r.at)}: {plain(r.text)}
            </li>
          ))}
        </ul>
      ) : null}
      {mayReview ? (
        <div className="row wrap">
          {view.phase === 'over' ? (
            <Button small onClick={() => setAsked('review')}>
              {t('rounds.review')}
            </Button>
          ) : null}
          {view.phase === 'reviewed' ? (
            <Button small onClick={() => setAsked('seal')}>
              {t('rounds.seal')}
            </Button>
          ) : null}
          <Button small onClick={() => setAsked('remark')}>
            {t('rounds.remark')}
          </Button>
        </div>
      ) : null}
      {asked ? (
        <ReviewDialog
          key={asked}
          asked={asked}
          id={round.id}
          exceptions={view.exceptions.map(id => ({ id, name: nameOf(id) }))}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </div>
  )
}

interface DialogProps {
  readonly asked: Asked
  readonly id: string
  readonly exceptions: readonly { readonly id: string; readonly name: string }[]
  readonly onClose: () => void
}
function ReviewDialog({ asked, id, exceptions, onClose }: DialogProps) {
  const { t } = useText()
  const [reasons, setReasons] = useState<Partial<Record<string, ReviewReason>>>({})
  const [notes, setNotes] = useState<Partial<Record<string, string>>>({})
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const missing = asked === 'review' && exceptions.some(e => reasons[e.id] === undefined)
  const send = async () => {
    setBusy(true)
    const said = exceptions.flatMap(e => {
      const reason = reasons[e.id]
      return reason ? [{ checkpoint: e.id, reason, note: notes[e.id] ?? '' }] : []
    })
    const body = asked === 'review' ? { reasons: said } : asked === 'remark' ? { text: text.trim() } : {}
    try {
      await post(`${pathOf(id)}/${asked}`, body)
      await queries.invalidateQueries({ queryKey: ['patrol'] })
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const blocked = missing
    ? t('rounds.choose')
    : asked === 'remark' && text.trim() === ''
      ? t('rounds.remarkNeeded')
      : null
  return (
    <Dialog
      title={t(`rounds.${asked}`)}
      verb={t(asked === 'review' ? 'rounds.reviewDo' : `rounds.${asked}`)}
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {asked === 'seal' ? <p>{t('rounds.sealSure')}</p> : null}
      {asked === 'remark' ? (
        <Field label={t('rounds.remarkText')}>
          <input className="inp" maxLength={500} value={text} onChange={event => setText(event.target.value)} />
        </Field>
      ) : null}
      {asked === 'review' && exceptions.length === 0 ? <p>{t('rounds.reviewNone')}</p> : null}
      {asked === 'review'
        ? exceptions.map(e => (
            <div key={e.id} className="pr-e" data-exception={e.id}>
              <Field label={t('rounds.reviewWhy', { point: e.name })}>
                <select
                  className="inp"
                  value={reasons[e.id] ?? ''}
                  onChange={event => setReasons({ ...reasons, [e.id]: event.target.value as ReviewReason })}
                >
                  <option value="" disabled>
                    {t('rounds.choose')}
                  </option>
                  {reviewReasons.map(reason => (
                    <option key={reason} value={reason}>
                      {t(`patrolReason.${reason}`)}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label={t('rounds.reviewNote', { point: e.name })}>
                <input
                  className="inp"
                  maxLength={300}
                  value={notes[e.id] ?? ''}
                  onChange={event => setNotes({ ...notes, [e.id]: event.target.value })}
                />
              </Field>
            </div>
          ))
        : null}
    </Dialog>
  )
}
