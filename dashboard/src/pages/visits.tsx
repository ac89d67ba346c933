import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { VisitView } from '../../../gateway/http/contract.ts'
import { type VisitAction, visitFlow } from '../../../rules/access/visit.ts'
import { actions } from '../../../rules/flow.ts'
import { useVisits } from '../access.ts'
import { newKey, post, queries, useMay, useMe, useSpaces } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { momentIn } from '../parts/OrderFields.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

const changed = () => queries.invalidateQueries({ queryKey: ['visits'] })

/** Visitors who are expected, and the register of rooms: who agreed, who goes along, in and out. */
export default function Visits() {
  const { t } = useText()
  const [past, setPast] = useState(false)
  const [making, setMaking] = useState(false)
  const visits = useVisits(past)
  const away = useRecordBlock()
  const mayAsk = useMay('visit.ask')
  const blocked = away ?? (mayAsk ? null : t('visits.blockedRole'))
  return (
    <Page title={t('visits.title')} sub={t('visits.sub')}>
      <section className="card" aria-label={t('visits.title')}>
        <div className="card-h wrap">
          <h2>{t(past ? 'visits.register' : 'visits.open')}</h2>
          <span className="ml row wrap">
            <Button small aria-pressed={past} onClick={() => setPast(!past)}>
              {t(past ? 'visits.open' : 'visits.register')}
            </Button>
            <Button small primary icon="plus" blocked={blocked} onClick={() => setMaking(true)}>
              {t('visits.new')}
            </Button>
            <Link className="btn sm" href="/passes">
              {t('nav.passes')}
            </Link>
          </span>
        </div>
        <Loaded query={visits} what={t('visits.title')}>
          {list =>
            list.length === 0 ? (
              <Empty icon="person" title={t('visits.none')} why={t('visits.noneWhy')} />
            ) : (
              <ul className="drs">
                {list.map(visit => (
                  <VisitRow key={visit.id} visit={visit} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      {making ? <NewVisit onClose={() => setMaking(false)} /> : null}
    </Page>
  )
}

function VisitRow({ visit: v }: { readonly visit: VisitView }) {
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
        <span className="dim">
          {when(v.validFrom)} – {when(v.validTo)}
        </span>
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
      {doing ? <Move visit={v} action={doing} onClose={() => setDoing(null)} /> : null}
    </li>
  )
}

interface MoveProps {
  readonly visit: VisitView
  readonly action: VisitAction
  readonly onClose: () => void
}
function Move({ visit: v, action, onClose }: MoveProps) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [escort, setEscort] = useState(v.escort)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const verb = t(`visitAction.${action}`)
  const withEscort = action === 'enter' && v.escortNeeded
  const withReason = action === 'refuse' || action === 'cancel'
  const lacks =
    withEscort && escort.trim() === ''
      ? t('visits.escort')
      : withReason && reason.trim() === ''
        ? t('doors.reason')
        : null
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`visits/${v.id}/${action}`, { reason: reason.trim(), escort: escort.trim() })
      await changed()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('passes.moveOf', { action: verb, no: v.no, name: plain(v.name) })}
      verb={verb}
      blocked={lacks === null ? null : t('common.lacks', { what: lacks })}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {withEscort ? (
        <Field label={t('visits.escort')} hint={t('visits.escortHint')}>
          <input
            className="inp"
            name="escort"
            maxLength={64}
            value={escort}
            onChange={e => setEscort(e.target.value)}
          />
        </Field>
      ) : null}
      {withReason || action === 'approve' ? (
        <Field label={t('doors.reason')}>
          <input
            className="inp"
            name="reason"
            maxLength={200}
            value={reason}
            onChange={e => setReason(e.target.value)}
          />
        </Field>
      ) : null}
      {v.noPhotos && action === 'enter' ? <p>{t('visits.noPhotosWhy')}</p> : null}
    </Dialog>
  )
}

function NewVisit({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const { site } = useMe()
  const spaces = [...useSpaces().values()].filter(one => one.kind === 'room')
  const key = useRef(newKey())
  const [form, setForm] = useState({
    ...{
      name: '',
      company: '',
      phone: '',
      people: '1',
      host: '',
      purpose: '',
      space: '',
      escort: '',
      from: '',
      to: '',
    },
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (field: keyof typeof form, value: string) => {
    key.current = newKey()
    setForm({ ...form, [field]: value })
  }
  const lacks = (['name', 'host', 'from', 'to'] as const).find(field => form[field].trim() === '')
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const { from, to, space, people, ...rest } = form
      const body = {
        ...rest,
        ...(space === '' ? {} : { space }),
        people: Number(people) || 1,
        validFrom: momentIn(from, site.timezone),
        validTo: momentIn(to, site.timezone),
      }
      await post('visits', body, key.current)
      await changed()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const input = (field: keyof typeof form, type = 'text', most = 64) => (
    <Field label={t(`visits.${field}`)}>
      <input
        className="inp"
        name={field}
        type={type}
        maxLength={most}
        autoComplete="off"
        value={form[field]}
        onChange={event => set(field, event.target.value)}
      />
    </Field>
  )
  return (
    <Dialog
      title={t('visits.new')}
      verb={t('visits.add')}
      blocked={lacks ? t('common.lacks', { what: t(`visits.${lacks}`) }) : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <div className="two">
        {input('name')}
        {input('company')}
        {input('phone', 'tel', 32)}
        {input('people', 'number')}
        {input('host')}
        {input('purpose', 'text', 200)}
        {input('from', 'datetime-local')}
        {input('to', 'datetime-local')}
        <Field label={t('visits.space')} hint={t('visits.spaceHint')}>
          <select className="inp" name="space" value={form.space} onChange={event => set('space', event.target.value)}>
            <option value="">{t('common.none')}</option>
            {spaces.map(one => (
              <option key={one.id} value={one.id}>
                {of(one.name)}
              </option>
            ))}
          </select>
        </Field>
        {input('escort')}
      </div>
    </Dialog>
  )
}
