import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TrailCheckpoints, TrailCheckView, WebState } from '../../../../gateway/http/contract.ts'
import { call, queries, useMay, useMe } from '../../api.ts'
import { fingerprintOf, formatDay, formatNumber, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Loaded, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Pem } from './channel-secret.tsx'
import { Diagnostics } from './diagnostics.tsx'

/** How the pages are reached, whether the trail is as it was written, and a file about this gateway for whoever helps. */
export function Security() {
  const helps = useMay('diagnostics.make')
  return (
    <div className="col g4">
      <Web />
      <Trail />
      {helps ? <Diagnostics /> : null}
    </div>
  )
}

function Web() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const query = useQuery({ queryKey: ['web'], queryFn: () => call<WebState>('web') })
  const [replacing, setReplacing] = useState(false)
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('web.title')}</h2>
      </div>
      <Loaded query={query} what={t('web.title')}>
        {({ doors, certificate, unusable }) => (
          <div className="card-b col g3">
            {doors.map(({ kind, address }) => (
              <div key={kind} className="row wrap">
                <span className="mono brk">{`${kind === 'https' ? 'https' : 'http'}://${plain(address)}`}</span>
                <span className="dim">{t(`web.${kind}`)}</span>
              </div>
            ))}
            {certificate === null ? (
              <span className="dim">{t('web.none')}</span>
            ) : (
              <div className="col g1">
                <span className="cap">{t(certificate.selfMade ? 'web.selfMade' : 'web.ofSite')}</span>
                <span className="brk">
                  {plain(certificate.subject)}{' '}
                  <span className={certificate.validity === 'valid' ? 'dim' : 'q-t'}>
                    {t('brokerDoors.until', { day: formatDay(Date.parse(certificate.validTo), zone) })}
                  </span>
                </span>
                <span className="mono dim brk">SHA-256 {fingerprintOf(certificate.fingerprint)}</span>
                {unusable ? <span className="q-t">{t('web.unusable')}</span> : null}
                <div className="row wrap">
                  <a
                    className="link"
                    download="gatehouse-https.pem"
                    href={`data:application/x-pem-file,${encodeURIComponent(certificate.pem)}`}
                  >
                    {t('brokerDoors.download')}
                  </a>
                  {writes ? (
                    <Button small blocked={away} onClick={() => setReplacing(true)}>
                      {t('brokerDoors.replace')}
                    </Button>
                  ) : null}
                </div>
                {replacing ? <Replace selfMade={certificate.selfMade} onClose={() => setReplacing(false)} /> : null}
              </div>
            )}
          </div>
        )}
      </Loaded>
    </section>
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
      await call('web/certificate', { method: 'PUT', body })
      await queries.invalidateQueries({ queryKey: ['web'] })
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

function Trail() {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const away = useLinkBlock()
  const query = useQuery({
    queryKey: ['trail-checkpoints'],
    queryFn: () => call<TrailCheckpoints>('trail/checkpoints'),
  })
  const [anchors, setAnchors] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [seen, setSeen] = useState<TrailCheckView | null>(null)
  const n = (count: number) => formatNumber(count, lang)
  const when = (time: string) => formatDay(Date.parse(time), zone)
  const check = async () => {
    setBusy(true)
    setError(null)
    setSeen(null)
    try {
      setSeen(await call<TrailCheckView>('trail/verify', { method: 'POST', body: { anchors: `${anchors.trim()}\n` } }))
      await queries.invalidateQueries({ queryKey: ['trail-checkpoints'] })
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('trailCheck.title')}</h2>
      </div>
      <Loaded query={query} what={t('trailCheck.title')}>
        {({ entries, key, copyFailing, items: [last] }) => (
          <div className="card-b col g3">
            <span>
              {last
                ? t('trailCheck.last', { entries: n(entries), count: n(last.count), when: when(last.time) })
                : t('trailCheck.noneYet', { entries: n(entries) })}
            </span>
            {copyFailing ? <span className="q-t">{t('trailCheck.copyFailing')}</span> : null}
            <div className="col g1">
              <span className="cap">{t('trailCheck.key')}</span>
              <span className="mono dim brk">{plain(key)}</span>
            </div>
            <div className="row wrap">
              <a className="link" download href="/api/v1/trail/checkpoints/file">
                {t('trailCheck.file')}
              </a>
              <a className="link" download href="/api/v1/trail/verifier">
                {t('trailCheck.verifier')}
              </a>
            </div>
          </div>
        )}
      </Loaded>
      <div className="card-b col g3">
        <Field label={t('trailCheck.anchors')} hint={t('trailCheck.anchorsHint')}>
          <textarea
            className="inp mono"
            rows={3}
            spellCheck={false}
            value={anchors}
            onChange={event => setAnchors(event.target.value)}
          />
        </Field>
        <div className="row">
          <Button primary blocked={busy ? t('trailCheck.busy') : away} onClick={() => void check()}>
            {t(busy ? 'trailCheck.busy' : 'trailCheck.check')}
          </Button>
        </div>
        {error ? <Refusal error={error} /> : null}
        <div role="status" className="col g1">
          {seen === null ? null : (
            <>
              <span className={`st ${seen.faults.length === 0 ? 'run' : 'fault'}`}>
                <b>{t(seen.faults.length === 0 ? 'trailCheck.good' : 'trailCheck.bad')}</b>
              </span>
              <span>{t('trailCheck.seen', { entries: n(seen.entries), held: n(seen.held), to: n(seen.heldTo) })}</span>
              {seen.restores.map(r => (
                <span key={r.seq}>
                  {t('trailCheck.restored', { seq: n(r.seq), when: when(r.time), n: n(r.givenUp) })}
                </span>
              ))}
              {seen.faults.length === 0 ? null : (
                <ul>
                  {seen.faults.map((fault, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the list is never changed, and two may be the same
                    <li key={i}>{of(fault.text)}</li>
                  ))}
                </ul>
              )}
            </>
          )}
        </div>
      </div>
    </section>
  )
}
