import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OpcuaServerStateView } from '../../../../gateway/http/contract.ts'
import { call, useMay } from '../../api.ts'
import { formatNumber, plain } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
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
  const [shown, setShown] = useState(false)
  if (!data || data.state === 'off') return null
  const { state, endpoint, why, sessions, unshownAlarms } = data
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
            <Button small aria-expanded={shown} onClick={() => setShown(!shown)}>
              {t('channelLink.certificates')}
            </Button>
          </span>
        </div>
        {shown ? <ChannelTrust at="opcua-server" tls={false} /> : null}
      </div>
    </section>
  )
}
