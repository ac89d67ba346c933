import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CredentialView, PassCode } from '../../../../gateway/http/contract.ts'
import type { CredentialAction } from '../../../../rules/access/credential.ts'
import { passesChanged } from '../../access.ts'
import { call, post, useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'
import { Loaded, Note } from '../notes.tsx'
import { momentIn } from '../OrderFields.tsx'
import { Picture } from '../ReportCode.tsx'

/** Still in somebody's hands. */
export const isHeld = (one: CredentialView): boolean => ['active', 'suspended', 'revoked'].includes(one.phase)

export function Move({
  credential: c,
  action,
  onClose,
}: {
  readonly credential: CredentialView
  readonly action: CredentialAction | 'refund'
  readonly onClose: () => void
}) {
  const { t } = useText()
  const [word, setWord] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const verb = action === 'refund' ? t('passes.refund') : t(`credentialAction.${action}`)
  const optional = action === 'approve' || action === 'return'
  const label = t(action === 'refund' ? 'passes.receipt' : 'doors.reason')
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const body = action === 'refund' ? { receipt: word.trim() } : { reason: word.trim() }
      await post(`credentials/${c.id}/${action}`, body)
      await passesChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('passes.moveOf', { action: verb, no: c.no, name: plain(c.personName) })}
      verb={verb}
      blocked={!optional && word.trim() === '' ? t('common.lacks', { what: label }) : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={label}>
        <input className="inp" maxLength={200} value={word} onChange={event => setWord(event.target.value)} />
      </Field>
    </Dialog>
  )
}

export function Code({
  credential: c,
  onClose,
}: {
  readonly credential: CredentialView
  readonly onClose: () => void
}) {
  const { t } = useText()
  const query = useQuery({ queryKey: ['pass-code', c.id], queryFn: () => call<PassCode>(`credentials/${c.id}/code`) })
  return (
    <Dialog title={t('passes.codeOf', { no: c.no, name: plain(c.personName) })} onClose={onClose}>
      <Note icon="help">{t('passes.staticWhy')}</Note>
      <Loaded query={query} what={t('passes.showCode')}>
        {({ code }) => (
          <div className="qr">
            <Picture text={code} label={t('passes.codeOf', { no: c.no, name: plain(c.personName) })} />
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}

export function RenewLease({
  credential: c,
  onClose,
}: {
  readonly credential: CredentialView
  readonly onClose: () => void
}) {
  const { t } = useText()
  const { site } = useMe()
  const [form, setForm] = useState({ validTo: '', fee: c.lease?.fee ?? '', receipt: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`credentials/${c.id}/lease`, { ...form, validTo: momentIn(form.validTo, site.timezone) })
      await passesChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const lacks =
    form.validTo === ''
      ? 'passes.validTo'
      : form.fee === ''
        ? 'passes.fee'
        : form.receipt === ''
          ? 'passes.receipt'
          : null
  return (
    <Dialog
      title={t('passes.renewOf', { no: c.no, name: plain(c.personName) })}
      verb={t('passes.renew')}
      blocked={lacks === null ? null : t('common.lacks', { what: t(lacks) })}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {(
        [
          ['validTo', 'passes.validTo', 'datetime-local'],
          ['fee', 'passes.fee', 'text'],
          ['receipt', 'passes.receipt', 'text'],
        ] as const
      ).map(([field, label, type]) => (
        <Field key={field} label={t(label)}>
          <input
            className="inp"
            name={field}
            type={type}
            maxLength={40}
            value={form[field]}
            onChange={event => setForm({ ...form, [field]: event.target.value })}
          />
        </Field>
      ))}
    </Dialog>
  )
}
