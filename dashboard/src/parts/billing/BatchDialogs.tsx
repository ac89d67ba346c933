import { useState } from 'react'
import type { BatchBrief, BatchView } from '../../../../gateway/http/contract.ts'
import { useBilling } from '../../billing.ts'
import { useText } from '../../text/index.ts'
import { useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'

export type BatchAction = 'accept' | 'reject' | 'correct' | 'withdraw'
const pathOf = (batch: BatchView, action: string): string => `batches/${encodeURIComponent(batch.name)}/${action}`

interface MoveProps {
  readonly batch: BatchView
  readonly action: Exclude<BatchAction, 'accept'>
  readonly onClose: () => void
  readonly onDone: (made: BatchBrief) => void
}
/** A move that needs no more than its reason. */
export function MoveDialog({ batch, action, onClose, onDone }: MoveProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useBilling(onDone)
  const [why, setWhy] = useState('')
  const asks = action !== 'withdraw'
  return (
    <Dialog
      title={t(`billing.${action}`)}
      verb={t(`billing.${action}`)}
      blocked={away ?? (asks && why.trim() === '' ? t('common.lacks', { what: t('billing.why') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(batch, action), asks ? { why: why.trim() } : {})}
      onClose={onClose}
    >
      <p>{t(`billing.${action}Hint`)}</p>
      {asks ? (
        <Field label={t('billing.why')}>
          <input
            className="inp"
            maxLength={1000}
            autoFocus
            value={why}
            onChange={event => setWhy(event.target.value)}
          />
        </Field>
      ) : null}
    </Dialog>
  )
}

interface WaiveProps {
  readonly batch: BatchView
  readonly line: string
  readonly onClose: () => void
}
/** Leaves a point out, by name. */
export function WaiveDialog({ batch, line, onClose }: WaiveProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useBilling(onClose)
  const [reason, setReason] = useState('')
  return (
    <Dialog
      title={t('billing.waiveOf', { line })}
      verb={t('billing.waive')}
      blocked={away ?? (reason.trim() === '' ? t('common.lacks', { what: t('billing.why') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(batch, 'waivers'), { line, reason: reason.trim() })}
      onClose={onClose}
    >
      <p>{t('billing.waiveHint')}</p>
      <Field label={t('billing.why')}>
        <input
          className="inp"
          maxLength={1000}
          autoFocus
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}

/** What billing took over: the file it sends back, or its word that all of it is the same. */
export function AnswerDialog({ batch, onClose }: { readonly batch: BatchView; readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useBilling(onClose)
  const [file, setFile] = useState<string | null>(null)
  const read = async (chosen: File | undefined) => {
    if (!chosen) return setFile(null)
    const bytes = new Uint8Array(await chosen.arrayBuffer())
    let text = ''
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
    setFile(btoa(text))
  }
  return (
    <Dialog
      title={t('billing.accept')}
      verb={t('billing.accept')}
      blocked={away ?? (file === null ? t('common.lacks', { what: t('billing.answerFile') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(batch, 'acknowledge'), { file })}
      onClose={onClose}
    >
      <p>{t('billing.acceptHint')}</p>
      <Field label={t('billing.answerFile')} hint={t('billing.answerFileHint')}>
        <input className="inp" type="file" accept=".csv,.xlsx" onChange={event => void read(event.target.files?.[0])} />
      </Field>
    </Dialog>
  )
}
