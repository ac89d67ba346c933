import { useState } from 'react'
import type { ChannelView } from '../../../../gateway/http/contract.ts'
import { call, queries, useMay } from '../../api.ts'
import { formatNumber, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { ChannelBrowse } from './channel-browse.tsx'
import { ChannelTrust } from './channel-trust.tsx'

/** The session of a channel that has one: how it is, and what can be done with it. */
export function ChannelLink({ channel }: { readonly channel: ChannelView }) {
  const { t, lang } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const [shown, setShown] = useState<'certificates' | 'browse' | null>(null)
  const [asking, setAsking] = useState<'password' | 'userCertificate' | null>(null)
  const { connection, offers, secrets, id } = channel
  if (!connection) return null
  const troubles: Record<string, string> = t('channelTrouble', { returnObjects: true })
  const trouble = connection.trouble === null ? null : (troubles[connection.trouble] ?? plain(connection.trouble))
  return (
    <div className="card-b col g3">
      <div className="row wrap">
        <span className={`st ${connection.state === 'up' ? 'run' : 'unknown'}`}>
          {t(`channelLink.${connection.state}`)}
        </span>
        {trouble === null ? null : (
          <span className="q-t" title={plain(connection.why ?? '')}>
            {trouble}
          </span>
        )}
        {connection.dropped > 0 ? (
          <span className="q-t">{t('channelLink.dropped', { n: formatNumber(connection.dropped, lang) })}</span>
        ) : null}
        <span className="ml row wrap">
          {(['certificates', 'browse'] as const)
            .filter(one => offers.includes(one))
            .map(one => (
              <Button
                key={one}
                small
                aria-expanded={shown === one}
                onClick={() => setShown(shown === one ? null : one)}
              >
                {t(`channelLink.${one}`)}
              </Button>
            ))}
          {(['password', 'userCertificate'] as const)
            .filter(one => writes && offers.includes(one))
            .map(one => (
              <Button key={one} small blocked={away} onClick={() => setAsking(one)}>
                {t(`channelLink.${one}`)} ·{' '}
                {t(secrets.includes(one) ? 'channelLink.secretSet' : 'channelLink.secretMissing')}
              </Button>
            ))}
        </span>
      </div>
      {shown === 'certificates' ? <ChannelTrust id={id} /> : null}
      {shown === 'browse' ? <ChannelBrowse id={id} /> : null}
      {asking ? <SecretDialog id={id} kind={asking} onClose={() => setAsking(null)} /> : null}
    </div>
  )
}

interface SecretProps {
  readonly id: string
  readonly kind: 'password' | 'userCertificate'
  readonly onClose: () => void
}
function SecretDialog({ id, kind, onClose }: SecretProps) {
  const { t } = useText()
  const [first, setFirst] = useState('')
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const word = kind === 'password'
  const save = async () => {
    setBusy(true)
    setError(null)
    const body = word ? { password: first } : { userCertificate: { certificate: first, key } }
    try {
      await call(`channels/${encodeURIComponent(id)}/secret`, { method: 'PUT', body })
      await queries.invalidateQueries({ queryKey: ['channels'] })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const missing = first === '' ? t(word ? 'channelLink.password' : 'channelLink.certificatePem') : null
  return (
    <Dialog
      title={t(word ? 'channelLink.passwordTitle' : 'channelLink.certificateTitle', { id: plain(id) })}
      verb={t(word ? 'channelLink.passwordSave' : 'channelLink.certificateSave')}
      blocked={missing ?? (word || key !== '' ? null : t('channelLink.keyPem'))}
      busy={busy}
      error={error}
      onDo={() => void save()}
      onClose={onClose}
    >
      {word ? (
        <Field label={t('channelLink.password')} hint={t('channelLink.passwordHint')}>
          <input
            className="inp"
            type="password"
            autoComplete="new-password"
            value={first}
            onChange={event => setFirst(event.target.value)}
          />
        </Field>
      ) : (
        <>
          <Field label={t('channelLink.certificatePem')} hint={t('channelLink.passwordHint')}>
            <textarea className="inp mono" rows={5} value={first} onChange={event => setFirst(event.target.value)} />
          </Field>
          <Field label={t('channelLink.keyPem')}>
            <textarea className="inp mono" rows={5} value={key} onChange={event => setKey(event.target.value)} />
          </Field>
        </>
      )}
    </Dialog>
  )
}
