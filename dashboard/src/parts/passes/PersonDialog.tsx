import { useState } from 'react'
import type { PersonView } from '../../../../gateway/http/contract.ts'
import { personRole } from '../../../../rules/access/personrole.ts'
import { OUTSIDE } from '../../../../rules/access/policy.ts'
import { passesChanged, useDoors } from '../../access.ts'
import { post, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Note } from '../notes.tsx'

type Act = 'pin' | 'noPin' | 'status' | 'forgive' | 'id'
interface Props {
  readonly person: PersonView
  readonly company: string | null
  readonly onClose: () => void
}
/** What is on record of a person, and what is done about him rather than about one of his passes. */
export function PersonDialog({ person: p, company, onClose }: Props) {
  const { t, of } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const mayIssue = useMay('pass.issue')
  const mayForgive = useMay('door.mode')
  const mayIdentity = useMay('pass.identity')
  const areas = useDoors().data?.areas ?? []
  const [act, setAct] = useState<Act | null>(null)
  const role = (allowed: boolean) => away ?? (allowed ? null : t('person.blockedRole'))
  const area = areas.find(one => one.id === p.area)
  const where =
    p.area === null ? t('person.unknown') : p.area === OUTSIDE ? t('person.outside') : area ? of(area.name) : p.area
  const lines = [
    [t('passes.kind'), t(`personKind.${p.kind}`)],
    [t('passes.company'), company === null ? '' : plain(company)],
    [t('passes.trade'), plain(p.trade)],
    [t('passes.phone'), plain(p.phone)],
    [t('passes.level'), String(p.level)],
    [t('passes.roles'), p.roles.map(one => of(personRole(one))).join(t('common.listSep'))],
    [t('passes.account'), plain(p.account ?? '')],
    [
      t('person.certificates'),
      p.certificates
        .map(c =>
          t('person.certificate', {
            kind: plain(of(personRole(c.kind))),
            day: formatDay(Date.parse(c.validTo), site.timezone),
          }),
        )
        .join(t('common.listSep')),
    ],
    [t('person.where'), where],
    [t('person.pin'), t(p.hasPin ? 'person.hasPin' : 'person.noPin')],
    [t('passes.idNumber'), p.idLast4 === null ? '' : t('passes.idEnds', { last: p.idLast4 })],
  ] as const
  if (act !== null) return <PersonAct person={p} act={act} onDone={() => setAct(null)} onClose={() => setAct(null)} />
  return (
    <Dialog title={t('person.of', { name: plain(p.name) })} onClose={onClose}>
      <dl className="pd-l">
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value === '' ? '—' : value}</dd>
          </div>
        ))}
      </dl>
      <div className="row wrap">
        <Button small blocked={role(mayIssue)} onClick={() => setAct('pin')}>
          {t('person.setPin')}
        </Button>
        {p.hasPin ? (
          <Button small blocked={role(mayIssue)} onClick={() => setAct('noPin')}>
            {t('person.dropPin')}
          </Button>
        ) : null}
        <Button small blocked={role(mayIssue)} onClick={() => setAct('status')}>
          {t(p.status === 'active' ? 'person.suspend' : 'person.resume')}
        </Button>
        <Button small blocked={role(mayForgive)} onClick={() => setAct('forgive')}>
          {t('person.forgive')}
        </Button>
        {p.idLast4 === null ? null : (
          <Button small blocked={role(mayIdentity)} onClick={() => setAct('id')}>
            {t('person.readId')}
          </Button>
        )}
      </div>
    </Dialog>
  )
}

interface ActProps {
  readonly person: PersonView
  readonly act: Act
  readonly onDone: () => void
  readonly onClose: () => void
}
function PersonAct({ person: p, act, onDone, onClose }: ActProps) {
  const { t } = useText()
  const [pin, setPin] = useState('')
  const [reason, setReason] = useState('')
  const [minutes, setMinutes] = useState('15')
  const [full, setFull] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const path = `people/${encodeURIComponent(p.id)}`
  const verb = t(
    act === 'status'
      ? p.status === 'active'
        ? 'person.suspend'
        : 'person.resume'
      : ({ pin: 'person.setPin', noPin: 'person.dropPin', forgive: 'person.forgive', id: 'person.readId' } as const)[
          act
        ],
  )
  const sent = {
    pin: ['pin', { pin }],
    noPin: ['pin', { pin: null }],
    status: ['status', { status: p.status === 'active' ? 'suspended' : 'active', reason: reason.trim() }],
    forgive: ['forgive', { minutes: Number(minutes) || 15, reason: reason.trim() }],
    id: ['id-number', { reason: reason.trim() }],
  } as const
  const needsReason = act === 'status' || act === 'forgive' || act === 'id'
  const lacks =
    act === 'pin' && !/^\d{4,8}$/.test(pin)
      ? t('person.pin')
      : needsReason && reason.trim() === ''
        ? t('doors.reason')
        : null
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const [end, body] = sent[act]
      const answer = await post<{ readonly idNumber?: string | null }>(`${path}/${end}`, body)
      if (act === 'id') setFull(answer.idNumber ?? '—')
      else {
        await passesChanged()
        onDone()
      }
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={`${verb} · ${plain(p.name)}`}
      {...(full === null ? { verb } : {})}
      blocked={lacks === null ? null : t('common.lacks', { what: lacks })}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {full === null ? null : (
        <p role="status">
          {t('passes.idNumber')} <b className="mono">{plain(full)}</b>
        </p>
      )}
      {act === 'id' ? (
        <Note sort="medium" icon="warn">
          {t('person.readIdWhy')}
        </Note>
      ) : null}
      {act === 'pin' ? (
        <Field label={t('person.pin')} hint={t('person.pinHint')}>
          <input
            className="inp"
            name="pin"
            type="password"
            inputMode="numeric"
            autoComplete="new-password"
            maxLength={8}
            value={pin}
            onChange={event => setPin(event.target.value)}
          />
        </Field>
      ) : null}
      {act === 'pin' ? <p className="dim">{t('person.pinDuress')}</p> : null}
      {act === 'noPin' ? <p>{t('person.dropPinWhy')}</p> : null}
      {act === 'forgive' ? (
        <>
          <p className="dim">{t('person.forgiveWhy')}</p>
          <Field label={t('doors.minutes')}>
            <input
              className="inp"
              name="minutes"
              type="number"
              min={1}
              max={480}
              value={minutes}
              onChange={event => setMinutes(event.target.value)}
            />
          </Field>
        </>
      ) : null}
      {act === 'status' && p.status === 'active' ? <p className="dim">{t('person.suspendWhy')}</p> : null}
      {needsReason && full === null ? (
        <Field label={t('doors.reason')}>
          <input
            className="inp"
            name="reason"
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </Field>
      ) : null}
    </Dialog>
  )
}
