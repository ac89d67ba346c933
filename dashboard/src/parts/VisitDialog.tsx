import { useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { type VisitOutcome, visitOutcomes } from '../../../rules/workorder.ts'
import { post, putAnswered } from '../api.ts'
import { useText } from '../text/index.ts'
import { useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'

const sorts = ['arrival', 'quality', 'attitude'] as const

/** What the requester said, on the telephone or at the door. */
export function VisitDialog({ order, onClose }: { readonly order: WorkorderView; readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const [outcome, setOutcome] = useState<VisitOutcome>('answered')
  const [solved, setSolved] = useState('')
  const [scores, setScores] = useState<Record<(typeof sorts)[number], string>>({
    arrival: '',
    quality: '',
    attitude: '',
  })
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const answered = outcome === 'answered'
  const some = sorts.some(one => scores[one] !== '')
  const lacks =
    answered && solved === ''
      ? t('common.lacks', { what: t('orders.solved') })
      : answered && some && sorts.some(one => scores[one] === '')
        ? t('common.lacks', { what: t('orders.score') })
        : null
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const body = {
        outcome,
        solved: answered ? solved === 'yes' : null,
        scores: answered && some ? Object.fromEntries(sorts.map(one => [one, Number(scores[one])])) : null,
        note: note.trim(),
      }
      putAnswered(await post<WorkorderView>(`workorders/${encodeURIComponent(order.id)}/visits`, body))
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={`${t('orders.addVisit')} ${order.no}`}
      verb={t('orders.addVisit')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('orders.outcome')}>
        <select className="inp" value={outcome} onChange={event => setOutcome(event.target.value as VisitOutcome)}>
          {visitOutcomes.map(one => (
            <option key={one} value={one}>
              {t(`visitOutcome.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      {answered ? (
        <>
          <Field label={t('orders.solved')} wrong={solved === 'no' ? t('orders.notSolvedHint') : null}>
            <select className="inp" value={solved} onChange={event => setSolved(event.target.value)}>
              <option value="">{t('common.choose')}</option>
              <option value="yes">{t('orders.wasSolved')}</option>
              <option value="no">{t('orders.notSolved')}</option>
            </select>
          </Field>
          <div className="row wrap g3">
            {sorts.map(sort => (
              <Field key={sort} label={t(`orders.${sort}`)}>
                <select
                  className="inp"
                  value={scores[sort]}
                  onChange={event => setScores({ ...scores, [sort]: event.target.value })}
                >
                  <option value="">{t('orders.noneSaid')}</option>
                  {[5, 4, 3, 2, 1].map(n => (
                    <option key={n} value={n}>
                      {n}
                    </option>
                  ))}
                </select>
              </Field>
            ))}
          </div>
        </>
      ) : null}
      <Field label={t('orders.note')}>
        <textarea
          className="inp"
          rows={2}
          maxLength={500}
          value={note}
          onChange={event => setNote(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
