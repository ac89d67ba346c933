import { useState } from 'react'
import type { ChannelView, SecretKind } from '../../../../gateway/http/contract.ts'
import { useMay } from '../../api.ts'
import { formatNumber, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { useText } from '../../text/index.ts'
import { ChannelBrowse } from './channel-browse.tsx'
import { ChannelSecret } from './channel-secret.tsx'
import { ChannelTrust } from './channel-trust.tsx'

/** The session of a channel that has one: how it is, and what can be done with it. */
export function ChannelLink({ channel }: { readonly channel: ChannelView }) {
  const { t, lang } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const [shown, setShown] = useState<'certificates' | 'browse' | null>(null)
  const [asking, setAsking] = useState<SecretKind | null>(null)
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
          {(['password', 'userCertificate', 'ca', 'clientCertificate'] as const)
            .filter(one => writes && offers.includes(one))
            .map(one => (
              <Button key={one} small blocked={away} onClick={() => setAsking(one)}>
                {t(`channelLink.${one}`)} ·{' '}
                {t(secrets.includes(one) ? 'channelLink.secretSet' : 'channelLink.secretMissing')}
              </Button>
            ))}
        </span>
      </div>
      {shown === 'certificates' ? (
        <ChannelTrust at={`channels/${encodeURIComponent(id)}`} tls={offers.includes('ca')} />
      ) : null}
      {shown === 'browse' ? <ChannelBrowse id={id} /> : null}
      {asking ? <ChannelSecret id={id} kind={asking} onClose={() => setAsking(null)} /> : null}
    </div>
  )
}
