import { useState } from 'react'
import type { SecretKind } from '../../../../gateway/http/contract.ts'
import { call, queries } from '../../api.ts'
import { plain } from '../../format.ts'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'

interface Props {
  readonly id: string
  readonly kind: SecretKind
  /** Whose it is; the path of the API. */
  readonly of?: 'channels' | 'outputs'
  readonly onClose: () => void
}

/** What a channel signs in with or proves itself by: it goes one way only, from here into the folder of secrets. */
export function ChannelSecret({ id, kind, of = 'channels', onClose }: Props) {
  const { t } = useText()
  const [first, setFirst] = useState('')
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const word = kind === 'password'
  const pair = kind === 'userCertificate' || kind === 'clientCertificate'
  const save = async () => {
    setBusy(true)
    setError(null)
    const body = { [kind]: pair ? { certificate: first, key } : first }
    try {
      await call(`${of}/${encodeURIComponent(id)}/secret`, { method: 'PUT', body })
      await queries.invalidateQueries({ queryKey: [of] })
      await queries.invalidateQueries({ queryKey: ['certificates', id] })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const missing = first === '' ? t(word ? 'channelLink.password' : 'channelLink.certificatePem') : null
  const hint = t(kind === 'ca' ? 'channelLink.caHint' : 'channelLink.passwordHint')
  return (
    <Dialog
      title={
        of === 'outputs'
          ? t('outputs.secretTitle', { id: plain(id) })
          : t(`channelLink.${kind}Title`, { id: plain(id) })
      }
      verb={t(
        of === 'outputs'
          ? 'outputs.secretSave'
          : word
            ? 'channelLink.passwordSave'
            : pair
              ? 'channelLink.certificateSave'
              : 'channelLink.caSave',
      )}
      blocked={missing ?? (pair && key === '' ? t('channelLink.keyPem') : null)}
      busy={busy}
      error={error}
      onDo={() => void save()}
      onClose={onClose}
    >
      {word ? (
        <Field label={t(of === 'outputs' ? 'outputs.secret' : 'channelLink.password')} hint={hint}>
          <input
            className="inp"
            type="password"
            autoComplete="new-password"
            value={first}
            onChange={event => setFirst(event.target.value)}
          />
        </Field>
      ) : (
        <Pem label={t('channelLink.certificatePem')} hint={hint} value={first} onChange={setFirst} />
      )}
      {pair ? <Pem label={t('channelLink.keyPem')} value={key} onChange={setKey} /> : null}
    </Dialog>
  )
}

interface PemProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly value: string
  readonly onChange: (text: string) => void
}
/** Pasted, or read from a file. */
export function Pem({ label, hint, value, onChange }: PemProps) {
  const { t } = useText()
  return (
    <>
      <Field label={label} hint={hint}>
        <textarea
          className="inp mono"
          rows={5}
          spellCheck={false}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      </Field>
      <input
        type="file"
        accept=".pem,.crt,.cer,.key"
        aria-label={t('channelLink.fromFile', { what: label })}
        onChange={event => {
          const file = event.target.files?.[0]
          if (file) void file.text().then(onChange)
        }}
      />
    </>
  )
}
