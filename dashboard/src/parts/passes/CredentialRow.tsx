import { useState } from 'react'
import { Link } from 'wouter'
import type { CredentialView } from '../../../../gateway/http/contract.ts'
import { type CredentialAction, credentialFlow } from '../../../../rules/access/credential.ts'
import { actions } from '../../../../rules/flow.ts'
import { useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Code, isHeld, Move, RenewLease } from './credentialdialogs.tsx'

/** A card, code or plate, with what may be done with it now. */
export function CredentialRow({
  credential: c,
  account,
}: {
  readonly credential: CredentialView
  readonly account: string | null
}) {
  const { t } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const [doing, setDoing] = useState<CredentialAction | 'refund' | 'code' | 'lease' | null>(null)
  const may = actions(credentialFlow, c.phase, role)
  const own = account?.toLowerCase() === name.toLowerCase()
  const whyNot = (action: CredentialAction) =>
    away ??
    (action !== 'approve' && action !== 'resume'
      ? null
      : own
        ? t('passes.ownPass')
        : c.issuedBy.toLowerCase() === name.toLowerCase()
          ? t('passes.ownIssue')
          : null)
  const late = c.expired && isHeld(c)
  return (
    <div className="row wrap" data-credential={c.no}>
      <span className="pp-dot" style={c.colour === null ? {} : { background: c.colour }} aria-hidden="true" />
      <span className="mono">{c.no}</span>
      <span>{t(`credentialClass.${c.class}`)}</span>
      <span className="mono dim">{plain(c.shown)}</span>
      <span
        className={`dr-m ${late || c.phase === 'lost' ? 'lockout' : c.phase === 'active' ? 'normal' : 'maintenance'}`}
      >
        {late ? t('passes.expired') : t(`credentialPhase.${c.phase}`)}
      </span>
      <span className="dim">{t('passes.until', { day: formatDay(Date.parse(c.validTo), site.timezone) })}</span>
      {c.duplicate === 'gate' ? <span className="dr-m override">{t('passes.inside')}</span> : null}
      {c.deposit !== null ? (
        <span className="dim">
          {t(c.refundedAt === null ? 'passes.depositHeld' : 'passes.depositBack', {
            yuan: c.deposit,
            receipt: plain(c.receipt ?? ''),
          })}
        </span>
      ) : null}
      {c.lease ? (
        <span className="dim">
          {t('passes.leaseOf', {
            agreement: plain(c.lease.agreement),
            plate: plain(c.lease.plate),
            bay: plain(c.lease.bay),
          })}
        </span>
      ) : null}
      <span className="ml row wrap">
        {c.phase === 'active' && c.class !== 'pin' ? (
          <Link className="btn sm" href={`/passes/print?ids=${c.id}`}>
            {t('passes.print')}
          </Link>
        ) : null}
        {c.lease && may.length > 0 ? (
          <Button small blocked={away} onClick={() => setDoing('lease')}>
            {t('passes.renew')}
          </Button>
        ) : null}
        {c.class === 'qr-static' && c.phase === 'active' && may.length > 0 ? (
          <Button small onClick={() => setDoing('code')}>
            {t('passes.showCode')}
          </Button>
        ) : null}
        {may.map(action => (
          <Button
            key={action}
            small
            primary={action === 'approve'}
            blocked={whyNot(action)}
            onClick={() => setDoing(action)}
          >
            {t(`credentialAction.${action}`)}
          </Button>
        ))}
        {c.phase === 'returned' && c.deposit !== null && c.refundedAt === null ? (
          <Button small blocked={away} onClick={() => setDoing('refund')}>
            {t('passes.refund')}
          </Button>
        ) : null}
      </span>
      {doing === 'code' ? <Code credential={c} onClose={() => setDoing(null)} /> : null}
      {doing === 'lease' ? <RenewLease credential={c} onClose={() => setDoing(null)} /> : null}
      {doing !== null && doing !== 'code' && doing !== 'lease' ? (
        <Move credential={c} action={doing} onClose={() => setDoing(null)} />
      ) : null}
    </div>
  )
}
