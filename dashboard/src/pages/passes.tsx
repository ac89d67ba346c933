import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CredentialView, PassCode, PersonView, WorksClosed, WorksView } from '../../../gateway/http/contract.ts'
import { type CredentialAction, credentialFlow } from '../../../rules/access/credential.ts'
import { actions } from '../../../rules/flow.ts'
import { passesChanged, useCompanies, useCredentials, usePersons, useWorks } from '../access.ts'
import { call, post, useMay, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { NewCompany, NewPass, NewPerson, NewWorks } from '../parts/PassForms.tsx'
import { Picture } from '../parts/ReportCode.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

/** People and what they hold: asked for by one, approved by another, taken back against pass and receipt. */
export default function Passes() {
  const { t } = useText()
  const [words, setWords] = useState('')
  const [making, setMaking] = useState<'person' | 'company' | 'works' | null>(null)
  const persons = usePersons(words)
  const credentials = useCredentials()
  const companies = useCompanies().data ?? []
  const works = useWorks().data ?? []
  const away = useRecordBlock()
  const mayIssue = useMay('pass.issue')
  const blocked = away ?? (mayIssue ? null : t('passes.blockedRole'))
  const close = () => setMaking(null)
  const held = credentials.data ?? []
  return (
    <Page title={t('passes.title')} sub={t('passes.sub')}>
      <div className="col g3">
        <Figures credentials={held} />
        <section className="card" aria-label={t('passes.people')}>
          <div className="card-h wrap">
            <h2>{t('passes.people')}</h2>
            <Button small primary icon="plus" className="ml" blocked={blocked} onClick={() => setMaking('person')}>
              {t('passes.newPerson')}
            </Button>
            <input
              className="inp"
              type="search"
              aria-label={t('passes.search')}
              placeholder={t('passes.search')}
              value={words}
              onChange={event => setWords(event.target.value)}
            />
          </div>
          <Loaded query={persons} what={t('passes.people')}>
            {list =>
              list.length === 0 ? (
                <Empty icon="person" title={t('passes.nobody')} why={t('passes.nobodyWhy')} />
              ) : (
                <ul className="drs">
                  {list.map(person => (
                    <Person
                      key={person.id}
                      person={person}
                      works={works}
                      company={companies.find(one => one.id === person.company)?.name ?? null}
                      held={held.filter(one => one.person === person.id)}
                    />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </section>
        <section className="card" aria-label={t('passes.worksSites')}>
          <div className="card-h wrap">
            <h2>{t('passes.worksSites')}</h2>
            <span className="ml row">
              <Button small blocked={blocked} onClick={() => setMaking('company')}>
                {t('passes.newCompany')}
              </Button>
              <Button small blocked={blocked} onClick={() => setMaking('works')}>
                {t('passes.newWorks')}
              </Button>
            </span>
          </div>
          {works.length === 0 ? <Empty icon="orders" title={t('passes.noWorks')} why={t('passes.noWorksWhy')} /> : null}
          <ul className="drs">
            {works.map(one => (
              <Works key={one.id} works={one} held={held.filter(c => c.works === one.id)} blocked={blocked} />
            ))}
          </ul>
        </section>
      </div>
      {making === 'person' ? <NewPerson companies={companies} onClose={close} /> : null}
      {making === 'company' ? <NewCompany onClose={close} /> : null}
      {making === 'works' ? <NewWorks companies={companies} onClose={close} /> : null}
    </Page>
  )
}

const out = (one: CredentialView): boolean => ['active', 'suspended', 'revoked'].includes(one.phase)

/** What the desk looks for first: who waits for approval, whose pass ran out and was not given back, money held, who is in. */
function Figures({ credentials }: { readonly credentials: readonly CredentialView[] }) {
  const { t } = useText()
  const cents = credentials
    .filter(one => one.deposit !== null && one.refundedAt === null && one.phase !== 'refused')
    // In whole fen: money is not added up in floats.
    .reduce((sum, one) => sum + Math.round(Number(one.deposit) * 100), 0)
  const figures = [
    ['waiting', credentials.filter(one => one.phase === 'requested').length],
    ['unreturned', credentials.filter(one => out(one) && one.expired).length],
    ['atGate', credentials.filter(one => one.duplicate === 'gate').length],
    ['deposits', `¥ ${(cents / 100).toFixed(2)}`],
  ] as const
  return (
    <section className="card">
      <ul className="drs-a">
        {figures.map(([name, value]) => (
          <li key={name}>
            {t(`passes.figure.${name}`)}
            <b className="ml">{value}</b>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface PersonProps {
  readonly person: PersonView
  readonly company: string | null
  readonly works: readonly WorksView[]
  readonly held: readonly CredentialView[]
}
function Person({ person, company, works, held }: PersonProps) {
  const { t } = useText()
  const [issuing, setIssuing] = useState(false)
  const away = useRecordBlock()
  const mayIssue = useMay('pass.issue')
  const blocked = away ?? (mayIssue ? null : t('passes.blockedRole'))
  return (
    <li className="dr" data-person={person.no}>
      <div className="row wrap">
        <b>
          <bdi>{plain(person.name)}</bdi>
        </b>
        <span className="dim">
          {t(`personKind.${person.kind}`)}
          {company === null ? '' : ` · ${plain(company)}`}
          {person.trade === '' ? '' : ` · ${plain(person.trade)}`}
          {person.idLast4 === null ? '' : ` · ${t('passes.idEnds', { last: person.idLast4 })}`}
        </span>
        {person.status === 'suspended' ? <span className="dr-m lockout">{t('passes.suspended')}</span> : null}
        <span className="ml dim mono">{person.no}</span>
        <Button
          small
          icon="plus"
          blocked={blocked}
          onClick={() => setIssuing(true)}
          aria-label={t('passes.newPass', { name: plain(person.name) })}
        >
          {t('passes.issue')}
        </Button>
      </div>
      {held.map(one => (
        <Credential key={one.id} credential={one} account={person.account} />
      ))}
      {issuing ? <NewPass person={person} works={works} onClose={() => setIssuing(false)} /> : null}
    </li>
  )
}

function Credential({
  credential: c,
  account,
}: {
  readonly credential: CredentialView
  readonly account: string | null
}) {
  const { t } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const [doing, setDoing] = useState<CredentialAction | 'refund' | 'code' | null>(null)
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
  const late = c.expired && out(c)
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
      <span className="ml row wrap">
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
      {doing !== null && doing !== 'code' ? (
        <Move credential={c} action={doing} onClose={() => setDoing(null)} />
      ) : null}
    </div>
  )
}

function Move({
  credential: c,
  action,
  onClose,
}: {
  readonly credential: CredentialView
  readonly action: CredentialAction | 'refund'
  readonly onClose: () => void
}) {
  const { t } = useText()
  const [word, setWord] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const verb = action === 'refund' ? t('passes.refund') : t(`credentialAction.${action}`)
  const optional = action === 'approve' || action === 'return'
  const label = t(action === 'refund' ? 'passes.receipt' : 'doors.reason')
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const body = action === 'refund' ? { receipt: word.trim() } : { reason: word.trim() }
      await post(`credentials/${c.id}/${action}`, body)
      await passesChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('passes.moveOf', { action: verb, no: c.no, name: plain(c.personName) })}
      verb={verb}
      blocked={!optional && word.trim() === '' ? t('common.lacks', { what: label }) : null}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={label}>
        <input className="inp" maxLength={200} value={word} onChange={event => setWord(event.target.value)} />
      </Field>
    </Dialog>
  )
}

function Code({ credential: c, onClose }: { readonly credential: CredentialView; readonly onClose: () => void }) {
  const { t } = useText()
  const query = useQuery({ queryKey: ['pass-code', c.id], queryFn: () => call<PassCode>(`credentials/${c.id}/code`) })
  return (
    <Dialog title={t('passes.codeOf', { no: c.no, name: plain(c.personName) })} onClose={onClose}>
      <Note icon="help">{t('passes.staticWhy')}</Note>
      <Loaded query={query} what={t('passes.showCode')}>
        {({ code }) => (
          <div className="qr">
            <Picture text={code} label={t('passes.codeOf', { no: c.no, name: plain(c.personName) })} />
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}

function Works({
  works,
  held,
  blocked,
}: {
  readonly works: WorksView
  readonly held: readonly CredentialView[]
  readonly blocked: string | null
}) {
  const { t } = useText()
  const { site } = useMe()
  const [closing, setClosing] = useState(false)
  const [closed, setClosed] = useState<WorksClosed | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const left = held.filter(one => one.phase !== 'returned' && one.phase !== 'refused')
  const close = async () => {
    setBusy(true)
    try {
      setClosed(await post<WorksClosed>(`works/${works.id}/close`))
      await passesChanged()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const end = () => {
    setClosing(false)
    setClosed(null)
  }
  return (
    <li className="dr" data-works={works.no}>
      <div className="row wrap">
        <b>{plain(works.name)}</b>
        <span className="dim mono">{works.no}</span>
        {works.permit === '' ? null : <span className="dim">{t('passes.permitNo', { no: plain(works.permit) })}</span>}
        <span>{t('passes.worksHeld', { n: held.length, left: left.length })}</span>
        <span className="ml row">
          {works.closedAt === null ? (
            <Button
              small
              blocked={blocked}
              onClick={() => setClosing(true)}
              aria-label={t('passes.closeOf', { no: works.no })}
            >
              {t('passes.close')}
            </Button>
          ) : (
            <span className="dr-m lockout">
              {t('passes.closed', { day: formatDay(Date.parse(works.closedAt), site.timezone) })}
            </span>
          )}
        </span>
      </div>
      {works.closedAt !== null && left.length > 0 ? (
        <span className="q-t">
          {t('passes.missing', {
            list: left.map(one => `${one.no} ${plain(one.personName)}`).join(t('common.listSep')),
          })}
        </span>
      ) : null}
      {closing && closed === null ? (
        <Dialog
          title={t('passes.closeOf', { no: works.no })}
          verb={t('passes.close')}
          busy={busy}
          error={error}
          onDo={() => void close()}
          onClose={end}
        >
          <p>{t('passes.closeWhy', { n: left.length })}</p>
        </Dialog>
      ) : null}
      {closed ? (
        <Dialog title={t('passes.closeOf', { no: works.no })} onClose={end}>
          <p>{t('passes.unreturned', { n: closed.unreturned.length })}</p>
          <ul>
            {closed.unreturned.map(one => (
              <li key={one.id}>
                <span className="mono">{one.no}</span> <bdi>{plain(one.name)}</bdi>
              </li>
            ))}
          </ul>
        </Dialog>
      ) : null}
    </li>
  )
}
