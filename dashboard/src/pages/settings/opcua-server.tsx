import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CertificatesView, OpcuaServerStateView } from '../../../../gateway/http/contract.ts'
import { call, useMay, useMe } from '../../api.ts'
import { formatDay, formatNumber, plain } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { ChannelTrust } from './channel-trust.tsx'

/** The gateway's own OPC UA server, where the site has one: how it is, and which clients it lets in. */
export function OpcuaServer() {
  const { t, lang } = useText()
  const may = useMay('site.read')
  const { data } = useQuery({
    queryKey: ['opcua-server'],
    queryFn: () => call<OpcuaServerStateView>('opcua-server'),
    refetchInterval: 5000,
    enabled: may,
  })
  const on = data !== undefined && data.state !== 'off'
  // The same as the list below asks for.
  const certificates = useQuery({
    queryKey: ['certificates', 'opcua-server'],
    queryFn: () => call<CertificatesView>('opcua-server/certificates'),
    refetchInterval: 5000,
    enabled: may && on,
  }).data
  const zone = useMe().site.timezone
  const [shown, setShown] = useState(false)
  if (!data || data.state === 'off') return null
  const { state, endpoint, why, sessions, unshownAlarms } = data
  const own = certificates?.own
  const waiting = certificates?.rejected.length ?? 0
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('opcuaServer.title')}</h2>
        <span className="dim mono brk">{plain(endpoint ?? '')}</span>
      </div>
      <div className="card-b col g3">
        <div className="row wrap">
          <span className={`st ${state === 'up' ? 'run' : 'unknown'}`}>{t(`opcuaServer.${state}`)}</span>
          {why === null ? null : <span className="q-t brk">{plain(why)}</span>}
          {state === 'up' ? <span className="dim">{t('opcuaServer.clients', { n: sessions })}</span> : null}
          {unshownAlarms > 0 ? (
            <span className="q-t">{t('opcuaServer.unshown', { n: formatNumber(unshownAlarms, lang) })}</span>
          ) : null}
          <span className="ml">
            <Button small primary={waiting > 0 && !shown} aria-expanded={shown} onClick={() => setShown(!shown)}>
              {t('channelLink.certificates')}
            </Button>
          </span>
        </div>
        {own ? (
          <div className="dim brk">
            {t('opcuaServer.own', {
              fingerprint: (own.fingerprint.slice(0, 16).match(/.{4}/g) ?? []).join(' ').toUpperCase(),
              day: formatDay(Date.parse(own.validTo), zone),
            })}
            {own.validity === 'valid' ? null : <span className="q-t"> {t(`trust.${own.validity}`)}</span>}
          </div>
        ) : null}
        {waiting > 0 && !shown ? (
          <Note icon="warn" role="status">
            {t('opcuaServer.waiting', { n: formatNumber(waiting, lang) })}
          </Note>
        ) : null}
        {shown ? <ChannelTrust at="opcua-server" tls={false} /> : null}
      </div>
    </section>
  )
}
