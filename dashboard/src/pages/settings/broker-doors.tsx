import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BrokerCertificate, BrokerState, SiteView } from '../../../../gateway/http/contract.ts'
import { call, queries, useMay, useMe, useSite } from '../../api.ts'
import { formatDay, formatNumber, plain } from '../../format.ts'
import { useUnsavedForm } from '../../leave.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Pem } from './channel-secret.tsx'
import { Saving } from './Saving.tsx'
import { type Edit, siteOf, useSiteEdit } from './siteedit.ts'

/** Where the broker listens and what waits for its clients; TLS and WebSocket are switched on here. */
export function BrokerDoors() {
  const { t, lang } = useText()
  const writes = useMay('site.write')
  const { data } = useQuery({ queryKey: ['broker'], queryFn: () => call<BrokerState>('broker'), refetchInterval: 5000 })
  const site = useSite().data
  const [changing, setChanging] = useState(false)
  if (!data) return null
  const n = (count: number) => formatNumber(count, lang)
  const read = site ? siteOf(site) : null
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('brokerDoors.title')}</h2>
        {writes && read ? (
          <span className="ml">
            <Button small aria-expanded={changing} onClick={() => setChanging(!changing)}>
              {t('brokerDoors.change')}
            </Button>
          </span>
        ) : null}
      </div>
      <div className="card-b col g3">
        {data.listeners.map(({ kind, state, address, why }) => (
          <div key={kind} className="row wrap">
            <span className={`st ${state === 'up' ? 'run' : 'unknown'}`}>
              {t(state === 'up' ? 'opcuaServer.up' : 'opcuaServer.down')}
            </span>
            <span className="mono brk">{plain(address)}</span>
            {why === null ? null : <span className="q-t brk">{plain(why)}</span>}
          </div>
        ))}
        <div className="row wrap dim">
          <span>{t('brokerDoors.clients', { n: n(data.clients), sessions: n(data.sessions) })}</span>
          <span>{t('brokerDoors.queued', { n: n(data.queued), kb: n(Math.ceil(data.queuedBytes / 1024)) })}</span>
          {data.dropped > 0 ? <span className="q-t">{t('brokerDoors.dropped', { n: n(data.dropped) })}</span> : null}
          {data.stored ? null : <span className="q-t">{t('brokerDoors.notStored')}</span>}
        </div>
        {data.listeners.some(l => /^(mqtts|wss):/.test(l.address)) ? <Shown /> : null}
      </div>
      {changing && site && read ? <Change key={site.hash} site={site} own={read.broker} /> : null}
    </section>
  )
}

interface Own {
  readonly tls?: { readonly host?: string; readonly port?: number }
  readonly websocket?: {
    readonly host?: string
    readonly port?: number
    readonly path?: string
    readonly tls?: boolean
  }
}
/** `host:port` in two; null when it is none. */
const placeOf = (text: string): { readonly host: string; readonly port: number } | null => {
  const [, host, port] = /^\s*\[?([^\]\s]+?)\]?:(\d{1,5})\s*$/.exec(text) ?? []
  return host && Number(port) <= 65_535 ? { host, port: Number(port) } : null
}
const textOf = (at: { readonly host?: string; readonly port?: number } | undefined, port: number) =>
  `${at?.host ?? '127.0.0.1'}:${at?.port ?? port}`

function Change({ site, own }: { readonly site: SiteView; readonly own: unknown }) {
  const { t } = useText()
  const edit = useSiteEdit(site)
  const now = (typeof own === 'object' && own !== null ? own : {}) as Own
  const [tls, setTls] = useState(now.tls !== undefined)
  const [tlsAt, setTlsAt] = useState(textOf(now.tls, 8883))
  const [ws, setWs] = useState(now.websocket !== undefined)
  const [wsAt, setWsAt] = useState(textOf(now.websocket, 8083))
  const [wss, setWss] = useState(now.websocket?.tls === true)
  useUnsavedForm([tls, tlsAt, ws, wsAt, wss])
  const wrong = (tls && !placeOf(tlsAt)) || (ws && !placeOf(wsAt))
  const save = () => {
    const path = now.websocket?.path
    const websocket = { ...placeOf(wsAt), ...(path !== undefined && { path }), ...(wss && { tls: true }) }
    // What else is in it stays.
    const edits: Edit[] = [
      [['broker', 'tls'], tls ? placeOf(tlsAt) : undefined],
      [['broker', 'websocket'], ws ? websocket : undefined],
    ]
    void edit.save(edits)
  }
  return (
    <>
      <div className="card-b col g3">
        <label className="row">
          <input type="checkbox" checked={tls} onChange={event => setTls(event.target.checked)} />
          {t('brokerDoors.tls')}
        </label>
        {tls ? (
          <Field label={t('brokerDoors.at')} hint={t('brokerDoors.atHint')}>
            <input className="inp mono" value={tlsAt} onChange={event => setTlsAt(event.target.value)} />
          </Field>
        ) : null}
        <label className="row">
          <input type="checkbox" checked={ws} onChange={event => setWs(event.target.checked)} />
          {t('brokerDoors.websocket')}
        </label>
        {ws ? (
          <>
            <Field label={t('brokerDoors.wsAt')} hint={t('brokerDoors.atHint')}>
              <input className="inp mono" value={wsAt} onChange={event => setWsAt(event.target.value)} />
            </Field>
            <label className="row">
              <input type="checkbox" checked={wss} onChange={event => setWss(event.target.checked)} />
              {t('brokerDoors.wss')}
            </label>
          </>
        ) : null}
      </div>
      <Saving edit={edit}>
        <Button primary blocked={edit.blocked ?? (wrong ? t('brokerDoors.atHint') : null)} onClick={save}>
          {t('common.save')}
        </Button>
      </Saving>
    </>
  )
}

/** The certificate that TLS clients are shown. */
function Shown() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const away = useLinkBlock()
  const { data } = useQuery({
    queryKey: ['broker-certificate'],
    queryFn: () => call<BrokerCertificate & { pem: string }>('broker/certificate'),
  })
  const [replacing, setReplacing] = useState(false)
  if (!data) return null
  const { fingerprint, subject, validTo, validity, selfMade, pem } = data
  return (
    <div className="col g1">
      <span className="cap">{t(selfMade ? 'brokerDoors.selfMade' : 'brokerDoors.ofSite')}</span>
      <span className="brk">
        {plain(subject)}{' '}
        <span className={validity === 'valid' ? 'dim' : 'q-t'}>
          {t('brokerDoors.until', { day: formatDay(Date.parse(validTo), zone) })}
        </span>
      </span>
      <span className="mono dim brk">SHA-256 {fingerprint.match(/.{4}/g)!.join(' ').toUpperCase()}</span>
      <div className="row wrap">
        <a
          className="link"
          download="gatehouse-mqtt.pem"
          href={`data:application/x-pem-file,${encodeURIComponent(pem)}`}
        >
          {t('brokerDoors.download')}
        </a>
        <Button small blocked={away} onClick={() => setReplacing(true)}>
          {t('brokerDoors.replace')}
        </Button>
      </div>
      {replacing ? <Replace selfMade={selfMade} onClose={() => setReplacing(false)} /> : null}
    </div>
  )
}

function Replace({ selfMade, onClose }: { readonly selfMade: boolean; readonly onClose: () => void }) {
  const { t } = useText()
  const [certificate, setCertificate] = useState('')
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const put = async (body: object) => {
    setBusy(true)
    setError(null)
    try {
      await call('broker/certificate', { method: 'PUT', body })
      await queries.invalidateQueries({ queryKey: ['broker-certificate'] })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('brokerDoors.replace')}
      verb={t('channelLink.certificateSave')}
      blocked={certificate === '' ? t('channelLink.certificatePem') : key === '' ? t('channelLink.keyPem') : null}
      busy={busy}
      error={error}
      onDo={() => void put({ certificate, key })}
      onClose={onClose}
    >
      <Pem
        label={t('channelLink.certificatePem')}
        hint={t('brokerDoors.chain')}
        value={certificate}
        onChange={setCertificate}
      />
      <Pem label={t('channelLink.keyPem')} value={key} onChange={setKey} />
      {selfMade ? null : (
        <Button small onClick={() => void put({ certificate: null, key: null })}>
          {t('brokerDoors.back')}
        </Button>
      )}
    </Dialog>
  )
}
