import { useState } from 'react'
import { Link } from 'wouter'
import type { PermitView } from '../../../../gateway/http/contract.ts'
import { actions } from '../../../../rules/flow.ts'
import { may } from '../../../../rules/permission.ts'
import { type PermitAction, permitFlow } from '../../../../rules/permit/permit.ts'
import { WIND_LIMIT } from '../../../../rules/permit/wind.ts'
import { useMe } from '../../api.ts'
import { formatDay, formatSpan, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { CheckPermit } from './CheckPermit.tsx'
import { Extension } from './Extension.tsx'
import { Guardian } from './Guardian.tsx'
import { MovePermit } from './MovePermit.tsx'
import { SitePhoto } from './SitePhoto.tsx'

const tone = (p: PermitView): string =>
  p.phase === 'live' || p.phase === 'watch'
    ? 'maintenance'
    : p.phase === 'suspended' || p.phase === 'expired'
      ? 'lockdown'
      : ''

/** A permit: where, until when, who watches, who has agreed, and what comes next. */
export function PermitRow({ permit: p }: { readonly permit: PermitView }) {
  const { t, of, code } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const [doing, setDoing] = useState<PermitAction | 'check' | null>(null)
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const same = (other: string) => other.toLowerCase() === name.toLowerCase()
  const roleBlock = may(role, 'permit.check') ? null : t('permits.checkRole')
  const whyNot = (action: PermitAction): string | null => {
    if (away) return away
    if (action === 'approve') {
      if (same(p.askedBy)) return t('permits.own')
      if (p.approvals.some(a => same(a.by))) return t('permits.byYou')
      if (p.nextApproval && !p.nextApproval.includes(role) && role !== 'admin')
        return t('permits.turn', { roles: p.nextApproval.map(one => code('role', one)).join(t('common.listSep')) })
    }
    if ((action === 'start' || action === 'resume') && !same(p.guardian))
      return t('permits.guardianOnly', { name: plain(p.guardian) })
    return null
  }
  return (
    <li className={`dr ${tone(p)}`} data-permit={p.no} data-phase={p.phase}>
      <div className="row wrap">
        <b>{t(`permitKind.${p.kind}`)}</b>
        {p.kind === 'hot-work' ? (
          <span>
            {t(`permitGrade.${p.grade}`)}
            {p.effective === p.grade ? '' : ` → ${t(`permitGrade.${p.effective}`)}`}
          </span>
        ) : null}
        <b>{p.spaceName ? of(p.spaceName) : plain(p.space)}</b>
        <span>{plain(p.spot)}</span>
        <span className={`dr-m ${tone(p) || 'normal'}`}>{t(`permitPhase.${p.phase}`)}</span>
        <Link href={`/permits/${encodeURIComponent(p.id)}`} className="ml mono link">
          {p.no}
        </Link>
      </div>
      <div className="row wrap">
        <span>{[p.work, p.company].filter(Boolean).map(plain).join(' · ')}</span>
        <span className="dim">
          {formatSpan(Date.parse(p.validFrom), Date.parse(p.endsAt ?? p.validTo), site.timezone)}
        </span>
        <span>
          {t('permits.guardianIs', { name: plain(p.guardian) })}{' '}
          {p.guardianPhone === '' ? null : (
            <a className="link" href={`tel:${p.guardianPhone}`}>
              {plain(p.guardianPhone)}
            </a>
          )}
        </span>
        {p.suspended ? (
          <b>
            {t('permits.suspendedBy', {
              why: t(`permitPause.${p.suspended.reason as 'break'}`),
              at: when(p.suspended.at),
            })}
          </b>
        ) : null}
        {p.phase === 'expired' && p.spans.length > 0 ? <b>{t('permits.stopNow')}</b> : null}
        {p.phase === 'watch' && p.watchDue ? <b>{t('permits.watchUntil', { at: when(p.watchDue) })}</b> : null}
        {p.outdoor && p.wind !== null && p.phase !== 'closed' ? (
          <span className={p.wind >= WIND_LIMIT ? 'b' : 'dim'}>{t('permits.windIs', { force: p.wind })}</span>
        ) : null}
        {p.others
          .filter(o => o.verdict !== 'free')
          .map(o => (
            <b key={o.no}>
              {t(`permits.other.${o.verdict === 'refuse' ? 'refuse' : o.nearness}`, {
                no: o.no,
                kind: t(`permitKind.${o.kind}`),
              })}
            </b>
          ))}
        {p.despite.map(d => (
          <span key={d.at}>
            {t('permits.despite', {
              what: d.what.map(one => t(`permits.despiteWhat.${one}`)).join(t('common.listSep')),
              why: plain(d.reason),
              by: plain(d.by),
            })}
          </span>
        ))}
        {p.validated.length > 0 ? (
          <span>
            {t('permits.validated', { name: plain(p.validated.at(-1)!.by), at: when(p.validated.at(-1)!.at) })}
          </span>
        ) : null}
        {p.photo ? <span>{t('permits.photoTaken', { at: when(p.photo.at) })}</span> : null}
        {p.reason === '' ? null : <span className="dim">{plain(p.reason)}</span>}
      </div>
      <div className="row wrap">
        {p.approvals.map(a => (
          <span key={a.by}>
            {t('permits.agreed', { name: plain(a.by), role: code('role', a.role) })}
            {a.afterS < 10 ? <span className="q-t"> {t('permits.quick', { s: a.afterS })}</span> : null}
          </span>
        ))}
        {p.nextApproval ? (
          <b>{t('permits.lacks', { roles: p.nextApproval.map(one => code('role', one)).join(t('common.listSep')) })}</b>
        ) : null}
        {p.stampedBy ? <span>{t('permits.stamped', { name: plain(p.stampedBy) })}</span> : null}
        {p.phase === 'issued' || p.phase === 'suspended'
          ? p.checks.map(check => (
              <span key={check.code} className={check.ok === true ? '' : 'q-t'}>
                {check.ok === true ? '✓' : check.ok === false ? '✗' : '–'} {t(`permitCheck.${check.code}`)}
                {check.force === null ? '' : ` (${check.force})`}
              </span>
            ))
          : null}
        <span className="ml row wrap">
          {p.phase === 'issued' || p.phase === 'suspended' ? (
            <Button small blocked={away ?? roleBlock} onClick={() => setDoing('check')}>
              {t('permits.check')}
            </Button>
          ) : null}
          {p.phase === 'watch' ? <SitePhoto id={p.id} blocked={away ?? roleBlock} /> : null}
          {actions(permitFlow, p.phase, role)
            .filter(action => action !== 'finish' || p.spans.length > 0)
            .map(action => (
              <Button
                key={action}
                small
                primary={['approve', 'stamp', 'start', 'resume', 'close'].includes(action)}
                blocked={whyNot(action)}
                onClick={() => setDoing(action)}
              >
                {t(`permitAction.${action}`)}
              </Button>
            ))}
        </span>
      </div>
      <Guardian permit={p} />
      <Extension permit={p} />
      {doing === 'check' ? <CheckPermit permit={p} onClose={() => setDoing(null)} /> : null}
      {doing !== null && doing !== 'check' ? (
        <MovePermit permit={p} action={doing} onClose={() => setDoing(null)} />
      ) : null}
    </li>
  )
}
