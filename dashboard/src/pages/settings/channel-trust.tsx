import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { CertificateDecision, CertificatesView, CertificateView } from '../../../../gateway/http/contract.ts'
import { call, post, queries, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Loaded, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

/** Groups of four: what two people read to each other. */
const grouped = (fingerprint: string): string => (fingerprint.match(/.{4}/g) ?? []).join(' ').toUpperCase()
const names = (subject: string): string => plain(subject.split('\n').join(', '))

/** Whom a channel, or the server `at` a path, trusts: compare the fingerprint, then decide. With `tls` authorities count as well. */
export function ChannelTrust({ at, tls }: { readonly at: string; readonly tls: boolean }) {
  const { t } = useText()
  // Of the gateway's own server the others are clients.
  const of = at === 'opcua-server' ? ('trustClient' as const) : ('trust' as const)
  const path = `${at}/certificates`
  const query = useQuery({
    queryKey: ['certificates', at],
    queryFn: () => call<CertificatesView>(path),
    refetchInterval: 5000,
  })
  const [asked, setAsked] = useState<{ of: CertificateView; decision: CertificateDecision } | null>(null)
  const [done, setDone] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const decide = async ({ fingerprint }: CertificateView, decision: CertificateDecision) => {
    setBusy(true)
    setError(null)
    try {
      const now = await post<CertificatesView>(`${path}/${fingerprint}/${decision}`)
      queries.setQueryData(['certificates', at], now)
      void queries.invalidateQueries({ queryKey: ['channels'] })
      setDone(true)
      setAsked(null)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const ask = (one: CertificateView, decision: CertificateDecision) => {
    setError(null)
    setDone(false)
    setAsked({ of: one, decision })
  }
  return (
    <Loaded query={query} what={t('channelLink.certificates')}>
      {({ own, authorities, trusted, rejected }) => (
        <div className="col g3">
          {done ? (
            <Note icon="check" role="status">
              {t(`${of}.done`)}
            </Note>
          ) : null}
          <Group title={t(`${of}.rejected`)} list={rejected} actions={['trust', 'remove']} ask={ask} />
          <Group title={t(`${of}.trusted`)} list={trusted} actions={['reject', 'remove']} ask={ask} />
          {tls ? (
            <Group
              title={
                authorities.length > 0
                  ? t('trust.authorities')
                  : `${t('trust.authorities')} · ${t('trust.authoritiesNone')}`
              }
              list={authorities}
            />
          ) : null}
          <Group
            title={`${t('trust.own')} · ${t(own ? `${of}.ownHint` : tls ? 'trust.ownUnset' : `${of}.ownNone`)}`}
            list={own ? [own] : []}
          >
            {own
              ? (['pem', 'der'] as const).map(form => (
                  <a key={form} className="btn sm" href={`/api/v1/${path}/own.${form}`} download>
                    {form.toUpperCase()}
                  </a>
                ))
              : null}
          </Group>
          {asked ? (
            <Dialog
              title={t(`${of}.${asked.decision}Ask`)}
              verb={t(`trust.${asked.decision}`)}
              busy={busy}
              error={error}
              onDo={() => void decide(asked.of, asked.decision)}
              onClose={() => setAsked(null)}
            >
              <div>{t(`${of}.${asked.decision}Why`)}</div>
              <div className="brk">{names(asked.of.subject)}</div>
              <div className="mono brk">{grouped(asked.of.fingerprint)}</div>
            </Dialog>
          ) : null}
        </div>
      )}
    </Loaded>
  )
}

interface GroupProps {
  readonly title: string
  readonly list: readonly CertificateView[]
  readonly actions?: readonly CertificateDecision[]
  readonly ask?: (of: CertificateView, decision: CertificateDecision) => void
  readonly children?: ReactNode
}
function Group({ title, list, actions = [], ask, children }: GroupProps) {
  const { t } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const zone = useMe().site.timezone
  const day = (at: string) => formatDay(Date.parse(at), zone)
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {list.length === 0 ? <div className="dim3">{t('trust.none')}</div> : null}
      {list.map(one => (
        <div key={one.fingerprint} className="cert col g1">
          <b className="brk">{names(one.subject)}</b>
          <div className="mono brk">
            <span className="dim">{t('trust.fingerprint')} </span>
            {grouped(one.fingerprint)}
          </div>
          {one.issuer === one.subject ? null : (
            <div className="dim brk">
              {t('trust.issuer')} {names(one.issuer)}
            </div>
          )}
          <div className="row wrap">
            <span className="dim">
              {t('trust.validity')} {day(one.validFrom)} – {day(one.validTo)}
            </span>
            <span className={one.validity === 'valid' ? 'dim' : 'q-t'}>{t(`trust.${one.validity}`)}</span>
            <span className="ml row">
              {children}
              {writes
                ? actions.map(action => (
                    <Button key={action} small blocked={away} onClick={() => ask?.(one, action)}>
                      {t(`trust.${action}`)}
                    </Button>
                  ))
                : null}
            </span>
          </div>
        </div>
      ))}
    </section>
  )
}
