import { useState } from 'react'
import type { PermitView } from '../../../../gateway/http/contract.ts'
import type { ExtensionAction } from '../../../../rules/permit/extend.ts'
import { post, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { permitsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Field } from '../Dialog.tsx'
import { momentIn } from '../OrderFields.tsx'
import { Asking } from './Asking.tsx'

const open = ['issued', 'live', 'suspended']

/** That a permit may hold for longer, once: asked for, agreed to by all anew, stamped. */
export function Extension({ permit: p }: { readonly permit: PermitView }) {
  const { t, code } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const mayAsk = useMay('permit.ask')
  const [doing, setDoing] = useState<'ask' | ExtensionAction | null>(null)
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const same = (other: string) => other.toLowerCase() === name.toLowerCase()
  const e = p.extension
  const waits = e !== null && e.grantedAt === null && open.includes(p.phase)
  if (!e && !(open.includes(p.phase) && mayAsk)) return null
  const roles = (list: readonly string[]) => list.map(one => code('role', one)).join(t('common.listSep'))
  const whyNot = (): string | null => {
    if (away) return away
    if (!e) return null
    if (same(e.askedBy)) return t('permits.own')
    if (e.approvals.some(a => same(a.by))) return t('permits.byYou')
    if (e.next && !e.next.includes(role) && role !== 'admin') return t('permits.turn', { roles: roles(e.next) })
    return null
  }
  return (
    <div className="row wrap">
      {e ? (
        <>
          <b>
            {t(e.grantedAt ? 'permits.extendedTo' : 'permits.extensionTo', { at: when(e.to), why: plain(e.reason) })}
          </b>
          {e.approvals.map(a => (
            <span key={a.by}>
              {t('permits.agreed', { name: plain(a.by), role: code('role', a.role) })}
              {a.afterS < 10 ? <span className="q-t"> {t('permits.quick', { s: a.afterS })}</span> : null}
            </span>
          ))}
          {waits ? <b>{e.next ? t('permits.lacks', { roles: roles(e.next) }) : t('permitPhase.approved')}</b> : null}
        </>
      ) : null}
      <span className="ml row wrap">
        {!e ? (
          <Button small blocked={away} onClick={() => setDoing('ask')}>
            {t('permits.extend')}
          </Button>
        ) : waits ? (
          (e.next ? (['approve', 'reject'] as const) : (['stamp', 'reject'] as const)).map(action => (
            <Button
              key={action}
              small
              primary={action !== 'reject'}
              blocked={whyNot()}
              onClick={() => setDoing(action)}
            >
              {t(`permits.extension.${action}`)}
            </Button>
          ))
        ) : null}
      </span>
      {doing === 'ask' ? <Ask permit={p} onClose={() => setDoing(null)} /> : null}
      {doing !== null && doing !== 'ask' ? <Move permit={p} action={doing} onClose={() => setDoing(null)} /> : null}
    </div>
  )
}

function Ask({ permit: p, onClose }: { readonly permit: PermitView; readonly onClose: () => void }) {
  const { t } = useText()
  const { site } = useMe()
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const send = async () => {
    await post(`permits/${p.id}/extension`, { to: momentIn(to, site.timezone), reason: reason.trim() })
    await permitsChanged()
  }
  return (
    <Asking
      title={`${t('permits.extend')} · ${p.no}`}
      verb={t('permits.extend')}
      blocked={
        to === '' || reason.trim() === ''
          ? t('common.lacks', { what: t(to === '' ? 'permits.to' : 'common.reason') })
          : null
      }
      send={send}
      onClose={onClose}
    >
      <p>{t('permits.extendWhat')}</p>
      <Field label={t('permits.to')}>
        <input
          className="inp"
          name="to"
          type="datetime-local"
          value={to}
          onChange={event => setTo(event.target.value)}
        />
      </Field>
      <Field label={t('common.reason')}>
        <input
          className="inp"
          name="reason"
          maxLength={200}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </Field>
    </Asking>
  )
}

function Move(props: { readonly permit: PermitView; readonly action: ExtensionAction; readonly onClose: () => void }) {
  const { permit: p, action, onClose } = props
  const { t } = useText()
  const [reason, setReason] = useState('')
  const send = async () => {
    await post(`permits/${p.id}/extension/${action}`, { reason: reason.trim() })
    await permitsChanged()
  }
  const lacks = action === 'reject' && reason.trim() === ''
  return (
    <Asking
      title={`${t(`permits.extension.${action}`)} · ${p.no}`}
      verb={t(`permits.extension.${action}`)}
      blocked={lacks ? t('common.lacks', { what: t('common.reason') }) : null}
      send={send}
      onClose={onClose}
    >
      <p>{plain(p.extension?.reason ?? '')}</p>
      {action === 'reject' ? (
        <Field label={t('common.reason')}>
          <input
            className="inp"
            name="reason"
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </Field>
      ) : null}
    </Asking>
  )
}
