import { useState } from 'react'
import type { VisitView } from '../../../../gateway/http/contract.ts'
import { type VisitAction, visitFlow } from '../../../../rules/access/visit.ts'
import { actions } from '../../../../rules/flow.ts'
import { visitsChanged } from '../../access.ts'
import { useMe } from '../../api.ts'
import { formatDay, formatSpan, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { PhotoField } from '../passes/PhotoField.tsx'
import { HoldPhoto } from './HoldPhoto.tsx'
import { MoveVisit } from './MoveVisit.tsx'

/** A line of the register: who, to whom, into which room, who has agreed, in and out. */
export function VisitRow({ visit: v }: { readonly visit: VisitView }) {
  const { t, of, code } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const [doing, setDoing] = useState<VisitAction | null>(null)
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const same = (other: string) => other.toLowerCase() === name.toLowerCase()
  const whyNot = (action: VisitAction) =>
    away ??
    (action !== 'approve'
      ? null
      : same(v.askedBy)
        ? t('passes.ownIssue')
        : v.approvals.some(a => same(a.by))
          ? t('visits.byYou')
          : !v.approvalsLeft.some(list => list.includes(role)) && role !== 'admin'
            ? t('visits.notYou')
            : null)
  return (
    <li className="dr" data-visit={v.no}>
      <div className="row wrap">
        <PhotoField path={`visits/${v.id}`} photo={v.photo} name={v.name} blocked={away} changed={visitsChanged} />
        <b>
          <bdi>{plain(v.name)}</bdi>
          {v.people > 1 ? ` ×${v.people}` : ''}
        </b>
        <span className="dim">
          {[v.company, v.purpose]
            .filter(word => word !== '')
            .map(plain)
            .join(' · ')}
        </span>
        <span>{t('visits.toHost', { host: plain(v.host) })}</span>
        {v.space === null ? null : <b>{v.spaceName ? of(v.spaceName) : v.space}</b>}
        <span
          className={`dr-m ${v.phase === 'inside' ? 'override' : v.phase === 'requested' ? 'maintenance' : 'normal'}`}
        >
          {t(`visitPhase.${v.phase}`)}
        </span>
        <span className="ml mono dim">{v.no}</span>
      </div>
      <div className="row wrap">
        <span className="dim">{formatSpan(Date.parse(v.validFrom), Date.parse(v.validTo), site.timezone)}</span>
        {v.approvals.map(a => (
          <span key={a.by}>{t('visits.agreed', { name: plain(a.by), role: code('role', a.role) })}</span>
        ))}
        {v.approvalsLeft.map(list => (
          <span key={list.join()} className="q-t">
            {t('visits.lacks', { roles: list.map(one => code('role', one)).join(t('common.listSep')) })}
          </span>
        ))}
        {v.escortNeeded || v.escort !== '' ? (
          <span>{v.escort === '' ? t('visits.escortNeeded') : t('visits.escortIs', { name: plain(v.escort) })}</span>
        ) : null}
        {v.noPhotos ? <span>{t('visits.noPhotos')}</span> : null}
        {v.inAt ? <span className="dim">{t('visits.inAt', { at: when(v.inAt), by: plain(v.inBy ?? '') })}</span> : null}
        {v.outAt ? (
          <span className="dim">{t('visits.outAt', { at: when(v.outAt), by: plain(v.outBy ?? '') })}</span>
        ) : null}
        {v.reason === '' ? null : <span className="dim">{plain(v.reason)}</span>}
        {v.photo === null || v.phase === 'inside' ? null : <HoldPhoto visit={v} />}
        <span className="ml row wrap">
          {actions(visitFlow, v.phase, role).map(action => (
            <Button
              key={action}
              small
              primary={action === 'approve'}
              blocked={whyNot(action)}
              onClick={() => setDoing(action)}
            >
              {t(`visitAction.${action}`)}
            </Button>
          ))}
        </span>
      </div>
      {doing ? <MoveVisit visit={v} action={doing} onClose={() => setDoing(null)} /> : null}
    </li>
  )
}
